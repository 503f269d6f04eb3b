"""One strictly ordered queue an account, in priority classes, and what each class may draw on.

All urgent payments stand before all high ones and these before the normal ones; within a class
the order is that of arrival. An account may reserve money for the urgent class, and for the urgent
and the high class together: `Cover.floor_minor` says what a payment of each class has to leave.

These kernels see nothing but arrays: the columns of a replay, or single fields of the engine's
structured rows. The engine asks which payment is next, posts it itself, and takes it out by
`remove_after`.
"""

from typing import NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from comity.numba_kernel import Number, constant, inner_kernel
from comity.payments.codes import Priority

Int64s = NDArray[np.int64]
Int32s = NDArray[np.int32]
Int8s = NDArray[np.int8]
Bools = NDArray[np.bool_]

NOBODY = -1
"""The head of an empty queue, and the link of the last payment in one."""

_NOBODY = constant(NOBODY)


CLASSES = len(Priority)
"""Lists by account and class have the place account × CLASSES + class."""

DISTURBED = -1
"""A class of a queue of which not only the first left and no new one came behind the last."""

_DISTURBED = constant(DISTURBED)


class Payments(NamedTuple):
    """What the decisions read of payments, by payment number."""

    payer: Int32s  # account, and queue, that pays
    payee: Int32s  # account that receives
    amount_minor: Int64s  # above zero
    priority: Int8s  # codes.Priority


class Queues(NamedTuple):
    """The queues: first payments and links; payment numbers, NOBODY at the ends."""

    head: Int32s  # by queue
    last: Int32s  # by queue and class: the last payment of that class
    length: Int32s  # by queue
    link: Int32s  # by payment: the next in its queue
    taken: Int32s  # by queue and class: how many first ones left since it was listed, DISTURBED


class Cover(NamedTuple):
    """What accounts can pay with."""

    available_minor: Int64s  # by account: balance and credit cap, less holds; never below zero
    floor_minor: Int64s  # [account, class]: what a payment of that class must leave


def new_queues_by_class(queues: int, payments: int) -> Queues:
    """Return that many empty queues for payments with numbers below `payments`."""
    return Queues(
        head=np.full(queues, NOBODY, np.int32),
        last=np.full(queues * CLASSES, NOBODY, np.int32),
        length=np.zeros(queues, np.int32),
        link=np.empty(payments, np.int32),
        taken=np.zeros(queues * CLASSES, np.int32),
    )


def empty_queues(queues: Queues) -> None:
    """Forget who stands in any queue."""
    queues.head[:] = queues.last[:] = NOBODY
    queues.length[:] = 0
    queues.taken[:] = DISTURBED


@inner_kernel
def usable_minor(cover: Cover, account: Number, priority: Number) -> Number:
    """Return what an account may pay in a class; below zero where its reservation is drawn on."""
    usable: Number = cover.available_minor[account] - cover.floor_minor[account, priority]
    return usable


@inner_kernel
def last_before(queues: Queues, queue: Number, priority: Number) -> Number:
    """Return behind whom a new payment of a class stands; NOBODY where it is the next to go."""
    for place in range(queue * CLASSES + priority, queue * CLASSES - 1, -1):
        if queues.last[place] >= 0:
            return np.int64(queues.last[place])
    return _NOBODY


@inner_kernel
def insert(queues: Queues, queue: Number, payment: Number, priority: Number) -> None:
    """Put a payment at the end of its class."""
    before = last_before(queues, queue, priority)
    if before < 0:
        queues.link[payment] = queues.head[queue]
        queues.head[queue] = payment
    else:
        queues.link[payment] = queues.link[before]
        queues.link[before] = payment
    queues.last[queue * CLASSES + priority] = payment
    queues.length[queue] += 1


@inner_kernel
def insert_first(queues: Queues, queue: Number, payment: Number, priority: Number) -> None:
    """Put a payment before all others of its class."""
    before: Number = _NOBODY
    if priority > 0:
        before = last_before(queues, queue, priority - 1)
    if before < 0:
        queues.link[payment] = queues.head[queue]
        queues.head[queue] = payment
    else:
        queues.link[payment] = queues.link[before]
        queues.link[before] = payment
    place = queue * CLASSES + priority
    if queues.last[place] < 0:
        queues.last[place] = payment
    queues.taken[place] = DISTURBED
    queues.length[queue] += 1


@inner_kernel
def remove_after(queues: Queues, payments: Payments, queue: Number, before: Number) -> Number:
    """Take out the payment behind `before`, or with NOBODY the first, and return its number.

    There must be one.
    """
    if before < 0:
        payment = np.int64(queues.head[queue])
        queues.head[queue] = queues.link[payment]
    else:
        payment = np.int64(queues.link[before])
        queues.link[before] = queues.link[payment]
    priority = payments.priority[payment]
    place = queue * CLASSES + priority
    is_same_class = before >= 0 and payments.priority[before] == priority
    if queues.last[place] == payment:
        queues.last[place] = before if is_same_class else NOBODY
    if is_same_class:
        queues.taken[place] = _DISTURBED
    elif queues.taken[place] != _DISTURBED:
        queues.taken[place] += 1
    queues.length[queue] -= 1
    return payment


@numba.njit(cache=True)
def follow_links(link: Int32s, head: Number) -> Int32s:
    """Return the payments of a list that starts at `head`, in order."""
    count = 0
    payment = head
    while payment >= 0:
        count += 1
        payment = np.int64(link[payment])
    found = np.empty(count, np.int32)
    payment = head
    for at in range(count):
        found[at] = payment
        payment = np.int64(link[payment])
    return found
