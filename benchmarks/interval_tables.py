"""What the intervals and tests of option comparisons are worth: the tables of docs/comparing.md.

    .venv/bin/python -m benchmarks.interval_tables

Series are invented from fixed seeds, so that every run prints the same. A few minutes.
"""

import math

import numpy as np
from numpy.typing import NDArray

from comity.simulator.intervals import OPTIONS_MAX, Comparison, compare_options

SERIES = 10_000
COMPARISONS = 2_000
OPTIONS = 12
RESAMPLES = 1_999
BURN_IN = 50

Floats = NDArray[np.float64]


def invent(
    shape: tuple[int, int], carried: float, generator: np.random.Generator, *, skewed: bool = False
) -> Floats:
    """Return series whose mean is zero and that carry over a part of each period to the next."""
    options, periods = shape
    shocks = generator.standard_normal((options, periods + BURN_IN))
    if skewed:
        shocks = np.exp(shocks) - math.exp(0.5)
    series = shocks.copy()
    for period in range(1, periods + BURN_IN):
        series[:, period] += carried * series[:, period - 1]
    return series[:, BURN_IN:]


def compare(values: Floats, seed: int, resamples: int) -> Comparison:
    """Return the comparison with the first row, of periods that suffice."""
    found = compare_options(values, 0, seed=seed, resamples=resamples)
    assert isinstance(found, Comparison)
    return found


def coverage(periods: int, carried: float, *, skewed: bool) -> float:
    """Return how often the interval covers zero, which is the mean."""
    generator = np.random.default_rng(1)
    covered, left, seed = 0, SERIES, 0
    while left:
        count = min(left, OPTIONS_MAX - 1)
        values = np.zeros((count + 1, periods))
        values[1:] = invent((count, periods), carried, generator, skewed=skewed)
        found = compare(values, seed, RESAMPLES).differences[1:]
        covered += sum(each.low <= 0 <= each.high for each in found)
        left -= count
        seed += 1
    return covered / SERIES


def standing(periods: int, carried: float, *, more: float = 0.0, skewed: bool = False) -> float:
    """Return how often one option stands, of those that differ in nothing or of one that does.

    Args:
        periods: how many.
        carried: over from each period to the next.
        more: of the one that differs, in standard deviations of the difference in a period.
        skewed: whether what is added is log-normal.
    """
    generator = np.random.default_rng(2)
    stood = 0
    for seed in range(COMPARISONS):
        values = invent((OPTIONS, periods), carried, generator, skewed=skewed)
        values[1] += more * math.sqrt(2 / (1 - carried**2))
        found = compare(values, seed, 999).differences
        stood += found[1].stands if more else any(each.stands for each in found)
    return stood / COMPARISONS


def main() -> None:
    """Print the tables."""
    print("periods | 0 | 0.3 | 0.6 | skewed 0 | skewed 0.3: coverage")
    for periods in (10, 20, 40, 60, 120, 250):
        plain = [coverage(periods, carried, skewed=False) for carried in (0.0, 0.3, 0.6)]
        skewed = [coverage(periods, carried, skewed=True) for carried in (0.0, 0.3)]
        print(periods, *(f"| {100 * share:.1f} %" for share in plain + skewed), flush=True)
    print("periods | 0 | 0.3 | skewed 0 | one differs by 1 | by 2 | by 4: stands")
    for periods in (10, 20, 60, 250):
        nothing = [standing(periods, carried) for carried in (0.0, 0.3)]
        nothing.append(standing(periods, 0.0, skewed=True))
        one = [standing(periods, 0.0, more=more) for more in (1.0, 2.0, 4.0)]
        print(periods, *(f"| {100 * share:.1f} %" for share in nothing + one), flush=True)


if __name__ == "__main__":
    main()
