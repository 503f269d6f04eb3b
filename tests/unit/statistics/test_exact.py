"""Exact fractions as decimal text."""

from fractions import Fraction

import pytest

from comity.statistics.exact import decimal_text, share


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(1), "1.000000"),
        (Fraction(2, 3), "0.666667"),
        (Fraction(-1, 4), "-0.250000"),
        (Fraction(5, 10**7), "0.000000"),
        (Fraction(15, 10**7), "0.000002"),
    ],
)
def test_a_share_is_rounded_once_half_to_even(value: Fraction, text: str) -> None:
    assert decimal_text(value) == text


def test_nothing_has_no_share_and_no_text() -> None:
    assert share(0, 0) is None
    assert decimal_text(None) is None
    assert share(0, 5) == 0
