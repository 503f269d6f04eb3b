"""CSV files whose first line names the columns, read row by row, with every fault by line."""

import csv
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Final, TypeVar

from comity.errors import Fault, InputFaultsError, RejectedError, UsageError

NAMED_ROWS_BYTES_MAX: Final = 50_000_000

_Value = TypeVar("_Value")


class NamedRows:
    """One file while it is read; collects its faults.

    Attributes:
        name: of the file.
        header: names of its columns.
        faults: found so far.
    """

    def __init__(self, path: Path) -> None:
        self.name = str(path)
        self.faults: list[Fault] = []
        self._line = 1
        self._cells: Mapping[str, str] = {}
        if not path.is_file():
            raise UsageError(f"{path}: found no such file, expected CSV")
        if path.stat().st_size > NAMED_ROWS_BYTES_MAX:
            size = path.stat().st_size
            raise UsageError(f"{path}: found {size} bytes, expected at most {NAMED_ROWS_BYTES_MAX}")
        try:
            self._text = path.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError as error:
            raise InputFaultsError([Fault(self.name, 0, "", str(error), "UTF-8")]) from error
        self._rows = csv.reader(self._text.splitlines(keepends=True))
        self.header: Sequence[str] = next(self._rows, [])

    def require(self, *columns: str) -> None:
        """Refuse a file that lacks a column.

        Raises:
            InputFaultsError: with each that is missing.
        """
        found = ", ".join(self.header) or "nothing"
        missing = [one for one in columns if one not in self.header]
        if missing:
            faults = [Fault(self.name, 1, one, found, f"a column {one!r}") for one in missing]
            raise InputFaultsError(faults)

    def __iter__(self) -> Iterator[None]:
        """Go to each row in turn, past blank lines and those with another number of cells."""
        for cells in self._rows:
            self._line = self._rows.line_num
            if len(cells) == len(self.header):
                self._cells = dict(zip(self.header, cells, strict=True))
                yield
            elif cells:
                self.note("", f"{len(cells)} cells", f"{len(self.header)}")

    def text(self, column: str) -> str:
        """Return a cell of this row, empty where there is no such column."""
        return self._cells.get(column, "").strip()

    def take(self, column: str, read: Callable[[str], _Value], expected: str) -> _Value | None:
        """Return what a cell says, None after noting its fault."""
        text = self.text(column)
        try:
            return read(text)
        except (ValueError, ArithmeticError, RejectedError):
            self.note(column, repr(text) if text else "nothing", expected)
            return None

    def note(self, column: str, found: str, expected: str) -> None:
        """Note a fault of this row."""
        self.faults.append(Fault(self.name, self._line, column, found, expected))

    def finish(self) -> None:
        """Refuse the file if a fault was found.

        Raises:
            InputFaultsError: with all of them.
        """
        if self.faults:
            raise InputFaultsError(self.faults)


def some_text(text: str) -> str:
    """Return a text that is not empty.

    Raises:
        ValueError: it is.
    """
    if not text:
        raise ValueError(text)
    return text


def decimal_number(text: str) -> Fraction:
    """Return a plain decimal number, exactly.

    Raises:
        ValueError: it is none; an exponent, a comma or blanks are none.
    """
    if re.fullmatch(r"-?[0-9]{1,30}(\.[0-9]{1,15})?", text, re.ASCII) is None:
        raise ValueError(text)
    return Fraction(text)
