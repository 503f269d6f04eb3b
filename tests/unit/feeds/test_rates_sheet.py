"""What passes from a printed rate to an exact one, and what is a fault."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.errors import InputFaultsError
from comity.feeds.rates_sheet import PrintedRate, RateSheet, iso_number

DAY = date(2099, 1, 5)


def sheet(*, publisher: str = "NBKR", own: str = "KGS", decimal_mark: str = ",") -> RateSheet:
    return RateSheet(publisher, source="file.xml", own=own, decimal_mark=decimal_mark)


def printed(code: str = "RUB", *, nominal: str = "1", value: str = "1,2") -> PrintedRate:
    return PrintedRate(code, nominal, value, 7, f"Currency {code}")


def faults_of(each: RateSheet) -> list[str]:
    with pytest.raises(InputFaultsError) as caught:
        each.rates()
    return [str(fault) for fault in caught.value.faults]


@given(st.integers(1, 10**9 - 1), st.integers(0, 10), st.integers(0, 10**10 - 1), st.integers(0, 6))
def test_a_printed_value_becomes_the_exact_ratio(
    whole: int, places: int, decimals: int, power: int
) -> None:
    digits = f"{decimals:010}"[:places]
    value = f"{whole},{digits}" if places else str(whole)
    each = sheet()
    each.publish(printed(nominal=str(10**power), value=value), effective_on=DAY)
    [rate] = each.rates()
    assert rate.ratio == Fraction(value.replace(",", ".")) / 10**power
    assert (rate.nominal, rate.value) == (str(10**power), value)


@pytest.mark.parametrize(
    "value",
    [
        *("", "0", "0,0000", "-1,2", "+1,2", "1.2", "1,2,3", "1 234,5", "1e3", "NaN", "١,٢"),
        *("1234567890", "1,12345678901", "9" * 5000),
    ],
)
def test_a_value_that_is_no_sensible_positive_number_is_a_fault(value: str) -> None:
    each = sheet()
    each.publish(printed(value=value), effective_on=DAY)
    [fault] = faults_of(each)
    assert fault.startswith("file.xml:7: Currency RUB: value: found '")


@pytest.mark.parametrize(
    "nominal", ["", "0", "-1", "2", "5", "15", "1,0", "1.0", "01", "10000000", "1e2", "one"]
)
def test_a_nominal_that_is_no_power_of_ten_is_a_fault(nominal: str) -> None:
    each = sheet()
    each.publish(printed(nominal=nominal), effective_on=DAY)
    [fault] = faults_of(each)
    assert fault.startswith("file.xml:7: Currency RUB: nominal: found '")
    assert fault.endswith("expected 1, 10, 100 … 1000000")


@pytest.mark.parametrize("code", ["", "rub", "RUBL", "ZZZ", "XXX", "XTS", "РУБ"])
def test_an_unknown_code_is_a_fault(code: str) -> None:
    each = sheet()
    each.publish(printed(code), effective_on=DAY)
    [fault] = faults_of(each)
    assert "expected a code of ISO 4217, active or known as historic" in fault


@pytest.mark.parametrize(
    ("code", "number"), [("RUB", 643), ("XDR", 960), ("BYR", 974), ("XAU", 959), ("QQQ", None)]
)
def test_active_historic_and_metal_codes_are_known(code: str, number: int | None) -> None:
    assert iso_number(code) == number


def test_a_rate_of_the_publishers_own_currency_is_a_fault() -> None:
    each = sheet()
    each.publish(printed("KGS"), effective_on=DAY)
    [fault] = faults_of(each)
    assert "found a rate of KGS against itself" in fault


def test_a_currency_printed_twice_with_two_values_is_a_fault() -> None:
    each = sheet()
    each.publish(printed(value="1,2"), effective_on=DAY)
    each.publish(printed(value="1,3"), effective_on=DAY)
    [fault] = faults_of(each)
    assert "found 1,3 for 1 after 1,2 for 1, expected one value a currency and day" in fault


def test_a_currency_printed_twice_with_one_value_is_one_rate() -> None:
    each = sheet()
    each.publish(printed(value="1,20"), effective_on=DAY)
    each.publish(printed(nominal="10", value="12"), effective_on=DAY)
    assert len(each.rates()) == 1


def test_every_fault_of_a_file_is_reported_and_not_the_first_alone() -> None:
    each = sheet()
    day = each.dotted_date("31.02.2099", line=2, field="Date")
    each.publish(printed("ZZZ", nominal="3", value="0"), effective_on=day)
    assert len(faults_of(each)) == 4


def test_a_file_without_a_rate_is_a_fault() -> None:
    [fault] = faults_of(sheet())
    assert fault == "file.xml: found no rate, expected at least one rate of NBKR"


@pytest.mark.parametrize(
    "text",
    [None, "", "5.1.2099", "2099-01-05", "05.01.99", "32.01.2099", "05.01.1890", "٠٥.٠١.٢٠٩٩"],
)
def test_a_day_in_another_form_or_century_is_a_fault(text: str | None) -> None:
    each = sheet()
    each.dotted_date(text, line=2, field="Date")
    [fault] = faults_of(each)
    assert fault.endswith("expected a day dd.mm.yyyy from 1991 to 2100")


def test_a_day_is_read_in_both_forms() -> None:
    each = sheet()
    assert each.dotted_date("05.01.2099", line=1, field="Date") == DAY
    assert each.iso_date("2099-01-05", line=1, field="Date") == DAY
    assert each.iso_date("2099-01-05T00:00:00", line=1, field="Date") == DAY


@pytest.mark.parametrize("text", ["05.01.2099", "2099-1-5", "2099-01-05T10:00:00", "2099-02-30"])
def test_an_iso_day_is_a_whole_day(text: str) -> None:
    each = sheet()
    each.iso_date(text, line=1, field="Date")
    [fault] = faults_of(each)
    assert fault.endswith("expected a day yyyy-mm-dd from 1991 to 2100")


@pytest.mark.parametrize(("text", "days"), [("1", 1), ("7", 7), ("31", 31)])
def test_a_validity_is_read_in_days(text: str, days: int) -> None:
    assert sheet().valid_days(text, line=1, field="ValidFor") == days


@pytest.mark.parametrize("text", ["", "0", "-7", "32", "365", "7,0", "seven"])
def test_a_validity_that_is_not_sensible_is_a_fault(text: str) -> None:
    each = sheet()
    each.valid_days(text, line=1, field="ValidFor")
    [fault] = faults_of(each)
    assert fault.endswith("expected days from 1 to 31")


@pytest.mark.parametrize(
    ("own", "day", "code"),
    [
        ("BYN", date(2016, 7, 1), "BYN"),
        ("BYN", date(2016, 6, 30), "BYR"),
        ("BYN", date(1999, 12, 31), "BYB"),
        ("RUB", date(1998, 1, 1), "RUB"),
        ("RUB", date(1997, 12, 31), "RUR"),
        ("TJS", date(2000, 10, 29), "TJR"),
        ("KGS", date(1995, 1, 1), "KGS"),
        ("EUR", date(1999, 1, 4), "EUR"),
    ],
)
def test_a_file_of_before_a_reform_is_in_the_old_currency(own: str, day: date, code: str) -> None:
    each = sheet(own=own)
    each.publish(printed("USD"), effective_on=day)
    [rate] = each.rates()
    assert rate.quote == code
