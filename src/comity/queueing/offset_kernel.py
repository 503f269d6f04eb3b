"""Bilateral offset: two payments in opposite directions settle together, each paying for the other.

Neither payment needs cover for its amount: only the party that pays more than it receives needs
the difference. With a depth of 1 the heads of two queues are compared, and both queues keep their
order. With a depth of k the head of one is compared with the first k payments of its payee's queue,
in their order, and the first that fits is taken; it may overtake those before it.

How the engine calls it: when the head of a queue is not covered, `find_offset` with the columns of
its live rows and what the two parties have available; if it names a counterpart, both are taken out
by `remove_after` and posted as one transfer group, and both queues are tried again.
"""

import numpy as np

from comity.numba_kernel import Number, constant, inner_kernel
from comity.queueing.fifo import NOBODY
from comity.queueing.priority_kernel import Cover, Payments, Queues, usable_minor

_NOBODY = constant(NOBODY)


@inner_kernel
def find_offset(
    payments: Payments, queues: Queues, cover: Cover, payment: Number, depth: Number
) -> tuple[Number, Number]:
    """Return the counterpart of a payment, and behind whom it stands in its queue.

    Args:
        payments: all columns.
        queues: those of both parties.
        cover: of both parties.
        payment: the head of its queue.
        depth: how many payments of the payee's queue are looked at, 1 or more.

    Returns:
        Two payment numbers: who stands before the counterpart (NOBODY: it is the head), and the
        counterpart (NOBODY: there is none).
    """
    payer, payee = np.int64(payments.payer[payment]), payments.payee[payment]
    before: Number = _NOBODY
    other: Number = np.int64(queues.head[payee])
    for _ in range(depth):
        if other < 0:
            break
        if payments.payee[other] == payer and are_covered_together(payments, cover, payment, other):
            return before, other
        before, other = other, np.int64(queues.link[other])
    return _NOBODY, _NOBODY


@inner_kernel
def are_covered_together(payments: Payments, cover: Cover, one: Number, other: Number) -> bool:
    """Return whether two opposite payments can settle together.

    Each party must end with what the class of its payment has to leave: one whose reservation is
    drawn on pays a lower class only if what it receives fills the reservation up again.
    """
    excess = payments.amount_minor[one] - payments.amount_minor[other]
    return bool(
        usable_minor(cover, payments.payer[one], payments.priority[one]) >= excess
        and usable_minor(cover, payments.payer[other], payments.priority[other]) >= -excess
    )
