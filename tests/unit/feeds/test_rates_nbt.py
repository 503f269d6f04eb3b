"""Tajikistan's form: the tags of the Bank of Russia with points and ISO dates."""

from datetime import date
from pathlib import Path

import pytest

from comity.errors import InputFaultsError
from comity.feeds.rates import read_rate_file

NBT = (Path(__file__).parents[2] / "fixtures" / "rates" / "nbt_invented.xml").read_bytes()


def faults_of(data: bytes) -> list[str]:
    with pytest.raises(InputFaultsError) as caught:
        read_rate_file("nbt.xml", data)
    return [str(fault) for fault in caught.value.faults]


def test_the_rouble_still_has_its_number_of_before_1998() -> None:
    [rouble, *_] = read_rate_file("nbt.xml", NBT)
    assert b'ID="810"' in NBT
    assert (rouble.base, rouble.quote, rouble.value) == ("RUB", "TJS", "0.1250")


def test_the_rouble_may_have_its_own_number_too() -> None:
    assert len(read_rate_file("nbt.xml", NBT.replace(b'"810"', b'"643"'))) == 3


def test_no_other_currency_may_have_the_roubles_number() -> None:
    [fault] = faults_of(NBT.replace(b'ID="417"', b'ID="810"'))
    assert fault == "nbt.xml:15: Valute KGS@ID: found '810', expected 417"


def test_leading_zeros_of_a_number_may_be_missing_or_not() -> None:
    assert len(read_rate_file("nbt.xml", NBT.replace(b'ID="51"', b'ID="051"'))) == 3


def test_a_comma_in_place_of_the_point_is_a_fault() -> None:
    assert "value: found '0,1250'" in faults_of(NBT.replace(b"0.1250", b"0,1250"))[0]


def test_a_file_with_this_date_and_another_publishers_identifiers_is_refused() -> None:
    assert "Valute RUB@ID: found 'R01'" in faults_of(NBT.replace(b'"810"', b'"R01"'))[0]


def test_an_answer_of_today_to_a_question_about_another_day_is_refused() -> None:
    with pytest.raises(InputFaultsError, match="expected 1998-05-18, the day that was asked for"):
        read_rate_file("nbt.xml", NBT, expected_on=date(1998, 5, 18))
