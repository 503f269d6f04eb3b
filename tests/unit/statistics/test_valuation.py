"""Worth of amounts in one currency."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

from tests.unit.statements.day_builder import build_day, official_rates

from comity.fx import OfficialRate
from comity.statistics.valuation import valuation


def nbkr(effective_on: date = date(2026, 4, 27)) -> OfficialRate:
    return OfficialRate(
        publisher="NBKR",
        base="RUB",
        quote="KGS",
        numerator=11573,
        denominator=10000,
        effective_on=effective_on,
        valid_days=1,
        nominal="1",
        value="1,1573",
        source="daily.xml",
    )


def test_an_amount_is_worth_its_exact_quotient() -> None:
    found = valuation(build_day(), ["KGS", "RUB"])

    assert found.rate_ids == ("CBR:2026-04-25:KGS/RUB",)
    assert found.value(100_00, "KGS") == Fraction("86.4125")
    assert found.value(1, "RUB") == Fraction(1, 100)


def test_the_central_bank_of_the_valuation_currency_comes_first() -> None:
    book = replace(build_day(), rates=(nbkr(), *official_rates()))

    assert valuation(book, ["KGS"]).rate_ids == ("CBR:2026-04-25:KGS/RUB",)


def test_another_central_bank_is_asked_where_the_first_has_no_rate() -> None:
    found = valuation(replace(build_day(), rates=(nbkr(),)), ["KGS"])

    assert found.rate_ids == ("NBKR:2026-04-27:RUB/KGS",)
    assert found.value(11573, "KGS") == 100


def test_a_stale_rate_values_nothing_and_the_currency_is_named() -> None:
    book = replace(build_day(), rates=(nbkr(date(2026, 4, 1)),))

    found = valuation(book, ["KGS"])

    assert found.unvalued == ("KGS",)
    assert found.rate_ids == ()
    assert found.value(100, "KGS") == 0
