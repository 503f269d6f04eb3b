"""The search where every queue draws on an account of its own: by far the most common case.

Without shared accounts, bilateral limits and linked legs a payment concerns two sums, its payer's
and its payee's. What is chosen and given up, and why, is the same as in `gridlock_steps_kernel`;
only the questions that cannot arise are not asked, which makes it several times as quick.
"""

import numpy as np

from comity.numba_kernel import inner_kernel, step_kernel
from comity.queueing.gridlock_tables import Limits, Number, Queued, Selection


@inner_kernel
def is_plain(queued: Queued, limits: Limits) -> bool:
    """Return whether nothing but accounts, floors and limits of single queues can bind."""
    if len(queued.partners) > 0 or len(limits.bilateral_minor) > 0:
        return False
    last = np.int64(-1)
    for queue in range(len(limits.shared_of)):
        last = max(last, np.int64(limits.shared_of[queue]))
    return bool(last < 0)


@step_kernel
def find_plain(queued: Queued, limits: Limits, chosen: Selection) -> None:
    """Fill an empty selection with the greatest prefixes."""
    net, lengths = chosen.net, chosen.lengths
    for queue in range(len(lengths)):
        first, end = np.int64(queued.starts[queue]), np.int64(queued.starts[queue + 1])
        lengths[queue] = end - first
        for at in range(first, end):
            amount, payee = queued.amounts_minor[at], np.int64(queued.payees[at])
            net[queue] -= amount
            if payee >= 0:
                net[payee] += amount
    _give_up(queued, limits, chosen)
    for queue in range(len(lengths)):
        chosen.bound[queue] = lengths[queue]


@inner_kernel
def _give_up(queued: Queued, limits: Limits, chosen: Selection) -> None:
    """Take back from the tails until no queue is broken.

    The ring holds every queue that may be broken, each at most once; whether it is, is seen when
    its turn comes. To ask at each payment that is taken back would cost more than all the rest.
    """
    lengths, listed, work = chosen.lengths, chosen.listed, chosen.work
    net, size = chosen.net, len(work)
    for each in range(size):
        work[each] = each
        listed[each] = True
    first, end, waiting = 0, 0, size
    while waiting > 0:
        queue = np.int64(work[first])
        first = first + 1 if first + 1 < size else 0
        waiting -= 1
        listed[queue] = False
        while _is_broken(queued, limits, chosen, queue):
            lengths[queue] -= 1
            at = np.int64(queued.starts[queue]) + lengths[queue]
            amount, payee = queued.amounts_minor[at], np.int64(queued.payees[at])
            net[queue] += amount
            if payee >= 0:
                net[payee] -= amount
                if not listed[payee]:
                    work[end] = payee
                    listed[payee] = True
                    end = end + 1 if end + 1 < size else 0
                    waiting += 1


@inner_kernel
def _is_broken(queued: Queued, limits: Limits, chosen: Selection, queue: Number) -> bool:
    """Return whether the last chosen payment of a queue has to be given up."""
    length, net = np.int64(chosen.lengths[queue]), chosen.net[queue]
    if length == 0:
        return False
    if limits.multilateral_minor[queue] + net < 0:
        return True
    if limits.floors_minor.shape[1] == 0:
        return bool(limits.available_minor[queue] + net < 0)
    last = np.int64(queued.starts[queue]) + length - 1
    floor = limits.floors_minor[queue, queued.classes[last]]
    return bool(limits.available_minor[queue] + net < floor)
