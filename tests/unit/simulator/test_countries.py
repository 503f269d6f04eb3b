"""Payments between countries: through central banks, dealers, correspondents; by hand."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from tests.kit.payment_tables import table_of
from tests.kit.two_countries import (
    BOTH_WAYS,
    HOUR_US,
    HOURS,
    KGS,
    RATES,
    RUB,
    USD,
    A,
    B,
    C,
    D,
    days_of,
)

from comity.agreements import PaysIn, SettlementAsset
from comity.agreements.rules_scheme import find_violations
from comity.errors import UsageError
from comity.ledger import AccountKind
from comity.payments.lifecycle import State as PaymentState
from comity.simulator.comparing import (
    DayResult,
    Plan,
    Results,
    compare,
    run_task,
    set_stages,
    tasks_of,
)
from comity.simulator.options import OPTIONS, CentralBanks, Option, parse_option
from comity.simulator.payment_table import PaymentTable
from comity.simulator.staging import Stage, currencies_needed, stage_option
from comity.simulator.totals import value_results
from comity.simulator.trial import Trial, run_trial
from comity.simulator.trial_scheme import trial_scheme


def stage_of(table: PaymentTable, option: Option) -> Stage:
    return stage_option(option, table, HOURS, currencies_needed(table, [option]), RATES)


def tried(table: PaymentTable, option: Option) -> tuple[Stage, tuple[Trial, ...]]:
    stage = stage_of(table, option)
    days = [day for day, _ in table.days()]
    return stage, run_trial(stage, days, Fraction(1))


def measured(table: PaymentTable, *names: str) -> Results:
    options = tuple(OPTIONS[name] for name in names)
    return compare(table, Plan(options, (Fraction(1),), HOURS, RATES))


def of_day(results: Results, name: str, day: int = 0) -> DayResult:
    return results.of(name, Fraction(1))[day]


def test_each_side_has_its_own_currency_and_an_amount_in_the_payers_is_converted_once() -> None:
    stage = stage_of(table_of(*BOTH_WAYS), OPTIONS["swap-line"])
    crossing = stage.crossing
    assert crossing.pays.tolist() == [KGS, RUB, RUB]
    assert crossing.gets.tolist() == [RUB, KGS, KGS]
    assert crossing.got_minor.tolist() == [100_00, 50_00, 25_00]
    assert crossing.paid_minor.tolist() == [125_00, 40_00, 20_00]
    assert [rate.pair for rate in crossing.used] == ["RUB/KGS"]


def test_payments_at_home_and_in_a_third_currency_stay_as_they_are() -> None:
    table = table_of(
        f"09:00 {A} {B} 1.00 KGS", f"09:00 {A} {B} 1.00 RUB", f"09:00 {A} {C} 1.00 USD"
    )
    stage = stage_of(table, OPTIONS["swap-line"])
    assert not stage.crossing.is_crossed.any()


def test_money_that_comes_at_the_end_is_no_liquidity_before() -> None:
    """A pays 125 som and gets 25 back: 125 if it must not wait, though 100 would do in the end."""
    table = table_of(*BOTH_WAYS)
    bounds = stage_of(table, OPTIONS["swap-line"]).bounds(slice(0, 3))
    assert bounds[KGS].upper_minor.tolist() == [125_00, 0, 0, 0]
    assert bounds[KGS].lower_minor.tolist() == [100_00, 0, 0, 0]
    assert bounds[RUB].upper_minor.tolist() == [0, 0, 20_00, 40_00]
    assert bounds[RUB].lower_minor.tolist() == [0, 0, 0, 40_00]


def test_a_swap_line_is_drawn_for_what_one_owes_at_the_end_of_the_day() -> None:
    """Owed 125 − 50 − 25 = 50 som = 40 roubles, drawn at 17:59 and never paid back."""
    table = table_of(*BOTH_WAYS)
    option = OPTIONS["swap-line"]
    _, (trial,) = tried(table, option)
    settles = 18 * HOUR_US - 60_000_000
    assert trial.settled_us.tolist() == [settles] * 3
    (claim,) = trial.claims
    assert (claim.kind, claim.currency) == (AccountKind.SETTLEMENT, RUB)
    assert claim.owed.minor.tolist() == [0, 40_00]
    result = of_day(measured(table, "swap-line"), "swap-line")
    credit = result.measures.credit[RUB]
    assert (credit.peak_minor, credit.at_close_minor) == (40_00, 40_00)
    assert result.measures.currencies[1].used_minor.tolist() == [0, 0, 20_00, 40_00]


def test_a_surplus_stays_in_the_debtors_currency() -> None:
    """The Kyrgyz side owes 50 som and pays them on an account of its partner in Bishkek."""
    _, (trial,) = tried(table_of(*BOTH_WAYS), OPTIONS["special-vostro"])
    (claim,) = trial.claims
    assert (claim.currency, claim.owed.minor.tolist()) == (KGS, [0, 50_00])


TUESDAY = date(2026, 1, 6)
VOSTRO = CentralBanks(pays_in=PaysIn.DEBTOR_CURRENCY)


def test_a_surplus_is_spent_first_where_the_option_says_so() -> None:
    """Russia holds 125 som from Monday and owes 40 roubles, 50 som, on Tuesday."""
    table = days_of(
        table_of(f"09:00 {A} {C} 100.00 RUB"),
        table_of(f"09:00 {C} {A} 40.00 RUB", day=TUESDAY),
    )
    piled, spent = (
        tried(table, Option("vostro", "V", "V.", central_banks=banks))[1][1]
        for banks in (VOSTRO, replace(VOSTRO, spends_surplus=True))
    )
    assert piled.is_settled.all()
    assert spent.is_settled.all()
    held = {one.currency: one.owed.minor.tolist() for one in piled.claims}
    assert held == {KGS: [125_00], RUB: [0, 40_00]}
    (claim,) = spent.claims
    assert (claim.currency, claim.owed.minor.tolist()) == (KGS, [125_00, 75_00])


def test_beyond_its_limit_a_surplus_is_paid_in_the_creditors_currency() -> None:
    """Half a day of 125 som or 100 roubles: 62.50 are credited, 50 roubles paid in Moscow."""
    table = table_of(f"09:00 {A} {C} 100.00 RUB")
    banks = replace(VOSTRO, surplus_days=Decimal("0.5"))
    option = Option("bounded", "B", "B.", central_banks=banks)
    results = compare(table, Plan((option,), (Fraction(1),), HOURS, RATES))
    measures = of_day(results, "bounded").measures
    som, roubles = measures.currencies
    assert (som.currency, roubles.settled_minor) == (KGS, 100_00)
    assert measures.credit[KGS].at_close_minor == 62_50
    assert measures.credit[RUB].at_close_minor == 0
    assert roubles.used_minor.tolist() == [0, 0, 50_00, 0]  # A, C; Kyrgyzstan, Russia
    # Held by Russia 125 som owed until 17:59, then half; 50 roubles lie ready until then.
    minute = Fraction(1, 60)
    assert measures.risk[KGS].position_minor_hours == 125_00 * (9 - minute) + 62_50 * minute
    assert measures.risk[RUB].position_minor_hours == 50_00 * (10 - minute)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ('spends_surplus = true\npays_in = "creditor_currency"', "spends_surplus, surplus_days"),
        ('surplus_days = "1"\nasset = "named_currency"\nasset_currency = "USD"', "surplus_days"),
        ('surplus_days = "1001"\npays_in = "debtor_currency"', "expected 0 to 1000"),
    ],
)
def test_terms_of_a_surplus_that_cannot_be_tried_are_refused(fields: str, said: str) -> None:
    text = f'name = "x"\ntitle = "X"\nwords = "X."\n[central_banks]\n{fields}\n'
    with pytest.raises(UsageError, match=said):
        parse_option(text, "x.toml")


def test_a_named_currency_moves_the_next_day_and_nobody_lends() -> None:
    """50 som are half a dollar, on Tuesday at noon and a half: 9 h 58 min × 0.5 from 08:01."""
    table = days_of(table_of(*BOTH_WAYS), table_of(*BOTH_WAYS, day=date(2026, 1, 6)))
    _, trials = tried(table, OPTIONS["net-central-bank"])
    noon = 24 * HOUR_US + 13 * HOUR_US
    for trial in trials:
        assert trial.settled_us.tolist() == [noon] * 3
        assert trial.claims == ()
    results = measured(table, "net-central-bank")
    dollars = of_day(results, "net-central-bank", 1).measures.currencies[2]
    assert dollars.currency == USD
    assert dollars.used_minor.tolist()[: len(table.parties)] == [0] * 4
    assert dollars.liquidity_used_minor == 50
    assert dollars.payments == 0


def test_a_balance_is_carried_over_nights_and_bears_interest() -> None:
    """50 som owed from 17:59 on Monday to Tuesday's opening at 08:00; 3 % a year."""
    table = days_of(table_of(*BOTH_WAYS), table_of(*BOTH_WAYS, day=date(2026, 1, 6)))
    results = measured(table, "clearing-union")
    one, other = (of_day(results, "clearing-union", day).measures.credit[KGS] for day in (0, 1))
    assert one.at_close_minor == 50_00
    assert other.at_close_minor == 100_00
    assert one.interest_minor == one.exposure_minor_days * Fraction(3, 100) / 360
    # From the fixing a minute behind the opening on, what comes in is owed as it comes.
    hours = (1 * 125_00 + 1 * 75_00) + 21 * 50_00
    assert one.exposure_minor_days == Fraction(hours, 24)


def test_a_line_that_is_used_up_lets_payments_wait() -> None:
    table = table_of(f"09:00 {A} {C} 100.00 RUB", f"10:00 {A} {C} 100.00 RUB")
    banks = CentralBanks(
        asset=SettlementAsset.CARRIED_BALANCE, credit_days=Decimal("0.5"), every_weeks=1
    )
    _, (trial,) = tried(table, Option("half", "Half", "Half a day.", central_banks=banks))
    assert trial.state.tolist() == [PaymentState.SETTLED, PaymentState.EXPIRED]


def test_dealers_are_paid_a_spread_over_the_official_rate() -> None:
    """A dealer takes 1 som for 0.8 roubles less 0.5 %: 100 roubles cost 125 ÷ 0.995 = 125.63."""
    lines = [
        f"08:{at:02} {one} {other} 1.00 RUB" for at, (one, other) in enumerate([(A, C), (B, D)] * 3)
    ]
    table = table_of(*lines, "09:00 EEEEKG20 GGGGRU20 100.00 RUB")
    stage, (trial,) = tried(table, OPTIONS["dealers"])
    assert {table.parties[number] for number in stage.dealers} == {A, B, C, D}
    assert trial.settled_us.tolist() == table.time_us.tolist()
    assert trial.debited_minor[-1] == 125_63
    credit = of_day(measured(table, "dealers"), "dealers").measures.credit[KGS]
    assert credit.conversions == 7
    assert credit.spread_minor == 63 + 6 * 1


def test_a_vehicle_waits_for_its_agent_and_costs_two_spreads() -> None:
    """The dollar's agent opens at 08:01 + 0.3 × 9 h 58 min = 11:00."""
    lines = [
        f"08:{at:02} {one} {other} 1.00 RUB" for at, (one, other) in enumerate([(A, C), (B, D)] * 3)
    ]
    table = table_of(*lines, "12:00 EEEEKG20 GGGGRU20 8000.00 RUB")
    _, (trial,) = tried(table, OPTIONS["vehicle"])
    assert (trial.settled_us[:6] == 11 * HOUR_US).all()
    assert trial.settled_us[-1] == 12 * HOUR_US
    # 8,000 roubles are 100 dollars ÷ 0.995 = 100.50, and these 10,050 som × 1.005 = 10,100.25.
    assert trial.debited_minor[-1] == 10_100_25


def test_in_a_star_the_others_pay_through_correspondents_prefunded_or_overdrawn() -> None:
    """C and D are at home; A and B hold roubles with them, in turn."""
    table = table_of(
        f"09:00 {A} {B} 80.00 RUB", f"10:00 {C} {A} 80.00 RUB", f"11:00 {D} {C} 1.00 RUB"
    )
    stage, (trial,) = tried(table, OPTIONS["correspondent"])
    at = stage.currencies.index(RUB)
    assert stage.correspondents[:, at].tolist() == [2, 3, -1, -1]
    assert trial.is_settled.all()
    credit = of_day(measured(table, "correspondent"), "correspondent").measures.credit[RUB]
    # 80 passes two correspondents, 80 one: 240 × 0.05 %.
    assert credit.fees_minor == Fraction(240_00 * 5, 10_000)
    assert credit.peak_minor == 160_00


@pytest.mark.parametrize("name", [one.name for one in OPTIONS.values() if not one.links])
def test_every_option_makes_a_scheme_without_fault_and_keeps_every_payment(name: str) -> None:
    days = [table_of(*BOTH_WAYS, day=date(2026, 1, day)) for day in (5, 6, 9)]
    table = days_of(*days)
    plan = Plan((OPTIONS[name],), (Fraction(1, 2), Fraction(1)), HOURS, RATES)
    stages = set_stages(table, plan)
    for stage in stages.values():
        days_all = [day for day, _ in table.days()]
        bounds = stage.bounds(slice(0, 3))
        setting = stage.setting(days_all, bounds, stage.opening(bounds, Fraction(1)))
        assert find_violations(trial_scheme(stage.option, setting)) == ()
    for task in tasks_of(table, plan):
        for one in run_task(stages[task.option], task):
            assert sum(each.payments for each in one.measures.currencies) == 3
            for each in one.measures.currencies:
                assert each.settled_minor <= each.value_minor
                assert (each.used_minor >= 0).all()


def test_currencies_are_added_up_at_official_rates_or_not_at_all() -> None:
    table = table_of(*BOTH_WAYS)
    results = measured(table, "gross", "swap-line")
    valued = value_results(results, KGS)
    assert valued is not None
    together, rates = valued
    assert [rate.pair for rate in rates] == ["RUB/KGS"]
    (gross,) = of_day(together, "gross").measures.currencies
    assert (gross.value_minor, gross.payments) == (125_00 + 50_00 + 25_00, 3)
    # A brings 100 roubles, D 50 som: 125 + 50.
    assert gross.liquidity_used_minor == 175_00
    without = compare(table, Plan((OPTIONS["gross"],), (Fraction(1),), HOURS))
    assert value_results(without, KGS) is None


def test_a_missing_rate_or_country_is_named() -> None:
    table = table_of(f"09:00 {A} {C} 100.00 RUB")
    with pytest.raises(UsageError, match="no official rate of RUB/KGS in force on 2026-01-05"):
        stage_option(OPTIONS["swap-line"], table, HOURS, [KGS, RUB])
    with pytest.raises(UsageError, match="2 parties whose country is not known, such as 'X'"):
        stage_of(table_of("09:00 X Y 1.00 RUB"), OPTIONS["swap-line"])
    with pytest.raises(UsageError, match="all parties in one currency area"):
        stage_of(table_of(f"09:00 {A} {B} 1.00 KGS"), OPTIONS["dealers"])
    banks = CentralBanks(asset=SettlementAsset.NAMED_CURRENCY, asset_currency="EUR")
    euro = Option("euro", "In euro", "Netted in euro.", central_banks=banks)
    with pytest.raises(UsageError, match="no official rate of EUR/KGS"):
        stage_of(table, euro)
