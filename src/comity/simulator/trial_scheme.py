"""The arrangement in which payments of anybody are tried: one bank a party, few agreements.

Banks of the trial have accounts of central-bank money in every currency, or with correspondents
where the option has some. Names of parties become test BICs, so that nothing of a trial is mistaken
for the books of a bank.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from comity.agreements import (
    AccountKind,
    AccountTerms,
    BusinessDayTerms,
    Haircut,
    Member,
    Participant,
    ParticipantStatus,
    PositionLimit,
    PositionLimitKind,
    Scheme,
    Tier,
)
from comity.agreements.membership import AgentHours, VehicleCurrency
from comity.business_calendar import Calendar, days_to_date
from comity.fx import OfficialRate
from comity.money import currency_by_number
from comity.simulator.hours import Hours
from comity.simulator.options import Option
from comity.simulator.trial_agreements import Pair, pair_agreement, single_agreement

Int32s = NDArray[np.int32]
Int64s = NDArray[np.int64]

ZONE: Final = "UTC"
NO_CORRESPONDENT: Final = -1
_LETTERS: Final = 26
_NAMED_BY: Final = 4  # letters of a BIC that tell institutions apart
PARTIES_MAX: Final = _LETTERS**_NAMED_BY - 1
_TREASURY: Final = _LETTERS**_NAMED_BY - 1
_ENDLESS: Final[tuple[int, int | None]] = (0, None)  # opening balance, and limit below zero


@dataclass(frozen=True, slots=True, eq=False)
class Setting:
    """What a trial's scheme is made of besides the option.

    Attributes:
        hours: of every day.
        days: on which there are payments, days since 1970-01-01; countries rest on all others up
            to the last.
        currencies: ISO 4217 numbers of accounts, ascending.
        countries: of each party, empty where all are in one.
        homes: currency of each of these countries.
        opening_minor: `[party, currency]` what each account opens with, minor units, ≥ 0; None
            for credit without end.
        overdraft_minor: `[party, currency]` how far each may go below zero.
        correspondents: `[party, currency]` with whom each holds its account, `NO_CORRESPONDENT`
            for the settlement agent.
        dealers: numbers of the parties that deal.
        pairs: of countries with payments in two currencies.
        rates: official ones, as published.
        short_minor: by party how short it may be of all currencies together, minor units of the
            one in which they are valued; None where nobody may.
        valued_in: code of the currency in which accounts are valued together; the first if empty.
        has_treasury: whether a bank without end of money brings accounts to their level each day.
    """

    hours: Hours
    days: tuple[int, ...]
    currencies: tuple[int, ...]
    countries: tuple[str, ...]
    homes: dict[str, str]
    opening_minor: Int64s | None
    overdraft_minor: Int64s
    correspondents: Int32s
    dealers: frozenset[int] = frozenset()
    pairs: tuple[Pair, ...] = ()
    rates: tuple[OfficialRate, ...] = ()
    short_minor: Int64s | None = None
    valued_in: str = ""
    has_treasury: bool = False

    @property
    def codes(self) -> tuple[str, ...]:
        """The currencies by their codes."""
        return tuple(currency_by_number(number).code for number in self.currencies)


def trial_scheme(option: Option, setting: Setting) -> Scheme:
    """Return the scheme in which an option is tried."""
    vehicle = _vehicle(option, setting)
    codes = tuple(code for code in setting.codes if vehicle is None or code != vehicle.currency)
    members = _members(codes, setting)
    home = members[0].country
    banks = tuple(_banks(setting, home))
    agents = {each.currency: each.agent for each in members}
    if vehicle is not None:
        agents[vehicle.currency] = vehicle.agent
    accounts = [
        *_accounts(banks, setting, agents, vehicle),
        *_agents_accounts(option, members, codes),
    ]
    countries = [each.country for each in members]
    if vehicle is not None and vehicle.country not in countries:
        countries.append(vehicle.country)
    return Scheme(
        name=option.title,
        synthetic=True,
        members=members,
        participants=banks,
        accounts=tuple(accounts),
        agreements=(
            single_agreement(option, [each.country for each in members], codes, setting.hours),
            *(
                pair_agreement(option, each, setting.hours, setting.days[0])
                for each in setting.pairs
            ),
        ),
        calendars=tuple(_calendar(each, setting.days) for each in countries),
        business_day=BusinessDayTerms(ZONE, setting.hours.opens, setting.hours.closes),
        batch_payments_max=1,
        valuation_currency=setting.valued_in or codes[0],
        position_limits=tuple(_short_limits(setting, banks)),
        haircuts=tuple(_haircuts(option, setting)),
        empty_lists_approved_by=("simulator", "trial"),
        vehicles=() if vehicle is None else (vehicle,),
    )


def _short_limits(setting: Setting, banks: Sequence[Participant]) -> Iterator[PositionLimit]:
    """Yield how short each bank may be, unless it has credit without end."""
    if setting.short_minor is None or setting.opening_minor is None:
        return
    kind = PositionLimitKind.SHORT_POSITIONS
    for bank, most in zip(banks, setting.short_minor.tolist(), strict=False):
        yield PositionLimit(kind, bank.bic, setting.valued_in, None, most)


def _haircuts(option: Option, setting: Setting) -> Iterator[Haircut]:
    terms = option.short_positions
    if terms is None or setting.opening_minor is None:
        return
    for code in setting.codes:
        if code != setting.valued_in:
            yield Haircut(code, terms.haircut_percent)


def bank_code(number: int, country: str) -> str:
    """Return the test BIC of a party, by its number: `AAAA`, `AAAB` … in a country."""
    letters = ""
    for _ in range(_NAMED_BY):
        number, letter = divmod(number, _LETTERS)
        letters = chr(ord("A") + letter) + letters
    return f"{letters}{country}20"


def country_of(setting: Setting, number: int, home: str) -> str:
    """Return where a party is; where countries do not matter, all are in one."""
    return (setting.countries[number] if setting.pairs else "") or home


def _vehicle(option: Option, setting: Setting) -> VehicleCurrency | None:
    """Return the currency over which dealers meet, where it is nobody's."""
    code = None if option.dealers is None else option.dealers.vehicle
    if code is None or code in setting.homes.values():
        return None
    assert option.dealers is not None, "only dealers have a vehicle"
    hours = AgentHours(
        ZONE,
        setting.hours.part(option.dealers.vehicle_from),
        setting.hours.part(option.dealers.vehicle_until),
    )
    return VehicleCurrency(code, f"Home of {code}", code[:2], f"AGNT{code[:2]}21", hours)


def _members(codes: Sequence[str], setting: Setting) -> tuple[Member, ...]:
    """Return a member for each currency; a scheme settles between two countries at least."""
    of_currency = {code: country for country, code in setting.homes.items()}
    members = [_member(of_currency.get(code, code[:2]), code) for code in codes]
    if len(members) == 1:
        code = "KGS" if codes[0] != "KGS" else "RUB"
        members.append(_member(code[:2], code))
    return tuple(members)


def _member(country: str, code: str) -> Member:
    return Member(country, f"Home of {code}", code, f"AGNT{country}21", ZONE)


def _banks(setting: Setting, home: str) -> Iterator[Participant]:
    numbers = list(range(len(setting.countries)))
    for number in numbers:
        country = country_of(setting, number, home)
        is_direct = (setting.correspondents[number] == NO_CORRESPONDENT).any()
        yield _bank(number, country, Tier.DIRECT if is_direct else Tier.INDIRECT)
    if setting.has_treasury:
        yield _bank(_TREASURY, home, Tier.DIRECT)


def _bank(number: int, country: str, tier: Tier) -> Participant:
    bic = bank_code(number, country)
    return Participant(bic, bic, country, tier, ParticipantStatus.ACTIVE)


def _accounts(
    banks: Sequence[Participant],
    setting: Setting,
    agents: Mapping[str, str],
    vehicle: VehicleCurrency | None,
) -> Iterator[AccountTerms]:
    """Yield an account of each bank in each currency; a vehicle currency is the dealers' alone."""
    for number, bank in enumerate(banks):
        is_treasury = number == len(setting.countries)
        is_dealer = number in setting.dealers
        for at, code in enumerate(setting.codes):
            if vehicle is not None and code == vehicle.currency and not is_dealer:
                continue
            keeper, money = NO_CORRESPONDENT, _ENDLESS
            if not is_treasury:
                keeper = int(setting.correspondents[number, at])
                if setting.opening_minor is not None and not is_dealer:
                    money = (
                        int(setting.opening_minor[number, at]),
                        int(setting.overdraft_minor[number, at]),
                    )
            kind = AccountKind.SETTLEMENT if keeper == NO_CORRESPONDENT else AccountKind.LORO
            agent = agents[code] if keeper == NO_CORRESPONDENT else banks[keeper].bic
            yield AccountTerms(bank.bic, code, kind, agent, *money)


def _agents_accounts(
    option: Option, members: Sequence[Member], codes: Sequence[str]
) -> Iterator[AccountTerms]:
    """Yield accounts of central banks with one another; without end, for their use is counted."""
    if option.central_banks is None:
        return
    for keeper in members:
        for holder in members:
            if holder.agent != keeper.agent and keeper.currency in codes:
                yield AccountTerms(
                    holder.agent, keeper.currency, AccountKind.SETTLEMENT, keeper.agent, 0, None
                )


def _calendar(country: str, days: Sequence[int]) -> Calendar:
    """Return a calendar that knows the days of the payments, and every day behind the last."""
    if len(days) == 1:
        return Calendar(country, frozenset(), {}, {}, date.min, date.max)
    resting = set(range(days[0], days[-1])) - set(days)
    holidays = {days_to_date(day): "no payments" for day in sorted(resting)}
    return Calendar(country, frozenset(), holidays, {}, date.min, date.max - timedelta(days=1))
