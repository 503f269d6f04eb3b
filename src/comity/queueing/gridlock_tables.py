"""What a resolution of gridlock reads and writes, as columns.

The arrays are handed to kernels as they are; `comity.queueing.gridlock` makes and checks them.
"""

from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

Bools = NDArray[np.bool_]
Int8s = NDArray[np.int8]
Int32s = NDArray[np.int32]
Int64s = NDArray[np.int64]
Number: TypeAlias = int | np.int64

NO_PARTNER = -1
"""A payment that settles without another."""

PARTNER_ABSENT = -2
"""A leg whose partner does not wait in any of the queues: it cannot settle."""

OUTSIDE = -1
"""A payee whose account no queue draws on."""

NO_QUEUE = -1
"""No queue draws on a shared account."""

SEVERAL_QUEUES = -2
"""More than one queue draws on a shared account."""


class Queued(NamedTuple):
    """What waits: the payments of queue 0 in their order, then those of queue 1, and so on.

    A payment's *position* is its place in these columns.
    """

    starts: Int32s  # by queue: position of its first payment; one more entry for the end
    payments: Int32s  # payment numbers, each once, in order of arrival
    payees: Int32s  # queue that is paid, be it empty, or OUTSIDE
    amounts_minor: Int64s  # above zero
    classes: Int8s  # column of `floors_minor`, 0 first; empty where there are no classes
    partners: Int32s  # position of the other leg, NO_PARTNER, PARTNER_ABSENT; empty: no legs


class Limits(NamedTuple):
    """What may be sent, in minor units; below zero means: only with receipts that make up for it.

    `available_minor` belongs to one queue alone. An account that several queues draw on is a
    *shared account*: `shared_of` names it, and it is debited by what goes from its queues to
    others and credited by the reverse. A queue may have both, as a sponsored bank has.
    """

    available_minor: Int64s  # by queue: balance + credit line - holds
    multilateral_minor: Int64s  # by queue: it may send so much more than it receives
    floors_minor: Int64s  # [queue, class]: must remain once a payment of the class is sent
    bilateral_starts: Int32s  # by queue: first of its bilateral limits; one more for the end
    bilateral_payees: Int32s  # queues, ascending within one payer
    bilateral_minor: Int64s  # the payer may send so much more to this payee than it receives
    shared_of: Int32s  # by queue: number of its shared account, -1 none
    shared_minor: Int64s  # by shared account: balance + credit line - holds - reservations


class Selection(NamedTuple):
    """What is chosen at the moment, and all sums that follow from it."""

    lengths: Int32s  # by queue: how many of its first payments are chosen
    base: Int32s  # by queue: the same before this round
    bound: Int32s  # by queue: the same if accounts on which several draw had no limit
    cut: Int32s  # by queue: links allow no more than so many
    net: Int64s  # by queue: received less sent
    broken: Int32s  # by queue: how many of its bilateral limits are broken
    bilateral_net: Int64s  # by bilateral limit: received from the payee less sent to it
    bilateral_count: Int32s  # by bilateral limit: payments chosen that draw on it
    shared_net: Int64s  # by shared account
    shared_count: Int32s
    charged: Int32s  # by shared account: the one queue that draws on it, NO_QUEUE, SEVERAL_QUEUES
    sharers: Int32s  # queues that draw on an account on which others draw too
    reach: Int32s  # by queue: last position that draws on its shared account, -1 none
    last: Int32s  # by queue: no payment behind this position draws on its shared account
    hope: Int64s  # by queue: what it might receive from queues with accounts of their own
    shared_hope: Int64s
    work: Int32s  # ring of queues to look at
    listed: Bools  # by queue: stands in that ring
    tried: Bools  # by queue


def new_selection(limits: Limits) -> Selection:
    """Return a selection of nothing."""
    queues, shared = len(limits.available_minor), len(limits.shared_minor)
    bilateral = len(limits.bilateral_minor)
    return Selection(
        lengths=np.zeros(queues, np.int32),
        base=np.zeros(queues, np.int32),
        bound=np.zeros(queues, np.int32),
        cut=np.zeros(queues, np.int32),
        net=np.zeros(queues, np.int64),
        broken=np.zeros(queues, np.int32),
        bilateral_net=np.zeros(bilateral, np.int64),
        bilateral_count=np.zeros(bilateral, np.int32),
        shared_net=np.zeros(shared, np.int64),
        shared_count=np.zeros(shared, np.int32),
        charged=np.full(shared, NO_QUEUE, np.int32),
        sharers=np.zeros(queues, np.int32),
        reach=np.zeros(queues, np.int32),
        last=np.zeros(queues, np.int32),
        hope=np.zeros(queues, np.int64),
        shared_hope=np.zeros(shared, np.int64),
        work=np.zeros(queues, np.int32),
        listed=np.zeros(queues, np.bool_),
        tried=np.zeros(queues, np.bool_),
    )
