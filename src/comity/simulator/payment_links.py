"""Trades of two legs: payments of one day with the same link, in two currencies and both ways."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from comity.identifiers.cells import shown
from comity.simulator.payment_faults import PaymentFaults
from comity.simulator.payment_rules import Found, day_text

Bools = NDArray[np.bool_]
Int32s = NDArray[np.int32]
Int64s = NDArray[np.int64]

_LINES_SHOWN_MAX = 4

NO_LINK = -1
"""In a column of trades: the payment is no leg."""


@dataclass(frozen=True, slots=True, eq=False)
class LegColumns:
    """What is looked at of each payment, in the order of the file.

    Attributes:
        link: number of its link's text, NO_LINK where it has none.
        day: days since 1970-01-01.
        debtor: number of who pays.
        creditor: number of who is paid.
        currency: ISO 4217 number.
        line: where it stands in the file.
    """

    link: Int64s
    day: Int64s
    debtor: Int32s
    creditor: Int32s
    currency: Int64s
    line: Int64s


class _Groups(NamedTuple):
    """Payments of one day and link, group by group and each in the order of the file."""

    order: Int64s  # rows
    starts: Int64s  # where each group begins in the order
    counts: Int64s  # payments of each


def pair_legs(legs: LegColumns, name: Callable[[int], str], faults: PaymentFaults) -> Int64s:
    """Return by payment a number of its trade, NO_LINK for none.

    Args:
        legs: of all payments.
        name: the text of a payment's link, by its row.
        faults: links that are not those of two legs are added.
    """
    trades = np.full(len(legs.link), NO_LINK, np.int64)
    rows = np.flatnonzero(legs.link != NO_LINK)
    if not len(rows):
        return trades
    order = rows[np.lexsort((rows, legs.link[rows], legs.day[rows]))]
    link, day = legs.link[order], legs.day[order]
    starts = np.flatnonzero(np.append(True, (link[1:] != link[:-1]) | (day[1:] != day[:-1])))
    groups = _Groups(order, starts, np.diff(np.append(starts, len(order))))
    _check_counts(legs, groups, name, faults)
    pairs = groups.counts == 2
    first, second = order[starts[pairs]], order[starts[pairs] + 1]
    _check_pairs(legs, first, second, name, faults)
    trades[order] = np.repeat(np.arange(len(starts)), groups.counts)
    return trades


def _check_counts(
    legs: LegColumns, groups: _Groups, name: Callable[[int], str], faults: PaymentFaults
) -> None:
    expected = "two payments of one day with the same link: the legs of a trade"
    odd = np.flatnonzero(groups.counts != 2)
    group_of = np.zeros(len(legs.link), np.int64)
    wrong = np.zeros(len(legs.link), np.bool_)
    firsts = groups.order[groups.starts[odd]]
    group_of[firsts], wrong[firsts] = odd, True

    def say(row: int) -> Found:
        place = group_of[row]
        start, count = int(groups.starts[place]), int(groups.counts[place])
        if count == 1:
            return f"{shown(name(row))} once on {day_text(int(legs.day[row]))}", expected
        rows = groups.order[start : start + min(count, _LINES_SHOWN_MAX)]
        more = f" and {count - _LINES_SHOWN_MAX:,} more" if count > _LINES_SHOWN_MAX else ""
        return (
            f"{shown(name(row))} on the lines {_listed(legs.line[rows].tolist())}{more}",
            expected,
        )

    faults.add_rows(wrong, legs.line, "link", say)


def _check_pairs(
    legs: LegColumns,
    first: Int64s,
    second: Int64s,
    name: Callable[[int], str],
    faults: PaymentFaults,
) -> None:
    partner = np.zeros(len(legs.link), np.int64)
    partner[second] = first
    alike = np.zeros(len(legs.link), np.bool_)
    alike[second] = legs.currency[first] == legs.currency[second]
    astray = np.zeros(len(legs.link), np.bool_)
    astray[second] = (legs.debtor[first] != legs.creditor[second]) | (
        legs.creditor[first] != legs.debtor[second]
    )

    def found(row: int) -> str:
        lines = [int(legs.line[partner[row]]), int(legs.line[row])]
        return f"{shown(name(row))} on the lines {_listed(lines)}"

    faults.add_rows(
        alike,
        legs.line,
        "link",
        lambda row: (f"{found(row)} in one currency", "legs of a trade in two currencies"),
    )
    faults.add_rows(
        astray,
        legs.line,
        "link",
        lambda row: (
            f"{found(row)} not between the same two banks both ways",
            "legs of a trade: the debtor of each is the creditor of the other",
        ),
    )


def _listed(lines: list[int]) -> str:
    *before, last = map(str, lines)
    return f"{', '.join(before)} and {last}"


def renumber_trades(link: Int64s) -> Int64s:
    """Return trades numbered from 0 by where their first leg stands."""
    legs = np.flatnonzero(link != NO_LINK)
    _, firsts, numbers = np.unique(link[legs], return_index=True, return_inverse=True)
    ranks = np.empty(len(firsts), np.int64)
    ranks[np.argsort(firsts)] = np.arange(len(firsts))
    renumbered = np.full(len(link), NO_LINK, np.int64)
    renumbered[legs] = ranks[numbers]
    return renumbered
