"""The proof of a day's statements: opening + movements = closing, for every account."""

from collections.abc import Sequence
from dataclasses import dataclass

from comity.ledger import fold_transfers
from comity.statements.daybook import BookAccount, DayBook
from comity.statements.peak_credit import peak_drawn_minor


@dataclass(frozen=True, slots=True)
class AccountProof:
    """One account's day in five figures, minor units of its currency.

    Attributes:
        account: whose day it is.
        opening_minor: balance at the opening.
        debits_minor: sum of what left it.
        credits_minor: sum of what reached it.
        closing_minor: balance at the close, as the books have it.
        peak_drawn_minor: the most by which the balance was below zero that day, ≥ 0.
    """

    account: BookAccount
    opening_minor: int
    debits_minor: int
    credits_minor: int
    closing_minor: int
    peak_drawn_minor: int

    @property
    def difference_minor(self) -> int:
        """What the closing balance has too much; zero when the statement reconciles."""
        return self.closing_minor - (self.opening_minor - self.debits_minor + self.credits_minor)

    @property
    def holds(self) -> bool:
        """Whether opening + movements = closing."""
        return self.difference_minor == 0


def reconcile(book: DayBook) -> tuple[AccountProof, ...]:
    """Return the proof of every account, by account number."""
    debited, credited = fold_transfers(len(book.accounts), book.transfers)
    return tuple(
        AccountProof(account, opening, debit, credit, closing, peak)
        for account, opening, debit, credit, closing, peak in zip(
            book.accounts,
            book.opening_minor.tolist(),
            debited.tolist(),
            credited.tolist(),
            book.closing_minor.tolist(),
            peak_drawn_minor(book).tolist(),
            strict=True,
        )
    )


def is_reconciled(proofs: Sequence[AccountProof]) -> bool:
    """Return whether every account's statement reconciles."""
    return all(proof.holds for proof in proofs)
