"""Agreements with dealers and their quotes, for tests: trade in services between KGS and RUB.

Quotes are told as `DEALER BASE/QUOTE sell 1.2263` with options; times are in Bishkek.
"""

from dataclasses import replace
from datetime import date, time
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tests.kit.schemes import (
    KG_BANK,
    RU_BANK,
    ZONE,
    agreement,
    with_vehicle,
)

from comity.agreements import (
    AccountKind,
    AccountTerms,
    AgentHours,
    Dealer,
    DealingTerms,
    NamedDealer,
    Quote,
    QuoteForm,
    QuoteSide,
    Scheme,
    SettlementMode,
    SettlementTier,
)
from comity.business_calendar import local_time_us
from comity.fx import RateRule
from comity.money import currency, parse_amount_minor
from comity.payments.purposes import PurposeGroup

NAME = "dealt"
DIRECT = DealingTerms(
    dealers=(Dealer(KG_BANK, ("KGS", "RUB")), Dealer(RU_BANK, ("KGS", "RUB"))),
    named=(),
    quotes=QuoteForm.ABSOLUTE,
    fixings=(),
    rule=RateRule.EFFECTIVE_ON_VALUE_DATE,
    stale_after_days=3,
    jump_percent=Decimal(5),
    away_max_percent=None,
    requote_max_percent=Decimal(1),
    vehicle=None,
)
"""Both direct banks deal both ways, at prices held against nothing."""


def with_dealers(scheme: Scheme, terms: DealingTerms = DIRECT, **settlement: Any) -> Scheme:
    """Return the scheme with an agreement on tuition, in two currencies through dealers."""
    one = agreement(NAME, (PurposeGroup.EDUCATION,), SettlementMode.GROSS)
    changed = replace(one.settlement, tier=SettlementTier.DEALER, **settlement)
    return replace(
        scheme,
        agreements=(*scheme.agreements, replace(one, settlement=changed, dealing=terms)),
    )


def with_dealing(scheme: Scheme, **changes: Any) -> Scheme:
    """Return the scheme with the dealing terms of its agreement with dealers changed."""
    return replace(
        scheme,
        agreements=tuple(
            one if one.dealing is None else replace(one, dealing=replace(one.dealing, **changes))
            for one in scheme.agreements
        ),
    )


def over_vehicle(scheme: Scheme, code: str = "USD", opening: int = 0) -> Scheme:
    """Return a scheme with dealers in which two of them deal over a vehicle currency."""
    scheme = with_vehicle(scheme, code)
    agent = scheme.vehicles[0].agent
    accounts = tuple(
        AccountTerms(bank, code, AccountKind.SETTLEMENT, agent, opening, 0)
        for bank in (KG_BANK, RU_BANK)
    )
    dealers = (Dealer(KG_BANK, ("KGS", code)), Dealer(RU_BANK, ("RUB", code)))
    scheme = replace(scheme, accounts=(*scheme.accounts, *accounts))
    return with_dealing(scheme, dealers=dealers, vehicle=code)


def with_hours(scheme: Scheme, opens: time, closes: time) -> Scheme:
    """Return the scheme with hours of the agent of its vehicle currency, in Bishkek."""
    hours = AgentHours(ZONE, opens, closes)
    return replace(scheme, vehicles=tuple(replace(one, hours=hours) for one in scheme.vehicles))


def with_named(scheme: Scheme, participant: str, dealer: str) -> Scheme:
    """Return the scheme with a bank that deals with nobody but one dealer."""
    return with_dealing(scheme, named=(NamedDealer(participant, dealer),))


def quote(words: list[str], day: date) -> Quote:
    """Return the quote of words such as `AAAAKG20 RUB/KGS sell 1.2263 from=08:00 max=500.00`.

    A price that ends in % is a spread. Without times it holds all day.
    """
    dealer, pair, side, price, *options = words
    base, _, priced_in = pair.partition("/")
    said = dict(each.split("=") for each in options)
    is_spread = price.endswith("%")
    ratio = Fraction(1) if is_spread else Fraction(price)
    found = Quote(
        agreement=NAME,
        dealer=dealer,
        base=base,
        quote=priced_in,
        side=QuoteSide(side),
        numerator=None if is_spread else ratio.numerator,
        denominator=None if is_spread else ratio.denominator,
        spread_percent=Decimal(price.rstrip("%")) if is_spread else None,
        from_us=local_time_us(day, time.fromisoformat(said.get("from", "07:00")), ZONE),
        until_us=local_time_us(day, time.fromisoformat(said.get("until", "18:15")), ZONE),
        amount_max_minor=None,
    )
    if "max" not in said:
        return found
    exponent = currency(found.pays_out).exponent
    return replace(found, amount_max_minor=parse_amount_minor(said["max"], exponent))


def agreement_file(*, code: str, dealer: str) -> str:
    """Return the file of an agreement under which one dealer buys and sells both currencies.

    Args:
        code: the purpose that it covers.
        dealer: BIC.
    """
    return f"""
id = "dealt"
version = 1
title = "Dealt (synthetic, for tests)"
parties = ["KG", "RU"]
valid_from = 2026-01-01
codes = ["{code}"]
currencies = ["KGS", "RUB"]

[settlement]
mode = "gross"
tier = "dealer"
unsettled_at_close = "roll"
after_cut_off = "roll"

[cut_offs]
time_zone = "Asia/Bishkek"
customer = "16:00"
interbank = "17:00"

[finality.KGS]
ledger_is = "agent_book"
event = "posting"

[finality.RUB]
ledger_is = "agent_book"
event = "posting"

[dealing]
quotes = "absolute"
requote_max_percent = "1"

[[dealing.dealers]]
participant = "{dealer}"
pays_out = ["RUB", "KGS"]
"""
