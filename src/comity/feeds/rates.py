"""Official-rate files, whoever published them: which format it is, and a folder of them.

The format is found from the content alone, because a file's name says what somebody hoped to
fetch. Each format has a module of its own beside this one.
"""

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Final

from lxml import etree

from comity.errors import Fault, InputFaultsError
from comity.feeds import (
    rates_cba,
    rates_cbr,
    rates_ecb,
    rates_nbk,
    rates_nbkr,
    rates_nbrb,
    rates_nbt,
)
from comity.feeds.rates_sheet import RATE_FILE_BYTES_MAX
from comity.feeds.rates_xml import line_of, parse_rate_xml
from comity.fx import OfficialRate

RATE_FILES_MAX: Final = 10_000
"""Most files in one folder of rates: seven publishers over more than five years."""

_EXPECTED = "a rate file of the CBA, CBR, ECB, NBK, NBKR, NBRB or NBT"
_SHOWN_BYTES = 30
_BOM = b"\xef\xbb\xbf"


def read_rate_file(
    name: str, data: bytes, *, expected_on: date | None = None
) -> tuple[OfficialRate, ...]:
    """Return the rates of one file, in its order.

    Args:
        name: name of the file; it becomes the rates' `source` and stands in faults.
        data: the file as published.
        expected_on: the day asked for, where the file was fetched for one; a file that is of
            another day is then refused, because some publishers answer with one in silence.

    Raises:
        InputFaultsError: an unknown format, or every fault found in the file.
    """
    if len(data) > RATE_FILE_BYTES_MAX:
        found, expected = f"{len(data)} bytes", f"at most {RATE_FILE_BYTES_MAX}"
        raise InputFaultsError([Fault(name, 0, "", found, expected)])
    rates = _read_by_content(name, data)
    if expected_on is not None:
        _require_day(name, rates, expected_on)
    return rates


def load_rates(folder: Path) -> tuple[OfficialRate, ...]:
    """Return the rates of every file in a folder, sorted by publisher, day and pair.

    Files whose name begins with a point are left alone; anything else must be a rate file. A
    rate that stands in two files with one value is returned once.

    Args:
        folder: holds rate files only, and no folders.

    Raises:
        InputFaultsError: with the faults of all files; two values for one rate are one.
    """
    faults: list[Fault] = []
    rates: list[OfficialRate] = []
    for path in _rate_paths(folder):
        try:
            rates.extend(read_rate_file(path.name, _read_bytes(path)))
        except InputFaultsError as error:
            faults.extend(error.faults)
    found = _without_repetitions(rates, faults)
    if faults:
        raise InputFaultsError(faults)
    return found


def _read_by_content(name: str, data: bytes) -> tuple[OfficialRate, ...]:
    start = data.removeprefix(_BOM).lstrip()
    if start.startswith(b"<"):
        return _read_xml(name, data)
    if start.startswith(b"["):
        return rates_nbrb.read_nbrb(name, data)
    header = start.split(b"\n", 1)[0].decode("ascii", errors="replace").strip().split(",")
    if all(column in header for column in rates_ecb.CSV_COLUMNS):
        return rates_ecb.read_ecb_csv(name, data)
    found = repr(start[:_SHOWN_BYTES].decode("ascii", errors="replace")) if start else "nothing"
    raise InputFaultsError([Fault(name, 1, "", found, _EXPECTED)])


def _read_xml(name: str, data: bytes) -> tuple[OfficialRate, ...]:
    root = parse_rate_xml(name, data)
    match root.tag:
        case rates_cbr.ROOT:
            return _read_valcurs(name, root)
        case rates_nbkr.ROOT:
            return rates_nbkr.read_nbkr(name, root)
        case rates_nbk.ROOT:
            return rates_nbk.read_nbk(name, root)
        case rates_ecb.ROOT:
            return rates_ecb.read_ecb_xml(name, root)
        case tag if tag in rates_cba.ROOTS:
            return rates_cba.read_cba(name, root)
        case tag:
            raise InputFaultsError([Fault(name, line_of(root), "", f"<{tag}>", _EXPECTED)])


def _read_valcurs(name: str, root: etree._Element) -> tuple[OfficialRate, ...]:
    """Tell two publishers of one tag apart by how they write the date.

    Each reader then insists on its own identifiers, so a file of mixed habits is refused and
    never taken for the other currency.
    """
    if "-" in root.get("Date", ""):
        return rates_nbt.read_nbt(name, root)
    return rates_cbr.read_cbr(name, root)


def _require_day(name: str, rates: Iterable[OfficialRate], expected_on: date) -> None:
    other_days = sorted({rate.effective_on for rate in rates} - {expected_on})
    if other_days:
        shown = ", ".join(str(day) for day in other_days[:3])
        fault = Fault(name, 0, "date", shown, f"{expected_on}, the day that was asked for")
        raise InputFaultsError([fault])


def _rate_paths(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise InputFaultsError([Fault(str(folder), 0, "", "no folder", "a folder of rate files")])
    paths = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    if len(paths) > RATE_FILES_MAX:
        found, expected = f"{len(paths)} files", f"at most {RATE_FILES_MAX}"
        raise InputFaultsError([Fault(str(folder), 0, "", found, expected)])
    return paths


def _read_bytes(path: Path) -> bytes:
    """Read no more of a file than shows that it is too long."""
    try:
        with path.open("rb") as file:
            return file.read(RATE_FILE_BYTES_MAX + 1)
    except OSError as error:
        reason = error.strerror or "a fault of the disk"
        raise InputFaultsError([Fault(path.name, 0, "", reason, "a readable file")]) from error


def _without_repetitions(
    rates: Iterable[OfficialRate], faults: list[Fault]
) -> tuple[OfficialRate, ...]:
    found: dict[str, OfficialRate] = {}
    for rate in rates:
        known = found.setdefault(rate.rate_id, rate)
        if (known.ratio, known.valid_days) != (rate.ratio, rate.valid_days):
            faults.append(
                Fault(
                    rate.source,
                    0,
                    rate.rate_id,
                    f"{rate.value} for {rate.nominal}, valid {rate.valid_days} days",
                    f"{known.value} for {known.nominal}, valid {known.valid_days} days,"
                    f" as in {known.source}; keep one of them",
                )
            )
    return tuple(sorted(found.values(), key=_by_publisher_day_and_pair))


def _by_publisher_day_and_pair(rate: OfficialRate) -> tuple[str, date, str, str]:
    return rate.publisher, rate.effective_on, rate.base, rate.quote
