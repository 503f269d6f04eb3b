"""Cycles paid in one asset: what is advised, what holds them up, and who pays from where."""

from dataclasses import replace
from typing import Any

from tests.kit.batches import Driver, Payment
from tests.kit.schemes import (
    KG_BANK,
    KG_CENTRAL,
    KG_SMALL,
    RATE,
    RU_BANK,
    small_scheme,
    with_asset,
)

from comity.agreements.rules_scheme import find_violations
from comity.payments.codes import CycleFigure, CycleState, EventKind
from comity.payments.commands import Outcome
from comity.payments.lifecycle import State as PaymentState
from comity.payments.reasons import Reason
from comity.settlement.rules import unsettled_choices


def gift(payer: str, payee: str, amount: int, **changes: Any) -> Payment:
    return Payment(payer, payee, amount, purpose="GIFT", **changes)


def figures(outcome: Outcome, figure: CycleFigure) -> list[tuple[int, int, int]]:
    rows: Any = outcome.events[outcome.events["kind"] == EventKind.CYCLE_FIGURE]
    return [
        (int(row["subject"]), int(row["detail"]), int(row["value"]))
        for row in rows
        if row["after"] == figure
    ]


def test_at_the_cut_off_everybody_is_advised_of_its_position_in_the_asset() -> None:
    driver = Driver(with_asset(small_scheme(50_00), "KGS")).start()
    driver.send(gift(KG_BANK, RU_BANK, 30_00), gift(RU_BANK, KG_BANK, 10_00, currency="RUB"))
    outcome = driver.advance("11:00")

    assert figures(outcome, CycleFigure.CONVERTED_INTO) == [(0, 417, 0)]
    assert figures(outcome, CycleFigure.RATE_NUMERATOR) == [(0, 417, 1), (0, 643, 12263)]
    assert figures(outcome, CycleFigure.RATE_DENOMINATOR) == [(0, 417, 1), (0, 643, 10000)]
    # 10 roubles are 12.263 soms: exact 17.737 each, the missing tyiyn goes to the larger remainder.
    assert figures(outcome, CycleFigure.CONVERTED_POSITION) == [(0, 0, -17_74), (0, 2, 17_74)]
    assert figures(outcome, CycleFigure.COVER_GROUP) == [(0, 0, 17_74)]


def test_without_a_rate_all_wait_and_say_why() -> None:
    driver = Driver(with_asset(small_scheme(50_00), "KGS"), rates=()).start()
    driver.send(gift(KG_BANK, RU_BANK, 30_00), gift(RU_BANK, KG_BANK, 10_00, currency="RUB"))
    outcome = driver.advance("11:30")

    assert driver.states() == [PaymentState.QUEUED] * 2
    steps: Any = outcome.events[outcome.events["kind"] == EventKind.PAYMENT]
    assert int(steps["reason"][-1]) == Reason.RATE_MISSING
    assert figures(outcome, CycleFigure.SLOT_ENDED) == [(0, 0, CycleState.ROLLED)]
    assert not len(outcome.transfers)


def test_without_a_rate_a_slot_in_the_asset_alone_settles() -> None:
    driver = Driver(with_asset(small_scheme(50_00), "KGS"), rates=()).start()
    driver.send(gift(KG_BANK, RU_BANK, 30_00))
    driver.advance("11:30")
    assert driver.states() == [PaymentState.SETTLED]


def test_a_rate_that_is_stale_is_not_used() -> None:
    old = replace(RATE, effective_on=RATE.effective_on.replace(day=10))
    driver = Driver(with_asset(small_scheme(50_00), "KGS"), rates=(old,)).start()
    driver.send(gift(RU_BANK, KG_BANK, 10_00, currency="RUB"))
    driver.advance("11:30")
    assert driver.states() == [PaymentState.QUEUED]


def test_money_that_comes_in_the_asset_releases_what_waits_for_it() -> None:
    scheme = with_asset(small_scheme(0), "KGS")
    accounts = tuple(
        replace(one, opening_balance_minor=20_00)
        if (one.participant, one.currency) == (KG_SMALL, "KGS")
        else one
        for one in scheme.accounts
    )
    driver = Driver(replace(scheme, accounts=accounts)).start()
    driver.send(
        Payment(RU_BANK, KG_BANK, 12_00),  # goods, gross: waits for soms
        gift(KG_SMALL, RU_BANK, 10_00, currency="RUB"),
    )
    driver.advance("11:30")

    assert driver.states() == [PaymentState.SETTLED] * 2
    assert driver.balance(f"settlement:{RU_BANK}@{KG_CENTRAL}:KGS") == 26


def test_the_agent_of_the_asset_pays_in_its_own_money() -> None:
    driver = Driver(with_asset(small_scheme(0), "KGS")).start()
    driver.send(gift(KG_CENTRAL, RU_BANK, 10_00, currency="RUB"))
    driver.advance("11:30")

    assert driver.states() == [PaymentState.SETTLED]
    assert driver.balance(f"settlement:{RU_BANK}@{KG_CENTRAL}:KGS") == 12_26
    assert driver.balance(f"agent:{KG_CENTRAL}:KGS") == -12_26


def test_terms_that_fit_break_no_rule_and_are_settled() -> None:
    scheme = with_asset(small_scheme(0), "RUB")
    assert find_violations(scheme) == ()
    assert unsettled_choices(scheme) == ()


def test_who_has_no_account_in_the_asset_is_named() -> None:
    scheme = with_asset(small_scheme(0), "KGS")
    accounts = tuple(
        one for one in scheme.accounts if (one.participant, one.currency) != (KG_SMALL, "KGS")
    )
    scheme = replace(scheme, accounts=accounts)
    found = [str(each) for each in find_violations(scheme) if "no account of" in each.found]
    assert any(KG_SMALL in each and "asset_currency" in each for each in found)


def test_an_asset_between_banks_needs_its_conversion() -> None:
    scheme = with_asset(small_scheme(0), "KGS")
    scheme = replace(
        scheme,
        agreements=tuple(replace(one, cycle_conversion=None) for one in scheme.agreements),
    )
    paths = {each.path for each in find_violations(scheme)}
    assert ("cycle_conversion",) in paths
