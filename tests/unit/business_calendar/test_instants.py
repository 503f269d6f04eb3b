"""Local times, instants and days."""

from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.business_calendar import (
    UnknownTimeZoneError,
    date_to_days,
    datetime_to_us,
    days_to_date,
    format_us,
    is_time_zone,
    local_time_us,
    us_to_datetime,
)


@pytest.mark.parametrize(
    ("zone", "text"),
    [
        ("Asia/Bishkek", "2026-05-25T11:30:00+06:00"),
        ("Europe/Moscow", "2026-05-25T11:30:00+03:00"),
        ("Asia/Almaty", "2026-05-25T11:30:00+05:00"),
        ("Asia/Dushanbe", "2026-05-25T11:30:00+05:00"),
        ("Asia/Yerevan", "2026-05-25T11:30:00+04:00"),
        ("Europe/Minsk", "2026-05-25T11:30:00+03:00"),
    ],
)
def test_a_local_time_is_the_instant_its_zone_says(zone: str, text: str) -> None:
    us = local_time_us(date(2026, 5, 25), time(11, 30), zone)
    assert us == datetime_to_us(datetime.fromisoformat(text))
    assert format_us(us, zone) == text


def test_a_time_that_occurs_twice_is_the_earlier_one() -> None:
    us = local_time_us(date(2026, 10, 25), time(2, 30, fold=1), "Europe/Berlin")
    assert us_to_datetime(us) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert format_us(us, "Europe/Berlin") == "2026-10-25T02:30:00+02:00"


def test_a_time_that_is_skipped_is_the_instant_an_unchanged_clock_would_have_shown() -> None:
    us = local_time_us(date(2026, 3, 29), time(2, 30), "Europe/Berlin")
    assert us_to_datetime(us) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert format_us(us, "Europe/Berlin") == "2026-03-29T03:30:00+02:00"


@pytest.mark.parametrize("name", ["", "Bishkek", "Asia/bishkek", "../zones", "/etc/localtime"])
def test_a_name_that_is_no_zone_is_refused(name: str) -> None:
    assert not is_time_zone(name)
    with pytest.raises(UnknownTimeZoneError, match="expected an IANA name") as caught:
        format_us(0, name)
    assert caught.value.found == name


def test_days_count_from_the_first_of_january_1970() -> None:
    assert date_to_days(date(1970, 1, 1)) == 0
    assert date_to_days(date(1969, 12, 31)) == -1
    assert date_to_days(date(2026, 5, 25)) == 20598


@given(st.dates())
def test_a_day_comes_back_from_its_number(day: date) -> None:
    assert days_to_date(date_to_days(day)) == day


@given(st.datetimes(timezones=st.just(UTC)))
def test_an_instant_comes_back_to_the_microsecond(moment: datetime) -> None:
    assert us_to_datetime(datetime_to_us(moment)) == moment


def test_the_same_instant_in_another_zone_has_the_same_number() -> None:
    there = datetime(2026, 5, 25, 5, 0, 0, 1, tzinfo=timezone(timedelta(hours=6)))
    assert datetime_to_us(there) == datetime_to_us(there.astimezone(UTC))
    assert format_us(datetime_to_us(there), "Asia/Bishkek") == "2026-05-25T05:00:00.000001+06:00"


def test_a_time_without_a_zone_is_no_instant() -> None:
    with pytest.raises(AssertionError, match="no instant"):
        datetime_to_us(datetime(2026, 5, 25))  # noqa: DTZ001  # the naive time is the case
