"""Proving a journal: the chain, the state rebuilt from events, the commands run again.

Three ways that share no code with one another lead to the same balances: adding up the transfers,
re-running the commands, and what the store keeps beside the journal. All must agree to the unit,
and the store must hold nothing that no record made.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from comity.errors import ComityError, InvariantError, UnavailableError
from comity.ledger import Account, Record
from comity.money import BALANCE_MINOR_MAX
from comity.payments.codes import EventKind
from comity.payments.commands import Outcome
from comity.payments.lifecycle import OUTCOMES, transition_matrix
from comity.payments.lifecycle import State as PaymentState
from comity.payments.packing import Payload, unpack_payload
from comity.payments.rows import Rows
from comity.service.committing import chain_faults, closing_of, is_same_outcome, touched_by
from comity.service.outbox import list_outbox
from comity.service.ports import Anchor, Closing, Journal, RowCounts, Touched
from comity.settlement import ENGINE_VERSION, State, apply, new_state
from comity.settlement.invariants import check_books

FINDINGS_PER_CHECK_MAX = 5
"""A check that fails many times over says so this often; the rest adds nothing."""

_ALLOWED = transition_matrix()
_IS_OUTCOME = np.isin(np.arange(-1, max(PaymentState) + 1), [int(one) for one in OUTCOMES])


@dataclass(slots=True)
class Verification:
    """What was proved about a journal.

    Attributes:
        batches: number of records.
        payments: number of payments.
        head: hash of the last record, hexadecimal; empty for an empty journal.
        was_rerun: whether the commands were run again (only by the engine version that wrote).
        findings: what does not hold; empty where everything does.
        notes: what a reader should know, without being wrong.
    """

    batches: int = 0
    payments: int = 0
    head: str = ""
    was_rerun: bool = True
    findings: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether everything holds."""
        return not self.findings


def verify_journal(journal: Journal) -> Verification:
    """Prove a whole journal; what does not hold becomes a finding, never an error.

    Raises:
        StorageError: the store cannot be read.
        DamagedDatabaseError: what it holds cannot be a journal at all.
    """
    result = Verification()
    proof = _Proof(journal, result)
    previous: Record | None = None
    for record in journal.records():
        result.findings.extend(_faults_of(proof, previous, record))
        if result.findings:
            # Nothing behind a broken record can be trusted, so nothing there is worth reading.
            return result
        previous = record
        result.batches += 1
        result.payments += record.payment_count
        result.head = record.hash.hex()
    result.findings.extend(proof.final_faults(previous))
    return result


def _faults_of(proof: "_Proof", previous: Record | None, record: Record) -> list[str]:
    """Return what is wrong with a record, as the successor of another and in itself."""
    name = f"record {record.sequence}"
    try:
        faults = list(chain_faults(previous, record))
        return [
            f"{name}: {fault}"
            for fault in faults or proof.faults_of(record, unpack_payload(record.payload))
        ]
    except UnavailableError:
        raise
    except ComityError as error:
        return [f"{name}: {error}"]
    except Exception as error:  # noqa: BLE001 — forged content may break any reader of it: a finding
        return [f"{name}: cannot be read or run again: {type(error).__name__}: {error}"]


class _Proof:
    """Carries independent pictures of the books through the journal and compares them."""

    def __init__(self, journal: Journal, result: Verification) -> None:
        self._journal = journal
        self._result = result
        self._money = _Money(journal.accounts())
        self._lives = _Lives()
        self._state: State = new_state()
        self._anchors: list[Anchor] = []
        self._counts = RowCounts(0, 0, 0, 0)

    def faults_of(self, record: Record, payload: Payload) -> list[str]:
        """Return what the pictures and the store say against one record."""
        outcome = payload.outcome
        faults = [*_count_faults(record, outcome), *self._money.take(outcome.transfers)]
        faults += self._lives.take(record, outcome.events)
        # The kernels that run a record again check no bounds: they get only what is sound so far.
        if not faults:
            faults += [*self._stored_faults(record, outcome), *self._rerun(record, payload)]
        return faults

    def _stored_faults(self, record: Record, outcome: Outcome) -> Iterator[str]:
        """Yield where the rows beside a record are not those that it makes."""
        stored = self._journal.transfers(record)
        if stored.tobytes() != outcome.transfers.tobytes():
            yield "the stored transfer rows differ from the journal's"
        touched = self._journal.touched(record.sequence)
        yield from islice(
            self._money.touched_faults(touched, outcome.transfers), FINDINGS_PER_CHECK_MAX
        )
        closing = closing_of(outcome)
        if closing is not None:
            yield from self._closing_faults(record, closing)
        self._counts = RowCounts(
            self._counts.transfers + len(stored),
            self._counts.touched + len(touched),
            self._counts.outbox + len(self._journal.outbox(record.sequence)),
            self._counts.closings + (len(closing.posted_minor) if closing else 0),
        )

    def _closing_faults(self, record: Record, closing: Closing) -> Iterator[str]:
        self._anchors.append(Anchor(closing.business_day, record.sequence, record.hash))
        if dict(closing.posted_minor) != self._money.balances():
            yield "its closing balances are not those that the transfers give"
        if self._journal.closings(closing.business_day) != dict(closing.posted_minor):
            yield "the stored closing balances differ from the journal's"

    def _rerun(self, record: Record, payload: Payload) -> Iterator[str]:
        """Run a record's commands again and yield where anything else comes out."""
        if record.engine_version != ENGINE_VERSION and self._result.was_rerun:
            self._result.was_rerun = False
            self._result.notes.append(
                f"re-running was skipped: written by engine {record.engine_version}, this is"
                f" {ENGINE_VERSION}"
            )
        if not self._result.was_rerun:
            return
        outcome = apply(self._state, payload.batch)
        if not is_same_outcome(outcome, payload.outcome):
            yield "its commands cause other events than it holds"
            return
        state = self._state
        made = (state.now_us, state.business_day, state.payment_count)
        held = (record.at_us, record.business_day, record.first_payment + record.payment_count)
        if made != held:
            yield f"carries time, day and payments {held}, its commands give {made}"
        if self._journal.touched(record.sequence) != touched_by(state, outcome):
            yield "the stored account movements are not those that its commands cause"
        if self._journal.outbox(record.sequence) != list_outbox(state, payload.batch, outcome):
            yield "the stored outbox is not what its commands give to tell"

    def final_faults(self, head: Record | None) -> list[str]:
        """Return where the pictures and the stored balances disagree at the end."""
        faults = list(self._end_faults())
        if head is not None and self._result.was_rerun and not faults:
            faults += self._state_faults()
            faults += _invariant_faults(self._state)
        return faults

    def _end_faults(self) -> Iterator[str]:
        stored = {
            number: balance.posted_minor for number, balance in self._journal.balances().items()
        }
        yield from islice(_differences(stored, self._money.balances()), FINDINGS_PER_CHECK_MAX)
        if self._journal.anchors() != tuple(self._anchors):
            yield "the stored anchors are not the records that closed the days"
        counts = self._journal.row_counts()
        if counts != self._counts:
            yield f"found rows that no record made: {counts}, the records make {self._counts}"

    def _state_faults(self) -> Iterator[str]:
        """Yield where the engine's state after re-running is not what is stored or was told."""
        state, books = self._state, self._state.known_books()
        if self._journal.accounts() != state.known_chart().accounts:
            yield "the stored chart of accounts is not the scheme's"
            return
        for number, balance in self._journal.balances().items():
            row = books.balances[number]
            if (balance.posted_minor, balance.held_minor) != (row["posted"], row["held"]):
                yield (
                    f"{balance.name}: stored {balance.posted_minor} with {balance.held_minor} held,"
                    f" the engine gives {row['posted']} with {row['held']}"
                )
        wrong = self._lives.differs_from(books.live["state"][: state.payment_count])
        for payment in wrong[:FINDINGS_PER_CHECK_MAX].tolist():
            yield f"payment {payment}: events say another state than the engine"


def _count_faults(record: Record, outcome: Outcome) -> Iterator[str]:
    counted = (record.event_count, record.transfer_count)
    held = (len(outcome.events), len(outcome.transfers))
    if counted != held:
        yield f"counts events and transfers {counted}, holds {held}"


def _differences(stored: Mapping[int, int], added: Mapping[int, int]) -> Iterator[str]:
    for number in sorted({*stored, *added}):
        found, expected = stored.get(number, 0), added.get(number, 0)
        if found != expected:
            yield f"account {number}: stored {found}, transfers give {expected}"


def _invariant_faults(state: State) -> list[str]:
    try:
        check_books(state)
    except InvariantError as error:
        return [str(error)]
    return []


class _Money:
    """Balances from adding up transfers, and from nothing else."""

    def __init__(self, accounts: Sequence[Account]) -> None:
        self._posted = np.zeros(len(accounts), np.int64)
        self._currencies = np.array([one.currency for one in accounts], np.int64)
        self._group = -1

    def balances(self) -> dict[int, int]:
        """Return the balances by account number."""
        return dict(enumerate(self._posted.tolist()))

    def take(self, transfers: Rows) -> list[str]:
        """Add transfers up; where one of them is wrong none is added."""
        if not len(transfers):
            return []
        faults = list(self._faults_of(transfers))
        if not faults:
            np.subtract.at(self._posted, transfers["debit"], transfers["amount_minor"])
            np.add.at(self._posted, transfers["credit"], transfers["amount_minor"])
            self._group = int(transfers["group"][-1])
        return faults

    def _faults_of(self, transfers: Rows) -> Iterator[str]:
        debit, credit, amounts = (transfers[name] for name in ("debit", "credit", "amount_minor"))
        if int(amounts.min()) <= 0:
            yield "a transfer of nothing or less"
        elif self._peak() + _exact_sum(amounts) > BALANCE_MINOR_MAX:
            yield f"its transfers could lead beyond {BALANCE_MINOR_MAX} minor units"
        ends = np.concatenate([debit, credit])
        if int(ends.min()) < 0 or int(ends.max()) >= len(self._posted):
            yield "a transfer names an account that there is not"
        elif (self._currencies[debit] != self._currencies[credit]).any():
            yield "a transfer between accounts of two currencies"
        groups = transfers["group"]
        if int(groups[0]) <= self._group or (np.diff(groups) < 0).any():
            yield "transfer groups are not in order"

    def _peak(self) -> int:
        return max(int(self._posted.max()), -int(self._posted.min()))

    def touched_faults(self, touched: Sequence[Touched], transfers: Rows) -> Iterator[str]:
        """Yield where stored movements of a record differ from its transfers, already added up."""
        debited, credited = np.zeros_like(self._posted), np.zeros_like(self._posted)
        np.add.at(debited, transfers["debit"], transfers["amount_minor"])
        np.add.at(credited, transfers["credit"], transfers["amount_minor"])
        stored = {one.account: one[1:4] for one in touched}
        moved = np.flatnonzero(debited | credited).tolist()
        for account in sorted({*stored, *moved}):
            if account >= len(self._posted):
                yield f"account {account}: stored movements of an account that there is not"
                continue
            columns = (debited, credited, self._posted)
            given = tuple(int(column[account]) for column in columns)
            found = stored.get(account)
            if found != given:
                yield f"account {account}: stored movements {found}, the transfers give {given}"


def _exact_sum(amounts: NDArray[np.int64]) -> int:
    """Return a sum that cannot wrap: halves of 32 bits are added apart."""
    return (int((amounts >> 32).sum()) << 32) + int((amounts & 0xFFFFFFFF).sum())


class _Lives:
    """Where each payment is according to its events: allowed steps, one outcome, never again."""

    def __init__(self) -> None:
        self._states = np.zeros(0, np.int8)
        self._outcomes = np.zeros(0, np.int16)

    def take(self, record: Record, all_events: Rows) -> list[str]:
        """Follow a record's payment events, each payment's in their order."""
        self._make_room(record.first_payment + record.payment_count)
        events = all_events[all_events["kind"] == EventKind.PAYMENT]
        if not len(events):
            return []
        columns = (events["subject"], events["before"], events["after"])
        lowest = tuple(int(column.min()) for column in columns)
        highest = tuple(int(column.max()) for column in columns)
        top = int(max(PaymentState))
        if min(lowest) < -1 or lowest[0] < 0 or highest[0] >= len(self._states):
            return ["an event of a payment that there is not"]
        if max(highest[1:]) > top:
            return ["an event with a state that there is not"]
        order = np.argsort(events["subject"], kind="stable")
        subject, before, after = (column[order] for column in columns)
        return list(islice(self._step(subject, before, after), FINDINGS_PER_CHECK_MAX))

    def _make_room(self, count: int) -> None:
        more = count - len(self._states)
        self._states = np.concatenate([self._states, np.full(more, PaymentState.NONE, np.int8)])
        self._outcomes = np.concatenate([self._outcomes, np.zeros(more, np.int16)])

    def _step(
        self, subject: NDArray[np.int32], before: NDArray[np.int8], after: NDArray[np.int8]
    ) -> Iterator[str]:
        is_first = np.append(True, subject[1:] != subject[:-1])
        known = np.where(is_first, self._states[subject], np.append(np.int8(0), after[:-1]))
        for at in np.flatnonzero(before != known).tolist():
            claimed, was = PaymentState(before[at]).name, PaymentState(known[at]).name
            yield f"payment {subject[at]}: steps from {claimed}, but was {was}"
        for at in np.flatnonzero(~_ALLOWED[known + 1, after + 1]).tolist():
            step = f"{PaymentState(known[at]).name} to {PaymentState(after[at]).name}"
            yield f"payment {subject[at]}: {step} is not allowed"
        ended = subject[_IS_OUTCOME[after + 1]]
        np.add.at(self._outcomes, ended, 1)
        for payment in np.unique(ended[self._outcomes[ended] > 1]).tolist():
            yield f"payment {payment}: a second outcome"
        is_last = np.append(is_first[1:], True)
        self._states[subject[is_last]] = after[is_last]

    def differs_from(self, states: NDArray[np.int8]) -> NDArray[np.intp]:
        """Return the payments that the engine knows in another state."""
        return np.flatnonzero(states != self._states)
