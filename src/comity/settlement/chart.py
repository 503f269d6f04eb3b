"""The chart of accounts of a scheme, and where each participant keeps each currency.

Accounts are numbered in one fixed order, so that the same scheme always gives the same numbers.
Participants are numbered banks first, then the members' settlement agents, which hold accounts
with one another.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from comity.agreements.membership import AccountKind as HeldAs
from comity.agreements.membership import Member, ParticipantStatus
from comity.agreements.netting_terms import ResourceKind
from comity.agreements.scheme import Scheme
from comity.agreements.terms import Agreement
from comity.ledger import Account, AccountKind
from comity.money import currency
from comity.payments.codes import Priority
from comity.queueing import CLASSES
from comity.settlement.tables import PARTY_ROW, PLACE_ROW, Rows

NO_ACCOUNT = -1


@dataclass(frozen=True, slots=True)
class Chart:
    """Accounts and participants with their numbers.

    Attributes:
        accounts: by account number.
        participants: BIC by participant number.
        currencies: ISO 4217 number by currency index.
        members: by member index.
        number_of: account number by name.
    """

    accounts: tuple[Account, ...]
    participants: tuple[str, ...]
    currencies: tuple[int, ...]
    members: tuple[Member, ...]
    number_of: Mapping[str, int]

    @property
    def directory(self) -> dict[str, int]:
        """Participant numbers by BIC."""
        return {bic: number for number, bic in enumerate(self.participants)}


def settlement_name(holder: str, agent: str, code: str) -> str:
    """Return the name of an account in central-bank money."""
    return f"settlement:{holder}@{agent}:{code}"


def loro_name(bank: str, correspondent: str, code: str) -> str:
    """Return the name of a sponsored bank's account at its correspondent."""
    return f"loro:{bank}@{correspondent}:{code}"


def own_name(correspondent: str, code: str) -> str:
    """Return the name of the correspondent's own funds behind its loro accounts."""
    return f"own:{correspondent}:{code}"


def intermediary_name(central_bank: str) -> str:
    """Return the name of what a central bank has taken in or must pay out for the scheme."""
    return f"intermediary:{central_bank}"


def clearing_name(agreement_id: str, central_bank: str, partner: str) -> str:
    """Return the name of what one central bank owes another under an agreement."""
    return f"clearing:{agreement_id}:{central_bank}:{partner}"


def interest_name(agreement_id: str, central_bank: str, partner: str) -> str:
    """Return the name of the interest one central bank owes another, accrued and not paid."""
    return f"interest:{agreement_id}:{central_bank}:{partner}"


def revaluation_name(central_bank: str) -> str:
    """Return the name of what rates have moved between a fixing and a settlement."""
    return f"revaluation:{central_bank}"


def agent_name(agent: str, code: str) -> str:
    """Return the name of an agent's own side of a currency."""
    return f"agent:{agent}:{code}"


def rounding_name(central_bank: str) -> str:
    """Return the name of a central bank's residues."""
    return f"rounding:{central_bank}"


def cycle_name(code: str) -> str:
    """Return the name of the account that passes net positions of a currency through."""
    return f"cycle:{code}"


def resource_name(kind: ResourceKind, bank: str, agent: str, code: str) -> str:
    """Return the name of the account of what a bank has put up, or has drawn of its line."""
    first = AccountKind.DRAWN if kind is ResourceKind.CREDIT_LINE else AccountKind(kind)
    return f"{first}:{bank}@{agent}:{code}"


def recourse_name(bank: str, agent: str, code: str) -> str:
    """Return the name of what a bank owes others, or they owe it, for draws on the fund."""
    return f"recourse:{bank}@{agent}:{code}"


def blocked_name(agent: str, code: str) -> str:
    """Return the name of the account that keeps frozen money of a currency."""
    return f"blocked:{agent}:{code}"


def draw_chart(scheme: Scheme) -> Chart:
    """Return the chart of accounts that a scheme implies."""
    accounts: list[Account] = []
    for kind, name, code, owner, agent, limit in _plan(scheme):
        number = len(accounts)
        accounts.append(Account(number, name, kind, currency(code).number, owner, agent, limit))
    codes = sorted({each.currency for each in scheme.keepers})
    agents = tuple(member.agent for member in scheme.members)
    return Chart(
        accounts=tuple(accounts),
        participants=tuple(one.bic for one in scheme.participants) + agents,
        currencies=tuple(currency(code).number for code in codes),
        members=scheme.members,
        number_of={one.name: one.number for one in accounts},
    )


_Line = tuple[AccountKind, str, str, str, str, int | None]


def _plan(scheme: Scheme) -> Iterator[_Line]:
    for member in scheme.members:
        yield from _plan_member(member)
    for vehicle in scheme.vehicles:
        code, agent = vehicle.currency, vehicle.agent
        yield AccountKind.AGENT, agent_name(agent, code), code, agent, agent, None
        yield AccountKind.CYCLE, cycle_name(code), code, agent, agent, None
    for terms in scheme.accounts:
        holder, agent, code = terms.participant, terms.agent, terms.currency
        if terms.kind is HeldAs.SETTLEMENT:
            name = settlement_name(holder, agent, code)
            yield AccountKind.SETTLEMENT, name, code, holder, agent, terms.limit_minor
        else:
            name = loro_name(holder, agent, code)
            yield AccountKind.LORO, name, code, holder, agent, terms.limit_minor
    correspondents = sorted(
        {(one.agent, one.currency) for one in scheme.accounts if one.kind is HeldAs.LORO}
    )
    for agent, code in correspondents:
        yield AccountKind.OWN, own_name(agent, code), code, agent, agent, None
    yield from _plan_clearing(scheme)
    yield from _plan_resources(scheme)
    for keeper in scheme.keepers:
        name = blocked_name(keeper.agent, keeper.currency)
        yield AccountKind.BLOCKED, name, keeper.currency, keeper.agent, keeper.agent, 0


def _plan_member(member: Member) -> Iterator[_Line]:
    code, agent = member.currency, member.agent
    yield AccountKind.AGENT, agent_name(agent, code), code, agent, agent, None
    yield AccountKind.INTERMEDIARY, intermediary_name(agent), code, agent, agent, None
    yield AccountKind.CYCLE, cycle_name(code), code, agent, agent, None
    yield AccountKind.ROUNDING, rounding_name(agent), code, agent, agent, None


def _plan_clearing(scheme: Scheme) -> Iterator[_Line]:
    seen: set[str] = set()
    for agreement in scheme.agreements:
        terms = agreement.central_bank_settlement
        if terms is None or agreement.id in seen:
            continue
        seen.add(agreement.id)
        limit = _greatest_line(scheme, agreement.id)
        for one, other in sides_of(scheme, agreement):
            name = clearing_name(agreement.id, one.agent, other.agent)
            yield AccountKind.CLEARING, name, terms.clearing_unit, one.agent, other.agent, limit
    yield from _plan_carried(scheme)


def _greatest_line(scheme: Scheme, agreement_id: str) -> int | None:
    """Return the greatest credit line of an agreement's versions, None where one has none.

    Each payment keeps to the line of the version that judged it; what is owed was allowed once.
    """
    versions = [each for each in scheme.agreements if each.id == agreement_id]
    lines = [each.settlement.credit_line_minor for each in versions]
    return None if None in lines else max(each for each in lines if each is not None)


def _plan_carried(scheme: Scheme) -> Iterator[_Line]:
    """Plan the accounts of agreements whose carried balance bears interest and is settled."""
    seen: set[str] = set()
    revalued: set[str] = set()
    for agreement in scheme.agreements:
        terms = agreement.central_bank_settlement
        if agreement.carried_balance is None or terms is None or agreement.id in seen:
            continue
        seen.add(agreement.id)
        for one, other in sides_of(scheme, agreement):
            name = interest_name(agreement.id, one.agent, other.agent)
            yield AccountKind.INTEREST, name, terms.clearing_unit, one.agent, other.agent, None
            if one.agent not in revalued:
                revalued.add(one.agent)
                name, code = revaluation_name(one.agent), one.currency
                yield AccountKind.REVALUATION, name, code, one.agent, one.agent, None


def _plan_resources(scheme: Scheme) -> Iterator[_Line]:
    agent_of = {member.currency: member.agent for member in scheme.members}
    for one in scheme.resources:
        holding = one.participant, agent_of[one.currency], one.currency
        is_line = one.kind is ResourceKind.CREDIT_LINE
        kind = AccountKind.DRAWN if is_line else AccountKind(one.kind)
        limit = one.amount_minor if is_line else 0
        name = resource_name(one.kind, *holding)
        yield kind, name, one.currency, one.participant, agent_of[one.currency], limit
    funded = {one.currency for one in scheme.resources if one.kind is ResourceKind.GUARANTEE_FUND}
    for terms in scheme.accounts:
        if terms.kind is HeldAs.SETTLEMENT and terms.currency in funded:
            holder, agent, code = terms.participant, terms.agent, terms.currency
            name = recourse_name(holder, agent, code)
            yield AccountKind.RECOURSE, name, code, holder, agent, None


def sides_of(scheme: Scheme, agreement: Agreement) -> tuple[tuple[Member, Member], ...]:
    """Return the two members of an agreement, each with its partner, in order of country."""
    one, other = (each for each in scheme.members if each.country in agreement.parties)
    return ((one, other), (other, one))


def draw_places(scheme: Scheme, chart: Chart) -> Rows:
    """Return where each participant keeps each currency.

    A bank's own settlement account comes before an account at a correspondent.
    """
    width = len(chart.currencies)
    places = np.zeros(len(chart.participants) * width, PLACE_ROW)
    for field in ("settlement", "loro", "own"):
        places[field] = NO_ACCOUNT
    directory, number_of = chart.directory, chart.number_of
    for terms in sorted(scheme.accounts, key=lambda each: each.kind is HeldAs.LORO):
        at = chart.currencies.index(currency(terms.currency).number)
        place = places[directory[terms.participant] * width + at]
        if terms.kind is HeldAs.SETTLEMENT:
            name = settlement_name(terms.participant, terms.agent, terms.currency)
            place["settlement"] = number_of[name]
        elif place["settlement"] == NO_ACCOUNT:
            correspondent = places[directory[terms.agent] * width + at]
            place["settlement"] = correspondent["settlement"]
            place["loro"] = number_of[loro_name(terms.participant, terms.agent, terms.currency)]
            place["own"] = number_of[own_name(terms.agent, terms.currency)]
    return places


def draw_floors(scheme: Scheme, chart: Chart) -> NDArray[np.int64]:
    """Return by account and priority what a payment of that class must leave there."""
    floors = np.zeros((len(chart.accounts), CLASSES), np.int64)
    for terms in scheme.accounts:
        name_of = settlement_name if terms.kind is HeldAs.SETTLEMENT else loro_name
        name = name_of(terms.participant, terms.agent, terms.currency)
        floor = floors[chart.number_of[name]]
        floor[Priority.HIGH] = terms.reserved_urgent_minor
        floor[Priority.NORMAL] = terms.reserved_urgent_minor + terms.reserved_high_minor
    return floors


def line_users(scheme: Scheme, chart: Chart) -> Iterator[tuple[int, int]]:
    """Yield clearing accounts with each place whose payments need room on their credit line."""
    width = len(chart.currencies)
    banks = [(bank.bic, bank.country) for bank in scheme.participants]
    banks += [(member.agent, member.country) for member in scheme.members]
    for agreement in scheme.agreements:
        if agreement.settlement.credit_line_minor is None or not agreement.has_conversion:
            continue
        for one, other in sides_of(scheme, agreement):
            account = chart.number_of[clearing_name(agreement.id, one.agent, other.agent)]
            at = chart.currencies.index(currency(one.currency).number)
            for number, (_, country) in enumerate(banks):
                if country == one.country:
                    yield account, number * width + at


def draw_dependents(
    places: Rows, account_count: int, line_users: Iterator[tuple[int, int]]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return by account which places wait for money on it: starts, and place numbers.

    For room on a credit line wait those whose payments use it.
    """
    waiting: list[list[int]] = [[] for _ in range(account_count)]
    for account, place in line_users:
        if place not in waiting[account]:
            waiting[account].append(place)
    for place, row in enumerate(places):
        for account in (int(row["settlement"]), int(row["loro"])):
            if account != NO_ACCOUNT:
                waiting[account].append(place)
    starts = np.cumsum([0, *map(len, waiting)]).astype(np.int32)
    return starts, np.array([place for each in waiting for place in each], np.int32)


def draw_parties(scheme: Scheme, chart: Chart) -> Rows:
    """Return what each participant may do, and where it is at home."""
    countries = {member.country: at for at, member in enumerate(scheme.members)}
    home = [chart.currencies.index(currency(one.currency).number) for one in scheme.members]
    parties = np.ones(len(chart.participants), PARTY_ROW)
    banks = [countries[one.country] for one in scheme.participants]
    parties["country"] = [*banks, *range(len(scheme.members))]
    parties["home"] = np.array(home)[parties["country"]]
    for party, bank in zip(parties, scheme.participants, strict=False):
        party["may_pay"] = bank.status is ParticipantStatus.ACTIVE
        party["may_receive"] = bank.status is not ParticipantStatus.SUSPENDED
    return parties
