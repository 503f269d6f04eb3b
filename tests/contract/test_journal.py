"""What every adapter of the journal port must do; run against each of them."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.kit.journals import ACCOUNTS, DAY, first_entry, moving_entry, second_entry

from comity.errors import ProofFailedError
from comity.ledger import GENESIS_HASH
from comity.service.ports import Anchor, Entry, Journal, RowCounts, StoredBalance, Touched
from comity.storage import MemoryJournal, SqliteJournal
from comity.storage.chaining import ChainError, EntryRefusedError
from comity.storage.sqlite import open_journal


@pytest.fixture(params=["memory", "sqlite"])
def journal(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Journal]:
    """Give an empty journal of each kind in turn."""
    made: MemoryJournal | SqliteJournal
    made = MemoryJournal() if request.param == "memory" else open_journal(tmp_path / "comity.db")
    yield made
    made.close()


def test_an_empty_journal_has_no_head_and_holds_nothing(journal: Journal) -> None:
    assert journal.head() is None
    assert list(journal.records()) == []
    assert journal.balances() == {}
    assert journal.accounts() == ()
    assert journal.anchors() == ()
    assert journal.closings(DAY) == {}
    assert journal.row_counts() == RowCounts(0, 0, 0, 0)


def test_an_entry_is_given_back_as_it_was_appended(journal: Journal) -> None:
    entry = first_entry()
    journal.append(entry)
    assert journal.head() == entry.record
    assert list(journal.records()) == [entry.record]
    assert journal.transfers(entry.record).tobytes() == entry.transfers.tobytes()
    assert journal.touched(1) == tuple(entry.touched)
    assert journal.outbox(1) == tuple(entry.outbox)
    assert journal.accounts() == ACCOUNTS


def test_records_come_in_order_from_any_place(journal: Journal) -> None:
    first, second = _two_entries(journal)
    assert list(journal.records()) == [first.record, second.record]
    assert list(journal.records(after=1)) == [second.record]
    assert list(journal.records(after=2)) == []


def test_balances_are_those_after_the_last_entry(journal: Journal) -> None:
    journal.append(first_entry())
    assert journal.balances()[2] == StoredBalance(ACCOUNTS[2].name, 0, 0)
    head = journal.head()
    assert head is not None
    journal.append(second_entry(head))
    assert journal.balances() == {
        0: StoredBalance(ACCOUNTS[0].name, -100, 0),
        1: StoredBalance(ACCOUNTS[1].name, 50, 10),
        2: StoredBalance(ACCOUNTS[2].name, 50, 0),
    }


def test_movements_outbox_and_transfers_belong_to_their_own_record(journal: Journal) -> None:
    first, second = _two_entries(journal)
    assert journal.touched(1) == tuple(first.touched)
    assert journal.touched(2) == tuple(second.touched)
    assert journal.outbox(2) == ()
    assert journal.transfers(second.record).tobytes() == second.transfers.tobytes()
    assert journal.row_counts() == RowCounts(transfers=3, touched=4, outbox=2, closings=3)


def test_closing_a_day_keeps_its_balances_and_its_anchor(journal: Journal) -> None:
    _, second = _two_entries(journal)
    assert journal.closings(DAY) == {0: -100, 1: 50, 2: 50}
    assert journal.closings(DAY + 1) == {}
    assert journal.anchors() == (Anchor(DAY, 2, second.record.hash),)


def test_a_first_record_that_claims_a_predecessor_is_refused(journal: Journal) -> None:
    entry = first_entry()
    stranger = replace(entry, record=replace(entry.record, previous_hash=b"\1" * 32))
    with pytest.raises(ChainError, match="expected record 1"):
        journal.append(stranger)
    assert journal.head() is None


@pytest.mark.parametrize(
    "changes",
    [{"sequence": 3}, {"sequence": 1}, {"previous_hash": GENESIS_HASH}],
    ids=["after a gap", "again", "after another one"],
)
def test_a_record_that_does_not_follow_is_refused_and_leaves_nothing(
    journal: Journal, changes: dict[str, int | bytes]
) -> None:
    first = first_entry()
    journal.append(first)
    entry = second_entry(first.record)
    with pytest.raises(ChainError, match="expected record 2"):
        journal.append(replace(entry, record=replace(entry.record, **changes)))  # type: ignore[arg-type]  # named fields
    _holds_only_the_first(journal)


def test_the_same_entry_is_not_taken_twice(journal: Journal) -> None:
    first = first_entry()
    journal.append(first)
    with pytest.raises(ChainError):
        journal.append(first)
    _holds_only_the_first(journal)


@pytest.mark.parametrize(
    ("touched", "amount"),
    [
        (Touched(1, 101, 0, -1, 0), 101),
        (Touched(2, 51, 0, -51, 0), 51),
        (Touched(1, 50, 0, 50, 51), 50),
        (Touched(1, 0, 0, 100, -1), 1),
        (Touched(1, 0, 0, 100, 0), 0),
    ],
    ids=["no limit", "past its limit", "held beyond", "held below zero", "nothing moved"],
)
def test_an_entry_against_the_stores_own_rules_is_refused_and_leaves_nothing(
    journal: Journal, touched: Touched, amount: int
) -> None:
    first = first_entry()
    journal.append(first)
    with pytest.raises(EntryRefusedError) as caught:
        journal.append(moving_entry(first.record, touched, amount))
    assert isinstance(caught.value, ProofFailedError)
    _holds_only_the_first(journal)


def test_an_account_may_go_down_to_its_limit_exactly(journal: Journal) -> None:
    first = first_entry()
    journal.append(first)
    entry = moving_entry(first.record, Touched(2, 50, 0, -50, 0), 50)
    journal.append(entry)
    assert journal.balances()[2].posted_minor == -50


def test_after_a_refusal_the_journal_goes_on(journal: Journal) -> None:
    first = first_entry()
    journal.append(first)
    with pytest.raises(EntryRefusedError):
        journal.append(moving_entry(first.record, Touched(1, 101, 0, -1, 0), 101))
    journal.append(second_entry(first.record))
    assert len(list(journal.records())) == 2


def _two_entries(journal: Journal) -> tuple[Entry, Entry]:
    first = first_entry()
    second = second_entry(first.record)
    journal.append(first)
    journal.append(second)
    return first, second


def _holds_only_the_first(journal: Journal) -> None:
    first = first_entry()
    assert journal.head() == first.record
    assert list(journal.records()) == [first.record]
    assert journal.row_counts() == RowCounts(transfers=1, touched=2, outbox=2, closings=0)
    assert journal.balances()[1].posted_minor == 100
