"""How far below zero each account went within a day: the credit line as it was drawn at most."""

import numpy as np
from numpy.typing import NDArray

from comity.statements.daybook import DayBook


def peak_drawn_minor(book: DayBook) -> NDArray[np.int64]:
    """Return by account the most by which its balance was below zero, minor units, 0 never.

    Transfers of one group are one moment: what an account passes through between two of them is
    nobody's credit.
    """
    peaks = np.maximum(-book.opening_minor, 0)
    moves = book.transfers
    if not len(moves):
        return peaks
    accounts = np.concatenate([moves["debit"], moves["credit"]])
    amounts = np.concatenate([-moves["amount_minor"], moves["amount_minor"]])
    groups = np.concatenate([moves["group"], moves["group"]])
    order = np.lexsort((groups, accounts))
    accounts, amounts, groups = accounts[order], amounts[order], groups[order]
    # One sum runs over all accounts; what it was where an account begins is taken off again.
    running = np.cumsum(amounts)
    first = np.flatnonzero(np.diff(accounts, prepend=-1))
    before = np.repeat((running - amounts)[first], np.diff(np.append(first, len(accounts))))
    balances = book.opening_minor[accounts] + running - before
    is_settled = np.append((np.diff(accounts) != 0) | (np.diff(groups) != 0), True)
    np.maximum.at(peaks, accounts[is_settled], -balances[is_settled])
    return peaks
