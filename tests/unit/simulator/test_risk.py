"""Who owes most, who holds what is not its own, what a move of rates costs: by hand."""

from datetime import date, timedelta
from fractions import Fraction

from tests.kit.payment_tables import table_of
from tests.kit.two_countries import BOTH_WAYS, HOURS, KGS, RATES, RUB, USD, A, B, C, D, days_of

from comity.fx import OfficialRate
from comity.simulator.comparing import Plan, Results, compare, sum_risk
from comity.simulator.options import OPTIONS
from comity.simulator.payment_table import PaymentTable
from comity.simulator.risk import NO_RISK, RiskMeasures
from comity.simulator.totals import value_results

ALL = Fraction(1)
MINUTE = Fraction(1, 60)
TUESDAY = date(2026, 1, 6)

# One rouble goes from 1.25 to 1.50 som and back, in the December before: moves of 20 and 16⅔ %.
HISTORY = tuple(
    OfficialRate(
        "NBKR", "RUB", "KGS", *ratio, date(2025, 12, 1) + timedelta(number), 1, "1", "", ""
    )
    for number, ratio in enumerate([(5, 4), (3, 2)] * 11)
)


def compared(table: PaymentTable, name: str, *more: OfficialRate) -> Results:
    return compare(table, Plan((OPTIONS[name],), (ALL,), HOURS, (*RATES, *more)))


def risk_of(results: Results, currency: int) -> RiskMeasures:
    return sum_risk(results.of(results.plan.options[0].name, ALL), currency)


def test_in_a_cycle_the_greatest_net_debit_is_owed() -> None:
    """A owes 30 and B 5, C gets 35; nothing is lent, and nobody holds what is not its own."""
    table = table_of("09:00 A C 40.00 RUB", "10:00 C A 10.00 RUB", "11:00 B C 5.00 RUB")
    risk = risk_of(compare(table, Plan((OPTIONS["net-multilateral"],), (ALL,), HOURS)), RUB)
    assert risk == RiskMeasures({"A": 30_00, "B": 5_00}, Fraction(0), 0, Fraction(0))
    assert risk.cover_one == ("A", 30_00)


def test_in_pairs_one_owes_to_each_of_them() -> None:
    """A owes B 40 and C 10, and gets nothing of what B owes C: 50, though its net is the same."""
    table = table_of(
        "09:00 A B 40.00 RUB", "10:00 A C 10.00 RUB", "11:00 B C 20.00 RUB", "12:00 C B 5.00 RUB"
    )
    risk = risk_of(compare(table, Plan((OPTIONS["net-bilateral"],), (ALL,), HOURS)), RUB)
    assert risk.owed_by == {"A": 50_00, "B": 15_00}


def test_one_by_one_nobody_owes() -> None:
    table = table_of("09:00 A C 40.00 RUB", "10:00 C A 10.00 RUB")
    risk = risk_of(compare(table, Plan((OPTIONS["gross"],), (ALL,), HOURS)), RUB)
    assert risk == NO_RISK
    assert risk.cover_one is None


def test_correspondents_owe_what_others_keep_with_them() -> None:
    """A keeps 80 with C, which it pays B, kept with D: C owes 80 at first, D from 09:00 on."""
    table = table_of(
        f"09:00 {A} {B} 80.00 RUB", f"10:00 {C} {A} 80.00 RUB", f"11:00 {D} {C} 1.00 RUB"
    )
    risk = risk_of(compared(table, "correspondent"), RUB)
    assert risk.owed_by == {C: 80_00, D: 80_00}
    assert risk.cover_one == (C, 80_00)


def test_a_surplus_is_a_position_of_the_partner_from_the_first_payment_on() -> None:
    """Russia is owed 125 som for an hour, 75 for another, then 50 to the close at 18:00.

    They are its to lose: 20 % of 125.
    """
    risk = risk_of(compared(table_of(*BOTH_WAYS), "special-vostro", *HISTORY), KGS)
    assert risk.position_minor_hours == 125_00 + 75_00 + 7 * 50_00
    assert risk.position_peak_minor == 125_00
    # A som falls by 1 − 1.25 ÷ 1.50 when the rouble goes up, and gains 1.50 ÷ 1.25 − 1 back.
    assert risk.loss_minor == 125_00 * Fraction(1, 5)
    assert risk.owed_by == {"KG": 50_00}


def test_a_swap_line_moves_the_position_to_the_one_that_draws() -> None:
    """At 17:59 Kyrgyzstan draws 40 roubles for the 50 som that it owes."""
    results = compared(table_of(*BOTH_WAYS), "swap-line", *HISTORY)
    som, roubles = (risk_of(results, currency) for currency in (KGS, RUB))
    assert som.position_minor_hours == 125_00 + 75_00 + (7 - MINUTE) * 50_00
    assert som.owed_by == {}
    assert roubles.position_minor_hours == MINUTE * 40_00
    assert roubles.position_peak_minor == 40_00
    assert roubles.owed_by == {"KG": 40_00}
    assert roubles.loss_minor == 40_00 * Fraction(1, 5)


def test_what_is_carried_on_is_held_over_the_night() -> None:
    """As owed: 1 h at 125, 1 h at 75, 21 h at 50 to Tuesday 08:00, and as much more on Tuesday."""
    table = days_of(table_of(*BOTH_WAYS), table_of(*BOTH_WAYS, day=TUESDAY))
    results = compared(table, "clearing-union")
    one, _ = (each.measures.risk[KGS] for each in results.of("clearing-union", ALL))
    assert one.position_minor_hours == 125_00 + 75_00 + 21 * 50_00
    both = risk_of(results, KGS)
    assert both.owed_by == {"KG": 175_00}  # 50 from Monday and 125 at nine
    assert both.position_peak_minor == 175_00
    assert both.loss_minor is None  # one rate is no history


def test_dealers_owe_what_they_have_paid_of_the_payees_currency() -> None:
    """Kyrgyz ones take som, their own, and pay roubles."""
    lines = [
        f"08:{at:02} {one} {other} 1.00 RUB" for at, (one, other) in enumerate([(A, C), (B, D)] * 3)
    ]
    table = table_of(*lines, "09:00 EEEEKG20 GGGGRU20 100.00 RUB")
    results = compared(table, "dealers", *HISTORY)
    som, roubles = (risk_of(results, currency) for currency in (KGS, RUB))
    assert som == NO_RISK
    # 100 for 9 h, and 1 from each minute between 08:00 and 08:05 on.
    assert roubles.position_minor_hours == 100_00 * 9 + 1_00 * (6 * 10 - 15 * MINUTE)
    assert roubles.position_peak_minor == 106_00
    assert roubles.loss_minor == 106_00 * Fraction(1, 5)


def test_all_currencies_together_are_valued_member_by_member() -> None:
    """Kyrgyzstan owes nobody som and Russia 40 roubles, 50 som; positions peak as if at once."""
    results = compared(table_of(*BOTH_WAYS), "swap-line", *HISTORY)
    valued = value_results(results, KGS)
    assert valued is not None
    risk = risk_of(valued[0], KGS)
    assert risk.owed_by == {"KG": 50_00}
    assert risk.position_peak_minor == 125_00 + 50_00
    assert risk.loss_minor == (125_00 + 50_00) * Fraction(1, 5)


def test_over_a_vehicle_one_dealer_owes_it_and_the_other_holds_it() -> None:
    """At 11:00 the agent opens: 100 roubles are 1.25 dollars ÷ 0.995, 1.26 rounded up."""
    results = compared(table_of(f"09:00 {A} {C} 100.00 RUB"), "vehicle")
    dollars = risk_of(results, USD)
    assert dollars.position_peak_minor == 2 * 126
    assert dollars.position_minor_hours == 2 * 126 * 7
    assert [risk_of(results, currency) for currency in (KGS, RUB)] == [NO_RISK, NO_RISK]


def test_money_that_lies_ready_is_held_until_it_is_used() -> None:
    """Monday's 50 som, half a dollar, are paid on Tuesday at 13:00 and held by the other then."""
    table = days_of(table_of(*BOTH_WAYS), table_of(*BOTH_WAYS, day=TUESDAY))
    results = compared(table, "net-central-bank")
    monday, tuesday = (each.measures.risk for each in results.of("net-central-bank", ALL))
    assert monday[USD] == NO_RISK
    assert tuesday[USD].position_minor_hours == 50 * 5 + 50 * 19
    assert tuesday[USD].position_peak_minor == 50
    assert monday[KGS].position_minor_hours == 125_00 + 75_00 + 21 * 50_00
    # Monday's 50 som are owed until 13:00, Tuesday's as they come.
    assert tuesday[KGS].position_minor_hours == 5 * 50_00 + 125_00 + 75_00 + 21 * 50_00
    assert tuesday[KGS].position_peak_minor == 175_00
