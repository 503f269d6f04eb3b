"""Invariants of payment versus payment: both legs or none, and nobody counted twice or lost."""

import numpy as np
from numpy.typing import NDArray

from comity.errors import InvariantError
from comity.money import currency
from comity.payments.codes import PairState
from comity.payments.lifecycle import State as PaymentState
from comity.settlement.state import State, all_queued
from comity.settlement.tables import (
    PAIRS_AT_AGENT,
    PAIRS_MADE,
    PAIRS_QUEUED,
    PAIRS_SLOTS,
    PAIRS_UNMATCHED,
    Rows,
)

_COUNTS = (PAIRS_UNMATCHED, PAIRS_QUEUED, PAIRS_SLOTS, PAIRS_AT_AGENT)
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
    for waits in (PairState.MATCHED, PairState.BOTH_RESERVED):
        _check_terms(state, pairs_of_state(state, waits))


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
    unmatched = pairs_of_state(state, PairState.UNMATCHED)
    if (books.live["state"][unmatched["first"]] != PaymentState.QUEUED).any():
        raise InvariantError("I9", "a leg that waits for the other is not queued")
    at_agent = _at_agent(state)
    matched = pairs_of_state(state, PairState.MATCHED)
    matched = matched[~np.isin(matched["first"], at_agent["first"])]
    for leg in ("first", "second"):
        if not np.isin(books.live["state"][matched[leg]], _WAITS).all():
            raise InvariantError("I9", "a matched leg does not wait any more")
    queued = len(matched) - len(_in_cycles(state, matched))
    taken = int((books.pairs.slots["pair"] >= 0).sum())
    expected = (len(unmatched), queued, taken, len(at_agent))
    found = tuple(int(books.pairs.counts[each]) for each in _COUNTS)
    if found != expected:
        raise InvariantError("I9", f"pairs are counted as {found} and are {expected}")


def what_an_agent_may_settle_is_held(state: State) -> None:
    """I7: while an agent may settle one leg outside, the whole of the other is held here."""
    live = state.known_books().live
    for pair in _at_agent(state):
        one, other = int(pair["first"]), int(pair["second"])
        outside, inside = (one, other) if _are_outside(state, one) else (other, one)
        is_held = live[inside]["held_minor"] == live[inside]["debit_minor"]
        if live[inside]["state"] != PaymentState.RESERVED or not is_held:
            raise InvariantError("I7", f"payment {inside}: its agent was asked, and it is not held")
        reserved = pair["state"] == PairState.BOTH_RESERVED
        after = PaymentState.RESERVED if reserved else PaymentState.QUEUED
        if live[outside]["state"] != after:
            found = PaymentState(live[outside]["state"]).name
            raise InvariantError("I7", f"payment {outside}: its agent has spoken, it is {found}")


def _at_agent(state: State) -> Rows:
    """Return the pairs about whose leg outside an agent was asked, and that have not ended."""
    found = [pairs_of_state(state, each) for each in (PairState.MATCHED, PairState.BOTH_RESERVED)]
    pairs: Rows = np.concatenate(found)
    asked: Rows = pairs[pairs["agent_us"] > 0]
    return asked


def _are_outside(state: State, legs: NDArray[np.integer] | int) -> NDArray[np.bool_]:
    """Return which legs another system settles; by the terms of their agreements."""
    chart, books, scheme = state.known_chart(), state.known_books(), state.known_scheme()
    numbers = np.atleast_1d(legs)
    outside = [
        chart.currencies[int(books.live["payer"][leg]) % len(chart.currencies)]
        in {
            currency(code).number
            for code in scheme.agreements[int(books.live["agreement"][leg])].outside_currencies
        }
        for leg in numbers.tolist()
    ]
    return np.array(outside, np.bool_)


def _in_cycles(state: State, matched: Rows) -> Rows:
    """Return the pairs whose legs stand in no queue, because they wait for their cycles."""
    in_queues = all_queued(state.known_books())
    stands = {}
    for leg in ("first", "second"):
        is_outside = _are_outside(state, matched[leg])
        stands[leg] = np.isin(matched[leg], in_queues)
        if (stands[leg] & is_outside).any():
            raise InvariantError("I9", "a leg that another system settles stands in a queue")
        # It goes where the other one goes.
        stands[leg] |= is_outside
    if (stands["first"] != stands["second"]).any():
        raise InvariantError("I9", "one leg of a pair stands in a queue and the other does not")
    found: Rows = matched[~stands["first"]]
    return found


def legs_without_list(state: State) -> NDArray[np.int32]:
    """Return the payments that stand in no list because of their trade.

    The other leg has not come, or another system settles one of them.
    """
    at_agent = _at_agent(state)
    found: NDArray[np.int32] = np.concatenate(
        [
            pairs_of_state(state, PairState.UNMATCHED)["first"],
            at_agent["first"],
            at_agent["second"],
            np.array(sorted(legs_outside(state)), np.int32),
        ]
    )
    return found


def legs_outside(state: State) -> set[int]:
    """Return the legs of matched pairs that another system settles."""
    matched = pairs_of_state(state, PairState.MATCHED)
    legs = np.concatenate([matched["first"], matched["second"]])
    return set(legs[_are_outside(state, legs)].tolist())


def other_legs(state: State) -> dict[int, int]:
    """Return the other leg of each matched one, told apart from the table of trades."""
    pairs = pairs_of_state(state, PairState.MATCHED)
    both = zip(pairs["first"].tolist(), pairs["second"].tolist(), strict=True)
    return {leg: other for pair in both for leg, other in (pair, pair[::-1])}
