"""Proving a journal: the chain, the state rebuilt from events, the commands run again.

Three ways that share no code with one another lead to the same balances: adding up the transfers,
re-running the commands, and what the store keeps beside the journal. All must agree to the unit.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from comity.errors import ComityError, InvariantError
from comity.ledger import GENESIS_HASH, Record, record_hash
from comity.payments.codes import EventKind
from comity.payments.commands import Outcome
from comity.payments.lifecycle import OUTCOMES, TRANSITIONS
from comity.payments.lifecycle import State as PaymentState
from comity.payments.packing import Payload, unpack_payload
from comity.service.committing import is_same_outcome
from comity.service.ports import Journal
from comity.settlement import ENGINE_VERSION, State, apply, new_state
from comity.settlement.invariants import check_books


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
    """Prove a whole journal; never raises for what it finds."""
    result = Verification()
    proof = _Proof(journal, result)
    previous: Record | None = None
    for record in journal.records():
        result.findings.extend(_chain_faults(previous, record))
        if result.findings:
            # Nothing behind a broken link can be trusted, so nothing there is worth reading.
            break
        try:
            proof.take(record, unpack_payload(record.payload))
        except ComityError as error:
            result.findings.append(f"record {record.sequence}: {error}")
            break
        previous = record
        result.batches += 1
        result.payments += record.payment_count
        result.head = record.hash.hex()
    if result.ok and previous is not None:
        result.findings.extend(proof.final_faults())
    return result


def _chain_faults(previous: Record | None, record: Record) -> Iterator[str]:
    """Yield what is wrong with a record as the successor of another."""
    name = f"record {record.sequence}"
    if record.sequence != (previous.sequence + 1 if previous else 1):
        yield f"{name}: follows record {previous.sequence if previous else 0}: a gap"
    if record.previous_hash != (previous.hash if previous else GENESIS_HASH):
        yield f"{name}: does not name the hash of the record before it"
    if record_hash(record) != record.hash:
        yield f"{name}: its content does not have the hash it carries"
    expected = (0, 0, 0)
    if previous is not None:
        expected = (
            previous.first_event + previous.event_count,
            previous.first_transfer + previous.transfer_count,
            previous.first_payment + previous.payment_count,
        )
    found = (record.first_event, record.first_transfer, record.first_payment)
    if found != expected:
        yield f"{name}: numbers events, transfers, payments from {found}, expected {expected}"


class _Proof:
    """Carries two independent pictures of the books through the journal."""

    def __init__(self, journal: Journal, result: Verification) -> None:
        self._journal = journal
        self._result = result
        self._state: State = new_state()
        self._posted: dict[int, int] = {}
        self._states: dict[int, PaymentState] = {}
        self._outcomes: set[int] = set()

    def take(self, record: Record, payload: Payload) -> None:
        """Check one record against both pictures and the store."""
        self._rerun(record, payload)
        for fault in (
            *self._follow_money(record, payload.outcome),
            *self._follow_payments(record, payload.outcome),
            *self._compare_rows(record, payload.outcome),
        ):
            self._result.findings.append(f"record {record.sequence}: {fault}")

    def _rerun(self, record: Record, payload: Payload) -> None:
        if record.engine_version != ENGINE_VERSION and self._result.was_rerun:
            self._result.was_rerun = False
            self._result.notes.append(
                f"re-running was skipped: written by engine {record.engine_version}, this is"
                f" {ENGINE_VERSION}"
            )
        if self._result.was_rerun:
            outcome = apply(self._state, payload.batch)
            if not is_same_outcome(outcome, payload.outcome):
                self._result.findings.append(
                    f"record {record.sequence}: its commands cause other events than it holds"
                )

    def _follow_money(self, record: Record, outcome: Outcome) -> Iterator[str]:
        """Add up transfers, per account and group."""
        posted = self._posted
        transfers = outcome.transfers
        for debit, credit, amount in zip(
            transfers["debit"].tolist(),
            transfers["credit"].tolist(),
            transfers["amount_minor"].tolist(),
            strict=True,
        ):
            posted[debit] = posted.get(debit, 0) - amount
            posted[credit] = posted.get(credit, 0) + amount
        if len(transfers) and int(transfers["amount_minor"].min()) <= 0:
            yield "a transfer of nothing or less"
        groups = transfers["group"]
        if (np.diff(groups) < 0).any():
            yield "transfer groups are not in order"
        for one in self._journal.touched(record.sequence):
            found = posted.get(one.account, 0)
            if one.posted_minor != found:
                yield f"account {one.account}: stored {one.posted_minor}, transfers give {found}"

    def _follow_payments(self, record: Record, outcome: Outcome) -> Iterator[str]:
        """Follow each payment through the lifecycle: allowed steps, one outcome, never again."""
        events = outcome.events[outcome.events["kind"] == EventKind.PAYMENT]
        for payment, before, after in zip(
            events["subject"].tolist(),
            events["before"].tolist(),
            events["after"].tolist(),
            strict=True,
        ):
            known = self._states.get(payment, PaymentState.NONE)
            state = PaymentState(after)
            if before != known:
                yield f"payment {payment}: steps from {before}, but was {known.name}"
            if state not in TRANSITIONS[known]:
                yield f"payment {payment}: {known.name} to {state.name} is not allowed"
            if state in OUTCOMES and payment in self._outcomes:
                yield f"payment {payment}: a second outcome, {state.name}"
            self._states[payment] = state
            if state in OUTCOMES:
                self._outcomes.add(payment)

    def _compare_rows(self, record: Record, outcome: Outcome) -> Iterator[str]:
        stored = self._journal.transfers(record)
        if stored.tobytes() != outcome.transfers.tobytes():
            yield "the stored transfer rows differ from the journal's"

    def final_faults(self) -> Iterator[str]:
        """Yield where the pictures and the stored balances disagree at the end."""
        stored = self._journal.balances()
        for number, balance in stored.items():
            found = self._posted.get(number, 0)
            if balance.posted_minor != found:
                yield f"{balance.name}: stored {balance.posted_minor}, transfers give {found}"
        if not self._result.was_rerun:
            return
        yield from self._compare_state()
        try:
            check_books(self._state)
        except InvariantError as error:
            yield str(error)

    def _compare_state(self) -> Iterator[str]:
        """Compare the engine's state after re-running with what the events say."""
        books = self._state.known_books()
        for number, balance in self._journal.balances().items():
            row = books.balances[number]
            if balance.posted_minor != row["posted"] or balance.held_minor != row["held"]:
                yield (
                    f"{balance.name}: stored {balance.posted_minor} with {balance.held_minor} held,"
                    f" the engine gives {row['posted']} with {row['held']}"
                )
        states = books.live["state"][: self._state.payment_count].tolist()
        for payment, state in enumerate(states):
            if self._states.get(payment, PaymentState.NONE) != state:
                yield f"payment {payment}: events say another state than the engine"
