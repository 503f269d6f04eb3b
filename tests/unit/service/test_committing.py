"""One batch, one commit: what is written, what is refused, and the state read back."""

import copy

import numpy as np
import pytest
from tests.kit.schemes import DAY
from tests.kit.small_books import settle_small_day, small_day

from comity.business_calendar import date_to_days
from comity.errors import StorageError
from comity.ledger import Record
from comity.payments.commands import CommandBatch
from comity.payments.packing import Payload
from comity.service.committing import Ledger, ReplayError, closing_of, rebuild, touched_by
from comity.service.ports import Entry
from comity.settlement import ENGINE_VERSION, apply, new_state
from comity.storage import MemoryJournal


@pytest.fixture
def journal() -> MemoryJournal:
    """Give the journal of a settled day."""
    journal = MemoryJournal()
    settle_small_day(journal)
    return journal


def test_a_ledger_read_back_is_the_ledger_that_was_written() -> None:
    journal = MemoryJournal()
    written = settle_small_day(journal)
    read = rebuild(journal)
    assert read.head == written.head
    assert read.state.payment_count == written.state.payment_count
    one, other = (each.state.known_books() for each in (written, read))
    for name in ("balances", "live"):
        assert getattr(one, name).tobytes() == getattr(other, name).tobytes(), name
    for name in ("head", "last", "length"):
        queues = getattr(one.queues, name), getattr(other.queues, name)
        assert queues[0].tolist() == queues[1].tolist(), name


@pytest.mark.parametrize("done", range(6))
def test_a_ledger_broken_off_after_any_commit_ends_in_the_same_head(
    journal: MemoryJournal, done: int
) -> None:
    begun = MemoryJournal()
    ledger = rebuild(begun)
    for batch in small_day()[:done]:
        ledger.commit(batch)
    assert settle_small_day(begun).head == journal.head()


def test_records_are_shown_in_order_as_they_are_read(journal: MemoryJournal) -> None:
    seen: list[tuple[int, int]] = []

    def note(record: Record, payload: Payload) -> None:
        seen.append((record.sequence, len(payload.batch.payments)))

    rebuild(journal, note)
    assert [sequence for sequence, _ in seen] == [1, 2, 3, 4, 5]
    assert [count for _, count in seen] == [len(one.payments) for one in small_day()]


def test_a_ledger_can_be_read_back_to_the_end_of_an_earlier_day(journal: MemoryJournal) -> None:
    assert rebuild(journal, until=date_to_days(DAY) - 1).head is None
    assert rebuild(journal, until=date_to_days(DAY)).head == journal.head()


def test_a_batch_that_the_store_refuses_leaves_the_journal_as_it_was(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    journal = MemoryJournal()
    ledger = rebuild(journal)
    opening, *batches, _ = small_day()
    ledger.commit(opening)

    def refuse(entry: Entry) -> None:
        raise StorageError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(journal, "append", refuse)
        with pytest.raises(StorageError):
            ledger.commit(batches[0])
    again = rebuild(journal)
    assert again.head is not None
    assert again.head.sequence == 1
    again.commit(batches[0])


def test_a_batch_is_never_changed_by_its_commit() -> None:
    ledger = rebuild(MemoryJournal())
    for batch in small_day():
        before = copy.deepcopy(batch)
        ledger.commit(batch)
        assert batch.payments.tobytes() == before.payments.tobytes()
        assert batch.messages.tobytes() == before.messages.tobytes()
        assert (batch.controls, batch.text) == (before.controls, before.text)


def test_only_the_batch_that_closes_the_day_has_closing_balances(journal: MemoryJournal) -> None:
    ledger = rebuild(MemoryJournal())
    closings = [closing_of(ledger.commit(batch)) for batch in small_day()]
    assert closings[:-1] == [None] * (len(closings) - 1)
    closing = closings[-1]
    assert closing is not None
    assert closing.business_day == date_to_days(DAY)
    balances = {number: one.posted_minor for number, one in journal.balances().items()}
    assert closing.posted_minor == balances
    assert journal.closings(date_to_days(DAY)) == balances


def test_movements_name_every_account_that_money_moved_or_was_held_on() -> None:
    state = new_state()
    for batch in small_day():
        before = state.books.balances.copy() if state.books is not None else None
        outcome = apply(state, batch)
        after = state.known_books().balances
        touched = {one.account: one for one in touched_by(state, outcome)}
        if before is None:
            before = np.zeros_like(after)
        changed = (before["posted"] != after["posted"]) | (before["held"] != after["held"])
        assert set(np.flatnonzero(changed).tolist()) <= set(touched)
        for number, one in touched.items():
            moved = one.credits_minor - one.debits_minor
            assert moved == after[number]["posted"] - before[number]["posted"]
            assert one.held_minor == after[number]["held"]


def test_another_engines_journal_is_refused(
    journal: MemoryJournal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("comity.service.committing.ENGINE_VERSION", "other")
    with pytest.raises(ReplayError, match=f"found engine version {ENGINE_VERSION}"):
        rebuild(journal)


def test_commands_that_cause_something_else_today_are_refused(
    journal: MemoryJournal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def apply_otherwise(state: object, batch: CommandBatch) -> object:
        outcome = apply(state, batch)  # type: ignore[arg-type]  # passed through
        outcome.events["at_us"] += 1
        return outcome

    monkeypatch.setattr("comity.service.committing.apply", apply_otherwise)
    with pytest.raises(ReplayError, match="record 1: its commands cause other events"):
        rebuild(journal)


def test_an_empty_journal_gives_an_empty_ledger() -> None:
    ledger = rebuild(MemoryJournal())
    assert isinstance(ledger, Ledger)
    assert (ledger.head, ledger.state.scheme) == (None, None)
