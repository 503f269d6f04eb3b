"""How unequally something is spread, worked by hand."""

from fractions import Fraction

from comity.simulator.concentration import gini, hhi


def test_what_all_have_alike_is_not_concentrated() -> None:
    assert gini([5, 5, 5, 5]) == 0
    assert hhi([5, 5, 5, 5]) == Fraction(1, 4)


def test_what_one_has_alone_is_concentrated_most() -> None:
    assert gini([0, 0, 0, 8]) == Fraction(3, 4)
    assert hhi([0, 0, 0, 8]) == 1


def test_shares_of_six_three_and_one_tenth() -> None:
    """G = (−2·1 + 0·3 + 2·6) ÷ (3·10); H = 0.36 + 0.09 + 0.01."""
    assert gini([6, 3, 1]) == Fraction(1, 3)
    assert hhi([6, 3, 1]) == Fraction(46, 100)


def test_nothing_has_no_concentration() -> None:
    assert gini([0, 0]) is hhi([]) is None
