"""Sums by group are exact where floats and 64 bits are not."""

from random import Random

import numpy as np
import pytest

from comity.simulator import group_sums
from comity.simulator.group_sums import count_rows, cut, cut_products, sum_limbs, sum_values

AMOUNT_MAX = 10**15 - 1
DAY_US = 86_399_999_999


def test_the_greatest_amounts_times_the_longest_waits_are_exact() -> None:
    amounts = np.full(50_000, AMOUNT_MAX, np.int64)
    times = np.full(50_000, DAY_US, np.int64)
    group = np.arange(50_000, dtype=np.intp) % 2
    found = sum_limbs(group, cut_products(amounts, times), 3)
    assert found.tolist() == [25_000 * AMOUNT_MAX * DAY_US] * 2 + [0]
    assert sum_values(group, amounts, 3).tolist() == [25_000 * AMOUNT_MAX] * 2 + [0]
    assert count_rows(group, 3).tolist() == [25_000, 25_000, 0]


@pytest.mark.parametrize(("values", "limbs"), [([2**53 - 1], 1), ([2**52, 2**52 + 1], 2)])
def test_one_limb_is_enough_where_no_sum_passes_what_a_float_holds(
    values: list[int], limbs: int
) -> None:
    found = cut(np.array(values))
    assert len(found) == limbs
    assert sum_limbs(np.zeros(len(values), np.intp), found, 1).tolist() == [sum(values)]


def test_waits_of_months_are_exact_too() -> None:
    """An option that settles after days makes payments wait longer than any day is."""
    amounts, times = np.full(9, AMOUNT_MAX, np.int64), np.full(9, 62 * DAY_US + 5, np.int64)
    times[0] = 3
    found = sum_limbs(np.zeros(9, np.intp), cut_products(amounts, times), 1)
    assert found.tolist() == [AMOUNT_MAX * (8 * (62 * DAY_US + 5) + 3)]


@pytest.mark.parametrize("seed", range(10))
def test_sums_are_what_a_plain_loop_says(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(group_sums, "_CHUNK", 7)
    dice = Random(seed)
    rows = [
        (dice.randrange(5), dice.randrange(AMOUNT_MAX), dice.randrange(DAY_US)) for _ in range(60)
    ]
    values, products = [0] * 5, [0] * 5
    for group, amount, time_us in rows:
        values[group] += amount
        products[group] += amount * time_us
    groups, amounts, times = (np.array(each) for each in zip(*rows, strict=True))
    assert sum_limbs(groups, cut(amounts), 5).tolist() == values
    assert sum_limbs(groups, cut_products(amounts, times), 5).tolist() == products
