"""Tables come back from their narrow columns exactly, and bytes in any other form are refused."""

import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.payments import narrow_columns
from comity.payments.narrow_columns import PayloadError, pack_table, unpack_table
from comity.payments.rows import EVENT_ROW, LAYOUTS, TRANSFER_ROW, Rows

LAYOUT = np.dtype([("whole", "<i8"), ("natural", "<u8"), ("half", "<i4"), ("byte", "<i1")])
HEAD = 8 + 4 * 9


def _signed(bits: int) -> st.SearchStrategy[int]:
    least, most = -(2 ** (bits - 1)), 2 ** (bits - 1) - 1
    edges = [least, least + 1, -1, 0, 1, 255, 256, 65_535, 65_536, most - 1, most]
    return st.sampled_from([edge for edge in edges if edge <= most]) | st.integers(least, most)


_NATURAL = st.sampled_from([0, 1, 2**32 - 1, 2**32, 2**63, 2**64 - 1]) | st.integers(0, 2**64 - 1)
_ROW = st.tuples(_signed(64), _NATURAL, _signed(32), _signed(8))


def _packed(table: Rows) -> bytes:
    return b"".join(pack_table(table))


def _table(rows: list[tuple[int, ...]]) -> Rows:
    return np.array(rows, LAYOUT)


@given(st.lists(_ROW, max_size=6))
def test_every_value_comes_back(rows: list[tuple[int, ...]]) -> None:
    table = _table(rows)
    found = unpack_table(memoryview(_packed(table)), LAYOUT)
    assert found.dtype == LAYOUT
    assert found.tobytes() == table.tobytes()


@given(st.binary(max_size=200), st.sampled_from(sorted(LAYOUTS)))
def test_any_bytes_are_a_table_in_its_only_form_or_refused(data: bytes, name: str) -> None:
    try:
        table = unpack_table(memoryview(data), LAYOUTS[name])
    except PayloadError:
        return
    assert _packed(table) == data


@given(st.lists(_ROW, min_size=1, max_size=4), st.data())
def test_a_changed_byte_gives_another_table_or_is_refused(
    rows: list[tuple[int, ...]], data: st.DataObject
) -> None:
    packed = bytearray(_packed(_table(rows)))
    place = data.draw(st.integers(0, len(packed) - 1))
    packed[place] ^= data.draw(st.integers(1, 255))
    try:
        table = unpack_table(memoryview(packed), LAYOUT)
    except PayloadError:
        return
    assert _packed(table) == packed
    assert table.tobytes() != _table(rows).tobytes()


@pytest.mark.parametrize(
    ("values", "width"),
    [
        ([7, 7], 0),
        ([-3, 252], 1),
        ([-3, 253], 2),
        ([0, 65_535], 2),
        ([0, 65_536], 4),
        ([-(2**31), 2**31 - 1], 4),
        ([0, 2**32], 8),
        ([-(2**63), 2**63 - 1], 8),
    ],
)
def test_a_column_is_as_narrow_as_its_values_allow(values: list[int], width: int) -> None:
    packed = _packed(_table([(value, 0, 0, 0) for value in values]))
    assert packed[8] == width
    assert len(packed) == HEAD + len(values) * width


def test_a_column_that_needs_its_own_width_lies_as_in_memory() -> None:
    values = np.array([2**64 - 1, 0, 2**63], "<u8")
    packed = _packed(_table([(0, int(value), 0, 0) for value in values]))
    assert packed[HEAD:] == values.tobytes()


def test_rows_of_a_larger_table_are_packed_as_they_are_read() -> None:
    table = np.zeros(10, TRANSFER_ROW)
    table["payment"] = np.arange(10)
    assert _packed(table[::2]) == _packed(table[::2].copy())


def test_an_empty_table_is_its_count() -> None:
    assert _packed(np.zeros(0, EVENT_ROW)) == bytes(8)
    assert len(unpack_table(memoryview(bytes(8)), EVENT_ROW)) == 0


def test_what_is_read_cannot_be_written() -> None:
    table = unpack_table(memoryview(_packed(_table([(1, 2, 3, 4)]))), LAYOUT)
    with pytest.raises(ValueError, match="read-only"):
        table["whole"] = 5


@pytest.mark.parametrize("cut", [0, 7, 8, HEAD - 1, HEAD, -1])
def test_a_cut_table_is_refused(cut: int) -> None:
    packed = _packed(_table([(1, 2, 3, 4), (2, 2, 3, 4)]))
    with pytest.raises(PayloadError, match=r"found \d+ bytes, expected"):
        unpack_table(memoryview(packed[:cut]), LAYOUT)


def test_bytes_behind_a_table_are_refused() -> None:
    with pytest.raises(PayloadError, match="found 9 bytes, expected 8"):
        unpack_table(memoryview(bytes(9)), LAYOUT)


@pytest.mark.parametrize("count", [-1, 2**63 - 1, narrow_columns.TABLE_BYTES_MAX])
def test_a_count_beyond_the_bound_is_refused_before_memory_is_taken(count: int) -> None:
    data = struct.pack("<q", count) + bytes(4 * 9)
    with pytest.raises(PayloadError, match="at most"):
        unpack_table(memoryview(data), LAYOUT)


def test_a_table_beyond_the_bound_is_not_packed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(narrow_columns, "TABLE_BYTES_MAX", 3 * LAYOUT.itemsize)
    assert len(pack_table(np.zeros(3, LAYOUT))) == 1
    with pytest.raises(PayloadError, match="found 4 rows"):
        pack_table(np.zeros(4, LAYOUT))


def _forged(values: bytes, width: int, base: int) -> memoryview:
    """Return a table of two rows with one byte a row, whose column `half` is as given."""
    columns = [(0, 0), (0, 0), (width, base), (0, 0)]
    head = struct.pack("<q", 2) + b"".join(struct.pack("<BQ", *one) for one in columns)
    return memoryview(head + values)


@pytest.mark.parametrize(
    ("values", "width", "base", "what"),
    [
        (bytes(6), 3, 0, "found width 3, which it cannot have"),
        (bytes(16), 8, 0, "found width 8, which it cannot have"),
        (b"\x00\x01", 1, 2**31 - 1, "not its only form"),  # the sum leaves the column
        (b"\x01\x02", 1, 0, "not its only form"),  # the base is not the least
        (b"\x00\x00", 1, 5, "not its only form"),  # one value needs no numbers
        (b"\x00\x00\x05\x00", 2, 0, "not its only form"),  # one byte is enough
        (b"", 0, 2**32, "not its only form"),  # the base is not one of the column
        (bytes(8), 4, 0, "not its only form"),
    ],
)
def test_another_form_of_a_table_is_refused(
    values: bytes, width: int, base: int, what: str
) -> None:
    with pytest.raises(PayloadError, match=what):
        unpack_table(_forged(values, width, base), LAYOUT)
