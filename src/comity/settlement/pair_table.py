"""Room for pairs of legs: their rows by number, and the slots in which a trade's pair is found."""

import numpy as np

from comity.numba_kernel import constant, outer_kernel
from comity.queueing import NOBODY
from comity.settlement.pair_kernel import find_other_legs, first_slot
from comity.settlement.state import State
from comity.settlement.tables import (
    PAIRS_MADE,
    PAIRS_SLOTS,
    Books,
    Pairs,
    Rows,
    free_slots,
    grow,
)

_ONE = constant(1)


def make_pair_room(state: State, legs: int) -> None:
    """Give the tables of pairs room for so many more legs; they stay empty where none is linked.

    Args:
        state: whose books are changed.
        legs: each may begin a pair of its own.
    """
    books = state.known_books()
    pairs = books.pairs
    if not legs or not len(pairs.slots):
        return
    made, taken = int(pairs.counts[PAIRS_MADE]), int(pairs.counts[PAIRS_SLOTS])
    rows, slots = pairs.rows, pairs.slots
    if made + legs > len(rows):
        rows = grow(rows, made, 2 * (made + legs))
    if 2 * (taken + legs) > len(slots):
        slots = free_slots(1 << (4 * (taken + legs) - 1).bit_length())
        _put_again(pairs.slots, slots)
    state.books = books._replace(pairs=Pairs(rows, slots, pairs.counts))


def other_leg_of(books: Books, payment: int) -> int:
    """Return the other leg of a payment that waits with one, `NOBODY` for every other payment."""
    found = np.full(1, NOBODY, np.int32)
    find_other_legs(books, np.array([payment], np.int32), found)
    return int(found[0])


def with_other_leg(books: Books, payment: int) -> tuple[int, ...]:
    """Return a payment, and behind it the other leg if it waits with one."""
    other = other_leg_of(books, payment)
    return (payment,) if other == NOBODY else (payment, other)


def is_leg_alone(books: Books, payment: int) -> bool:
    """Return whether an accepted payment is a leg whose other one has not come."""
    is_leg = bool(books.rows[payment]["counter_currency"])
    return is_leg and other_leg_of(books, payment) == NOBODY


@outer_kernel
def _put_again(taken: Rows, slots: Rows) -> None:
    """Put the trades of one table into a larger empty one."""
    for old in range(len(taken)):
        if taken[old].pair >= 0:
            at = first_slot(taken[old].trade, taken[old].lower, taken[old].higher, len(slots))
            while slots[at].pair >= 0:
                at = (at + _ONE) & (len(slots) - 1)
            new = slots[at]
            new.trade = taken[old].trade
            new.lower = taken[old].lower
            new.higher = taken[old].higher
            new.pair = taken[old].pair
