"""Gross settlement: a payment settles when it is covered and none before it holds it up.

Money that arrives may release what waits for it, and that again: the cascade runs over a
work-list of queues until nothing moves. Where every queue draws on an account of its own the
final state does not depend on the order of the list; where sponsored banks share their
correspondent's account it does, and the order is: queues in the order in which money reached
their accounts, at one account by queue number.
"""

import numpy as np

from comity.numba_kernel import Number, constant, inner_kernel, outer_kernel, step_kernel
from comity.payments.codes import Mechanism, PairState, TransferKind
from comity.payments.lifecycle import State
from comity.payments.reasons import Reason
from comity.queueing import NOBODY
from comity.settlement.clearing_kernel import payer_side
from comity.settlement.cover_kernel import is_covered, why_waiting
from comity.settlement.dealing_kernel import deal
from comity.settlement.entry_kernel import count_waiting, note_queued, note_stuck
from comity.settlement.exchange_kernel import reserve
from comity.settlement.offset_kernel import find_counterpart, settle_pair
from comity.settlement.outside_kernel import reserve_leg
from comity.settlement.pair_kernel import (
    count_queued_pair,
    end_pair,
    has_leg_outside,
    is_leg,
    other_leg,
    settle_both,
    settles_outside,
)
from comity.settlement.posting_kernel import (
    change_state,
    close_group,
    post_between,
    settlement_of,
)
from comity.settlement.queue_kernel import (
    join_queue,
    leave_queue,
    next_to_go,
    stands_before,
    stands_free,
)
from comity.settlement.short_kernel import both_may_be_short, has_shorts
from comity.settlement.tables import (
    CONVERTS_BY_DEALER,
    NEVER_MINOR,
    Books,
    Bools,
    Int32s,
    Output,
)

_NO = constant(0)
_NOBODY = constant(NOBODY)
_YES = constant(1)
_TAKEN_OUT = constant(-1)
_SETTLED = constant(State.SETTLED)
_ACCEPTED = constant(State.ACCEPTED)
_QUEUED = constant(State.QUEUED)
_GROSS = constant(Mechanism.GROSS)
_OTHER_LEG = constant(Reason.PVP_WAITS)
_PAIR_SETTLED = constant(PairState.SETTLED)
_PAYMENT = constant(TransferKind.PAYMENT)


@inner_kernel
def settle_or_queue(
    books: Books, out: Output, at_us: Number, payment: Number, work: Int32s, listed: Bools
) -> None:
    """Settle an accepted gross payment now if nothing stands before it, else queue it.

    Where its agreement offsets, its queue and its payee's are tried before it is said to wait: it
    may be the counterpart of what is first there. With a leg comes the other one, which has waited
    for it in no queue; both settle, or both are queued.
    """
    live = books.live[payment]
    queue = np.int64(live.payer)
    count: Number = _NO
    if is_leg(books, payment):
        count = _settle_or_queue_legs(books, out, at_us, payment, work, listed)
    elif _may_go_at_once(books, payment):
        count = _execute(books, out, at_us, payment, work, listed, _NO)
    else:
        join_queue(books, payment)
        if books.rules[live.agreement].offset_depth > 0:
            count = _list(books, queue, work, listed, _NO)
            count = _list(books, np.int64(live.payee), work, listed, count)
    _run(books, out, at_us, work, listed, count)
    if live.state == _ACCEPTED:
        change_state(books, out, at_us, payment, _QUEUED, why_waiting(books, payment), _YES, _NO)
        note_queued(books, payment)


@inner_kernel
def _may_go_at_once(books: Books, payment: Number) -> bool:
    live = books.live[payment]
    is_free = stands_free(books, np.int64(live.payer), np.int64(live.priority))
    return is_free and is_covered(books, payment)


@step_kernel
def _settle_or_queue_legs(
    books: Books, out: Output, at_us: Number, payment: Number, work: Int32s, listed: Bools
) -> Number:
    """Settle both legs of a trade now if both can go, else queue both; return the work-list's end.

    They draw on two currencies, so that neither's cover depends on the other; where banks may be
    short, what they get counts with what they pay.
    """
    if has_leg_outside(books, payment):
        _reserve_or_queue_leg(books, out, at_us, payment)
        return _NO
    other = other_leg(books, payment)
    count_waiting(books, other, _YES)
    legs = (other, payment)
    may_go = True
    for leg in legs:
        may_go &= _may_go_at_once(books, leg)
    if may_go and has_shorts(books):
        may_go = both_may_be_short(books, other, payment)
    if may_go:
        return _settle_legs(books, out, at_us, legs, work, listed, _NO)
    for leg in legs:
        join_queue(books, leg)
    count_queued_pair(books, _YES)
    note_queued(books, other)
    return _NO


@step_kernel
def _reserve_or_queue_leg(books: Books, out: Output, at_us: Number, payment: Number) -> None:
    """Of a trade with a leg outside, hold the other leg's money now if it can go, else queue it.

    The leg outside stands in no queue: nobody here holds it up, and it holds up nobody.
    """
    other = other_leg(books, payment)
    inside: Number = payment
    if settles_outside(books, payment):
        inside = other
        change_state(books, out, at_us, payment, _QUEUED, _OTHER_LEG, _YES, _NO)
        count_waiting(books, payment, _TAKEN_OUT)
        count_waiting(books, other, _YES)
    if _may_go_at_once(books, inside):
        reserve_leg(books, out, at_us, inside)
        return
    join_queue(books, inside)
    count_queued_pair(books, _YES)
    if inside == other:
        note_queued(books, inside)


@outer_kernel
def release_waiting(
    books: Books, out: Output, at_us: Number, places: Int32s, work: Int32s, listed: Bools
) -> None:
    """Try all queues that depend on money at the given places, and what that releases."""
    count: Number = _NO
    for i in range(len(places)):
        count = _list_dependents(books, np.int64(places[i]), work, listed, count)
    _run(books, out, at_us, work, listed, count)


@outer_kernel
def settle_together(
    books: Books,
    out: Output,
    at_us: Number,
    payments: Int32s,
    mechanism: Number,
    work: Int32s,
    listed: Bools,
) -> None:
    """Settle payments as one group, and release what that covers.

    They stand in queues; those of one queue come in its order. Balances may pass their limits
    between two of them, and must keep them once all are posted: the caller has made sure.
    """
    for i in range(len(payments)):
        payment = np.int64(payments[i])
        live = books.live[payment]
        leave_queue(books, np.int64(live.payer), stands_before(books, payment))
        payer, payee = np.int64(live.payer), np.int64(live.payee)
        post_between(books, out, at_us, payer, payee, live.debit_minor, _PAYMENT, payment)
        live.mechanism = mechanism
        change_state(books, out, at_us, payment, _SETTLED, _NO, _YES, mechanism)
        if is_leg(books, payment) and books.live[other_leg(books, payment)].state == _SETTLED:
            _end_settled_pair(books, out, at_us, payment)
    close_group(books)
    count: Number = _NO
    for i in range(len(payments)):
        live = books.live[payments[i]]
        count = _list_dependents(books, np.int64(live.payee), work, listed, count)
        if is_leg(books, np.int64(payments[i])):
            # It may have been covered long since, and so may be what stood behind it.
            count = _list(books, np.int64(live.payer), work, listed, count)
    _run(books, out, at_us, work, listed, count)


@inner_kernel
def _execute(
    books: Books,
    out: Output,
    at_us: Number,
    payment: Number,
    work: Int32s,
    listed: Bools,
    count: Number,
) -> Number:
    """Settle a covered payment and list whom that may release, or with two currencies reserve.

    Returns:
        The new length of the work-list.
    """
    live = books.live[payment]
    if is_leg(books, payment):
        return _execute_legs(books, out, at_us, payment, work, listed, count)
    converts = books.rules[live.agreement].converts
    if converts == CONVERTS_BY_DEALER:
        return _execute_deal(books, out, at_us, payment, work, listed, count)
    if converts:
        reserve(books, out, at_us, payment)
        return _list_beneficiaries(books, payment, work, listed, count)
    payer, payee = np.int64(live.payer), np.int64(live.payee)
    post_between(books, out, at_us, payer, payee, live.debit_minor, _PAYMENT, payment)
    close_group(books)
    live.mechanism = _GROSS
    change_state(books, out, at_us, payment, _SETTLED, _NO, _YES, _GROSS)
    return _list_dependents(books, payee, work, listed, count)


@step_kernel
def _execute_legs(
    books: Books,
    out: Output,
    at_us: Number,
    payment: Number,
    work: Int32s,
    listed: Bools,
    count: Number,
) -> Number:
    """Settle a leg that has left its queue with the other, which still stands in its own.

    Where that is outside, only reserve.
    """
    if has_leg_outside(books, payment):
        count_queued_pair(books, -_YES)
        reserve_leg(books, out, at_us, payment)
        return count
    other = other_leg(books, payment)
    leave_queue(books, np.int64(books.live[other].payer), stands_before(books, other))
    count_queued_pair(books, -_YES)
    count = _settle_legs(books, out, at_us, (payment, other), work, listed, count)
    return _list(books, np.int64(books.live[other].payer), work, listed, count)


@step_kernel
def _settle_legs(
    books: Books,
    out: Output,
    at_us: Number,
    legs: tuple[Number, Number],
    work: Int32s,
    listed: Bools,
    count: Number,
) -> Number:
    """Settle both legs of a trade, and list whom that may release."""
    settle_both(books, out, at_us, legs)
    for leg in legs:
        count = _list_dependents(books, np.int64(books.live[leg].payee), work, listed, count)
    return count


@step_kernel
def _end_settled_pair(books: Books, out: Output, at_us: Number, payment: Number) -> None:
    """End a pair whose legs have settled with others."""
    count_queued_pair(books, -_YES)
    end_pair(books, out, at_us, payment, _PAIR_SETTLED, _NO)


@step_kernel
def _execute_deal(
    books: Books,
    out: Output,
    at_us: Number,
    payment: Number,
    work: Int32s,
    listed: Bools,
    count: Number,
) -> Number:
    """Deal a covered payment and list whom that may release: dealers were paid, and the payee.

    Where a quote has an end, others that were bound to it may have to turn to another one.
    """
    deal(books, out, at_us, payment)
    route = books.dealing.routes[books.live[payment].route]
    for number in (route.first, route.second):
        if number >= 0:
            quote = books.dealing.quotes[number]
            count = _list_dependents(books, np.int64(quote.takes), work, listed, count)
            if quote.left_minor != NEVER_MINOR:
                count = _list_dependents(books, np.int64(quote.pays), work, listed, count)
    return _list_dependents(books, np.int64(books.live[payment].payee), work, listed, count)


@step_kernel
def _list_beneficiaries(
    books: Books, payment: Number, work: Int32s, listed: Bools, count: Number
) -> Number:
    """List whom a payment in two currencies lets go: by its money, or by room on a credit line.

    What one central bank comes to owe is room for those that wait on the other side: the queue
    whose first payment came first is tried first.
    """
    live = books.live[payment]
    agreement = np.int64(live.agreement)
    if live.state == _SETTLED:
        count = _list_dependents(books, np.int64(live.payee), work, listed, count)
    if books.rules[agreement].line < 0 or live.taken_day == 0:
        return count
    account = np.int64(books.sides[agreement, 1 - payer_side(books, payment)].clearing)
    start, end = books.dependents_start[account], books.dependents_start[account + 1]
    while True:
        first: Number = np.int64(-1)
        for i in range(start, end):
            queue = np.int64(books.dependents[i])
            head = np.int64(books.queues.head[queue])
            earlier = first < 0 or head < books.queues.head[first]
            if head >= 0 and not listed[queue] and earlier:
                first = queue
        if first < 0:
            return count
        count = _list(books, first, work, listed, count)


@inner_kernel
def _list_dependents(
    books: Books, place: Number, work: Int32s, listed: Bools, count: Number
) -> Number:
    """Put the queues that wait for money at a place on the work-list; return its length."""
    account = settlement_of(books, place)
    for _ in range(2):
        start, end = books.dependents_start[account], books.dependents_start[account + 1]
        for i in range(start, end):
            count = _list(books, np.int64(books.dependents[i]), work, listed, count)
        account = np.int64(books.places[place].loro)
        if account < 0:
            break
    return count


@inner_kernel
def _list(books: Books, queue: Number, work: Int32s, listed: Bools, count: Number) -> Number:
    """Put a queue on the work-list unless it is empty or listed; return the list's length."""
    if books.queues.head[queue] >= 0 and not listed[queue]:
        work[count % len(work)] = queue
        listed[queue] = True
        count += 1
    return count


@inner_kernel
def _run(
    books: Books, out: Output, at_us: Number, work: Int32s, listed: Bools, count: Number
) -> None:
    """Release from the listed queues, first listed first, until nothing more moves.

    `work` is a ring as long as there are queues; a queue is listed at most once at a time.
    """
    first = 0
    while first < count:
        queue = np.int64(work[first % len(work)])
        first += 1
        listed[queue] = False
        while books.queues.head[queue] >= 0:
            payment, before = next_to_go(books, queue)
            if payment >= 0:
                leave_queue(books, queue, before)
                count = _execute(books, out, at_us, payment, work, listed, count)
                continue
            payment = np.int64(books.queues.head[queue])
            other, before = find_counterpart(books, payment)
            if other < 0:
                note_stuck(books, queue)
                break
            payee = np.int64(books.live[payment].payee)
            leave_queue(books, queue, _NOBODY)
            leave_queue(books, payee, before)
            settle_pair(books, out, at_us, payment, other)
            count = _list_dependents(books, queue, work, listed, count)
            count = _list_dependents(books, payee, work, listed, count)
            count = _list(books, payee, work, listed, count)
