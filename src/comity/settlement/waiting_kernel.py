"""How payments join queues and leave them, called from outside: what orders and times change."""

import numpy as np

from comity.numba_kernel import Number, constant, outer_kernel
from comity.queueing import CLASSES, NOBODY, add, insert_first, remove
from comity.settlement.entry_kernel import count_waiting
from comity.settlement.queue_kernel import (
    has_trees,
    join_queue,
    key_minor,
    leave_queue,
    stands_before,
)
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
def join_at_front(books: Books, payment: Number, members: Int32s) -> None:
    """Put a queued payment that stands in no queue before all others of its class.

    Args:
        books: changed in place; its trees, if there are any, have room for the whole class.
        payment: its number.
        members: who stands in the class, in order; asked only where there are trees.
    """
    live = books.live[payment]
    queue, priority = np.int64(live.payer), np.int64(live.priority)
    count_waiting(books, payment, _ADDED)
    insert_first(books.queues, queue, payment, priority)
    if not has_trees(books):
        return
    # Slots are given out in order, so that before the first there is none: all take new ones.
    tree = queue * CLASSES + priority
    for i in range(len(members)):
        remove(books.trees, tree, np.int64(books.live[members[i]].slot))
    live.slot = add(books.trees, tree, payment, key_minor(books, payment))
    for i in range(len(members)):
        one = np.int64(members[i])
        books.live[one].slot = add(books.trees, tree, one, key_minor(books, one))


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
