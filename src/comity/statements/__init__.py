"""What a settled day says to those who hold accounts, and the proof that it adds up."""

from comity.statements.account_messages import (
    NOTIFIED,
    PAGE_PAYMENTS_MAX,
    AccountMessage,
    account_statement,
    day_messages,
    notifications,
)
from comity.statements.cycles import Cycle, cycles_of
from comity.statements.daybook import BookAccount, DayBook, DayProof
from comity.statements.entries import EntryBook
from comity.statements.reconciliation import AccountProof, is_reconciled, reconcile

__all__ = [
    "NOTIFIED",
    "PAGE_PAYMENTS_MAX",
    "AccountMessage",
    "AccountProof",
    "BookAccount",
    "Cycle",
    "DayBook",
    "DayProof",
    "EntryBook",
    "account_statement",
    "cycles_of",
    "day_messages",
    "is_reconciled",
    "notifications",
    "reconcile",
]
