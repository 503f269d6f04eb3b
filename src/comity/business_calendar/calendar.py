"""On which days a country's banks work, and on which days those of several do.

A calendar answers only for the days it covers: the decree that moves a holiday comes late in the
year before, and a guess about a day nobody has published is worse than a refusal.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from comity.errors import RejectedError

_ONE_DAY = timedelta(days=1)
_WEEKDAYS = range(7)


class CalendarCoverageError(RejectedError):
    """A calendar was asked for a day it says nothing about.

    Attributes:
        country: whose calendar.
        day: the day asked for.
        covers_from: first day covered.
        covers_until: last day covered.
    """

    def __init__(self, country: str, day: date, *, covers_from: date, covers_until: date) -> None:
        super().__init__(
            f"calendar {country}: found {day}, expected a day from {covers_from} to"
            f" {covers_until}; add the year's holidays and raise covers_until"
        )
        self.country = country
        self.day = day
        self.covers_from = covers_from
        self.covers_until = covers_until


class CalendarConflictError(RejectedError):
    """A calendar contradicts itself.

    Attributes:
        country: whose calendar.
    """

    def __init__(self, country: str, what: str) -> None:
        super().__init__(f"calendar {country}: {what}")
        self.country = country


@dataclass(frozen=True, slots=True)
class Calendar:
    """The business days of one country.

    Attributes:
        country: its ISO 3166-1 code of two letters.
        weekend: weekdays that are free as a rule; 0 is Monday, 6 is Sunday.
        holidays: free days → their names.
        working_days: days that are worked although they fall on a weekend → why.
        covers_from: first day the calendar answers for.
        covers_until: last day it answers for, inclusive.

    Raises:
        CalendarConflictError: the coverage ends before it begins, a weekday is not 0 to 6, a day
            is both free and worked, or a named day is not covered.
    """

    country: str
    weekend: frozenset[int]
    holidays: Mapping[date, str]
    working_days: Mapping[date, str]
    covers_from: date
    covers_until: date

    def __post_init__(self) -> None:
        if self.covers_until < self.covers_from:
            raise CalendarConflictError(
                self.country,
                f"found covers_until {self.covers_until}, expected {self.covers_from} or later",
            )
        if not self.weekend <= set(_WEEKDAYS):
            raise CalendarConflictError(
                self.country, f"found weekend {sorted(self.weekend)}, expected days from 0 to 6"
            )
        for day in sorted(self.holidays.keys() & self.working_days.keys()):
            raise CalendarConflictError(
                self.country, f"found {day} both as a holiday and as a working day, expected one"
            )
        for day in sorted(self.holidays.keys() | self.working_days.keys()):
            self._require_covered(day)

    def is_business_day(self, day: date) -> bool:
        """Return whether the country's banks work on the day.

        Raises:
            CalendarCoverageError: the day is outside the calendar's coverage.
        """
        self._require_covered(day)
        if day in self.working_days:
            return True
        return day not in self.holidays and day.weekday() not in self.weekend

    def next_business_day(self, day: date) -> date:
        """Return the first business day strictly after the day.

        Raises:
            CalendarCoverageError: the calendar ends before one is found.
        """
        return next_joint_business_day((self,), day)

    def _require_covered(self, day: date) -> None:
        if not self.covers_from <= day <= self.covers_until:
            raise CalendarCoverageError(
                self.country, day, covers_from=self.covers_from, covers_until=self.covers_until
            )


def is_joint_business_day(calendars: Sequence[Calendar], day: date) -> bool:
    """Return whether the banks of every country work on the day.

    Every calendar is asked, so that a day one of them does not cover is refused even where
    another already knows it to be free.

    Args:
        calendars: at least one.
        day: the day asked for.

    Raises:
        CalendarCoverageError: the day is outside the coverage of one of them.
    """
    assert calendars, "a joint business day is joint between somebody"
    answers = [calendar.is_business_day(day) for calendar in calendars]
    return all(answers)


def next_joint_business_day(calendars: Sequence[Calendar], after: date) -> date:
    """Return the first day strictly after `after` on which the banks of every country work.

    Args:
        calendars: at least one.
        after: the day to count from; it need not be a business day.

    Raises:
        CalendarCoverageError: one of the calendars ends before such a day is found.
    """
    day = after + _ONE_DAY
    while not is_joint_business_day(calendars, day):
        day += _ONE_DAY
    return day
