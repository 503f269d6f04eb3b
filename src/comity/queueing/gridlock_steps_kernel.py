"""The steps of which a resolution of gridlock consists: choose more, give up what breaks a limit.

A constraint binds only those who draw on it: it is broken where something chosen draws on it and
it ends below zero. An account that starts below zero therefore stops its own payments, unless
receipts of the same moment lift it, and nobody else's. What `docs/gridlock.md` proves about giving
up from the tails holds line by line here.
"""

import numpy as np

from comity.numba_kernel import inner_kernel, step_kernel
from comity.queueing.gridlock_tables import (
    NO_PARTNER,
    Limits,
    Number,
    Queued,
    Selection,
)


@step_kernel
def choose(
    queued: Queued, limits: Limits, chosen: Selection, queue: Number, length: Number
) -> None:
    """Choose more of a queue, up to a length, whatever that breaks."""
    first = np.int64(queued.starts[queue])
    for at in range(first + chosen.lengths[queue], first + length):
        _shift(queued, limits, chosen, queue, at, np.int64(1))
    chosen.lengths[queue] = length


@step_kernel
def give_up(queued: Queued, limits: Limits, chosen: Selection, count: Number) -> None:
    """Shorten the listed queues from their tails, and whoever that breaks, until nothing is.

    The order of the list does not change the outcome.
    """
    first = 0
    while first < count:
        queue = np.int64(chosen.work[first % len(chosen.work)])
        first += 1
        chosen.listed[queue] = False
        while _is_broken(queued, limits, chosen, queue):
            count = take_back_last(queued, limits, chosen, queue, count)


@inner_kernel
def take_back_last(
    queued: Queued, limits: Limits, chosen: Selection, queue: Number, count: Number
) -> Number:
    """Take back a queue's last payment and list whom that breaks; return the list's length."""
    chosen.lengths[queue] -= 1
    at = np.int64(queued.starts[queue]) + chosen.lengths[queue]
    _shift(queued, limits, chosen, queue, at, np.int64(-1))
    return _list_affected(queued, limits, chosen, at, count)


@inner_kernel
def _is_broken(queued: Queued, limits: Limits, chosen: Selection, queue: Number) -> bool:
    """Return whether the last chosen payment of a queue has to be given up."""
    length = np.int64(chosen.lengths[queue])
    if length == 0:
        return False
    if chosen.broken[queue] > 0 or length > chosen.cut[queue]:
        return True
    floor = np.int64(0)
    if limits.floors_minor.shape[1] > 0:
        last = np.int64(queued.starts[queue]) + length - 1
        floor = limits.floors_minor[queue, queued.classes[last]]
    net = chosen.net[queue]
    if limits.available_minor[queue] + net < floor or limits.multilateral_minor[queue] + net < 0:
        return True
    shared = np.int64(limits.shared_of[queue])
    if shared < 0 or chosen.charged[shared] != queue:
        return False
    return is_overdrawn(limits, chosen, shared)


@inner_kernel
def is_overdrawn(limits: Limits, chosen: Selection, shared: Number) -> bool:
    """Return whether a shared account that is drawn on ends below zero."""
    return bool(
        chosen.shared_count[shared] > 0
        and limits.shared_minor[shared] + chosen.shared_net[shared] < 0
    )


@inner_kernel
def list_all(chosen: Selection) -> Number:
    """Put every queue on the work-list; return the length of the list."""
    for queue in range(len(chosen.work)):
        chosen.work[queue] = queue
        chosen.listed[queue] = True
    return np.int64(len(chosen.work))


@inner_kernel
def _list_if_broken(
    queued: Queued, limits: Limits, chosen: Selection, queue: Number, count: Number
) -> Number:
    """Put a queue on the work-list if it must be shortened; return the length of the list."""
    if not chosen.listed[queue] and _is_broken(queued, limits, chosen, queue):
        chosen.work[count % len(chosen.work)] = queue
        chosen.listed[queue] = True
        count += 1
    return count


@inner_kernel
def _list_affected(
    queued: Queued, limits: Limits, chosen: Selection, at: Number, count: Number
) -> Number:
    """List whom the loss of a payment may break: its payee, who relied on it there, its partner."""
    payee = np.int64(queued.payees[at])
    if payee >= 0:
        count = _list_if_broken(queued, limits, chosen, payee, count)
        shared = np.int64(limits.shared_of[payee])
        if shared >= 0 and chosen.charged[shared] >= 0:
            relying = np.int64(chosen.charged[shared])
            count = _list_if_broken(queued, limits, chosen, relying, count)
    if len(queued.partners) > 0 and queued.partners[at] >= 0:
        partner = np.int64(queued.partners[at])
        queue = _queue_of(queued, partner)
        chosen.cut[queue] = min(np.int64(chosen.cut[queue]), partner - queued.starts[queue])
        count = _list_if_broken(queued, limits, chosen, queue, count)
    return count


@inner_kernel
def _shift(
    queued: Queued, limits: Limits, chosen: Selection, queue: Number, at: Number, sign: Number
) -> None:
    """Add a payment (sign 1) to all sums that it concerns, or take it out of them (sign -1)."""
    amount = sign * queued.amounts_minor[at]
    payee = np.int64(queued.payees[at])
    chosen.net[queue] -= amount
    if payee >= 0:
        chosen.net[payee] += amount
    if len(limits.shared_minor) > 0:
        debit = np.int64(limits.shared_of[queue])
        credit = np.int64(limits.shared_of[payee]) if payee >= 0 else np.int64(-1)
        if debit != credit:
            if debit >= 0:
                chosen.shared_net[debit] -= amount
                chosen.shared_count[debit] += sign
            if credit >= 0:
                chosen.shared_net[credit] += amount
    if len(limits.bilateral_minor) > 0 and payee >= 0:
        _shift_bilateral(limits, chosen, queue, payee, -amount, sign)
        _shift_bilateral(limits, chosen, payee, queue, amount, np.int64(0))


@inner_kernel
def _shift_bilateral(
    limits: Limits,
    chosen: Selection,
    payer: Number,
    payee: Number,
    amount: Number,
    drawn: Number,
) -> None:
    """Add to what a payer has received from a payee, if there is a limit between the two."""
    low, end = np.int64(limits.bilateral_starts[payer]), limits.bilateral_starts[payer + 1]
    high = np.int64(end)
    while low < high:
        middle = (low + high) >> 1
        if limits.bilateral_payees[middle] < payee:
            low = middle + 1
        else:
            high = middle
    if low == end or limits.bilateral_payees[low] != payee:
        return
    before = _is_passed(limits, chosen, low)
    chosen.bilateral_net[low] += amount
    chosen.bilateral_count[low] += drawn
    chosen.broken[payer] += np.int64(_is_passed(limits, chosen, low)) - np.int64(before)


@inner_kernel
def _is_passed(limits: Limits, chosen: Selection, limit: Number) -> bool:
    return bool(
        chosen.bilateral_count[limit] > 0
        and limits.bilateral_minor[limit] + chosen.bilateral_net[limit] < 0
    )


@inner_kernel
def _queue_of(queued: Queued, at: Number) -> Number:
    """Return the queue in which a position lies: the last one that starts at or before it."""
    low, high = np.int64(0), np.int64(len(queued.starts) - 1)
    while high - low > 1:
        middle = (low + high) >> 1
        if queued.starts[middle] <= at:
            low = middle
        else:
            high = middle
    return low


@step_kernel
def cut_loose_legs(queued: Queued, chosen: Selection, queue: Number, since: Number) -> None:
    """Cut a queue before its first leg, from the given length on, whose partner is not chosen."""
    first = np.int64(queued.starts[queue])
    for at in range(first + since, first + chosen.lengths[queue]):
        partner = np.int64(queued.partners[at])
        if partner == NO_PARTNER:
            continue
        if partner >= 0:
            other = _queue_of(queued, partner)
            if partner - queued.starts[other] < chosen.lengths[other]:
                continue
        chosen.cut[queue] = min(np.int64(chosen.cut[queue]), at - first)
        return


@inner_kernel
def draws(queued: Queued, limits: Limits, queue: Number, at: Number) -> bool:
    """Return whether a payment leaves the shared account of its queue."""
    payee = np.int64(queued.payees[at])
    return bool(payee < 0 or limits.shared_of[payee] != limits.shared_of[queue])
