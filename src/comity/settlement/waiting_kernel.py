"""How payments join queues and leave them, called from outside: what orders and times change."""

import numpy as np

from comity.numba_kernel import Number, constant, outer_kernel
from comity.queueing import NOBODY
from comity.settlement.entry_kernel import count_waiting
from comity.settlement.queue_kernel import join_queue, leave_queue, stands_before
from comity.settlement.tables import Books, Bools, Int32s

_NOBODY = constant(NOBODY)
_ADDED = constant(1)
_TAKEN_OUT = constant(-1)


@outer_kernel
def join_in_order(books: Books, payments: Int32s) -> None:
    """Put queued payments that stood in no queue at the ends of their classes, in this order."""
    for i in range(len(payments)):
        payment = np.int64(payments[i])
        count_waiting(books, payment, _ADDED)
        join_queue(books, payment)


@outer_kernel
def withdraw_from_queue(books: Books, payment: Number) -> None:
    """Take a queued payment out of its queue, wherever in it it stands."""
    count_waiting(books, payment, _TAKEN_OUT)
    leave_queue(books, np.int64(books.live[payment].payer), stands_before(books, payment))


@outer_kernel
def withdraw_marked(books: Books, queue: Number, marked: Bools) -> None:
    """Take all marked payments out of a queue in one pass."""
    before: Number = _NOBODY
    payment: Number = np.int64(books.queues.head[queue])
    while payment >= 0:
        behind = np.int64(books.queues.link[payment])
        if marked[payment]:
            count_waiting(books, payment, _TAKEN_OUT)
            leave_queue(books, queue, before)
        else:
            before = payment
        payment = behind
