"""Turnover of the day: number and value of settled payments by corridor, currency and purpose."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from comity.money import currency_by_number
from comity.statistics.day import GROUP_NAMES, Day, countries, group_numbers, settled

CURRENCY_NUMBERS: Final = 1000
"""ISO 4217 numbers have three digits."""


@dataclass(frozen=True, slots=True)
class TurnoverLine:
    """Settled payments of one corridor, currency and purpose group.

    Attributes:
        debtor_country: country of the debtor's bank; empty unknown.
        creditor_country: country of the creditor's bank; empty unknown.
        currency: ISO 4217 code of the interbank settlement amount.
        group: purpose group, or `other`.
        payments: number of payments.
        amount_minor: their sum.
    """

    debtor_country: str
    creditor_country: str
    currency: str
    group: str
    payments: int
    amount_minor: int


def turnover(day: Day) -> tuple[TurnoverLine, ...]:
    """Return the lines that have at least one payment, sorted by their names."""
    rows = day.payments[settled(day)]
    names = countries(day)
    known = sorted(set(names))
    by_number = np.array([known.index(name) for name in names], np.int64)
    shape = (len(known), len(known), CURRENCY_NUMBERS, len(GROUP_NAMES))
    # One number for all four names: sorting one column is far quicker than sorting rows.
    keys = np.ravel_multi_index(
        (
            by_number[rows["debtor_agent"]],
            by_number[rows["creditor_agent"]],
            rows["currency"].astype(np.int64),
            group_numbers(rows["purpose"]),
        ),
        shape,
    )
    found, inverse, counts = np.unique(keys, return_inverse=True, return_counts=True)
    sums = np.zeros(len(found), np.int64)
    np.add.at(sums, inverse, rows["amount_minor"])
    lines = [
        TurnoverLine(
            known[debtor],
            known[creditor],
            currency_by_number(int(number)).code,
            GROUP_NAMES[group],
            int(count),
            int(amount),
        )
        for debtor, creditor, number, group, count, amount in zip(
            *np.unravel_index(found, shape), counts, sums, strict=True
        )
    ]
    return tuple(sorted(lines, key=_order))


def _order(line: TurnoverLine) -> tuple[str, str, str, int]:
    place = GROUP_NAMES.index(line.group)
    return line.debtor_country, line.creditor_country, line.currency, place
