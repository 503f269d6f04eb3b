"""Country codes of ISO 3166-1 alpha-2, as far as their form goes."""

import re

_COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII)


def is_country(text: str) -> bool:
    """Return whether the text has the form of an alpha-2 country code."""
    return _COUNTRY.fullmatch(text) is not None
