"""Terms of one agreement that contradict one another."""

from dataclasses import replace
from datetime import date, time
from decimal import Decimal
from typing import Any

import pytest
from tests.kit.schemes import CARRIED

from comity.agreements import (
    Agreement,
    AmountLimits,
    CreditPayee,
    CycleTerms,
    FinalityEvent,
    FinalityTerms,
    LedgerIs,
    LiquiditySaving,
    SettlementAsset,
    SettlementMode,
    SettlementTier,
    find_term_violations,
)

DAYS = (date(2026, 3, 31), date(2026, 6, 30))
CARRY = {
    "settlement__asset": SettlementAsset.CARRIED_BALANCE,
    "settlement__credit_line_minor": 1,
}
LISTED = replace(CARRIED, first_settlement=None, every_weeks=None, settlement_dates=DAYS)


def changed(agreement: Agreement, **changes: Any) -> Agreement:
    """Return the agreement with fields changed; `settlement__mode` changes one of a part."""
    for name, value in changes.items():
        part, _, field = name.partition("__")
        new = replace(getattr(agreement, part), **{field: value}) if field else value
        agreement = replace(agreement, **{part: new})
    return agreement


def broken(agreement: Agreement, **changes: Any) -> list[tuple[str, str]]:
    """Return field and finding of each violation of the changed agreement."""
    violations = find_term_violations(changed(agreement, **changes))
    return [(".".join(map(str, each.path)), each.found) for each in violations]


def test_sound_terms_break_no_rule(agreements: dict[str, Agreement]) -> None:
    assert [find_term_violations(agreement) for agreement in agreements.values()] == [()] * 4


@pytest.mark.parametrize(
    ("agreement_id", "changes", "expected"),
    [
        ("goods", {"parties": ("KG",)}, [("parties", "KG")]),
        ("goods", {"purposes": ()}, [("purposes", "none")]),
        ("goods", {"purposes": (), "codes": ("TREA",)}, []),
        ("goods", {"valid_until": date(2025, 12, 31)}, [("valid_until", "2025-12-31")]),
        ("goods", {"valid_until": date(2026, 1, 1)}, []),
        (
            "goods",
            {"settlement__mode": SettlementMode.BOTH},
            [("cycles", "none"), ("settlement.netting_pool", "nothing")],
        ),
        (
            "services",
            {"settlement__mode": SettlementMode.GROSS},
            [("cycles", "2 with mode = gross"), ("settlement.netting_pool", "main")],
        ),
        (
            "services",
            {"cycles": (CycleTerms(time(11), time(11)),)},
            [("cycles.0.settles", "11:00")],
        ),
        (
            "services",
            {"cycles": (CycleTerms(time(11), time(12)), CycleTerms(time(11, 59), time(13)))},
            [("cycles.1.cut_off", "11:59")],
        ),
        (
            "services",
            {"cycles": (CycleTerms(time(11), time(12)), CycleTerms(time(12), time(13)))},
            [],
        ),
        ("goods", {"cut_offs__interbank": time(15, 59)}, [("cut_offs.interbank", "15:59")]),
        ("goods", {"cut_offs__interbank": time(16)}, []),
        (
            "goods",
            {"settlement__asset": SettlementAsset.NAMED_CURRENCY},
            [("settlement.asset_currency", "nothing"), ("cycle_conversion", "nothing")],
        ),
        (
            "goods",
            {"settlement__asset_currency": "RUB"},
            [("settlement.asset_currency", "RUB")],
        ),
        (
            "goods",
            {"settlement__asset": SettlementAsset.CARRIED_BALANCE},
            [("settlement.credit_line", "nothing"), ("settlement.tier", "participant")],
        ),
        (
            "goods",
            {"settlement__credit_line_minor": 1},
            [("settlement.credit_line", "a credit line")],
        ),
        (
            "education",
            {
                "settlement__asset": SettlementAsset.NAMED_CURRENCY,
                "settlement__asset_currency": "RUB",
            },
            [("settlement.asset_currency", "RUB")],
        ),
        (
            "education",
            {
                "settlement__asset": SettlementAsset.NAMED_CURRENCY,
                "settlement__asset_currency": "USD",
            },
            [],
        ),
        (
            "education",
            {
                "settlement__asset": SettlementAsset.CARRIED_BALANCE,
                "settlement__asset_currency": "USD",
                "settlement__credit_line_minor": 1,
            },
            [("settlement.asset_currency", "USD")],
        ),
        (
            "education",
            {
                "settlement__asset": SettlementAsset.CARRIED_BALANCE,
                "settlement__asset_currency": "USD",
                "settlement__credit_line_minor": 1,
                "carried_balance": CARRIED,
            },
            [],
        ),
        (
            "education",
            {"settlement__credit_payee": CreditPayee.ON_ACCEPTANCE},
            [("settlement.credit_line", "nothing")],
        ),
        (
            "education",
            {
                "settlement__credit_payee": CreditPayee.ON_ACCEPTANCE,
                "settlement__credit_line_minor": 1,
            },
            [],
        ),
        (
            "goods",
            {
                "settlement__credit_payee": CreditPayee.ON_ACCEPTANCE,
                "settlement__credit_line_minor": 1,
            },
            [("settlement.tier", "participant")],
        ),
        (
            "education",
            {"carried_balance": CARRIED},
            [("carried_balance", "this table with asset = own_currencies")],
        ),
        (
            "education",
            CARRY | {"carried_balance": replace(CARRIED, every_weeks=None)},
            [("carried_balance", "settlement days that are not clear")],
        ),
        (
            "education",
            CARRY | {"carried_balance": replace(CARRIED, settlement_dates=(date(2026, 3, 1),))},
            [("carried_balance", "settlement days that are not clear")],
        ),
        (
            "education",
            CARRY | {"carried_balance": replace(CARRIED, first_settlement=None, every_weeks=None)},
            [("carried_balance", "no settlement days")],
        ),
        (
            "education",
            CARRY | {"carried_balance": replace(LISTED, settlement_dates=(DAYS[1], DAYS[0]))},
            [("carried_balance.settlement_dates", "2026-03-31 after 2026-06-30")],
        ),
        ("education", CARRY | {"carried_balance": LISTED}, []),
        (
            "education",
            CARRY | {"carried_balance": replace(LISTED, interest_percent=Decimal(-1))},
            [("carried_balance.interest_percent", "-1")],
        ),
        (
            "education",
            {
                "settlement__asset": SettlementAsset.CARRIED_BALANCE,
                "settlement__credit_line_minor": 1,
            },
            [],
        ),
        ("goods", {"liquidity_saving": LiquiditySaving(10, 15)}, []),
        ("goods", {"liquidity_saving": LiquiditySaving(1, None)}, []),
        (
            "goods",
            {"liquidity_saving": LiquiditySaving(0, None)},
            [("liquidity_saving", "none")],
        ),
        (
            "services",
            {"liquidity_saving": LiquiditySaving(0, 15)},
            [("liquidity_saving", "this table with mode = cycle")],
        ),
        (
            "education",
            {"liquidity_saving": LiquiditySaving(0, 15)},
            [("liquidity_saving", "this table with tier = central_bank")],
        ),
    ],
)
def test_terms_that_contradict_one_another_are_named(
    agreements: dict[str, Agreement],
    agreement_id: str,
    changes: dict[str, Any],
    expected: list[tuple[str, str]],
) -> None:
    assert broken(agreements[agreement_id], **changes) == expected


def test_a_conversion_between_banks_is_refused(
    agreements: dict[str, Agreement],
) -> None:
    education = agreements["education"]
    violations = find_term_violations(
        changed(education, settlement__tier=SettlementTier.PARTICIPANT)
    )
    assert [each.path for each in violations] == [("conversion",), ("central_bank_settlement",)]
    assert "[payment_versus_payment]" in violations[0].expected


def test_central_bank_tier_needs_its_two_tables(agreements: dict[str, Agreement]) -> None:
    assert broken(agreements["education"], conversion=None, central_bank_settlement=None) == [
        ("conversion", "nothing"),
        ("central_bank_settlement", "nothing"),
    ]


def test_central_bank_tier_is_between_two_countries_in_two_currencies_and_gross(
    agreements: dict[str, Agreement],
) -> None:
    services = agreements["services"]
    found = broken(
        agreements["education"],
        parties=("KG", "KZ", "RU"),
        currencies=("RUB",),
        finality=agreements["education"].finality[1:],
        settlement=replace(services.settlement, tier=SettlementTier.CENTRAL_BANK),
        cycles=services.cycles,
    )
    assert found == [
        ("parties", "KG, KZ, RU"),
        ("currencies", "RUB"),
        ("settlement.mode", "cycle"),
        ("central_bank_settlement.clearing_unit", "KGS"),
    ]


def test_central_banks_settle_after_the_conversion_or_on_the_next_day(
    agreements: dict[str, Agreement],
) -> None:
    education = agreements["education"]
    early = {"central_bank_settlement__settles": time(15, 29)}
    assert broken(education, **early) == [("central_bank_settlement.settles", "15:29")]
    assert broken(education, **early, central_bank_settlement__day_offset=1) == []
    assert broken(education, central_bank_settlement__settles=time(15, 30)) == []


def test_finality_is_stated_once_for_each_currency(agreements: dict[str, Agreement]) -> None:
    goods = agreements["goods"]
    foreign = FinalityTerms("KZT", LedgerIs.AGENT_BOOK, FinalityEvent.POSTING)
    assert broken(goods, finality=(foreign, goods.finality[1], goods.finality[1])) == [
        ("finality.KGS", "nothing"),
        ("finality.RUB", "it twice"),
        ("finality.KZT", "KZT"),
    ]


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        ((AmountLimits("RUB", 5, 5),), []),
        ((AmountLimits("RUB", 5, 4),), [("limits.RUB.day_max", "less than payment_max")]),
        ((AmountLimits("RUB", None, None),), [("limits.RUB", "no limit")]),
        ((AmountLimits("KZT", 5, None),), [("limits.KZT.currency", "KZT")]),
        (
            (AmountLimits("RUB", 5, None), AmountLimits("RUB", None, 7)),
            [("limits.RUB.currency", "RUB"), ("limits.RUB.currency", "RUB")],
        ),
    ],
)
def test_limits_fit_their_currency_and_one_another(
    agreements: dict[str, Agreement],
    limits: tuple[AmountLimits, ...],
    expected: list[tuple[str, str]],
) -> None:
    assert broken(agreements["goods"], limits=limits) == expected
