"""Numbers as people read them."""

from fractions import Fraction

import pytest

from comity.reports.numbers import amount, grouped, in_words, percent, scale_for

N = "\u202f"


@pytest.mark.parametrize(
    ("plain", "shown"),
    [
        ("0", "0"),
        ("999", "999"),
        ("1000", f"1{N}000"),
        ("-1234567.80", f"\u22121{N}234{N}567.80"),
        ("0.05", "0.05"),
    ],
)
def test_thousands_are_grouped_and_decimals_are_not(plain: str, shown: str) -> None:
    assert grouped(plain) == shown


def test_an_amount_has_the_decimals_of_its_currency() -> None:
    assert amount(123456, "RUB") == f"1{N}234.56"
    assert amount(123456, "JPY") == f"123{N}456"
    assert amount(-5, "KGS") == "\u22120.05"


@pytest.mark.parametrize(
    ("minor", "words"),
    [
        (99_99, "100.0 RUB"),
        (1_500_00, "1.5 thousand RUB"),
        (12_345_678_90, "12.3 million RUB"),
        (4_000_000_000_00, "4.0 billion RUB"),
        (0, "0.0 RUB"),
    ],
)
def test_an_amount_in_words_is_in_a_readable_unit(minor: int, words: str) -> None:
    assert in_words(minor, "RUB") == words


def test_a_percentage_is_rounded_once_and_nothing_is_a_dash() -> None:
    assert percent(Fraction(2, 3)) == f"66.7{N}%"
    assert percent(None) == "–"


def test_the_scale_of_a_chart_follows_its_greatest_amount() -> None:
    assert scale_for(10**9 * 100, "KGS").unit == "billion KGS"
    assert scale_for(10**9 * 100 - 1, "KGS").unit == "million KGS"
    assert scale_for(0, "KGS").minor_per_unit == 100
