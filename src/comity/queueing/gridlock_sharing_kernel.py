"""The sequential rule for accounts that several queues draw on; `docs/gridlock.md` states it.

No greatest choice exists there. What came last yields first, then each queue goes further where it
still can; both by the precedence of payments, so that the numbering of queues does not matter.
"""

import numpy as np

from comity.numba_kernel import inner_kernel, step_kernel
from comity.queueing.gridlock_steps_kernel import (
    choose,
    cut_loose_legs,
    draws,
    give_up,
    is_overdrawn,
    list_all,
    take_back_last,
)
from comity.queueing.gridlock_tables import (
    SEVERAL_QUEUES,
    Limits,
    Number,
    Queued,
    Selection,
)


@step_kernel
def let_latest_yield(
    queued: Queued, limits: Limits, chosen: Selection, sharer_count: Number
) -> None:
    """Take back from overdrawn shared accounts what came last, until none is overdrawn.

    Of several such accounts the one that was drawn on last gives up until it is covered, then
    everybody who relied on what it gave up.
    """
    for i in range(sharer_count):
        queue = np.int64(chosen.sharers[i])
        chosen.last[queue] = queued.starts[queue] + chosen.lengths[queue] - 1
    while True:
        latest: Number = np.int64(-1)
        account: Number = np.int64(-1)
        for i in range(sharer_count):
            queue = np.int64(chosen.sharers[i])
            if is_overdrawn(limits, chosen, np.int64(limits.shared_of[queue])):
                at = _last_drawing(queued, limits, chosen, queue)
                if at >= 0 and (latest < 0 or _comes_before(queued, latest, at)):
                    latest, account = at, np.int64(limits.shared_of[queue])
        if latest < 0:
            return
        count: Number = np.int64(0)
        while is_overdrawn(limits, chosen, account):
            count = _take_back_latest(queued, limits, chosen, account, sharer_count, count)
        give_up(queued, limits, chosen, count)


@inner_kernel
def _take_back_latest(
    queued: Queued,
    limits: Limits,
    chosen: Selection,
    account: Number,
    sharer_count: Number,
    count: Number,
) -> Number:
    """Take back the last payment that draws on an account, and what stands behind it.

    Returns:
        The length of the work-list of those whom that breaks.
    """
    latest: Number = np.int64(-1)
    yielding: Number = np.int64(-1)
    for i in range(sharer_count):
        queue = np.int64(chosen.sharers[i])
        if limits.shared_of[queue] == account:
            at = _last_drawing(queued, limits, chosen, queue)
            if at >= 0 and (latest < 0 or _comes_before(queued, latest, at)):
                latest, yielding = at, queue
    remaining = latest - queued.starts[yielding]
    while chosen.lengths[yielding] > remaining:
        count = take_back_last(queued, limits, chosen, yielding, count)
    return count


@inner_kernel
def _last_drawing(queued: Queued, limits: Limits, chosen: Selection, queue: Number) -> Number:
    """Return the last position chosen in this round that draws on the shared account, -1 none."""
    first = np.int64(queued.starts[queue]) + chosen.base[queue]
    end = np.int64(queued.starts[queue]) + chosen.lengths[queue]
    at = min(np.int64(chosen.last[queue]), end - 1)
    while at >= first and not draws(queued, limits, queue, at):
        at -= 1
    chosen.last[queue] = at
    return at if at >= first else np.int64(-1)


@inner_kernel
def _comes_before(queued: Queued, one: Number, other: Number) -> bool:
    """Return whether a payment has precedence: by class, then by number."""
    if len(queued.classes) > 0 and queued.classes[one] != queued.classes[other]:
        return bool(queued.classes[one] < queued.classes[other])
    return bool(queued.payments[one] < queued.payments[other])


@step_kernel
def advance_sharers(
    queued: Queued, limits: Limits, chosen: Selection, sharer_count: Number
) -> None:
    """Let each sharing queue go further by itself, until none can any more.

    In each round every queue is tried once, the one whose next payment has precedence first.
    """
    advanced = True
    while advanced:
        advanced = False
        _hope_for_receipts(queued, limits, chosen, sharer_count)
        for i in range(sharer_count):
            chosen.tried[chosen.sharers[i]] = False
        while True:
            queue, earliest = np.int64(-1), np.int64(-1)
            for i in range(sharer_count):
                sharer = np.int64(chosen.sharers[i])
                at = np.int64(queued.starts[sharer]) + chosen.lengths[sharer]
                if chosen.tried[sharer] or chosen.lengths[sharer] == chosen.bound[sharer]:
                    continue
                if earliest < 0 or _comes_before(queued, at, earliest):
                    queue, earliest = sharer, at
            if queue < 0:
                break
            chosen.tried[queue] = True
            if _may_advance(queued, limits, chosen, queue, earliest) and _advance(
                queued, limits, chosen, queue, sharer_count
            ):
                advanced = True


@step_kernel
def _hope_for_receipts(
    queued: Queued, limits: Limits, chosen: Selection, sharer_count: Number
) -> None:
    """Add up what could come at most if all queues with accounts of their own went further."""
    for queue in range(len(chosen.lengths)):
        chosen.hope[queue] = 0
        chosen.tried[queue] = False
    for shared in range(len(chosen.shared_hope)):
        chosen.shared_hope[shared] = 0
    for i in range(sharer_count):
        chosen.tried[chosen.sharers[i]] = True
    for queue in range(len(chosen.lengths)):
        first = np.int64(queued.starts[queue])
        if chosen.tried[queue]:
            continue
        for at in range(first + chosen.lengths[queue], first + chosen.bound[queue]):
            payee = np.int64(queued.payees[at])
            if payee >= 0:
                chosen.hope[payee] += queued.amounts_minor[at]
                if limits.shared_of[payee] >= 0:
                    chosen.shared_hope[limits.shared_of[payee]] += queued.amounts_minor[at]


@inner_kernel
def _may_advance(
    queued: Queued, limits: Limits, chosen: Selection, queue: Number, at: Number
) -> bool:
    """Return False where not even all hopes together would pay for a queue's next payment."""
    amount, payee = queued.amounts_minor[at], np.int64(queued.payees[at])
    if payee == queue:
        return True
    own = limits.available_minor[queue] + chosen.net[queue]
    if own < amount and own + chosen.hope[queue] < amount:
        return False
    if not draws(queued, limits, queue, at):
        return True
    shared = np.int64(limits.shared_of[queue])
    left = limits.shared_minor[shared] + chosen.shared_net[shared]
    return bool(left >= amount or left + chosen.shared_hope[shared] >= amount)


@step_kernel
def _advance(
    queued: Queued, limits: Limits, chosen: Selection, queue: Number, sharer_count: Number
) -> bool:
    """Let one sharing queue, and all that have accounts of their own, go as far as they can.

    With the other sharing queues where they are, the shared account has one queue that draws on
    it, so that the greatest solution exists; it holds at least what was chosen before.
    """
    before = chosen.lengths[queue]
    shared = np.int64(limits.shared_of[queue])
    for each in range(len(chosen.lengths)):
        chosen.last[each] = chosen.lengths[each]
    for i in range(sharer_count):
        chosen.last[chosen.sharers[i]] = -1
    chosen.last[queue] = before
    for each in range(len(chosen.lengths)):
        if chosen.last[each] >= 0:
            chosen.cut[each] = chosen.bound[each]
            choose(queued, limits, chosen, each, np.int64(chosen.bound[each]))
    if len(queued.partners) > 0:
        for each in range(len(chosen.lengths)):
            if chosen.last[each] >= 0:
                cut_loose_legs(queued, chosen, each, np.int64(chosen.last[each]))
    chosen.charged[shared] = queue
    give_up(queued, limits, chosen, list_all(chosen))
    chosen.charged[shared] = SEVERAL_QUEUES
    return bool(chosen.lengths[queue] > before)
