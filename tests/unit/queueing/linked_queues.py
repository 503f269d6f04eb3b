"""The kernels that keep queues, callable from tests."""

import numba
import numpy as np

from comity.queueing import NOBODY, Payments, Queues, insert, last_before, remove_after


@numba.njit(cache=True)
def put(queues: Queues, queue: int, payment: int, priority: int) -> None:
    """Put a payment at the end of its class."""
    insert(queues, queue, payment, priority)


@numba.njit(cache=True)
def take(queues: Queues, payments: Payments, queue: int, before: int) -> int:
    """Take out the payment behind another one, or the first."""
    return int(remove_after(queues, payments, queue, before))


@numba.njit(cache=True)
def stands_behind(queues: Queues, queue: int, priority: int) -> int:
    """Return behind whom a new payment would stand."""
    return int(last_before(queues, queue, priority))


def blank_payments(count: int) -> Payments:
    """Return payments of nobody, all normal."""
    column = np.full(count, NOBODY, np.int32)
    return Payments(column, column.copy(), np.ones(count, np.int64), np.full(count, 2, np.int8))
