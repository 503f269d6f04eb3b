"""Exactly one rule for each payment, or which have none: by hand, and against a count of days."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st
from tests.unit.arrangement.small_folder import SMALL

from comity.agreements import Agreement
from comity.agreements.coverage import (
    Judged,
    Relation,
    codes_of,
    prove_coverage,
    purposes_in_words,
    relations_of,
)
from comity.arrangement import load_scheme

GOODS = next(each for each in load_scheme(SMALL).agreements if each.id == "goods")
ROUBLES = Relation(("KG", "RU"), ("RUB",))
NEW_YEAR, SUMMER, END = date(2026, 1, 1), date(2026, 7, 1), date(2026, 12, 31)
DAY = timedelta(days=1)


def version(number: int, first: date, last: date | None, **changes: object) -> Agreement:
    return replace(GOODS, version=number, valid_from=first, valid_until=last, **changes)  # type: ignore[arg-type]


def test_a_version_after_another_without_a_day_between_leaves_no_gap() -> None:
    versions = (version(1, NEW_YEAR, SUMMER - DAY), version(2, SUMMER, None))
    found = prove_coverage(versions, [ROUBLES], ["GDDS"], NEW_YEAR, END)
    assert found.is_proven
    assert (found.gaps, found.doubled) == ((), ())
    assert found.cases == found.once == 2 * 365


def test_a_day_between_two_versions_is_a_gap() -> None:
    versions = (version(1, NEW_YEAR, SUMMER - 2 * DAY), version(2, SUMMER, END))
    found = prove_coverage(versions, [ROUBLES], ["GDDS"], NEW_YEAR, END)
    assert found.gaps == (Judged(ROUBLES, ("GDDS",), SUMMER - DAY, SUMMER - DAY, ()),)
    assert found.cases - found.once == 2


def test_a_day_under_two_versions_is_doubled() -> None:
    versions = (version(1, NEW_YEAR, SUMMER), version(2, SUMMER, END))
    found = prove_coverage(versions, [ROUBLES], ["GDDS"], NEW_YEAR, END)
    assert found.doubled == (Judged(ROUBLES, ("GDDS",), SUMMER, SUMMER, ("goods@1", "goods@2")),)
    assert not found.is_proven


def test_purposes_and_currencies_that_a_new_version_drops_are_gaps_from_its_first_day_on() -> None:
    versions = (
        version(1, NEW_YEAR, SUMMER - DAY, currencies=("KGS", "RUB"), codes=("LOAN",)),
        version(2, SUMMER, None, currencies=("RUB",), codes=()),
    )
    relations = relations_of(versions)
    assert [str(each) for each in relations] == ["KG–RU in KGS", "KG–RU in RUB"]
    found = prove_coverage(versions, relations, ["GDDS", "LOAN"], NEW_YEAR, END)
    assert [(str(each.relation), each.codes, each.from_day) for each in found.gaps] == [
        ("KG–RU in KGS", ("GDDS", "LOAN"), SUMMER),
        ("KG–RU in RUB", ("LOAN",), SUMMER),
    ]


def test_payments_in_two_currencies_are_asked_about_by_themselves() -> None:
    versions = load_scheme(SMALL).agreements
    two = [each for each in relations_of(versions) if len(each.currencies) > 1]
    assert [str(each) for each in two] == ["KG–RU in KGS and RUB"]
    # What covers payments in one currency does not cover those in two.
    found = prove_coverage([GOODS], two, ["GDDS"], NEW_YEAR, NEW_YEAR)
    assert len(found.gaps) == 1


def test_purposes_are_named_by_group_and_the_rest_counted() -> None:
    goods = codes_of([version(1, NEW_YEAR, None, codes=())])
    assert purposes_in_words([*goods, "LOAN"]) == "goods, LOAN"
    assert purposes_in_words(goods[:-1][:6]).endswith("2 other codes")


@st.composite
def _versions(draw: st.DrawFn) -> tuple[Agreement, ...]:
    days = st.integers(0, 30)
    found = []
    for number in range(draw(st.integers(0, 4))):
        first = NEW_YEAR + draw(days) * DAY
        more = draw(st.none() | days)
        last = None if more is None else first + more * DAY
        codes = draw(st.sets(st.sampled_from(["LOAN", "EDUC", "TAXS"]), min_size=1))
        found.append(version(number + 1, first, last, purposes=(), codes=tuple(codes)))
    return tuple(found)


@given(_versions())
def test_every_case_of_every_day_is_in_one_answer(versions: tuple[Agreement, ...]) -> None:
    codes, last = ("EDUC", "LOAN", "TAXS"), NEW_YEAR + 40 * DAY
    found = prove_coverage(versions, [ROUBLES], codes, NEW_YEAR, last)
    for offset in range(41):
        day = NEW_YEAR + offset * DAY
        for code in codes:
            keys = tuple(
                each.key for each in versions if each.is_in_force(day) and code in each.codes
            )
            told = [
                each.keys
                for each in (*found.gaps, *found.doubled)
                if each.from_day <= day <= each.until_day and code in each.codes
            ]
            assert told == ([] if len(keys) == 1 else [keys])
