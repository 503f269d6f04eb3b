"""Interest on a balance: day counts, the exact amount, and what of it is booked.

What has accrued is kept as an exact fraction; only what is booked is rounded, and each booking
brings the sum of all bookings to the rounded total, so that roundings never add up.
"""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final, assert_never


class DayCount(StrEnum):
    """How the days between two dates become a part of a year."""

    ACT_360 = "ACT/360"  # calendar days, a year of 360
    ACT_365F = "ACT/365F"  # calendar days, a year of 365 also when it leaps
    THIRTY_E_360 = "30E/360"  # months of 30 days, the 31st counted as the 30th


class InterestRounding(StrEnum):
    """What becomes of parts of a minor unit when interest is booked."""

    HALF_EVEN = "half_even"  # the nearest unit, a tie to the even one
    DOWN = "down"  # towards zero: whole units only, whoever owes


_YEAR: Final = {DayCount.ACT_360: 360, DayCount.ACT_365F: 365, DayCount.THIRTY_E_360: 360}


def days_between(first: date, last: date, day_count: DayCount) -> int:
    """Return the days of interest from one day to a later one; each span begins where one ended."""
    match day_count:
        case DayCount.ACT_360 | DayCount.ACT_365F:
            return (last - first).days
        case DayCount.THIRTY_E_360:
            return _thirty(last) - _thirty(first)
        case _:
            assert_never(day_count)


def accrue_interest(
    balance_minor: int, *, percent: Decimal, first: date, last: date, day_count: DayCount
) -> Fraction:
    """Return what a balance bears from one day to another, exact, minor units.

    Args:
        balance_minor: may be below zero; so is the result then.
        percent: a year.
        first: day at whose end the balance stood.
        last: day up to whose end it bears interest.
        day_count: how days are counted.
    """
    days = days_between(first, last, day_count)
    return balance_minor * Fraction(percent) / 100 * Fraction(days, _YEAR[day_count])


def round_interest(accrued: Fraction, rounding: InterestRounding) -> int:
    """Return what is booked in all of an accrued amount; as much below zero as above it."""
    match rounding:
        case InterestRounding.HALF_EVEN:
            return round(accrued)
        case InterestRounding.DOWN:
            return int(accrued)
        case _:
            assert_never(rounding)


def _thirty(day: date) -> int:
    return 360 * day.year + 30 * day.month + min(day.day, 30)
