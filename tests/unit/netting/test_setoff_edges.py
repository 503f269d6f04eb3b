"""Single obligations are merged into edges, and what is cleared is shared out among them."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.errors import LimitExceededError
from comity.netting import SetOffError, allocate_cleared, merge_obligations
from comity.netting.setoff import OBLIGATIONS_MINOR_MAX, Int64s

ROWS = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(1, 10**17)).filter(
        lambda row: row[0] != row[1]
    ),
    max_size=30,
)
GROUP = st.lists(st.integers(1, 9) | st.integers(1, 10**17), min_size=1, max_size=8)


def columns(rows: list[tuple[int, int, int]]) -> tuple[Int64s, Int64s, Int64s]:
    debtors, creditors, amounts = np.array(rows, np.int64).reshape(-1, 3).T
    return debtors, creditors, amounts


@given(ROWS)
def test_edges_are_the_sums_by_pair_in_order(rows: list[tuple[int, int, int]]) -> None:
    obligations, edge_of = merge_obligations(*columns(rows), 4)
    sums: dict[tuple[int, int], int] = {}
    for debtor, creditor, amount in rows:
        sums[debtor, creditor] = sums.get((debtor, creditor), 0) + amount
    pairs = list(zip(obligations.debtors.tolist(), obligations.creditors.tolist(), strict=True))
    assert pairs == sorted(sums)
    assert obligations.amounts_minor.tolist() == [sums[pair] for pair in pairs]
    assert [pairs[edge] for edge in edge_of] == [(row[0], row[1]) for row in rows]


@given(GROUP, st.data())
def test_shares_are_whole_fair_and_sum_to_what_is_cleared(
    amounts: list[int], data: st.DataObject
) -> None:
    total = sum(amounts)
    cleared = data.draw(st.integers(0, total))
    shares = shared(amounts, cleared)
    assert sum(shares) == cleared
    exact = [Fraction(amount * cleared, total) for amount in amounts]
    rounded_up = []
    for share, fair, amount in zip(shares, exact, amounts, strict=True):
        assert 0 <= share <= amount
        assert abs(share - fair) < 1
        rounded_up.append(share > fair)
    # Whoever got the next unit has a larger remainder than whoever did not, or stands before it.
    rank = [(-(fair % 1), row) for row, fair in enumerate(exact)]
    winners = [one for one, up in zip(rank, rounded_up, strict=True) if up]
    losers = [one for one, up in zip(rank, rounded_up, strict=True) if not up and one[0]]
    assert not winners or not losers or max(winners) < min(losers)


def shared(amounts: list[int], cleared: int) -> list[int]:
    one_edge = np.zeros(len(amounts), np.int64)
    return list(map(int, allocate_cleared(one_edge, np.array(amounts), np.array([cleared]))))


@pytest.mark.parametrize(
    ("amounts", "cleared", "shares"),
    [
        ([3, 3, 3], 8, [3, 3, 2]),  # equal remainders: the lowest rows first
        ([1, 1, 1], 1, [1, 0, 0]),
        ([1, 5, 4], 5, [1, 2, 2]),  # halves: the lowest row first
        ([7, 2], 9, [7, 2]),
        ([7, 2], 0, [0, 0]),
    ],
)
def test_units_left_over_go_to_the_largest_remainders_then_the_lowest_rows(
    amounts: list[int], cleared: int, shares: list[int]
) -> None:
    assert shared(amounts, cleared) == shares


def test_products_of_the_largest_amounts_are_exact() -> None:
    half = OBLIGATIONS_MINOR_MAX // 2
    for cleared in (OBLIGATIONS_MINOR_MAX, OBLIGATIONS_MINOR_MAX - 1, 3, 1, 0):
        up, down = shared([half, half], cleared)
        assert (up, down) == (cleared - cleared // 2, cleared // 2)


def test_rows_of_several_edges_may_stand_in_any_order() -> None:
    edge_of, amounts = np.array([1, 0, 1, 0]), np.array([2, 5, 4, 5])
    assert allocate_cleared(edge_of, amounts, np.array([7, 3])).tolist() == [1, 4, 2, 3]


def test_nothing_merges_into_nothing() -> None:
    obligations, edge_of = merge_obligations(*columns([]), 0)
    assert [len(column) for column in (*obligations[:3], edge_of)] == [0] * 4
    assert allocate_cleared(edge_of, edge_of, edge_of).tolist() == []


def test_a_sum_at_the_limit_is_merged_and_one_unit_more_is_refused() -> None:
    rows = [(0, 1, OBLIGATIONS_MINOR_MAX - 5), (0, 1, 5)]
    assert merge_obligations(*columns(rows), 2)[0].amounts_minor.tolist() == [OBLIGATIONS_MINOR_MAX]
    with pytest.raises(LimitExceededError, match=f"found {OBLIGATIONS_MINOR_MAX + 1}"):
        merge_obligations(*columns([*rows, (1, 0, 1)]), 2)
    with pytest.raises(LimitExceededError):
        merge_obligations(*columns([(0, 1, 2**63 - 1), (1, 0, 2**63 - 1)]), 2)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ((0, 0, 1), "row 1: the debtor is its own creditor: found 0"),
        ((0, 4, 1), "row 1: creditor is no party number: found 4"),
        ((-1, 1, 1), "row 1: debtor is no party number: found -1"),
        ((2**32, 1, 1), "row 1: debtor is no party number: found 4294967296"),
        ((0, 1, 0), "row 1: the amount is not above zero: found 0"),
        ((0, 1, -7), "row 1: the amount is not above zero: found -7"),
    ],
)
def test_what_is_no_obligation_is_refused_by_row(row: tuple[int, int, int], message: str) -> None:
    with pytest.raises(SetOffError, match=message):
        merge_obligations(*columns([(0, 1, 5), row]), 4)


def test_columns_of_different_lengths_are_refused() -> None:
    with pytest.raises(SetOffError, match="2, 1 and 1 rows"):
        merge_obligations(np.array([0, 1]), np.array([1]), np.array([5]), 2)
    with pytest.raises(SetOffError, match="2 and 1 rows"):
        allocate_cleared(np.array([0, 0]), np.array([5]), np.array([5]))


@pytest.mark.parametrize(
    ("edge_of", "amounts", "cleared", "message"),
    [
        ([0, 1], [5, 5], [5], "row 1: no such edge"),
        ([0, -1], [5, 5], [5], "row 1: no such edge"),
        ([0, 0], [5, 0], [5], "row 1: the amount is not above zero"),
        ([0, 0], [5, 5], [11], "edge 0: found 11 cleared, expected 0 to 10"),
        ([0, 0], [5, 5], [-1], "edge 0: found -1 cleared, expected 0 to 10"),
    ],
)
def test_what_cannot_be_shared_out_is_refused(
    edge_of: list[int], amounts: list[int], cleared: list[int], message: str
) -> None:
    with pytest.raises(SetOffError, match=message):
        allocate_cleared(np.array(edge_of), np.array(amounts), np.array(cleared))
