"""The table `[carried_balance]` of an agreement: interest, and when the balance is settled."""

from decimal import Decimal
from typing import Final

from comity.agreements import CarriedBalanceTerms, InterestBooked
from comity.arrangement.toml_tables import TableReader
from comity.money import DayCount, InterestRounding

EVERY_WEEKS_MAX: Final = 520
INTEREST_PERCENT_MAX: Final = 100


def read_carried_balance(table: TableReader | None) -> CarriedBalanceTerms | None:
    """Read the table; its faults gather in its file."""
    if table is None:
        return None
    every_weeks = None
    if table.has("every_weeks"):
        every_weeks = table.integer("every_weeks", minimum=1, maximum=EVERY_WEEKS_MAX)
    terms = CarriedBalanceTerms(
        first_settlement=table.optional_day("first_settlement"),
        every_weeks=every_weeks,
        settlement_dates=table.days("settlement_dates"),
        interest_percent=(
            table.percent("interest_percent") if table.has("interest_percent") else Decimal(0)
        ),
        day_count=table.choice("day_count", DayCount, DayCount.ACT_360),
        interest_rounding=table.choice(
            "interest_rounding", InterestRounding, InterestRounding.HALF_EVEN
        ),
        interest_booked=table.choice("interest_booked", InterestBooked, InterestBooked.DAILY),
    )
    if terms.interest_percent > INTEREST_PERCENT_MAX:
        found, expected = str(terms.interest_percent), f"at most {INTEREST_PERCENT_MAX}"
        table.refuse("interest_percent", found, expected)
    table.close()
    return terms
