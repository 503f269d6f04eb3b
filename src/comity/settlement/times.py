"""Times that senders ask for: from when a payment may settle, until when it should, when it ends.

What is due is kept by act and time, so that one act does all that is due at once, whatever number
of payments ask for that time.
"""

import numpy as np
from numpy.typing import NDArray

from comity.payments.codes import EventKind
from comity.payments.lifecycle import State as PaymentState
from comity.payments.reasons import Reason
from comity.payments.rows import EVENT_ROW, Rows
from comity.settlement.admission_kernel import wait_for_next_cycle
from comity.settlement.agenda import put_on_agenda
from comity.settlement.asked_times import on_day, settlement_dates
from comity.settlement.releasing import work_list
from comity.settlement.state import DueItem, State
from comity.settlement.waiting_lists import (
    await_from_time,
    give_back_ceilings,
    have_no_rate,
    join_queues,
    release_behind,
    settle_in_cycles,
    take_out_all,
)
from comity.settlement.writing import Writer

Bools = NDArray[np.bool_]
Int32s = NDArray[np.int32]
Int64s = NDArray[np.int64]
_WAITS = (PaymentState.ACCEPTED, PaymentState.QUEUED)
_ENDS_UNSETTLED = (*_WAITS, PaymentState.HELD_SCREENING, PaymentState.HELD_REVIEW)


def take_times(state: State, asked: Rows, payments: Int64s, at_us: Int64s) -> None:
    """Take over what new payments ask for, and put on the agenda what of it is due today.

    Args:
        state: which holds the payments' rows; their live rows say what their times mean to them.
        asked: `TIMES_ROW` table of the batch.
        payments: by row the payment's number, -1 for a repetition, which asks for nothing.
        at_us: by row when it arrives.
    """
    kept = payments >= 0
    if not kept.any():
        return
    rows = asked[kept]
    rows["payment"] = payments[kept]
    state.times = np.concatenate([state.times, rows])
    _plan(state, rows, at_us[kept])


def take_times_again(state: State, at_us: int, payments: Int32s) -> None:
    """Put on the agenda what is due of payments that are judged again on a later day.

    Args:
        state: whose open day is their settlement date.
        at_us: when they are judged.
        payments: their numbers, ascending.
    """
    rows = state.times[np.isin(state.times["payment"], payments)]
    if len(rows):
        _plan(state, rows, np.full(len(rows), at_us, np.int64))


def enter(state: State, writer: Writer, at_us: int, _: int) -> None:
    """Let payments wait for settlement whose from time has come, each behind all of its class.

    All that enter at one moment take their places, in order of arrival, before any is tried.
    """
    books = state.known_books()
    payments = _due(state, "from_times", at_us)
    enter_now(state, writer, at_us, payments[await_from_time(books, payments)])


def enter_now(state: State, writer: Writer, at_us: int, payments: Int32s) -> None:
    """Let payments that have waited for their from time enter."""
    books = state.known_books()
    books.live["times"][payments] = 0
    in_cycles = settle_in_cycles(books, payments)
    wait_for_next_cycle(books, payments[in_cycles], *work_list(books))
    gross = payments[~in_cycles & ~have_no_rate(books, payments)]
    join_queues(state, gross)
    release_behind(state, writer, at_us, gross)


def warn(state: State, writer: Writer, at_us: int, _: int) -> None:
    """Note of payments that they still wait at the time by which they should have settled."""
    payments = _due(state, "till_times", at_us)
    payments = payments[np.isin(state.known_books().live["state"][payments], _WAITS)]
    rows = np.zeros(len(payments), EVENT_ROW)
    rows["at_us"] = at_us
    rows["kind"] = EventKind.OVERDUE
    rows["subject"] = payments
    rows["before"] = -1
    writer.events(rows)


def give_back(state: State, writer: Writer, at_us: int, _: int) -> None:
    """End payments that still wait, or are held, at the time at which they are wanted back.

    What is locked goes on: its sender has no say over it any more.
    """
    books = state.known_books()
    payments = _due(state, "reject_times", at_us)
    payments = payments[np.isin(books.live["state"][payments], _ENDS_UNSETTLED)]
    waiting = payments[np.isin(books.live["state"][payments], _WAITS)]
    take_out_all(state, writer, at_us, waiting)
    give_back_ceilings(state, waiting)
    reason = Reason.NOT_SETTLED_BY_REJECT_TIME
    writer.change_states(books, at_us, payments, PaymentState.EXPIRED, reason=reason)
    release_behind(state, writer, at_us, waiting)


def _plan(state: State, rows: Rows, at_us: Int64s) -> None:
    """Note what is wrong with times, or that a payment awaits one; put on the agenda what is due.

    Args:
        state: whose payments' live rows are changed.
        rows: `TIMES_ROW` table, by payment in the whole journal.
        at_us: by row when its payment is judged.
    """
    books, payments = state.known_books(), rows["payment"]
    from_us, till_us, reject_us = on_day(state, rows)
    is_today = settlement_dates(books, payments) == state.business_day
    noted = find_faults(state, (from_us, till_us, reject_us), at_us, is_today)
    noted[books.rows["counter_currency"][payments] != 0] = Reason.TIMES_OF_A_LEG
    is_due = is_today & (noted == 0)
    awaited = is_due & (from_us > at_us)
    noted[awaited] = Reason.AWAITS_FROM_TIME
    books.live["times"][payments] = noted
    for act, times, due in (
        ("from_times", from_us, awaited),
        ("till_times", np.maximum(till_us, at_us), is_due & (till_us > 0)),
        ("reject_times", reject_us, is_due & (reject_us > 0)),
    ):
        put_due(state, act, times[due], payments[due])


def find_faults(
    state: State, times: tuple[Int64s, Int64s, Int64s], at_us: Int64s, is_today: Bools
) -> NDArray[np.int8]:
    """Return why times cannot be asked for, 0 where they can; the most fundamental reason.

    Args:
        state: whose open day closes.
        times: from, till and reject, 0 none.
        at_us: when they are judged.
        is_today: whether they are times of the open day; only then are they compared with it.
    """
    from_us, till_us, reject_us = times
    faults = np.zeros(len(at_us), np.int8)
    faults[is_today & (reject_us > 0) & (reject_us <= at_us)] = Reason.REJECT_TIME_PASSED
    is_past = (from_us >= state.closes_us) | (np.maximum(till_us, reject_us) > state.closes_us)
    faults[is_today & is_past] = Reason.TIME_PAST_CLOSE
    contradicts = (till_us > 0) & (from_us >= till_us)
    contradicts |= (reject_us > 0) & ((from_us >= reject_us) | (till_us > reject_us))
    faults[contradicts] = Reason.TIMES_CONTRADICTORY
    return faults


def put_due(state: State, act: str, times: Int64s, payments: Int32s) -> None:
    """Let payments be due at times of the open day, and see to it that the act is done then."""
    added = []
    order = np.argsort(times, kind="stable")
    starts = np.flatnonzero(np.diff(times[order], prepend=-1))
    for group in np.split(order, starts[1:]) if len(order) else ():
        at_us = int(times[group[0]])
        if (act, at_us) not in state.due:
            added.append(DueItem(at_us, act, 0))
        state.due.setdefault((act, at_us), []).append(payments[group])
    put_on_agenda(state, added)


def not_due(state: State, act: str, at_us: int, payment: int) -> None:
    """Let a payment not be due any more for an act at a time, if it was."""
    parts = state.due.get((act, at_us), [])
    parts[:] = [part[part != payment] for part in parts]


def _due(state: State, act: str, at_us: int) -> Int32s:
    """Return for whom an act is due, in order of their numbers, and forget it."""
    return np.sort(np.concatenate(state.due.pop((act, at_us)))).astype(np.int32)
