"""What currencies are worth in one of them on each day, where accounts are valued together."""

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from comity.business_calendar import days_to_date
from comity.errors import UsageError
from comity.fx import VALUING_STALE_AFTER_DAYS, OfficialRate, minor_value
from comity.money import currency_by_number
from comity.simulator.payment_table import PaymentTable

DayValues = dict[int, dict[int, Fraction]]
"""By day and ISO 4217 number what a minor unit is worth, in minor units of one of them."""


def value_currencies(
    table: PaymentTable, currencies: Sequence[int], rates: Sequence[OfficialRate]
) -> tuple[DayValues, str]:
    """Return what currencies are worth, and the code of the one in which they are valued.

    That is the one in which most payments are, of those in which official rates value all others;
    currencies in which nobody pays count for nothing where they have no rate.

    Args:
        table: the payments.
        currencies: ISO 4217 numbers of accounts.
        rates: official ones.

    Raises:
        UsageError: no currency of the payments values all others on every day.
    """
    paid, counts = np.unique(table.currency, return_counts=True)
    needed, missing = set(paid.tolist()), ""
    for unit in paid[np.argsort(-counts, kind="stable")].tolist():
        values: DayValues = {day: {} for day, _ in table.days()}
        missing_here = ""
        for day, number in ((day, number) for day in values for number in currencies):
            one, into = currency_by_number(number), currency_by_number(unit)
            value = minor_value(rates, one, into, days_to_date(day))
            if value is None and number in needed:
                missing_here = f"{one.code}/{into.code} on {days_to_date(day)}"
                break
            values[day][number] = value or Fraction(0)
        if not missing_here:
            return values, currency_by_number(unit).code
        missing = missing or missing_here
    raise UsageError(
        f"--rates: found no official rate of {missing} not older than"
        f" {VALUING_STALE_AFTER_DAYS} days, expected rates that value all currencies of the"
        " payments in one of them, where banks may be short"
    )
