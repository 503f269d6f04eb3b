"""Currencies, whole minor units, their text, and exact division that rounds once.

Money here has no date and no rate: what one currency is worth in another is `comity.fx`.
"""

from comity.money.amounts import (
    AMOUNT_MINOR_MAX,
    BALANCE_MINOR_MAX,
    AmountError,
    Money,
    format_amount_minor,
    parse_amount_minor,
    total,
)
from comity.money.currencies import (
    BULLION_CODES,
    CURRENCIES,
    HISTORIC_CURRENCIES,
    Currency,
    HistoricCurrency,
    UnknownCurrencyError,
    currency,
    currency_by_number,
)
from comity.money.interest import (
    DayCount,
    InterestRounding,
    accrue_interest,
    days_between,
    round_interest,
)
from comity.money.rounding import multiply_divide, multiply_divide_with_residue
from comity.money.rounding_kernel import multiply_divide_int64

__all__ = [
    "AMOUNT_MINOR_MAX",
    "BALANCE_MINOR_MAX",
    "BULLION_CODES",
    "CURRENCIES",
    "HISTORIC_CURRENCIES",
    "AmountError",
    "Currency",
    "DayCount",
    "HistoricCurrency",
    "InterestRounding",
    "Money",
    "UnknownCurrencyError",
    "accrue_interest",
    "currency",
    "currency_by_number",
    "days_between",
    "format_amount_minor",
    "multiply_divide",
    "multiply_divide_int64",
    "multiply_divide_with_residue",
    "parse_amount_minor",
    "round_interest",
    "total",
]
