"""Periods of the calendar, and which of them a source covers from end to end."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

_MONTHS: Final = {"month": 1, "quarter": 3, "year": 12}
_SATURDAY: Final = 5


class Length(StrEnum):
    """How long a period is."""

    DAY = "day"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A period, known by its first day.

    Attributes:
        start: first day.
        length: how long it is.
    """

    start: date
    length: Length

    @property
    def end(self) -> date:
        """The last day, inclusive."""
        return self.following.start - timedelta(days=1)

    @property
    def following(self) -> "Period":
        """The period right after."""
        if self.length is Length.DAY:
            return Period(self.start + timedelta(days=1), self.length)
        return Period(_moved(self.start, _MONTHS[self.length]), self.length)

    @property
    def preceding(self) -> "Period":
        """The period right before."""
        if self.length is Length.DAY:
            return Period(self.start - timedelta(days=1), self.length)
        return Period(_moved(self.start, -_MONTHS[self.length]), self.length)

    @property
    def year_before(self) -> "Period | None":
        """The same period of the year before; None for a single day, which has no like."""
        if self.length is Length.DAY:
            return None
        return Period(_moved(self.start, -12), self.length)

    @property
    def of_year(self) -> tuple["Period", ...]:
        """The periods of its year up to and with itself."""
        found = [self]
        while found[-1].preceding.start.year == self.start.year:
            found.append(found[-1].preceding)
        return tuple(reversed(found))

    @property
    def label(self) -> str:
        """Its name, such as `2025-03`, `2025-Q1`, `2025`, `2025-03-04`."""
        match self.length:
            case Length.DAY:
                return self.start.isoformat()
            case Length.MONTH:
                return f"{self.start:%Y-%m}"
            case Length.QUARTER:
                return f"{self.start.year}-Q{(self.start.month + 2) // 3}"
            case Length.YEAR:
                return str(self.start.year)


def period_of(day: date, length: Length) -> Period:
    """Return the period in which a day lies."""
    match length:
        case Length.DAY:
            return Period(day, length)
        case Length.MONTH:
            return Period(day.replace(day=1), length)
        case Length.QUARTER:
            return Period(date(day.year, (day.month - 1) // 3 * 3 + 1, 1), length)
        case Length.YEAR:
            return Period(date(day.year, 1, 1), length)


@dataclass(frozen=True, slots=True)
class Coverage:
    """From when to when a source is complete.

    Attributes:
        first: first day.
        last: last day.
    """

    first: date
    last: date

    def has_whole(self, period: Period) -> bool:
        """Return whether no working day (Monday to Friday) of a period lies outside."""
        before = (period.start, min(self.first - timedelta(days=1), period.end))
        after = (max(self.last + timedelta(days=1), period.start), period.end)
        return not any(_has_working_day(*each) for each in (before, after))


def _has_working_day(first: date, last: date) -> bool:
    days = (last - first).days + 1
    return any((first + timedelta(days=n)).weekday() < _SATURDAY for n in range(min(days, 7)))


def _moved(start: date, months: int) -> date:
    """Return the first day of the month so many months on."""
    number = start.year * 12 + start.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)
