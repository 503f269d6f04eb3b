"""What the amounts of several currencies are worth in one, so that a choice can weigh them.

Each amount is converted at the official rate of the day into the scheme's unit of valuation and
rounded half to even once, to minor units. Values weigh a choice; no money moves by them.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from comity.business_calendar import days_to_date
from comity.fx import minor_value
from comity.money import BALANCE_MINOR_MAX, currency, currency_by_number, multiply_divide
from comity.settlement.state import State

Int64s = NDArray[np.int64]


def minor_values(state: State) -> dict[int, Fraction]:
    """Return by currency index what a minor unit is worth in those of the unit of valuation.

    Exact; a currency without a usable rate on the business day is left out.
    """
    unit = currency(state.known_scheme().valuation_currency)
    day = days_to_date(state.business_day)
    found: dict[int, Fraction] = {}
    for index, number in enumerate(state.known_chart().currencies):
        value = minor_value(state.rates, currency_by_number(number), unit, day)
        if value is not None:
            found[index] = value
    return found


def values_of(
    amounts_minor: Int64s, currencies: Int64s, minor_values: Mapping[int, Fraction]
) -> Int64s | None:
    """Return what amounts are worth, minor units of the unit of valuation, zero or more.

    Args:
        amounts_minor: zero or more, each in its currency.
        currencies: index of each one's currency, all of them in `minor_values`.
        minor_values: as the function of that name returns them.

    Returns:
        None where they add up to more than `BALANCE_MINOR_MAX`.
    """
    ratios = {index: each.as_integer_ratio() for index, each in minor_values.items()}
    columns: Sequence[list[int]] = (amounts_minor.tolist(), currencies.tolist())
    values = [
        multiply_divide(amount, *ratios[index]) for amount, index in zip(*columns, strict=True)
    ]
    return np.array(values, np.int64) if sum(values) <= BALANCE_MINOR_MAX else None
