"""Bilateral offset: two payments in opposite directions settle together, each paying for the other.

Neither payment needs cover for its amount: only the party that pays more than it receives needs
the difference. With a depth of 1 the heads of two queues are compared, and both queues keep their
order. With a depth of k the head of one is compared with the first k payments of its payee's queue,
in their order, and the first that fits is taken; it may overtake those before it.

The caller says what the two parties may pay one another with, so that it may count in whatever its
own accounts know: holds, two accounts behind a sponsored bank, limits. If a counterpart is named,
both are taken out by `remove_after` and posted as one transfer group, and both queues are tried
again. A caller that cannot take the counterpart found asks again behind it.
"""

from typing import NamedTuple, TypeAlias

import numpy as np

from comity.numba_kernel import Number, constant, inner_kernel
from comity.queueing.priority_kernel import NOBODY, Payments, Queues

_NOBODY = constant(NOBODY)

UsableByClass: TypeAlias = tuple[Number, Number, Number]
"""What a party may pay with in each priority class, urgent first."""


class Search(NamedTuple):
    """Where a search for a counterpart stands."""

    before: Number  # stands before the next that is looked at; NOBODY: that is the head
    left: Number  # how many more are looked at


@inner_kernel
def find_offset(
    payments: Payments,
    queues: Queues,
    payment: Number,
    usable: tuple[Number, UsableByClass],
    search: Search,
) -> tuple[Number, Search]:
    """Return the counterpart of a payment, and where to search on.

    Each party must end with what the class of its payment has to leave: one whose reservation is
    drawn on pays a lower class only if what it receives fills the reservation up again.

    Args:
        payments: all columns.
        queues: those of both parties.
        payment: the head of its queue.
        usable: what its payer may pay the payee with in its class; what the payee may pay back
            with, by class. Below zero where a reservation is drawn on.
        search: at first `Search(NOBODY, depth)`.

    Returns:
        The counterpart, NOBODY if there is none; and a search whose `before` stands before the
        counterpart in its queue.
    """
    mine, theirs = usable
    before, left = search.before, search.left
    payer, payee = np.int64(payments.payer[payment]), np.int64(payments.payee[payment])
    other: Number = np.int64(queues.head[payee] if before < 0 else queues.link[before])
    while left > 0 and other >= 0:
        if payments.payee[other] == payer:
            excess = payments.amount_minor[payment] - payments.amount_minor[other]
            if mine >= excess and theirs[payments.priority[other]] >= -excess:
                return other, Search(before, left)
        left -= 1
        before, other = other, np.int64(queues.link[other])
    return _NOBODY, Search(before, left)


@inner_kernel
def behind(found: Number, search: Search) -> Search:
    """Return a search that goes on behind a counterpart that was found and cannot be taken."""
    return Search(found, search.left - 1)
