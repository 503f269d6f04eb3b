"""Events are told, and steps refused, by the rules of the lifecycle."""

import numpy as np
import pytest

from comity.payments.codes import EventKind
from comity.payments.events_kernel import find_wrong_step, mark_told
from comity.payments.lifecycle import TRANSITIONS, State, transition_matrix
from comity.payments.rows import EVENT_ROW, Rows


def events(*rows: tuple[EventKind, int, int, int]) -> Rows:
    """Return events of (kind, before, after, rests)."""
    table = np.zeros(len(rows), EVENT_ROW)
    for at, (kind, before, after, rests) in enumerate(rows):
        table[at] = (0, 0, at, 0, 0, kind, before, after, rests)
    return table


def test_resting_places_and_repetitions_are_told_and_settled_payments_go_on() -> None:
    told, settled = mark_told(
        events(
            (EventKind.PAYMENT, State.RECEIVED, State.VALIDATED, 0),
            (EventKind.PAYMENT, State.VALIDATED, State.REJECTED, 1),
            (EventKind.PAYMENT, State.QUEUED, State.SETTLED, 1),
            (EventKind.DUPLICATE, -1, 0, 1),
            (EventKind.MESSAGE, -1, State.SETTLED, 1),
        )
    )
    assert told.tolist() == [False, True, True, True, False]
    assert settled.tolist() == [False, False, True, False, False]


def test_of_no_events_nothing_is_told() -> None:
    assert [marks.tolist() for marks in mark_told(events())] == [[], []]
    assert find_wrong_step(events(), transition_matrix()) == -1


@pytest.mark.parametrize("before", list(State))
def test_every_step_outside_the_table_is_found(before: State) -> None:
    right = [(EventKind.PAYMENT, before, after, 0) for after in TRANSITIONS.get(before, ())]
    assert find_wrong_step(events(*right), transition_matrix()) == -1
    for after in set(State) - set(TRANSITIONS.get(before, ())):
        steps = [*right, (EventKind.PAYMENT, before, after, 0)]
        assert find_wrong_step(events(*steps), transition_matrix()) == len(right)


def test_only_payments_take_steps() -> None:
    other = (EventKind.CYCLE, State.SETTLED, State.RECEIVED, 1)
    assert find_wrong_step(events(other), transition_matrix()) == -1
