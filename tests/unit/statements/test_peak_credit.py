"""How far accounts were below zero within a day."""

from dataclasses import replace
from typing import Any

import numpy as np
from tests.unit.statements.day_builder import build_day

from comity.payments.rows import TRANSFER_ROW
from comity.statements.daybook import DayBook
from comity.statements.peak_credit import peak_drawn_minor


def moved(opening: int, *moves: tuple[int, int, int, int]) -> DayBook:
    """Return a day on which accounts open alike and money moves: debit, credit, amount, group."""
    book = build_day()
    transfers = np.zeros(len(moves), TRANSFER_ROW)
    for at, name in enumerate(("debit", "credit", "amount_minor", "group")):
        transfers[name] = [each[at] for each in moves]
    return replace(
        book, opening_minor=np.full(len(book.accounts), opening, np.int64), transfers=transfers
    )


def test_the_lowest_balance_of_the_day_counts_and_not_the_last() -> None:
    peaks = peak_drawn_minor(moved(10, (0, 1, 15, 1), (0, 2, 20, 2), (2, 0, 30, 3)))
    assert peaks[:3].tolist() == [25, 0, 0]


def test_what_an_account_passes_through_within_a_group_is_no_credit() -> None:
    peaks = peak_drawn_minor(moved(0, (0, 1, 50, 7), (1, 0, 45, 7)))
    assert peaks[:2].tolist() == [5, 0]


def test_what_is_drawn_at_the_opening_counts() -> None:
    assert peak_drawn_minor(moved(-3)).tolist() == [3] * len(build_day().accounts)


def test_the_peak_of_a_whole_day_is_what_adding_up_one_by_one_gives() -> None:
    book = build_day()
    balances = book.opening_minor.tolist()
    peaks = [max(0, -one) for one in balances]
    groups: Any = book.transfers["group"]
    for at, row in enumerate(book.transfers):
        balances[row["debit"]] -= int(row["amount_minor"])
        balances[row["credit"]] += int(row["amount_minor"])
        if at + 1 == len(groups) or groups[at + 1] != groups[at]:
            peaks = [max(one, -balance) for one, balance in zip(peaks, balances, strict=True)]
    assert peak_drawn_minor(book).tolist() == peaks
