"""Amounts converted exactly, rounded once, with nothing lost."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.fx import Conversion, convert_minor, convert_minor_with_residue, minor_conversion
from comity.money import AMOUNT_MINOR_MAX, CURRENCIES, Currency, currency, multiply_divide_int64

AMOUNTS = st.integers(-AMOUNT_MINOR_MAX, AMOUNT_MINOR_MAX)
RATES = st.builds(Conversion, st.integers(1, 10**10), st.integers(1, 10**10))
ANY_CURRENCY = st.sampled_from(sorted(CURRENCIES.values(), key=lambda each: each.code))


@pytest.mark.parametrize(
    ("amount_minor", "rate", "pair", "expected_minor"),
    [
        (100_00, Conversion(12263, 10000), "RUB/KGS", 122_63),
        (122_63, Conversion(10000, 12263), "KGS/RUB", 100_00),
        (1, Conversion(1, 2), "RUB/KGS", 0),
        (3, Conversion(1, 2), "RUB/KGS", 2),
        (-3, Conversion(1, 2), "RUB/KGS", -2),
        (100_00, Conversion(2, 1), "RUB/JPY", 200),
        (25, Conversion(2, 1), "RUB/JPY", 0),
        (75, Conversion(2, 1), "RUB/JPY", 2),
        (7, Conversion(1, 2), "JPY/KWD", 3500),
        (0, Conversion(12263, 10000), "RUB/KGS", 0),
    ],
)
def test_an_amount_is_converted_with_both_exponents_and_rounded_once(
    amount_minor: int, rate: Conversion, pair: str, expected_minor: int
) -> None:
    from_currency, to_currency = (currency(code) for code in pair.split("/"))
    converted = convert_minor(
        amount_minor, rate=rate, from_currency=from_currency, to_currency=to_currency
    )
    assert converted == expected_minor


@given(AMOUNTS, RATES, ANY_CURRENCY, ANY_CURRENCY)
def test_converting_there_and_back_is_off_by_no_more_than_the_two_roundings(
    amount_minor: int, rate: Conversion, here: Currency, there: Currency
) -> None:
    converted = convert_minor(amount_minor, rate=rate, from_currency=here, to_currency=there)
    back = convert_minor(converted, rate=rate.inverse, from_currency=there, to_currency=here)
    ratio = minor_conversion(rate, from_currency=here, to_currency=there)
    there_error = Fraction(1, 2) * Fraction(ratio.denominator, ratio.numerator)
    assert abs(back - amount_minor) <= there_error + Fraction(1, 2)


@given(st.lists(AMOUNTS, max_size=20), RATES, ANY_CURRENCY, ANY_CURRENCY)
def test_what_is_paid_out_and_the_residues_together_are_what_came_in(
    amounts: list[int], rate: Conversion, here: Currency, there: Currency
) -> None:
    ratio = minor_conversion(rate, from_currency=here, to_currency=there)
    pairs = [
        convert_minor_with_residue(each, rate=rate, from_currency=here, to_currency=there)
        for each in amounts
    ]
    paid_out = sum(converted for converted, _ in pairs)
    residues = sum(residue for _, residue in pairs)
    assert paid_out * ratio.denominator + residues == sum(amounts) * ratio.numerator
    assert 2 * abs(residues) <= ratio.denominator * len(amounts)


@given(AMOUNTS, RATES)
def test_the_compiled_conversion_gives_the_same_amount(amount_minor: int, rate: Conversion) -> None:
    rub, kgs = currency("RUB"), currency("KGS")
    ratio = minor_conversion(rate, from_currency=rub, to_currency=kgs)
    expected = convert_minor(amount_minor, rate=rate, from_currency=rub, to_currency=kgs)
    if abs(expected) < 2**63:
        found = multiply_divide_int64(amount_minor, ratio.numerator, ratio.denominator)
        assert found == expected


@pytest.mark.parametrize(("numerator", "denominator"), [(0, 1), (1, 0), (-1, 1), (1, -1)])
def test_a_ratio_that_is_not_positive_is_our_own_mistake(numerator: int, denominator: int) -> None:
    with pytest.raises(AssertionError, match="a rate is positive"):
        Conversion(numerator, denominator)
