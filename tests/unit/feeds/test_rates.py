"""Rate files of every publisher: which format it is, what is in it, and a folder of them."""

from collections import Counter
from contextlib import suppress
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.errors import InputFaultsError
from comity.feeds.rates import load_rates, read_rate_file
from comity.feeds.rates_sheet import RATE_FILE_BYTES_MAX
from comity.fx import OfficialRate

FIXTURES = Path(__file__).parents[2] / "fixtures" / "rates"


def read(name: str, folder: Path = FIXTURES) -> tuple[OfficialRate, ...]:
    return read_rate_file(name, (folder / name).read_bytes())


@pytest.mark.parametrize(
    ("name", "rates"),
    [
        ("cbr_2026-04-25.xml", ["CBR 2026-04-25: 1 KGS = 0.864125 RUB"]),
        (
            "cbr_invented_old_form.xml",
            ["CBR 2099-01-05: 1 KZT = 0.175 RUB", "CBR 2099-01-05: 1 BYN = 25.05 RUB"],
        ),
        (
            "nbkr_daily_2026-05-24.xml",
            ["NBKR 2026-05-24: 1 USD = 87.45 KGS", "NBKR 2026-05-24: 1 RUB = 1.2263 KGS"],
        ),
        (
            "nbkr_weekly_invented.xml",
            [
                "NBKR 2099-01-03: 1 AMD = 0.25 KGS",
                "NBKR 2099-01-03: 1 BYR = 0.003 KGS",
                "NBKR 2099-01-03: 1 XDR = 120.125 KGS",
            ],
        ),
        (
            "nbk_invented.xml",
            [
                "NBK 2099-01-05: 1 KGS = 5.25 KZT",
                "NBK 2099-01-05: 1 AMD = 1.25 KZT",
                "NBK 2099-01-05: 1 KRW = 0.31 KZT",
            ],
        ),
        (
            "nbt_invented.xml",
            [
                "NBT 2099-01-05: 1 RUB = 0.125 TJS",
                "NBT 2099-01-05: 1 AMD = 0.025 TJS",
                "NBT 2099-01-05: 1 KGS = 0.105 TJS",
            ],
        ),
        (
            "nbrb_invented.json",
            ["NBRB 2099-01-05: 1 RUB = 0.0375 BYN", "NBRB 2099-01-05: 1 KGS = 0.033333 BYN"],
        ),
        (
            "cba_invented.xml",
            [
                "CBA 2099-01-05: 1 RUB = 4.5 AMD",
                "CBA 2099-01-05: 1 KZT = 0.775 AMD",
                "CBA 2099-01-05: 1 XAU = 60000 AMD",
            ],
        ),
        (
            "ecb_invented.csv",
            [
                "ECB 2099-01-05: 1 EUR = 8.25 CNY",
                "ECB 2099-01-06: 1 EUR = 8.26 CNY",
                "ECB 2099-01-05: 1 EUR = 1.125 USD",
            ],
        ),
        (
            "ecb_invented.xml",
            ["ECB 2099-01-07: 1 EUR = 8.27 CNY", "ECB 2099-01-07: 1 EUR = 1.126 USD"],
        ),
    ],
)
def test_every_format_is_found_from_its_content_and_read_exactly(
    name: str, rates: list[str]
) -> None:
    found = read_rate_file("renamed.bin", (FIXTURES / name).read_bytes())
    assert [str(rate) for rate in found] == rates
    assert {rate.source for rate in found} == {"renamed.bin"}


def test_a_folder_is_loaded_whole_and_sorted() -> None:
    rates = load_rates(FIXTURES)
    assert len(rates) == 24
    keys = [(rate.publisher, rate.effective_on, rate.base, rate.quote) for rate in rates]
    assert keys == sorted(keys)


# What the seven publishers' own files say: publisher, number of rates, first and last day.
SAMPLES = {
    "cba_0.xml": ("CBA", 30, "2026-03-18", "2026-03-18"),
    "cbr_0.xml": ("CBR", 54, "2026-04-25", "2026-04-25"),
    "ecb_recent_0.csv": ("ECB", 638, "2026-02-17", "2026-03-18"),
    "nbk_0.xml": ("NBK", 39, "2026-04-01", "2026-04-01"),
    "nbkr_live_0.xml": ("NBKR", 5, "2026-05-24", "2026-05-24"),
    "nbkr_live_1.xml": ("NBKR", 40, "2026-05-23", "2026-05-23"),
    "nbrb_0.json": ("NBRB", 30, "2026-03-17", "2026-03-17"),
    "nbt_0.xml": ("NBT", 36, "2026-05-18", "2026-05-18"),
}


def test_every_publishers_own_file_is_read_to_the_last_rate(reference: Path) -> None:
    folder = reference / "rates"
    assert sorted(SAMPLES) == sorted(path.name for path in folder.iterdir())
    for name, (publisher, count, first, last) in SAMPLES.items():
        rates = read(name, folder)
        assert {rate.publisher for rate in rates} == {publisher}
        assert len(rates) == count
        days = [rate.effective_on for rate in rates]
        assert (min(days), max(days)) == (date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    ("rate_id", "printed", "ratio", "valid_until"),
    [
        ("CBR:2026-04-25:KGS/RUB", ("100", "86,4125"), "0.864125", "2026-04-25"),
        ("CBR:2026-04-25:IRR/RUB", ("1000000", "53,9256"), "0.0000539256", "2026-04-25"),
        ("CBR:2026-04-25:XDR/RUB", ("1", "103,3893"), "103.3893", "2026-04-25"),
        ("NBKR:2026-05-24:RUB/KGS", ("1", "1,2263"), "1.2263", "2026-05-24"),
        ("NBKR:2026-05-24:USD/KGS", ("1", "87,4500"), "87.45", "2026-05-24"),
        ("NBKR:2026-05-23:AMD/KGS", ("10", "2,3773"), "0.23773", "2026-05-29"),
        ("NBKR:2026-05-23:BYR/KGS", ("100", "0,3402"), "0.003402", "2026-05-29"),
        ("NBKR:2026-05-23:TJS/KGS", ("1", "9,4148"), "9.4148", "2026-05-29"),
        ("NBK:2026-04-01:KRW/KZT", ("100", "31.29"), "0.3129", "2026-04-01"),
        ("NBK:2026-04-01:AMD/KZT", ("10", "12.72"), "1.272", "2026-04-01"),
        ("NBK:2026-04-01:JPY/KZT", ("1", "3"), "3", "2026-04-01"),
        ("NBT:2026-05-18:RUB/TJS", ("1", "0.1277"), "0.1277", "2026-05-18"),
        ("NBT:2026-05-18:KGS/TJS", ("10", "1.0686"), "0.10686", "2026-05-18"),
        ("NBRB:2026-03-17:RUB/BYN", ("100", "3.6709"), "0.036709", "2026-03-17"),
        ("NBRB:2026-03-17:AUD/BYN", ("1", "2.0700"), "2.07", "2026-03-17"),
        ("CBA:2026-03-18:KZT/AMD", ("10", "7.8183"), "0.78183", "2026-03-18"),
        ("CBA:2026-03-18:IRR/AMD", ("100", "0.028677"), "0.00028677", "2026-03-18"),
        ("CBA:2026-03-18:XAU/AMD", ("1", "60871"), "60871", "2026-03-18"),
        ("ECB:2026-02-17:EUR/AUD", ("1", "1.6776"), "1.6776", "2026-02-17"),
    ],
)
def test_a_published_rate_is_kept_as_printed_and_exactly(
    reference: Path, rate_id: str, printed: tuple[str, str], ratio: str, valid_until: str
) -> None:
    by_id = {rate.rate_id: rate for rate in load_rates(reference / "rates")}
    rate = by_id[rate_id]
    assert (rate.nominal, rate.value) == printed
    assert rate.ratio == Fraction(ratio)
    assert rate.valid_until == date.fromisoformat(valid_until)


def test_all_publishers_files_load_together_and_nothing_is_dropped(reference: Path) -> None:
    counts = Counter(rate.source for rate in load_rates(reference / "rates"))
    assert counts == {name: sample[1] for name, sample in SAMPLES.items()}


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"", "found nothing"),
        (b"  \n", "found nothing"),
        (b"bic,name\nA,B\n", "found 'bic,name"),
        (b"{}", "found '{}'"),
        (b"\x00\x01\x02", "found "),
        (b"<html><body>Service unavailable</body></html>", "found <html>"),
        (b"<ValCurs xmlns='urn:x' Date='01.01.2099'/>", "found <{urn:x}ValCurs>"),
    ],
)
def test_an_unknown_format_is_refused_with_what_it_begins_with(data: bytes, found: str) -> None:
    with pytest.raises(InputFaultsError) as caught:
        read_rate_file("page.txt", data)
    assert found in str(caught.value)
    assert "expected a rate file of the CBA, CBR, ECB, NBK, NBKR, NBRB or NBT" in str(caught.value)


def test_a_file_that_is_too_long_is_refused_before_it_is_parsed() -> None:
    with pytest.raises(InputFaultsError, match=f"at most {RATE_FILE_BYTES_MAX}"):
        read_rate_file("long.xml", b"<" * (RATE_FILE_BYTES_MAX + 1))


@given(
    st.sampled_from(sorted(FIXTURES.iterdir())),
    st.integers(0, 5000),
    st.integers(0, 20),
    st.binary(max_size=8),
)
def test_a_damaged_file_is_read_or_refused_and_never_anything_else(
    path: Path, position: int, removed: int, inserted: bytes
) -> None:
    data = path.read_bytes()
    position %= len(data)
    damaged = data[:position] + inserted + data[position + removed :]
    # Any other error would end the test, and with it the reading of a whole folder.
    with suppress(InputFaultsError):
        assert all(rate.ratio > 0 for rate in read_rate_file(path.name, damaged))


def test_a_file_of_another_day_than_asked_for_is_refused() -> None:
    data = (FIXTURES / "nbt_invented.xml").read_bytes()
    assert read_rate_file("nbt.xml", data, expected_on=date(2099, 1, 5))
    with pytest.raises(InputFaultsError, match="found 2099-01-05, expected 2099-01-04") as caught:
        read_rate_file("nbt.xml", data, expected_on=date(2099, 1, 4))
    assert caught.value.faults[0].field == "date"


def test_the_faults_of_all_files_come_at_once(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_bytes(b"<rates><date>32.01.2099</date></rates>")
    (tmp_path / "b.txt").write_bytes(b"nothing of the kind")
    (tmp_path / "c.xml").write_bytes((FIXTURES / "nbk_invented.xml").read_bytes())
    with pytest.raises(InputFaultsError) as caught:
        load_rates(tmp_path)
    assert [fault.file for fault in caught.value.faults] == ["a.xml", "b.txt"]


def test_one_rate_in_two_files_is_one_rate_if_they_agree(tmp_path: Path) -> None:
    data = (FIXTURES / "nbk_invented.xml").read_bytes()
    (tmp_path / "first.xml").write_bytes(data)
    (tmp_path / "second.xml").write_bytes(data)
    rates = load_rates(tmp_path)
    assert [rate.source for rate in rates] == ["first.xml"] * 3


def test_one_rate_with_two_values_in_two_files_is_refused_naming_both(tmp_path: Path) -> None:
    data = (FIXTURES / "nbk_invented.xml").read_bytes()
    (tmp_path / "first.xml").write_bytes(data)
    (tmp_path / "second.xml").write_bytes(data.replace(b">5.25<", b">5.26<"))
    with pytest.raises(InputFaultsError) as caught:
        load_rates(tmp_path)
    [fault] = caught.value.faults
    assert (fault.file, fault.field) == ("second.xml", "NBK:2099-01-05:KGS/KZT")
    assert "5.25 for 1" in fault.expected
    assert "first.xml" in fault.expected


def test_hidden_files_are_left_alone_and_an_empty_folder_has_no_rates(tmp_path: Path) -> None:
    (tmp_path / ".keep").write_bytes(b"")
    assert load_rates(tmp_path) == ()


def test_a_folder_among_the_files_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "2099").mkdir()
    with pytest.raises(InputFaultsError, match="2099: found Is a directory"):
        load_rates(tmp_path)


def test_a_missing_folder_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(InputFaultsError, match="found no folder"):
        load_rates(tmp_path / "rates")
