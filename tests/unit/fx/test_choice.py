"""Which fixing holds for a pair on a day, and why none does."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from comity.fx import (
    OfficialRate,
    RateAnswer,
    RateChoice,
    RateChoiceError,
    RateFound,
    RateMissing,
    RateQuarantined,
    RateRule,
    RateStale,
    choose_rate,
)

MONDAY = date(2026, 5, 25)


def fixing(
    value: str,
    effective_on: str,
    *,
    publisher: str = "NBKR",
    pair: str = "RUB/KGS",
    valid_days: int = 1,
) -> OfficialRate:
    base, quote = pair.split("/")
    ratio = Fraction(value)
    return OfficialRate(
        publisher=publisher,
        base=base,
        quote=quote,
        numerator=ratio.numerator,
        denominator=ratio.denominator,
        effective_on=date.fromisoformat(effective_on),
        valid_days=valid_days,
        nominal="1",
        value=value,
        source=f"{publisher.lower()}_{effective_on}.xml",
    )


def choice(
    publisher: str = "NBKR", rule: RateRule = RateRule.EFFECTIVE_ON_VALUE_DATE
) -> RateChoice:
    return RateChoice(publisher=publisher, rule=rule, stale_after_days=3, jump_percent=Decimal(5))


def choose(
    *rates: OfficialRate, pair: str = "RUB/KGS", on: date = MONDAY, terms: RateChoice | None = None
) -> RateAnswer:
    base, quote = pair.split("/")
    return choose_rate(rates, choice=terms or choice(), base=base, quote=quote, on=on)


def test_a_sunday_fixing_holds_on_monday() -> None:
    found = choose(fixing("1.2263", "2026-05-24"))
    assert isinstance(found, RateFound)
    assert (found.conversion.numerator, found.conversion.denominator) == (12263, 10000)
    assert found.rate_id == "NBKR:2026-05-24:RUB/KGS"
    assert found.explanation == (
        "NBKR 2026-05-24: 1 RUB = 1.2263 KGS; in force on 2026-05-25; no earlier fixing"
    )


def test_the_latest_fixing_in_force_holds_and_not_one_of_tomorrow() -> None:
    rates = (
        fixing("1.20", "2026-05-23"),
        fixing("1.21", "2026-05-25"),
        fixing("1.22", "2026-05-26"),
    )
    found = choose(*rates)
    assert isinstance(found, RateFound)
    assert found.rate is rates[1]
    assert found.compared_with is rates[0]
    assert "compared with 2026-05-23" in found.explanation


def test_a_pair_the_publisher_prints_the_other_way_round_is_inverted_exactly() -> None:
    printed = fixing("0.864125", "2026-05-25", publisher="CBR", pair="KGS/RUB")
    found = choose(printed, terms=choice("CBR"))
    assert isinstance(found, RateFound)
    assert found.inverted
    assert (found.conversion.numerator, found.conversion.denominator) == (8000, 6913)
    assert "inverted: 1 RUB = 8000/6913 KGS" in found.explanation


def test_a_pair_is_never_made_out_of_two_others() -> None:
    rates = (
        fixing("87.45", "2026-05-25", pair="USD/KGS"),
        fixing("1.2263", "2026-05-25", pair="RUB/KGS"),
    )
    assert isinstance(choose(*rates, pair="USD/RUB"), RateMissing)


def test_another_publishers_fixing_never_takes_the_place_of_a_missing_one() -> None:
    found = choose(fixing("1.16", "2026-05-25", publisher="CBR"))
    assert isinstance(found, RateMissing)
    assert "NBKR RUB/KGS: found no fixing in force on 2026-05-25" in found.explanation


def test_a_missing_rate_says_when_the_first_one_begins() -> None:
    found = choose(fixing("1.22", "2026-05-26"))
    assert found == RateMissing("NBKR", "RUB", "KGS", MONDAY, date(2026, 5, 26))
    assert "the first one is of 2026-05-26" in found.explanation


@pytest.mark.parametrize(
    ("effective_on", "valid_days", "usable"),
    [
        ("2026-05-22", 1, True),
        ("2026-05-21", 1, False),
        ("2026-05-19", 7, True),
        ("2026-05-18", 7, False),
        ("2026-05-22", 2, True),
    ],
)
def test_a_fixing_may_be_used_for_the_days_agreed_or_for_as_long_as_it_says(
    effective_on: str, valid_days: int, usable: bool
) -> None:
    found = choose(fixing("1.22", effective_on, valid_days=valid_days))
    assert isinstance(found, RateFound if usable else RateStale)


def test_a_stale_rate_says_how_long_it_could_have_been_used() -> None:
    found = choose(fixing("1.22", "2026-05-21"))
    assert isinstance(found, RateStale)
    assert found.usable_until == date(2026, 5, 24)
    assert "expected 2026-05-24 or earlier" in found.explanation


def test_a_fixing_that_jumps_is_held_back_and_an_older_one_does_not_take_its_place() -> None:
    found = choose(fixing("1.2263", "2026-05-24"), fixing("122.63", "2026-05-25"))
    assert isinstance(found, RateQuarantined)
    assert found.rate.value == "122.63"
    assert "nominal ×100?" in found.explanation
    assert found.explanation.endswith("two people must check and release it")


def test_the_day_after_a_jump_is_judged_against_the_last_good_fixing() -> None:
    rates = (
        fixing("1.2263", "2026-05-23"),
        fixing("122.63", "2026-05-24"),
        fixing("1.23", "2026-05-25"),
    )
    assert isinstance(choose(*rates), RateFound)


def test_a_fixing_that_people_released_is_used() -> None:
    rates = (fixing("1.00", "2026-05-24"), fixing("1.30", "2026-05-25"))
    found = choose_rate(
        rates,
        choice=choice(),
        base="RUB",
        quote="KGS",
        on=MONDAY,
        released={"NBKR:2026-05-25:RUB/KGS"},
    )
    assert isinstance(found, RateFound)
    assert found.rate is rates[1]


def test_a_guard_looks_at_the_pair_as_printed_when_it_is_used_inverted() -> None:
    rates = (
        fixing("0.864125", "2026-05-24", publisher="CBR", pair="KGS/RUB"),
        fixing("86.4125", "2026-05-25", publisher="CBR", pair="KGS/RUB"),
    )
    assert isinstance(choose(*rates, terms=choice("CBR")), RateQuarantined)


@pytest.mark.parametrize(("publisher", "day"), [("NBKR", "2026-05-25"), ("ECB", "2026-05-22")])
def test_before_acceptance_only_what_was_surely_public_counts(publisher: str, day: str) -> None:
    rates = (
        fixing("90.1", "2026-05-22", publisher=publisher, pair="EUR/RUB"),
        fixing("90.2", "2026-05-25", publisher=publisher, pair="EUR/RUB"),
    )
    terms = choice(publisher, RateRule.LATEST_PUBLISHED_BEFORE_ACCEPTANCE)
    found = choose(*rates, pair="EUR/RUB", terms=terms)
    assert isinstance(found, RateFound)
    assert found.rate.effective_on == date.fromisoformat(day)


def test_a_rate_fixed_for_a_cycle_is_that_of_its_business_day() -> None:
    rates = (fixing("1.21", "2026-05-24"), fixing("1.22", "2026-05-25"))
    found = choose(*rates, terms=choice(rule=RateRule.FIXED_FOR_CYCLE))
    assert isinstance(found, RateFound)
    assert found.rate is rates[1]


@pytest.mark.parametrize(
    ("publisher", "stale_after_days", "jump_percent", "field"),
    [
        ("FED", 3, "5", "fixing"),
        ("NBKR", -1, "5", "stale_after_days"),
        ("NBKR", 3, "0", "jump_percent"),
        ("NBKR", 3, "-5", "jump_percent"),
        ("NBKR", 3, "50.01", "jump_percent"),
        ("NBKR", 3, "NaN", "jump_percent"),
        ("NBKR", 3, "Infinity", "jump_percent"),
    ],
)
def test_terms_that_cannot_be_carried_out_are_refused_by_field(
    publisher: str, stale_after_days: int, jump_percent: str, field: str
) -> None:
    with pytest.raises(RateChoiceError, match=f"^{field}: found"):
        RateChoice(
            publisher,
            RateRule.EFFECTIVE_ON_VALUE_DATE,
            stale_after_days,
            Decimal(jump_percent),
        )
