"""Kernels that find the cells of a CSV file and judge many of them without a Python object each.

A text is named by where it lies in the file's bytes: `starts` and `lengths`. RFC 4180 makes that
enough to compare texts: a quoted cell holds quotes only in pairs and an unquoted one holds none,
so that equal bytes between the outer quotes are equal texts, and other bytes are other texts.
"""

import numba
import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Int32s = NDArray[np.int32]
Int64s = NDArray[np.int64]
Bools = NDArray[np.bool_]

QUOTE_NOT_CLOSED = -1
"""In place of a number of cells: the quote that opens a cell of this row is never closed."""

QUOTE_ASTRAY = -2
"""In place of a number of cells: a quote within an unquoted cell, or text behind a closing one."""

NOT_A_NUMBER = -1
"""In place of an amount: something else than one to eighteen digits."""

_DIGITS_MAX = 18
_QUOTE, _COMMA, _FEED, _RETURN = 0x22, 0x2C, 0x0A, 0x0D
_ZERO, _NINE, _SPACE, _TILDE = 0x30, 0x39, 0x20, 0x7E
_SLOTS_MIN = 1_024
_EMPTY = -1
_FNV_PRIME = np.uint64(0x100000001B3)


@numba.njit(cache=True)
def find_cells(
    data: Bytes, first: int, width: int, rows_max: int
) -> tuple[Int32s, Int32s, Int32s, Int32s]:
    """Return where the cells of each row lie; rows without any character are left out.

    A row with a stray quote ends at its line end, and the next one is read as if it were whole.

    Args:
        data: the file.
        first: where its first row begins.
        width: how many cells of a row to keep; further ones are counted only.
        rows_max: at least the number of line ends behind `first`, plus 1.

    Returns:
        Starts and lengths of the cells (row by row, `width` each; quotes around them left out),
        the line of each row, counted from 1 at `first`, and its number of cells or a QUOTE_ code.
    """
    starts, lengths = np.zeros(rows_max * width, np.int32), np.zeros(rows_max * width, np.int32)
    lines, counts = np.empty(rows_max, np.int32), np.empty(rows_max, np.int32)
    at, row, line, size = first, 0, 1, len(data)
    while at < size:
        begins, cells, height = at, 0, 1
        while True:
            quoted = at < size and data[at] == _QUOTE
            start = at + 1 if quoted else at
            at = _end_of_quoted(data, start) if quoted else _end_of_plain(data, start)
            if cells < width:
                starts[row * width + cells] = start
                lengths[row * width + cells] = at - start
            cells += 1
            if quoted:
                height += _line_ends(data, start, at)
                if at == size:
                    cells = QUOTE_NOT_CLOSED
                    break
                at += 1
            if at == size or data[at] == _FEED or data[at] == _RETURN:
                break
            if data[at] != _COMMA:
                cells = QUOTE_ASTRAY
                while at < size and data[at] != _FEED and data[at] != _RETURN:
                    at += 1
                break
            at += 1
        if at > begins:
            lines[row], counts[row] = line, cells
            row += 1
        line += height
        if at < size:
            at += 2 if data[at] == _RETURN and at + 1 < size and data[at + 1] == _FEED else 1
    return starts[: row * width], lengths[: row * width], lines[:row], counts[:row]


@numba.njit(cache=True)
def number_texts(
    data: Bytes, starts: Int32s, lengths: Int32s, seed: np.uint64
) -> tuple[Int32s, Int32s]:
    """Give equal texts one number, in the order in which they first come.

    Args:
        data: the file.
        starts: where each text begins.
        lengths: bytes of each.
        seed: of the hashes; the numbers do not depend on it. One that cannot be known before the
            file is written keeps anyone from writing texts that collide.

    Returns:
        The number of each text, and by number which text was the first.
    """
    numbers = np.empty(len(starts), np.int32)
    firsts = np.empty(_SLOTS_MIN, np.int32)
    hashes = np.empty(_SLOTS_MIN, np.uint64)
    slots = np.full(2 * _SLOTS_MIN, _EMPTY, np.int32)
    known = 0
    for i in range(len(starts)):
        hashed = _hash(data, starts[i], lengths[i], seed)
        slot = _slot(slots, hashed)
        while slots[slot] != _EMPTY:
            number = slots[slot]
            first = firsts[number]
            if hashes[number] == hashed and _is_equal(
                data, starts[first], lengths[first], starts[i], lengths[i]
            ):
                break
            slot = (slot + 1) & (len(slots) - 1)
        if slots[slot] == _EMPTY:
            if known == len(firsts):
                firsts = np.concatenate((firsts, np.empty(known, np.int32)))
                hashes = np.concatenate((hashes, np.empty(known, np.uint64)))
                slots = _slots_of(hashes, known, 4 * known)
                slot = _slot(slots, hashed)
                while slots[slot] != _EMPTY:
                    slot = (slot + 1) & (len(slots) - 1)
            slots[slot] = known
            firsts[known], hashes[known] = i, hashed
            known += 1
        numbers[i] = slots[slot]
    return numbers, firsts[:known].copy()


@numba.njit(cache=True)
def read_amounts(data: Bytes, starts: Int32s, lengths: Int32s) -> Int64s:
    """Return texts of one to eighteen ASCII digits as numbers, NOT_A_NUMBER for any other."""
    amounts = np.empty(len(starts), np.int64)
    for i in range(len(starts)):
        amount = 0 if 0 < lengths[i] <= _DIGITS_MAX else NOT_A_NUMBER
        for at in range(starts[i], starts[i] + lengths[i]):
            if amount == NOT_A_NUMBER or not _ZERO <= data[at] <= _NINE:
                amount = NOT_A_NUMBER
                break
            amount = amount * 10 + (data[at] - _ZERO)
        amounts[i] = amount
    return amounts


@numba.njit(cache=True)
def are_plain(data: Bytes, starts: Int32s, lengths: Int32s, longest: int) -> Bools:
    """Return whether each text is of ASCII that can be seen, without spaces around it.

    Args:
        data: the file.
        starts: where each text begins.
        lengths: bytes of each.
        longest: most bytes of a plain text; it has at least one.
    """
    plain = np.empty(len(starts), np.bool_)
    for i in range(len(starts)):
        start, end = starts[i], starts[i] + lengths[i]
        holds = 0 < lengths[i] <= longest and data[start] != _SPACE and data[end - 1] != _SPACE
        for at in range(start, end):
            holds = holds and _SPACE <= data[at] <= _TILDE
        plain[i] = holds
    return plain


@numba.njit(cache=True)
def gather_texts(data: Bytes, starts: Int32s, lengths: Int32s) -> Bytes:
    """Return the texts one after the other, with a line feed behind each."""
    gathered = np.empty(np.sum(lengths.astype(np.int64)) + len(lengths), np.uint8)
    to = 0
    for i in range(len(starts)):
        for at in range(starts[i], starts[i] + lengths[i]):
            gathered[to] = data[at]
            to += 1
        gathered[to] = _FEED
        to += 1
    return gathered


@numba.njit(cache=True)
def _end_of_plain(data: Bytes, start: int) -> int:
    """Return where an unquoted cell ends: at a comma, a line end, a quote or the end of all."""
    at = start
    while at < len(data):
        byte = data[at]
        if byte in (_COMMA, _FEED, _RETURN, _QUOTE):
            break
        at += 1
    return at


@numba.njit(cache=True)
def _end_of_quoted(data: Bytes, start: int) -> int:
    """Return where the closing quote stands, or the end of all; two quotes are one sign."""
    at = start
    while at < len(data):
        if data[at] == _QUOTE:
            if at + 1 == len(data) or data[at + 1] != _QUOTE:
                break
            at += 1
        at += 1
    return at


@numba.njit(cache=True)
def _line_ends(data: Bytes, start: int, end: int) -> int:
    """Return how many lines end between two places; carriage return and feed end one."""
    count = 0
    for at in range(start, end):
        if data[at] == _FEED or (data[at] == _RETURN and (at + 1 == end or data[at + 1] != _FEED)):
            count += 1
    return count


@numba.njit(cache=True)
def _hash(data: Bytes, start: int, length: int, seed: np.uint64) -> np.uint64:
    """Return the FNV-1a hash of a text, its high bits folded into the low ones."""
    hashed = seed
    for at in range(start, start + length):
        hashed = (hashed ^ np.uint64(data[at])) * _FNV_PRIME
    return hashed ^ (hashed >> np.uint64(32))


@numba.njit(cache=True)
def _slot(slots: Int32s, hashed: np.uint64) -> np.int64:
    return np.int64(hashed & np.uint64(len(slots) - 1))


@numba.njit(cache=True)
def _is_equal(data: Bytes, first: int, first_length: int, second: int, second_length: int) -> bool:
    at = 0 if first_length == second_length else first_length + 1
    while at < first_length and data[first + at] == data[second + at]:
        at += 1
    return at == first_length


@numba.njit(cache=True)
def _slots_of(hashes: NDArray[np.uint64], known: int, count: int) -> Int32s:
    """Return a table twice as large with every known number in it."""
    slots = np.full(count, _EMPTY, np.int32)
    for number in range(known):
        slot = _slot(slots, hashes[number])
        while slots[slot] != _EMPTY:
            slot = (slot + 1) & (count - 1)
        slots[slot] = number
    return slots
