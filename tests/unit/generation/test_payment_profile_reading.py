"""Profiles read from TOML: every fault names its key, what was found and what was expected."""

import pytest

from comity.errors import InputFaultsError
from comity.generation.builtin_profiles import BUILTIN_PROFILES, builtin_profile_data
from comity.generation.payment_profile_reading import read_profile

SIX = builtin_profile_data("six-currencies").decode()
SCALE_FREE = builtin_profile_data("scale-free").decode()


def faults_of(text: str | bytes) -> list[tuple[str, str, str]]:
    data = text if isinstance(text, bytes) else text.encode()
    with pytest.raises(InputFaultsError) as caught:
        read_profile("mine.toml", data)
    assert {fault.file for fault in caught.value.faults} == {"mine.toml"}
    return [(each.field, each.found, each.expected) for each in caught.value.faults]


@pytest.mark.parametrize("name", BUILTIN_PROFILES)
def test_every_builtin_profile_is_right_and_says_what_it_is(name: str) -> None:
    profile = read_profile(name, builtin_profile_data(name))
    assert profile.name == name
    assert profile.statement.startswith("Synthetic")
    assert any(source.said_by == "assumed" for source in profile.sources)


@pytest.mark.parametrize(
    ("old", "new", "key", "expected"),
    [
        ('name = "six', 'name = "Six', "name", "a name of small letters"),
        ("Synthetic, calibrated", "Calibrated", "statement", "says that payments are synthetic"),
        ('title = "Armenia', 'titel = "Armenia', "titel", "no other key than"),
        ('title = "Armenia', 'titel = "Armenia', "title", "a text"),
        ("national_permille = 930", "national_permille = 1001", "national_permille", "0 to 1,000"),
        ("national_permille = 930", "national_permille = 0.93", "national_permille", "whole"),
        ("urgent_permille = 80", "urgent_permille = true", "urgent_permille", "whole number"),
        ('third_currency = "USD"', 'third_currency = "RUB"', "third_currency", "none of the"),
        ('third_currency = "USD"', 'third_currency = "EUR"', "currencies", "every currency of"),
        ('third_currency = "USD"', 'third_currency = "EUR"', "currencies", "no other currency"),
        ("payments_a_day = 24_000", "payments_a_day = 0", "volume.payments_a_day", "from 1 to"),
        ("2026-01-05", '"2026-01-05"', "volume.base_date", "without quotes"),
        ("growth_permille_a_year = 50", "growth_permille_a_year = -901", "volume.growth_", "-900"),
        ("[900, 950, 1000,", "[950, 1000,", "volume.months_permille", "12 whole numbers"),
        ("[1050, 1000, 950, 950, 1050, 0, 0]", "[0, 0, 0, 0, 0, 0, 0]", "volume.week", "not all 0"),
        ("[times]", 'holidays = "05-09"\n[times]', "volume.holidays", "days of the year"),
        ("[times]", 'holidays = ["5-9"]\n[times]', "volume.holidays", "days of the year"),
        ("[times]", 'holidays = ["02-30"]\n[times]', "volume.holidays", "days of the year"),
        ("[times]", "holidays = [2026-05-09]\n[times]", "volume.holidays", "days of the year"),
        ("[times]", 'holidays = ["05-09", "05-09"]\n[times]', "volume.holidays", "each once"),
        ("[times]", "before_holidays_permille = 0\n[times]", "volume.before_holidays", "from 1"),
        ("months_p", "before_holidays_permille = 9.5\nmonths_p", "volume.before_hol", "from 1"),
        ("[times]", 'totals = "exact"\n[times]', "volume.totals", "one of drawn, fixed"),
        ('opens = "09:00"', 'opens = "9:00"', "times.opens", "a time of day"),
        ('opens = "09:00"', 'opens = "18:00"', "times.closes", "a close after the opening"),
        ("morning_permille = 800", "morning_permille = 99", "times.morning_permille", "from 100"),
        ("deadline_minutes = 90", "deadline_minutes = 0", "times.deadline_minutes", "from 1"),
        ('kind = "core-periphery"', 'kind = "star"', "network.kind", "one of scale-free"),
        ("core_permille = 200\n", "", "network.core_permille", "from 1"),
        ("core_permille = 200\n", "partners_permille = 8\n", "network.partners_permille", "no oth"),
        ("share_permille = 5", "share_permille = -5", "fx_trades.share_permille", "from 0"),
        ('code = "AM"', 'code = "Am"', "countries[1].code", "ISO 3166-1"),
        ('code = "BY"', 'code = "AM"', "countries", "each once"),
        ('currency = "AMD"', 'currency = "AMX"', "countries[1].currency", "ISO 4217"),
        ("parties = 15", "parties = 0", "countries[1].parties", "from 1"),
        ("parties = 15", "parties = 2_000", "countries", "2 to 2,000 parties"),
        ("permille = 380000", "permille = 0", "currencies[1].minor_per_usd_cent_", "from 1"),
        ('payer = "BY"', 'payer = "XX"', "corridors[1].payer", "one of the countries"),
        ('payer = "KZ"', 'payer = "BY"', "corridors", "each once"),
        ("imbalance_permille = 1300", "imbalance_permille = -1", "corridors[1].imb", "from 0"),
        ("GDDS = 70", "GXXX = 70", "purposes[1].codes", "ExternalPurpose1Code"),
        ("GDDS = 70", "GDDS = 0", "purposes[1].codes", "weights from 1"),
        ("sigma_permille = 1500", "sigma_permille = 3001", "purposes[1].sigma_permille", "3,000"),
        ('direction = "forward"', 'direction = "up"', "purposes[1].direction", "one of forward"),
        ('name = "services"', 'name = "goods"', "purposes", "each once"),
        ('name = "services"', 'name = "fx-trades"', "purposes", "another name"),
    ],
)
def test_a_wrong_field_is_named_with_what_was_expected(
    old: str, new: str, key: str, expected: str
) -> None:
    assert old in SIX
    found = faults_of(SIX.replace(old, new, 1))
    assert any(field.startswith(key) and expected in words for field, _, words in found), found


def test_all_faults_come_at_once() -> None:
    text = SIX.replace("urgent_permille = 80", "urgent_permille = 8000")
    text = text.replace("parties = 15", "parties = 0").replace("GDDS = 70", "GDDS = 0")
    fields = [field for field, _, _ in faults_of(text)]
    assert sorted(fields) == ["countries[1].parties", "purposes[1].codes", "urgent_permille"]


def test_a_missing_table_is_one_fault() -> None:
    start, end = SIX.index("[volume]"), SIX.index("[times]")
    assert faults_of(SIX[:start] + SIX[end:]) == [("volume", "nothing", "a table [volume]")]


def test_trades_need_a_corridor_between_two_currencies() -> None:
    text = SCALE_FREE.replace('currency = "GBP"', 'currency = "EUR"')
    text = text.replace('[[currencies]]\ncode = "GBP"\nminor_per_usd_cent_permille = 800\n', "")
    trades = "[fx_trades]\nshare_permille = 5\nmean_usd_cents = 5\nsigma_permille = 5\n"
    read_profile("mine.toml", text.encode())
    assert faults_of(text + trades)[0][0] == "corridors"


@pytest.mark.parametrize("data", [b"\xff", b"a = ", b"a = 1\n" * 200_000])
def test_what_is_no_profile_at_all_is_refused(data: bytes) -> None:
    assert len(faults_of(data)) == 1
