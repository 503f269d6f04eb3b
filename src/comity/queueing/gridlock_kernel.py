"""The search for the greatest prefixes of many queues that can settle in one moment.

Everything that waits is chosen first; then whatever its own queue may not send is given up, always
from the tail, until nothing is broken. Nothing in this module checks its input:
`comity.queueing.gridlock` does.
"""

from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from comity.queueing.gridlock_sharing_kernel import advance_sharers, let_latest_yield
from comity.queueing.gridlock_steps_kernel import (
    choose,
    cut_loose_legs,
    give_up,
    list_all,
    outer,
    step,
)
from comity.queueing.gridlock_tables import (
    NO_QUEUE,
    SEVERAL_QUEUES,
    Int32s,
    Int64s,
    Limits,
    Number,
    Queued,
    Selection,
    new_selection,
)

Rows = NDArray[Any]


def greatest_prefixes(queued: Queued, limits: Limits) -> tuple[Selection, bool]:
    """Return which prefixes settle, and whether they are the greatest that can.

    Never modifies the arguments. The time is that of reading what waits twice, plus the queues;
    shared accounts add what `docs/gridlock.md` says.

    Returns:
        The selection, of which `lengths` and `bound` are the answer, and True where at most one
        queue draws on each shared account. Else the lengths are those of the sequential rule.
    """
    chosen = new_selection(limits)
    exact = _resolve(queued, limits, chosen)
    return chosen, exact


@numba.njit(cache=True)
def list_waiting(queues: Rows, payments: Rows) -> tuple[Int32s, Int32s]:
    """Return linked queues as the columns `starts` and `payments` of `Queued`.

    Args:
        queues: rows of `QUEUE_ROW`.
        payments: rows with a field `link`; only those that wait are read.
    """
    starts = np.zeros(len(queues) + 1, np.int32)
    for queue in range(len(queues)):
        starts[queue + 1] = starts[queue] + queues[queue].length
    found = np.empty(starts[-1], np.int32)
    for queue in range(len(queues)):
        payment = np.int64(queues[queue].head)
        for at in range(starts[queue], starts[queue + 1]):
            found[at] = payment
            payment = np.int64(payments[payment].link)
    return starts, found


@numba.njit(cache=True)
def collect(queued: Queued, lengths: Int32s) -> tuple[Int32s, Int64s]:
    """Return the chosen payments, queue by queue in their order, and what each queue sends."""
    sent = np.zeros(len(lengths), np.int64)
    numbers = np.empty(np.sum(lengths), np.int32)
    filled = 0
    for queue in range(len(lengths)):
        first = queued.starts[queue]
        for at in range(first, first + lengths[queue]):
            numbers[filled] = queued.payments[at]
            sent[queue] += queued.amounts_minor[at]
            filled += 1
    return numbers, sent


@outer
def _resolve(queued: Queued, limits: Limits, chosen: Selection) -> bool:
    """Fill an empty selection; return whether at most one queue draws on each shared account.

    Where several do, each further round starts from what was chosen before, as if it had settled
    and somebody asked again, until a round adds nothing.
    """
    exact, is_first, added = False, True, True
    while added:
        for queue in range(len(chosen.lengths)):
            chosen.base[queue] = chosen.lengths[queue]
        _choose_rest(queued, limits, chosen)
        give_up(queued, limits, chosen, list_all(chosen))
        sharers = _find_sharers(limits, chosen)
        if is_first:
            exact = bool(sharers == 0)
            for queue in range(len(chosen.lengths)):
                chosen.bound[queue] = chosen.lengths[queue]
        if sharers == 0:
            break
        let_latest_yield(queued, limits, chosen, sharers)
        advance_sharers(queued, limits, chosen, sharers)
        is_first, added = False, False
        for queue in range(len(chosen.lengths)):
            if chosen.lengths[queue] > chosen.base[queue]:
                added = True
    return exact


@step
def _choose_rest(queued: Queued, limits: Limits, chosen: Selection) -> None:
    """Choose everything that waits and find out which queue draws on which shared account."""
    for account in range(len(chosen.charged)):
        chosen.charged[account] = NO_QUEUE
    for queue in range(len(chosen.lengths)):
        length = queued.starts[queue + 1] - queued.starts[queue]
        shared = np.int64(limits.shared_of[queue])
        before = chosen.shared_count[shared] if shared >= 0 else np.int32(0)
        chosen.cut[queue] = length
        chosen.tried[queue] = False
        choose(queued, limits, chosen, queue, length)
        if shared >= 0 and chosen.shared_count[shared] > before:
            alone = chosen.charged[shared] == NO_QUEUE
            chosen.charged[shared] = queue if alone else SEVERAL_QUEUES
            chosen.tried[queue] = True
    if len(queued.partners) > 0:
        for queue in range(len(chosen.lengths)):
            cut_loose_legs(queued, chosen, queue, np.int64(chosen.base[queue]))


@step
def _find_sharers(limits: Limits, chosen: Selection) -> Number:
    """List the queues that draw on an account on which others draw too; return their number."""
    count: Number = np.int64(0)
    for queue in range(len(chosen.lengths)):
        if chosen.tried[queue]:
            shared = np.int64(limits.shared_of[queue])
            if chosen.charged[shared] == SEVERAL_QUEUES:
                chosen.sharers[count] = queue
                count += 1
    return count
