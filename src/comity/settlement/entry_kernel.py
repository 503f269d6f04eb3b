"""When a resolution is due by itself: on entry, or once enough waits.

A currency whose agreements resolve on entry is *exhausted* between two commands: no set of its
queued payments could settle together. Two things can change that, and only these are looked at: a
payment that is queued, and money that reaches somebody who waits. A necessary condition that takes
no search tells most of them apart from those that could matter; `docs/gridlock.md` proves it.
"""

import numpy as np

from comity.numba_kernel import Number, constant, inner_kernel
from comity.settlement.tables import (
    COUNTER_CURRENCIES,
    COUNTER_RESOLVE,
    COUNTER_RESOLVES_ON_ENTRY,
    NEVER_MINOR,
    PAIRS_QUEUED,
    Books,
)

_NEVER = constant(NEVER_MINOR)
_ONE = constant(1)


@inner_kernel
def count_waiting(books: Books, payment: Number, sign: Number) -> None:
    """Count a payment that begins (sign 1) or ceases (sign -1) to wait in its queue.

    Only payments in one currency count, and only where something is resolved on entry.
    """
    if books.counters[COUNTER_RESOLVES_ON_ENTRY] == 0:
        return
    live = books.live[payment]
    width = books.counters[COUNTER_CURRENCIES]
    currency = live.payer % width
    if books.entries[currency].from_minor == _NEVER or live.payee % width != currency:
        return
    amount = sign * live.debit_minor
    books.entries[currency].waiting_minor += amount
    books.waiting[live.payer].sent_minor += amount
    books.waiting[live.payee].received_minor += amount


@inner_kernel
def note_queued(books: Books, payment: Number) -> None:
    """Ask for a resolution if one could hold the payment that was queued, and is due."""
    if books.counters[COUNTER_RESOLVES_ON_ENTRY] == 0:
        return
    live = books.live[payment]
    queue = np.int64(live.payer)
    entry = books.entries[queue % books.counters[COUNTER_CURRENCIES]]
    if entry.from_minor == _NEVER:
        return
    head = np.int64(books.queues.head[queue])
    needed: Number = live.debit_minor
    if books.queues.link[payment] < 0:
        needed = books.waiting[queue].sent_minor
    elif head != payment:
        needed += books.live[head].debit_minor
    if _could_ever_pay(books, queue, needed):
        _want(books, queue)
    if entry.wanted != 0 and entry.waiting_minor >= entry.from_minor:
        books.counters[COUNTER_RESOLVE] = _ONE


@inner_kernel
def note_stuck(books: Books, queue: Number) -> None:
    """Ask for a resolution if one could hold the head of a queue that got money and still waits."""
    if books.counters[COUNTER_RESOLVES_ON_ENTRY] == 0:
        return
    entry = books.entries[queue % books.counters[COUNTER_CURRENCIES]]
    if entry.from_minor == _NEVER:
        return
    if _could_ever_pay(books, queue, books.live[books.queues.head[queue]].debit_minor):
        _want(books, queue)


@inner_kernel
def _want(books: Books, place: Number) -> None:
    """Let a place's currency be resolved as soon as its rule allows; with it all that are linked.

    While legs of two currencies wait for one another, what moves in one can let another move.
    """
    width = books.counters[COUNTER_CURRENCIES]
    first, end = place % width, place % width + 1
    if books.pairs.counts[PAIRS_QUEUED] > 0:
        first, end = 0 * width, width
    for currency in range(first, end):
        entry = books.entries[currency]
        if entry.from_minor != _NEVER:
            entry.wanted = 1
            if entry.waiting_minor >= entry.from_minor:
                books.counters[COUNTER_RESOLVE] = _ONE


@inner_kernel
def _could_ever_pay(books: Books, place: Number, needed: Number) -> bool:
    """Return whether a place could pay an amount if all that waits to be paid to it were.

    An account on which others draw as well is left out: what they receive would count too.
    """
    account = np.int64(books.places[place].loro)
    if account < 0:
        account = np.int64(books.places[place].settlement)
        if books.dependents_start[account + 1] - books.dependents_start[account] != 1:
            return True
    balance = books.balances[account]
    if balance.unlimited:
        return True
    free = balance.posted - balance.held + balance.limit
    return bool(free + books.waiting[place].received_minor >= needed)
