"""Liquidity lets parties pay more than they receive, never more than they have put in."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kit.obligations import WITNESS, Row, cleared_by_trying, merged, net_debts, random_network
from tests.unit.netting.test_setoff import LARGE, PARTIES, SMALL

from comity.errors import LimitExceededError
from comity.netting import Obligations, SetOff, SetOffError, findings_against, maximise_setoff
from comity.netting.setoff import OBLIGATIONS_MINOR_MAX, Int64s

LIQUIDITY = st.lists(st.integers(0, 4), min_size=PARTIES, max_size=PARTIES)


def proved(obligations: Obligations, liquidity: Int64s) -> SetOff:
    setoff = maximise_setoff(obligations, liquidity)
    assert findings_against(obligations, liquidity, setoff) == []
    return setoff


@given(SMALL, LIQUIDITY)
@settings(max_examples=300)
def test_no_other_way_clears_more_with_liquidity(rows: list[Row], liquidity: list[int]) -> None:
    found = proved(merged(rows, PARTIES), np.array(liquidity)).cleared_minor.sum()
    assert found == cleared_by_trying(rows, liquidity, PARTIES)


@given(LARGE)
def test_the_net_debts_clear_everything_and_one_unit_less_does_not(rows: list[Row]) -> None:
    obligations = merged(rows, PARTIES)
    liquidity = np.maximum(net_debts(obligations), 0)
    setoff = proved(obligations, liquidity)
    assert setoff.cleared_minor.tolist() == obligations.amounts_minor.tolist()
    assert setoff.drawn_minor.sum() == liquidity.sum()
    for debtor in np.flatnonzero(liquidity):
        less = liquidity.copy()
        less[debtor] -= 1
        assert proved(obligations, less).cleared_minor.sum() < obligations.amounts_minor.sum()


@given(SMALL, LIQUIDITY, LIQUIDITY)
def test_more_liquidity_never_clears_less(
    rows: list[Row], liquidity: list[int], more: list[int]
) -> None:
    obligations = merged(rows, PARTIES)
    little = np.array(liquidity)
    much = little + np.array(more)
    one, other = proved(obligations, little), proved(obligations, much)
    assert one.cleared_minor.sum() <= other.cleared_minor.sum()


@given(LARGE)
def test_no_liquidity_at_all_is_as_good_as_zero_liquidity(rows: list[Row]) -> None:
    obligations = merged(rows, PARTIES)
    nothing = np.zeros(PARTIES, np.int64)
    cleared = proved(obligations, nothing).cleared_minor.sum()
    assert cleared == maximise_setoff(obligations).cleared_minor.sum()


@given(LARGE, st.lists(st.integers(0, 10**17), min_size=PARTIES, max_size=PARTIES))
def test_liquidity_that_is_drawn_comes_back_to_others(
    rows: list[Row], liquidity: list[int]
) -> None:
    obligations = merged(rows, PARTIES)
    setoff = proved(obligations, np.array(liquidity))
    assert setoff.drawn_minor.sum() == setoff.returned_minor.sum()
    assert (setoff.drawn_minor <= liquidity).all()
    assert not (setoff.drawn_minor.astype(bool) & setoff.returned_minor.astype(bool)).any()


def test_the_level_below_the_node_says_what_one_more_unit_would_clear() -> None:
    obligations = merged([(0, 1, 9), (1, 2, 9)], 3)
    setoff = proved(obligations, np.array([4, 0, 0]))
    assert setoff.cleared_minor.tolist() == [4, 4]
    assert setoff.potentials[-1] - setoff.potentials[0] == 2
    assert proved(obligations, np.array([5, 0, 0])).cleared_minor.sum() == 8 + 2


def test_liquidity_joins_what_is_no_circle() -> None:
    setoff = proved(merged([(0, 1, 9), (2, 3, 9)], 4), np.array([9, 0, 5, 0]))
    assert setoff.cleared_minor.tolist() == [9, 5]
    assert setoff.drawn_minor.tolist() == [9, 0, 5, 0]
    assert setoff.returned_minor.tolist() == [0, 9, 0, 5]


def test_liquidity_up_to_its_limit_is_taken_and_more_is_refused() -> None:
    obligations = merged(WITNESS, 3)
    much = np.array([0, OBLIGATIONS_MINOR_MAX, 0])
    assert proved(obligations, much).cleared_minor.sum() == 38
    with pytest.raises(LimitExceededError, match="liquidity"):
        maximise_setoff(obligations, much + np.array([1, 0, 0]))


def test_the_largest_debts_and_the_largest_liquidity_meet_without_overflow() -> None:
    obligations = merged([(0, 1, OBLIGATIONS_MINOR_MAX)], 2)
    for liquidity in ([OBLIGATIONS_MINOR_MAX, 0], [0, OBLIGATIONS_MINOR_MAX], [10**18, 10**18]):
        setoff = proved(obligations, np.array(liquidity))
        assert setoff.cleared_minor.sum() == liquidity[0]


def test_liquidity_below_zero_or_of_other_parties_is_refused() -> None:
    with pytest.raises(SetOffError, match="below zero"):
        maximise_setoff(merged(WITNESS, 3), np.array([0, -1, 0]))
    with pytest.raises(SetOffError, match="expected 3"):
        maximise_setoff(merged(WITNESS, 3), np.array([0, 1]))


@pytest.mark.parametrize("shape", ["random", "scale-free", "core-periphery"])
def test_a_larger_network_with_liquidity_is_proved(shape: str) -> None:
    obligations = random_network(shape, 400, 4_000, 3)
    proved(obligations, np.maximum(net_debts(obligations), 0) // 3)
