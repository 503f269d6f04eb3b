"""The sequential rule for accounts that several queues draw on; `docs/gridlock.md` states it.

No greatest choice exists there. What came last yields first, then each queue goes further where it
still can; both by the precedence of payments, so that the numbering of queues does not matter.
"""

import numpy as np

from comity.queueing.gridlock_steps_kernel import (
    choose,
    cut_loose_legs,
    give_up,
    inner,
    is_overdrawn,
    list_all,
    step,
)
from comity.queueing.gridlock_tables import (
    SEVERAL_QUEUES,
    Limits,
    Number,
    Queued,
    Selection,
)


@step
def let_latest_yield(
    queued: Queued, limits: Limits, chosen: Selection, sharer_count: Number
) -> None:
    """Take back from overdrawn shared accounts what came last, one payment at a time."""
    for i in range(sharer_count):
        queue = np.int64(chosen.sharers[i])
        chosen.last[queue] = queued.starts[queue] + chosen.lengths[queue] - 1
    while True:
        latest: Number = np.int64(-1)
        yielding: Number = np.int64(-1)
        for i in range(sharer_count):
            queue = np.int64(chosen.sharers[i])
            if is_overdrawn(limits, chosen, np.int64(limits.shared_of[queue])):
                at = _last_drawing(queued, limits, chosen, queue)
                if at >= 0 and (latest < 0 or _comes_before(queued, latest, at)):
                    latest, yielding = at, queue
        if latest < 0:
            return
        chosen.cut[yielding] = latest - queued.starts[yielding]
        chosen.work[0] = yielding
        chosen.listed[yielding] = True
        give_up(queued, limits, chosen, np.int64(1))


@inner
def _last_drawing(queued: Queued, limits: Limits, chosen: Selection, queue: Number) -> Number:
    """Return the last position chosen in this round that draws on the shared account, -1 none."""
    first = np.int64(queued.starts[queue]) + chosen.base[queue]
    end = np.int64(queued.starts[queue]) + chosen.lengths[queue]
    at = min(np.int64(chosen.last[queue]), end - 1)
    while at >= first and not _draws(queued, limits, queue, at):
        at -= 1
    chosen.last[queue] = at
    return at if at >= first else np.int64(-1)


@inner
def _draws(queued: Queued, limits: Limits, queue: Number, at: Number) -> bool:
    """Return whether a payment leaves the shared account of its queue."""
    payee = np.int64(queued.payees[at])
    return bool(payee < 0 or limits.shared_of[payee] != limits.shared_of[queue])


@inner
def _comes_before(queued: Queued, one: Number, other: Number) -> bool:
    """Return whether a payment has precedence: by class, then by number."""
    if len(queued.classes) > 0 and queued.classes[one] != queued.classes[other]:
        return bool(queued.classes[one] < queued.classes[other])
    return bool(queued.payments[one] < queued.payments[other])


@step
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


@step
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


@inner
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
    if not _draws(queued, limits, queue, at):
        return True
    shared = np.int64(limits.shared_of[queue])
    left = limits.shared_minor[shared] + chosen.shared_net[shared]
    return bool(left >= amount or left + chosen.shared_hope[shared] >= amount)


@step
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
            choose(queued, limits, chosen, each, chosen.bound[each])
    if len(queued.partners) > 0:
        for each in range(len(chosen.lengths)):
            if chosen.last[each] >= 0:
                cut_loose_legs(queued, chosen, each, np.int64(chosen.last[each]))
    chosen.charged[shared] = queue
    give_up(queued, limits, chosen, list_all(chosen))
    chosen.charged[shared] = SEVERAL_QUEUES
    return bool(chosen.lengths[queue] > before)
