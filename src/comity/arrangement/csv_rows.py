"""CSV files as rows whose fields are read one by one, each fault with its line."""

import csv
import io
import re
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from comity.arrangement.fields import DATE_MAX, DATE_MIN, FieldReader, shown
from comity.errors import Fault, InputFaultsError

ROWS_MAX: Final = 50_000
"""Rows of one file of the scheme."""

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class CsvRow:
    """One row.

    Attributes:
        line: 1-based line on which it begins.
        cells: as many as the row has, in order.
    """

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CsvFile:
    """A CSV file with the header it should have.

    Attributes:
        name: path below the arrangement folder.
        columns: the header.
        rows: all others; blank lines are left out.
        faults: what readers of its rows found; grows while they read.
    """

    name: str
    columns: tuple[str, ...]
    rows: tuple[CsvRow, ...]
    faults: list[Fault] = field(default_factory=list)


def parse_csv(
    name: str, text: str, columns: tuple[str, ...], optional: tuple[str, ...] = ()
) -> CsvFile:
    """Parse a file with commas between cells and, where needed, double quotes around them.

    Args:
        name: path below the arrangement folder.
        text: the file's.
        columns: the header must begin with them.
        optional: each may follow, in this order.

    Raises:
        InputFaultsError: the quotes do not match, the header is another one, or there are more
            than ROWS_MAX rows; the first of these.
    """
    rows: list[CsvRow] = []
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        for cells in lines:
            if cells:
                rows.append(CsvRow(line, tuple(cells)))
            line = lines.line_num + 1
            if len(rows) > ROWS_MAX + 1:
                raise _refused(name, line, "more rows", f"at most {ROWS_MAX}")
    except csv.Error as error:
        raise _refused(name, line, str(error), "cells in matching quotes") from error
    header = rows[0].cells if rows else ()
    more = header[len(columns) :]
    if header != (*columns, *(each for each in optional if each in more)):
        said = shown(",".join(header)) if header else "nothing"
        raise _refused(name, rows[0].line if rows else 1, said, _expected(columns, optional))
    return CsvFile(name, header, tuple(rows[1:]))


def _expected(columns: tuple[str, ...], optional: tuple[str, ...]) -> str:
    more = f", and behind it any of {','.join(optional)}, in this order" if optional else ""
    return f"the header {','.join(columns)}{more}"


class RowReader(FieldReader):
    """One row of a file."""

    def __init__(self, file: CsvFile, row: CsvRow) -> None:
        """Read a row; one with more or fewer cells than the header is a fault by itself."""
        self._file = file
        self._line_number = row.line
        self._cells = dict(zip(file.columns, row.cells, strict=False))
        self._is_whole = len(row.cells) == len(file.columns)
        if not self._is_whole:
            expected = f"{len(file.columns)}: {','.join(file.columns)}"
            file.faults.append(Fault(file.name, row.line, "", f"{len(row.cells)} cells", expected))

    def value(self, key: str) -> object:
        """Return the text of a cell, None where it is empty."""
        return self._cells.get(key) or None

    def day(self, key: str) -> date:
        """Read a day."""
        expected = f"a day from {DATE_MIN} to {DATE_MAX}, written YYYY-MM-DD"
        return self._text_as(key, _day, DATE_MIN, expected)

    def refuse(self, key: str, found: str, expected: str) -> None:
        """Note a fault in a cell; cells of a row that is not whole may be shifted and are not."""
        if self._is_whole:
            self._file.faults.append(
                Fault(self._file.name, self._line_number, key, found, expected)
            )


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text) if _DAY.fullmatch(text) else DATE_MIN
    except ValueError:
        return None
    return day if DATE_MIN < day <= DATE_MAX else None


def _refused(name: str, line: int, found: str, expected: str) -> InputFaultsError:
    return InputFaultsError([Fault(name, line, "", found, expected)])
