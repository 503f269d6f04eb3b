"""Obligations and liquidity as CSV files, for set-off; docs/formats/setoff.md says how they look.

The kernels judge all rows; only one in which something is wrong becomes text here, to say what.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from comity.errors import Fault, InputFaultsError, UsageError
from comity.feeds.csv_columns import CSV_BYTES_MAX, CsvColumns, TextColumn, read_columns
from comity.feeds.csv_kernel import are_plain, number_texts, read_amounts
from comity.identifiers.cells import TEXT_CHARACTERS_MAX, name_fault, shown
from comity.money import AMOUNT_MINOR_MAX, BALANCE_MINOR_MAX
from comity.service.setting_off import LiquidityList, ObligationList

Int64s = NDArray[np.int64]
Int32s = NDArray[np.int32]

OBLIGATIONS_MAX: Final = 20_000_000
"""Obligations of one file."""


_DIGITS = re.compile(r"[0-9]+")
_DIGITS_MAX = len(str(AMOUNT_MINOR_MAX))
_MISSING = {"party": "a name", "id": "an id on each row, or no such column"}
_HALF_BITS = 32
_HALF_MASK = (1 << _HALF_BITS) - 1


def load_obligations(
    path: Path, liquidity: Path | None = None
) -> tuple[ObligationList, LiquidityList | None]:
    """Read a file of obligations, and one of liquidity if given.

    Raises:
        UsageError: a file does not exist or is too large.
        InputFaultsError: with the faults of both files.
    """
    contents = [(str(each), _bytes_of(each)) for each in (path, liquidity) if each is not None]
    faults: list[Fault] = []
    obligations: ObligationList | None = None
    held: LiquidityList | None = None
    try:
        obligations = read_obligations(*contents[0])
    except InputFaultsError as error:
        faults.extend(error.faults)
    if liquidity is not None:
        try:
            held = read_liquidity(*contents[1])
        except InputFaultsError as error:
            faults.extend(error.faults)
    if obligations is None or faults:
        raise InputFaultsError(faults)
    return obligations, held


def read_obligations(name: str, data: bytes) -> ObligationList:
    """Read the columns `debtor`, `creditor`, `amount` and, where there is one, `id`.

    Args:
        name: path as the user named it.
        data: the file's bytes.

    Raises:
        InputFaultsError: with all faults, each with its line.
    """
    file = read_columns(name, data, required=("debtor", "creditor", "amount"), optional=("id",))
    _check_length(file)
    debtors, creditors = file.columns["debtor"], file.columns["creditor"]
    numbers, names = debtors.joined(creditors).numbered(file.seed)
    owing, owed = numbers[: len(debtors)], numbers[len(debtors) :]
    _check_names(file, names, {"debtor": owing, "creditor": owed})
    _check_parties(file, names, owing, owed)
    amounts = _amounts(file, least=1)
    ids = file.columns.get("id")
    if ids is not None:
        _check_texts(file, "id", ids)
        _check_unique(file, "id", ids)
    file.faults.raise_if_any()
    parties, rank = _ranked(names)
    return ObligationList(
        name=Path(name).name,
        sha256=file.sha256,
        parties=parties,
        debtors=rank[owing],
        creditors=rank[owed],
        amounts_minor=amounts,
        lines=file.lines,
        ids=ids,
    )


def read_liquidity(name: str, data: bytes) -> LiquidityList:
    """Read the columns `party` and `amount`, which may be zero; each party stands once.

    Raises:
        InputFaultsError: with all faults, each with its line.
    """
    file = read_columns(name, data, required=("party", "amount"))
    _check_length(file)
    column = file.columns["party"]
    _check_texts(file, "party", column)
    _check_unique(file, "party", column)
    amounts = _amounts(file, least=0)
    file.faults.raise_if_any()
    names = list(column)
    order = sorted(range(len(names)), key=names.__getitem__)
    return LiquidityList(
        name=Path(name).name,
        sha256=file.sha256,
        parties=tuple(names[place] for place in order),
        amounts_minor=amounts[np.array(order, np.int64)],
    )


def _ranked(names: list[str]) -> tuple[tuple[str, ...], Int32s]:
    """Return the names in order, and the place of each in that order.

    Python orders texts by code points, which is the order of their bytes in UTF-8.
    """
    order = sorted(range(len(names)), key=names.__getitem__)
    rank = np.empty(len(names), np.int32)
    rank[np.array(order, np.int64)] = np.arange(len(names), dtype=np.int32)
    return tuple(names[place] for place in order), rank


def _amounts(file: CsvColumns, *, least: int) -> Int64s:
    """Return the amounts, and note each that is none, and a sum that would not fit."""
    column = file.columns["amount"]
    amounts = read_amounts(column.data, column.starts, column.lengths)
    wrong = (amounts < least) | (amounts > AMOUNT_MINOR_MAX)
    for row in np.flatnonzero(wrong).tolist():
        # Digits beyond what the kernel reads may be zeros in front, which are allowed.
        text = column[row]
        if fault := _amount_fault(text, least):
            file.faults.add(int(file.lines[row]), "amount", *fault)
        else:
            amounts[row] = int(text)
    # Two halves, because the sum of so many amounts need not fit 64 bits.
    high, low = int((amounts >> _HALF_BITS).sum()), int((amounts & _HALF_MASK).sum())
    sum_minor = (high << _HALF_BITS) + low
    if not wrong.any() and sum_minor > BALANCE_MINOR_MAX:
        expected = f"at most {BALANCE_MINOR_MAX} in all; part the file"
        file.faults.add(0, "amount", f"a sum of {sum_minor}", expected)
    return amounts


def _amount_fault(text: str, least: int) -> tuple[str, str] | None:
    """Return what was found and expected where a text is no amount."""
    expected = f"a whole number of minor units from {least} to {AMOUNT_MINOR_MAX}, only digits"
    if not text:
        return "nothing", expected
    if re.fullmatch(r"-[0-9]+", text):
        return shown(text), f"{expected}; a debt the other way has debtor and creditor exchanged"
    if not _DIGITS.fullmatch(text):
        return shown(text), expected
    digits = text.lstrip("0")
    # The length is judged before `int`, which is slow on very long texts.
    if len(digits) > _DIGITS_MAX or int(digits or "0") < least:
        return shown(text), expected
    return None


def _check_names(file: CsvColumns, names: Sequence[str], columns: dict[str, Int32s]) -> None:
    """Note each cell whose name is none; `columns` hold places in `names`."""
    wrong = {place: fault for place, name in enumerate(names) if (fault := name_fault(name))}
    if not wrong:
        return
    for column, numbers in columns.items():
        for row in np.flatnonzero(np.isin(numbers, list(wrong))).tolist():
            file.faults.add(int(file.lines[row]), column, *wrong[int(numbers[row])])


def _check_parties(
    file: CsvColumns, names: Sequence[str], debtors: Int32s, creditors: Int32s
) -> None:
    """Note each obligation of a party to itself; one without a name has its fault already."""
    for row in np.flatnonzero(debtors == creditors).tolist():
        name = names[int(debtors[row])]
        if not name_fault(name):
            expected = "another party than the debtor; take the line out"
            file.faults.add(int(file.lines[row]), "creditor", f"{shown(name)} again", expected)


def _check_texts(file: CsvColumns, name: str, column: TextColumn) -> None:
    """Note each cell of a column that is no name or id."""
    plain = are_plain(column.data, column.starts, column.lengths, TEXT_CHARACTERS_MAX)
    for row in np.flatnonzero(~plain).tolist():
        if fault := name_fault(column[row], missing=_MISSING[name]):
            file.faults.add(int(file.lines[row]), name, *fault)


def _check_unique(file: CsvColumns, name: str, column: TextColumn) -> None:
    """Note each repetition of a text that must stand once; empty ones have their fault already."""
    numbers, firsts = number_texts(column.data, column.starts, column.lengths, np.uint64(file.seed))
    if len(firsts) == len(numbers):
        return
    for row in np.flatnonzero(firsts[numbers] != np.arange(len(numbers))).tolist():
        if column.lengths[row]:
            before = int(file.lines[firsts[numbers[row]]])
            found = f"{shown(column[row])}, which stands on line {before} too"
            file.faults.add(int(file.lines[row]), name, found, "each one once")


def _check_length(file: CsvColumns) -> None:
    if len(file.lines) > OBLIGATIONS_MAX:
        expected = f"at most {OBLIGATIONS_MAX:,}; part the file"
        file.faults.add(0, "", f"{len(file.lines):,} rows", expected)
        file.faults.raise_if_any()


def _bytes_of(path: Path) -> bytes:
    if not path.is_file():
        raise UsageError(f"{path}: found no such file, expected a CSV file; see `comity setoff -h`")
    if path.stat().st_size > CSV_BYTES_MAX:
        size = path.stat().st_size
        raise UsageError(f"{path}: found {size:,} bytes, expected at most {CSV_BYTES_MAX:,}")
    return path.read_bytes()
