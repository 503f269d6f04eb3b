"""Columns of pyarrow as columns of whole numbers, with no Python object for each payment."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pa_compute
from numpy.typing import NDArray
from pyarrow import types as pa_types

from comity.simulator.payment_kernel import (
    CLOCK,
    DATED,
    INSTANT,
    NO_MOMENT,
    NOTHING,
    read_amounts,
    read_days,
    read_moments,
    scale_decimals,
)

Bools = NDArray[np.bool_]
Int8s = NDArray[np.int8]
Int32s = NDArray[np.int32]
Int64s = NDArray[np.int64]

NO_DAY: Final = -1
"""In a column of days: there is nothing, or no date."""

NO_TEXT: Final = -1
"""In a column of numbered texts: the text is empty."""

_DAY_US, _DAY_MS = 86_400_000_000, 86_400_000
_HOUR_US, _MINUTE_US = 3_600_000_000, 60_000_000
_UNITS_PER_SECOND = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}
_SECOND_US = 1_000_000
_DAYS_MAX = 84_006
"""Days from 1970-01-01 up to 2199-12-31, both included."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, eq=False)
class Texts:
    """A column of texts as numbers of its different texts.

    Attributes:
        numbers: by row, place in `values`.
        values: the texts; an empty one where some row has none.
    """

    numbers: Int32s
    values: list[str]


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """A column of moments.

    Attributes:
        us: microseconds; since when, the kind says.
        kinds: by row, NOTHING to INSTANT of `payment_kernel`.
    """

    us: Int64s
    kinds: Int8s


def number_values(column: Any) -> tuple[Int32s, Any]:
    """Return by row the number of its text, −1 for an empty one, and the texts by number.

    Args:
        column: texts or integers.
    """
    if pa_types.is_dictionary(column.type):
        whole = column.unify_dictionaries().combine_chunks()
    else:
        # Texts are put together first: each part of many would have the whole dictionary to unify.
        whole = column.cast(pa.large_string()).combine_chunks().dictionary_encode()
    if isinstance(whole, pa.ChunkedArray):
        whole = whole.chunk(0)
    indices = whole.indices.fill_null(NO_TEXT) if whole.null_count else whole.indices
    numbers = indices.to_numpy(zero_copy_only=False)
    empty = pa_compute.index(whole.dictionary, "").as_py()
    if empty >= 0:
        numbers = np.where(numbers == empty, NO_TEXT, numbers)
    return numbers.astype(np.int32, copy=False), whole.dictionary


def number_texts(column: Any) -> Texts:
    """Return a column of few different texts or integers as their numbers."""
    numbers, values = number_values(column)
    texts = [text or "" for text in values.to_pylist()]
    if (numbers == NO_TEXT).any():
        numbers = np.where(numbers == NO_TEXT, np.int32(len(texts)), numbers)
        texts.append("")
    return Texts(numbers, texts)


def read_amount_column(column: Any, exponents: Int8s) -> Int64s:
    """Return amounts in minor units, zero or a code of `payment_kernel` where there is none.

    Args:
        column: texts, integers or decimals, in major units.
        exponents: by row, decimals of the currency's major unit; zeros for minor units.
    """
    parts, start = [], 0
    for chunk in column.chunks:
        exponents_here = exponents[start : start + len(chunk)]
        start += len(chunk)
        if _is_text(chunk.type):
            parts.append(read_amounts(*_bytes_of(chunk), exponents_here))
        else:
            parts.append(_decimals(chunk, exponents_here))
    return _joined(parts)


def read_moment_column(column: Any) -> Moments:
    """Return moments of texts, times of day or timestamps; finer than a microsecond is none."""
    parts = [_moments(chunk) for chunk in column.chunks]
    kinds = [kind for _, kind in parts] or [np.empty(0, np.int8)]
    return Moments(_joined([us for us, _ in parts]), np.concatenate(kinds))


def read_day_column(column: Any) -> Int64s:
    """Return days since 1970-01-01 of texts, dates or timestamps at midnight, NO_DAY for others."""
    kind = column.type
    if pa_types.is_dictionary(kind):
        texts = number_texts(column)
        days = read_days(*_bytes_of(pa.array(texts.values, pa.string())))
        found: Int64s = days[texts.numbers]
        return found
    if _is_text(kind):
        return _joined([read_days(*_bytes_of(chunk)) for chunk in column.chunks])
    if pa_types.is_timestamp(kind):
        moments = read_moment_column(column)
        valid = (moments.kinds == DATED) & (moments.us % _DAY_US == 0)
        return np.where(valid, moments.us // _DAY_US, NO_DAY)
    in_days = pa_types.is_date32(kind)
    counts = column.cast(pa.int32() if in_days else pa.int64()).cast(pa.int64())
    counted = _joined([chunk.fill_null(NO_DAY).to_numpy() for chunk in counts.chunks])
    unit = 1 if in_days else _DAY_MS
    valid = (counted >= 0) & (counted < _DAYS_MAX * unit) & (counted % unit == 0)
    return np.where(valid, counted // unit, NO_DAY)


def to_clock(us: Int64s, zone: ZoneInfo) -> Int64s:
    """Return instants, microseconds since 1970-01-01 UTC, on the clock of a zone."""
    ahead = np.zeros(len(us), np.int64)
    hours, places = np.unique(us // _HOUR_US, return_inverse=True)
    first, last = _ahead(hours * _HOUR_US, zone), _ahead((hours + 1) * _HOUR_US, zone)
    ahead[:] = first[places]
    # The clock is changed within few hours, and then at a full minute.
    changing = np.flatnonzero((first != last)[places])
    minutes, places = np.unique(us[changing] // _MINUTE_US, return_inverse=True)
    ahead[changing] = _ahead(minutes * _MINUTE_US, zone)[places]
    return us + ahead


def _ahead(instants_us: Int64s, zone: ZoneInfo) -> Int64s:
    """Return how far the clock of a zone is ahead of UTC at each of a few instants."""
    return np.array(
        [_offset_us(_EPOCH + timedelta(microseconds=at), zone) for at in instants_us.tolist()],
        np.int64,
    )


def _offset_us(instant: datetime, zone: ZoneInfo) -> int:
    offset = instant.astimezone(zone).utcoffset()
    assert offset is not None
    return offset // timedelta(microseconds=1)


def _moments(chunk: Any) -> tuple[Int64s, Int8s]:
    kind = chunk.type
    if _is_text(kind):
        return read_moments(*_bytes_of(chunk))
    wide = pa.int32() if pa_types.is_time32(kind) else pa.int64()
    missing = chunk.is_null().to_numpy(zero_copy_only=False)
    counted = chunk.cast(wide).cast(pa.int64()).fill_null(0).to_numpy()
    per_second = _UNITS_PER_SECOND[kind.unit]
    limit = _DAYS_MAX * 86_400 * per_second
    # One day more on either side: the clock of a zone can be on another day than UTC.
    valid = (counted >= -86_400 * per_second) & (counted < limit + 86_400 * per_second)
    finer = max(per_second // _SECOND_US, 1)
    valid &= counted % finer == 0
    us = np.where(valid, counted, 0) // finer * max(_SECOND_US // per_second, 1)
    if not pa_types.is_timestamp(kind):
        read, valid = CLOCK, valid & (us >= 0) & (us < _DAY_US)
    else:
        read = DATED if kind.tz is None else INSTANT
        if read == DATED:
            valid &= (us >= 0) & (us < _DAYS_MAX * _DAY_US)
    kinds = np.where(valid, read, NO_MOMENT)
    return us, np.where(missing, NOTHING, kinds).astype(np.int8)


def _decimals(chunk: Any, exponents: Int8s) -> Int64s:
    kind = chunk.type
    scale = kind.scale if pa_types.is_decimal(kind) else 0
    wide = pa_compute.fill_null(chunk.cast(pa.decimal128(38, scale)), Decimal(0))
    words = np.frombuffer(wide.buffers()[1], np.uint64)
    return scale_decimals(words[2 * wide.offset : 2 * (wide.offset + len(wide))], scale, exponents)


def _bytes_of(chunk: Any) -> tuple[NDArray[np.uint8], Int64s]:
    """Return the bytes of texts, and where each begins and the last one ends."""
    if chunk.null_count:
        chunk = pa_compute.fill_null(chunk, "")
    width = np.int64 if pa_types.is_large_string(chunk.type) else np.int32
    _, offsets, data = chunk.buffers()
    if not len(chunk):
        return np.zeros(1, np.uint8), np.zeros(1, np.int64)
    first = chunk.offset * np.dtype(width).itemsize
    places = np.frombuffer(offsets, width, count=len(chunk) + 1, offset=first)
    held = np.frombuffer(data, np.uint8) if data else np.zeros(1, np.uint8)
    return held, places.astype(np.int64)


def _is_text(kind: Any) -> bool:
    return bool(pa_types.is_string(kind) or pa_types.is_large_string(kind))


def _joined(parts: list[Int64s]) -> Int64s:
    return np.concatenate(parts) if parts else np.empty(0, np.int64)
