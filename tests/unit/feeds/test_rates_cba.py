"""Armenia's SOAP answer."""

from pathlib import Path

import pytest

from comity.errors import InputFaultsError
from comity.feeds.rates import read_rate_file

CBA = (Path(__file__).parents[2] / "fixtures" / "rates" / "cba_invented.xml").read_bytes()


def faults_of(data: bytes) -> list[str]:
    with pytest.raises(InputFaultsError) as caught:
        read_rate_file("cba.xml", data)
    return [str(fault) for fault in caught.value.faults]


def test_the_rate_is_divided_by_the_amount() -> None:
    rates = {rate.base: rate for rate in read_rate_file("cba.xml", CBA)}
    assert str(rates["KZT"].ratio) == "31/40"
    assert (rates["KZT"].nominal, rates["KZT"].value) == ("10", "7.75")


def test_a_metal_among_the_currencies_is_kept() -> None:
    assert "XAU" in {rate.base for rate in read_rate_file("cba.xml", CBA)}


def test_an_answer_to_a_question_by_date_is_read_too() -> None:
    data = CBA.replace(b"ExchangeRatesLatest", b"ExchangeRatesByDate")
    assert len(read_rate_file("cba.xml", data)) == 3


def test_a_soap_fault_is_not_an_empty_set_of_rates() -> None:
    envelope = b"http://schemas.xmlsoap.org/soap/envelope/"
    data = b'<s:Envelope xmlns:s="%b"><s:Body><s:Fault/></s:Body></s:Envelope>' % envelope
    assert "found 0 results" in faults_of(data)[0]


def test_an_answer_without_its_day_is_a_fault() -> None:
    faults = faults_of(CBA.replace(b"<CurrentDate>2099-01-05T00:00:00</CurrentDate>", b""))
    assert "found no CurrentDate, expected one" in faults[0]


def test_the_same_names_in_another_namespace_are_not_rates() -> None:
    assert "found 0 results" in faults_of(CBA.replace(b"www.cba.am", b"example.invalid"))[0]
