"""In which list a payment waits, and how it leaves it without anybody else's order changing.

A payment that waits stands in the queue of its payer, in the list of its cycle, or in that of those
for whom there is no room under their payer's net debit cap; for want of a rate in none (invariant
I9). Whoever takes one out of the middle does it here.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from comity.payments.codes import Priority
from comity.payments.lifecycle import State as PaymentState
from comity.payments.reasons import Reason
from comity.settlement.caps_kernel import relieve_pool
from comity.settlement.order_kernel import withdraw_from_queue
from comity.settlement.releasing import release_places, work_list
from comity.settlement.resolution import resolve_wanted, want_resolution
from comity.settlement.state import State, listed_payments, queued_payments
from comity.settlement.tables import COUNTER_CURRENCIES, MODE_BOTH, MODE_CYCLE, Books
from comity.settlement.writing import Writer

Int32s = NDArray[np.int32]


def settles_in_cycles(books: Books, payment: int) -> bool:
    """Return whether an accepted payment is one that settles in netting cycles."""
    live = books.live[payment]
    mode = books.rules["mode"][live["agreement"]]
    return bool(mode == MODE_CYCLE or (mode == MODE_BOTH and live["priority"] == Priority.NORMAL))


def has_no_rate(books: Books, payment: int) -> bool:
    """Return whether a payment in two currencies waits for a rate, and so stands in no list."""
    live = books.live[payment]
    return bool(books.rules["converts"][live["agreement"]] and not live["debit_minor"])


def take_out(state: State, writer: Writer, at_us: int, payment: int) -> None:
    """Take an accepted or queued payment out of the list in which it waits.

    Its state is left to the caller, and so is what may go now (`release_behind`).
    """
    books = state.known_books()
    if settles_in_cycles(books, payment):
        _leave_cycle(state, writer, at_us, payment)
    elif not has_no_rate(books, payment):
        withdraw_from_queue(books, payment)


def release_behind(state: State, writer: Writer, at_us: int, payment: int) -> None:
    """Try what may go now that a queue has changed: by itself, in an offset, in a resolution."""
    books = state.known_books()
    payer, payee = (int(books.live[name][payment]) for name in ("payer", "payee"))
    depth = int(books.rules["offset_depth"].max())
    first = queued_payments(books, payer)[:depth]
    release_places(state, writer, at_us, np.append(books.live["payee"][first], np.int32(payer)))
    width = int(books.counters[COUNTER_CURRENCIES])
    if payer % width == payee % width:
        # One set less has been looked at: that nothing could settle together is not known any more.
        want_resolution(books, payer % width)
    resolve_wanted(state, writer, at_us)


def unlink(live: NDArray[Any], lists: NDArray[Any], at: int, payment: int) -> None:
    """Take a payment out of a list of linked live rows, in which it must stand.

    Args:
        live: `LIVE_ROW` table.
        lists: `ENDS_ROW` table.
        at: which list.
        payment: its number.
    """
    waiting = listed_payments(live, lists[at]).tolist()
    place = waiting.index(payment)
    before = waiting[place - 1] if place else -1
    behind = waiting[place + 1] if place + 1 < len(waiting) else -1
    if before >= 0:
        live["link"][before] = behind
    else:
        lists["head"][at] = behind
    if behind < 0:
        lists["tail"][at] = before
    live["link"][payment] = -1


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
