"""The columns of a CSV file of payments, each row with the line on which it stands.

RFC 4180: commas between cells, double quotes around a cell where needed, UTF-8 with or without
byte order mark, lines ending in LF, CRLF or CR. pyarrow reads the cells; which line a row stands
on, and where a quote is astray, is found here, because pyarrow does not say.
"""

import csv
import re
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
from numpy.typing import NDArray

from comity.identifiers.cells import find_wrong_bytes
from comity.simulator.payment_faults import PaymentFaults
from comity.simulator.payment_format import (
    COLUMNS_SHOWN_MAX,
    OF_FEW_TEXTS,
    PaymentFormat,
    choose_columns,
)
from comity.simulator.payment_source import PaymentSource

Bools = NDArray[np.bool_]
Int64s = NDArray[np.int64]

CSV_BYTES_MAX: Final = 2**31 - 1
"""Largest CSV file, so that a place in it fits 32 bits; a payment has 40 to 100 bytes as a rule."""

_BLOCK_BYTES = 1 << 20
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_NO_LINE_END = re.compile(rb"[^\r\n]")
_LINE_END = re.compile(rb"\r\n|\r|\n")
_FEED, _RETURN, _QUOTE, _COMMA = 0x0A, 0x0D, 0x22, 0x2C


def read_csv(name: str, data: bytes, form: PaymentFormat, faults: PaymentFaults) -> PaymentSource:
    """Return the columns of a CSV file; blank lines are left out.

    Rows that are not whole are left out too, and noted: the faults are to be raised before
    anything is made of the rows.

    Args:
        name: path as the user named it.
        data: the file's bytes.
        form: how the file is to be read.
        faults: what is wrong with rows is added.

    Raises:
        InputFaultsError: the file is empty or too large, some line is not UTF-8, a quote is
            astray, or the header is wrong.
    """
    if len(data) > CSV_BYTES_MAX:
        found, expected = f"{len(data):,} bytes", f"at most {CSV_BYTES_MAX:,}; part it by days"
        faults.add(0, "", found, expected)
        faults.raise_if_any()
    _check_encoding(data, faults)
    layout = _Layout(data)
    _check_quotes(layout, faults)
    header_end, header_line, header = _header(layout)
    if not header:
        faults.add(0, "", "an empty file", "a header that names the columns, and a payment a line")
        faults.raise_if_any()
    chosen = choose_columns(header, form, faults, header_line)
    faults.raise_if_any()
    body = _Body(layout, header_end, header_line, header)
    table = body.read(chosen, faults)
    columns = {column: table.column(str(place)) for column, place in chosen.items()}
    return PaymentSource(name, columns, body.lines(len(table)))


class _Layout:
    """Where quotes and ends of lines stand; found only if something needs them."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.start = len(_BYTE_ORDER_MARK) if data.startswith(_BYTE_ORDER_MARK) else 0
        self.has_quotes = b'"' in data
        self._bytes = np.frombuffer(data, np.uint8)
        self.quotes: Int64s = np.flatnonzero(self._bytes == _QUOTE) if self.has_quotes else _NONE

    def line_count(self, start: int, end: int) -> int:
        """Return how many lines end between two places; a return and a feed end one."""
        feeds = self.data.count(b"\n", start, end)
        returns = self.data.count(b"\r", start, end)
        return feeds + (returns and returns - self.data.count(b"\r\n", start, end))

    def line_ends(self, start: int) -> tuple[Int64s, Int64s]:
        """Return the last byte of each line from a place on, and the first one of its end."""
        part = self._bytes[start:]
        following = np.append(part[1:], 0)
        ends = np.flatnonzero((part == _FEED) | ((part == _RETURN) & (following != _FEED))).astype(
            np.int64
        )
        before = np.where(ends > 0, part[ends - 1], 0)
        firsts = ends - ((part[ends] == _FEED) & (before == _RETURN))
        return ends + start, firsts + start

    def is_quoted(self, places: Int64s) -> Bools:
        """Return whether each place lies within quotes: behind an odd number of them."""
        quoted: Bools = (np.searchsorted(self.quotes, places) & 1).astype(np.bool_)
        return quoted

    def stray_quote(self) -> int | None:
        """Return the first quote that neither opens a cell, nor closes one, nor is doubled."""
        quotes = self.quotes
        opening, closing = quotes[::2], quotes[1::2]
        before = self._bytes[np.maximum(opening - 1, 0)]
        after = self._bytes[np.minimum(closing + 1, len(self._bytes) - 1)]
        parting = (_FEED, _RETURN, _COMMA)
        opens = np.isin(before, parting) | (opening == self.start)
        opens[1:] |= opening[1:] == closing[: len(opening) - 1] + 1
        closes = np.isin(after, parting) | (closing == len(self._bytes) - 1)
        closes[: len(opening) - 1] |= closing[: len(opening) - 1] + 1 == opening[1:]
        astray = np.sort(np.concatenate((opening[~opens], closing[~closes])))
        return int(astray[0]) if len(astray) else None


_NONE: Int64s = np.empty(0, np.int64)


class _Body:
    """All lines behind the header."""

    def __init__(self, layout: _Layout, start: int, header_line: int, header: list[str]) -> None:
        self._layout = layout
        self._start = start
        self._header_line = header_line
        self._header = header
        self._misshapen: dict[int, int] = {}  # number of cells by number of the row, from 0
        data = layout.data
        # Without quotes around a line end and without blank lines, each line is a row.
        self._line_count = layout.line_count(start, len(data))
        if len(data) > start and data[-1] not in (_FEED, _RETURN):
            self._line_count += 1

    def read(self, chosen: dict[str, int], faults: PaymentFaults) -> Any:
        """Return the rows that are whole; a column is named by its place in the header."""
        if not _NO_LINE_END.search(self._layout.data, self._start):
            faults.add(0, "", "no payment behind the header", "a payment a line")
            faults.raise_if_any()
        try:
            return self._parsed(chosen, _BLOCK_BYTES, use_threads=True)
        except pa.ArrowInvalid:
            # Some row is not whole, or does not fit a block. Only one thread can say which rows.
            block = max(_BLOCK_BYTES, self._longest_row())
            table = self._parsed(chosen, block, use_threads=False, invalid_row_handler=self._note)
        self._tell(len(table), faults)
        return table

    def lines(self, count: int) -> Int64s:
        """Return the lines on which `count` rows that are whole begin."""
        first = self._header_line + 1
        total = count + len(self._misshapen)
        lines = np.arange(first, first + total, dtype=np.int64)
        if self._line_count != total:
            lines = self._lines_of_rows()
        assert len(lines) == total, "pyarrow and this module find the same rows"
        return np.delete(lines, list(self._misshapen))

    def _parsed(
        self, chosen: dict[str, int], block_bytes: int, *, use_threads: bool, **options: Any
    ) -> Any:
        types = {
            str(place): pa.dictionary(pa.int32(), pa.string())
            if column in OF_FEW_TEXTS
            else pa.string()
            for column, place in chosen.items()
        }
        with pa.BufferReader(pa.py_buffer(self._layout.data).slice(self._start)) as stream:
            return pa_csv.read_csv(
                stream,
                read_options=pa_csv.ReadOptions(
                    use_threads=use_threads,
                    block_size=block_bytes,
                    column_names=[str(place) for place in range(len(self._header))],
                ),
                parse_options=pa_csv.ParseOptions(
                    newlines_in_values=self._layout.has_quotes, **options
                ),
                convert_options=pa_csv.ConvertOptions(
                    check_utf8=False, column_types=types, include_columns=list(types)
                ),
            )

    def _longest_row(self) -> int:
        """Return a number of bytes that no row exceeds, since a block must hold whole rows."""
        ends, _ = self._layout.line_ends(self._start)
        ends = ends[~self._layout.is_quoted(ends)]
        edges = np.concatenate(([self._start], ends, [len(self._layout.data)]))
        return int(np.diff(edges).max()) + 2

    def _note(self, row: Any) -> str:
        self._misshapen[row.number - 1] = row.actual_columns
        return "skip"

    def _tell(self, whole: int, faults: PaymentFaults) -> None:
        rows = np.array(list(self._misshapen), np.int64)
        counts = list(self._misshapen.values())
        lines = np.arange(self._header_line + 1, self._header_line + 1 + whole + len(rows))
        if self._line_count != len(lines):
            lines = self._lines_of_rows()
        expected = f"{len(self._header)}: {','.join(self._header[:COLUMNS_SHOWN_MAX])}"

        def say(place: int) -> tuple[str, str]:
            return ("1 field" if counts[place] == 1 else f"{counts[place]} fields"), expected

        faults.add_rows(np.ones(len(rows), np.bool_), lines[rows], "", say)

    def _lines_of_rows(self) -> Int64s:
        """Return on which line each row begins, where rows and lines are not the same."""
        size = len(self._layout.data)
        ends, firsts = self._layout.line_ends(self._start)
        if not len(ends) or ends[-1] != size - 1:
            ends, firsts = np.append(ends, size), np.append(firsts, size)
        starts = np.concatenate(([self._start], ends[:-1] + 1))
        # A row begins where a line does, outside quotes, and has some character.
        begins = ~self._layout.is_quoted(starts) & (firsts > starts)
        return np.flatnonzero(begins) + self._header_line + 1


def _check_encoding(data: bytes, faults: PaymentFaults) -> None:
    if data.isascii():
        return
    for line, found in find_wrong_bytes(data):
        faults.add(line, "", found, "UTF-8; save the file in that encoding")
    faults.raise_if_any()


def _check_quotes(layout: _Layout, faults: PaymentFaults) -> None:
    """Refuse the file at the first quote astray: what stands behind it could be read two ways."""
    if not layout.has_quotes:
        return
    astray = layout.stray_quote()
    if astray is not None:
        expected = 'quotes around the whole cell, and those within it doubled: "a ""b"" c"'
        found = "a quote inside a cell"
    elif len(layout.quotes) % 2:
        astray, found = int(layout.quotes[-1]), "a quote that is never closed"
        expected = "quotes in pairs around a cell"
    else:
        return
    faults.add(layout.line_count(0, astray) + 1, "", found, expected)
    faults.raise_if_any()


def _header(layout: _Layout) -> tuple[int, int, list[str]]:
    """Return where the header ends, on which line it begins, and its cells, if there are any."""
    data, start, line = layout.data, layout.start, 1
    at = start
    while at < len(data):
        found = _LINE_END.search(data, at)
        end, after = found.span() if found else (len(data), len(data))
        if int(np.searchsorted(layout.quotes, end)) % 2:
            at = after  # within quotes
        elif end > start:
            (cells,) = csv.reader([data[start:end].decode()], strict=True)
            return after, line + layout.line_count(start, end), cells
        else:
            start, at, line = after, after, line + 1
    return at, line, []
