"""What queued payments of a currency could settle together now; nothing is changed here."""

import numpy as np
from numpy.typing import NDArray

from comity.queueing import Queued, Resolution, resolve_gridlock
from comity.settlement.choice_kernel import list_choice, list_limits
from comity.settlement.limits import with_sender_limits
from comity.settlement.state import State
from comity.settlement.tables import COUNTER_CURRENCIES, NEVER_MINOR

Bools = NDArray[np.bool_]

_NO_FLOORS = np.zeros((0, 0), np.int64)
_NO_CLASSES = np.zeros(0, np.int8)
_NO_PARTNERS = np.zeros(0, np.int32)


def find_prefixes(state: State, currency: int, taking_part: Bools) -> Resolution:
    """Return which prefixes of a currency's queues can settle together; changes nothing.

    Args:
        state: as it is now.
        currency: its index.
        taking_part: by agreement, whether its payments may be chosen.
    """
    books = state.known_books()
    of_currency = (currency, int(books.counters[COUNTER_CURRENCIES]))
    waiting = list_choice(books.queues, books.live, books.places, taking_part, of_currency)
    floors = books.floors if books.floors.any() else _NO_FLOORS
    if floors is _NO_FLOORS:
        waiting = waiting._replace(classes=_NO_CLASSES)
    queued = Queued(*waiting, partners=_NO_PARTNERS)
    limits = list_limits(books.balances, floors, books.places, books.dependents_start, of_currency)
    limits = with_sender_limits(limits, books, currency)
    # The engine made these columns, and the day's exposure bounds their sums.
    return resolve_gridlock(queued, limits, is_checked=True)


def resolved_on_entry(state: State, currency: int) -> Bools:
    """Return which agreements resolve a currency on entry."""
    chosen: Bools = state.known_books().terms["resolves_from"][:, currency] != NEVER_MINOR
    return chosen
