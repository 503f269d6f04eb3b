"""Business days of one country and of two."""

from datetime import date

import pytest

from comity.business_calendar import (
    Calendar,
    CalendarConflictError,
    CalendarCoverageError,
    is_joint_business_day,
    next_joint_business_day,
)

SATURDAY_AND_SUNDAY = frozenset({5, 6})


def calendar(
    country: str = "KG",
    *,
    weekend: frozenset[int] = SATURDAY_AND_SUNDAY,
    holidays: dict[date, str] | None = None,
    working_days: dict[date, str] | None = None,
    covers_from: date = date(2026, 1, 1),
    covers_until: date = date(2026, 12, 31),
) -> Calendar:
    return Calendar(country, weekend, holidays or {}, working_days or {}, covers_from, covers_until)


MONDAY = date(2026, 5, 25)
TUESDAY = date(2026, 5, 26)
SATURDAY = date(2026, 5, 30)
SUNDAY = date(2026, 5, 31)


def test_weekends_and_holidays_are_free_and_a_named_working_day_is_not() -> None:
    kg = calendar(holidays={TUESDAY: "a feast"}, working_days={SATURDAY: "moved from Tuesday"})
    assert kg.is_business_day(MONDAY)
    assert not kg.is_business_day(TUESDAY)
    assert kg.is_business_day(SATURDAY)
    assert not kg.is_business_day(SUNDAY)


def test_the_next_business_day_is_strictly_after() -> None:
    kg = calendar(holidays={TUESDAY: "a feast"})
    assert kg.next_business_day(MONDAY) == date(2026, 5, 27)
    assert kg.next_business_day(date(2026, 5, 29)) == date(2026, 6, 1)
    assert kg.next_business_day(SATURDAY) == date(2026, 6, 1)


def test_a_day_is_joint_only_if_every_country_works() -> None:
    kg = calendar("KG", holidays={TUESDAY: "a feast"})
    ru = calendar("RU", holidays={date(2026, 5, 27): "another"})
    assert is_joint_business_day((kg, ru), MONDAY)
    assert not is_joint_business_day((kg, ru), TUESDAY)
    assert next_joint_business_day((kg, ru), MONDAY) == date(2026, 5, 28)


def test_a_weekend_need_not_be_saturday_and_sunday() -> None:
    friday_and_saturday = calendar(weekend=frozenset({4, 5}))
    assert not friday_and_saturday.is_business_day(date(2026, 5, 29))
    assert friday_and_saturday.is_business_day(SUNDAY)


@pytest.mark.parametrize("day", [date(2025, 12, 31), date(2027, 1, 1)])
def test_a_day_outside_the_coverage_is_refused_with_what_is_covered(day: date) -> None:
    with pytest.raises(CalendarCoverageError, match="from 2026-01-01 to 2026-12-31") as caught:
        calendar().is_business_day(day)
    assert (caught.value.country, caught.value.day) == ("KG", day)


@pytest.mark.parametrize("day", [date(2026, 1, 1), date(2026, 12, 31)])
def test_the_first_and_last_day_of_the_coverage_are_covered(day: date) -> None:
    assert calendar().is_business_day(day)


def test_a_next_day_beyond_the_coverage_is_refused_and_not_guessed() -> None:
    with pytest.raises(CalendarCoverageError):
        calendar().next_business_day(date(2026, 12, 31))


def test_a_joint_day_is_refused_where_one_calendar_ends_although_another_is_free() -> None:
    free = calendar("KG", holidays={date(2026, 12, 31): "a feast"})
    short = calendar("RU", covers_until=date(2026, 12, 30))
    with pytest.raises(CalendarCoverageError, match="calendar RU"):
        is_joint_business_day((free, short), date(2026, 12, 31))


def test_a_day_cannot_be_both_free_and_worked() -> None:
    with pytest.raises(CalendarConflictError, match="both as a holiday and as a working day"):
        calendar(holidays={MONDAY: "a feast"}, working_days={MONDAY: "moved"})


def test_coverage_cannot_end_before_it_begins() -> None:
    with pytest.raises(CalendarConflictError, match="covers_until"):
        calendar(covers_until=date(2025, 1, 1))


def test_a_weekday_beyond_sunday_is_refused() -> None:
    with pytest.raises(CalendarConflictError, match="from 0 to 6"):
        calendar(weekend=frozenset({7}))


def test_a_named_day_outside_the_coverage_is_refused() -> None:
    with pytest.raises(CalendarCoverageError):
        calendar(holidays={date(2027, 1, 1): "new year"})
