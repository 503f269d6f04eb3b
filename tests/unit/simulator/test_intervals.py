"""Differences over periods: what is exact, what repeats, and what the intervals are worth."""

import math
import pickle
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from comity.errors import LimitExceededError, UsageError
from comity.simulator.holm import adjust_holm
from comity.simulator.intervals import (
    Comparison,
    Difference,
    TooFewPeriods,
    Values,
    compare_options,
)
from comity.simulator.student import quantile, tails

Floats = NDArray[np.float64]


def compared(
    values: Values,
    baseline: int = 0,
    *,
    seed: int = 1,
    resamples: int = 999,
    block_length: int | None = None,
) -> Comparison:
    """Return the comparison of periods that suffice."""
    found = compare_options(
        values, baseline, seed=seed, resamples=resamples, block_length=block_length
    )
    assert isinstance(found, Comparison)
    return found


def paired_options(options: int, periods: int, *, carried: float, seed: int) -> Floats:
    """Return options against one baseline of zeros, each period carrying over some of the last."""
    shocks = np.random.default_rng(seed).standard_normal((options, periods + 50))
    values = np.zeros_like(shocks)
    for period in range(1, periods + 50):
        values[:, period] = carried * values[:, period - 1] + shocks[:, period]
    return np.concatenate([np.zeros((1, periods)), values[:, 50:]])


def drawn_sums(d: list[int], length: int, resamples: int, seed: int) -> list[int]:
    """Return the sum of every resample, period by period, as the definition reads."""
    n = len(d)
    blocks = math.ceil(n / length)
    raw = np.random.PCG64(seed).random_raw(blocks * resamples).tolist()
    sums = []
    for resample in range(resamples):
        drawn: list[int] = []
        for block in range(blocks):
            start = raw[block * resamples + resample] % n
            drawn += [d[(start + ahead) % n] for ahead in range(length)]
        sums.append(sum(drawn[:n]))
    return sums


def plain_p_value(d: list[int], length: int) -> float:
    """Return it with the variance of all that blocks can be, in exact fractions."""
    n = len(d)
    mean = Fraction(sum(d), n)
    if not mean:
        return 1.0
    variance = Fraction(0)
    left = n
    while left:
        size = min(length, left)
        sums = [sum(d[(start + ahead) % n] for ahead in range(size)) for start in range(n)]
        variance += sum(((s - size * mean) ** 2 for s in sums), Fraction(0)) / n
        left -= size
    if not variance:
        return 1e-9
    corrected = variance / n**2 * n / (n - length)
    return max(1e-9, tails(math.sqrt(mean**2 / corrected), n / length - 1))


@settings(max_examples=15)
@given(
    st.lists(st.integers(-9, 9), min_size=10, max_size=30),
    st.integers(1, 5),
    st.integers(0, 2**64 - 1),
)
def test_an_interval_is_what_the_definition_gives(d: list[int], length: int, seed: int) -> None:
    values = np.array([[0] * len(d), d])
    found = compared(values, seed=seed, block_length=length).differences[1]
    n = len(d)
    sums = sorted(drawn_sums(d, length, 999, seed))
    mean = sum(d) / n
    widening = math.sqrt(n / (n - length)) * quantile(0.05, n / length - 1) / 1.959963984540054
    assert found.mean == mean
    assert found.low == pytest.approx(mean + widening * (sums[24] / n - mean), abs=1e-7)
    assert found.high == pytest.approx(mean + widening * (sums[-25] / n - mean), abs=1e-7)
    assert float(found.p_value) == pytest.approx(plain_p_value(d, length), abs=2e-9)
    assert (found.p_value * 10**9).denominator == 1
    assert found.stands == (found.p_value <= Fraction(1, 20))


@pytest.mark.parametrize(("periods", "length"), [(10, 3), (27, 3), (28, 4), (64, 4), (65, 5)])
def test_blocks_are_as_long_as_the_cube_root_rounded_up(periods: int, length: int) -> None:
    assert compared(np.zeros((1, periods))).block_length == length


# 500 series; a share of 95 % has a standard error of 1.0 points, the tolerance is three of them.
@pytest.mark.parametrize(
    ("periods", "carried", "coverage"),
    [(10, 0.3, 0.968), (20, 0.0, 0.963), (20, 0.3, 0.931), (60, 0.3, 0.932), (250, 0.3, 0.938)],
)
def test_an_interval_covers_what_the_page_says(
    periods: int, carried: float, coverage: float
) -> None:
    found: list[Difference] = []
    for seed in (3, 4):
        values = paired_options(250, periods, carried=carried, seed=seed)
        found += compared(values, seed=seed, resamples=1_999).differences[1:]
    covers = sum(each.low <= 0 <= each.high for each in found) / len(found)
    assert abs(covers - coverage) < 0.03


@pytest.mark.parametrize(("carried", "most"), [(0.0, 0.02), (0.3, 0.07)])
def test_options_that_differ_in_nothing_seldom_stand(carried: float, most: float) -> None:
    stood = 0
    for seed in range(300):
        # Twelve independent series, the first of them the baseline; the row of zeros is left out.
        values = paired_options(12, 20, carried=carried, seed=seed)[1:]
        stood += any(each.stands for each in compared(values).differences)
    assert stood / 300 <= most


def test_no_seed_moves_a_p_value() -> None:
    values = paired_options(3, 20, carried=0.3, seed=12)
    one, other = (compared(values, seed=seed).differences for seed in (1, 2))
    assert [each.p_value for each in one] == [each.p_value for each in other]
    assert one[1].low != other[1].low


@pytest.mark.parametrize("m", [0.1, -3.0, 1e300, 5e-324, 7])
def test_differences_all_equal_give_one_point_and_the_least_p_value(m: float) -> None:
    found = compared(np.array([[0 * m] * 13, [m] * 13])).differences[1]
    least = Fraction(1, 10**9)
    assert found == Difference(m, m, m, least, least, stands=True)


def test_blocks_that_cannot_differ_give_the_least_p_value_or_one() -> None:
    values = np.array([[0] * 12, [3, 1] * 6, [1, -1] * 6])
    found = compared(values, block_length=2).differences
    assert [each.p_value for each in found[1:]] == [Fraction(1, 10**9), 1]
    assert (found[1].low, found[1].high) == (2, 2)


def test_a_difference_far_from_chance_stands_and_chance_does_not() -> None:
    values = paired_options(2, 60, carried=0.0, seed=5)
    values[1] += 2
    _, large, chance = compared(values).differences
    assert large.stands
    assert large.low > 1
    assert large.p_value == Fraction(1, 10**9)
    assert not chance.stands


def test_adjusted_p_values_are_holms_over_all_options_but_the_baseline() -> None:
    values = paired_options(5, 30, carried=0.0, seed=6) + np.arange(6)[:, None] * 0.2
    found = compared(values, baseline=2).differences
    others = [each for option, each in enumerate(found) if option != 2]
    expected = adjust_holm([each.p_value for each in others])
    assert tuple(each.p_adjusted for each in others) == expected
    for each in others:
        assert each.stands == (each.p_adjusted <= Fraction(1, 20))


@given(st.integers(0, 4), st.integers(0, 2**64 - 1), st.booleans())
@settings(max_examples=20)
def test_the_baseline_against_itself_is_exactly_zero(baseline: int, seed: int, whole: bool) -> None:
    values: Values = paired_options(4, 20, carried=0.3, seed=7) * 1e9 / 3
    if whole:
        values = values.astype(np.int64)
    found = compared(values, baseline, seed=seed).differences[baseline]
    assert found == Difference(0.0, 0.0, 0.0, Fraction(1), Fraction(1), stands=False)


def test_an_option_equal_to_the_baseline_never_stands() -> None:
    values = np.array([[0.1 * n for n in range(12)]] * 3)
    nothing = Difference(0.0, 0.0, 0.0, Fraction(1), Fraction(1), stands=False)
    assert compared(values, 1).differences == (nothing,) * 3


@given(st.permutations(range(6)))
@settings(max_examples=20)
def test_the_order_of_options_changes_nothing(order: list[int]) -> None:
    values = paired_options(5, 23, carried=0.5, seed=8)
    plain = compared(values).differences
    shuffled = compared(values[order], order.index(0)).differences
    assert shuffled == tuple(plain[option] for option in order)


@pytest.mark.parametrize("whole", [False, True])
def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(whole: bool) -> None:
    values: Values = paired_options(3, 20, carried=0.3, seed=9) * 1000
    if whole:
        values = values.astype(np.int64)
    one, again, other = (compared(values, seed=seed) for seed in (4, 4, 5))
    assert pickle.dumps(one) == pickle.dumps(again)
    assert one.differences != other.differences


def test_known_values_give_known_figures_on_every_machine() -> None:
    digits = np.array([[0] * 12, [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, -8]])
    exact = compared(digits, seed=11).differences[1]
    p = Fraction("0.104339479")
    assert exact == Difference(3.0, -1.6872959025, 6.749836722, p, p, stands=False)
    rounded = compared(digits / 10, seed=11).differences[1]
    assert rounded == replace(exact, mean=0.3, low=-0.16872959025, high=0.6749836722)


def test_a_measure_beside_another_is_resampled_in_the_same_periods() -> None:
    values = paired_options(1, 20, carried=0.3, seed=10)
    both = np.concatenate([values, 3 * values[1:] + 1])
    beside = compared(both).differences[2]
    alone = compared(both[[0, 2]]).differences[1]
    assert (beside.mean, beside.low, beside.high) == (alone.mean, alone.low, alone.high)
    assert beside.low == pytest.approx(3 * compared(values).differences[1].low + 1)


def test_whole_numbers_beyond_a_float_are_summed_exactly() -> None:
    d = [10**17 + 1] * 9 + [10**17 - 9_999]
    found = compared(np.array([[0] * 10, d])).differences[1]
    assert Fraction(found.mean) == 10**17 - 1_000 + 8  # a float there is a multiple of 16
    widening = math.sqrt(10 / 7) * quantile(0.05, 7 / 3) / 1.959963984540054
    lowest = sorted(drawn_sums(d, 3, 999, 1))[24]
    exact = Fraction(sum(d), 10) + Fraction(f"{widening:.9f}") * Fraction(lowest - sum(d), 10)
    assert found.low == float(exact)


@pytest.mark.parametrize("periods", [0, 1, 9])
def test_too_few_periods_give_means_and_no_interval(periods: int) -> None:
    values = np.array([[1] * periods, [4] * periods]).reshape(2, periods).astype(np.int64)
    found = compare_options(values, 0, seed=1)
    assert found == TooFewPeriods(periods, 10, (0.0, 3.0) if periods else ())


@pytest.mark.parametrize(
    ("values", "baseline", "what"),
    [
        (np.zeros(12), 0, "values: found 1 dimensions"),
        (np.zeros((2, 12), np.int32), 0, "values: found 2 dimensions of int32"),
        (np.zeros((2, 12)), 2, "baseline: found 2, expected a row of 2"),
        (np.zeros((2, 12)), -1, "baseline: found -1"),
        (np.array([[0.0] * 12, [0.0] * 11 + [math.nan]]), 0, r"values\[1, 11\]: found nan"),
        (np.full((1, 12), math.inf), 0, r"values\[0, 0\]: found inf"),
    ],
)
def test_values_of_another_form_are_refused(values: Floats, baseline: int, what: str) -> None:
    with pytest.raises(UsageError, match=what):
        compared(values, baseline)


def test_numbers_out_of_their_range_are_refused() -> None:
    values = np.zeros((2, 13))
    with pytest.raises(UsageError, match="seed: found -1"):
        compared(values, seed=-1)
    with pytest.raises(UsageError, match="resamples: found 998"):
        compared(values, resamples=998)
    for length in (0, 7):
        with pytest.raises(UsageError, match=f"block_length: found {length}, expected 1 … 6"):
            compared(values, block_length=length)


@pytest.mark.parametrize(
    ("values", "limit"),
    [
        (np.zeros((257, 10)), "OPTIONS_MAX: found 257, allowed 256"),
        (np.zeros((1, 4097)), "PERIODS_MAX: found 4097"),
        (np.full((1, 10), -(2**63)), "magnitude of values"),
        (np.full((1, 10), 2**58), "magnitude of values"),
        (np.full((1, 10), 1e307), "magnitude of values"),
    ],
)
def test_what_is_too_large_is_refused_by_name(values: Values, limit: str) -> None:
    with pytest.raises(LimitExceededError, match=limit):
        compared(values)


def test_the_largest_values_allowed_do_not_overflow() -> None:
    most = (2**63 - 1) // 40
    values = np.array([[most] * 10, [-most] * 10])
    assert compared(values).differences[1].low == -2.0 * most
    with np.errstate(over="raise"):
        assert compared(np.array([[1e306] * 10, [-1e306] * 10])).differences[1].stands
