"""What a payment may draw on: the one place that says it, for every way in which payments settle.

A payment draws on the account of its payer, and where a correspondent stands behind that on the
correspondent's too. Of each it may use what is booked and not held, with the credit line, less what
is reserved there for higher classes.
"""

import numpy as np

from comity.money import BALANCE_MINOR_MAX
from comity.numba_kernel import Number, constant, inner_kernel, outer_kernel
from comity.payments.reasons import Reason
from comity.settlement.clearing_kernel import has_room, why_queued
from comity.settlement.exchange_kernel import hold_minor
from comity.settlement.limits_kernel import has_limits, room_minor
from comity.settlement.pair_kernel import is_leg
from comity.settlement.posting_kernel import bank_together
from comity.settlement.tables import Books, Bools, Int32s

_WITHOUT_END = constant(BALANCE_MINOR_MAX)
_LIMIT = constant(Reason.SENDER_LIMIT)
_OTHER_LEG = constant(Reason.PVP_WAITS)


@inner_kernel
def is_covered(books: Books, payment: Number) -> bool:
    """Return whether the payer's side has what a payment needs: its amount, or the hold.

    In two currencies its central bank also needs room on its credit line with the other.
    """
    live = books.live[payment]
    rule = books.rules[live.agreement]
    payer, payee = np.int64(live.payer), np.int64(live.payee)
    if not rule.converts:
        return bool(payable_minor(books, payer, payee, np.int64(live.priority)) >= live.debit_minor)
    if not has_room(books, payment):
        return False
    needed: Number = np.int64(live.debit_minor)
    if not (rule.fixed or rule.credits_at_once):
        needed = hold_minor(books, payment)
    # The payee stands in another currency's books: nothing there makes the payer's own suffice.
    return bool(usable_minor(books, payer, payer, np.int64(live.priority)) >= needed)


@inner_kernel
def payable_minor(books: Books, payer: Number, payee: Number, priority: Number) -> Number:
    """Return what one place may pay another in a class: what it has, within its sender limits."""
    usable = usable_minor(books, payer, payee, priority)
    return min(usable, room_minor(books, payer, payee))


@inner_kernel
def why_waiting(books: Books, payment: Number) -> Number:
    """Return what one that must wait waits for: its other leg, a sender limit, a line, cover."""
    live = books.live[payment]
    if is_leg(books, payment):
        return _OTHER_LEG
    if has_limits(books) and not books.rules[live.agreement].converts:
        payer, payee = np.int64(live.payer), np.int64(live.payee)
        has_cover = usable_minor(books, payer, payee, np.int64(live.priority)) >= live.debit_minor
        if has_cover and room_minor(books, payer, payee) < live.debit_minor:
            return _LIMIT
    return why_queued(books, payment)


@outer_kernel
def find_limited(books: Books, payments: Int32s, limited: Bools) -> None:
    """Mark which of queued payments nothing but a limit of their sender holds back."""
    for i in range(len(payments)):
        limited[i] = why_waiting(books, np.int64(payments[i])) == _LIMIT


@inner_kernel
def usable_minor(books: Books, payer: Number, payee: Number, priority: Number) -> Number:
    """Return what one place may pay another in a class; below zero where a reserve is drawn on.

    Args:
        books: as they stand.
        payer: the place that pays.
        payee: the place that is paid, in one currency; else `payer` again.
        priority: `codes.Priority`.
    """
    place = books.places[payer]
    loro = np.int64(place.loro)
    if loro < 0:
        return _free_minor(books, np.int64(place.settlement), priority)
    usable = _free_minor(books, loro, priority)
    if payer != payee and bank_together(books, payer, payee):
        # Within one correspondent's books only its customer's money moves. What the correspondent
        # itself pays there must still be covered: it could promise without end.
        return usable
    return min(usable, _free_minor(books, np.int64(place.settlement), priority))


@inner_kernel
def _free_minor(books: Books, account: Number, priority: Number) -> Number:
    """Return what an account has for a class: booked less held, credit line, less its floor."""
    balance = books.balances[account]
    if balance.unlimited:
        return _WITHOUT_END
    free: Number = balance.posted - balance.held + balance.limit - books.floors[account, priority]
    return free
