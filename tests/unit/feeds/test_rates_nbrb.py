"""Belarus's JSON, whose numbers never become binary fractions."""

import json
from pathlib import Path

import pytest

from comity.errors import InputFaultsError
from comity.feeds.rates import read_rate_file

NBRB = (Path(__file__).parents[2] / "fixtures" / "rates" / "nbrb_invented.json").read_bytes()


def faults_of(data: bytes) -> list[str]:
    with pytest.raises(InputFaultsError) as caught:
        read_rate_file("nbrb.json", data)
    return [str(fault) for fault in caught.value.faults]


def test_a_number_is_kept_to_its_last_zero() -> None:
    roubles, som = read_rate_file("nbrb.json", NBRB)
    assert (roubles.value, som.value) == ("3.7500", "3.3333")
    assert str(som.ratio) == "33333/1000000"


def test_a_number_with_more_digits_than_a_float_holds_stays_exact() -> None:
    data = NBRB.replace(b"3.7500", b"123456789.0123456789")
    [roubles, _] = read_rate_file("nbrb.json", data)
    assert (roubles.numerator, roubles.denominator) == (1234567890123456789, 10**12)


@pytest.mark.parametrize(
    ("day", "quote"), [(b"2016-06-30", "BYR"), (b"2016-07-01", "BYN"), (b"2026-03-17", "BYN")]
)
def test_rates_of_before_the_reform_are_in_the_old_rouble(day: bytes, quote: str) -> None:
    rates = read_rate_file("nbrb.json", NBRB.replace(b"2099-01-05", day))
    assert {rate.quote for rate in rates} == {quote}


@pytest.mark.parametrize("number", [b'"3.75"', b"null", b"true", b"[3.75]"])
def test_a_value_that_is_no_number_is_a_fault(number: bytes) -> None:
    faults = faults_of(NBRB.replace(b"3.7500", number))
    assert faults[0].startswith("nbrb.json: [0].Cur_OfficialRate: found ")
    assert faults[0].endswith("expected a number")


@pytest.mark.parametrize("number", [b"3.75e0", b"-3.75", b"0.0000", b"0"])
def test_a_number_that_is_no_plain_positive_decimal_is_a_fault(number: bytes) -> None:
    assert "[0] RUB: value: found" in faults_of(NBRB.replace(b"3.7500", number))[0]


@pytest.mark.parametrize(
    "data",
    [
        b"[",
        b"[{]",
        b"[NaN]",
        b"[Infinity]",
        b"[" * 100_000,
        b'["\xff"]',
        b'[{"a": 1, "a": 2}]',
        NBRB[:-20],
    ],
)
def test_what_is_not_plain_json_is_refused(data: bytes) -> None:
    [fault] = faults_of(data)
    assert ": JSON: found" in fault


@pytest.mark.parametrize("data", [b"[1]", b"[[]]", b'["RUB"]', b"[null]"])
def test_a_row_that_is_no_object_is_a_fault(data: bytes) -> None:
    assert "[0]: found" in faults_of(data)[0]


def test_an_empty_list_is_a_fault() -> None:
    assert faults_of(b"[]") == ["nbrb.json: found no rate, expected at least one rate of NBRB"]


@pytest.mark.parametrize("key", ["Cur_Abbreviation", "Cur_Scale", "Cur_OfficialRate", "Date"])
def test_a_row_without_one_of_its_fields_is_a_fault(key: str) -> None:
    rows = json.loads(NBRB, parse_float=str)
    rows[1]["Cur_OfficialRate"] = 3
    rows[0]["Cur_OfficialRate"] = 3
    del rows[1][key]
    assert (
        f"nbrb.json: [1].{key}: found nothing, expected a "
        in faults_of(json.dumps(rows).encode())[0]
    )


def test_a_byte_order_mark_is_no_fault() -> None:
    assert len(read_rate_file("nbrb.json", b"\xef\xbb\xbf" + NBRB)) == 2
