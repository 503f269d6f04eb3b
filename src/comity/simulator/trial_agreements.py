"""The agreements of a trial: one for payments in one currency, one for each pair of countries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Final

from comity.agreements import (
    Agreement,
    CentralBankSettlement,
    ConversionTerms,
    LiquiditySaving,
    PaymentVersusPayment,
)
from comity.agreements.carried_balance import CarriedBalanceTerms, InterestBooked
from comity.agreements.dealing_terms import Dealer, DealingTerms, QuoteForm
from comity.agreements.surplus_terms import SurplusLimit, SurplusTerms
from comity.agreements.terms import (
    AfterCutOff,
    CreditPayee,
    CutOffs,
    CycleShortfall,
    CycleTerms,
    FinalityEvent,
    FinalityTerms,
    LedgerIs,
    SettlementAsset,
    SettlementMode,
    SettlementTerms,
    SettlementTier,
)
from comity.business_calendar import days_to_date
from comity.fx import JUMP_PERCENT_MAX, RateRule
from comity.money import DayCount, InterestRounding
from comity.payments.purposes import PURPOSE_CODES
from comity.simulator.crossing import STALE_AFTER_DAYS
from comity.simulator.hours import Hours
from comity.simulator.options import CentralBanks, Dealers, Option

_ZONE: Final = "UTC"
_AWAY_MAX: Final = Decimal(1)  # percent from the official rate besides the spread


@dataclass(frozen=True, slots=True)
class Pair:
    """Two countries between which payments are in two currencies.

    Attributes:
        countries: in order of the alphabet.
        currencies: their own, in the same order.
        publisher: whose official rate converts.
        unit: code of the currency in which central banks count, the publisher's own if it is one
            of the two.
        line_minor: credit line in that unit, 1 or more.
        surplus_minor: in each of the two currencies how much of it the partner may hold; None
            without end.
        vehicle_publishers: who publishes the vehicle's rate in either currency.
        dealers: BIC and home currency of those that deal.
    """

    countries: tuple[str, str]
    currencies: tuple[str, str]
    publisher: str
    unit: str
    line_minor: int
    surplus_minor: tuple[int, int] | None = None
    vehicle_publishers: tuple[str, ...] = ()
    dealers: tuple[tuple[str, str], ...] = ()

    @property
    def name(self) -> str:
        """Of its agreement."""
        return f"trial-{self.countries[0]}-{self.countries[1]}".lower()


def single_agreement(
    option: Option, countries: Sequence[str], codes: Sequence[str], hours: Hours
) -> Agreement:
    """Return the agreement on payments in one currency, at home and abroad."""
    return _agreement(
        "trial",
        option,
        hours,
        parties=tuple(countries),
        currencies=tuple(codes),
        settlement=_terms(option, SettlementTier.PARTICIPANT),
        cycles=tuple(_cycles(option.cycles, hours)),
        liquidity_saving=option.saving,
        payment_versus_payment=PaymentVersusPayment(None, None) if option.links else None,
        domestic=True,
    )


def pair_agreement(option: Option, pair: Pair, hours: Hours, first_day: int) -> Agreement:
    """Return the agreement on payments between two countries in their two currencies.

    Weeks of a carried balance are counted from the first day, days since 1970-01-01.
    """
    if option.dealers is not None:
        return _agreement(
            pair.name,
            option,
            hours,
            parties=pair.countries,
            currencies=pair.currencies,
            settlement=_terms(option, SettlementTier.DEALER),
            dealing=_dealing(option.dealers, pair),
        )
    banks = option.central_banks
    assert banks is not None, "there are pairs only between central banks and through dealers"
    asset, named = banks.asset, banks.asset_currency
    if named in pair.currencies:
        # A central bank holds no account with itself: its own money is one of the two.
        asset, named = SettlementAsset.OWN_CURRENCIES, None
    return _agreement(
        pair.name,
        option,
        hours,
        parties=pair.countries,
        currencies=pair.currencies,
        settlement=_terms(
            option,
            SettlementTier.CENTRAL_BANK,
            asset=asset,
            asset_currency=named,
            credit_line_minor=pair.line_minor if banks.credits_before else None,
            credit_payee=banks.credit_payee,
        ),
        conversion=ConversionTerms(
            pair.publisher,
            RateRule.EFFECTIVE_ON_VALUE_DATE,
            STALE_AFTER_DAYS,
            JUMP_PERCENT_MAX,
            Decimal(0),
            hours.part(Decimal(0)),
        ),
        central_bank_settlement=CentralBankSettlement(
            hours.part(banks.settles_at), banks.day_offset, banks.pays_in, pair.unit
        ),
        carried_balance=_carried(banks, first_day),
        surplus=_surplus(banks, pair),
    )


def _surplus(banks: CentralBanks, pair: Pair) -> SurplusTerms | None:
    if not banks.spends_surplus and pair.surplus_minor is None:
        return None
    limits = zip(pair.currencies, pair.surplus_minor or (), strict=False)
    return SurplusTerms(banks.spends_surplus, tuple(SurplusLimit(*each) for each in limits))


def _carried(banks: CentralBanks, first_day: int) -> CarriedBalanceTerms | None:
    if banks.every_weeks is None:
        return None
    return CarriedBalanceTerms(
        days_to_date(first_day) + timedelta(weeks=banks.every_weeks),
        banks.every_weeks,
        (),
        banks.interest_percent,
        DayCount.ACT_360,
        InterestRounding.HALF_EVEN,
        InterestBooked.AT_SETTLEMENT,
    )


def _dealing(terms: Dealers, pair: Pair) -> DealingTerms:
    vehicle = terms.vehicle if terms.vehicle not in pair.currencies else None
    return DealingTerms(
        dealers=tuple(
            Dealer(bic, pair.currencies if vehicle is None else (home, vehicle))
            for bic, home in pair.dealers
        ),
        named=(),
        quotes=QuoteForm.AROUND_FIXING,
        fixings=(pair.publisher,) if vehicle is None else pair.vehicle_publishers,
        rule=RateRule.EFFECTIVE_ON_VALUE_DATE,
        stale_after_days=STALE_AFTER_DAYS,
        jump_percent=JUMP_PERCENT_MAX,
        away_max_percent=terms.spread_percent + _AWAY_MAX,
        requote_max_percent=Decimal(0),
        vehicle=vehicle,
    )


def _terms(
    option: Option,
    tier: SettlementTier,
    *,
    asset: SettlementAsset = SettlementAsset.OWN_CURRENCIES,
    asset_currency: str | None = None,
    credit_line_minor: int | None = None,
    credit_payee: CreditPayee = CreditPayee.AFTER_SETTLEMENT,
) -> SettlementTerms:
    return SettlementTerms(
        mode=option.mode,
        tier=tier,
        asset=asset,
        asset_currency=asset_currency,
        credit_line_minor=credit_line_minor,
        credit_payee=credit_payee,
        unsettled_at_close=option.unsettled_at_close,
        after_cut_off=AfterCutOff.REJECT,
        netting_pool="trial" if option.mode is not SettlementMode.GROSS else None,
        cycle_shortfall=CycleShortfall.ROLL,
        netting=option.netting,
    )


def _agreement(
    name: str,
    option: Option,
    hours: Hours,
    *,
    parties: tuple[str, ...],
    currencies: tuple[str, ...],
    settlement: SettlementTerms,
    cycles: tuple[CycleTerms, ...] = (),
    liquidity_saving: LiquiditySaving | None = None,
    payment_versus_payment: PaymentVersusPayment | None = None,
    domestic: bool = False,
    conversion: ConversionTerms | None = None,
    central_bank_settlement: CentralBankSettlement | None = None,
    carried_balance: CarriedBalanceTerms | None = None,
    surplus: SurplusTerms | None = None,
    dealing: DealingTerms | None = None,
) -> Agreement:
    return Agreement(
        id=name,
        version=1,
        title=option.title,
        parties=parties,
        valid_from=date.min,
        valid_until=None,
        purposes=(),
        codes=PURPOSE_CODES,
        currencies=currencies,
        settlement=settlement,
        cycles=cycles,
        cut_offs=CutOffs(_ZONE, *(hours.before_close(1),) * 2),
        finality=tuple(
            FinalityTerms(code, LedgerIs.AGENT_BOOK, FinalityEvent.POSTING) for code in currencies
        ),
        conversion=conversion,
        central_bank_settlement=central_bank_settlement,
        limits=(),
        liquidity_saving=liquidity_saving,
        carried_balance=carried_balance,
        surplus=surplus,
        payment_versus_payment=payment_versus_payment,
        dealing=dealing,
        domestic=domestic,
    )


def _cycles(count: int, hours: Hours) -> list[CycleTerms]:
    """Return cycles at equal distances, the last two minutes before the close."""
    opens, closes = (one.hour * 60 + one.minute for one in (hours.opens, hours.closes))
    found = []
    for number in range(1, count + 1):
        cut_off = opens + (closes - 2 - opens) * number // count
        found.append(CycleTerms(_at(cut_off), _at(cut_off + 1)))
    return found


def _at(minutes: int) -> time:
    return time(minutes // 60, minutes % 60)
