"""Differences between options over the same settlement periods, with intervals and tests.

Periods follow one another and are alike from one to the next, so they are resampled in blocks, on
a circle: H. R. Künsch, The jackknife and the bootstrap for general stationary observations, Annals
of Statistics 17 (1989), 1217–1241; D. N. Politis and J. P. Romano, A circular block-resampling
procedure for stationary data, in LePage and Billard (eds), Exploring the Limits of Bootstrap
(1992), 263–270. What the intervals are worth with few periods is measured in `docs/comparing.md`.

The same seed gives the same bytes on every machine: starts of blocks are raw numbers of PCG64, and
floats are added in one fixed order.
"""

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from comity.errors import LimitExceededError, UsageError
from comity.simulator.holm import adjust_holm

Values: TypeAlias = NDArray[np.float64] | NDArray[np.int64]
_Values: TypeAlias = NDArray[Any]  # one of these; which is checked before

ALPHA: Final = Fraction(1, 20)
"""Intervals leave out this share of the resampled means; differences are tested at this level."""
PERIODS_MIN: Final = 10
"""With fewer periods there is no interval and no test."""
PERIODS_MAX: Final = 4_096
OPTIONS_MAX: Final = 256
RESAMPLES: Final = 10_000
RESAMPLES_MIN: Final = 999
RESAMPLES_MAX: Final = 100_000
SEED_MAX: Final = 2**64 - 1
_INT64_MAX = 2**63 - 1
_TIE = 2.0**-40  # rounding must not make a float that ties with the observed one look smaller


@dataclass(frozen=True, slots=True)
class Difference:
    """What an option has more than the baseline, a period; below zero where it has less.

    Attributes:
        mean: mean over the periods, in the unit of the values.
        low: lower end of the 95 % interval, same unit.
        high: upper end.
        p_value: of the hypothesis that the mean difference is zero, two-sided, 1 ÷ (1 + resamples)
            … 1.
        p_adjusted: the same by Holm, over all options but the baseline.
        stands: whether the adjusted one is not above 5 %.
    """

    mean: float
    low: float
    high: float
    p_value: Fraction
    p_adjusted: Fraction
    stands: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """Every option against the baseline.

    Attributes:
        baseline: place of the option that the others are compared with.
        periods: how many there are.
        block_length: periods in a block.
        resamples: how many.
        seed: of the resampling.
        differences: one an option, in the order of the values; the baseline's own is exactly zero,
            with p-values of 1.
    """

    baseline: int
    periods: int
    block_length: int
    resamples: int
    seed: int
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class TooFewPeriods:
    """There are too few periods to say how far a mean difference is chance.

    Attributes:
        periods: how many there are.
        needed: how many there would have to be.
        means: mean difference of every option, as in `Difference`; empty without any period.
    """

    periods: int
    needed: int
    means: tuple[float, ...]


def compare_options(
    values: Values,
    baseline: int,
    *,
    seed: int,
    resamples: int = RESAMPLES,
    block_length: int | None = None,
) -> Comparison | TooFewPeriods:
    """Return by how much every option differs from the baseline, period by period.

    With d the n differences of an option and m their mean, a resample is made of ⌈n ÷ l⌉ blocks of
    l periods that follow one another, the first after the last, each start equally likely; the
    last block is cut so that a resample has n periods. Over b resamples with means m*:

    - interval: the k-th least and the k-th greatest m*, k = ⌊(b + 1) · 2.5 %⌋ (percentile);
    - p-value: (1 + number of m* with |m* − m| ≥ |m|) ÷ (1 + b). The expectation of m* is m itself.

    All options share the resampled periods, and so do calls with the same number of periods, seed,
    resamples and block length: another measure of the same periods is resampled alike.

    Args:
        values: shape (options, periods), in any one unit; periods in order of time. Of 64-bit
            integers every sum is exact and only the figures returned are rounded.
        baseline: row of the option that the others are compared with.
        seed: 0 … 2^64 − 1.
        resamples: 999 … 100,000.
        block_length: 1 … half the periods; by default the least whole number whose cube is not
            less than the number of periods (3 up to 27 periods, 4 up to 64).

    Raises:
        UsageError: an argument has another form, or a value is not finite.
        LimitExceededError: options or periods are too many, or values so large that their sums
            would not fit.
    """
    _check_values(values, baseline)
    _check_numbers(seed, resamples)
    differences: _Values = values - values[baseline]
    periods = values.shape[1]
    if periods < PERIODS_MIN:
        means = tuple(_mean(row) for row in differences) if periods else ()
        return TooFewPeriods(periods, PERIODS_MIN, means)
    length = _block_length(periods, block_length)
    sums = _resampled_sums(differences, length, resamples, seed)
    p_values = _p_values(differences, sums)
    adjusted = _adjusted(p_values, baseline)
    sums.sort(axis=1)
    rank = math.floor((resamples + 1) * ALPHA / 2)
    found = tuple(
        Difference(
            mean=_mean(differences[option]),
            low=_divide(sums[option, rank - 1], periods),
            high=_divide(sums[option, -rank], periods),
            p_value=p_values[option],
            p_adjusted=adjusted[option],
            stands=adjusted[option] <= ALPHA,
        )
        for option in range(len(values))
    )
    return Comparison(baseline, periods, length, resamples, seed, found)


def _check_values(values: Values, baseline: int) -> None:
    if values.ndim != 2 or values.dtype not in (np.dtype(np.float64), np.dtype(np.int64)):
        found = f"{values.ndim} dimensions of {values.dtype}"
        raise UsageError(f"values: found {found}, expected 2 of float64 or int64")
    options, periods = values.shape
    if options > OPTIONS_MAX:
        raise LimitExceededError("OPTIONS_MAX", found=options, allowed=OPTIONS_MAX)
    if periods > PERIODS_MAX:
        raise LimitExceededError("PERIODS_MAX", found=periods, allowed=PERIODS_MAX)
    if not 0 <= baseline < options:
        raise UsageError(f"baseline: found {baseline}, expected a row of {options}")
    if not np.isfinite(values).all():
        place = np.argwhere(~np.isfinite(values))[0].tolist()
        raise UsageError(f"values{place}: found {values[tuple(place)]}, expected a finite number")
    if not periods:
        return
    greatest = max(abs(int(values.max())), abs(int(values.min())))
    # A difference is at most twice, a sum less a sum four times the number of periods as much.
    allowed = _INT64_MAX // (4 * periods)
    if values.dtype == np.float64:
        allowed = int(np.finfo(np.float64).max) // (8 * periods)
    if greatest > allowed:
        raise LimitExceededError("magnitude of values", found=greatest, allowed=allowed)


def _check_numbers(seed: int, resamples: int) -> None:
    if not 0 <= seed <= SEED_MAX:
        raise UsageError(f"seed: found {seed}, expected 0 … 2^64 − 1")
    if not RESAMPLES_MIN <= resamples <= RESAMPLES_MAX:
        expected = f"{RESAMPLES_MIN} … {RESAMPLES_MAX}"
        raise UsageError(f"resamples: found {resamples}, expected {expected}")


def _block_length(periods: int, asked: int | None) -> int:
    if asked is None:
        length = 1
        while length**3 < periods:
            length += 1
        return length
    # One block alone is always the same periods: its mean would never vary.
    if not 1 <= asked <= periods // 2:
        raise UsageError(f"block_length: found {asked}, expected 1 … {periods // 2}")
    return asked


def _resampled_sums(differences: _Values, length: int, resamples: int, seed: int) -> _Values:
    """Return the sum of every resample, shape (options, resamples), in the type given."""
    options, periods = differences.shape
    blocks = -(-periods // length)
    whole = _circular_sums(differences, length)
    last = _circular_sums(differences, periods - (blocks - 1) * length)
    stream = np.random.PCG64(seed)
    sums: _Values = np.zeros((options, resamples), differences.dtype)
    for block in range(blocks):
        # That 2^64 is no multiple of the periods makes no start likelier by more than 2^−52.
        starts = (stream.random_raw(resamples) % np.uint64(periods)).astype(np.intp)
        sums += np.take(last if block == blocks - 1 else whole, starts, axis=1)
    return sums


def _circular_sums(differences: _Values, length: int) -> _Values:
    """Return for every period the sum of so many from it on, the first after the last."""
    sums: _Values = np.zeros_like(differences)
    for ahead in range(length):
        sums += np.roll(differences, -ahead, axis=1)
    return sums


def _p_values(differences: _Values, sums: _Values) -> list[Fraction]:
    observed = _sum_in_order(differences)
    distance = np.abs(sums - observed[:, None])
    bound: _Values = np.abs(observed)
    if bound.dtype == np.float64:
        bound = bound * (1 - _TIE)
    counts = np.count_nonzero(distance >= bound[:, None], axis=1)
    return [Fraction(1 + count, 1 + sums.shape[1]) for count in counts.tolist()]


def _sum_in_order(differences: _Values) -> _Values:
    total: _Values = np.zeros(len(differences), differences.dtype)
    for period in range(differences.shape[1]):
        total += differences[:, period]
    return total


def _adjusted(p_values: list[Fraction], baseline: int) -> list[Fraction]:
    """Return the p-values by Holm; the baseline's own is no hypothesis and stays."""
    others = [p for option, p in enumerate(p_values) if option != baseline]
    adjusted = list(adjust_holm(others))
    adjusted.insert(baseline, p_values[baseline])
    return adjusted


def _mean(row: _Values) -> float:
    numbers = row.tolist()
    if row.dtype == np.int64:
        return float(Fraction(sum(numbers), len(numbers)))
    return math.fsum(numbers) / len(numbers)


def _divide(total: np.float64 | np.int64, periods: int) -> float:
    # Python divides integers of any size with one rounding; numpy would round them first.
    return float(total.item() / periods)
