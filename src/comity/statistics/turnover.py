"""Turnover of the day: number and value of settled payments by corridor, currency and purpose.

A return is no turnover of its own: it takes back, in the line of the payment that it returns.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from comity.money import currency_by_number
from comity.payments.rows import Rows
from comity.statistics.day import (
    GROUP_NAMES,
    Day,
    countries,
    group_numbers,
    settled_returns,
    turned_over,
)

CURRENCY_NUMBERS: Final = 1000
"""ISO 4217 numbers have three digits."""


@dataclass(frozen=True, slots=True)
class TurnoverLine:
    """Settled payments of one corridor, currency and purpose group, and what was returned of them.

    Attributes:
        debtor_country: country of the debtor's bank; empty unknown.
        creditor_country: country of the creditor's bank; empty unknown.
        currency: ISO 4217 code of the interbank settlement amount.
        group: purpose group, or `other`.
        payments: number of payments, without returns.
        amount_minor: their sum.
        returns: number of returns of such payments, of this day or an earlier one.
        returned_minor: their sum.
    """

    debtor_country: str
    creditor_country: str
    currency: str
    group: str
    payments: int
    amount_minor: int
    returns: int = 0
    returned_minor: int = 0

    @property
    def net_minor(self) -> int:
        """What was paid less what was returned; below zero where more of earlier days came back."""
        return self.amount_minor - self.returned_minor


_Sums = Mapping[int, tuple[int, int]]
"""Number and value of payments by line."""


def turnover(day: Day) -> tuple[TurnoverLine, ...]:
    """Return the lines that have a payment or a return, sorted by their names."""
    names = countries(day)
    known = sorted(set(names))
    by_number = np.array([known.index(name) for name in names], np.int64)
    shape = (len(known), len(known), CURRENCY_NUMBERS, len(GROUP_NAMES))
    rows = day.payments[turned_over(day)]
    back, originals = settled_returns(day)
    paid = _sums(_keys(rows, by_number, shape), rows["amount_minor"])
    returned = _sums(_keys(originals, by_number, shape), back["amount_minor"])
    lines = []
    for key in sorted({*paid, *returned}):
        debtor, creditor, number, group = (int(one) for one in np.unravel_index(key, shape))
        lines.append(
            TurnoverLine(
                known[debtor],
                known[creditor],
                currency_by_number(number).code,
                GROUP_NAMES[group],
                *paid.get(key, (0, 0)),
                *returned.get(key, (0, 0)),
            )
        )
    return tuple(sorted(lines, key=_order))


def _keys(
    rows: Rows, by_number: NDArray[np.int64], shape: tuple[int, int, int, int]
) -> NDArray[np.int64]:
    """Return one number for all four names of each row's line.

    Sorting one column is far quicker than sorting rows.
    """
    return np.ravel_multi_index(
        (
            by_number[rows["debtor_agent"]],
            by_number[rows["creditor_agent"]],
            rows["currency"].astype(np.int64),
            group_numbers(rows["purpose"]),
        ),
        shape,
    ).astype(np.int64)


def _sums(keys: NDArray[np.int64], amounts_minor: NDArray[np.int64]) -> _Sums:
    found, inverse, counts = np.unique(keys, return_inverse=True, return_counts=True)
    sums = np.zeros(len(found), np.int64)
    np.add.at(sums, inverse, amounts_minor)
    pairs = zip(counts.tolist(), sums.tolist(), strict=True)
    return dict(zip(found.tolist(), pairs, strict=True))


def _order(line: TurnoverLine) -> tuple[str, str, str, int]:
    place = GROUP_NAMES.index(line.group)
    return line.debtor_country, line.creditor_country, line.currency, place
