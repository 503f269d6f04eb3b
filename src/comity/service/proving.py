"""The proof of a closed day: four statements about money, each checked over again.

The engine has checked its invariants at the close; here the day is proved from the outside, from
the journal and the day book, before anything is published.
"""

import numpy as np

from comity.payments.codes import EventKind
from comity.service.verification import Verification
from comity.statements.daybook import DayBook, DayProof
from comity.statements.reconciliation import is_reconciled, reconcile


def prove_day(book: DayBook, verification: Verification) -> DayProof:
    """Return what holds of a day.

    Args:
        book: the day.
        verification: of the journal it comes from.
    """
    return DayProof(
        money_conserved=_is_money_conserved(book),
        positions_zero=_are_positions_zero(book),
        journal_verified=verification.ok,
        statements_reconciled=is_reconciled(reconcile(book)),
    )


def _is_money_conserved(book: DayBook) -> bool:
    """Whether each currency's balances sum to zero, at the opening and at the close."""
    for column in (book.opening_minor, book.closing_minor):
        totals: dict[str, int] = {}
        for account, amount in zip(book.accounts, column.tolist(), strict=True):
            totals[account.currency] = totals.get(account.currency, 0) + amount
        if any(totals.values()):
            return False
    return True


def _are_positions_zero(book: DayBook) -> bool:
    """Whether the positions of every cycle, and every clearing pair, sum to zero."""
    positions = book.events[book.events["kind"] == EventKind.POSITION]
    cycles = np.unique(positions["subject"])
    by_cycle = (positions["value"][positions["subject"] == cycle].sum() for cycle in cycles)
    if any(int(total) for total in by_cycle):
        return False
    pairs: dict[tuple[str, str], int] = {}
    for account in book.accounts:
        if account.kind == "clearing":
            _, agreement, one, other = account.name.split(":")
            pair = (agreement, "/".join(sorted((one, other))))
            pairs[pair] = pairs.get(pair, 0) + int(book.closing_minor[account.number])
    return not any(pairs.values())
