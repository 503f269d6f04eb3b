"""The Bank of Russia's form: windows-1251, decimal comma, and a check on the nominal."""

from datetime import date
from pathlib import Path

import pytest

from comity.errors import InputFaultsError
from comity.feeds.rates import read_rate_file

FIXTURES = Path(__file__).parents[2] / "fixtures" / "rates"
CBR = (FIXTURES / "cbr_2026-04-25.xml").read_bytes()
OLD_FORM = (FIXTURES / "cbr_invented_old_form.xml").read_bytes()


def faults_of(data: bytes) -> list[str]:
    with pytest.raises(InputFaultsError) as caught:
        read_rate_file("cbr.xml", data)
    return [str(fault) for fault in caught.value.faults]


def test_names_in_windows_1251_are_no_obstacle() -> None:
    assert "Сомов".encode("cp1251") in CBR
    [rate] = read_rate_file("cbr.xml", CBR)
    assert (rate.base, rate.quote, rate.nominal, rate.value) == ("KGS", "RUB", "100", "86,4125")
    assert (rate.numerator, rate.denominator) == (6913, 8000)


def test_the_date_is_the_first_day_in_force() -> None:
    [rate] = read_rate_file("cbr.xml", CBR)
    assert rate.effective_on == date(2026, 4, 25)


def test_an_old_file_has_no_unit_rate_and_is_read_from_value_and_nominal() -> None:
    assert b"VunitRate" not in OLD_FORM
    kzt, byn = read_rate_file("cbr.xml", OLD_FORM)
    assert (str(kzt.ratio), str(byn.ratio)) == ("7/40", "501/20")


@pytest.mark.parametrize("nominal", [b"1", b"10", b"1000"])
def test_a_slipped_nominal_contradicts_the_unit_rate(nominal: bytes) -> None:
    data = CBR.replace(b"<Nominal>100<", b"<Nominal>" + nominal + b"<")
    [fault] = faults_of(data)
    assert "VunitRate: found 0,864125, expected Value / Nominal = 86,4125 / " in fault


def test_a_unit_rate_may_be_written_with_a_power_of_ten() -> None:
    data = CBR.replace(b"0,864125", b"8,64125E-01")
    assert len(read_rate_file("cbr.xml", data)) == 1


@pytest.mark.parametrize("text", [b"", b"0.864125", b"1E-999999999", b"NaN", b"-0,86"])
def test_a_unit_rate_that_is_no_number_is_a_fault(text: bytes) -> None:
    assert any("VunitRate: found" in each for each in faults_of(CBR.replace(b"0,864125", text)))


def test_a_point_in_place_of_the_comma_is_a_fault() -> None:
    assert "Valute KGS: value: found '86.4125'" in faults_of(CBR.replace(b"86,4125", b"86.4125"))[0]


def test_a_number_that_is_not_the_codes_is_a_fault() -> None:
    [fault] = faults_of(CBR.replace(b"<NumCode>417<", b"<NumCode>398<"))
    assert fault == "cbr.xml:3: Valute KGS: NumCode: found '398', expected 417"


def test_a_file_with_this_date_and_another_publishers_identifiers_is_refused() -> None:
    assert "Valute KGS@ID: found '417'" in faults_of(CBR.replace(b'"R01370"', b'"417"'))[0]


@pytest.mark.parametrize("day", [b"", b"2026/04/25", b"31.04.2026", b"25.04.26"])
def test_a_date_that_cannot_be_read_is_a_fault(day: bytes) -> None:
    [fault] = faults_of(CBR.replace(b"25.04.2026", day))
    assert "ValCurs@Date: found" in fault
