"""The proof of a closed day fails for each thing that does not hold, and only for that."""

from dataclasses import replace

import numpy as np
import pytest
from tests.kit.small_books import settle_small_day

from comity.business_calendar import days_to_date
from comity.payments.codes import EventKind
from comity.service import assemble_daybook, prove_day, verify_journal
from comity.service.verification import Verification
from comity.statements.daybook import DayBook, DayProof
from comity.storage import MemoryJournal

PROVED = DayProof(
    money_conserved=True,
    positions_zero=True,
    journal_verified=True,
    statements_reconciled=True,
)


@pytest.fixture(scope="module")
def day() -> tuple[DayBook, Verification]:
    """Give a closed day and the verification of its journal."""
    journal = MemoryJournal()
    ledger = settle_small_day(journal)
    book = assemble_daybook(ledger, days_to_date(ledger.state.closed_day))
    return book, verify_journal(journal)


def test_a_day_that_went_well_is_proved(day: tuple[DayBook, Verification]) -> None:
    assert prove_day(*day) == PROVED
    assert PROVED.holds


@pytest.mark.parametrize("column", ["opening_minor", "closing_minor"])
def test_money_made_of_nothing_is_seen(day: tuple[DayBook, Verification], column: str) -> None:
    book, verification = day
    balances = getattr(book, column).copy()
    balances[0] += 1
    proof = prove_day(replace(book, **{column: balances}), verification)
    assert not proof.money_conserved
    assert not proof.holds


def test_money_that_changes_its_currency_is_seen(day: tuple[DayBook, Verification]) -> None:
    book, verification = day
    first = book.accounts[0]
    other = next(one for one in book.accounts if one.currency != first.currency)
    closing = book.closing_minor.copy()
    closing[first.number] += 5
    closing[other.number] -= 5
    assert not prove_day(replace(book, closing_minor=closing), verification).money_conserved


def test_positions_that_do_not_sum_to_zero_are_seen(day: tuple[DayBook, Verification]) -> None:
    book, verification = day
    events = book.events.copy()
    events["value"][np.argmax(events["kind"] == EventKind.POSITION)] += 1
    assert not prove_day(replace(book, events=events), verification).positions_zero


def test_a_clearing_pair_that_does_not_sum_to_zero_is_seen(
    day: tuple[DayBook, Verification],
) -> None:
    book, verification = day
    clearing = next(one for one in book.accounts if one.kind == "clearing")
    closing = book.closing_minor.copy()
    closing[clearing.number] += 1
    assert not prove_day(replace(book, closing_minor=closing), verification).positions_zero


def test_a_journal_that_does_not_verify_fails_the_day(day: tuple[DayBook, Verification]) -> None:
    book, verification = day
    found = replace(verification, findings=["record 3: its content does not have its hash"])
    assert prove_day(book, found) == replace(PROVED, journal_verified=False)
