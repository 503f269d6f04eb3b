"""Which column of a source is which of an archive's."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from comity.archive.layout import COLUMNS, REQUIRED
from comity.errors import Fault, InputFaultsError, UsageError

ALL_OTHERS: Final = "*"
"""As a skipped column: every one that is not read."""


def csv_header(path: Path) -> list[str]:
    """Return the names in the first line of a CSV file.

    Raises:
        InputFaultsError: there is none, or a name stands twice.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            header = next(csv.reader(lines), [])
    except (UnicodeDecodeError, csv.Error) as error:
        fault = Fault(str(path), 1, "", str(error), "a header in UTF-8 that names the columns")
        raise InputFaultsError([fault]) from error
    if not header:
        raise InputFaultsError(
            [Fault(str(path), 1, "", "nothing", "a header and a line a payment")]
        )
    again = [name for name in dict.fromkeys(header) if header.count(name) > 1]
    if again:
        faults = [Fault(str(path), 1, name, "the column again", "each once") for name in again]
        raise InputFaultsError(faults)
    return header


def choose_columns(
    name: str, header: Sequence[str], columns: Mapping[str, str], skipped: Sequence[str]
) -> dict[str, str]:
    """Return the source's name for each of our columns that it has, in our order.

    Raises:
        UsageError: a column that the caller names is unknown to us.
        InputFaultsError: a required column is missing, or one is there that nobody accounts for.
    """
    for ours in columns:
        if ours not in COLUMNS:
            raise UsageError(f"--column: found {ours!r}, expected one of {', '.join(COLUMNS)}")
    claimed = set(columns.values())
    faults, chosen = [], {}
    for ours in COLUMNS:
        theirs = columns.get(ours, ours)
        is_ours = ours in columns or (theirs not in claimed and theirs not in skipped)
        if theirs in header and is_ours:
            chosen[ours] = theirs
        elif ours in REQUIRED or ours in columns:
            found = f"the columns {', '.join(header)}"
            expected = f"a column {theirs!r}; map one with --column {ours}=THEIRS"
            faults.append(Fault(name, 1, ours, found, expected))
    if ALL_OTHERS not in skipped:
        others = [one for one in header if one not in {*chosen.values(), *skipped}]
        expected = f"one of {', '.join(COLUMNS)}; map it with --column, or --skip it"
        faults.extend(Fault(name, 1, one, "a column of this name", expected) for one in others)
    if faults:
        raise InputFaultsError(faults)
    return chosen
