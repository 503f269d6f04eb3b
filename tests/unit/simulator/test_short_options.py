"""pvp-net in the manner of CLS: little money, credit in its place, within three tests; by hand."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from tests.kit.payment_tables import table_of
from tests.kit.two_countries import HOURS, KGS, RATES, RUB, A, C

from comity.agreements.rules_scheme import find_violations
from comity.errors import UsageError
from comity.payments.lifecycle import State as PaymentState
from comity.simulator.comparing import Plan, Results, compare, possible_options
from comity.simulator.options import OPTIONS, Option, ShortPositions, parse_option
from comity.simulator.staging import currencies_needed, stage_option
from comity.simulator.trial import Trial, run_trial
from comity.simulator.trial_scheme import trial_scheme

# One rouble is 1.25 som. What A sells at nine it buys back at ten.
THERE_AND_BACK = (
    f"09:00 {A} {C} 100.00 KGS link=1",
    f"09:00 {C} {A} 80.00 RUB link=1",
    f"10:00 {C} {A} 100.00 KGS link=2",
    f"10:00 {A} {C} 80.00 RUB link=2",
)
TENTH = Fraction(1, 10)
WIDE = ShortPositions(each=Decimal(1), together=Decimal(1), haircut_percent=Decimal(5))


def option(terms: ShortPositions) -> Option:
    return Option("shorts", "Shorts", "Shorts.", links=True, short_positions=terms)


def tried(terms: ShortPositions, level: Fraction = TENTH) -> Trial:
    table = table_of(*THERE_AND_BACK)
    one = option(terms)
    stage = stage_option(one, table, HOURS, currencies_needed(table, [one]), RATES)
    (trial,) = run_trial(stage, [int(table.day[0])], level)
    return trial


def compared(level: Fraction, *options: Option) -> Results:
    return compare(table_of(*THERE_AND_BACK), Plan(options, (level,), HOURS, RATES))


def test_a_tenth_of_the_money_settles_what_takes_all_of_it_without_shorts() -> None:
    """A has 10 som, is 90 short and holds 80 roubles: 100 som, 95 after the haircut.

    C has 8 roubles, is 72 short, 90 som or 94.50 with the haircut, and holds 100 som.
    """
    results = compared(TENTH, option(WIDE), OPTIONS["pvp"])
    (shorts,), (pvp,) = (results.of(name, TENTH) for name in ("shorts", "pvp"))
    som, roubles = shorts.measures.currencies
    assert (som.settled, roubles.settled) == (2, 2)
    assert [som.delay, roubles.delay] == [0, 0]
    assert (som.used_minor.tolist(), roubles.used_minor.tolist()) == ([10_00, 0], [0, 8_00])
    credit = shorts.measures.credit
    assert (credit[KGS].peak_minor, credit[RUB].peak_minor) == (90_00, 72_00)
    assert credit[KGS].exposure_minor_days == Fraction(90_00, 24)
    assert (credit[KGS].at_close_minor, credit[RUB].at_close_minor) == (0, 0)
    assert shorts.measures.risk[KGS].owed_by == {A: 90_00}
    # Without them the first trade waits for the second: an hour of nine, and none of eight.
    assert pvp.measures.currencies[0].delay == Fraction(1, 9 + 8)


def test_a_settlement_agent_lends_no_more_than_each_test_allows() -> None:
    narrow = {
        "net": replace(WIDE, haircut_percent=Decimal(20)),
        "each": replace(WIDE, each=Decimal("0.89")),
        "together": replace(WIDE, together=Decimal("0.89")),
    }
    assert set(tried(WIDE).state.tolist()) == {PaymentState.SETTLED}
    for name, terms in narrow.items():
        assert set(tried(terms).state.tolist()) == {PaymentState.EXPIRED}, name


def test_with_credit_without_end_nothing_is_tested() -> None:
    table = table_of(*THERE_AND_BACK)
    one = option(replace(WIDE, each=Decimal(0), together=Decimal(0)))
    stage = stage_option(one, table, HOURS, currencies_needed(table, [one]), RATES)
    (trial,) = run_trial(stage, [int(table.day[0])], None)
    assert trial.is_settled.all()


def test_the_scheme_of_the_trial_keeps_the_rules_of_agreements() -> None:
    table = table_of(*THERE_AND_BACK)
    one = OPTIONS["pvp-net"]
    stage = stage_option(one, table, HOURS, currencies_needed(table, [one]), RATES)
    bounds = stage.bounds(slice(0, 4))
    setting = stage.setting([int(table.day[0])], bounds, stage.opening(bounds, TENTH))
    scheme = trial_scheme(one, setting)
    assert find_violations(scheme) == ()
    # Most payments are in som, as many in roubles; som come first. Half of 100 som, of 80 roubles.
    assert (scheme.valuation_currency, [one.limit_minor for one in scheme.position_limits]) == (
        "KGS",
        [50_00, 50_00],
    )
    assert [(one.currency, one.percent) for one in scheme.haircuts] == [("RUB", Decimal(5))]


def test_without_rates_it_is_left_out_and_says_why() -> None:
    table = table_of(*THERE_AND_BACK)
    found, refusals = possible_options(table, [OPTIONS["pvp"], OPTIONS["pvp-net"]], HOURS, ())
    assert [one.name for one in found] == ["pvp"]
    ((why, names),) = refusals.items()
    assert names == ["pvp-net"]
    assert "found no official rate of RUB/KGS on 2026-01-05 not older than 5 days" in why


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ('mode = "cycle"\ncycles = 1\nlinks = true', "links = true and mode = gross"),
        ("links = false", "links = true and mode = gross"),
        ("links = true\nsetoffs = 2", "setoffs"),
    ],
)
def test_other_ways_of_settling_beside_it_are_refused(fields: str, said: str) -> None:
    text = f'name = "x"\ntitle = "X"\nwords = "X."\n{fields}\n[short_positions]\n'
    text += 'each = "0.5"\ntogether = "0.5"\nhaircut_percent = "5"\n'
    with pytest.raises(UsageError, match=said):
        parse_option(text, "x.toml")


@pytest.mark.parametrize("field", ["each", "together", "haircut_percent"])
def test_parts_out_of_range_are_refused(field: str) -> None:
    values = {"each": "0.5", "together": "0.5", "haircut_percent": "5", field: "100"}
    text = 'name = "x"\ntitle = "X"\nwords = "X."\nlinks = true\n[short_positions]\n'
    text += "\n".join(f'{name} = "{value}"' for name, value in values.items())
    with pytest.raises(UsageError, match=rf"short_positions\.{field}: found 100"):
        parse_option(text, "x.toml")
