"""The share of national currencies in three definitions."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import numpy as np
from tests.unit.statements.day_builder import DAY, KGS, RUB, build_day

from comity.agreements.terms import PaysIn
from comity.payments.codes import Mechanism
from comity.payments.lifecycle import State
from comity.statements.daybook import DayBook
from comity.statistics.series import SeriesLine
from comity.statistics.shares import (
    Denominator,
    national_currency_share,
    national_part,
    settlement_assets,
)

USD = 840


def series(amount_minor: int, currency: str = "RUB", *, days: int = 0) -> Sequence[SeriesLine]:
    start, end = DAY - timedelta(days=days), DAY + timedelta(days=days)
    return [SeriesLine(start, end, "KG", "RU", currency, amount_minor, "NBKR", "bank reporting")]


def two_payments(**columns: tuple[int, int]) -> DayBook:
    """Return the day with two settled payments of 100 and 300 RUB from KG to RU."""
    book = build_day()
    rows = book.payments.copy()
    first = book.participants.index("ALABKG20"), book.participants.index("DONARU20")
    rows["debtor_agent"][:2], rows["creditor_agent"][:2] = first
    rows["amount_minor"][:2] = (100_00, 300_00)
    for name in ("currency", "debtor_currency", "instructed_currency"):
        rows[name][:2] = columns.get(name, (RUB, RUB))
    states = np.full_like(book.states, State.REJECTED)
    states[:2] = State.SETTLED
    agreements = np.zeros_like(book.agreements)
    return replace(book, payments=rows, states=states, agreements=agreements)


def test_within_the_scheme_everything_in_member_currencies_is_the_whole() -> None:
    found = national_currency_share(build_day())

    assert [found.invoicing, found.customer_leg, found.settlement_asset] == [Fraction(1)] * 3
    assert found.denominator is Denominator.WITHIN_SCHEME
    assert found.coverage == 1
    assert found.source is None


def test_the_three_definitions_look_at_three_different_things() -> None:
    # The second payment is invoiced in dollars; the first is paid from a dollar account.
    book = two_payments(instructed_currency=(RUB, USD), debtor_currency=(USD, RUB))

    found = national_currency_share(book)

    assert found.invoicing == Fraction(1, 4)
    assert found.customer_leg == Fraction(3, 4)
    assert found.settlement_asset == 1


def test_what_a_payment_does_not_state_is_its_settlement_currency() -> None:
    found = national_currency_share(
        two_payments(instructed_currency=(0, 0), debtor_currency=(0, 0))
    )

    assert [found.invoicing, found.customer_leg] == [Fraction(1)] * 2


def test_two_currencies_settle_in_what_the_central_banks_pay_with() -> None:
    book = two_payments(currency=(KGS, KGS))
    mechanisms = np.full_like(book.mechanisms, Mechanism.CENTRAL_BANK)
    agreements = np.ones_like(book.agreements)
    book = replace(book, mechanisms=mechanisms, agreements=agreements)

    assert settlement_assets(book)[:2].tolist() == [KGS, KGS]

    terms = book.scheme.agreements[1]
    assert terms.central_bank_settlement is not None
    paid = replace(terms.central_bank_settlement, pays_in=PaysIn.DEBTOR_CURRENCY)
    scheme = replace(
        book.scheme,
        agreements=(book.scheme.agreements[0], replace(terms, central_bank_settlement=paid)),
    )
    assert settlement_assets(replace(book, scheme=scheme))[:2].tolist() == [RUB, RUB]


def test_a_series_of_all_payments_is_the_denominator() -> None:
    found = national_currency_share(two_payments(), series(1_600_00))

    assert found.settlement_asset == Fraction(1, 4)
    assert found.coverage == Fraction(1, 4)
    assert found.denominator is Denominator.ALL_PAYMENTS
    assert found.source is not None
    assert found.source.publisher == "NBKR"


def test_the_share_a_series_has_by_its_own_count_stands_beside() -> None:
    book = two_payments()
    lines = [*series(900_00), *series(100_00, "KGS")]
    found = national_currency_share(book, lines)

    assert found.source is not None
    assert national_part(found.source, found.valuation, book) == 1


def test_what_settled_here_has_shares_of_its_own_whatever_the_denominator() -> None:
    book = build_day()
    alone = national_currency_share(book)
    counted = national_currency_share(book, series(10**13))

    assert counted.denominator is Denominator.ALL_PAYMENTS
    assert counted.within_scheme() == alone.within_scheme()
    assert tuple(alone.within_scheme()) == (
        alone.invoicing,
        alone.customer_leg,
        alone.settlement_asset,
    )


def test_a_longer_period_counts_as_its_average_business_day() -> None:
    # 24 to 30 April holds five business days.
    found = national_currency_share(two_payments(), series(5 * 800_00, days=3))

    assert found.source is not None
    assert found.source.business_days == 5
    assert found.coverage == Fraction(1, 2)


def test_a_series_that_counts_less_than_the_scheme_is_not_used_and_this_is_said() -> None:
    found = national_currency_share(two_payments(), series(399_99))

    assert found.denominator is Denominator.WITHIN_SCHEME
    assert "counts less" in found.note
    assert len(found.beside) == 1


def test_a_series_without_a_rate_for_a_currency_is_not_used_and_this_is_said() -> None:
    found = national_currency_share(two_payments(), series(10**9, "USD"))

    assert found.denominator is Denominator.WITHIN_SCHEME
    assert "USD" in found.note
    assert national_part(found.beside[0], found.valuation, build_day()) is None


def test_a_day_on_which_nothing_settled_has_no_share() -> None:
    book = build_day()
    book = replace(book, states=np.full_like(book.states, State.QUEUED))

    found = national_currency_share(book)

    assert (found.invoicing, found.coverage) == (None, None)
