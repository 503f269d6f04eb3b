"""What the currency table must say, and what it must refuse."""

import pytest

from comity.money import (
    BULLION_CODES,
    CURRENCIES,
    HISTORIC_CURRENCIES,
    UnknownCurrencyError,
    currency,
    currency_by_number,
)


@pytest.mark.parametrize(
    ("code", "number", "exponent"),
    [
        ("RUB", 643, 2),
        ("KGS", 417, 2),
        ("KZT", 398, 2),
        ("TJS", 972, 2),
        ("BYN", 933, 2),
        ("AMD", 51, 2),
        ("UZS", 860, 2),
        ("EUR", 978, 2),
        ("JPY", 392, 0),
        ("KRW", 410, 0),
        ("KWD", 414, 3),
        ("CLF", 990, 4),
        ("XDR", 960, 2),
    ],
)
def test_a_currency_has_the_number_and_exponent_of_iso_4217(
    code: str, number: int, exponent: int
) -> None:
    found = currency(code)
    assert (found.code, found.number, found.exponent) == (code, number, exponent)
    assert currency_by_number(number) is found


def test_the_table_is_sorted_and_no_number_stands_twice() -> None:
    assert list(CURRENCIES) == sorted(CURRENCIES)
    assert len({each.number for each in CURRENCIES.values()}) == len(CURRENCIES)
    assert all(code == each.code for code, each in CURRENCIES.items())


def test_the_whole_active_list_is_there() -> None:
    # 178 codes of the list of 2026-01-01 less four metals, four bond units, XTS and XXX.
    assert len(CURRENCIES) == 168


@pytest.mark.parametrize("code", ["XXX", "XTS", "XAU", "XAG", "BYR", "RUR", "rub", "", "RUBL"])
def test_what_no_payment_can_carry_is_not_a_currency(code: str) -> None:
    with pytest.raises(UnknownCurrencyError) as caught:
        currency(code)
    assert caught.value.found == code


@pytest.mark.parametrize("number", [0, 999, 963, 974, 810, -643])
def test_an_unknown_number_is_refused_by_name(number: int) -> None:
    with pytest.raises(UnknownCurrencyError, match="expected an active code"):
        currency_by_number(number)


def test_historic_and_metal_codes_are_not_active_and_name_an_active_successor() -> None:
    assert not set(CURRENCIES) & (set(HISTORIC_CURRENCIES) | set(BULLION_CODES))
    for historic in HISTORIC_CURRENCIES.values():
        assert historic.replaced_by in CURRENCIES or historic.replaced_by in HISTORIC_CURRENCIES


def test_the_belarusian_rouble_changed_on_the_first_of_july_2016() -> None:
    historic = HISTORIC_CURRENCIES["BYR"]
    assert (historic.replaced_by, historic.replaced_on.isoformat()) == ("BYN", "2016-07-01")
