"""Exact multiplication and division, rounded half to even once."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.money import multiply_divide, multiply_divide_with_residue

ANY = st.integers(-(10**30), 10**30)
POSITIVE = st.integers(1, 10**30)


@pytest.mark.parametrize(
    ("a", "n", "d", "expected"),
    [
        (1, 1, 2, 0),
        (3, 1, 2, 2),
        (5, 1, 2, 2),
        (-1, 1, 2, 0),
        (-3, 1, 2, -2),
        (-5, 1, 2, -2),
        (7, 10, 4, 18),
        (10, 1, 3, 3),
        (-10, 1, 3, -3),
        (20, 1, 3, 7),
        (0, 5, 3, 0),
    ],
)
def test_a_tie_goes_to_the_even_neighbour(a: int, n: int, d: int, expected: int) -> None:
    assert multiply_divide(a, n, d) == expected


@given(ANY, ANY, POSITIVE)
def test_it_is_what_a_fraction_rounds_to(a: int, n: int, d: int) -> None:
    assert multiply_divide(a, n, d) == round(Fraction(a * n, d))


@given(ANY, ANY, POSITIVE)
def test_the_residue_makes_up_exactly_for_rounding(a: int, n: int, d: int) -> None:
    quotient, residue = multiply_divide_with_residue(a, n, d)
    assert quotient * d + residue == a * n
    assert 2 * abs(residue) <= d


def test_a_divisor_that_is_not_positive_is_our_own_mistake() -> None:
    with pytest.raises(AssertionError):
        multiply_divide(1, 1, 0)
