"""Changing a payment that waits, at the order of its sender: its class, its place, its times.

A payment of another class stands behind all of that class, as one that comes now would; where its
agreement settles one class gross and another in cycles, it goes from the one to the other. Whatever
a change lets go is tried at once.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from comity.payments.codes import OrderStatus, QueuePlace
from comity.payments.lifecycle import OUTCOMES
from comity.payments.lifecycle import State as PaymentState
from comity.payments.reasons import Reason
from comity.payments.rows import TIMES_ROW
from comity.settlement.admission_kernel import wait_for_next_cycle
from comity.settlement.asked_times import moved_us, times_of
from comity.settlement.cover_kernel import find_reasons
from comity.settlement.releasing import work_list
from comity.settlement.state import State
from comity.settlement.tables import MODE_CYCLE, Books
from comity.settlement.times import enter_now, find_faults, not_due, put_due
from comity.settlement.waiting_lists import (
    await_from_time,
    have_no_rate,
    join_front,
    join_queues,
    release_behind,
    settle_in_cycles,
    take_out,
)
from comity.settlement.writing import Writer

Int32s = NDArray[np.int32]
Times = tuple[int, int, int]
"""From, till and reject time, UTC microseconds, each 0 for none."""

_IN_LISTS = frozenset({PaymentState.ACCEPTED, PaymentState.QUEUED})
_CHANGEABLE = _IN_LISTS | {
    PaymentState.WAREHOUSED,
    PaymentState.HELD_SCREENING,
    PaymentState.HELD_REVIEW,
    PaymentState.FROZEN,
}


def change(
    state: State, writer: Writer, at_us: int, order: Any, payment: int
) -> tuple[OrderStatus, Reason]:
    """Change what an order says of a payment, all of it or nothing, and say which."""
    reason = _why_not(state, at_us, order, payment)
    if reason:
        return OrderStatus.REFUSED, reason
    # From here on nothing is refused.
    _change_class(state, writer, at_us, order, payment)
    if order["from_us"] or order["reject_us"]:
        _change_times(state, writer, at_us, order, payment)
    return OrderStatus.DONE, Reason.NONE


def _why_not(state: State, at_us: int, order: Any, payment: int) -> Reason:
    books = state.known_books()
    now = PaymentState(books.live["state"][payment])
    if now in OUTCOMES and now is not PaymentState.SETTLED:
        return Reason.ALREADY_ENDED
    if now not in _CHANGEABLE or books.rows["counter_currency"][payment]:
        return Reason.NOT_CHANGEABLE
    if order["place"] and not _stands_in_queue(books, payment):
        return Reason.NOT_CHANGEABLE
    if not (order["from_us"] or order["reject_us"]):
        return Reason.NONE
    columns = (np.array([each], np.int64) for each in _new_times(state, order, payment))
    from_us, till_us, reject_us = columns
    is_today = np.array([_is_judged_today(state, payment)])
    times = (from_us, till_us, reject_us)
    return Reason(int(find_faults(state, times, np.array([at_us]), is_today)[0]))


def _stands_in_list(books: Books, payment: int) -> bool:
    """Return whether a payment stands in a queue, in a cycle, or among those that want room."""
    one = np.array([payment], np.int32)
    is_in_none = await_from_time(books, one)[0] or have_no_rate(books, one)[0]
    return PaymentState(books.live["state"][payment]) in _IN_LISTS and not is_in_none


def _stands_in_queue(books: Books, payment: int) -> bool:
    one = np.array([payment], np.int32)
    return _stands_in_list(books, payment) and not settle_in_cycles(books, one)[0]


def _is_judged_today(state: State, payment: int) -> bool:
    live = state.known_books().live[payment]
    is_kept = live["state"] == PaymentState.WAREHOUSED
    return bool(live["value_date"] == state.business_day and not is_kept)


def _change_class(state: State, writer: Writer, at_us: int, order: Any, payment: int) -> None:
    books, one = state.known_books(), np.array([payment], np.int32)
    before = int(books.live["priority"][payment])
    after = before if order["priority"] < 0 else int(order["priority"])
    if after == before and not order["place"]:
        return
    has_no_classes = books.rules["mode"][books.live["agreement"][payment]] == MODE_CYCLE
    if not _stands_in_list(books, payment) or has_no_classes:
        books.live["priority"][payment] = after
        return
    take_out(state, writer, at_us, payment)
    books.live["priority"][payment] = after
    if settle_in_cycles(books, one)[0]:
        wait_for_next_cycle(books, one, *work_list(books))
        release_behind(state, writer, at_us, one)
        return
    told = _queue(state, writer, at_us, one)
    if order["place"] == QueuePlace.FRONT:
        join_front(state, payment)
    else:
        join_queues(state, one)
    release_behind(state, writer, at_us, one)
    told["rests"] = state.known_books().live["state"][payment] == PaymentState.QUEUED


def _queue(state: State, writer: Writer, at_us: int, one: Int32s) -> NDArray[Any]:
    """Let a payment that comes from a cycle wait for cover; return the events that say so."""
    books = state.known_books()
    accepted = one[books.live["state"][one] == PaymentState.ACCEPTED]
    waited_for = np.zeros(len(accepted), np.int64)
    find_reasons(books, accepted, waited_for)
    is_limited = waited_for == Reason.SENDER_LIMIT
    reasons = np.where(is_limited, Reason.SENDER_LIMIT, Reason.NO_COVER).astype(np.int16)
    return writer.change_states(books, at_us, accepted, PaymentState.QUEUED, reason=reasons)


def _new_times(state: State, order: Any, payment: int) -> Times:
    from_us, till_us, reject_us = times_of(state, payment)
    return int(order["from_us"]) or from_us, till_us, int(order["reject_us"]) or reject_us


def _change_times(state: State, writer: Writer, at_us: int, order: Any, payment: int) -> None:
    books, one = state.known_books(), np.array([payment], np.int32)
    before, after = times_of(state, payment), _new_times(state, order, payment)
    _store(state, payment, after)
    if not _is_judged_today(state, payment):
        return
    if order["reject_us"]:
        not_due(state, "reject_times", before[2], payment)
        put_due(state, "reject_times", np.array([after[2]], np.int64), one)
    if not order["from_us"] or PaymentState(books.live["state"][payment]) not in _IN_LISTS:
        return
    waits = bool(await_from_time(books, one)[0])
    not_due(state, "from_times", before[0], payment)
    if after[0] <= at_us:
        enter_now(state, writer, at_us, one[[waits]])
        return
    if not waits:
        take_out(state, writer, at_us, payment)
        accepted = one[books.live["state"][one] == PaymentState.ACCEPTED]
        reason = Reason.AWAITS_FROM_TIME
        writer.change_states(books, at_us, accepted, PaymentState.QUEUED, reason=reason)
        books.live["times"][payment] = reason
        release_behind(state, writer, at_us, one)
    put_due(state, "from_times", np.array([after[0]], np.int64), one)


def _store(state: State, payment: int, times: Times) -> None:
    """Keep the times of a payment as they would be on the settlement date it asked for."""
    moved = int(moved_us(state, np.array([payment], np.int32))[0])
    kept = [each - moved if each else 0 for each in times]
    place = int(np.searchsorted(state.times["payment"], payment))
    if place == len(state.times) or state.times["payment"][place] != payment:
        state.times = np.insert(state.times, place, np.zeros(1, TIMES_ROW))
    state.times[place] = (*kept, payment)
