"""What queued payments could settle together now.

Nothing is decided or moved here; only the list of who waits is kept, for the next time it is asked.
As a rule each currency is a choice of its own. While both legs of a trade stand in queues, their
two currencies are chosen from in one call, with all that are linked to them in turn.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from comity.payments.codes import PairState
from comity.queueing import (
    CLASSES,
    NO_PARTNER,
    Limits,
    Queued,
    Resolution,
    join_limits,
    join_queued,
    pair_legs,
    resolve_gridlock,
)
from comity.settlement.choice_kernel import (
    Listing,
    copy_cut,
    cut_queues,
    list_limits,
    list_queues,
    new_listing,
)
from comity.settlement.limits import with_sender_limits
from comity.settlement.pair_kernel import find_other_legs
from comity.settlement.state import State
from comity.settlement.tables import (
    COUNTER_CURRENCIES,
    NEVER_MINOR,
    PAIRS_MADE,
    PAIRS_QUEUED,
)

Bools = NDArray[np.bool_]

_NO_FLOORS = np.zeros((0, 0), np.int64)
_NO_CLASSES = np.zeros(0, np.int8)
_NO_PARTNERS = np.zeros(0, np.int32)


def find_prefixes(
    state: State, currencies: Sequence[int], taking_part: Sequence[Bools]
) -> Resolution:
    """Return which prefixes of the queues of some currencies can settle together; settles nothing.

    Args:
        state: as it is now.
        currencies: their indexes; a leg whose other leg is in none of them cannot settle.
        taking_part: by currency, then by agreement, whether its payments may be chosen.

    Returns:
        The answer by queue: all participants in the first currency, then in the next.
    """
    columns = [_columns(state, *each) for each in zip(currencies, taking_part, strict=True)]
    queued, limits = columns[0]
    if len(columns) > 1:
        queued = join_queued([each for each, _ in columns])
        limits = join_limits([each for _, each in columns])
    if state.known_books().pairs.counts[PAIRS_QUEUED]:
        links = np.full(len(queued.payments), NO_PARTNER, np.int32)
        find_other_legs(state.known_books(), queued.payments, links)
        if (links >= 0).any():
            queued = queued._replace(partners=pair_legs(queued.payments, links))
    # The engine made these columns, and the day's exposure bounds their sums.
    return resolve_gridlock(queued, limits, is_checked=True)


def _columns(state: State, currency: int, taking_part: Bools) -> tuple[Queued, Limits]:
    books = state.known_books()
    of_currency = (currency, int(books.counters[COUNTER_CURRENCIES]))
    floors = books.floors if books.floors.any() else _NO_FLOORS
    queued = _queued(who_waits(state, currency), taking_part)
    if floors is _NO_FLOORS:
        queued = queued._replace(classes=_NO_CLASSES)
    limits = list_limits(books.balances, floors, books.places, books.dependents_start, of_currency)
    limits = with_sender_limits(limits, books, currency)
    return queued, limits


def linked_currencies(state: State) -> list[tuple[int, ...]]:
    """Return all currencies, in order, those that queued legs link each with the others."""
    books = state.known_books()
    width = int(books.counters[COUNTER_CURRENCIES])
    if not books.pairs.counts[PAIRS_QUEUED]:
        return [(currency,) for currency in range(width)]
    pairs = books.pairs.rows[: books.pairs.counts[PAIRS_MADE]]
    pairs = pairs[pairs["state"] == PairState.MATCHED]
    first, second = (books.live["payer"][pairs[leg]] % width for leg in ("first", "second"))
    return join_currencies(width, np.column_stack([first, second]))


def join_currencies(width: int, links: NDArray[np.integer]) -> list[tuple[int, ...]]:
    """Return all currencies, in order, those that are linked each with the others.

    Args:
        width: how many there are.
        links: indexes of two currencies a row.
    """
    group = list(range(width))
    for one, other in np.unique(links, axis=0).tolist():
        joined = {group[one], group[other]}
        group = [min(joined) if each in joined else each for each in group]
    return [
        tuple(each for each in range(width) if group[each] == first) for first in sorted(set(group))
    ]


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
