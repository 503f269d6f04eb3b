"""Who must be told what because of a batch.

One entry a recipient and message definition; the texts are made from the journal when they are
delivered, so nothing is told that is not durable, and everything that is durable is told once.
Where not even the sender of a message can be read, its refusal goes to the operator, who knows from
whom it came. Statements and notifications of bookings are made from the whole day at its close.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from comity.payments.codes import EventKind
from comity.payments.commands import CommandBatch, Outcome
from comity.payments.lifecycle import State as PaymentState
from comity.payments.rows import Rows
from comity.service.ports import OutboxEntry, OutboxKind
from comity.settlement import State


def list_outbox(state: State, batch: CommandBatch, outcome: Outcome) -> tuple[OutboxEntry, ...]:
    """Return the entries of a batch, by kind and participant number."""
    return tuple(_list(state, batch, outcome))


def _list(state: State, batch: CommandBatch, outcome: Outcome) -> Iterator[OutboxEntry]:
    if state.chart is None or state.books is None:
        return
    rows, participants = state.books.rows, state.chart.participants
    told = told_events(outcome.events)
    operator = participants.index(operator_of(state))
    _, refused = refused_messages(batch.messages, operator)
    yield from _count(OutboxKind.REJECTION, refused, participants)
    yield from _count(OutboxKind.STATUS_REPORT, rows["instructing"][told["subject"]], participants)
    settled = settled_events(outcome.events)
    yield from _count(OutboxKind.FORWARDED, rows["instructed"][settled["subject"]], participants)


def operator_of(state: State) -> str:
    """Return the BIC under which the scheme itself sends and receives."""
    return state.known_scheme().members[0].agent


def refused_messages(messages: Rows, operator: int) -> tuple[Rows, NDArray[np.int32]]:
    """Return the messages that could not be read, and the participant that each is answered to."""
    refused = messages[messages["fault"] != 0]
    return refused, np.where(refused["sender"] < 0, np.int32(operator), refused["sender"])


def told_events(events: Rows) -> Rows:
    """Return the events a status report tells of: each payment's resting place, and repetitions."""
    is_resting = (events["kind"] == EventKind.PAYMENT) & (events["rests"] == 1)
    told: Rows = events[is_resting | (events["kind"] == EventKind.DUPLICATE)]
    return told


def settled_events(events: Rows) -> Rows:
    """Return the events at which an instruction goes on to the instructed bank."""
    is_payment = events["kind"] == EventKind.PAYMENT
    settled: Rows = events[is_payment & (events["after"] == PaymentState.SETTLED)]
    return settled


def _count(
    kind: OutboxKind, numbers: NDArray[np.int32], participants: tuple[str, ...]
) -> Iterator[OutboxEntry]:
    """Yield an entry for each participant; a sender nobody knows cannot be told."""
    found, counts = np.unique(numbers[numbers >= 0], return_counts=True)
    for number, count in zip(found.tolist(), counts.tolist(), strict=True):
        yield OutboxEntry(participants[number], kind, count)
