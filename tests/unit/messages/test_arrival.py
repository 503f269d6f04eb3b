from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.messages import instructions as made

from comity.messages.arrival import read_arrival
from comity.messages.timestamps import format_time, parse_time_us

HEADER_US = round(datetime(2026, 5, 25, 3, 0, 30, tzinfo=UTC).timestamp()) * 1_000_000
GROUP_US = round(datetime(2026, 5, 25, 6, 0, tzinfo=UTC).timestamp()) * 1_000_000


@pytest.mark.parametrize(
    ("data", "arrival_us"),
    [
        (made.message(), GROUP_US),
        (made.message(wrapper=[made.header()]), HEADER_US),
        (f"<E>{made.document(made.transaction())}{made.header()}</E>".encode(), HEADER_US),
        (made.message(wrapper=["<AppHdrs/>"]), GROUP_US),
        (b"\xef\xbb\xbf" + made.message(), GROUP_US),
        (made.message(*map(made.transaction, range(50))), GROUP_US),
    ],
    ids=["alone", "header", "header behind", "look-alike", "byte order mark", "long"],
)
def test_arrival_is_that_of_the_whole_message(data: bytes, arrival_us: int) -> None:
    assert read_arrival(data) == arrival_us
    assert made.read(data).messages["arrival_us"][0] == arrival_us


def test_a_creation_time_without_offset_counts_as_utc() -> None:
    group = made.group_header(CreDtTm="<CreDtTm>2026-05-25T06:00:00</CreDtTm>")
    assert read_arrival(made.message(group=group)) == GROUP_US


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<x/>",
        b"nothing",
        made.message().decode().encode("utf-16-le"),
        made.message(group=made.group_header(CreDtTm="<CreDtTm>today</CreDtTm>")),
        made.message(wrapper=[made.header(CreDt="<CreDt>2026-05-25T06:00:00</CreDt>")]),
    ],
    ids=["empty", "other", "text", "encoding", "no time", "no offset"],
)
def test_what_says_no_time_has_no_arrival(data: bytes) -> None:
    assert read_arrival(data) is None
    assert made.read(data).messages["arrival_us"][0] == 0


def test_only_the_beginning_is_read() -> None:
    data = made.message(*map(made.transaction, range(50)))
    assert read_arrival(data[:8_192] + b"<<<") == GROUP_US


@given(st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30)), st.integers(-14 * 60, 14 * 60))  # noqa: DTZ001
def test_times_with_offsets_are_read_exactly(local: datetime, minutes: int) -> None:
    sign = "-" if minutes < 0 else "+"
    hours, rest = divmod(abs(minutes), 60)
    text = f"{local.isoformat(timespec='microseconds')}{sign}{hours:02d}:{rest:02d}"
    us = parse_time_us(text, offset_required=True)
    epoch = datetime(1970, 1, 1)  # noqa: DTZ001
    assert us == (local - timedelta(minutes=minutes) - epoch) // timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("us", "text"),
    [(0, "1970-01-01T00:00:00Z"), (1_500_000, "1970-01-01T00:00:01.500000Z")],
)
def test_times_are_written_in_utc(us: int, text: str) -> None:
    assert format_time(us) == text
    assert parse_time_us(text, offset_required=True) == us
