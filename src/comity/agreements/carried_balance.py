"""How a balance that central banks carry on bears interest, and when it is settled."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from comity.money import DayCount, InterestRounding


class InterestBooked(StrEnum):
    """When interest that has accrued is booked."""

    DAILY = "daily"  # at every close
    AT_SETTLEMENT = "at_settlement"  # when the balance is settled, in one sum


@dataclass(frozen=True, slots=True)
class CarriedBalanceTerms:
    """What a carried balance costs and when it ends.

    Settlement days are counted from a first one, or listed. One that is no business day of all
    who settle is moved to the next that is.

    Attributes:
        first_settlement: first day of settlement; None where days are listed.
        every_weeks: weeks between two settlements; None where days are listed.
        settlement_dates: the days, where they are listed; in order.
        interest_percent: a year, exact, ≥ 0.
        day_count: how days become parts of a year.
        interest_rounding: what becomes of parts of a minor unit.
        interest_booked: when it is booked.
    """

    first_settlement: date | None
    every_weeks: int | None
    settlement_dates: tuple[date, ...]
    interest_percent: Decimal
    day_count: DayCount
    interest_rounding: InterestRounding
    interest_booked: InterestBooked

    def last_settlement_day(self, day: date) -> date | None:
        """Return the latest settlement day agreed up to and including a day, None before any."""
        if self.first_settlement is None or self.every_weeks is None:
            return max((each for each in self.settlement_dates if each <= day), default=None)
        if day < self.first_settlement:
            return None
        step = timedelta(weeks=self.every_weeks)
        return self.first_settlement + (day - self.first_settlement) // step * step
