"""Kyrgyzstan's daily and weekly files."""

from datetime import date
from pathlib import Path

import pytest

from comity.errors import InputFaultsError
from comity.feeds.rates import read_rate_file

FIXTURES = Path(__file__).parents[2] / "fixtures" / "rates"
DAILY = (FIXTURES / "nbkr_daily_2026-05-24.xml").read_bytes()
WEEKLY = (FIXTURES / "nbkr_weekly_invented.xml").read_bytes()


def faults_of(data: bytes) -> list[str]:
    with pytest.raises(InputFaultsError) as caught:
        read_rate_file("nbkr.xml", data)
    return [str(fault) for fault in caught.value.faults]


def test_a_daily_rate_is_published_for_its_day() -> None:
    assert {rate.valid_days for rate in read_rate_file("nbkr.xml", DAILY)} == {1}


def test_a_weekly_rate_is_published_for_seven_days() -> None:
    rates = read_rate_file("nbkr.xml", WEEKLY)
    assert {rate.valid_days for rate in rates} == {7}
    assert {rate.valid_until for rate in rates} == {date(2099, 1, 9)}


def test_a_weekly_rate_must_say_how_long_it_holds() -> None:
    [fault] = faults_of(WEEKLY.replace(b"<ValidFor>7</ValidFor>", b"", 1))
    assert fault == "nbkr.xml:3: Currency AMD: found no ValidFor, expected one in a weekly file"


@pytest.mark.parametrize("days", [b"0", b"700", b"-7", b""])
def test_a_validity_that_is_not_sensible_is_a_fault(days: bytes) -> None:
    faults = faults_of(WEEKLY.replace(b"<ValidFor>7<", b"<ValidFor>" + days + b"<", 1))
    assert "Currency AMD: ValidFor" in faults[0]


def test_a_code_that_is_no_longer_legal_tender_is_kept_as_published() -> None:
    assert "BYR" in {rate.base for rate in read_rate_file("nbkr.xml", WEEKLY)}


def test_a_currency_without_its_code_is_a_fault() -> None:
    assert "currency: found ''" in faults_of(DAILY.replace(b' ISOCode="USD"', b""))[0]
