"""The points and options that no other beats, against trying every pair."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.errors import LimitExceededError, UsageError
from comity.simulator.frontier import (
    Bounds,
    Dominance,
    Exact,
    Point,
    Range,
    bounds_at,
    dominates,
    frontier_of,
    non_dominated,
    state_dominance,
)

# Few different figures, so that ties are common.
POINT = st.builds(
    Point,
    st.integers(0, 3),
    st.sampled_from([Fraction(0), Fraction(1, 3), Fraction(2, 3)]),
    st.integers(0, 2),
    st.sampled_from([Fraction(1, 2), Fraction(1)]),
)
LEVELS = (Fraction(0), Fraction(1, 2), Fraction(1))
OPTIONS = st.dictionaries(
    st.sampled_from("ABCD"), st.dictionaries(st.sampled_from(LEVELS), POINT, min_size=1)
)


def beats(one: Point, other: Point) -> bool:
    """Return whether a point is better, written out figure by figure."""
    if one.settled < other.settled:
        return False
    if one.liquidity_minor > other.liquidity_minor or one.delay > other.delay:
        return False
    if one.credit_minor > other.credit_minor:
        return False
    return (
        one.liquidity_minor < other.liquidity_minor
        or one.delay < other.delay
        or one.credit_minor < other.credit_minor
    )


@given(st.lists(POINT, max_size=25))
def test_what_is_not_dominated_is_what_no_other_point_beats(points: list[Point]) -> None:
    expected = [
        place for place, own in enumerate(points) if not any(beats(each, own) for each in points)
    ]
    assert list(non_dominated(points)) == expected


@given(POINT, POINT, POINT)
def test_dominance_is_an_order(one: Point, other: Point, third: Point) -> None:
    assert dominates(one, other) == beats(one, other)
    assert not dominates(one, one)
    assert not (dominates(one, other) and dominates(other, one))
    if dominates(one, other) and dominates(other, third):
        assert dominates(one, third)


@given(st.lists(POINT, max_size=12), st.randoms(use_true_random=False))
def test_the_order_of_points_changes_nothing(points: list[Point], random: Any) -> None:
    order = list(range(len(points)))
    random.shuffle(order)
    shuffled = [points[place] for place in order]
    assert sorted(order[place] for place in non_dominated(shuffled)) == list(non_dominated(points))
    assert frontier_of(shuffled) == frontier_of(points)


def test_equal_points_are_kept_together_and_fractions_tie_exactly() -> None:
    one = Point(10, Fraction(1, 3), 5, 1)
    same = Point(Fraction(30, 3), Fraction(2, 6), 5, Fraction(1))
    hardly_worse = Point(10, Fraction(10**20 + 1, 3 * 10**20), 5, 1)
    assert non_dominated([one, hardly_worse, same]) == (0, 2)
    assert frontier_of([one, hardly_worse, same]) == (one,)


def test_a_point_that_settles_less_dominates_nothing_that_settles_more() -> None:
    idle = Point(0, 0, 0, Fraction(1, 2))
    busy = Point(100, Fraction(1, 2), 10, Fraction(51, 100))
    assert non_dominated([idle, busy]) == (0, 1)
    assert non_dominated([idle, Point(100, Fraction(1, 2), 10, Fraction(1, 2))]) == (0,)


def test_to_settle_more_at_equal_figures_is_not_called_better() -> None:
    more, less = Point(1, 0, 0, 1), Point(1, 0, 0, Fraction(1, 2))
    assert not dominates(more, less)
    assert non_dominated([more, less]) == (0, 1)


@given(OPTIONS)
def test_an_option_is_better_where_it_is_worse_at_no_level_and_better_at_one(
    options: dict[str, dict[Exact, Point]],
) -> None:
    found = {(each.better, each.worse): each for each in state_dominance(options)}
    for one, mine in options.items():
        for other, theirs in options.items():
            common = sorted(mine.keys() & theirs.keys())
            pairs = {level: (mine[level], theirs[level]) for level in common}
            better = [level for level in common if beats(*pairs[level])]
            equal = [
                level
                for level, (own, others) in pairs.items()
                if level not in better
                and own.settled >= others.settled
                and (own.liquidity_minor, own.delay, own.credit_minor)
                == (others.liquidity_minor, others.delay, others.credit_minor)
            ]
            is_stated = bool(better) and len(better) + len(equal) == len(common)
            assert ((one, other) in found) == is_stated
            if is_stated:
                stated = Dominance(one, other, tuple(better), tuple(equal))
                assert found[one, other] == stated


@given(OPTIONS)
def test_the_order_of_options_changes_nothing_that_is_stated(
    options: dict[str, dict[Exact, Point]],
) -> None:
    turned = dict(reversed(options.items()))
    assert state_dominance(turned) == state_dominance(options)


def test_one_level_where_it_is_worse_leaves_nothing_to_state() -> None:
    cheap, dear = Point(1, 0, 0, 1), Point(2, 0, 0, 1)
    assert state_dominance({"A": {0: cheap, 1: cheap}, "B": {0: dear, 1: dear}}) == (
        Dominance("A", "B", (0, 1), ()),
    )
    assert state_dominance({"A": {0: cheap, 1: dear}, "B": {0: dear, 1: cheap}}) == ()


def test_options_without_a_common_level_are_not_compared() -> None:
    cheap, dear = Point(1, 0, 0, 1), Point(2, 0, 0, 1)
    assert state_dominance({"A": {0: cheap}, "B": {1: dear}}) == ()


def test_a_frontier_rises_in_liquidity_without_its_dominated_points() -> None:
    points = [
        Point(30, Fraction(1, 10), 0, 1),
        Point(10, Fraction(1, 2), 0, 1),
        Point(20, Fraction(6, 10), 0, 1),
    ]
    assert frontier_of(points) == (points[1], points[0])
    assert frontier_of([]) == ()


def test_between_two_measured_liquidities_figures_lie_between_theirs() -> None:
    points = [
        Point(10, Fraction(1, 2), 0, Fraction(9, 10)),
        Point(20, Fraction(1, 4), 7, 1),
        Point(40, 0, 3, 1),
    ]
    assert bounds_at(points, 15) == Bounds(
        10, 20, Range(Fraction(1, 4), Fraction(1, 2)), Range(0, 7), Range(Fraction(9, 10), 1)
    )
    assert bounds_at(points, 20) == Bounds(
        20, 20, Range(Fraction(1, 4), Fraction(1, 4)), Range(7, 7), Range(1, 1)
    )
    assert bounds_at(points, 9) is None
    assert bounds_at(points, 41) is None
    assert bounds_at([], 0) is None


def test_all_points_of_a_neighbouring_liquidity_count_for_the_bounds() -> None:
    points = [Point(10, 1, 0, 1), Point(10, Fraction(1, 2), 4, 1), Point(20, 0, 1, 1)]
    found = bounds_at(points, 12)
    assert found is not None
    assert (found.delay, found.credit_minor) == (Range(0, 1), Range(0, 4))


@pytest.mark.parametrize(
    ("figures", "what"),
    [
        ((0.5, 0, 0, 1), "liquidity_minor: found 0.5, expected a whole number or a fraction"),
        ((1, -1, 0, 1), "delay: found -1, expected 0 or more"),
        ((1, 0, -1, 1), "credit_minor: found -1"),
        ((1, 0, 0, Fraction(3, 2)), "settled: found 3/2, expected 0 … 1"),
    ],
)
def test_a_figure_out_of_its_range_is_refused(figures: tuple[Any, ...], what: str) -> None:
    with pytest.raises(UsageError, match=what):
        Point(*figures)


def test_too_many_points_are_refused_by_name() -> None:
    with pytest.raises(LimitExceededError, match="POINTS_MAX: found 10001"):
        non_dominated([Point(0, 0, 0, 1)] * 10_001)
