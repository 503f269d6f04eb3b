"""Exchange rates as a statement shows them."""

from datetime import date
from math import gcd

import pytest

from comity.fx import OfficialRate, RateFound
from comity.statements.exchange import RATE_DECIMALS_MAX, RATE_DIGITS_MAX, rate_text


def found(numerator: int, denominator: int, *, inverted: bool = False) -> RateFound:
    divisor = gcd(numerator, denominator)
    rate = OfficialRate(
        publisher="NBKR",
        base="RUB",
        quote="KGS",
        numerator=numerator // divisor,
        denominator=denominator // divisor,
        effective_on=date(2026, 5, 24),
        valid_days=1,
        nominal="1",
        value="",
        source="daily.xml",
    )
    return RateFound(rate, inverted, date(2026, 5, 25), None)


@pytest.mark.parametrize(
    ("numerator", "denominator", "inverted", "text"),
    [
        (12263, 10000, False, "1.2263"),
        (12263, 10000, True, "0.8154611433"),
        (100, 1, False, "100"),
        (1, 3, False, "0.3333333333"),
        (123456789, 7, False, "17636684.143"),
    ],
)
def test_a_rate_is_shown_exactly_or_rounded_once(
    numerator: int, denominator: int, inverted: bool, text: str
) -> None:
    assert rate_text(found(numerator, denominator, inverted=inverted).conversion) == text


def test_no_rate_has_more_digits_than_the_message_can_hold() -> None:
    for numerator in (1, 9, 10**5 + 1, 10**10 + 1):
        text = rate_text(found(numerator, 7).conversion)
        assert len(text.replace(".", "")) <= RATE_DIGITS_MAX
        assert len(text.partition(".")[2]) <= RATE_DECIMALS_MAX
