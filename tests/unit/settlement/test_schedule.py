"""The times of a day in UTC, and which days are business days."""

from dataclasses import replace
from datetime import date, time

import pytest
from tests.kit.schemes import DAY, calendar, small_scheme

from comity.agreements.scheme import BusinessDayTerms
from comity.business_calendar import Calendar, CalendarCoverageError, date_to_days
from comity.settlement.schedule import calendars_of, closed_because, is_business_day, plan_day

SECOND = 1_000_000
HOUR = 3600 * SECOND
MIDNIGHT_UTC = date_to_days(DAY) * 24 * HOUR


def with_holiday(country: str, day: date) -> Calendar:
    return replace(calendar(country), holidays={day: "Day of Rest"})


def test_local_times_become_utc_instants() -> None:
    plan = plan_day(small_scheme(), DAY)
    assert plan["date"] == date_to_days(DAY)
    assert plan["opens_us"] == MIDNIGHT_UTC + 1 * HOUR, "07:00 in Bishkek"
    assert plan["closes_us"] == MIDNIGHT_UTC + 12 * HOUR + HOUR // 4
    goods, investment, remittances, _ = plan["agreements"]
    assert goods["customer_us"] == MIDNIGHT_UTC + 10 * HOUR
    assert goods["cycles"] == []
    assert remittances["cycles"][0] == [MIDNIGHT_UTC + 5 * HOUR, MIDNIGHT_UTC + 11 * HOUR // 2]
    assert (goods["fixed_us"], goods["settles_us"]) == (0, 0)
    assert investment["settles_us"] == MIDNIGHT_UTC + 11 * HOUR


def test_a_day_may_begin_before_utc_midnight() -> None:
    terms = BusinessDayTerms("Asia/Bishkek", time(5), time(18))
    plan = plan_day(small_scheme(business_day=terms), DAY)
    assert plan["opens_us"] == MIDNIGHT_UTC - 1 * HOUR


def test_the_next_day_is_joint() -> None:
    tuesday = date(2026, 5, 26)
    scheme = small_scheme(calendars=(with_holiday("KG", tuesday), calendar("RU")))
    (plan, *_) = plan_day(scheme, DAY)["agreements"]
    assert plan["next_day"] == date_to_days(date(2026, 5, 27))
    assert plan["is_open"] is True


def test_a_day_on_which_one_party_rests_is_no_business_day_and_it_is_said_why() -> None:
    scheme = small_scheme(calendars=(with_holiday("KG", DAY), calendar("RU")))
    assert not is_business_day(scheme, DAY)
    assert closed_because(scheme, DAY) == "KG (Day of Rest)"
    assert closed_because(scheme, date(2026, 5, 24)) == "KG (weekend); RU (weekend)"
    assert is_business_day(small_scheme(), DAY)


def test_only_the_parties_calendars_count_for_an_agreement() -> None:
    scheme = small_scheme(calendars=(calendar("KG"), calendar("RU"), with_holiday("KZ", DAY)))
    assert [one.country for one in calendars_of(scheme, scheme.agreements[0])] == ["KG", "RU"]
    assert is_business_day(scheme, DAY)


def test_a_day_outside_the_calendars_is_refused() -> None:
    with pytest.raises(CalendarCoverageError, match="2027-01-04"):
        is_business_day(small_scheme(), date(2027, 1, 4))
