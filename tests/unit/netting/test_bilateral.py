"""Bilateral netting: pairs, both ways, and what the pairs add up to."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.netting import (
    BilateralPositions,
    greatest_netting_share,
    net_bilaterally,
    net_multilaterally,
    sum_bilateral_nets,
)

PARTIES = 5
Payment = tuple[int, int, int]
PAYMENTS = st.lists(
    st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(1, 10**15 - 1)), max_size=50
)


def columns(payments: list[Payment]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return (
        np.array([one[0] for one in payments], np.int32),
        np.array([one[1] for one in payments], np.int32),
        np.array([one[2] for one in payments], np.int64),
    )


def net(payments: list[Payment]) -> BilateralPositions:
    return net_bilaterally(*columns(payments), PARTIES)


def rows(pairs: BilateralPositions) -> list[tuple[int, ...]]:
    return [tuple(int(one) for one in row) for row in zip(*pairs, strict=True)]


def test_each_pair_shows_both_directions_and_their_difference() -> None:
    found = net([(2, 1, 10), (1, 2, 4), (0, 2, 7), (1, 2, 1)])
    assert rows(found) == [(0, 2, 7, 0, -7), (1, 2, 5, 10, 5)]


def test_a_payment_to_oneself_belongs_to_no_pair() -> None:
    assert rows(net([(3, 3, 9)])) == []


def test_nothing_exchanged_leaves_no_pair() -> None:
    assert rows(net([])) == []


@given(PAYMENTS)
def test_the_nets_of_a_partys_pairs_sum_to_its_multilateral_position(
    payments: list[Payment],
) -> None:
    summed = sum_bilateral_nets(net(payments), PARTIES)
    multilateral = net_multilaterally(*columns(payments), PARTIES)
    assert summed.tolist() == multilateral.tolist()


@given(PAYMENTS)
def test_pairs_are_ordered_distinct_and_keep_the_gross_value(payments: list[Payment]) -> None:
    found = rows(net(payments))
    keys = [row[:2] for row in found]
    assert keys == sorted(set(keys))
    assert all(low < high for low, high in keys)
    gross = sum(amount for payer, payee, amount in payments if payer != payee)
    assert sum(row[2] + row[3] for row in found) == gross
    assert all(row[4] == row[3] - row[2] for row in found)


@given(PAYMENTS)
def test_no_pair_saves_more_than_its_bound_and_bilateral_never_more_than_multilateral(
    payments: list[Payment],
) -> None:
    found = rows(net(payments))
    for _, _, one_way, other_way, low_net in found:
        saved = 1 - Fraction(abs(low_net), one_way + other_way)
        assert saved == greatest_netting_share(one_way, other_way)
    multilateral = net_multilaterally(*columns(payments), PARTIES)
    assert sum(abs(row[4]) for row in found) >= int(np.maximum(multilateral, 0).sum())


@pytest.mark.parametrize(
    ("one_way", "other_way", "share"),
    [(4, 1, Fraction(2, 5)), (1, 1, Fraction(1)), (7, 0, Fraction(0)), (0, 0, Fraction(0))],
)
def test_a_lopsided_corridor_saves_at_most_what_flows_back(
    one_way: int, other_way: int, share: Fraction
) -> None:
    assert greatest_netting_share(one_way, other_way) == share


def test_the_greatest_sums_of_a_batch_are_kept_exactly() -> None:
    great = 2 * 10**18
    assert rows(net([(0, 1, great), (1, 0, great - 1)])) == [(0, 1, great, great - 1, -1)]
