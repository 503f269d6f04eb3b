"""What senders ordered that day, counted by its last answer."""

from dataclasses import replace

import numpy as np
from tests.unit.statements.day_builder import build_day

from comity.payments.codes import EventKind, OrderKind, OrderStatus
from comity.payments.rows import EVENT_ROW
from comity.statistics.orders import Orders, orders

ANSWERS = (
    (0, 5, OrderKind.CANCEL, OrderStatus.PENDING),
    (1, 6, OrderKind.CANCEL, OrderStatus.PENDING),
    (2, 7, OrderKind.CANCEL_MESSAGE, OrderStatus.DONE),
    (2, 8, OrderKind.CANCEL_MESSAGE, OrderStatus.FORWARDED),
    (3, -1, OrderKind.CANCEL, OrderStatus.REFUSED),
    (4, 7, OrderKind.MODIFY, OrderStatus.DONE),
    (5, -1, OrderKind.MODIFY, OrderStatus.REFUSED),
    (6, 9, OrderKind.AGENT_RESERVED, OrderStatus.DONE),
    (7, 9, OrderKind.AGENT_REFUSED, OrderStatus.REFUSED),
    (8, -1, OrderKind.AGENT_SETTLED, OrderStatus.REFUSED),
    (0, 5, OrderKind.CANCEL, OrderStatus.REFUSED),
)
"""Order, payment, what is ordered and how it is answered; the first is answered twice."""


def test_orders_are_counted_by_their_last_answer_and_each_payment_for_itself() -> None:
    rows = np.zeros(len(ANSWERS) + 2, EVENT_ROW)
    for event, (order, payment, kind, status) in zip(rows, ANSWERS, strict=False):
        event["kind"], event["subject"], event["value"] = EventKind.ORDER, order, payment
        event["detail"], event["after"] = kind, status
    rows["kind"][-2:] = EventKind.ORDER_REPEATED, EventKind.OVERDUE
    day = build_day()
    found = orders(replace(day, events=np.concatenate([day.events, rows])))
    assert found == Orders(
        withdrawn=1,
        cancellations_pending=1,
        cancellations_forwarded=1,
        cancellations_refused=2,
        changed=1,
        changes_refused=1,
        agent_answers=1,
        agent_answers_refused=2,
        overdue=1,
    )


def test_a_day_without_orders_counts_none() -> None:
    assert orders(build_day()) == Orders(0, 0, 0, 0, 0, 0, 0, 0, 0)
