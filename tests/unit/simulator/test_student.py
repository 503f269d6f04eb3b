"""Student's t against printed tables and where it has a closed form."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.simulator.student import quantile, tails


# As printed in tables of the t distribution, to 6 digits; the chance is of both tails.
@pytest.mark.parametrize(
    ("chance", "degrees", "t"),
    [
        (0.05, 1, 12.7062),
        (0.05, 2, 4.30265),
        (0.05, 4, 2.77645),
        (0.05, 9, 2.26216),
        (0.01, 19, 2.86093),
        (0.001, 30, 3.64596),
        (0.05, 120, 1.97993),
        (0.1, 5, 2.01505),
        (0.5, 3, 0.764892),
    ],
)
def test_quantiles_are_those_of_the_tables(chance: float, degrees: int, t: float) -> None:
    assert float(f"{quantile(chance, degrees):.6g}") == t


@given(st.floats(0, 1e12))
def test_tails_are_the_closed_forms_of_one_and_two_degrees(t: float) -> None:
    assert tails(t, 1) == pytest.approx(2 / math.pi * math.atan2(1, t), rel=1e-11)
    root = math.sqrt(2 + t * t)
    assert tails(t, 2) == pytest.approx(2 / (root * (root + t)), rel=1e-11)


@given(st.floats(1, 4095), st.floats(1e-6, 0.999))
def test_a_quantile_has_the_tails_asked_for(degrees: float, chance: float) -> None:
    t = quantile(chance, degrees)
    assert tails(t, degrees) == tails(-t, degrees) == pytest.approx(chance, rel=1e-9)


def test_degrees_between_whole_ones_lie_between_them() -> None:
    assert quantile(0.05, 3) < quantile(0.05, 7 / 3) < quantile(0.05, 2)


def test_many_degrees_come_near_the_normal_distribution() -> None:
    assert tails(1.959963984540054, 1e6) == pytest.approx(0.05, abs=1e-6)


def test_the_farthest_values_have_no_tail_and_zero_has_all() -> None:
    assert tails(0, 3) == tails(1e-200, 3) == 1
    assert tails(1e200, 3) == 0
