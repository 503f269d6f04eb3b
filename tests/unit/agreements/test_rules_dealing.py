"""Terms of dealing: each rule they can break, by itself and against the scheme; and documents."""

from collections.abc import Callable
from dataclasses import replace
from datetime import time
from decimal import Decimal
from typing import Any

import pytest
from tests.kit.dealing import DIRECT, NAME, over_vehicle, with_dealers, with_dealing, with_hours
from tests.kit.schemes import KG_BANK, KG_SMALL, RU_BANK, agreement, small_scheme

from comity.agreements import (
    AfterShortfall,
    Agreement,
    CreditPayee,
    Dealer,
    LiquiditySaving,
    NamedDealer,
    QuoteForm,
    Scheme,
    SettlementAsset,
    SettlementMode,
    SettlementTier,
    ShortfallLayer,
    ShortfallTerms,
    find_term_violations,
    find_violations,
    scheme_from_document,
    scheme_to_document,
)
from comity.payments.purposes import PurposeGroup


def with_change(change: Callable[[Agreement], Agreement]) -> Scheme:
    """Return a scheme whose agreement with dealers was changed."""
    scheme = with_dealers(small_scheme())
    return replace(
        scheme,
        agreements=tuple(change(one) if one.id == NAME else one for one in scheme.agreements),
    )


def paths(scheme: Scheme) -> list[tuple[str, str]]:
    return [(".".join(map(str, one.path)), one.found) for one in find_violations(scheme)]


def test_dealers_direct_and_over_a_vehicle_fit() -> None:
    scheme = with_dealers(small_scheme())
    assert paths(scheme) == []
    assert paths(with_hours(over_vehicle(scheme), time(9), time(17))) == []


@pytest.mark.parametrize(
    ("change", "field", "found"),
    [
        (lambda one: replace(one, dealing=None), "dealing", "nothing"),
        (lambda one: replace(one, currencies=("KGS",)), "currencies", "KGS"),
        (lambda one: replace(one, parties=("KG",)), "parties", "KG"),
        (
            lambda one: replace(one, settlement=replace(one.settlement, mode=SettlementMode.CYCLE)),
            "settlement.mode",
            "cycle",
        ),
        (
            lambda one: replace(
                one, settlement=replace(one.settlement, asset=SettlementAsset.CARRIED_BALANCE)
            ),
            "settlement.asset",
            "carried_balance",
        ),
        (
            lambda one: replace(
                one,
                settlement=replace(
                    one.settlement, credit_payee=CreditPayee.ON_ACCEPTANCE, credit_line_minor=1
                ),
            ),
            "settlement.tier",
            "dealer",
        ),
        (
            lambda one: replace(one, liquidity_saving=LiquiditySaving(1, None)),
            "liquidity_saving",
            "this table with tier = dealer",
        ),
        (
            lambda one: replace(
                one, shortfall=ShortfallTerms((ShortfallLayer.OWN_BALANCE,), AfterShortfall.ROLL)
            ),
            "shortfall",
            "this table with mode = gross",
        ),
    ],
)
def test_other_terms_must_fit_dealers(
    change: Callable[[Agreement], Agreement], field: str, found: str
) -> None:
    assert (field, found) in paths(with_change(change))


@pytest.mark.parametrize("field", ["conversion", "central_bank_settlement"])
def test_tables_of_central_banks_do_not_stand_beside_dealers(field: str) -> None:
    other = agreement("x", (PurposeGroup.GOODS,), SettlementMode.GROSS, two_currencies=True)
    value = getattr(other, field)
    scheme = with_change(lambda one: replace(one, **{field: value}))
    assert (field, "this table at dealer tier") in paths(scheme)


@pytest.mark.parametrize("tier", [SettlementTier.PARTICIPANT, SettlementTier.CENTRAL_BANK])
def test_dealers_stand_only_at_their_own_tier(tier: SettlementTier) -> None:
    two = tier is SettlementTier.CENTRAL_BANK
    one = agreement("x", (PurposeGroup.GOODS,), SettlementMode.GROSS, two_currencies=two)
    (violation,) = find_term_violations(replace(one, dealing=DIRECT))
    assert str(violation) == (
        f"dealing: found this table at {tier} tier, expected it only with tier = dealer; remove it"
    )


@pytest.mark.parametrize(
    ("changes", "field", "found"),
    [
        ({"dealers": ()}, "dealing.dealers", "none"),
        (
            {"dealers": (Dealer(KG_BANK, ("KGS",)), Dealer(KG_BANK, ("RUB",)))},
            "dealing.dealers",
            f"{KG_BANK} again",
        ),
        (
            {"dealers": (Dealer(KG_BANK, ()),)},
            "dealing.dealers",
            f"{KG_BANK} paying out nothing",
        ),
        (
            {"dealers": (Dealer(KG_BANK, ("USD",)),)},
            "dealing.dealers",
            f"{KG_BANK} paying out USD",
        ),
        ({"dealers": (Dealer("ZZZZKG20", ("KGS",)),)}, "dealing.dealers", "ZZZZKG20"),
        ({"named": (NamedDealer("ZZZZKG20", KG_BANK),)}, "dealing.named", "ZZZZKG20"),
        ({"named": (NamedDealer(KG_SMALL, KG_SMALL),)}, "dealing.named", KG_SMALL),
        (
            {"named": (NamedDealer(KG_SMALL, KG_BANK), NamedDealer(KG_SMALL, RU_BANK))},
            "dealing.named",
            f"a dealer of {KG_SMALL} again",
        ),
        ({"quotes": QuoteForm.AROUND_FIXING}, "dealing.fixings", "none"),
        ({"fixings": ("NBKR",)}, "dealing.away_max_percent", "nothing"),
        ({"away_max_percent": Decimal(5)}, "dealing.away_max_percent", "5"),
        (
            {"fixings": ("NBKR",), "away_max_percent": Decimal(0)},
            "dealing.away_max_percent",
            "0",
        ),
        ({"requote_max_percent": Decimal(-1)}, "dealing.requote_max_percent", "-1"),
        ({"vehicle": "KGS"}, "dealing.vehicle", "KGS"),
        ({"vehicle": "EUR"}, "dealing.vehicle", "EUR"),
    ],
)
def test_terms_of_dealing_that_do_not_fit_are_named(
    changes: dict[str, Any], field: str, found: str
) -> None:
    assert (field, found) in paths(with_dealing(with_dealers(small_scheme()), **changes))


def test_a_dealer_needs_an_account_in_what_it_pays_out() -> None:
    scheme = with_dealers(small_scheme())
    held = tuple(
        one for one in scheme.accounts if (one.participant, one.currency) != (RU_BANK, "KGS")
    )
    found = f"no account of {RU_BANK} in KGS"
    assert ("dealing.dealers", found) in paths(replace(scheme, accounts=held))


def test_only_dealers_hold_accounts_in_a_vehicle_currency_beside_central_banks() -> None:
    scheme = over_vehicle(with_dealers(small_scheme()))
    assert paths(scheme) == []
    account = replace(scheme.accounts[-1], participant=KG_SMALL)
    assert ("participant", KG_SMALL) in paths(replace(scheme, accounts=(*scheme.accounts, account)))


def test_the_agent_of_a_vehicle_closes_after_it_opens() -> None:
    scheme = with_hours(over_vehicle(with_dealers(small_scheme())), time(17), time(9))
    assert paths(scheme) == [("closes", "09:00")]


def test_dealing_comes_back_from_its_document() -> None:
    named = (NamedDealer(KG_SMALL, RU_BANK),)
    scheme = with_hours(over_vehicle(with_dealers(small_scheme())), time(9), time(17))
    scheme = with_dealing(scheme, named=named, fixings=("NBKR", "CBR"))
    assert scheme_from_document(scheme_to_document(scheme)) == scheme


def test_dealers_stand_in_order_however_they_were_given() -> None:
    turned = replace(DIRECT, dealers=(Dealer(RU_BANK, ("RUB", "KGS")), DIRECT.dealers[0]))
    assert turned == DIRECT
