"""What a payment may draw on: the one place that says it, for every way in which payments settle.

A payment draws on the account of its payer, and where a correspondent stands behind that on the
correspondent's too. Of each it may use what is booked and not held, with the credit line, less what
is reserved there for higher classes.
"""

import numpy as np

from comity.money import BALANCE_MINOR_MAX
from comity.numba_kernel import Number, constant, inner_kernel, outer_kernel, step_kernel
from comity.payments.reasons import Reason
from comity.settlement.clearing_kernel import has_room, why_queued
from comity.settlement.dealing_kernel import exceeds_count, find_deal, why_no_deal
from comity.settlement.exchange_kernel import hold_minor
from comity.settlement.limits_kernel import has_limits, room_minor
from comity.settlement.pair_kernel import is_leg
from comity.settlement.posting_kernel import bank_together
from comity.settlement.short_kernel import has_shorts, may_be_short
from comity.settlement.tables import CONVERTS_BY_DEALER, Books, Int32s, Int64s

_WITHOUT_END = constant(BALANCE_MINOR_MAX)
_NO = constant(0)
_LIMIT = constant(Reason.SENDER_LIMIT)
_OTHER_LEG = constant(Reason.PVP_WAITS)
_NO_COVER = constant(Reason.NO_COVER)
_SYSTEM_LIMIT = constant(Reason.SYSTEM_LIMIT)
_DEALER = constant(Reason.DEALER_NO_COVER)


@inner_kernel
def is_covered(books: Books, payment: Number) -> bool:
    """Return whether the payer's side has what a payment needs: its amount, or the hold.

    In two currencies its central bank also needs room on its credit line with the other.
    """
    live = books.live[payment]
    rule = books.rules[live.agreement]
    payer, payee = np.int64(live.payer), np.int64(live.payee)
    if not rule.converts:
        payable = payable_minor(books, payer, payee, np.int64(live.priority))
        return bool(payable >= live.debit_minor) and _keeps_tests(books, payment)
    if rule.converts == CONVERTS_BY_DEALER:
        return bool(why_not_dealt(books, payment) == 0)
    if not has_room(books, payment):
        return False
    needed: Number = np.int64(live.debit_minor)
    if not (rule.fixed or rule.credits_at_once):
        needed = hold_minor(books, payment)
    # The payee stands in another currency's books: nothing there makes the payer's own suffice.
    return bool(usable_minor(books, payer, payer, np.int64(live.priority)) >= needed)


@inner_kernel
def _keeps_tests(books: Books, payment: Number) -> bool:
    """Return whether a payer that may be short may pay; of legs both are asked about together."""
    if not has_shorts(books) or is_leg(books, payment):
        return True
    return may_be_short(books, payment)


@inner_kernel
def payable_minor(books: Books, payer: Number, payee: Number, priority: Number) -> Number:
    """Return what one place may pay another in a class: what it has, within its sender limits."""
    usable = usable_minor(books, payer, payee, priority)
    return min(usable, room_minor(books, payer, payee))


@inner_kernel
def why_waiting(books: Books, payment: Number) -> Number:
    """Return what one that must wait waits for: its other leg, a sender limit, a line, cover.

    Through dealers it may also wait for a quote, for a dealer, or for the vehicle's agent.
    """
    live = books.live[payment]
    if is_leg(books, payment):
        return _OTHER_LEG
    if books.rules[live.agreement].converts == CONVERTS_BY_DEALER:
        return why_not_dealt(books, payment)
    if has_limits(books) and not books.rules[live.agreement].converts:
        payer, payee = np.int64(live.payer), np.int64(live.payee)
        has_cover = usable_minor(books, payer, payee, np.int64(live.priority)) >= live.debit_minor
        if has_cover and room_minor(books, payer, payee) < live.debit_minor:
            return _LIMIT
    return why_queued(books, payment)


@outer_kernel
def find_reasons(books: Books, payments: Int32s, reasons: Int64s) -> None:
    """Note what each of queued payments waits for."""
    for i in range(len(payments)):
        reasons[i] = why_waiting(books, np.int64(payments[i]))


@step_kernel
def why_not_dealt(books: Books, payment: Number) -> Number:
    """Return 0 where a payment can be dealt now, or what it waits for: the payer's want first."""
    live = books.live[payment]
    route, vehicle, debit = find_deal(books, payment)
    if route < 0:
        return why_no_deal(books, payment)
    priority = np.int64(live.priority)
    first = books.dealing.quotes[books.dealing.routes[route].first]
    if exceeds_count(books, np.int64(live.payer), debit) or (
        vehicle > 0 and exceeds_count(books, np.int64(first.pays), vehicle)
    ):
        return _SYSTEM_LIMIT
    reason = _why_unpaid(books, np.int64(live.payer), np.int64(first.takes), debit, priority)
    if reason != 0:
        return reason
    source, amount = np.int64(first.pays), np.int64(books.rows[payment].amount_minor)
    second = books.dealing.routes[route].second
    is_unpaid = False
    if second >= 0:
        last = books.dealing.quotes[second]
        is_unpaid = _why_unpaid(books, source, np.int64(last.takes), vehicle, priority) != 0
        source = np.int64(last.pays)
    is_unpaid |= _why_unpaid(books, source, np.int64(live.payee), amount, priority) != 0
    return _DEALER if is_unpaid else _NO


@inner_kernel
def _why_unpaid(
    books: Books, payer: Number, payee: Number, amount: Number, priority: Number
) -> Number:
    """Return 0 where one place can pay another, or what it lacks; nobody has to pay itself."""
    if payer == payee:
        return _NO
    if usable_minor(books, payer, payee, priority) < amount:
        return _NO_COVER
    return _LIMIT if room_minor(books, payer, payee) < amount else _NO


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
