"""What queued payments of a currency could settle together now.

Nothing is decided or moved here; only the list of who waits is kept, for the next time it is asked.
"""

import numpy as np
from numpy.typing import NDArray

from comity.queueing import CLASSES, Queued, Resolution, resolve_gridlock
from comity.settlement.choice_kernel import (
    Listing,
    copy_cut,
    cut_queues,
    list_limits,
    list_queues,
    new_listing,
)
from comity.settlement.limits import with_sender_limits
from comity.settlement.state import State
from comity.settlement.tables import COUNTER_CURRENCIES, NEVER_MINOR

Bools = NDArray[np.bool_]

_NO_FLOORS = np.zeros((0, 0), np.int64)
_NO_CLASSES = np.zeros(0, np.int8)
_NO_PARTNERS = np.zeros(0, np.int32)


def find_prefixes(state: State, currency: int, taking_part: Bools) -> Resolution:
    """Return which prefixes of a currency's queues can settle together; settles nothing.

    Args:
        state: as it is now.
        currency: its index.
        taking_part: by agreement, whether its payments may be chosen.
    """
    books = state.known_books()
    of_currency = (currency, int(books.counters[COUNTER_CURRENCIES]))
    floors = books.floors if books.floors.any() else _NO_FLOORS
    queued = _queued(who_waits(state, currency), taking_part)
    if floors is _NO_FLOORS:
        queued = queued._replace(classes=_NO_CLASSES)
    limits = list_limits(books.balances, floors, books.places, books.dependents_start, of_currency)
    limits = with_sender_limits(limits, books, currency)
    # The engine made these columns, and the day's exposure bounds their sums.
    return resolve_gridlock(queued, limits, is_checked=True)


def who_waits(state: State, currency: int) -> Listing:
    """Return who stands in a currency's queues, listed from the list before; that is kept."""
    books = state.known_books()
    width = int(books.counters[COUNTER_CURRENCIES])
    lengths = books.queues.length[currency::width]
    before = state.listings.get(currency) or new_listing(len(lengths), 0)
    found = new_listing(len(lengths), int(lengths.sum()))
    list_queues(books.queues, books.live, books.places, (currency, width), before, found)
    state.listings[currency] = found
    return found


def _queued(waiting: Listing, taking_part: Bools) -> Queued:
    """Return of each queue what stands before the first that may not be chosen."""
    starts = np.empty(len(waiting.starts) // CLASSES + 1, np.int32)
    count = int(cut_queues(waiting, taking_part, starts))
    if count < len(waiting.payments):
        cut = new_listing(0, count)
        copy_cut(waiting, starts, cut)
        waiting = cut
    _, payments, payees, amounts, classes, _ = waiting
    return Queued(starts, payments, payees, amounts, classes, partners=_NO_PARTNERS)


def resolved_on_entry(state: State, currency: int) -> Bools:
    """Return which agreements resolve a currency on entry."""
    chosen: Bools = state.known_books().terms["resolves_from"][:, currency] != NEVER_MINOR
    return chosen
