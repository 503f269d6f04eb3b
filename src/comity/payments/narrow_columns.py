"""A table of integers as bytes, column by column, each as narrow as its values allow; and back.

Most columns of a batch say little: one currency, one day, a few hundred participants, numbers that
count up. Layout of a table, all little-endian:

- the number of rows, 8 bytes; of a table without rows nothing follows;
- for each column of the row layout, in its order: the width (1 byte) and the base (8 bytes, a
  negative one in two's complement);
- for each column of a width above 0, in the same order: one unsigned number of that width a row.

A value is base plus number. Width 0 is a column of one value, the base. Widths 1, 2 and 4 are taken
where the largest value less the smallest, which is the base, fits and the column itself is wider.
Otherwise the width is the column's own, the base is 0 and the numbers are the values as they lie in
memory. So a table has exactly one form, and bytes in any other form are refused.
"""

import struct
from collections.abc import Iterator
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from comity.errors import ProofFailedError
from comity.payments.rows import Rows

TABLE_BYTES_MAX = 2**30
"""Most bytes of a table in memory. A few bytes can stand for many equal rows, so that without a
bound forged ones could ask for any amount of memory."""

_COUNT = struct.Struct("<q")
_COLUMN = struct.Struct("<BQ")
_WIDTHS = (1, 2, 4, 8)
_MODULUS = 2**64

_Form: TypeAlias = tuple[int, int]
"""Width and base of a column."""


class PayloadError(ProofFailedError):
    """A record's payload is not one this format describes."""


def pack_table(table: Rows) -> list[memoryview]:
    """Return a table's bytes, in parts to be joined.

    Raises:
        PayloadError: the table is larger than `TABLE_BYTES_MAX`.
    """
    _check_size(len(table), table.dtype)
    heads, parts = [_COUNT.pack(len(table))], []
    for name in table.dtype.names or () if len(table) else ():
        column = np.ascontiguousarray(table[name])
        width, base = form = _form_of(column)
        heads.append(_COLUMN.pack(*form))
        if width:
            parts.append(_narrowed(column, width, base).view(np.uint8).data)
    return [memoryview(b"".join(heads)), *parts]


def unpack_table(data: memoryview, layout: np.dtype[Any]) -> Rows:
    """Return the table that `pack_table` packed; it cannot be written to.

    Raises:
        PayloadError: the bytes are not those of a table of this layout.
    """
    if len(data) < _COUNT.size:
        raise PayloadError(f"table: found {len(data)} bytes, expected at least {_COUNT.size}")
    (count,) = _COUNT.unpack_from(data)
    _check_size(count, layout)
    names = layout.names or ()
    start = _COUNT.size + (_COLUMN.size * len(names) if count else 0)
    if len(data) < start:
        raise PayloadError(f"table: found {len(data)} bytes, expected at least {start}")
    forms = list(_COLUMN.iter_unpack(data[_COUNT.size : start]))
    for name, (width, _) in zip(names, forms, strict=False):
        if width not in (0, *_WIDTHS) or width > layout[name].itemsize:
            raise PayloadError(f"column {name}: found width {width}, which it cannot have")
    expected = start + count * sum(width for width, _ in forms)
    if len(data) != expected:
        raise PayloadError(f"table: found {len(data)} bytes, expected {expected}")
    return _filled(data[start:], np.empty(count, layout), forms)


def _check_size(count: int, layout: np.dtype[Any]) -> None:
    most = TABLE_BYTES_MAX // layout.itemsize
    if not 0 <= count <= most:
        raise PayloadError(f"table: found {count} rows of {layout.itemsize} bytes, at most {most}")


def _form_of(column: NDArray[Any]) -> _Form:
    """Return the one form that a column of at least one row has."""
    low, high = int(column.min()), int(column.max())
    if low == high:
        return 0, low % _MODULUS
    width = next(width for width in _WIDTHS if high - low < 1 << 8 * width)
    return (width, low % _MODULUS) if width < column.itemsize else (width, 0)


def _narrowed(column: NDArray[Any], width: int, base: int) -> NDArray[Any]:
    if width == column.itemsize:
        return column
    # The differences fit the width, so they are right even where values are cut to it first.
    narrow = column.astype(f"<u{width}")
    narrow -= narrow.dtype.type(base % (1 << 8 * width))
    return narrow


def _filled(data: memoryview, table: Rows, forms: list[_Form]) -> Rows:
    for name, column, form in _columns(data, table, forms):
        # Sums that wrapped, a base that is not the least, a width that is not the narrowest: all
        # of them show in that the column as read would be written in another form.
        if _form_of(column) != form:
            raise PayloadError(f"column {name}: found width and base {form}, not its only form")
        table[name] = column
    table.flags.writeable = False
    return table


def _columns(
    data: memoryview, table: Rows, forms: list[_Form]
) -> Iterator[tuple[str, NDArray[Any], _Form]]:
    """Yield each column's name, values and form; where all rows are equal, one value."""
    start = 0
    for name, (width, base) in zip(table.dtype.names or (), forms, strict=False):
        layout = table.dtype[name]
        unsigned = np.dtype(f"<u{layout.itemsize}")
        column = np.full(1, base % (1 << 8 * layout.itemsize), unsigned)
        if width:
            column = column + np.frombuffer(data, f"<u{width}", len(table), start)
        start += width * len(table)
        yield name, column.view(layout), (width, base)
