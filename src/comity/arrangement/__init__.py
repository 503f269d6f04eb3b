"""An arrangement folder as a scheme: reading its files, and naming everything wrong in them.

The layout of the folder is documented in `docs/formats/arrangement.md`. Rates and sanctions
lists, which come from outside, are `comity.feeds`; payments are read by `comity.messages`.
"""

from comity.arrangement.dealing_files import load_quotes
from comity.arrangement.folder import (
    AGREEMENT_FILES_MAX,
    FILE_BYTES_MAX,
    LISTS_FOLDER,
    PAYMENTS_FOLDER,
    QUOTES_FOLDER,
    RATES_FOLDER,
    REGISTER_FILE,
    SERIES_FILE,
    payment_files,
)
from comity.arrangement.loading import folder_notes, load_agreement, load_scheme, load_versions
from comity.arrangement.package_file import load_package
from comity.arrangement.register_file import load_acts, register_bytes

__all__ = [
    "AGREEMENT_FILES_MAX",
    "FILE_BYTES_MAX",
    "LISTS_FOLDER",
    "PAYMENTS_FOLDER",
    "QUOTES_FOLDER",
    "RATES_FOLDER",
    "REGISTER_FILE",
    "SERIES_FILE",
    "folder_notes",
    "load_acts",
    "load_agreement",
    "load_package",
    "load_quotes",
    "load_scheme",
    "load_versions",
    "payment_files",
    "register_bytes",
]
