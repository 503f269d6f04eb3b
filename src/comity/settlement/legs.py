"""Payment versus payment by the clock: legs whose other one has not come, or has not settled.

Whether the other leg came in time is looked at at every full minute of the day.
"""

from collections.abc import Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from comity.payments.codes import EventKind, PairState
from comity.payments.lifecycle import State as PaymentState
from comity.payments.reasons import Reason
from comity.settlement.day_plan import AgreementDay
from comity.settlement.outside_legs import end_asked
from comity.settlement.releasing import release_places
from comity.settlement.resolution import want_resolution
from comity.settlement.state import DueItem, State, all_queued
from comity.settlement.tables import (
    COUNTER_CURRENCIES,
    PAIRS_MADE,
    PAIRS_QUEUED,
    PAIRS_UNMATCHED,
)
from comity.settlement.waiting_kernel import withdraw_marked
from comity.settlement.waiting_lists import settles_in_cycles
from comity.settlement.writing import Writer

Int32s = NDArray[np.int32]

_MINUTE_US = 60_000_000


def plan_legs(state: State, plan: Sequence[AgreementDay], day: date) -> list[DueItem]:
    """Return when a day looks for legs that have waited too long."""
    due: list[DueItem] = []
    is_timed = is_answered = False
    for number, (agreement, entry) in enumerate(
        zip(state.known_scheme().agreements, plan, strict=True)
    ):
        terms = agreement.payment_versus_payment
        if terms is None or not entry.is_open or not agreement.is_in_force(day):
            continue
        is_timed |= terms.match_within is not None
        is_answered |= terms.answer_within is not None
        if entry.legs_expire_us:
            due.append(DueItem(entry.legs_expire_us, "expire_legs", number))
    for act, is_due in (("time_out_legs", is_timed), ("time_out_agents", is_answered)):
        minutes = range(state.opens_us + _MINUTE_US, state.closes_us, _MINUTE_US) if is_due else ()
        due += [DueItem(at_us, act, 0) for at_us in minutes]
    return due


def time_out_legs(state: State, writer: Writer, at_us: int, _: int = 0) -> None:
    """Expire the legs whose other one has not come within the time of their agreement."""
    books = state.known_books()
    if not books.pairs.counts[PAIRS_UNMATCHED]:
        return
    numbers = _numbers_of(state, PairState.UNMATCHED)
    legs = books.pairs.rows["first"][numbers]
    within = _match_within_us(state)[books.live["agreement"][legs]]
    late = (within > 0) & (at_us - books.live["entered_us"][legs] >= within)
    _end_unmatched(state, writer, at_us, numbers[late])


def _match_within_us(state: State) -> NDArray[np.int64]:
    """Return by agreement how long a leg waits for the other one, 0 without end."""
    terms = (each.payment_versus_payment for each in state.known_scheme().agreements)
    minutes = [(each and each.match_within) or 0 for each in terms]
    return np.array(minutes, np.int64) * _MINUTE_US


def expire_legs(state: State, writer: Writer, at_us: int, agreement: int) -> None:
    """Expire what has not settled of an agreement's trades; what waits for a cycle stays in it.

    So does what an outside agent was asked to settle.
    """
    books = state.known_books()
    numbers = _numbers_of(state, PairState.UNMATCHED)
    legs = books.pairs.rows["first"][numbers]
    _end_unmatched(state, writer, at_us, numbers[books.live["agreement"][legs] == agreement])
    numbers = _numbers_of(state, PairState.MATCHED)
    numbers = numbers[books.live["agreement"][books.pairs.rows["first"][numbers]] == agreement]
    _end_queued(state, writer, at_us, _in_queues(state, numbers))
    end_asked(state, writer, at_us, agreement)


def end_netted_pairs(state: State, writer: Writer, at_us: int, members: Int32s) -> None:
    """End the pairs of a cycle's members that have settled or failed; what rolls stays matched."""
    books = state.known_books()
    if not books.pairs.counts[PAIRS_MADE]:
        return
    numbers = _numbers_of(state, PairState.MATCHED)
    legs = books.pairs.rows["first"][numbers]
    numbers, legs = numbers[np.isin(legs, members)], legs[np.isin(legs, members)]
    states = books.live["state"][legs]
    settled = numbers[states == PaymentState.SETTLED]
    failed = numbers[states == PaymentState.FAILED_SETTLEMENT]
    _end(state, writer, at_us, settled, after=PairState.SETTLED, reason=Reason.NONE)
    _end(state, writer, at_us, failed, after=PairState.EXPIRED, reason=Reason.CYCLE_FAILED)


def end_pair_of(state: State, writer: Writer, at_us: int, leg: int) -> None:
    """End the pair of a leg that is withdrawn, with the other one if that has come.

    They have left their lists, and their states are still those in which they waited.
    """
    books = state.known_books()
    rows = books.pairs.rows[: books.pairs.counts[PAIRS_MADE]]
    is_open = (rows["state"] == PairState.UNMATCHED) | (rows["state"] == PairState.MATCHED)
    numbers = np.flatnonzero(is_open & ((rows["first"] == leg) | (rows["second"] == leg)))
    if rows["state"][numbers[0]] == PairState.UNMATCHED:
        books.pairs.counts[PAIRS_UNMATCHED] -= 1
    elif not settles_in_cycles(books, leg):
        books.pairs.counts[PAIRS_QUEUED] -= 1
    after, reason = PairState.EXPIRED, Reason.CANCELLED_BY_SENDER
    _end(state, writer, at_us, numbers, after=after, reason=reason)


def note_asked(state: State, leg: int) -> None:
    """Note that a matched leg's sender asks to withdraw it, to be told when that is too late."""
    books = state.known_books()
    rows = books.pairs.rows[: books.pairs.counts[PAIRS_MADE]]
    matched = rows["state"] == PairState.MATCHED
    rows["asked"][matched & ((rows["first"] == leg) | (rows["second"] == leg))] = 1


def end_open_pairs(state: State, writer: Writer, at_us: int) -> None:
    """At the close end every pair that is left: its legs have expired, or roll and meet again."""
    books = state.known_books()
    for kind in (PairState.UNMATCHED, PairState.MATCHED):
        numbers = _numbers_of(state, kind)
        legs = books.pairs.rows["first"][numbers]
        rolls = books.live["state"][legs] == PaymentState.WAREHOUSED
        _end(
            state,
            writer,
            at_us,
            numbers[rolls],
            after=PairState.RELEASED,
            reason=Reason.ROLLED_AT_CLOSE,
        )
        _end(
            state,
            writer,
            at_us,
            numbers[~rolls],
            after=PairState.EXPIRED,
            reason=Reason.PVP_TIMED_OUT,
        )
    books.pairs.counts[PAIRS_UNMATCHED] = books.pairs.counts[PAIRS_QUEUED] = 0


def _numbers_of(state: State, wanted: PairState) -> NDArray[np.int64]:
    pairs = state.known_books().pairs
    return np.flatnonzero(pairs.rows["state"][: pairs.counts[PAIRS_MADE]] == wanted)


def _end_unmatched(state: State, writer: Writer, at_us: int, numbers: NDArray[np.int64]) -> None:
    if not len(numbers):
        return
    books = state.known_books()
    legs = books.pairs.rows["first"][numbers]
    reason = Reason.PVP_TIMED_OUT
    writer.change_states(books, at_us, legs, PaymentState.EXPIRED, reason=reason)
    books.pairs.counts[PAIRS_UNMATCHED] -= len(numbers)
    _end(state, writer, at_us, numbers, after=PairState.EXPIRED, reason=reason)


def _in_queues(state: State, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the pairs whose legs stand in queues."""
    books = state.known_books()
    rows, queued = books.pairs.rows[numbers], all_queued(books)
    # One leg may stand in none, because another system settles its currency.
    return numbers[np.isin(rows["first"], queued) | np.isin(rows["second"], queued)]


def _end_queued(state: State, writer: Writer, at_us: int, numbers: NDArray[np.int64]) -> None:
    """Expire queued pairs; then what stood behind their legs is tried."""
    if not len(numbers):
        return
    books = state.known_books()
    pairs = books.pairs.rows[numbers]
    legs = np.column_stack([pairs["first"], pairs["second"]]).reshape(-1)
    marked = np.zeros(state.payment_count, np.bool_)
    marked[legs] = True
    for queue in np.unique(books.live["payer"][legs]).tolist():
        withdraw_marked(books, queue, marked)
    reason = Reason.PVP_TIMED_OUT
    writer.change_states(books, at_us, legs, PaymentState.EXPIRED, reason=reason)
    books.pairs.counts[PAIRS_QUEUED] -= len(numbers)
    _end(state, writer, at_us, numbers, after=PairState.EXPIRED, reason=reason)
    places = books.live["payer"][legs]
    release_places(state, writer, at_us, places)
    # Their queues have lost payments that nobody paid: prefixes that were too long may fit.
    for currency in np.unique(places % books.counters[COUNTER_CURRENCIES]).tolist():
        want_resolution(books, currency)


def _end(
    state: State,
    writer: Writer,
    at_us: int,
    numbers: NDArray[np.int64],
    *,
    after: PairState,
    reason: Reason,
) -> None:
    state.known_books().pairs.rows["state"][numbers] = after
    for number in numbers.tolist():
        writer.event(at_us, EventKind.PAIR, number, after=after, reason=reason)
