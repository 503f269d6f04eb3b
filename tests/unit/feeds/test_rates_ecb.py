"""The European Central Bank's CSV and XML, where the euro is the unit that is priced."""

from pathlib import Path

import pytest

from comity.errors import InputFaultsError
from comity.feeds.rates import read_rate_file

FIXTURES = Path(__file__).parents[2] / "fixtures" / "rates"
CSV = (FIXTURES / "ecb_invented.csv").read_bytes()
XML = (FIXTURES / "ecb_invented.xml").read_bytes()
FULL_HEADER = (
    b"KEY,FREQ,CURRENCY,CURRENCY_DENOM,EXR_TYPE,EXR_SUFFIX,TIME_PERIOD,OBS_VALUE,OBS_STATUS\n"
)
FULL_ROW = b"EXR.D.USD.EUR.SP00.A,D,USD,EUR,SP00,A,2099-01-05,1.125,A\n"


def faults_of(data: bytes) -> list[str]:
    with pytest.raises(InputFaultsError) as caught:
        read_rate_file("ecb", data)
    return [str(fault) for fault in caught.value.faults]


@pytest.mark.parametrize("data", [CSV, XML])
def test_the_euro_is_the_base(data: bytes) -> None:
    rates = read_rate_file("ecb", data)
    assert {rate.base for rate in rates} == {"EUR"}
    assert {rate.quote for rate in rates} == {"CNY", "USD"}
    assert {rate.nominal for rate in rates} == {"1"}


def test_a_history_in_xml_has_many_days() -> None:
    second = (
        b'</Cube>\n<Cube time="2099-01-08">\n<Cube currency="CNY" rate="8.28"/>\n</Cube>\n</Cube>'
    )
    rates = read_rate_file("ecb", XML.replace(b"</Cube>\n</Cube>", second))
    assert len({rate.effective_on for rate in rates}) == 2


def test_the_full_export_with_all_its_columns_is_read() -> None:
    [rate] = read_rate_file("ecb", FULL_HEADER + FULL_ROW)
    assert str(rate) == "ECB 2099-01-05: 1 EUR = 1.125 USD"


@pytest.mark.parametrize(
    ("column", "found", "other"),
    [
        ("FREQ", b",D,", b",M,"),
        ("CURRENCY_DENOM", b"USD,EUR", b"USD,GBP"),
        ("EXR_TYPE", b",SP00,", b",NRP0,"),
        ("EXR_SUFFIX", b",A,2099", b",E,2099"),
    ],
)
def test_a_series_that_is_no_daily_reference_rate_is_refused(
    column: str, found: bytes, other: bytes
) -> None:
    faults = faults_of(FULL_HEADER + FULL_ROW.replace(found, other, 1))
    assert f"ecb:2: {column}: found" in faults[0]


@pytest.mark.parametrize("value", [b"", b"NaN"])
def test_a_day_marked_as_without_a_fixing_is_no_rate_and_no_fault(value: bytes) -> None:
    holiday = FULL_ROW.replace(b"1.125,A", value + b",H").replace(b"01-05", b"01-06")
    assert len(read_rate_file("ecb", FULL_HEADER + FULL_ROW + holiday)) == 1


@pytest.mark.parametrize("value", [b"", b"NaN", b"1,125", b"-1", b"0"])
def test_a_missing_value_that_is_not_marked_is_a_fault(value: bytes) -> None:
    row = FULL_ROW.replace(b"1.125", b'"' + value + b'"')
    assert "row USD: value: found" in faults_of(FULL_HEADER + row)[0]


def test_a_row_with_too_few_fields_is_a_fault_by_line() -> None:
    [fault] = faults_of(CSV + b"D,USD\n")
    assert fault == "ecb:5: found 2 fields, expected 4, as in the header"


def test_a_table_with_other_columns_is_not_taken_for_one_of_rates() -> None:
    assert "expected a rate file of" in faults_of(CSV.replace(b"OBS_VALUE", b"VALUE"))[0]


def test_two_values_for_one_day_are_a_fault_by_line() -> None:
    [fault] = faults_of(CSV + b"D,USD,2099-01-05,1.126\n")
    assert fault.startswith("ecb:5: row USD: found 1.126 for 1 after 1.125 for 1")


@pytest.mark.parametrize("data", [CSV + b'D,"USD,2099', CSV + b"\xff,,,\n"])
def test_broken_csv_is_refused(data: bytes) -> None:
    [fault] = faults_of(data)
    assert ": CSV: found" in fault


def test_lines_may_end_as_on_windows() -> None:
    assert len(read_rate_file("ecb", CSV.replace(b"\n", b"\r\n"))) == 3


def test_the_euro_against_itself_is_a_fault() -> None:
    assert "found a rate of EUR against itself" in faults_of(XML.replace(b"USD", b"EUR"))[0]


def test_an_envelope_without_cubes_is_a_fault() -> None:
    data = XML.split(b"<Cube>")[0] + b"</gesmes:Envelope>"
    assert faults_of(data) == ["ecb: found no rate, expected at least one rate of ECB"]
