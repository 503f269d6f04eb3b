"""The course of the day in equal steps."""

from dataclasses import replace

import numpy as np
from tests.unit.statements.day_builder import RUB, build_day

from comity.payments.codes import EventKind
from comity.payments.lifecycle import State
from comity.payments.rows import EVENT_ROW
from comity.statements.daybook import DayBook
from comity.statistics.positions import positions
from comity.statistics.profile import STEPS, queue_profiles, settled_profiles, step_ends_us


def waiting(*moves: tuple[int, int, State, State]) -> DayBook:
    """Return the day with only these moves: seconds after the opening, row, before, after."""
    book = build_day()
    rows = book.payments.copy()
    rows["currency"][:3], rows["amount_minor"][:3] = RUB, (100, 20, 3)
    events = np.zeros(len(moves), EVENT_ROW)
    states = np.full_like(book.states, State.SETTLED)
    for event, (seconds, row, before, after) in zip(events, moves, strict=True):
        event["at_us"] = book.opens_us + seconds * 1_000_000
        event["kind"], event["subject"] = EventKind.PAYMENT, book.numbers[row]
        event["before"], event["after"] = before, after
        states[row] = after
    return replace(book, payments=rows, events=events, states=states)


def test_the_last_step_ends_at_the_close() -> None:
    book = build_day()
    ends = step_ends_us(book)

    assert len(ends) == STEPS
    assert ends[-1] == book.closes_us
    assert set(np.diff(ends).tolist()) == {300_000_000}


def test_the_profiles_end_at_what_settled_and_never_fall() -> None:
    book = build_day()
    profiles = settled_profiles(book)

    for one in positions(book):
        chosen = [profile for profile in profiles if profile.currency == one.currency]
        assert sum(int(profile.settled_minor[-1]) for profile in chosen) == one.gross_minor
        assert sum(profile.payments for profile in chosen) == one.payments
    assert all(bool(np.all(np.diff(one.settled_minor) >= 0)) for one in profiles)


def test_a_queue_is_as_full_as_at_its_fullest_moment_within_the_step() -> None:
    (found,) = queue_profiles(
        waiting(
            (10, 0, State.ACCEPTED, State.QUEUED),
            (20, 1, State.ACCEPTED, State.QUEUED),
            (30, 0, State.QUEUED, State.SETTLED),
            (700, 1, State.QUEUED, State.SETTLED),
        )
    )

    assert found.payments[:4].tolist() == [2, 1, 1, 0]
    assert found.amount_minor[:4].tolist() == [120, 20, 20, 0]
    assert (found.payments_peak, found.amount_peak_minor) == (2, 120)


def test_what_was_carried_over_waits_from_the_opening() -> None:
    (found,) = queue_profiles(
        waiting((700, 0, State.QUEUED, State.SETTLED), (900, 2, State.ACCEPTED, State.QUEUED))
    )

    assert found.payments[:4].tolist() == [1, 1, 1, 1]
    assert found.amount_minor[[0, 1, 2, 3, -1]].tolist() == [100, 100, 100, 3, 3]


def test_a_day_without_a_queue_has_no_profile() -> None:
    assert queue_profiles(waiting()) == ()
