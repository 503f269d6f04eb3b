"""The arrangement in which payments of anybody are tried: one bank a party, one agreement for all.

Banks of the trial have accounts of central-bank money in every currency. Names of parties become
test BICs, so that nothing of a trial is mistaken for the books of a bank.
"""

from collections.abc import Sequence
from datetime import date, time
from typing import Final

import numpy as np
from numpy.typing import NDArray

from comity.agreements import (
    AccountKind,
    AccountTerms,
    Agreement,
    BusinessDayTerms,
    Member,
    Participant,
    ParticipantStatus,
    PaymentVersusPayment,
    Scheme,
    Tier,
)
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
    SettlementTerms,
    SettlementTier,
    UnsettledAtClose,
)
from comity.business_calendar import Calendar
from comity.money import currency_by_number
from comity.payments.purposes import PURPOSE_CODES
from comity.simulator.options import Option

ZONE: Final = "UTC"
_LETTERS: Final = 26
_NAMED_BY: Final = 4  # letters of a BIC that tell institutions apart
PARTIES_MAX: Final = _LETTERS**_NAMED_BY


def trial_scheme(
    option: Option,
    parties: int,
    currencies: Sequence[int],
    hours: tuple[time, time],
    opening_minor: NDArray[np.int64] | None,
) -> Scheme:
    """Return the scheme in which an option is tried.

    Args:
        option: how payments settle.
        parties: how many banks, 1 … `PARTIES_MAX`.
        currencies: ISO 4217 numbers of the payments.
        hours: when the day opens and closes, the close not before 00:03.
        opening_minor: `[party, currency]` what each account opens with, minor units, ≥ 0; None
            for credit without end.
    """
    codes = [currency_by_number(number).code for number in currencies]
    members = tuple(_member(code) for code in _with_a_second(codes))
    home = members[0].country
    banks = tuple(
        Participant(bic, bic, home, Tier.DIRECT, ParticipantStatus.ACTIVE)
        for bic in (bank_code(number, home) for number in range(parties))
    )
    agents = {member.currency: member.agent for member in members}
    accounts = [
        AccountTerms(
            bank.bic,
            code,
            AccountKind.SETTLEMENT,
            agents[code],
            0 if opening_minor is None else int(opening_minor[number, at]),
            None if opening_minor is None else 0,
        )
        for number, bank in enumerate(banks)
        for at, code in enumerate(codes)
    ]
    return Scheme(
        name=option.title,
        synthetic=True,
        members=members,
        participants=banks,
        accounts=tuple(accounts),
        agreements=(_agreement(option, members, codes, hours),),
        calendars=tuple(_every_day(member.country) for member in members),
        business_day=BusinessDayTerms(ZONE, *hours),
        batch_payments_max=1,
        valuation_currency=codes[0],
        empty_lists_approved_by=("simulator", "trial"),
    )


def bank_code(number: int, country: str) -> str:
    """Return the test BIC of a party, by its number: `AAAA`, `AAAB` … in a country."""
    letters = ""
    for _ in range(_NAMED_BY):
        number, letter = divmod(number, _LETTERS)
        letters = chr(ord("A") + letter) + letters
    return f"{letters}{country}20"


def _with_a_second(codes: list[str]) -> list[str]:
    """Return currencies of at least two members: a scheme settles between countries."""
    if len(codes) > 1:
        return codes
    return [*codes, "KGS" if codes[0] != "KGS" else "RUB"]


def _member(code: str) -> Member:
    country = code[:2]
    return Member(country, f"Home of {code}", code, f"AGNT{country}21", ZONE)


def _every_day(country: str) -> Calendar:
    return Calendar(country, frozenset(), {}, {}, date.min, date.max)


def _agreement(
    option: Option, members: Sequence[Member], codes: Sequence[str], hours: tuple[time, time]
) -> Agreement:
    return Agreement(
        id="trial",
        version=1,
        title=option.title,
        parties=tuple(member.country for member in members),
        valid_from=date.min,
        valid_until=None,
        purposes=(),
        codes=PURPOSE_CODES,
        currencies=tuple(codes),
        settlement=SettlementTerms(
            mode=option.mode,
            tier=SettlementTier.PARTICIPANT,
            asset=SettlementAsset.OWN_CURRENCIES,
            asset_currency=None,
            credit_line_minor=None,
            credit_payee=CreditPayee.AFTER_SETTLEMENT,
            unsettled_at_close=UnsettledAtClose.EXPIRE,
            after_cut_off=AfterCutOff.REJECT,
            netting_pool="trial" if option.cycles else None,
            cycle_shortfall=CycleShortfall.ROLL,
            netting=option.netting,
        ),
        cycles=tuple(_cycles(option.cycles, hours)),
        cut_offs=CutOffs(ZONE, *(_minutes_before(hours[1], 1),) * 2),
        finality=tuple(
            FinalityTerms(code, LedgerIs.AGENT_BOOK, FinalityEvent.POSTING) for code in codes
        ),
        conversion=None,
        central_bank_settlement=None,
        limits=(),
        liquidity_saving=option.saving,
        payment_versus_payment=PaymentVersusPayment(None, None) if option.links else None,
        domestic=True,
    )


def _cycles(count: int, hours: tuple[time, time]) -> list[CycleTerms]:
    """Return cycles at equal distances, the last two minutes before the close."""
    opens, closes = (one.hour * 60 + one.minute for one in hours)
    found = []
    for number in range(1, count + 1):
        cut_off = opens + (closes - 2 - opens) * number // count
        found.append(CycleTerms(_at(cut_off), _at(cut_off + 1)))
    return found


def _at(minutes: int) -> time:
    return time(minutes // 60, minutes % 60)


def _minutes_before(closes: time, minutes: int) -> time:
    return _at(closes.hour * 60 + closes.minute - minutes)
