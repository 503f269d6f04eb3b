"""Who must be told what because of a batch.

One entry a recipient and message definition; the texts are made from the journal when they are
delivered, so nothing is told that is not durable, and everything that is durable is told once.
Where not even the sender of a message can be read, its refusal goes to the operator, who knows from
whom it came. Statements and notifications of bookings are made from the whole day at its close.
"""

from collections.abc import Iterable, Iterator
from itertools import repeat

import numpy as np
from numpy.typing import NDArray

from comity.payments.codes import EventKind, OrderKind, OrderStatus
from comity.payments.commands import CommandBatch, Outcome
from comity.payments.events_kernel import mark_told
from comity.payments.rows import Rows
from comity.service.ports import OutboxEntry, OutboxKind
from comity.settlement import State
from comity.settlement.outside_legs import agent_of

_OF_SENDERS = (OrderKind.CANCEL, OrderKind.CANCEL_MESSAGE, OrderKind.MODIFY)


def list_outbox(state: State, batch: CommandBatch, outcome: Outcome) -> tuple[OutboxEntry, ...]:
    """Return the entries of a batch, by kind and participant number."""
    if state.chart is None or state.books is None:
        return ()
    rows, participants = state.books.rows, state.chart.participants
    subjects = outcome.events["subject"]
    _, refused = refused_messages(batch.messages, participants.index(operator_of(state)))
    is_told, is_settled = mark_told(outcome.events)
    asked = agents_asked(state, asked_events(outcome.events))
    told = rows["instructing"][subjects[is_told]]
    settled = rows["instructed"][subjects[is_settled]]
    return (
        *_count(OutboxKind.REJECTION, refused, participants),
        *_count(OutboxKind.STATUS_REPORT, told, participants),
        *_count(OutboxKind.FORWARDED, settled, participants),
        *_list_orders(state, outcome.events),
        *_count(OutboxKind.AGENT_REQUEST, np.array(asked, np.int32), participants),
    )


def _list_orders(state: State, events: Rows) -> Iterator[OutboxEntry]:
    """Yield who is told of orders: their senders, and who is asked to give something back."""
    if not state.order_count:
        return
    answered = answered_orders(events)
    # A settlement agent's own answers are not answered.
    answered = answered[np.isin(answered["detail"], _OF_SENDERS)]
    participants = state.known_chart().participants
    senders = state.messages["sender"][state.orders["message"][answered["subject"]]]
    modifies = answered["detail"] == OrderKind.MODIFY
    yield from _count(OutboxKind.RESOLUTION, senders[~modifies], participants)
    yield from _count(OutboxKind.RECEIPT, senders[modifies], participants)
    asked = forwarded_requests(answered)
    instructed = state.known_books().rows["instructed"][asked["value"]]
    yield from _count(OutboxKind.CANCELLATION_REQUEST, instructed, participants)


def operator_of(state: State) -> str:
    """Return the BIC under which the scheme itself sends and receives."""
    return state.known_scheme().members[0].agent


def refused_messages(messages: Rows, operator: int) -> tuple[Rows, NDArray[np.int32]]:
    """Return the messages that could not be read, and the participant that each is answered to."""
    refused = messages[messages["fault"] != 0]
    return refused, np.where(refused["sender"] < 0, np.int32(operator), refused["sender"])


def told_events(events: Rows) -> Rows:
    """Return the events a status report tells of: each payment's resting place, and repetitions."""
    told: Rows = events[mark_told(events)[0]]
    return told


def answered_orders(events: Rows) -> Rows:
    """Return the events at which the sender of an order is told how it stands."""
    kinds = (int(EventKind.ORDER), int(EventKind.ORDER_REPEATED))
    answered: Rows = events[np.isin(events["kind"], kinds)]
    return answered


def forwarded_requests(answered: Rows) -> Rows:
    """Return those at which an instructed bank is asked, once, to give a payment back."""
    is_new = answered["kind"] == EventKind.ORDER
    asked: Rows = answered[is_new & (answered["after"] == OrderStatus.FORWARDED)]
    return asked


def asked_events(events: Rows) -> Rows:
    """Return the events at which an agent is asked."""
    asked: Rows = events[events["kind"] == EventKind.AGENT_ASKED]
    return asked


def agents_asked(state: State, asked: Rows) -> list[int]:
    """Return the participant that each request goes to."""
    return [agent_of(state, leg) for leg in asked["value"].tolist()]


def settled_events(events: Rows) -> Rows:
    """Return the events at which an instruction goes on to the instructed bank."""
    settled: Rows = events[mark_told(events)[1]]
    return settled


def _count(
    kind: OutboxKind, numbers: NDArray[np.int32], participants: tuple[str, ...]
) -> Iterable[OutboxEntry]:
    """Return an entry for each participant; a sender nobody knows cannot be told."""
    counts = np.bincount(numbers[numbers >= 0])
    found = np.flatnonzero(counts)
    recipients = [participants[number] for number in found.tolist()]
    return map(OutboxEntry, recipients, repeat(kind), counts[found].tolist())
