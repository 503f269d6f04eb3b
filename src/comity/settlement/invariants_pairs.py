"""Invariants of payment versus payment: both legs or none, and nobody counted twice or lost."""

import numpy as np
from numpy.typing import NDArray

from comity.errors import InvariantError
from comity.payments.codes import PairState
from comity.payments.lifecycle import State as PaymentState
from comity.settlement.state import State, all_queued
from comity.settlement.tables import (
    PAIRS_MADE,
    PAIRS_QUEUED,
    PAIRS_SLOTS,
    PAIRS_UNMATCHED,
    Rows,
)

_WAITS = (PaymentState.QUEUED, PaymentState.ACCEPTED, PaymentState.IN_CYCLE)


def pairs_of_state(state: State, wanted: PairState) -> Rows:
    """Return the pairs in a state, in order of number."""
    pairs = state.known_books().pairs
    rows = pairs.rows[: pairs.counts[PAIRS_MADE]]
    found: Rows = rows[rows["state"] == wanted]
    return found


def both_legs_settle_or_none(state: State) -> None:
    """I7: both legs of a pair are settled, in one moment, or neither is."""
    live, rows = state.known_books().live, state.known_books().rows
    settled = pairs_of_state(state, PairState.SETTLED)
    first, second = live[settled["first"]], live[settled["second"]]
    for legs in (first, second):
        if (legs["state"] != PaymentState.SETTLED).any():
            raise InvariantError("I7", "a pair is settled and one of its legs is not")
    if (first["payment_final_us"] != second["payment_final_us"]).any():
        raise InvariantError("I7", "the legs of a settled pair are final at different times")
    final = live["state"][: state.payment_count] == PaymentState.SETTLED
    legs_settled = np.flatnonzero(final & (rows["counter_currency"][: state.payment_count] != 0))
    in_pairs = np.sort(np.concatenate([settled["first"], settled["second"]]))
    if not np.array_equal(legs_settled, in_pairs):
        raise InvariantError("I7", "a leg is settled without the other")
    _check_terms(state, settled)
    _check_terms(state, pairs_of_state(state, PairState.MATCHED))


def _check_terms(state: State, pairs: Rows) -> None:
    """Raise unless each leg pays what the other wants, to the unit."""
    rows = state.known_books().rows
    one, other = rows[pairs["first"]], rows[pairs["second"]]
    for mine, theirs in ((one, other), (other, one)):
        if (mine["amount_minor"] != theirs["counter_minor"]).any() or (
            mine["debtor_agent"] != theirs["creditor_agent"]
        ).any():
            raise InvariantError("I7", "a leg pays what the other does not want")


def pairs_are_counted(state: State) -> None:
    """I9: legs without their other one are queued and in no list; pairs in queues are counted."""
    books = state.known_books()
    counts = books.pairs.counts
    unmatched = pairs_of_state(state, PairState.UNMATCHED)
    if (books.live["state"][unmatched["first"]] != PaymentState.QUEUED).any():
        raise InvariantError("I9", "a leg that waits for the other is not queued")
    matched = pairs_of_state(state, PairState.MATCHED)
    for leg in ("first", "second"):
        if not np.isin(books.live["state"][matched[leg]], _WAITS).all():
            raise InvariantError("I9", "a matched leg does not wait any more")
    queued = len(matched) - len(_in_cycles(state, matched))
    taken = int((books.pairs.slots["pair"] >= 0).sum())
    found = tuple(int(counts[each]) for each in (PAIRS_UNMATCHED, PAIRS_QUEUED, PAIRS_SLOTS))
    if found != (len(unmatched), queued, taken):
        expected = (len(unmatched), queued, taken)
        raise InvariantError("I9", f"pairs are counted as {found} and are {expected}")


def _in_cycles(state: State, matched: Rows) -> Rows:
    """Return the pairs whose legs stand in no queue, because they wait for their cycles."""
    in_queues = all_queued(state.known_books())
    first, second = (np.isin(matched[leg], in_queues) for leg in ("first", "second"))
    if (first != second).any():
        raise InvariantError("I9", "one leg of a pair stands in a queue and the other does not")
    found: Rows = matched[~first]
    return found


def legs_without_list(state: State) -> NDArray[np.int32]:
    """Return the payments that stand in no list because their other leg has not come."""
    unmatched: NDArray[np.int32] = pairs_of_state(state, PairState.UNMATCHED)["first"]
    return unmatched


def other_legs(state: State) -> dict[int, int]:
    """Return the other leg of each matched one, told apart from the table of trades."""
    pairs = pairs_of_state(state, PairState.MATCHED)
    both = zip(pairs["first"].tolist(), pairs["second"].tolist(), strict=True)
    return {leg: other for pair in both for leg, other in (pair, pair[::-1])}
