"""What a multilateral resolution may choose from, one currency at a time, as `queueing` wants it.

A queue of the resolution is a participant's queue in the currency, so that nothing of what is
read or made grows with the number of currencies.
"""

from typing import NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from comity.payments.codes import Priority
from comity.queueing import UNLIMITED_MINOR, Limits, Queues
from comity.settlement.tables import Bools, Int32s, Int64s, Rows

Int8s = NDArray[np.int8]

_UNLIMITED = np.int64(UNLIMITED_MINOR)
_LAST_CLASS = int(max(Priority))


class Choosable(NamedTuple):
    """What waits in one currency and may be chosen; queue and payee are participants."""

    starts: Int32s  # by participant: position of its first payment; one more for the end
    payments: Int32s  # by position: payment number
    payees: Int32s  # by position
    amounts_minor: Int64s  # by position
    classes: Int8s  # by position: codes.Priority


@numba.njit(cache=True)
def list_choice(
    queues: Queues,
    live: Rows,
    places: Rows,
    taking_part: Bools,
    currency: tuple[int, int],
) -> Choosable:
    """Return of each queue of a currency what stands before the first that may not be chosen.

    Args:
        queues: by place.
        live: `LIVE_ROW` by payment.
        places: `PLACE_ROW` by place.
        taking_part: by agreement.
        currency: its index, and the number of currencies.
    """
    first, width = currency
    count = len(queues.head) // width
    starts = np.zeros(count + 1, np.int32)
    for queue in range(count):
        length = 0
        payment = np.int64(queues.head[queue * width + first])
        while payment >= 0 and _may_be_chosen(live, places, taking_part, payment):
            length += 1
            payment = np.int64(queues.link[payment])
        starts[queue + 1] = starts[queue] + length
    payments = np.empty(starts[-1], np.int32)
    payees = np.empty(starts[-1], np.int32)
    amounts = np.empty(starts[-1], np.int64)
    classes = np.empty(starts[-1], np.int8)
    for queue in range(count):
        payment = np.int64(queues.head[queue * width + first])
        for at in range(starts[queue], starts[queue + 1]):
            payments[at] = payment
            payees[at] = live[payment].payee // width
            amounts[at] = live[payment].debit_minor
            classes[at] = live[payment].priority
            payment = np.int64(queues.link[payment])
    return Choosable(starts, payments, payees, amounts, classes)


@numba.njit(cache=True)
def _may_be_chosen(live: Rows, places: Rows, taking_part: Bools, payment: np.int64) -> bool:
    """Return whether a payment takes part.

    What a correspondent pays to its own customer moves no money that others could cover.
    """
    row = live[payment]
    if not taking_part[row.agreement]:
        return False
    payer, payee = places[row.payer], places[row.payee]
    return bool(payer.loro >= 0 or payer.settlement != payee.settlement)


@numba.njit(cache=True)
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
    first, width = currency
    free = np.empty(len(balances), np.int64)
    for account in range(len(balances)):
        balance = balances[account]
        free[account] = balance.posted - balance.held + balance.limit
        if balance.unlimited:
            free[account] = _UNLIMITED
    count = len(places) // width
    own = np.full(count, _UNLIMITED, np.int64)
    shared_of = np.full(count, -1, np.int32)
    own_floors = np.zeros((count, floors.shape[1] if len(floors) > 0 else 0), np.int64)
    for participant in range(count):
        place = places[participant * width + first]
        alone, shared = np.int64(place.loro), np.int64(place.settlement)
        drawing = dependents_start[shared + 1] - dependents_start[shared] if shared >= 0 else 0
        if alone < 0 and drawing == 1:
            alone, shared = shared, np.int64(-1)
        shared_of[participant] = shared
        if alone >= 0:
            own[participant] = free[alone]
            if len(floors) > 0:
                own_floors[participant] = floors[alone]
    if len(floors) > 0:
        free = free - floors[:, _LAST_CLASS]
    return Limits(
        own,
        np.full(count, _UNLIMITED, np.int64),
        own_floors,
        np.zeros(count + 1, np.int32),
        np.zeros(0, np.int32),
        np.zeros(0, np.int64),
        shared_of,
        free,
    )
