"""A small invented scheme: two countries, two currencies, direct and sponsored banks.

Kyrgyz banks AAAAKG20 (direct) and BBBBKG20 (direct in KGS, sponsored in RUB), Russian banks
CCCCRUM0 (direct) and DDDDRUM0 (direct in RUB, sponsored in KGS). All synthetic.
"""

from dataclasses import replace
from datetime import date, time
from decimal import Decimal
from typing import Any

from comity.agreements import CarriedBalanceTerms, InterestBooked
from comity.agreements.membership import (
    AccountKind,
    AccountTerms,
    Member,
    Participant,
    ParticipantStatus,
    Tier,
    VehicleCurrency,
)
from comity.agreements.netting_terms import CycleConversion, CycleNetting, ShortfallTerms
from comity.agreements.scheme import BusinessDayTerms, Scheme
from comity.agreements.terms import (
    AfterCutOff,
    Agreement,
    CentralBankSettlement,
    ConversionTerms,
    CreditPayee,
    CutOffs,
    CycleShortfall,
    CycleTerms,
    FinalityEvent,
    FinalityTerms,
    LedgerIs,
    LiquiditySaving,
    PaymentVersusPayment,
    PaysIn,
    SettlementAsset,
    SettlementMode,
    SettlementTerms,
    SettlementTier,
    UnsettledAtClose,
)
from comity.business_calendar import Calendar
from comity.fx import OfficialRate, RateRule
from comity.money import DayCount, InterestRounding
from comity.payments.purposes import PurposeGroup

DAY = date(2026, 5, 25)
ZONE = "Asia/Bishkek"
KG_BANK, KG_SMALL = "AAAAKG20", "BBBBKG20"
RU_BANK, RU_SMALL = "CCCCRUM0", "DDDDRUM0"
KG_CENTRAL, RU_CENTRAL = "CBKGKG20", "CBRURUM0"
RATE = OfficialRate(
    publisher="NBKR",
    base="RUB",
    quote="KGS",
    numerator=12263,
    denominator=10000,
    effective_on=date(2026, 5, 24),
    valid_days=1,
    nominal="1",
    value="1,2263",
    source="test",
)


def calendar(country: str) -> Calendar:
    """Return a calendar without holidays for 2026."""
    return Calendar(country, frozenset({5, 6}), {}, {}, date(2026, 1, 1), date(2026, 12, 31))


def agreement(
    name: str,
    purposes: tuple[PurposeGroup, ...],
    mode: SettlementMode,
    *,
    two_currencies: bool = False,
) -> Agreement:
    """Return an agreement in force in 2026."""
    return Agreement(
        id=name,
        version=1,
        title=name,
        parties=("KG", "RU"),
        valid_from=date(2026, 1, 1),
        valid_until=date(2026, 12, 31),
        purposes=purposes,
        codes=(),
        currencies=("KGS", "RUB"),
        settlement=SettlementTerms(
            mode=mode,
            tier=SettlementTier.CENTRAL_BANK if two_currencies else SettlementTier.PARTICIPANT,
            asset=SettlementAsset.OWN_CURRENCIES,
            asset_currency=None,
            credit_line_minor=None,
            credit_payee=CreditPayee.AFTER_SETTLEMENT,
            unsettled_at_close=UnsettledAtClose.EXPIRE,
            after_cut_off=AfterCutOff.ROLL,
            netting_pool="main" if mode is not SettlementMode.GROSS else None,
            cycle_shortfall=CycleShortfall.ROLL,
        ),
        cycles=(
            (CycleTerms(time(11), time(11, 30)), CycleTerms(time(15), time(15, 30)))
            if mode is not SettlementMode.GROSS
            else ()
        ),
        cut_offs=CutOffs(ZONE, time(16), time(17)),
        finality=tuple(
            FinalityTerms(code, LedgerIs.AGENT_BOOK, FinalityEvent.POSTING)
            for code in ("KGS", "RUB")
        ),
        conversion=(
            ConversionTerms(
                "NBKR",
                RateRule.EFFECTIVE_ON_VALUE_DATE,
                3,
                Decimal(5),
                Decimal(1),
                time(15, 30),
            )
            if two_currencies
            else None
        ),
        central_bank_settlement=(
            CentralBankSettlement(time(17), 0, PaysIn.CREDITOR_CURRENCY, "KGS")
            if two_currencies
            else None
        ),
        limits=(),
    )


CARRIED = CarriedBalanceTerms(
    first_settlement=date(2026, 6, 30),
    every_weeks=8,
    settlement_dates=(),
    interest_percent=Decimal(0),
    day_count=DayCount.ACT_360,
    interest_rounding=InterestRounding.HALF_EVEN,
    interest_booked=InterestBooked.DAILY,
)
"""A balance carried on without interest, settled every eight weeks."""


def with_vehicle(scheme: Scheme, code: str, opening: int = 0) -> Scheme:
    """Return the scheme with a vehicle currency in which every central bank has an account."""
    vehicle = VehicleCurrency(code, f"Invented {code}", "US", "BANKUSN0")
    accounts = tuple(
        AccountTerms(one.agent, code, AccountKind.SETTLEMENT, vehicle.agent, opening, 0)
        for one in scheme.members
    )
    return replace(
        scheme,
        vehicles=(*scheme.vehicles, vehicle),
        accounts=(*scheme.accounts, *accounts),
        calendars=(*scheme.calendars, calendar("US")),
    )


def with_outside(scheme: Scheme, code: str) -> Scheme:
    """Return the scheme with only goods, legs of trades in them, and one currency outside."""
    outside = FinalityTerms(code, LedgerIs.INSTRUCTION_ONLY, FinalityEvent.AGENT_CONFIRMATION)
    return replace(
        scheme,
        agreements=tuple(
            replace(
                one,
                payment_versus_payment=one.payment_versus_payment
                or PaymentVersusPayment(None, None),
                finality=tuple(outside if each.currency == code else each for each in one.finality),
            )
            for one in scheme.agreements
            if one.id == "goods"
        ),
        accounts=tuple(
            replace(one, limit_minor=None, opening_balance_minor=0) if one.currency == code else one
            for one in scheme.accounts
            if one.currency != code or one.kind is AccountKind.SETTLEMENT
        ),
    )


def with_sponsor(scheme: Scheme, bank: str, code: str, correspondent: str) -> Scheme:
    """Return the scheme with a bank's account in a currency at a correspondent instead."""
    return replace(
        scheme,
        participants=tuple(
            replace(one, tier=Tier.INDIRECT) if one.bic == bank else one
            for one in scheme.participants
        ),
        accounts=tuple(
            replace(one, kind=AccountKind.LORO, agent=correspondent)
            if (one.participant, one.currency) == (bank, code)
            else one
            for one in scheme.accounts
        ),
    )


def with_terms(scheme: Scheme, name: str, **changes: Any) -> Scheme:
    """Return the scheme with terms of one agreement's settlement changed."""
    return replace(
        scheme,
        agreements=tuple(
            replace(one, settlement=replace(one.settlement, **changes)) if one.id == name else one
            for one in scheme.agreements
        ),
    )


def with_carried_balance(scheme: Scheme, name: str, terms: CarriedBalanceTerms) -> Scheme:
    """Return the scheme with the terms of one agreement's carried balance changed."""
    return replace(
        scheme,
        agreements=tuple(
            replace(one, carried_balance=terms) if one.id == name else one
            for one in scheme.agreements
        ),
    )


def with_liquidity_saving(scheme: Scheme, name: str, saving: LiquiditySaving | None) -> Scheme:
    """Return the scheme with one agreement's liquidity saving changed."""
    return replace(
        scheme,
        agreements=tuple(
            replace(one, liquidity_saving=saving) if one.id == name else one
            for one in scheme.agreements
        ),
    )


def with_reservations(scheme: Scheme, urgent_minor: int, high_minor: int) -> Scheme:
    """Return the scheme with the same amounts reserved on every account that has a limit."""
    return replace(
        scheme,
        accounts=tuple(
            one
            if one.limit_minor is None
            else replace(one, reserved_urgent_minor=urgent_minor, reserved_high_minor=high_minor)
            for one in scheme.accounts
        ),
    )


def with_waterfall(scheme: Scheme, terms: ShortfallTerms | None) -> Scheme:
    """Return the scheme with a waterfall for every agreement that has cycles."""
    return replace(
        scheme,
        agreements=tuple(
            replace(one, shortfall=terms) if one.settlement.mode.has_cycles else one
            for one in scheme.agreements
        ),
    )


def with_asset(scheme: Scheme, code: str) -> Scheme:
    """Return the scheme with all cycles paid in one currency; what settled both ways nets."""
    conversion = CycleConversion("NBKR", RateRule.FIXED_FOR_CYCLE, 3, Decimal(5))
    return replace(
        scheme,
        agreements=tuple(
            replace(
                one,
                settlement=replace(
                    one.settlement,
                    mode=SettlementMode.CYCLE,
                    asset=SettlementAsset.NAMED_CURRENCY,
                    asset_currency=code,
                ),
                cycle_conversion=conversion,
            )
            if one.settlement.mode.has_cycles
            else one
            for one in scheme.agreements
        ),
    )


def with_netting(scheme: Scheme, netting: CycleNetting) -> Scheme:
    """Return the scheme with all cycles netted in one way."""
    return replace(
        scheme,
        agreements=tuple(
            replace(one, settlement=replace(one.settlement, netting=netting))
            if one.settlement.mode.has_cycles
            else one
            for one in scheme.agreements
        ),
    )


def account(
    participant: str, currency: str, agent: str, opening: int, limit: int | None = 0
) -> AccountTerms:
    """Return an account; a loro one where the agent is a bank."""
    central = agent in {KG_CENTRAL, RU_CENTRAL}
    kind = AccountKind.SETTLEMENT if central else AccountKind.LORO
    return AccountTerms(participant, currency, kind, agent, opening, limit)


def small_scheme(opening: int = 1_000_00, **changes: object) -> Scheme:
    """Return the scheme; every bank opens with the same amount in both currencies.

    Goods settle gross, remittances in cycles, services by priority, all in one currency;
    investment between two currencies through the central banks.
    """
    direct, active = Tier.DIRECT, ParticipantStatus.ACTIVE
    scheme = Scheme(
        name="test",
        synthetic=True,
        members=(
            Member("KG", "Kyrgyz Republic", "KGS", KG_CENTRAL, ZONE),
            Member("RU", "Russian Federation", "RUB", RU_CENTRAL, "Europe/Moscow"),
        ),
        participants=(
            Participant(KG_BANK, "Bank A", "KG", direct, active),
            Participant(KG_SMALL, "Bank B", "KG", direct, active),
            Participant(RU_BANK, "Bank C", "RU", direct, active),
            Participant(RU_SMALL, "Bank D", "RU", direct, active),
        ),
        accounts=(
            account(KG_BANK, "KGS", KG_CENTRAL, opening),
            account(KG_SMALL, "KGS", KG_CENTRAL, opening),
            account(RU_BANK, "KGS", KG_CENTRAL, opening),
            account(RU_SMALL, "KGS", KG_BANK, opening),
            account(KG_BANK, "RUB", RU_CENTRAL, opening),
            account(KG_SMALL, "RUB", RU_BANK, opening),
            account(RU_BANK, "RUB", RU_CENTRAL, opening),
            account(RU_SMALL, "RUB", RU_CENTRAL, opening),
            account(RU_CENTRAL, "KGS", KG_CENTRAL, opening),
            account(KG_CENTRAL, "RUB", RU_CENTRAL, opening),
        ),
        agreements=(
            agreement("goods", (PurposeGroup.GOODS,), SettlementMode.GROSS),
            agreement("remittances", (PurposeGroup.REMITTANCES,), SettlementMode.CYCLE),
            agreement("services", (PurposeGroup.SERVICES,), SettlementMode.BOTH),
            agreement(
                "investment",
                (PurposeGroup.INVESTMENT,),
                SettlementMode.GROSS,
                two_currencies=True,
            ),
        ),
        calendars=(calendar("KG"), calendar("RU")),
        business_day=BusinessDayTerms(ZONE, time(7), time(18, 15)),
        batch_payments_max=1000,
        valuation_currency="RUB",
        empty_lists_approved_by=("Synthetic One", "Synthetic Two"),
    )
    return replace(scheme, **changes)  # type: ignore[arg-type]  # a test names real fields
