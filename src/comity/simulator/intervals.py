"""Differences between options over the same settlement periods, with intervals and tests.

Periods follow one another and are alike from one to the next, so they are resampled in blocks, on
a circle: H. R. Künsch, The jackknife and the bootstrap for general stationary observations, Annals
of Statistics 17 (1989), 1217–1241; D. N. Politis and J. P. Romano, A circular block-resampling
procedure for stationary data, in LePage and Billard (eds), Exploring the Limits of Bootstrap
(1992), 263–270. Resampled means vary too little where there are few blocks, which is corrected by
Student's t; what intervals and tests are worth then is measured in `docs/comparing.md`.

The same seed gives the same bytes on every machine: starts of blocks are raw numbers of PCG64,
floats are added in one fixed order, and what comes from Student's t is rounded to 9 decimals.
"""

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from comity.errors import LimitExceededError, UsageError
from comity.simulator.holm import adjust_holm
from comity.simulator.student import quantile, tails

Values: TypeAlias = NDArray[np.float64] | NDArray[np.int64]
_Values: TypeAlias = NDArray[Any]  # one of these; which is checked before

ALPHA: Final = Fraction(1, 20)
"""Intervals leave out this share of the widened means; differences are tested at this level."""
PERIODS_MIN: Final = 10
"""With fewer periods there is no interval and no test."""
PERIODS_MAX: Final = 4_096
OPTIONS_MAX: Final = 256
RESAMPLES: Final = 10_000
RESAMPLES_MIN: Final = 999
RESAMPLES_MAX: Final = 100_000
SEED_MAX: Final = 2**64 - 1
_INT64_MAX = 2**63 - 1
_NORMAL = 1.959963984540054  # the normal distribution leaves out ALPHA beyond it, on both sides
_DECIMALS = 10**9
_FAR = 1e100  # no p-value is told from the least one beyond


@dataclass(frozen=True, slots=True)
class Difference:
    """What an option has more than the baseline, a period; below zero where it has less.

    Attributes:
        mean: mean over the periods, in the unit of the values.
        low: lower end of the 95 % interval, same unit.
        high: upper end.
        p_value: of the hypothesis that the mean difference is zero, two-sided, 10^−9 … 1 in whole
            multiples of 10^−9.
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
    last block is cut so that a resample has n periods. With Student's t, of n ÷ l − 1 degrees
    of freedom, and c = √(n ÷ (n − l)):

    - interval: the 95 % in the middle of the resampled means, c · t ÷ z times as far from m;
    - p-value: the chance that t is as far from zero as m is, counted in c standard deviations of
      resampled means. It is computed, not resampled: no seed moves it.

    Where all d are equal the interval is [m, m]; where resampled means cannot vary the p-value is 1
    for m = 0 and else the least one.

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
    means = [_mean(row) for row in differences] if periods else []
    if periods < PERIODS_MIN:
        return TooFewPeriods(periods, PERIODS_MIN, tuple(float(mean) for mean in means))
    length = _block_length(periods, block_length)
    # Less the first one, equal differences are exact zeros, and so is how much they vary.
    varying: _Values = differences - differences[:, :1]
    p_values = _p_values(means, varying, length)
    adjusted = _adjusted(p_values, baseline)
    ends = _interval_ends(varying, length, resamples, seed)
    found = tuple(
        Difference(float(mean), float(mean + low), float(mean + high), p, by_holm, by_holm <= ALPHA)
        for mean, (low, high), p, by_holm in zip(means, ends, p_values, adjusted, strict=True)
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
    # Less the first one, a difference is at most four times as much; a sum has one a period.
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


def _interval_ends(
    varying: _Values, length: int, resamples: int, seed: int
) -> list[tuple[Fraction, Fraction]]:
    """Return how far both ends of the interval lie from the mean of every option.

    Of b resampled means they are the k-th least and the k-th greatest, k = ⌊(b + 1) · 2.5 %⌋, less
    the mean, times c · t ÷ z (97.5 % quantiles of Student's and the normal distribution).
    """
    periods = varying.shape[1]
    widening = _deflation(periods, length) * quantile(float(ALPHA), _degrees(periods, length))
    exact = Fraction(round(widening / _NORMAL * _DECIMALS), _DECIMALS)
    sums = _resampled_sums(varying, length, resamples, seed)
    sums.sort(axis=1)
    rank = math.floor((resamples + 1) * ALPHA / 2)
    ends = []
    for row, (low, high) in zip(varying, sums[:, [rank - 1, -rank]].tolist(), strict=True):
        mean = _mean(row)
        ends.append(
            (exact * (Fraction(low) / periods - mean), exact * (Fraction(high) / periods - mean))
        )
    return ends


def _p_values(means: list[Fraction], varying: _Values, length: int) -> list[Fraction]:
    periods = varying.shape[1]
    degrees = _degrees(periods, length)
    spreads = _spreads(varying, length)
    p_values = []
    for mean, spread in zip(means, spreads, strict=True):
        if not mean:
            p_values.append(Fraction(1))
            continue
        t = _FAR
        if spread > abs(mean) / Fraction(_FAR):
            t = float(abs(mean) / spread)
        chance = tails(t / _deflation(periods, length), degrees)
        p_values.append(Fraction(max(1, round(chance * _DECIMALS)), _DECIMALS))
    return p_values


def _deflation(periods: int, length: int) -> float:
    """Return c: by what the mean varies more than resampled ones, where periods are independent.

    Sums of blocks vary around the mean of these very periods, not around the true one.
    """
    return math.sqrt(periods / (periods - length))


def _degrees(periods: int, length: int) -> float:
    """Return the degrees of freedom of n ÷ l blocks that do not overlap."""
    return periods / length - 1


def _spreads(varying: _Values, length: int) -> list[Fraction]:
    """Return the standard deviation of a resampled mean over all starts of its blocks."""
    periods = varying.shape[1]
    blocks = -(-periods // length)
    units = np.abs(varying).max(axis=1)
    # Squares of the largest values allowed would not fit; squares of shares always do.
    shares = varying / np.where(units == 0, 1, units)[:, None]
    shares -= np.array([math.fsum(row.tolist()) / periods for row in shares])[:, None]
    whole = _circular_sums(shares, length) ** 2
    last = _circular_sums(shares, periods - (blocks - 1) * length) ** 2
    spreads = []
    for unit, one, cut in zip(units.tolist(), whole, last, strict=True):
        squares = (blocks - 1) * math.fsum(one.tolist()) + math.fsum(cut.tolist())
        spreads.append(Fraction(unit) * Fraction(math.sqrt(squares / periods)) / periods)
    return spreads


def _adjusted(p_values: list[Fraction], baseline: int) -> list[Fraction]:
    """Return the p-values by Holm; the baseline's own is no hypothesis and stays."""
    others = [p for option, p in enumerate(p_values) if option != baseline]
    adjusted = list(adjust_holm(others))
    adjusted.insert(baseline, p_values[baseline])
    return adjusted


def _mean(row: _Values) -> Fraction:
    numbers = row.tolist()
    total = sum(numbers) if row.dtype == np.int64 else math.fsum(numbers)
    return Fraction(total) / len(numbers)
