"""What a multilateral resolution may choose from, one currency at a time, as `queueing` wants it.

A queue of the resolution is a participant's queue in the currency, so that nothing of what is
read or made grows with the number of currencies. Who waits is listed from the list before
(`comity.queueing.listing_kernel`); what an agreement keeps out is cut off afterwards.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from comity.numba_kernel import Number, constant, inner_kernel, outer_kernel
from comity.payments.codes import Priority
from comity.queueing import (
    CLASSES,
    UNLIMITED_MINOR,
    Limits,
    Queues,
    first_of_class,
    next_of_class,
    still_listed,
)
from comity.settlement.tables import Bools, Int32s, Int64s, Rows

Int8s = NDArray[np.int8]
Int16s = NDArray[np.int16]

NEVER = -1
"""In place of an agreement: a payment that may never be chosen."""

_NEVER = constant(NEVER)
_FIRST = constant(0)

_UNLIMITED = constant(UNLIMITED_MINOR)
_LAST_CLASS = int(max(Priority))


class Listing(NamedTuple):
    """Who waits in one currency, queue by queue in their order, as it stood at one moment."""

    starts: Int32s  # by participant and class: position of its first payment; one more for the end
    payments: Int32s  # by position: payment number
    payees: Int32s  # by position: participant
    amounts_minor: Int64s  # by position
    classes: Int8s  # by position: codes.Priority
    agreements: Int16s  # by position, NEVER where a payment may never be chosen


def new_listing(queues: int, waiting: int) -> Listing:
    """Return room for so many queues, all empty, and so many who wait."""
    return Listing(
        starts=np.zeros(queues * CLASSES + 1, np.int32),
        payments=np.empty(waiting, np.int32),
        payees=np.empty(waiting, np.int32),
        amounts_minor=np.empty(waiting, np.int64),
        classes=np.empty(waiting, np.int8),
        agreements=np.empty(waiting, np.int16),
    )


@outer_kernel
def list_queues(
    queues: Queues,
    live: Rows,
    places: Rows,
    currency: tuple[int, int],
    before: Listing,
    found: Listing,
) -> None:
    """List everybody who waits in a currency.

    Args:
        queues: by place; the count of those who leave begins anew.
        live: `LIVE_ROW` by payment.
        places: `PLACE_ROW` by place.
        currency: its index, and the number of currencies.
        before: the last list of the same currency.
        found: filled; with room for all who wait.
    """
    first, width = currency
    at = _FIRST
    for participant in range((len(found.starts) - 1) // CLASSES):
        queue = participant * width + first
        for priority in range(CLASSES):
            place = participant * CLASSES + priority
            found.starts[place] = at
            end = np.int64(before.starts[place + 1])
            old = still_listed(queues, queue, priority, np.int64(before.starts[place]), end)
            for one in range(old, end):
                found.payments[at] = before.payments[one]
                found.payees[at] = before.payees[one]
                found.amounts_minor[at] = before.amounts_minor[one]
                found.classes[at] = priority
                found.agreements[at] = before.agreements[one]
                at += 1
            if old < end:
                last = np.int64(before.payments[end - 1])
                payment = next_of_class(queues, queue, priority, last)
            else:
                payment = first_of_class(queues, queue, priority)
            while payment >= 0:
                _list(live, places, found, at, payment, width)
                at += 1
                payment = next_of_class(queues, queue, priority, payment)
    found.starts[len(found.starts) - 1] = at


@inner_kernel
def _list(
    live: Rows, places: Rows, found: Listing, at: Number, payment: Number, width: Number
) -> None:
    """List a payment; what a correspondent pays to its own customer may never be chosen.

    It moves no money that others could cover.
    """
    row = live[payment]
    payer, payee = places[row.payer], places[row.payee]
    found.payments[at] = payment
    found.payees[at] = row.payee // width
    found.amounts_minor[at] = row.debit_minor
    found.classes[at] = row.priority
    moves = payer.loro >= 0 or payer.settlement != payee.settlement
    found.agreements[at] = row.agreement if moves else _NEVER


@outer_kernel
def cut_queues(listing: Listing, taking_part: Bools, starts: Int32s) -> Number:
    """Cut each queue before the first that may not be chosen; return how many may.

    Args:
        listing: who waits.
        taking_part: by agreement.
        starts: by participant, and one more; filled as if only these were listed.
    """
    count = _FIRST
    for participant in range(len(starts) - 1):
        starts[participant] = count
        at = np.int64(listing.starts[participant * CLASSES])
        end = np.int64(listing.starts[(participant + 1) * CLASSES])
        while at < end and _takes_part(taking_part, listing.agreements[at]):
            count += 1
            at += 1
    starts[len(starts) - 1] = count
    return count


@inner_kernel
def _takes_part(taking_part: Bools, agreement: Number) -> bool:
    return bool(agreement != _NEVER and taking_part[agreement])


@outer_kernel
def copy_cut(listing: Listing, starts: Int32s, found: Listing) -> None:
    """Copy what `cut_queues` has left of each queue; `found` has room for it."""
    for participant in range(len(starts) - 1):
        at = np.int64(listing.starts[participant * CLASSES])
        for to in range(starts[participant], starts[participant + 1]):
            found.payments[to] = listing.payments[at]
            found.payees[to] = listing.payees[at]
            found.amounts_minor[to] = listing.amounts_minor[at]
            found.classes[to] = listing.classes[at]
            at += 1


def list_limits(
    balances: Rows,
    floors: Int64s,
    places: Rows,
    dependents_start: Int32s,
    currency: tuple[int, int],
) -> Limits:
    """Return what each participant may spend: of its own account, and of one it shares.

    What is reserved on an account of one queue is a floor for each class. On one that several draw
    on all of it is left, whatever the class: there a resolution knows one limit only.

    Args:
        balances: `BALANCE_ROW` by account.
        floors: `[account, priority]`; without accounts if nothing is reserved.
        places: `PLACE_ROW` by place.
        dependents_start: by account: how many places draw on it, added up.
        currency: its index, and the number of currencies.
    """
    count = len(places) // currency[1]
    found = Limits(
        available_minor=np.full(count, UNLIMITED_MINOR, np.int64),
        multilateral_minor=np.full(count, UNLIMITED_MINOR, np.int64),
        floors_minor=np.zeros((count, floors.shape[1] if len(floors) else 0), np.int64),
        bilateral_starts=np.zeros(count + 1, np.int32),
        bilateral_payees=np.zeros(0, np.int32),
        bilateral_minor=np.zeros(0, np.int64),
        shared_of=np.full(count, -1, np.int32),
        shared_minor=np.empty(len(balances), np.int64),
    )
    _fill_limits(balances, floors, places, dependents_start, currency, found)
    return found


@outer_kernel
def _fill_limits(
    balances: Rows,
    floors: Int64s,
    places: Rows,
    dependents_start: Int32s,
    currency: tuple[int, int],
    found: Limits,
) -> None:
    """Fill limits in which nobody has an account yet."""
    first, width = currency
    free = found.shared_minor
    for account in range(len(balances)):
        balance = balances[account]
        free[account] = balance.posted - balance.held + balance.limit
        if balance.unlimited:
            free[account] = _UNLIMITED
    for participant in range(len(found.shared_of)):
        place = places[participant * width + first]
        alone, shared = np.int64(place.loro), np.int64(place.settlement)
        drawing = dependents_start[shared + 1] - dependents_start[shared] if shared >= 0 else 0
        if alone < 0 and drawing == 1:
            alone, shared = shared, np.int64(-1)
        found.shared_of[participant] = shared
        if alone >= 0:
            found.available_minor[participant] = free[alone]
            for priority in range(found.floors_minor.shape[1]):
                found.floors_minor[participant, priority] = floors[alone, priority]
    if len(floors) > 0:
        for account in range(len(balances)):
            free[account] -= floors[account, _LAST_CLASS]
