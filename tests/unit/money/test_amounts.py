"""Money across currencies, and the text of amounts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.errors import CurrencyMismatchError
from comity.money import (
    AMOUNT_MINOR_MAX,
    AmountError,
    Money,
    currency,
    format_amount_minor,
    parse_amount_minor,
    total,
)

RUB = currency("RUB")
KGS = currency("KGS")


def test_amounts_of_one_currency_add_subtract_and_compare() -> None:
    assert Money(150, RUB) + Money(50, RUB) == Money(200, RUB)
    assert Money(150, RUB) - Money(200, RUB) == Money(-50, RUB) == -Money(50, RUB)
    assert Money(1, RUB) < Money(2, RUB) <= Money(2, RUB)
    assert Money(3, RUB) > Money(2, RUB) >= Money(2, RUB)
    assert total([Money(1, RUB), Money(2, RUB)], RUB) == Money(3, RUB)
    assert total([], KGS) == Money(0, KGS)


def test_two_currencies_never_meet_in_one_operation() -> None:
    rub, kgs = Money(1, RUB), Money(1, KGS)
    for operation in (
        lambda: rub + kgs,
        lambda: rub - kgs,
        lambda: rub < kgs,
        lambda: rub <= kgs,
        lambda: rub > kgs,
        lambda: rub >= kgs,
        lambda: total([rub, kgs], RUB),
    ):
        with pytest.raises(CurrencyMismatchError, match="found KGS, expected RUB"):
            operation()


def test_equal_numbers_of_two_currencies_are_not_equal() -> None:
    assert Money(1, RUB) != Money(1, KGS)


def test_money_reads_as_major_units_with_its_code() -> None:
    assert str(Money(-1205, KGS)) == "-12.05 KGS"
    assert str(Money(7, currency("JPY"))) == "7 JPY"


@pytest.mark.parametrize(
    ("text", "exponent", "minor"),
    [
        ("0", 2, 0),
        ("1", 2, 100),
        ("1.5", 2, 150),
        ("0.01", 2, 1),
        ("000000000000000000012.30", 2, 1230),
        ("12", 0, 12),
        ("1.234", 3, 1234),
        ("9999999999999.99", 2, AMOUNT_MINOR_MAX),
        ("999999999999999", 0, AMOUNT_MINOR_MAX),
    ],
)
def test_an_amount_is_read_exactly(text: str, exponent: int, minor: int) -> None:
    assert parse_amount_minor(text, exponent) == minor


@pytest.mark.parametrize(
    "text",
    [
        *("", " 1", "1 ", "1\n", "+1", "-1", "1.", ".5", "1,5", "1e3", "1_000", "NaN", "0x1"),
        *("1.2.3", "1 000", "Infinity", "١٢", "１", "1٫5"),
    ],
)
def test_what_is_not_a_plain_decimal_number_is_refused_as_syntax(text: str) -> None:
    with pytest.raises(AmountError) as caught:
        parse_amount_minor(text, 2)
    assert caught.value.reason == "syntax"


@pytest.mark.parametrize(("text", "exponent"), [("1.001", 2), ("1.000", 2), ("1.0", 0)])
def test_more_decimals_than_the_currency_has_are_refused(text: str, exponent: int) -> None:
    with pytest.raises(AmountError, match=f"at most {exponent} decimals") as caught:
        parse_amount_minor(text, exponent)
    assert caught.value.reason == "decimals"


@pytest.mark.parametrize("text", ["10000000000000", "10000000000000.00", "9" * 100_000])
def test_an_amount_above_the_maximum_is_refused_at_once(text: str) -> None:
    with pytest.raises(AmountError) as caught:
        parse_amount_minor(text, 2)
    assert caught.value.reason == "range"
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize(
    ("minor", "exponent", "text"),
    [
        (0, 2, "0.00"),
        (5, 2, "0.05"),
        (-5, 2, "-0.05"),
        (-123456, 2, "-1234.56"),
        (12, 0, "12"),
        (-12, 0, "-12"),
        (1, 3, "0.001"),
    ],
)
def test_an_amount_is_written_with_all_its_decimals(minor: int, exponent: int, text: str) -> None:
    assert format_amount_minor(minor, exponent) == text


@given(st.integers(0, AMOUNT_MINOR_MAX), st.integers(0, 4))
def test_reading_what_was_written_gives_the_same_amount(minor: int, exponent: int) -> None:
    assert parse_amount_minor(format_amount_minor(minor, exponent), exponent) == minor
