"""The search for the greatest prefixes of many queues that can settle in one moment.

Everything that waits is chosen first; then whatever its own queue may not send is given up, always
from the tail, until nothing is broken. Nothing in this module checks its input:
`comity.queueing.gridlock` does.
"""

import numba
import numpy as np

from comity.numba_kernel import inner_kernel, outer_kernel, step_kernel
from comity.queueing.gridlock_plain_kernel import find_plain, is_plain
from comity.queueing.gridlock_sharing_kernel import advance_sharers, let_latest_yield
from comity.queueing.gridlock_steps_kernel import (
    choose,
    cut_loose_legs,
    draws,
    give_up,
    list_all,
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
from comity.queueing.priority_kernel import Queues


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
def list_waiting(queues: Queues, depth_max: int) -> tuple[Int32s, Int32s]:
    """Return linked queues as the columns `starts` and `payments` of `Queued`.

    Args:
        queues: as they are.
        depth_max: how many payments of a queue are listed at most; what stands behind them counts
            as not waiting, and the answer is the greatest among prefixes no longer than that.
    """
    starts = np.zeros(len(queues.head) + 1, np.int32)
    for queue in range(len(queues.head)):
        starts[queue + 1] = starts[queue] + min(queues.length[queue], depth_max)
    found = np.empty(starts[-1], np.int32)
    for queue in range(len(queues.head)):
        payment = np.int64(queues.head[queue])
        for at in range(starts[queue], starts[queue + 1]):
            found[at] = payment
            payment = np.int64(queues.link[payment])
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


@outer_kernel
def _resolve(queued: Queued, limits: Limits, chosen: Selection) -> bool:
    """Fill an empty selection; return whether at most one queue draws on each shared account.

    Where several do, each further round starts from what was chosen before, as if it had settled
    and somebody asked again, until a round adds nothing.
    """
    if is_plain(queued, limits):
        find_plain(queued, limits, chosen)
        return True
    for queue in range(len(chosen.lengths)):
        chosen.bound[queue] = queued.starts[queue + 1] - queued.starts[queue]
        chosen.reach[queue] = _last_that_draws(queued, limits, queue)
    exact, is_first, added = False, True, True
    while added:
        sharers = _find_sharers(queued, limits, chosen)
        _choose_rest(queued, limits, chosen)
        give_up(queued, limits, chosen, list_all(chosen))
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


@inner_kernel
def _last_that_draws(queued: Queued, limits: Limits, queue: Number) -> Number:
    """Return the last position that draws on the queue's shared account, -1 none."""
    if limits.shared_of[queue] < 0:
        return np.int64(-1)
    at = np.int64(queued.starts[queue + 1]) - 1
    while at >= queued.starts[queue] and not draws(queued, limits, queue, at):
        at -= 1
    return at if at >= queued.starts[queue] else np.int64(-1)


@step_kernel
def _find_sharers(queued: Queued, limits: Limits, chosen: Selection) -> Number:
    """List the queues that may yet draw on an account on which others may too; return how many."""
    for account in range(len(chosen.charged)):
        chosen.charged[account] = NO_QUEUE
    for queue in range(len(chosen.lengths)):
        if chosen.reach[queue] >= queued.starts[queue] + chosen.lengths[queue]:
            shared = np.int64(limits.shared_of[queue])
            alone = chosen.charged[shared] == NO_QUEUE
            chosen.charged[shared] = queue if alone else SEVERAL_QUEUES
    count: Number = np.int64(0)
    for queue in range(len(chosen.lengths)):
        may_draw = chosen.reach[queue] >= queued.starts[queue] + chosen.lengths[queue]
        if may_draw and chosen.charged[limits.shared_of[queue]] == SEVERAL_QUEUES:
            chosen.sharers[count] = queue
            count += 1
    return count


@step_kernel
def _choose_rest(queued: Queued, limits: Limits, chosen: Selection) -> None:
    """Choose everything up to the bound, and cut off legs whose partner is not within it."""
    for queue in range(len(chosen.lengths)):
        chosen.base[queue] = chosen.lengths[queue]
        chosen.cut[queue] = chosen.bound[queue]
        choose(queued, limits, chosen, queue, np.int64(chosen.bound[queue]))
    if len(queued.partners) > 0:
        for queue in range(len(chosen.lengths)):
            cut_loose_legs(queued, chosen, queue, np.int64(chosen.base[queue]))
