"""Multilateral resolution: queued payments that cover one another settle in one moment.

Each currency is resolved by itself: its queues' greatest prefixes that no account's limit forbids
are found by `comity.queueing.resolve_gridlock` and posted as one group. Only what an agreement lets
take part does; the first payment in a queue that may not take part ends what can be chosen of it.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from comity.payments.codes import EventKind, Mechanism, Priority, ResolutionKind
from comity.queueing import (
    UNLIMITED_MINOR,
    Answer,
    Limits,
    Queued,
    SharedAccounts,
    list_waiting,
    queue_payments,
    resolve_gridlock,
    set_limits,
)
from comity.settlement.invariants import no_balance_is_below_its_limit
from comity.settlement.release_kernel import settle_together
from comity.settlement.releasing import room_for, work_list
from comity.settlement.state import State
from comity.settlement.tables import COUNTER_CURRENCIES, Books
from comity.settlement.writing import Writer

Bools = NDArray[np.bool_]
Int32s = NDArray[np.int32]
Int64s = NDArray[np.int64]

_KINDS = {Answer.GREATEST: ResolutionKind.GREATEST, Answer.MAXIMAL: ResolutionKind.MAXIMAL}


def resolve(state: State, writer: Writer, at_us: int, _: int = 0) -> None:
    """Settle of every currency what its queues can settle together.

    Raises:
        InvariantError: a balance would be below its limit: the state must not be used any more.
    """
    books = state.known_books()
    if not books.queues.length.any():
        return
    starts, payments = list_waiting(books.queues, state.payment_count)
    ends = _ends_of_choice(books, starts, payments, _taking_part(state, at_us))
    limits = _limits(books)
    currencies = state.known_chart().currencies
    for currency, number in enumerate(currencies):
        queued = _queued_in(books, starts, payments, ends, currency)
        if not len(queued.payments):
            continue
        found = resolve_gridlock(queued, limits)
        if found.count:
            writer.event(
                at_us,
                EventKind.RESOLUTION,
                found.count,
                after=_KINDS[found.kind],
                value=found.total_minor,
                detail=number,
            )
            _settle(state, writer, at_us, found.payments)


def _taking_part(state: State, at_us: int) -> Bools:
    """Return which agreements resolve what they have queued at this time."""
    every = state.known_books().rules["resolves_every_us"]
    due: Bools = (at_us - state.opens_us) % np.maximum(every, 1) == 0
    return due & (every > 0)


def _ends_of_choice(books: Books, starts: Int32s, payments: Int32s, taking_part: Bools) -> Int32s:
    """Return by queue the position of the first payment that may not be chosen, else its end."""
    live, places = books.live[payments], books.places
    # What a correspondent pays to its own customer moves no money that others could cover.
    payer, payee = places[live["payer"]], places[live["payee"]]
    within = (payer["loro"] < 0) & (payer["settlement"] == payee["settlement"])
    barred = np.flatnonzero(within | ~taking_part[live["agreement"]])
    ends = starts[1:].copy()
    np.minimum.at(ends, np.searchsorted(starts, barred, "right") - 1, barred)
    return ends


def _queued_in(
    books: Books, starts: Int32s, payments: Int32s, ends: Int32s, currency: int
) -> Queued:
    """Return what may be chosen of one currency's queues; all others are empty."""
    queues = np.arange(len(ends))
    is_in_it = queues % books.counters[COUNTER_CURRENCIES] == currency
    lengths = np.where(is_in_it, ends - starts[:-1], 0)
    positions = np.arange(lengths.sum()) + np.repeat(
        starts[:-1] - np.cumsum(lengths) + lengths, lengths
    )
    chosen = payments[positions]
    bounds = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)])
    live = books.live[chosen]
    return queue_payments(
        (bounds.astype(np.int32), chosen),
        payees=live["payee"],
        amounts_minor=live["debit_minor"],
        classes=live["priority"] if books.floors.any() else None,
    )


def _limits(books: Books) -> Limits:
    """Return what each queue may spend: of its own account, and of one it draws on with others.

    What is reserved on an account of one queue is a floor for each class. On one that several draw
    on all of it is left, whatever the class: there a resolution knows one limit only.
    """
    loro, settlement = books.places["loro"], books.places["settlement"]
    draws_alone = (loro < 0) & (settlement >= 0)
    draws_alone &= np.diff(books.dependents_start)[np.maximum(settlement, 0)] == 1
    own = np.where(draws_alone, settlement, loro)
    has_own = own >= 0
    free = _free_minor(books.balances)
    shared = SharedAccounts(
        np.where(draws_alone, -1, settlement), free - books.floors[:, Priority.NORMAL]
    )
    floors = np.where(has_own[:, None], books.floors[np.maximum(own, 0)], 0)
    return set_limits(
        np.where(has_own, free[np.maximum(own, 0)], UNLIMITED_MINOR),
        floors_minor=floors if books.floors.any() else None,
        shared=shared,
    )


def _free_minor(balances: NDArray[Any]) -> Int64s:
    free = balances["posted"] - balances["held"] + balances["limit"]
    return np.where(balances["unlimited"] != 0, UNLIMITED_MINOR, free)


def _settle(state: State, writer: Writer, at_us: int, payments: Int32s) -> None:
    books = state.known_books()
    out = room_for(books, 0)
    work, listed = work_list(books)
    settle_together(books, out, at_us, payments, int(Mechanism.MULTILATERAL), work, listed)
    writer.take(out)
    no_balance_is_below_its_limit(state)
