"""Multilateral resolution: queued payments that cover one another settle in one moment.

Each currency is resolved by itself, or together with those that legs of payment versus payment link
it with: the queues' greatest prefixes that no account's limit forbids are found by
`comity.queueing.resolve_gridlock` and posted as one group. Only what an agreement lets take part
does; the first payment in a queue that may not take part ends what can be chosen of it. It is made
at the agreements' times; and, where they resolve on entry, whenever something was queued or brought
in that could let a set settle (`entry_kernel`).
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from comity.payments.codes import EventKind, Mechanism, ResolutionKind
from comity.queueing import Answer, Resolution
from comity.settlement.choosing import find_prefixes, linked_currencies, resolved_on_entry
from comity.settlement.invariants import no_balance_is_below_its_limit
from comity.settlement.release_kernel import settle_together
from comity.settlement.releasing import room_for, work_list
from comity.settlement.state import State
from comity.settlement.tables import (
    COUNTER_GROUP,
    COUNTER_RESOLVE,
    NEVER_MINOR,
    Books,
)
from comity.settlement.writing import Writer

Bools = NDArray[np.bool_]
Int32s = NDArray[np.int32]

_KINDS = {Answer.GREATEST: ResolutionKind.GREATEST, Answer.MAXIMAL: ResolutionKind.MAXIMAL}


def resolve(state: State, writer: Writer, at_us: int, _: int = 0) -> None:
    """Settle of every currency what its queues can settle together.

    Raises:
        InvariantError: a balance would be below its limit: the state must not be used any more.
    """
    books = state.known_books()
    if not books.queues.length.any():
        return
    every = books.rules["resolves_every_us"]
    due: Bools = ((at_us - state.opens_us) % np.maximum(every, 1) == 0) & (every > 0)
    for currencies in linked_currencies(state):
        # What is resolved on entry takes part too: who chooses from more knows that less has none.
        taking_part = [due | resolved_on_entry(state, each) for each in currencies]
        if not _resolve_currencies(state, writer, at_us, currencies, taking_part):
            books.entries["wanted"][list(currencies)] = 0


def resolve_wanted(state: State, writer: Writer, at_us: int) -> bool:
    """Resolve on entry: every currency for which it is due, until nothing more settles.

    Returns:
        Whether anything settled.

    Raises:
        InvariantError: a balance would be below its limit: the state must not be used any more.
    """
    books = state.known_books()
    entries, group = books.entries, int(books.counters[COUNTER_GROUP])
    while books.counters[COUNTER_RESOLVE]:
        books.counters[COUNTER_RESOLVE] = 0
        due = (entries["wanted"] != 0) & (entries["waiting_minor"] >= entries["from_minor"])
        for currencies in linked_currencies(state):
            if not due[list(currencies)].any():
                continue
            taking_part = [resolved_on_entry(state, each) for each in currencies]
            if not _resolve_currencies(state, writer, at_us, currencies, taking_part):
                entries["wanted"][list(currencies)] = 0
    return bool(books.counters[COUNTER_GROUP] != group)


def want_resolution(books: Books, currency: int) -> None:
    """Let a currency be resolved as soon as its rule allows, if it is resolved on entry at all."""
    entry = books.entries[currency]
    if entry["from_minor"] != NEVER_MINOR:
        books.entries["wanted"][currency] = 1
        if entry["waiting_minor"] >= entry["from_minor"]:
            books.counters[COUNTER_RESOLVE] = 1


def _resolve_currencies(
    state: State,
    writer: Writer,
    at_us: int,
    currencies: Sequence[int],
    taking_part: Sequence[Bools],
) -> bool:
    """Settle what can settle together; return whether that released anything besides."""
    found = find_prefixes(state, currencies, taking_part)
    if not found.count:
        return False
    _write_found(state, writer, at_us, currencies, found)
    books = state.known_books()
    out = room_for(books, 0)
    work, listed = work_list(books)
    mechanism = int(Mechanism.MULTILATERAL)
    settle_together(books, out, at_us, found.payments, mechanism, work, listed)
    writer.take(out)
    no_balance_is_below_its_limit(state)
    is_step = out.events["kind"][: out.filled[0]] == EventKind.PAYMENT
    return int(np.count_nonzero(is_step)) > found.count


def _write_found(
    state: State, writer: Writer, at_us: int, currencies: Sequence[int], found: Resolution
) -> None:
    """Write of each currency how many of its payments settle, and their sum."""
    counts, sums = (
        column.reshape(len(currencies), -1).sum(axis=1)
        for column in (found.lengths, found.sent_minor)
    )
    for currency, count, total in zip(currencies, counts.tolist(), sums.tolist(), strict=True):
        if count:
            writer.event(
                at_us,
                EventKind.RESOLUTION,
                count,
                after=_KINDS[found.kind],
                value=total,
                detail=state.known_chart().currencies[currency],
            )
