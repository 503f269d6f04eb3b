"""What orders of senders change in the queues, called from outside: a few times a day."""

import numpy as np

from comity.numba_kernel import Number, constant, outer_kernel
from comity.settlement.entry_kernel import count_waiting
from comity.settlement.queue_kernel import leave_queue, stands_before
from comity.settlement.tables import Books

_TAKEN_OUT = constant(-1)


@outer_kernel
def withdraw_from_queue(books: Books, payment: Number) -> None:
    """Take a queued payment out of its queue, wherever in it it stands."""
    count_waiting(books, payment, _TAKEN_OUT)
    leave_queue(books, np.int64(books.live[payment].payer), stands_before(books, payment))
