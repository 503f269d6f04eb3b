"""Kazakhstan's feed: the value is a description, for a number of units."""

from pathlib import Path

import pytest

from comity.errors import InputFaultsError
from comity.feeds.rates import read_rate_file

NBK = (Path(__file__).parents[2] / "fixtures" / "rates" / "nbk_invented.xml").read_bytes()


def faults_of(data: bytes) -> list[str]:
    with pytest.raises(InputFaultsError) as caught:
        read_rate_file("nbk.xml", data)
    return [str(fault) for fault in caught.value.faults]


def test_the_value_is_divided_by_the_number_of_units() -> None:
    kgs, amd, krw = read_rate_file("nbk.xml", NBK)
    assert (kgs.nominal, amd.nominal, krw.nominal) == ("1", "10", "100")
    assert [str(rate.ratio) for rate in (kgs, amd, krw)] == ["21/4", "5/4", "31/100"]


def test_a_value_without_decimals_is_read() -> None:
    assert read_rate_file("nbk.xml", NBK)[2].value == "31"


def test_an_item_without_its_number_of_units_is_a_fault() -> None:
    faults = faults_of(NBK.replace(b"<quant>10</quant>", b""))
    assert faults[0] == "nbk.xml:13: item AMD: found no quant, expected one"


def test_a_feed_without_items_is_a_fault() -> None:
    data = b"<rates><date>05.01.2099</date><info>no data</info></rates>"
    assert faults_of(data) == ["nbk.xml: found no rate, expected at least one rate of NBK"]


def test_a_feed_without_a_date_is_a_fault() -> None:
    assert (
        "found no date, expected one" in faults_of(NBK.replace(b"<date>05.01.2099</date>", b""))[0]
    )
