"""Running the release kernel from outside a batch: after money reached accounts in bulk."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from comity.settlement.release_kernel import release_waiting
from comity.settlement.state import State
from comity.settlement.tables import PAIRS_UNMATCHED, Books, Output, new_output
from comity.settlement.writing import Writer

EVENTS_PER_PAYMENT = 8
"""RECEIVED, VALIDATED, the original of a return, ACCEPTED, QUEUED, two holds, and RESERVED; every
other way is shorter."""

EVENTS_PER_RELEASE = 3
"""A hold, one of the credit line, and RESERVED or SETTLED; or two deals and SETTLED."""

TRANSFERS_PER_PAYMENT = 3
"""Loro out, settlement (or take-in), loro in (or the obligation)."""

TRANSFERS_DEALT = 9
"""Three payments of three transfers: to a dealer, to another, to the payee."""

TRANSFERS_AT_ONCE = 5
"""Loro out, take-in, obligation, pay-out, loro in: where the payee is credited on acceptance."""


def room_for(books: Books, arrivals: int, messages: int = 0) -> Output:
    """Return buffers that arrivals and everything they may release cannot overfill.

    Args:
        books: whose queues may move.
        arrivals: payments that are admitted, repetitions included.
        messages: messages that are admitted, each with an event of its own.
    """
    waiting = int(books.queues.length.sum()) + int(books.pairs.counts[PAIRS_UNMATCHED])
    return new_output(
        EVENTS_PER_PAYMENT * arrivals + messages + EVENTS_PER_RELEASE * waiting,
        transfers_per_payment(books) * (arrivals + waiting),
    )


def transfers_per_payment(books: Books) -> int:
    """Return how many transfers one payment can cause at most."""
    if len(books.dealing.desks):
        return TRANSFERS_DEALT
    at_once = bool(books.rules["credits_at_once"].any())
    return TRANSFERS_AT_ONCE if at_once else TRANSFERS_PER_PAYMENT


def work_list(books: Books) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
    """Return an empty work-list of queues and its marks."""
    count = len(books.queues.head)
    return np.zeros(count, np.int32), np.zeros(count, np.bool_)


def release_accounts(state: State, writer: Writer, at_us: int, accounts: Sequence[int]) -> None:
    """Try what waits for money, or for room on a credit line, on accounts that were credited."""
    books = state.known_books()
    starts = books.dependents_start
    places = [books.dependents[starts[each] : starts[each + 1]] for each in accounts]
    if any(map(len, places)):
        release_places(state, writer, at_us, np.concatenate(places))


def release_places(state: State, writer: Writer, at_us: int, places: NDArray[np.int32]) -> None:
    """Try what waits for money at places that were credited, in order of place number."""
    books = state.known_books()
    out = room_for(books, 0)
    work, listed = work_list(books)
    release_waiting(books, out, at_us, np.unique(places).astype(np.int32), work, listed)
    writer.take(out)
