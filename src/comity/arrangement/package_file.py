"""The package of an arrangement from `package.toml`; see `docs/agreement-lifecycle.md`."""

from collections.abc import Collection
from pathlib import Path

from comity.agreements.packages import Package
from comity.arrangement.folder import PACKAGE_FILE, read_scheme_file
from comity.arrangement.toml_tables import TableReader, parse_toml
from comity.errors import Fault, InputFaultsError
from comity.identifiers import is_country
from comity.money import CURRENCIES
from comity.payments.purposes import PurposeGroup

_TWO = 2


def load_package(folder: Path, known: Collection[str]) -> Package:
    """Read what the agreements of a folder are to do together.

    Args:
        folder: of an arrangement.
        known: ids of the agreements that have a file in it.

    Raises:
        InputFaultsError: there is no such file, or something in it is wrong; with its line.
    """
    if not (folder / PACKAGE_FILE).exists():
        fault = Fault(PACKAGE_FILE, 0, "", "no such file", "one that groups the agreements")
        raise InputFaultsError([fault])
    file = parse_toml(PACKAGE_FILE, read_scheme_file(folder, PACKAGE_FILE))
    reader = TableReader(file)
    covers = reader.table("covers")
    listed = ", ".join(sorted(known))
    package = Package(
        title=reader.text("title"),
        signed_on=reader.day("signed_on"),
        agreements=reader.texts(
            "agreements", lambda text: text if text in known else None, f"one of {listed}"
        ),
        countries=covers.texts(
            "countries", lambda text: text if is_country(text) else None, "a country code"
        ),
        currencies=covers.texts(
            "currencies",
            lambda text: text if text in CURRENCIES else None,
            "an active currency code of ISO 4217",
        ),
        purposes=covers.texts("purposes", _group, " | ".join(PurposeGroup)),
        from_day=covers.day("from"),
        until_day=covers.day("until"),
    )
    for each in (reader, covers):
        each.close()
    if not file.faults:
        _check(package, reader, covers)
    if file.faults:
        raise InputFaultsError(sorted(file.faults, key=lambda fault: fault.line))
    return package


def _check(package: Package, reader: TableReader, covers: TableReader) -> None:
    if not package.agreements:
        reader.refuse("agreements", "none", "at least one")
    if len(package.countries) < _TWO:
        covers.refuse("countries", str(len(package.countries)), "at least two")
    for key, found in (("currencies", package.currencies), ("purposes", package.purposes)):
        if not found:
            covers.refuse(key, "none", "at least one")
    if package.until_day < package.from_day:
        covers.refuse("until", str(package.until_day), f"{package.from_day} or a later day")


def _group(text: str) -> PurposeGroup | None:
    return PurposeGroup(text) if text in set(PurposeGroup) else None
