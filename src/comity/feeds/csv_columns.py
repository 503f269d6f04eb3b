"""CSV files of many rows as columns, every fault with its line.

RFC 4180: commas between cells, double quotes around a cell where needed, UTF-8 with or without
byte order mark. The first row names the columns, in any order. What the cells mean is for the
reader of one kind of file. Nothing is done row by row here: `csv_kernel` does that.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, overload

import numpy as np
from numpy.typing import NDArray

from comity.errors import Fault, InputFaultsError
from comity.feeds.csv_kernel import (
    QUOTE_ASTRAY,
    QUOTE_NOT_CLOSED,
    find_cells,
    gather_texts,
    number_texts,
)
from comity.identifiers.cells import find_wrong_bytes, shown

Bytes = NDArray[np.uint8]
Int32s = NDArray[np.int32]
Int64s = NDArray[np.int64]

FAULTS_SHOWN_MAX: Final = 100
"""Faults of one file that are listed; the rest are counted."""

CSV_BYTES_MAX: Final = 2**31 - 1
"""Largest file, so that a place in it fits 32 bits; a row has 30 to 100 bytes as a rule."""

_HEADER_CELLS_MAX = 64
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_LINE_END = re.compile(rb"\r\n|\r|\n")
_QUOTES = {
    QUOTE_NOT_CLOSED: (
        "a quote that is never closed",
        "quotes in pairs around a cell; nothing after this one was read",
    ),
    QUOTE_ASTRAY: (
        "a quote inside a cell",
        'quotes around the whole cell, and those within it doubled: "a ""b"" c"',
    ),
}


class FaultList:
    """The faults of one file; lists the first by line and counts the rest."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._faults: list[Fault] = []

    def add(self, line: int, column: str, found: str, expected: str) -> None:
        """Note a fault."""
        self._faults.append(Fault(self._name, line, column, found, expected))

    def raise_if_any(self) -> None:
        """Refuse the file if a fault was found.

        Raises:
            InputFaultsError: the first FAULTS_SHOWN_MAX faults by line, and how many more.
        """
        if not self._faults:
            return
        ordered = sorted(self._faults, key=lambda fault: fault.line)
        more = len(ordered) - FAULTS_SHOWN_MAX
        shown_first = ordered[:FAULTS_SHOWN_MAX]
        if more > 0:
            found = f"{more:,} more faults" if more > 1 else "1 more fault"
            shown_first.append(Fault(self._name, 0, "", found, "none; mend these and run again"))
        raise InputFaultsError(shown_first)


@dataclass(frozen=True, slots=True)
class TextColumn(Sequence[str]):
    """The cells of one column as they lie in the file; a text is made when it is asked for.

    Attributes:
        data: the file.
        starts: where each cell begins.
        lengths: bytes of each, outer quotes left out.
    """

    data: Bytes
    starts: Int32s
    lengths: Int32s

    def __len__(self) -> int:
        return len(self.starts)

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> "TextColumn": ...
    def __getitem__(self, place: int | slice) -> "str | TextColumn":
        if isinstance(place, slice):
            return TextColumn(self.data, self.starts[place], self.lengths[place])
        start = int(self.starts[place])
        return _text(self.data, start, start + int(self.lengths[place]))

    def __iter__(self) -> Iterator[str]:
        gathered = gather_texts(self.data, self.starts, self.lengths).tobytes().decode()
        texts = gathered.split("\n")
        if len(texts) != len(self) + 1:  # some hold line ends themselves
            return (self[place] for place in range(len(self)))
        if '"' in gathered:
            texts = gathered.replace('""', '"').split("\n")
        return iter(texts[:-1])

    def numbered(self, seed: int) -> tuple[Int32s, list[str]]:
        """Return a number for each text, equal ones alike, and the texts by number."""
        numbers, firsts = number_texts(self.data, self.starts, self.lengths, np.uint64(seed))
        return numbers, list(self._of(firsts))

    def joined(self, other: "TextColumn") -> "TextColumn":
        """Return both columns of one file, one after the other."""
        starts = np.concatenate((self.starts, other.starts))
        return TextColumn(self.data, starts, np.concatenate((self.lengths, other.lengths)))

    def _of(self, rows: Int32s) -> "TextColumn":
        return TextColumn(self.data, self.starts[rows], self.lengths[rows])


@dataclass(frozen=True, slots=True)
class CsvColumns:
    """A file whose header and rows are whole, or whose faults say where they are not.

    Attributes:
        name: path as the user named it.
        sha256: of its bytes, hexadecimal.
        lines: 1-based line on which each row begins; rows that are not whole are left out.
        columns: by name.
        faults: what was found; readers of the cells add to it and raise it.
    """

    name: str
    sha256: str
    lines: Int32s
    columns: dict[str, TextColumn]
    faults: FaultList

    @property
    def seed(self) -> int:
        """A number that nobody knows before the file is written."""
        return int(self.sha256[:16], 16)


def read_columns(
    name: str, data: bytes, *, required: tuple[str, ...], optional: tuple[str, ...] = ()
) -> CsvColumns:
    """Find the cells of a file; blank lines are left out.

    Args:
        name: path as the user named it.
        data: its bytes, at most CSV_BYTES_MAX.
        required: columns that must be there.
        optional: columns that may be there; any other is a fault.

    Raises:
        InputFaultsError: some line is not UTF-8, or else the header is wrong.
    """
    faults = FaultList(name)
    _check_encoding(data, faults)
    content = np.frombuffer(data, np.uint8)
    first = len(_BYTE_ORDER_MARK) if data.startswith(_BYTE_ORDER_MARK) else 0
    header_end, header_line, header = _header(data, first)
    _check_header(header, header_line, required, optional, faults)
    rows_max = 1 + int(np.count_nonzero(content == ord("\n")))
    rows_max += int(np.count_nonzero(content == ord("\r")))
    width = len(header)
    starts, lengths, lines, counts = find_cells(content, header_end, width, rows_max)
    lines += np.int32(header_line)
    whole = counts == width
    for row in np.flatnonzero(~whole).tolist():
        faults.add(int(lines[row]), "", *_misshapen(int(counts[row]), header))
    columns = {
        column: TextColumn(content, starts[place::width][whole], lengths[place::width][whole])
        for place, column in enumerate(header)
    }
    return CsvColumns(name, hashlib.sha256(data).hexdigest(), lines[whole], columns, faults)


def _text(data: Bytes, start: int, end: int) -> str:
    return data[start:end].tobytes().decode().replace('""', '"')


def _header(data: bytes, first: int) -> tuple[int, int, list[str]]:
    """Return where the first row ends, on which line, and its cells; none in an empty file."""
    at, line = first, 1
    while at < len(data):
        found = _LINE_END.search(data, at)
        end, after = found.span() if found else (len(data), len(data))
        if end > at:
            row = np.frombuffer(data[at:end], np.uint8)
            starts, lengths, _, counts = find_cells(row, 0, _HEADER_CELLS_MAX, 1)
            return after, line, list(TextColumn(row, starts, lengths))[: max(int(counts[0]), 1)]
        at, line = after, line + 1
    return at, line, []


def _check_encoding(data: bytes, faults: FaultList) -> None:
    for line, found in find_wrong_bytes(data):
        faults.add(line, "", found, "UTF-8; save the file in that encoding")
    faults.raise_if_any()


def _check_header(
    header: list[str],
    line: int,
    required: tuple[str, ...],
    optional: tuple[str, ...],
    faults: FaultList,
) -> None:
    allowed = (*required, *optional)
    for name in required:
        if name not in header:
            found = f"the header {shown(','.join(header))}" if header else "no header"
            faults.add(line, name, found, f"a column {name!r}, with commas between columns")
    for place, name in enumerate(header):
        if name not in allowed:
            expected = f"no other columns than {', '.join(allowed)}; take it out"
            faults.add(line, "", f"column {shown(name)}", expected)
        elif name in header[:place]:
            faults.add(line, name, f"column {name!r} again", "each column once")
    faults.raise_if_any()


def _misshapen(count: int, header: list[str]) -> tuple[str, str]:
    if count in _QUOTES:
        return _QUOTES[count]
    cells = "1 cell" if count == 1 else f"{count} cells"
    return cells, f"{len(header)}: {','.join(header)}"
