"""Cover one: what is missing if the group that owes most does not pay."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.errors import UsageError
from comity.netting import CoverResult, Guarantee, cover_one


def column(*amounts: int) -> np.ndarray:
    return np.array(amounts, np.int64)


ALONE = column(0, 1, 2, 3)
POSITIONS = column(-60, -40, 30, 70)
RESOURCES = column(60, 40, 0, 0)


def test_without_a_fund_the_largest_debit_is_what_is_missing() -> None:
    found = cover_one(POSITIONS, RESOURCES, ALONE)
    assert found == CoverResult(0, 60, 0, 0, 60)
    assert not found.is_covered


def test_the_failed_partys_own_resources_and_fund_share_do_not_count() -> None:
    found = cover_one(POSITIONS, RESOURCES, ALONE, fund_shares_minor=column(50, 20, 20, 19))
    assert found == CoverResult(0, 60, 0, 59, 1)


def test_a_fund_of_exactly_the_largest_debit_covers_it() -> None:
    found = cover_one(POSITIONS, RESOURCES, ALONE, fund_shares_minor=column(50, 20, 20, 20))
    assert found == CoverResult(0, 60, 0, 60, 0)
    assert found.is_covered


def test_affiliates_fail_together_and_their_credits_are_not_deducted() -> None:
    groups = column(7, 1, 7, 1)
    positions = column(-60, -40, -30, 130)
    found = cover_one(positions, column(60, 40, 30, 0), groups)
    assert (found.group, found.debit_minor, found.uncovered_minor) == (7, 90, 90)
    groups = column(0, 1, 2, 1)
    assert cover_one(column(-50, -60, 0, 110), column(50, 60, 0, 0), groups).debit_minor == 60


def test_a_survivor_that_leaned_on_the_failed_guarantor_is_short_too() -> None:
    leans = [Guarantee(guarantor=0, beneficiary=1, amount_minor=25)]
    found = cover_one(POSITIONS, column(60, 15, 0, 0), ALONE, guarantees=leans)
    assert found == CoverResult(0, 60, 25, 0, 85)


def test_a_guarantee_of_a_survivor_for_a_survivor_counts() -> None:
    leans = [Guarantee(guarantor=3, beneficiary=1, amount_minor=25)]
    found = cover_one(POSITIONS, column(60, 15, 0, 0), ALONE, guarantees=leans)
    assert found == CoverResult(0, 60, 0, 0, 60)


def test_nothing_that_the_failed_groups_guarantor_supplies_counts() -> None:
    stands_in = [Guarantee(guarantor=3, beneficiary=0, amount_minor=60)]
    shares = column(0, 20, 20, 40)
    found = cover_one(POSITIONS, RESOURCES, ALONE, guarantees=stands_in, fund_shares_minor=shares)
    assert found == CoverResult(0, 60, 0, 40, 20)


def test_of_equal_debits_the_one_that_leaves_more_uncovered_counts() -> None:
    positions, resources = column(-50, -50, 100, 0), column(50, 50, 0, 0)
    shares = column(0, 10, 30, 30)
    found = cover_one(positions, resources, ALONE, fund_shares_minor=shares)
    assert (found.group, found.uncovered_minor) == (0, 0)
    found = cover_one(positions, resources, ALONE, fund_shares_minor=column(0, 10, 20, 20))
    assert (found.group, found.uncovered_minor) == (1, 10)


def test_a_set_in_which_nobody_owes_is_covered() -> None:
    found = cover_one(column(0, 0), column(0, 0), column(0, 1), fund_shares_minor=column(3, 4))
    assert found == CoverResult(None, 0, 0, 7, 0)
    assert found.is_covered


@pytest.mark.parametrize(
    ("positions", "resources", "groups", "shares"),
    [
        (column(-1, 2), column(1, 0), column(0, 1), column(0, 0)),
        (column(-1, 1), column(1), column(0, 1), column(0, 0)),
        (column(-1, 1), column(-1, 0), column(0, 1), column(0, 0)),
        (column(-1, 1), column(1, 0), column(0, 1), column(0, -1)),
    ],
    ids=["sum", "length", "resources", "shares"],
)
def test_positions_and_amounts_that_cannot_be_are_refused(
    positions: np.ndarray, resources: np.ndarray, groups: np.ndarray, shares: np.ndarray
) -> None:
    with pytest.raises(UsageError, match="expected"):
        cover_one(positions, resources, groups, fund_shares_minor=shares)


@pytest.mark.parametrize("fault", [Guarantee(2, 0, 1), Guarantee(0, -1, 1), Guarantee(0, 1, -1)])
def test_a_guarantee_of_nobody_or_of_less_than_nothing_is_refused(fault: Guarantee) -> None:
    with pytest.raises(UsageError, match="Guarantee"):
        cover_one(column(-1, 1), column(1, 0), column(0, 1), guarantees=[fault])


@given(
    st.lists(st.tuples(st.integers(-9, 9), st.integers(0, 9), st.integers(0, 2)), min_size=1),
    st.lists(st.integers(0, 9), min_size=2, max_size=4),
)
def test_a_greater_fund_never_leaves_more_uncovered(
    parties: list[tuple[int, int, int]], funds: list[int]
) -> None:
    """The last party, by itself in its group, takes what makes the positions sum to zero."""
    positions = column(*(one[0] for one in parties), -sum(one[0] for one in parties))
    resources = column(*(one[1] for one in parties), max(0, sum(one[0] for one in parties)))
    groups = column(*(one[2] for one in parties), 3)
    missing = []
    for fund in sorted(funds):
        shares = np.full(len(positions), fund, np.int64)
        found = cover_one(positions, resources, groups, fund_shares_minor=shares)
        largest = max(int(-positions[(groups == g) & (positions < 0)].sum()) for g in range(4))
        assert found.debit_minor == largest
        assert found.uncovered_minor <= found.debit_minor + found.survivors_short_minor
        missing.append(found.uncovered_minor)
    assert all(more >= less for more, less in pairwise(missing))
