"""What senders ordered that day, and settlement agents answered, and what came of it."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from comity.payments.codes import EventKind, OrderKind, OrderStatus
from comity.statistics.day import Day

_CANCELS = (int(OrderKind.CANCEL), int(OrderKind.CANCEL_MESSAGE))


@dataclass(frozen=True, slots=True)
class Orders:
    """Orders answered that day, each payment of a whole message for itself, by their last answer.

    Attributes:
        withdrawn: payments cancelled.
        cancellations_pending: to be decided when the payment is not locked or held any more.
        cancellations_forwarded: of what is final, passed on to the other bank.
        cancellations_refused: not carried out.
        changed: changes of priority, place or times carried out.
        changes_refused: not carried out.
        agent_answers: what settlement agents said of legs they settle outside, and was followed.
        agent_answers_refused: contradictions, and answers about nothing that was asked.
        overdue: payments that still waited at the time by which they should have settled.
    """

    withdrawn: int
    cancellations_pending: int
    cancellations_forwarded: int
    cancellations_refused: int
    changed: int
    changes_refused: int
    agent_answers: int
    agent_answers_refused: int
    overdue: int


def orders(day: Day) -> Orders:
    """Return what came of the day's orders, and how many payments missed their till time."""
    events = day.events[day.events["kind"] == EventKind.ORDER]
    concerns = np.column_stack([events["subject"], events["value"]])[::-1]
    _, last = np.unique(concerns, axis=0, return_index=True)
    answers = events[::-1][last]
    cancels = np.isin(answers["detail"], _CANCELS)
    changes = answers["detail"] == OrderKind.MODIFY
    from_agents = ~cancels & ~changes

    def counted(status: OrderStatus, among: Any) -> int:
        return int(np.count_nonzero(among & (answers["after"] == status)))

    return Orders(
        withdrawn=counted(OrderStatus.DONE, cancels),
        cancellations_pending=counted(OrderStatus.PENDING, cancels),
        cancellations_forwarded=counted(OrderStatus.FORWARDED, cancels),
        cancellations_refused=counted(OrderStatus.REFUSED, cancels),
        changed=counted(OrderStatus.DONE, changes),
        changes_refused=counted(OrderStatus.REFUSED, changes),
        agent_answers=counted(OrderStatus.DONE, from_agents),
        agent_answers_refused=counted(OrderStatus.REFUSED, from_agents),
        overdue=int(np.count_nonzero(day.events["kind"] == EventKind.OVERDUE)),
    )
