"""One batch: applied by the engine, chained, and made durable in one commit.

After an error nothing of the state in memory may be trusted: whoever holds it reads the journal
again (`rebuild`). That is how a crash, a full disk and a lost answer are all the same case.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from comity.errors import ProofFailedError
from comity.ledger import GENESIS_HASH, Record, chain_record, fold_transfers, record_hash
from comity.payments.codes import DayPhase, EventKind
from comity.payments.commands import CommandBatch, Outcome
from comity.payments.packing import Payload, pack_payload, unpack_payload
from comity.service.outbox import list_outbox
from comity.service.ports import Closing, Entry, Journal, Touched
from comity.settlement import ENGINE_VERSION, State, apply, new_state


class ReplayError(ProofFailedError):
    """The journal is broken, or re-running its commands gives something else than is stored."""


@dataclass(slots=True)
class Ledger:
    """The engine's state together with the journal it stands for."""

    journal: Journal
    state: State
    head: Record | None

    def commit(self, batch: CommandBatch) -> Outcome:
        """Apply a batch and make it durable; the batch is lost as a whole or kept as a whole."""
        chart_before = self.state.chart
        payments_before = self.state.payment_count
        outcome = apply(self.state, batch)
        record = chain_record(
            self.head,
            counts=(
                len(outcome.events),
                len(outcome.transfers),
                self.state.payment_count - payments_before,
            ),
            at_us=self.state.now_us,
            business_day=self.state.business_day,
            engine_version=ENGINE_VERSION,
            payload=pack_payload(batch, outcome),
        )
        opened = self.state.known_chart().accounts if chart_before is not self.state.chart else ()
        self.journal.append(
            Entry(
                record=record,
                accounts=opened,
                transfers=outcome.transfers,
                touched=touched_by(self.state, outcome),
                outbox=list_outbox(self.state, batch, outcome),
                closing=closing_of(outcome),
            )
        )
        self.head = record
        return outcome


def closing_of(outcome: Outcome) -> Closing | None:
    """Return what a batch fixed by closing a business day, None where it closed none."""
    events = outcome.events
    is_close = (events["kind"] == EventKind.DAY) & (events["after"] == DayPhase.CLOSED)
    days = events["subject"][is_close].tolist()
    if not days:
        return None
    assert len(days) == 1, "a batch closes one day: the next one is opened by another"
    rows = events[events["kind"] == EventKind.CLOSING]
    balances = zip(rows["subject"].tolist(), rows["value"].tolist(), strict=True)
    return Closing(days[0], dict(balances))


def touched_by(state: State, outcome: Outcome) -> tuple[Touched, ...]:
    """Return the accounts a batch moved or held money on, with their balances after it."""
    balances = state.known_books().balances
    debited, credited = fold_transfers(len(balances), outcome.transfers)
    touched = (debited != 0) | (credited != 0)
    touched[_accounts_held_on(state, outcome)] = True
    numbers = np.flatnonzero(touched)
    after = balances[numbers]
    columns = (numbers, debited[numbers], credited[numbers], after["posted"], after["held"])
    return tuple(map(Touched, *(column.tolist() for column in columns)))


def _accounts_held_on(state: State, outcome: Outcome) -> NDArray[np.int64]:
    """Return the accounts on which holds changed: those of the holding payments' payers."""
    books = state.known_books()
    # The kinds alone are looked through: most batches hold nothing, and rows cost more to copy.
    holds = np.flatnonzero(outcome.events["kind"] == EventKind.HOLD)
    places = books.places[books.live["payer"][outcome.events["subject"][holds]]]
    accounts = np.concatenate(
        [places["settlement"], places["loro"], _lines_held_on(state, outcome)]
    ).astype(np.int64)
    return np.unique(accounts[accounts >= 0])


def _lines_held_on(state: State, outcome: Outcome) -> NDArray[np.int32]:
    """Return the clearing accounts on whose credit line holds changed, of both sides."""
    books = state.known_books()
    lines = np.flatnonzero(outcome.events["kind"] == EventKind.LINE_HOLD)
    agreements = np.unique(books.live["agreement"][outcome.events["subject"][lines]])
    found: NDArray[np.int32] = books.sides["clearing"][agreements].reshape(-1)
    return found


def rebuild(
    journal: Journal,
    seen: Callable[[Record, Payload], None] = lambda record, payload: None,
    *,
    until: int | None = None,
) -> Ledger:
    """Return the ledger that a journal stands for, by re-running every command in it.

    Args:
        journal: possibly empty.
        seen: called with each record and its content, in order.
        until: the last business day to go to, days since 1970-01-01; None goes to the end.

    Raises:
        ReplayError: the chain is broken, or the events or balances that come out are not those
            stored: nothing may be settled on such books.
    """
    state, head = new_state(), None
    for record in journal.records():
        if until is not None and record.business_day > until:
            break
        for fault in chain_faults(head, record):
            raise ReplayError(f"record {record.sequence}: {fault}: restore a sound copy")
        if record.engine_version != ENGINE_VERSION:
            raise ReplayError(
                f"record {record.sequence}: found engine version {record.engine_version}, expected"
                f" {ENGINE_VERSION}: go on with the version that wrote the database"
            )
        payload = unpack_payload(record.payload)
        outcome = apply(state, payload.batch)
        if not is_same_outcome(outcome, payload.outcome):
            raise ReplayError(
                f"record {record.sequence}: its commands cause other events than it holds"
            )
        seen(record, payload)
        head = record
    if until is None:
        _check_beside(journal, state, head)
    return Ledger(journal, state, head)


def _check_beside(journal: Journal, state: State, head: Record | None) -> None:
    """Raise ReplayError unless the rows that the next batch builds on are those of the records.

    The whole proof is `verification`; this much is checked before anything is added.
    """
    last, transfers = 0, 0
    if head is not None:
        last, transfers = head.sequence, head.first_transfer + head.transfer_count
    closed = max((one.sequence for one in journal.anchors()), default=0)
    if closed > last or journal.row_counts().transfers != transfers:
        raise ReplayError(
            f"record {last} is the last, but there are transfers or a close that it and those"
            " before it did not make: restore a sound copy"
        )
    stored = journal.balances()
    balances = state.books.balances if state.books is not None else ()
    made = {number: (int(row["posted"]), int(row["held"])) for number, row in enumerate(balances)}
    found = {number: (one.posted_minor, one.held_minor) for number, one in stored.items()}
    if found != made:
        wrong = min(number for number, _ in found.items() ^ made.items())
        raise ReplayError(
            f"account {wrong}: stored balance and held {found.get(wrong)}, the journal gives"
            f" {made.get(wrong)}: restore a sound copy"
        )


def chain_faults(previous: Record | None, record: Record) -> Iterator[str]:
    """Yield what is wrong with a record as the successor of another, None for the first."""
    if record.sequence != (previous.sequence + 1 if previous else 1):
        yield f"follows record {previous.sequence if previous else 0}: a gap"
    if record.previous_hash != (previous.hash if previous else GENESIS_HASH):
        yield "does not name the hash of the record before it"
    if record_hash(record) != record.hash:
        yield "its content does not have the hash it carries"
    expected = (0, 0, 0)
    if previous is not None:
        expected = (
            previous.first_event + previous.event_count,
            previous.first_transfer + previous.transfer_count,
            previous.first_payment + previous.payment_count,
        )
    found = (record.first_event, record.first_transfer, record.first_payment)
    if found != expected:
        yield f"numbers events, transfers, payments from {found}, expected {expected}"


def is_same_outcome(one: Outcome, other: Outcome) -> bool:
    """Return whether two outcomes are equal byte for byte."""
    return (
        one.events.tobytes() == other.events.tobytes()
        and one.transfers.tobytes() == other.transfers.tobytes()
    )
