"""In which list a payment waits, and how it leaves it without anybody else's order changing.

A payment that waits stands in the queue of its payer, in the list of its cycle, or in that of those
for whom there is no room under their payer's net debit cap; for want of a rate, or of the other leg
of payment versus payment, or as a leg that another system settles, in none; and before its from
time only among those that are due then (invariant I9). Whoever takes one out of the middle does it
here.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from comity.payments.codes import Definition, Priority
from comity.payments.lifecycle import State as PaymentState
from comity.payments.reasons import Reason
from comity.settlement.caps_kernel import relieve_pool
from comity.settlement.outside_legs import is_outside
from comity.settlement.pair_table import is_leg_alone, with_other_leg
from comity.settlement.releasing import release_places, work_list
from comity.settlement.resolution import resolve_wanted, want_resolution
from comity.settlement.state import State, listed_payments, make_tree_room, queued_payments
from comity.settlement.tables import (
    CONVERTS_AT_FIXING,
    COUNTER_CURRENCIES,
    COUNTER_DAY,
    MODE_BOTH,
    MODE_CYCLE,
    Books,
)
from comity.settlement.waiting_kernel import (
    join_at_front,
    join_in_order,
    withdraw_from_queue,
    withdraw_marked,
)
from comity.settlement.writing import Writer

Bools = NDArray[np.bool_]
Int32s = NDArray[np.int32]


def settles_in_cycles(books: Books, payment: int) -> bool:
    """Return whether an accepted payment settles in netting cycles; a leg if the other one does."""
    return bool(settle_in_cycles(books, np.array(with_other_leg(books, payment), np.int32)).all())


def settle_in_cycles(books: Books, payments: Int32s) -> Bools:
    """Return which accepted payments settle in netting cycles; see `admission_kernel`."""
    live = books.live[payments]
    rules = books.rules[live["agreement"]]
    mode = rules["mode"]
    is_normal = live["priority"] == Priority.NORMAL
    in_force = rules["valid_until"] >= books.counters[COUNTER_DAY]
    found: Bools = ((mode == MODE_CYCLE) | ((mode == MODE_BOTH) & is_normal)) & in_force
    return found


def have_no_rate(books: Books, payments: Int32s) -> Bools:
    """Return which payments, in two currencies, wait for a rate, and so stand in no list."""
    live = books.live[payments]
    converts = books.rules["converts"][live["agreement"]]
    found: Bools = (converts == CONVERTS_AT_FIXING) & (live["debit_minor"] == 0)
    return found


def await_from_time(books: Books, payments: Int32s) -> Bools:
    """Return which payments wait for their from time, and so stand in no other list."""
    live = books.live[payments]
    found: Bools = (live["times"] == Reason.AWAITS_FROM_TIME) & (
        live["state"] == PaymentState.QUEUED
    )
    return found


def join_queues(state: State, payments: Int32s) -> None:
    """Put queued gross payments that stand in no list at the ends of their classes."""
    live = state.known_books().live[payments]
    make_tree_room(state, live["payer"].astype(np.int64), live["priority"])
    join_in_order(state.known_books(), payments)


def join_front(state: State, payment: int) -> None:
    """Put a queued gross payment that stands in no list before all others of its class."""
    books = state.known_books()
    live = books.live[payment]
    queue, priority = int(live["payer"]), int(live["priority"])
    members = queued_payments(books, queue)
    members = members[books.live["priority"][members] == priority]
    classes = np.full(len(members) + 1, priority, np.int8)
    make_tree_room(state, np.full(len(classes), queue, np.int64), classes)
    join_at_front(state.known_books(), payment, members)


def take_out(state: State, writer: Writer, at_us: int, payment: int) -> None:
    """Take an accepted or queued payment out of the list in which it waits.

    Its state is left to the caller, and so is what may go now (`release_behind`).
    """
    books, one = state.known_books(), np.array([payment], np.int32)
    if await_from_time(books, one)[0] or have_no_rate(books, one)[0]:
        return
    if is_leg_alone(books, payment) or is_outside(state, one)[0]:
        return
    if settles_in_cycles(books, payment):
        _leave_cycle(state, writer, at_us, payment)
    else:
        withdraw_from_queue(books, payment)


def take_out_all(state: State, writer: Writer, at_us: int, payments: Int32s) -> None:
    """Take many payments out at once: in one pass over each queue and each cycle without caps.

    Args:
        state: whose lists are changed.
        writer: takes what becomes of others.
        at_us: when.
        payments: accepted or queued ones, ascending; none of them a leg.
    """
    books = state.known_books()
    payments = payments[~await_from_time(books, payments) & ~have_no_rate(books, payments)]
    in_cycles = settle_in_cycles(books, payments)
    marked = np.zeros(state.payment_count, np.bool_)
    marked[payments] = True
    for queue in np.unique(books.live["payer"][payments[~in_cycles]]).tolist():
        withdraw_marked(books, queue, marked)
    netted = payments[in_cycles]
    if len(books.caps.positions):
        for payment in netted.tolist():
            _leave_cycle(state, writer, at_us, payment)
        return
    for at in np.unique(_cycle_lists(books, netted)).tolist():
        members = listed_payments(books.live, books.cycle_lists[at])
        relink(books.live, books.cycle_lists, at, members[~marked[members]])


def release_behind(state: State, writer: Writer, at_us: int, payments: Int32s) -> None:
    """Try what may go now that queues have changed: by itself, in an offset, in a resolution.

    Args:
        state: whose queues are tried, by number.
        writer: takes events and transfers.
        at_us: when.
        payments: those that have joined or left.
    """
    books = state.known_books()
    if not len(payments):
        return
    live = books.live[payments]
    depth = int(books.rules["offset_depth"].max())
    queues = np.unique(live["payer"])
    first = [queued_payments(books, queue)[:depth] for queue in queues.tolist() if depth]
    payees = [books.live["payee"][each] for each in first]
    release_places(state, writer, at_us, np.concatenate([queues, *payees]))
    width = int(books.counters[COUNTER_CURRENCIES])
    currencies = live["payer"] % width
    # Of other sets it is known that they could not settle together.
    for currency in np.unique(currencies[currencies == live["payee"] % width]).tolist():
        want_resolution(books, currency)
    resolve_wanted(state, writer, at_us)


def give_back_ceilings(state: State, payments: Int32s) -> None:
    """Let others use what payments accepted today have used of their agreements' ceilings.

    Returns have used nothing of them.
    """
    books = state.known_books()
    payments = payments[books.rows["definition"][payments] != Definition.PACS_004]
    rows = books.rows[payments]
    numbers = np.array(state.known_chart().currencies)
    at = np.argmax(numbers[:, None] == rows["currency"], axis=0)
    used = books.terms["day_used"]
    np.subtract.at(used, (books.live["agreement"][payments], at), rows["amount_minor"])


def unlink(live: NDArray[Any], lists: NDArray[Any], at: int, payment: int) -> None:
    """Take a payment out of a list of linked live rows, in which it must stand.

    Args:
        live: `LIVE_ROW` table.
        lists: `ENDS_ROW` table.
        at: which list.
        payment: its number.
    """
    waiting = listed_payments(live, lists[at])
    relink(live, lists, at, waiting[waiting != payment])
    live["link"][payment] = -1


def relink(live: NDArray[Any], lists: NDArray[Any], at: int, members: Int32s) -> None:
    """Let a list of linked live rows have these members, in this order."""
    lists["head"][at], lists["tail"][at] = (members[0], members[-1]) if len(members) else (-1, -1)
    live["link"][members[:-1]] = members[1:]
    live["link"][members[-1:]] = -1


def _cycle_lists(books: Books, payments: Int32s) -> NDArray[np.int64]:
    """Return in which list of their cycles payments wait."""
    live, width = books.live[payments], int(books.counters[COUNTER_CURRENCIES])
    pools = books.rules["pool"][live["agreement"]].astype(np.int64)
    found: NDArray[np.int64] = pools * width + live["payer"] % width
    return found


def _leave_cycle(state: State, writer: Writer, at_us: int, payment: int) -> None:
    """Take a payment out of the open cycle, or of those that wait for room in it."""
    books = state.known_books()
    live = books.live[payment]
    pool = int(books.rules["pool"][live["agreement"]])
    width = int(books.counters[COUNTER_CURRENCIES])
    currency = int(live["payer"]) % width
    if not len(books.caps.positions):
        unlink(books.live, books.cycle_lists, pool * width + currency, payment)
        return
    key = pool * len(books.places) + int(live["payer"])
    if payment in listed_payments(books.live, books.caps.lists[key]):
        unlink(books.live, books.caps.lists, key, payment)
    else:
        _give_up_room(books, pool, payment)
        _keep_caps(state, writer, at_us, pool=pool, currency=currency)
    relieve_pool(books, pool, currency, *work_list(books))


def _give_up_room(books: Books, pool: int, payment: int) -> None:
    """Take a payment out of its open cycle and out of the positions of its two parties."""
    live, places = books.live[payment], len(books.places)
    width = int(books.counters[COUNTER_CURRENCIES])
    unlink(books.live, books.cycle_lists, pool * width + int(live["payer"]) % width, payment)
    owed = books.caps.positions["debit_minor"]
    owed[pool * places + live["payer"]] -= live["debit_minor"]
    owed[pool * places + live["payee"]] += live["debit_minor"]


def _keep_caps(state: State, writer: Writer, at_us: int, *, pool: int, currency: int) -> None:
    """Let payments wait for room again that had it only by what has left the cycle.

    Of each participant beyond its cap, by number, the last that joined goes first; in the list of
    those that wait it stands before all others, as it was accepted before them.
    """
    books = state.known_books()
    places, width = len(books.places), int(books.counters[COUNTER_CURRENCIES])
    positions = books.caps.positions[pool * places : (pool + 1) * places]
    while True:
        beyond = np.flatnonzero(positions["debit_minor"] > positions["cap_minor"])
        beyond = beyond[beyond % width == currency]
        if not len(beyond):
            return
        joined = listed_payments(books.live, books.cycle_lists[pool * width + currency])
        last = int(joined[books.live["payer"][joined] == beyond[0]][-1])
        _give_up_room(books, pool, last)
        ends = books.caps.lists[pool * places + int(beyond[0])]
        books.live["link"][last] = ends["head"]
        ends["tail"] = last if ends["head"] < 0 else ends["tail"]
        ends["head"] = last
        if books.live["state"][last] == PaymentState.ACCEPTED:
            writer.change_states(
                books,
                at_us,
                np.array([last], np.int32),
                PaymentState.QUEUED,
                reason=Reason.NET_DEBIT_CAP,
            )
