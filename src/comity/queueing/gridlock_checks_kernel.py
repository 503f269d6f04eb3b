"""Checks on what waits and what limits it before a gridlock is resolved: the first fault.

One pass over the payments and one over the queues; everything else in this package may then rely
on columns that fit one another and on sums that fit 64 bits.
"""

from enum import IntEnum

import numpy as np

from comity.money import BALANCE_MINOR_MAX
from comity.numba_kernel import inner_kernel, outer_kernel
from comity.queueing.gridlock_tables import (
    NO_PARTNER,
    OUTSIDE,
    Int64s,
    Limits,
    Number,
    Queued,
)


class Fault(IntEnum):
    """What can be wrong, in the order in which it is looked for."""

    NONE = 0
    STARTS = 1  # they do not rise from 0 to the number of payments
    LIMIT_TOO_LARGE = 2  # beyond BALANCE_MINOR_MAX in either direction
    FLOOR_NEGATIVE = 3
    ACCOUNT_UNKNOWN = 4  # no such shared account
    BILATERAL_ORDER = 5  # the starts, or the payees of one payer, do not rise
    AMOUNT = 6  # below one
    PAYEE_UNKNOWN = 7  # no such queue
    CLASS_UNKNOWN = 8  # no floor for it
    LEG_NOT_MUTUAL = 9  # the partner names another payment
    SUM_TOO_LARGE = 10  # what one account sends or receives passes BALANCE_MINOR_MAX


_NONE = int(Fault.NONE)
_STARTS = int(Fault.STARTS)
_LIMIT_TOO_LARGE = int(Fault.LIMIT_TOO_LARGE)
_FLOOR_NEGATIVE = int(Fault.FLOOR_NEGATIVE)
_ACCOUNT_UNKNOWN = int(Fault.ACCOUNT_UNKNOWN)
_BILATERAL_ORDER = int(Fault.BILATERAL_ORDER)
_AMOUNT = int(Fault.AMOUNT)
_PAYEE_UNKNOWN = int(Fault.PAYEE_UNKNOWN)
_CLASS_UNKNOWN = int(Fault.CLASS_UNKNOWN)
_LEG_NOT_MUTUAL = int(Fault.LEG_NOT_MUTUAL)
_SUM_TOO_LARGE = int(Fault.SUM_TOO_LARGE)
_MAX = np.int64(BALANCE_MINOR_MAX)


def first_fault(queued: Queued, limits: Limits) -> tuple[Number, Number, Number]:
    """Return the first `Fault`, the queue or position where it is, and what was found there.

    The lengths of the columns must fit one another.
    """
    accounts = len(limits.available_minor) + len(limits.shared_minor)
    return _find(queued, limits, np.zeros(2 * accounts, np.int64))


@outer_kernel
def _find(queued: Queued, limits: Limits, sums: Int64s) -> tuple[Number, Number, Number]:
    fault, at, found = _check_limits(queued, limits)
    if fault != _NONE:
        return fault, at, found
    for queue in range(len(limits.available_minor)):
        for position in range(queued.starts[queue], queued.starts[queue + 1]):
            fault, found = _check_payment(queued, limits, position)
            if fault == _NONE and _add(queued, limits, sums, queue, position) > _MAX:
                fault, found = _SUM_TOO_LARGE, queued.amounts_minor[position]
            if fault != _NONE:
                return fault, position, found
    return _NONE, 0, 0


@inner_kernel
def _check_limits(queued: Queued, limits: Limits) -> tuple[Number, Number, Number]:
    queues = len(limits.available_minor)
    for queue in range(queues):
        if queued.starts[queue + 1] < queued.starts[queue]:
            return _STARTS, queue + 1, queued.starts[queue + 1]
        for value in (limits.available_minor[queue], limits.multilateral_minor[queue]):
            if value > _MAX or value < -_MAX:
                return _LIMIT_TOO_LARGE, queue, value
        for column in range(limits.floors_minor.shape[1]):
            floor = limits.floors_minor[queue, column]
            if floor < 0:
                return _FLOOR_NEGATIVE, queue, floor
            if floor > _MAX:
                return _LIMIT_TOO_LARGE, queue, floor
        if limits.shared_of[queue] >= len(limits.shared_minor):
            return _ACCOUNT_UNKNOWN, queue, limits.shared_of[queue]
        first, end = limits.bilateral_starts[queue], limits.bilateral_starts[queue + 1]
        if first < 0 or end < first or end > len(limits.bilateral_minor):
            return _BILATERAL_ORDER, queue, end
        for at in range(first + 1, end):
            if limits.bilateral_payees[at] <= limits.bilateral_payees[at - 1]:
                return _BILATERAL_ORDER, queue, limits.bilateral_payees[at]
    for values in (limits.bilateral_minor, limits.shared_minor):
        for at in range(len(values)):
            if values[at] > _MAX or values[at] < -_MAX:
                return _LIMIT_TOO_LARGE, at, values[at]
    if queued.starts[0] != 0 or queued.starts[-1] != len(queued.payments):
        return _STARTS, queues, queued.starts[-1]
    return _NONE, 0, 0


@inner_kernel
def _check_payment(queued: Queued, limits: Limits, at: Number) -> tuple[Number, Number]:
    """Return the fault of one payment and what was found."""
    if queued.amounts_minor[at] < 1:
        return _AMOUNT, queued.amounts_minor[at]
    payee = queued.payees[at]
    if payee < OUTSIDE or payee >= len(limits.available_minor):
        return _PAYEE_UNKNOWN, payee
    columns = limits.floors_minor.shape[1]
    if columns > 0:
        of_class = np.int64(queued.classes[at]) if len(queued.classes) > 0 else np.int64(-1)
        if of_class < 0 or of_class >= columns:
            return _CLASS_UNKNOWN, of_class
    if len(queued.partners) > 0:
        partner = np.int64(queued.partners[at])
        if partner >= len(queued.partners) or (partner > NO_PARTNER and partner == at):
            return _LEG_NOT_MUTUAL, partner
        if partner > NO_PARTNER and queued.partners[partner] != at:
            return _LEG_NOT_MUTUAL, partner
    return _NONE, 0


@inner_kernel
def _add(queued: Queued, limits: Limits, sums: Int64s, queue: Number, at: Number) -> Number:
    """Add a payment to what the accounts it concerns send and receive; return the largest sum.

    Sent and received are kept apart: no choice of payments and no order of them can then pass what
    64 bits hold, when added to a balance in bounds. Each sum is in bounds before and gets at most
    one above the bound, so that it still fits and is seen to be too large. What a bilateral limit
    sees is a part of one queue's sums.
    """
    amount = min(queued.amounts_minor[at], _MAX + 1)
    payee, queues = np.int64(queued.payees[at]), len(limits.available_minor)
    debit = np.int64(limits.shared_of[queue])
    sums[2 * queue] += amount
    largest: Number = sums[2 * queue]
    if debit >= 0:
        sums[2 * (queues + debit)] += amount
        largest = max(largest, sums[2 * (queues + debit)])
    if payee >= 0:
        sums[2 * payee + 1] += amount
        largest = max(largest, sums[2 * payee + 1])
        credit = np.int64(limits.shared_of[payee])
        if credit >= 0:
            sums[2 * (queues + credit) + 1] += amount
            largest = max(largest, sums[2 * (queues + credit) + 1])
    return largest
