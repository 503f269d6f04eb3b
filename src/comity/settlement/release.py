"""Gross settlement: a payment settles when it is at the head of its queue and covered.

Money that arrives may release what waits for it, and that again: the cascade runs over a
work-list of queues until nothing moves. Where every queue draws on an account of its own the
final state does not depend on the order of the list; where sponsored banks share their
correspondent's account it does, and the order is: queues in the order in which money reached
their accounts, at one account by queue number.
"""

import numba
import numpy as np
from numpy.typing import NDArray

from comity.money.rounding_kernel import multiply_divide_int64
from comity.payments.codes import Mechanism, Priority, TransferKind
from comity.payments.lifecycle import State
from comity.payments.reasons import Reason
from comity.queueing import append, is_next, remove_head
from comity.settlement.posting import (
    can_pay,
    change_state,
    close_group,
    hold,
    post,
    post_between,
    post_from,
    settlement_of,
)
from comity.settlement.tables import COUNTER_DAY, Books, Output

_NO = np.int64(0)
_YES = np.int64(1)
_SETTLED = np.int64(State.SETTLED)
_RESERVED = np.int64(State.RESERVED)
_QUEUED = np.int64(State.QUEUED)
_NO_COVER = np.int64(Reason.NO_COVER)
_GROSS = np.int64(Mechanism.GROSS)
_HIGH = np.int64(Priority.HIGH)
_PAYMENT = np.int64(TransferKind.PAYMENT)
_TAKE_IN = np.int64(TransferKind.TAKE_IN)
_OBLIGATION = np.int64(TransferKind.OBLIGATION)

Int32s = NDArray[np.int32]
Bools = NDArray[np.bool_]


@numba.njit(cache=True)
def settle_or_queue(
    books: Books, out: Output, at_us: int, payment: int, work: Int32s, listed: Bools
) -> None:
    """Settle an accepted gross payment now if nothing stands before it, else queue it."""
    queue = np.int64(books.live[payment].payer)
    high = books.rows[payment].priority == _HIGH
    if is_next(books.queues, queue, high) and can_pay(books, queue, needed_minor(books, payment)):
        _execute(books, out, at_us, payment)
        _cascade(books, out, at_us, np.int64(books.live[payment].payee), work, listed)
    else:
        append(books.queues, books.live, queue, payment, high)
        change_state(books, out, at_us, payment, _QUEUED, _NO_COVER, _YES, _NO)


@numba.njit(cache=True)
def release_waiting(
    books: Books, out: Output, at_us: int, places: Int32s, work: Int32s, listed: Bools
) -> None:
    """Try all queues that depend on money at the given places, and what that releases."""
    count = 0
    for i in range(len(places)):
        count = _list_dependents(books, np.int64(places[i]), work, listed, count)
    _run(books, out, at_us, work, listed, count)


@numba.njit(cache=True)
def needed_minor(books: Books, payment: int) -> int:
    """Return what the payer's side must cover: the amount, or with two currencies the hold."""
    live = books.live
    agreement = live[payment].agreement
    if not books.rules[agreement].converts:
        return live[payment].debit_minor
    side = payer_side(books, payment)
    if books.rules[agreement].fixed:
        return live[payment].debit_minor
    return multiply_divide_int64(
        books.rows[payment].amount_minor,
        books.sides[agreement, side].hold_numerator,
        books.sides[agreement, side].hold_denominator,
    )


@numba.njit(cache=True)
def payer_side(books: Books, payment: int) -> int:
    """Return the side, 0 or 1, of a two-currency agreement whose currency the payer pays."""
    currency = books.live[payment].payer % _currencies(books)
    return 0 if currency == books.rules[books.live[payment].agreement].currency_a else 1


@numba.njit(cache=True)
def _currencies(books: Books) -> int:
    return books.counters[2]


@numba.njit(cache=True)
def _execute(books: Books, out: Output, at_us: int, payment: int) -> None:
    """Settle a covered payment, or with two currencies reserve (or take in) its money."""
    live = books.live
    agreement = np.int64(live[payment].agreement)
    if not books.rules[agreement].converts:
        payer, payee = np.int64(live[payment].payer), np.int64(live[payment].payee)
        post_between(books, out, at_us, payer, payee, live[payment].debit_minor, _PAYMENT, payment)
        close_group(books)
        live[payment].mechanism = _GROSS
        change_state(books, out, at_us, payment, _SETTLED, _NO, _YES, _GROSS)
        return
    _put_last(books, agreement, payment)
    if books.rules[agreement].fixed:
        take_in(books, out, at_us, payment)
    else:
        hold(books, out, at_us, payment, needed_minor(books, payment))
    change_state(books, out, at_us, payment, _RESERVED, _NO, _YES, live[payment].debit_minor)


@numba.njit(cache=True)
def _put_last(books: Books, agreement: int, payment: int) -> None:
    if books.held_lists[agreement].head < 0:
        books.held_lists[agreement].head = payment
    else:
        books.live[books.held_lists[agreement].tail].link = payment
    books.held_lists[agreement].tail = payment
    books.live[payment].link = -1


@numba.njit(cache=True)
def take_in(books: Books, out: Output, at_us: int, payment: int) -> None:
    """Post the payer's currency to its central bank and what that bank now owes the other."""
    live, rules = books.live, books.rules
    agreement, place = live[payment].agreement, np.int64(live[payment].payer)
    side = payer_side(books, payment)
    debit = live[payment].debit_minor
    post_from(books, out, at_us, place, debit, payment)
    post(
        books,
        out,
        at_us,
        settlement_of(books, place),
        np.int64(books.sides[agreement, side].intermediary),
        debit,
        _TAKE_IN,
        payment,
    )
    unit = rules[agreement].clearing_unit
    owed = debit if unit == side else books.rows[payment].amount_minor
    post(
        books,
        out,
        at_us,
        np.int64(books.sides[agreement, side].clearing),
        np.int64(books.sides[agreement, 1 - side].clearing),
        owed,
        _OBLIGATION,
        payment,
    )
    close_group(books)
    live[payment].taken_day = books.counters[COUNTER_DAY]


@numba.njit(cache=True)
def fix_and_take_in(books: Books, out: Output, at_us: int, agreement: int, requeued: Int32s) -> int:
    """At the fixing: release each hold and post at the day's rate, in order of arrival.

    A payment whose account no longer covers the fixed amount goes back to its queue, last.

    Args:
        requeued: receives the numbers of payments that went back.

    Returns:
        How many went back.
    """
    live = books.live
    payment = np.int64(books.held_lists[agreement].head)
    books.held_lists[agreement].head = -1
    books.held_lists[agreement].tail = -1
    back = 0
    while payment >= 0:
        following = np.int64(live[payment].link)
        live[payment].link = -1
        if live[payment].taken_day > 0:
            _put_last(books, agreement, payment)
        else:
            hold(books, out, at_us, payment, -live[payment].held_minor)
            if can_pay(books, np.int64(live[payment].payer), live[payment].debit_minor):
                _put_last(books, agreement, payment)
                take_in(books, out, at_us, payment)
            else:
                requeued[back] = payment
                back += 1
                change_state(books, out, at_us, payment, _QUEUED, _NO_COVER, _YES, _NO)
        payment = following
    for i in range(back):
        high = books.rows[requeued[i]].priority == _HIGH
        append(books.queues, live, np.int64(live[requeued[i]].payer), np.int64(requeued[i]), high)
    return back


@numba.njit(cache=True)
def _cascade(
    books: Books, out: Output, at_us: int, place: int, work: Int32s, listed: Bools
) -> None:
    count = _list_dependents(books, place, work, listed, _NO)
    if count:
        _run(books, out, at_us, work, listed, count)


@numba.njit(cache=True)
def _list_dependents(books: Books, place: int, work: Int32s, listed: Bools, count: int) -> int:
    """Put the queues that wait for money at a place on the work-list; return its length."""
    count = _list_account(books, settlement_of(books, place), work, listed, count)
    if books.places[place].loro >= 0:
        count = _list_account(books, np.int64(books.places[place].loro), work, listed, count)
    return count


@numba.njit(cache=True)
def _list_account(books: Books, account: int, work: Int32s, listed: Bools, count: int) -> int:
    start = books.dependents_start[account]
    end = books.dependents_start[account + 1]
    for i in range(start, end):
        queue = books.dependents[i]
        if books.queues[queue].head >= 0 and not listed[queue]:
            work[count % len(work)] = queue
            listed[queue] = True
            count += 1
    return count


@numba.njit(cache=True)
def _run(books: Books, out: Output, at_us: int, work: Int32s, listed: Bools, count: int) -> None:
    """Release from the listed queues, first listed first, until nothing more moves.

    `work` is a ring as long as there are queues; a queue is listed at most once at a time.
    """
    first = 0
    while first < count:
        queue = np.int64(work[first % len(work)])
        first += 1
        listed[queue] = False
        while books.queues[queue].head >= 0:
            payment = np.int64(books.queues[queue].head)
            if not can_pay(books, queue, needed_minor(books, payment)):
                break
            remove_head(books.queues, books.live, queue)
            _execute(books, out, at_us, payment)
            if not books.rules[books.live[payment].agreement].converts:
                payee = np.int64(books.live[payment].payee)
                count = _list_dependents(books, payee, work, listed, count)
