"""The table of states is complete, and final states are final."""

import numpy as np

from comity.payments.lifecycle import (
    OUTCOMES,
    STATUS_OUTWARD,
    TRANSITIONS,
    State,
    transition_matrix,
)

REPORTED_BY_THE_CREDITOR = {State.CREDITED, State.CREDIT_HELD, State.BLOCKED}


def test_every_state_has_its_followers_and_its_status() -> None:
    assert set(TRANSITIONS) == set(State)
    assert set(STATUS_OUTWARD) == set(State) - {State.NONE}


def test_after_an_outcome_comes_at_most_what_the_creditor_reports() -> None:
    for outcome in OUTCOMES:
        reached, waiting = set[State](), [outcome]
        while waiting:
            followers = TRANSITIONS[waiting.pop()] - reached
            reached |= followers
            waiting.extend(followers)
        assert reached <= REPORTED_BY_THE_CREDITOR
        assert not reached or outcome is State.SETTLED


def test_every_state_can_be_reached_and_ends_somewhere() -> None:
    reached = {State.NONE}
    while True:
        more = reached.union(*(TRANSITIONS[state] for state in reached))
        if more == reached:
            break
        reached = more
    assert reached == set(State)


def test_what_is_held_looks_the_same_outward() -> None:
    held = (State.HELD_SCREENING, State.HELD_REVIEW, State.FROZEN)
    assert {STATUS_OUTWARD[state] for state in held} == {"PDNG"}


def test_the_matrix_says_what_the_table_says() -> None:
    matrix = transition_matrix()
    allowed = {(int(a) - 1, int(b) - 1) for a, b in np.argwhere(matrix)}
    assert allowed == {(a, b) for a, followers in TRANSITIONS.items() for b in followers}
