"""Holm's correction against an example worked by hand and against its definition."""

from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.errors import UsageError
from comity.simulator.holm import adjust_holm

P_VALUES = st.lists(st.fractions(0, 1, max_denominator=50), max_size=8)


def test_an_example_worked_by_hand_comes_out() -> None:
    # In rising order 0.005, 0.01, 0.03, 0.04: times 4, 3, 2, 1 are 0.02, 0.03, 0.06, 0.04, and the
    # last may not fall below the one before.
    given_p = [Fraction(1, 100), Fraction(4, 100), Fraction(3, 100), Fraction(5, 1000)]
    expected = [Fraction(3, 100), Fraction(6, 100), Fraction(6, 100), Fraction(2, 100)]
    assert list(adjust_holm(given_p)) == expected


@given(P_VALUES, st.fractions(0, 1, max_denominator=20))
def test_what_is_not_above_a_level_is_what_stepping_down_rejects(
    p_values: list[Fraction], level: Fraction
) -> None:
    rejected: set[int] = set()
    for place in sorted(range(len(p_values)), key=p_values.__getitem__):
        if p_values[place] * (len(p_values) - len(rejected)) > level:
            break
        rejected.add(place)
    # At a level of 1 the cut at 1 lets through whatever stepping down would.
    if level < 1:
        adjusted = adjust_holm(p_values)
        assert {place for place, p in enumerate(adjusted) if p <= level} == rejected


def test_the_order_in_which_hypotheses_are_given_changes_nothing() -> None:
    p_values = [Fraction(n, 100) for n in (1, 2, 2, 30)]
    expected = dict(zip(p_values, adjust_holm(p_values), strict=True))
    for shuffled in permutations(p_values):
        assert adjust_holm(shuffled) == tuple(expected[p] for p in shuffled)


def test_one_hypothesis_stays_as_it_is_and_none_gives_none() -> None:
    assert adjust_holm([Fraction(1, 7)]) == (Fraction(1, 7),)
    assert adjust_holm([]) == ()


@pytest.mark.parametrize("p", [Fraction(-1, 100), Fraction(101, 100)])
def test_what_is_no_chance_is_refused(p: Fraction) -> None:
    with pytest.raises(UsageError, match=r"p_values\[1\]: found"):
        adjust_holm([Fraction(1, 2), p])
