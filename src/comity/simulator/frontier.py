"""Which points, and which options, no other is better than in liquidity, delay and credit at once.

A point is better than another only where it is no worse in all three and better in one (Pareto
dominance). Nothing is weighed against anything else, and no area under a curve is taken: both would
need prices that nobody has stated. Figures are whole numbers and fractions, so that equal is equal.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import permutations
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from comity.errors import LimitExceededError, UsageError

Exact: TypeAlias = int | Fraction

POINTS_MAX: Final = 10_000


@dataclass(frozen=True, slots=True)
class Point:
    """What an option costs at one level of liquidity, in one currency, and what it settles.

    Attributes:
        liquidity_minor: money that lies ready or was used, minor units, ≥ 0; a mean over periods
            may be a fraction.
        delay: a measure of waiting where less is better, ≥ 0, such as the delay indicator 0 … 1.
        credit_minor: the greatest exposure, minor units, ≥ 0.
        settled: value settled ÷ value entered, 0 … 1.

    Raises:
        UsageError: a figure lies outside its range, or is neither a whole number nor a fraction.
    """

    liquidity_minor: Exact
    delay: Exact
    credit_minor: Exact
    settled: Exact

    def __post_init__(self) -> None:
        """Check every figure."""
        for name in ("liquidity_minor", "delay", "credit_minor", "settled"):
            figure = getattr(self, name)
            if not isinstance(figure, int | Fraction):
                raise UsageError(f"{name}: found {figure!r}, expected a whole number or a fraction")
            if figure < 0:
                raise UsageError(f"{name}: found {figure}, expected 0 or more")
        if self.settled > 1:
            raise UsageError(f"settled: found {self.settled}, expected 0 … 1")


@dataclass(frozen=True, slots=True)
class Dominance:
    """One option is worse than another at no common level, and better at one at least.

    Attributes:
        better: name of the option that is.
        worse: name of the other.
        better_at: levels where its point dominates, rising.
        equal_at: levels where the two are equal in all three figures, rising; where there are
            none, it dominates at every common level.
    """

    better: str
    worse: str
    better_at: tuple[Exact, ...]
    equal_at: tuple[Exact, ...]


@dataclass(frozen=True, slots=True)
class Range:
    """From the least to the greatest that a figure can be."""

    least: Exact
    greatest: Exact


@dataclass(frozen=True, slots=True)
class Bounds:
    """Between what an option's figures lie at a liquidity, by the measured ones on either side.

    Attributes:
        below_minor: the greatest measured liquidity that is not above it.
        above_minor: the least that is not below it; the same where it was measured itself.
        delay: as in `Point`.
        credit_minor: as in `Point`.
        settled: as in `Point`.
    """

    below_minor: Exact
    above_minor: Exact
    delay: Range
    credit_minor: Range
    settled: Range


def dominates(one: Point, other: Point) -> bool:
    """Return whether a point is better than another.

    It has to settle no less, to be no worse in liquidity, delay and credit, and better in one of
    the three. To settle more does not by itself make a point better: it makes the other's figures
    no match for it.
    """
    return _is_no_worse(one, other) and _costs(one) != _costs(other)


def non_dominated(points: Sequence[Point]) -> tuple[int, ...]:
    """Return the places of the points than which none is better, rising.

    Equal points are all in or all out, and so the order of the points changes nothing.

    Args:
        points: 0 … 10,000 of them, of any options and levels.

    Raises:
        LimitExceededError: there are more.
    """
    if len(points) > POINTS_MAX:
        raise LimitExceededError("POINTS_MAX", found=len(points), allowed=POINTS_MAX)
    costs = np.stack([_ranks([_costs(point)[axis] for point in points]) for axis in range(3)])
    settled = _ranks([point.settled for point in points])
    return tuple(place for place in range(len(points)) if not _is_beaten(place, costs, settled))


def state_dominance(options: Mapping[str, Mapping[Exact, Point]]) -> tuple[Dominance, ...]:
    """Return every pair of which one option can be said to be better than the other as a whole.

    It is where at every level that both were measured at it settles no less and is no worse in all
    three figures, and at one level at least it is better. Two options without a common level are
    not compared; nor is one that was not better anywhere.

    Args:
        options: by name, the point at each level; levels are numbers of any scale that means the
            same for all options, such as α between the bounds of liquidity.

    Returns:
        The pairs, in order of the names.
    """
    found = []
    for better, worse in permutations(sorted(options), 2):
        levels = sorted(options[better].keys() & options[worse].keys())
        pairs = [(options[better][level], options[worse][level]) for level in levels]
        if not all(_is_no_worse(*pair) for pair in pairs):
            continue
        is_better = [dominates(*pair) for pair in pairs]
        if any(is_better):
            at = tuple(level for level, is_so in zip(levels, is_better, strict=True) if is_so)
            equal = tuple(level for level in levels if level not in at)
            found.append(Dominance(better, worse, at, equal))
    return tuple(found)


def frontier_of(points: Sequence[Point]) -> tuple[Point, ...]:
    """Return an option's own points than which none of its own is better, by rising liquidity.

    Equal points are given once; among equal liquidities the lower delay comes first. Between two
    of them nothing was measured: see `bounds_at`.

    Raises:
        LimitExceededError: there are more than 10,000 points.
    """
    kept = {points[place] for place in non_dominated(points)}
    return tuple(sorted(kept, key=lambda point: (*_costs(point), point.settled)))


def bounds_at(points: Sequence[Point], liquidity_minor: Exact) -> Bounds | None:
    """Return between what an option's figures lie at a liquidity, None outside the measured ones.

    The one assumption: from one measured liquidity to the next each figure only rises or only
    falls. It then lies between the figures on either side, and no single number is made up for it.
    Where several points have a liquidity next to the one asked for, all of them count.

    Args:
        points: all that were measured of one option, dominated ones too; any number.
        liquidity_minor: minor units.
    """
    measured = [point.liquidity_minor for point in points]
    below = max((each for each in measured if each <= liquidity_minor), default=None)
    above = min((each for each in measured if each >= liquidity_minor), default=None)
    if below is None or above is None:
        return None
    beside = [point for point in points if point.liquidity_minor in (below, above)]
    return Bounds(
        below_minor=below,
        above_minor=above,
        delay=_range([point.delay for point in beside]),
        credit_minor=_range([point.credit_minor for point in beside]),
        settled=_range([point.settled for point in beside]),
    )


def _costs(point: Point) -> tuple[Exact, Exact, Exact]:
    return point.liquidity_minor, point.delay, point.credit_minor


def _is_no_worse(one: Point, other: Point) -> bool:
    costs = zip(_costs(one), _costs(other), strict=True)
    return one.settled >= other.settled and all(own <= others for own, others in costs)


def _ranks(figures: list[Exact]) -> NDArray[np.int64]:
    """Return each figure's place among the distinct ones: compares alike, and fits a column."""
    rank = {figure: place for place, figure in enumerate(sorted(set(figures)))}
    return np.array([rank[figure] for figure in figures], np.int64)


def _is_beaten(place: int, costs: NDArray[np.int64], settled: NDArray[np.int64]) -> bool:
    own = costs[:, place, None]
    is_no_worse = (costs <= own).all(axis=0) & (settled >= settled[place])
    return bool((is_no_worse & (costs < own).any(axis=0)).any())


def _range(figures: list[Exact]) -> Range:
    return Range(min(figures), max(figures))
