"""Positions of several currencies in one asset: exact, rounded by largest remainder, sum zero."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.errors import LimitExceededError, UsageError
from comity.money import BALANCE_MINOR_MAX
from comity.netting import convert_positions


def column(*amounts: int) -> np.ndarray:
    return np.array(amounts, np.int64)


def test_only_the_sum_of_a_partys_positions_is_rounded() -> None:
    half = Fraction(1, 2)
    found = convert_positions([column(1, -1), column(1, -1)], [half, half])
    assert found.tolist() == [1, -1]


def test_missing_units_go_to_the_largest_remainders_then_to_the_lower_party() -> None:
    found = convert_positions([column(2, 2, -4)], [Fraction(1, 3)])
    # Exact 2/3, 2/3, -4/3; rounded down 0, 0, -2: two units are missing.
    assert found.tolist() == [1, 1, -2]
    found = convert_positions([column(1, 1, 1, -3)], [Fraction(1, 2)])
    # Remainders are all one half: the lower two get a unit.
    assert found.tolist() == [1, 1, 0, -2]


def test_nothing_converted_is_nothing() -> None:
    assert convert_positions([], []).tolist() == []
    assert convert_positions([column(0, 0)], [Fraction(7, 3)]).tolist() == [0, 0]


@pytest.mark.parametrize(
    ("positions", "rates", "message"),
    [
        ([column(1, -1)], [], "1 columns of positions and 0 rates"),
        ([column(1, -1), column(0)], [Fraction(1), Fraction(1)], "for every party"),
        ([column(1, 1)], [Fraction(1)], "a sum of 2"),
        ([column(1, -1)], [Fraction(0)], "above zero"),
    ],
)
def test_what_cannot_be_converted_is_refused(
    positions: list[np.ndarray], rates: list[Fraction], message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        convert_positions(positions, rates)


def test_an_amount_beyond_what_is_counted_is_refused() -> None:
    with pytest.raises(LimitExceededError):
        convert_positions([column(BALANCE_MINOR_MAX, -BALANCE_MINOR_MAX)], [Fraction(2)])


RATES = st.fractions(min_value=Fraction(1, 1000), max_value=1000)
COLUMNS = st.lists(st.tuples(st.lists(st.integers(-999, 999), min_size=3, max_size=3), RATES))


@given(COLUMNS)
def test_the_sum_is_exact_and_nobody_is_off_by_a_unit(
    given_columns: list[tuple[list[int], Fraction]],
) -> None:
    positions = [column(*amounts, -sum(amounts)) for amounts, _ in given_columns]
    rates = [rate for _, rate in given_columns]
    found = convert_positions(positions, rates).tolist()
    assert sum(found) == 0
    for party, rounded in enumerate(found):
        exact = sum(
            (int(each[party]) * rate for each, rate in zip(positions, rates, strict=True)),
            Fraction(0),
        )
        assert abs(rounded - exact) < 1
