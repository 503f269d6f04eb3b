"""`[dealing]`, hours of a vehicle's agent, and `quotes/*.csv`: read, or named where wrong."""

from datetime import date, time
from decimal import Decimal
from pathlib import Path

import pytest
from tests.kit.dealing import agreement_file
from tests.unit.arrangement.small_folder import append, edit, faults_of

from comity.agreements import AgentHours, Dealer, NamedDealer, Quote, QuoteForm, QuoteSide
from comity.arrangement import load_quotes, load_scheme
from comity.arrangement.dealing_files import QUOTE_COLUMNS
from comity.bootstrap import load_arrangement
from comity.business_calendar import local_time_us
from comity.errors import InputFaultsError
from comity.fx import RateRule

GOODS, QUOTES = "agreements/dealt.toml", "quotes/may.csv"
LINE = "dealt,TOOBKG20,sell,RUB,KGS,1.2263,,2026-05-25,08:00,17:00,500.00"


@pytest.fixture
def dealt(small: Path) -> Path:
    """Give a folder with an agreement that has dealers, and no quotes."""
    (small / GOODS).write_text(agreement_file(code="LOAN", dealer="TOOBKG20"), encoding="utf-8")
    return small


def bring(folder: Path, *lines: str) -> None:
    (folder / "quotes").mkdir(exist_ok=True)
    text = "".join(f"{line}\n" for line in (",".join(QUOTE_COLUMNS), *lines))
    (folder / QUOTES).write_text(text, encoding="utf-8")


def quote_faults(folder: Path) -> list[tuple[int, str]]:
    with pytest.raises(InputFaultsError) as caught:
        load_quotes(folder, load_scheme(folder))
    assert {fault.file for fault in caught.value.faults} == {QUOTES}
    return [(fault.line, fault.field) for fault in caught.value.faults]


def test_dealing_is_read_with_what_holds_where_nothing_is_said(dealt: Path) -> None:
    terms = load_scheme(dealt).agreements[0].dealing
    assert terms is not None
    assert terms.dealers == (Dealer("TOOBKG20", ("KGS", "RUB")),)
    assert (terms.quotes, terms.fixings, terms.vehicle) == (QuoteForm.ABSOLUTE, (), None)
    assert (terms.requote_max_percent, terms.away_max_percent) == (Decimal(1), None)


def test_spreads_named_dealers_and_a_vehicle_are_read(dealt: Path) -> None:
    edit(
        dealt,
        GOODS,
        'quotes = "absolute"\n',
        'quotes = "around_fixing"\nfixings = ["NBKR", "CBR"]\nrule = "fixed_for_cycle"\n'
        'stale_after_days = 3\njump_percent = "5"\naway_max_percent = "2.5"\n',
    )
    append(dealt, GOODS, '\n[[dealing.named]]\nparticipant = "SUUBKG20"\ndealer = "TOOBKG20"\n')
    terms = load_scheme(dealt).agreements[0].dealing
    assert terms is not None
    assert terms.named == (NamedDealer("SUUBKG20", "TOOBKG20"),)
    assert [each.publisher for each in terms.choices] == ["NBKR", "CBR"]
    assert (terms.rule, terms.away_max_percent) == (RateRule.FIXED_FOR_CYCLE, Decimal("2.5"))


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ('quotes = "absolute"', 'quotes = "loud"', "dealing.quotes"),
        ('requote_max_percent = "1"', "", "dealing.requote_max_percent"),
        ('requote_max_percent = "1"', 'requote_max_percent = "1"\nchoice = 1', "dealing.choice"),
        (
            'requote_max_percent = "1"',
            'requote_max_percent = "1"\nfixings = ["NBKR"]',
            "dealing.rule",
        ),
        (
            'requote_max_percent = "1"',
            'requote_max_percent = "1"\nfixings = ["NOBODY"]',
            "dealing.fixings[1]",
        ),
        ('pays_out = ["RUB", "KGS"]', 'pays_out = ["RUX"]', "dealing.dealers[1].pays_out[1]"),
        ('participant = "TOOBKG20"', "participant = 1", "dealing.dealers[1].participant"),
        ('tier = "dealer"', 'tier = "participant"', "dealing"),
        ('quotes = "absolute"', 'quotes = "around_fixing"', "dealing.fixings"),
        ('participant = "TOOBKG20"', 'participant = "ZZZZKG20"', "dealing.dealers"),
        ("[dealing]\n", '[dealing]\nvehicle = "USD"\n', "dealing.vehicle"),
    ],
)
def test_wrong_terms_are_faults_with_their_field(
    dealt: Path, old: str, new: str, field: str
) -> None:
    edit(dealt, GOODS, old, new)
    found = [(fault.file, fault.field) for fault in faults_of(dealt)]
    assert (GOODS, field) in found


def test_hours_of_a_vehicles_agent_are_read_all_three_or_none(small: Path) -> None:
    vehicle = (
        '\n[[vehicle_currencies]]\ncurrency = "USD"\nname = "Dollar"\ncountry = "US"\n'
        'settlement_agent = "BANKUSN0"\n'
    )
    calendar = (small / "calendars" / "RU.toml").read_text(encoding="utf-8")
    calendar = calendar.replace('country = "RU"', 'country = "US"')
    (small / "calendars" / "US.toml").write_text(calendar, encoding="utf-8")
    append(small, "arrangement.toml", vehicle)
    assert load_scheme(small).vehicles[0].hours is None
    append(small, "arrangement.toml", 'time_zone = "America/New_York"\nopens = "09:00"\n')
    assert [fault.field for fault in faults_of(small)] == ["vehicle_currencies[1].closes"]
    append(small, "arrangement.toml", 'closes = "17:00"\n')
    hours = load_scheme(small).vehicles[0].hours
    assert isinstance(hours, AgentHours)
    assert f"{hours.opens:%H:%M} {hours.closes:%H:%M}" == "09:00 17:00"


def test_a_folder_without_quotes_has_none(dealt: Path) -> None:
    assert load_quotes(dealt, load_scheme(dealt)) == ()


def test_quotes_are_read_exactly_and_stand_in_order(dealt: Path) -> None:
    bring(dealt, LINE, "dealt,TOOBKG20,buy,RUB,KGS,3/2,,2026-05-25,07:30,17:00,")
    buys, sells = load_quotes(dealt, load_scheme(dealt))
    day, zone = date(2026, 5, 25), "Asia/Bishkek"
    assert (buys.numerator, buys.denominator, buys.amount_max_minor) == (3, 2, None)
    assert sells == Quote(
        agreement="dealt",
        dealer="TOOBKG20",
        base="RUB",
        quote="KGS",
        side=QuoteSide.SELL,
        numerator=12263,
        denominator=10000,
        spread_percent=None,
        from_us=local_time_us(day, time(8), zone),
        until_us=local_time_us(day, time(17), zone),
        amount_max_minor=500_00,
    )
    assert load_arrangement(dealt).inputs.quotes == (buys, sells)


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("dealt,", "Dealt,", "agreement"),
        ("dealt,", "goods,", "agreement"),
        ("TOOBKG20", "TOO", "dealer"),
        ("TOOBKG20", "SUUBKG20", "dealer"),
        ("sell", "hold", "side"),
        ("RUB,KGS", "RUB,RUB", "quote"),
        ("RUB,KGS", "RUX,KGS", "base"),
        ("1.2263", "0", "price"),
        ("1.2263", "1/0", "price"),
        ("1.2263", "1,2263", ""),
        ("1.2263", "-1", "price"),
        ("1.2263,", "1.2263,1", "price"),
        ("1.2263,", ",1", "price"),
        ("1.2263,", ",", "price"),
        ("2026-05-25", "25.05.2026", "date"),
        ("2026-05-25", "2026-02-30", "date"),
        ("08:00", "8:00", "from"),
        ("17:00", "08:00", "until"),
        ("500.00", "500.001", "amount_max"),
        ("500.00", "0.00", "amount_max"),
    ],
)
def test_a_wrong_quote_is_a_fault_with_its_line_and_field(
    dealt: Path, old: str, new: str, field: str
) -> None:
    assert LINE.count(old) == 1
    bring(dealt, LINE, LINE.replace(old, new))
    assert (3, field) in quote_faults(dealt)


def test_a_file_of_another_kind_among_quotes_is_a_fault(dealt: Path) -> None:
    bring(dealt, LINE)
    (dealt / "quotes" / "june.txt").write_text("", encoding="utf-8")
    (fault,) = faults_of(dealt)
    assert (fault.file, fault.found) == ("quotes/june.txt", "a file that is not read")


def test_faults_of_quotes_stand_among_those_of_the_arrangement(dealt: Path) -> None:
    bring(dealt, LINE.replace("sell", "hold"))
    with pytest.raises(InputFaultsError) as caught:
        load_arrangement(dealt)
    assert [fault.file for fault in caught.value.faults] == [QUOTES]
