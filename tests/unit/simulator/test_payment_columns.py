"""Texts and native columns become numbers exactly as plain Python reads them."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Context, Decimal
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.money import AmountError, Currency
from comity.money.amounts import parse_amount_minor
from comity.simulator.payment_columns import (
    number_texts,
    number_values,
    read_amount_column,
    read_day_column,
    read_moment_column,
    to_clock,
)
from comity.simulator.payment_kernel import (
    CLOCK,
    DATED,
    INSTANT,
    NEGATIVE,
    NO_MOMENT,
    NOT_A_NUMBER,
    NOTHING,
    TOO_LARGE,
    TOO_MANY_DECIMALS,
)

CODES = {"syntax": NOT_A_NUMBER, "decimals": TOO_MANY_DECIMALS, "range": TOO_LARGE}
EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 — a clock without a zone
WIDE = Context(prec=60)
AMOUNT_TEXTS = st.from_regex(r"-?[0-9]{0,17}(\.[0-9]{0,6})?", fullmatch=True) | st.text(
    st.sampled_from("0123456789.,- +eE٣"), max_size=20
)


def chunked(values: list[Any], kind: Any = None) -> Any:
    """Return values as a column of two parts, the second one a slice of another array."""
    half = len(values) // 2
    tail = pa.array([*values[:1], *values[half:]], kind).slice(1)
    return pa.chunked_array([pa.array(values[:half], kind), tail])


def amounts_of(values: list[Any], exponents: list[int], kind: Any = None) -> list[int]:
    column = chunked(values, kind)
    found: list[int] = read_amount_column(column, np.array(exponents, np.int8)).tolist()
    return found


def plain_amount(text: str, exponent: int) -> int:
    unsigned = text[1:] if text.startswith("-") else text
    try:
        amount = parse_amount_minor(unsigned, Currency("XXX", 0, exponent).exponent)
    except AmountError as error:
        code = CODES[error.reason]
        return NEGATIVE if code != NOT_A_NUMBER and unsigned != text else code
    return NEGATIVE if unsigned != text else amount


@given(st.lists(st.tuples(AMOUNT_TEXTS, st.integers(0, 4)), min_size=1))
def test_texts_are_the_amounts_that_the_parser_of_money_reads(
    cells: list[tuple[str, int]],
) -> None:
    texts, exponents = [text for text, _ in cells], [exponent for _, exponent in cells]
    expected = [plain_amount(text, exponent) for text, exponent in cells]
    assert amounts_of(texts, exponents, pa.string()) == expected
    assert amounts_of(texts, exponents, pa.large_string()) == expected


@given(
    st.integers(0, 38),
    st.lists(
        st.tuples(
            st.integers(-(10**38) + 1, 10**38 - 1) | st.integers(-(10**17), 10**17),
            st.integers(0, 4),
            st.integers(0, 20),
        ),
        min_size=1,
    ),
)
def test_decimals_are_read_exactly_at_any_scale(
    scale: int, cells: list[tuple[int, int, int]]
) -> None:
    unscaled = [
        number * 10**zeros if abs(number * 10**zeros) < 10**38 else number
        for number, _, zeros in cells
    ]
    exponents = [exponent for _, exponent, _ in cells]
    values = [Decimal(number).scaleb(-scale, context=WIDE) for number in unscaled]
    expected = []
    for number, exponent in zip(unscaled, exponents, strict=True):
        minor, rest = divmod(number * 10**exponent, 10**scale)
        code = TOO_MANY_DECIMALS if rest else TOO_LARGE if minor >= 10**15 else minor
        expected.append(NEGATIVE if number < 0 else code)
    assert amounts_of(values, exponents, pa.decimal128(38, scale)) == expected


@pytest.mark.parametrize(
    "kind", [pa.int8(), pa.uint16(), pa.int32(), pa.int64(), pa.uint64(), pa.decimal64(5, 2)]
)
def test_numbers_of_every_width_are_read_and_missing_ones_are_zero(kind: Any) -> None:
    assert amounts_of([7, None, 12], [2, 0, 0], kind) == [700, 0, 12]


def test_integers_beyond_any_amount_are_too_large() -> None:
    assert amounts_of([2**64 - 1, 10**13], [0, 2], pa.uint64()) == [TOO_LARGE, TOO_LARGE]
    assert amounts_of([-(2**63), 10**13 - 1], [4, 2], pa.int64()) == [NEGATIVE, 10**15 - 100]


def test_missing_and_empty_texts_are_no_numbers() -> None:
    assert amounts_of([None, "", "1"], [2, 2, 2], pa.string()) == [NOT_A_NUMBER] * 2 + [100]
    assert amounts_of(["", None], [2, 2], pa.string()) == [NOT_A_NUMBER] * 2


@given(
    st.datetimes(datetime(1970, 1, 1), datetime(2199, 12, 31, 23, 59, 59)),  # noqa: DTZ001
    st.sampled_from(["minutes", "seconds", "milliseconds", "microseconds"]),
    st.sampled_from("T "),
    st.none() | st.integers(-1_439, 1_439),
)
def test_iso_date_times_are_the_moments_that_python_reads(
    moment: datetime, precision: str, parting: str, offset: int | None
) -> None:
    if offset is not None:
        moment = moment.replace(tzinfo=timezone(timedelta(minutes=offset)))
    text = moment.isoformat(sep=parting, timespec=precision)
    read = datetime.fromisoformat(text)
    origin = EPOCH if offset is None else EPOCH.replace(tzinfo=UTC)
    found = read_moment_column(chunked([text, text.replace("+00:00", "Z")]))
    assert found.us.tolist() == [(read - origin) // timedelta(microseconds=1)] * 2
    assert found.kinds.tolist() == [DATED if offset is None else INSTANT] * 2


@given(st.dates(date(1960, 1, 1), date(2210, 1, 1)))
def test_every_day_of_the_calendar_is_counted_as_python_counts_it(day: date) -> None:
    number = (day - date(1970, 1, 1)).days
    expected = [number if date(1970, 1, 1) <= day <= date(2199, 12, 31) else -1]
    native = chunked([day, day], pa.date32())
    for kind in (pa.date32(), pa.date64(), pa.timestamp("s"), pa.timestamp("ns")):
        assert read_day_column(native.cast(kind)).tolist() == expected * 2
    text = day.isoformat()
    assert read_day_column(chunked([text], pa.string())).tolist() == expected
    assert read_day_column(chunked([text, text]).dictionary_encode()).tolist() == expected * 2


@given(st.text(st.sampled_from("0123456789-:.TZ+ "), max_size=30))
def test_a_text_that_is_read_is_one_that_python_reads_too(text: str) -> None:
    found = read_moment_column(chunked([text], pa.string()))
    if not text:
        assert found.kinds[0] == NOTHING
    elif found.kinds[0] != NO_MOMENT:
        prefix = "" if found.kinds[0] != CLOCK else "2026-01-05T"
        datetime.fromisoformat(prefix + text)


def test_native_times_of_every_unit_are_read() -> None:
    seconds = 9 * 3600
    for kind, factor in (
        (pa.time32("s"), 1),
        (pa.time32("ms"), 10**3),
        (pa.time64("us"), 10**6),
        (pa.time64("ns"), 10**9),
    ):
        found = read_moment_column(chunked([seconds * factor, None, 0], kind))
        assert found.us.tolist() == [seconds * 10**6, 0, 0]
        assert found.kinds.tolist() == [CLOCK, NOTHING, CLOCK]
    for unit, factor in (("s", 1), ("ms", 10**3), ("us", 10**6), ("ns", 10**9)):
        for zone, read in ((None, DATED), ("UTC", INSTANT)):
            found = read_moment_column(chunked([seconds * factor], pa.timestamp(unit, zone)))
            assert (found.us.tolist(), found.kinds.tolist()) == ([seconds * 10**6], [read])


def test_a_native_moment_finer_than_microseconds_or_out_of_range_is_none() -> None:
    found = read_moment_column(chunked([1_001, 1_000], pa.timestamp("ns")))
    assert found.kinds.tolist() == [NO_MOMENT, DATED]
    far = read_moment_column(chunked([2**62, -(2**62), -1, 84_006 * 86_400], pa.timestamp("s")))
    assert far.kinds.tolist() == [NO_MOMENT] * 4
    assert read_day_column(chunked([1], pa.timestamp("s"))).tolist() == [-1]
    assert read_day_column(chunked([None], pa.date32())).tolist() == [-1]


@given(
    st.sampled_from(["Europe/Moscow", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]),
    st.lists(st.datetimes(datetime(1970, 1, 2), datetime(2100, 1, 1)), min_size=1, max_size=5),  # noqa: DTZ001
)
def test_instants_are_put_on_the_clock_as_python_puts_them(
    name: str, moments: list[datetime]
) -> None:
    check_clock(ZoneInfo(name), [moment.replace(tzinfo=UTC) for moment in moments])


def test_the_clock_is_right_to_the_minute_where_it_is_changed() -> None:
    changes = [datetime(2026, 3, 8, 7, tzinfo=UTC), datetime(2026, 11, 1, 6, tzinfo=UTC)]
    near = [at + timedelta(microseconds=step) for at in changes for step in (-1, 0, 1)]
    check_clock(ZoneInfo("America/New_York"), near)
    # One minute past midnight, which is no full hour of UTC.
    change = datetime(2009, 3, 8, 3, 31, tzinfo=UTC)
    near = [change + timedelta(seconds=step) for step in range(-120, 120, 10)]
    check_clock(ZoneInfo("America/St_Johns"), near)


def check_clock(zone: ZoneInfo, moments: list[datetime]) -> None:
    origin = EPOCH.replace(tzinfo=UTC)
    us = [(moment - origin) // timedelta(microseconds=1) for moment in moments]
    found = to_clock(np.array(us, np.int64), zone)
    local = [moment.astimezone(zone).replace(tzinfo=None) for moment in moments]
    assert found.tolist() == [(each - EPOCH) // timedelta(microseconds=1) for each in local]


@given(st.lists(st.none() | st.text(max_size=3), min_size=1))
def test_numbered_texts_are_the_texts(values: list[str | None]) -> None:
    expected = [text or "" for text in values]
    plain = chunked(values, pa.string())
    for column in (plain, plain.dictionary_encode(), plain.cast(pa.large_string())):
        texts = number_texts(column)
        assert [texts.values[at] for at in texts.numbers.tolist()] == expected
        numbers, _ = number_values(column)
        assert [number < 0 for number in numbers.tolist()] == [not text for text in expected]
