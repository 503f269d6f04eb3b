"""First-in-first-out queues as linked lists over arrays, one per participant and currency.

Two priority classes share one strictly ordered queue: all high payments stand before all normal
ones, each class in order of arrival. Only the head is ever tried, so a large payment at the head
holds back smaller ones behind it: that is what strict FIFO means.
"""

from typing import Any, TypeAlias

import numba
import numpy as np
from numpy.typing import NDArray

Rows = NDArray[Any]
Number: TypeAlias = int | np.int64

NOBODY = -1
"""The head of an empty queue, and the link of the last payment in one."""

QUEUE_ROW = np.dtype(
    [
        ("head", "<i4"),  # payment number
        ("tail", "<i4"),
        ("last_high", "<i4"),  # last payment of high priority
        ("length", "<i4"),
    ]
)
"""One queue; the links between its payments are the `link` fields of the payments' own rows."""


def new_queues(count: int) -> Rows:
    """Return that many empty queues."""
    queues = np.zeros(count, QUEUE_ROW)
    for name in ("head", "tail", "last_high"):
        queues[name] = NOBODY
    return queues


@numba.njit(cache=True)
def is_next(queues: Rows, queue: Number, is_high: bool) -> bool:
    """Return whether a new payment of that priority would stand at the head."""
    if is_high:
        return bool(queues[queue].last_high < 0)
    return bool(queues[queue].head < 0)


@numba.njit(cache=True)
def append(queues: Rows, payments: Rows, queue: Number, payment: Number, is_high: bool) -> None:
    """Put a payment at the end of its priority class; `payments` have a field `link`."""
    ends = queues[queue]
    ends.length += 1
    before = ends.last_high if is_high else ends.tail
    after = ends.head if before < 0 else payments[before].link
    payments[payment].link = after
    if before < 0:
        ends.head = payment
    else:
        payments[before].link = payment
    if after < 0:
        ends.tail = payment
    if is_high:
        ends.last_high = payment


@numba.njit(cache=True)
def remove_head(queues: Rows, payments: Rows, queue: Number) -> int:
    """Take the first payment out and return its number; the queue must not be empty."""
    ends = queues[queue]
    payment = ends.head
    ends.length -= 1
    ends.head = payments[payment].link
    if ends.head < 0:
        ends.tail = NOBODY
    if ends.last_high == payment:
        ends.last_high = NOBODY
    payments[payment].link = NOBODY
    return int(payment)


@numba.njit(cache=True)
def remove_behind(queues: Rows, payments: Rows, queue: Number, before: Number) -> int:
    """Take the payment behind another one out, or the head if that is NOBODY; return its number."""
    if before < 0:
        return int(remove_head(queues, payments, queue))
    ends = queues[queue]
    payment = payments[before].link
    ends.length -= 1
    payments[before].link = payments[payment].link
    if ends.tail == payment:
        ends.tail = before
    if ends.last_high == payment:
        # Whoever stands before the last high payment is high as well.
        ends.last_high = before
    payments[payment].link = NOBODY
    return int(payment)


@numba.njit(cache=True)
def follow_links(payments: Rows, head: Number) -> NDArray[np.int32]:
    """Return the payments of a list that starts at `head`, in order."""
    count = 0
    payment = head
    while payment >= 0:
        count += 1
        payment = np.int64(payments[payment].link)
    found = np.empty(count, np.int32)
    payment = head
    for at in range(count):
        found[at] = payment
        payment = np.int64(payments[payment].link)
    return found
