"""One published rate, and how an exact ratio is written."""

from datetime import date
from fractions import Fraction
from math import gcd

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.fx import OfficialRate, format_ratio


def rate(*, numerator: int = 12263, denominator: int = 10000, valid_days: int = 1) -> OfficialRate:
    return OfficialRate(
        publisher="NBKR",
        base="RUB",
        quote="KGS",
        numerator=numerator,
        denominator=denominator,
        effective_on=date(2026, 5, 24),
        valid_days=valid_days,
        nominal="1",
        value="1,2263",
        source="daily.xml",
    )


def test_a_rate_has_an_identifier_a_payment_can_store() -> None:
    assert rate().rate_id == "NBKR:2026-05-24:RUB/KGS"
    assert str(rate()) == "NBKR 2026-05-24: 1 RUB = 1.2263 KGS"


def test_a_rate_published_for_a_week_holds_on_seven_days() -> None:
    assert rate().valid_until == date(2026, 5, 24)
    assert rate(valid_days=7).valid_until == date(2026, 5, 30)


@pytest.mark.parametrize(("numerator", "denominator"), [(0, 1), (-1, 1), (1, 0), (2, 4)])
def test_a_ratio_is_positive_and_in_lowest_terms(numerator: int, denominator: int) -> None:
    with pytest.raises(AssertionError):
        rate(numerator=numerator, denominator=denominator)


@pytest.mark.parametrize(
    ("numerator", "denominator", "text"),
    [
        (12263, 10000, "1.2263"),
        (6913, 8000, "0.864125"),
        (5, 1, "5"),
        (1000, 1, "1000"),
        (1, 3, "1/3"),
        (10000, 12263, "10000/12263"),
        (1, 1000000, "0.000001"),
    ],
)
def test_a_ratio_is_written_exactly(numerator: int, denominator: int, text: str) -> None:
    assert format_ratio(numerator, denominator) == text


@given(st.integers(0, 10**15), st.integers(1, 10**15))
def test_a_written_ratio_reads_back_as_itself(numerator: int, denominator: int) -> None:
    divisor = gcd(numerator, denominator)
    reduced = (numerator // divisor, denominator // divisor)
    assert Fraction(format_ratio(*reduced)) == Fraction(numerator, denominator)
