"""Whether members, participants, accounts and calendars of a scheme fit one another."""

from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import TypeVar

from comity.agreements.membership import (
    AccountKind,
    AccountTerms,
    Participant,
    Tier,
    VehicleCurrency,
)
from comity.agreements.rules_dealing import dealers_in
from comity.agreements.rules_limits import find_limit_violations
from comity.agreements.scheme import Scheme
from comity.agreements.violations import Violation

MEMBERS_MIN = 2
"""A scheme settles between countries."""

_Record = TypeVar("_Record")


def find_membership_violations(scheme: Scheme) -> tuple[Violation, ...]:
    """Return every rule that who belongs to the scheme breaks, members first."""
    rules = (
        _members,
        _vehicles,
        _business_day,
        _calendars,
        _participants,
        _tiers,
        _accounts,
        find_limit_violations,
    )
    return tuple(violation for rule in rules for violation in rule(scheme))


def _members(scheme: Scheme) -> Iterator[Violation]:
    if len(scheme.members) < MEMBERS_MIN:
        yield Violation(
            scheme, ("members",), str(len(scheme.members)), f"at least {MEMBERS_MIN} members"
        )
    for field, value in (
        ("country", lambda each: each.country),
        ("currency", lambda each: each.currency),
        ("settlement_agent", lambda each: each.agent),
    ):
        yield from _repeated(scheme.members, value, (field,))


def _vehicles(scheme: Scheme) -> Iterator[Violation]:
    yield from _repeated(scheme.vehicles, lambda each: each.currency, ("currency",))
    yield from _repeated(scheme.vehicles, lambda each: each.agent, ("settlement_agent",))
    agents = {member.agent for member in scheme.members}
    for vehicle in scheme.vehicles:
        if scheme.member_of_currency(vehicle.currency) is not None:
            yield Violation(
                vehicle,
                ("currency",),
                vehicle.currency,
                "a currency of no member: a member's has its agent already",
            )
        if vehicle.agent in agents:
            yield Violation(
                vehicle,
                ("settlement_agent",),
                vehicle.agent,
                "an institution that is no member's settlement agent",
            )
        hours = vehicle.hours
        if hours is not None and hours.closes <= hours.opens:
            yield Violation(
                vehicle,
                ("closes",),
                f"{hours.closes:%H:%M}",
                f"a time after the opening, {hours.opens:%H:%M}, of the same day",
            )


def _business_day(scheme: Scheme) -> Iterator[Violation]:
    day = scheme.business_day
    if day.closes <= day.opens:
        yield Violation(
            scheme,
            ("business_day", "closes"),
            f"{day.closes:%H:%M}",
            f"a time after the opening, {day.opens:%H:%M}, of the same day",
        )


def _calendars(scheme: Scheme) -> Iterator[Violation]:
    covered = {calendar.country for calendar in scheme.calendars}
    for member in scheme.members:
        if member.country not in covered:
            yield Violation(
                member,
                ("country",),
                f"no calendar of {member.country}",
                f"a file calendars/{member.country}.toml",
            )
    for vehicle in scheme.vehicles:
        if vehicle.country not in covered:
            yield Violation(
                vehicle,
                ("country",),
                f"no calendar of {vehicle.country}",
                f"a file calendars/{vehicle.country}.toml",
            )
    needed = {each.country for each in scheme.keepers}
    for calendar in scheme.calendars:
        if calendar.country not in needed:
            yield Violation(calendar, ("country",), calendar.country, _a_member(scheme))


def _participants(scheme: Scheme) -> Iterator[Violation]:
    agents = {each.agent for each in scheme.keepers}
    yield from _repeated(scheme.participants, lambda each: each.bic, ("bic",))
    for bank in scheme.participants:
        if scheme.member_of_country(bank.country) is None:
            yield Violation(bank, ("country",), bank.country, _a_member(scheme))
        if bank.bic[4:6] != bank.country:
            # ISO 9362: the fifth and sixth characters are where the institution is.
            yield Violation(
                bank, ("bic",), bank.bic, f"a BIC whose fifth and sixth letter is {bank.country}"
            )
        if bank.bic in agents:
            yield Violation(
                bank,
                ("bic",),
                f"{bank.bic}, a settlement agent",
                "banks only: settlement agents stand in arrangement.toml",
            )


def _tiers(scheme: Scheme) -> Iterator[Violation]:
    kinds: dict[str, set[AccountKind]] = {bank.bic: set() for bank in scheme.participants}
    for account in scheme.accounts:
        kinds.setdefault(account.participant, set()).add(account.kind)
    for bank in scheme.participants:
        if not kinds[bank.bic]:
            yield Violation(bank, ("bic",), "no account", "an account in accounts.csv")
        elif (bank.tier is Tier.DIRECT) != (AccountKind.SETTLEMENT in kinds[bank.bic]):
            yield Violation(
                bank,
                ("tier",),
                bank.tier,
                "indirect: it holds no settlement account"
                if bank.tier is Tier.DIRECT
                else "direct: it holds a settlement account",
            )


def _accounts(scheme: Scheme) -> Iterator[Violation]:
    # Two accounts of one bank in one currency would leave open which of them pays.
    yield from _repeated(
        scheme.accounts,
        lambda each: (each.participant, each.currency),
        ("participant",),
        said="a second account of it in this currency",
    )
    banks = {bank.bic: bank for bank in scheme.participants}
    keepers = {
        (account.participant, account.currency)
        for account in scheme.accounts
        if account.kind is AccountKind.SETTLEMENT
    }
    for account in scheme.accounts:
        keeper = scheme.keeper_of_currency(account.currency)
        if keeper is None:
            yield Violation(
                account,
                ("currency",),
                account.currency,
                f"the currency of a member: {', '.join(m.currency for m in scheme.members)}",
            )
            continue
        if isinstance(keeper, VehicleCurrency):
            yield from _vehicle_account(scheme, account, keeper)
        elif account.kind is AccountKind.SETTLEMENT:
            yield from _settlement_account(scheme, banks, account, agent=keeper.agent)
        else:
            yield from _loro_account(banks, keepers, account)
        if account.limit_minor is not None and account.opening_balance_minor < -account.limit_minor:
            yield Violation(
                account, ("opening_balance",), "less than the limit allows", "a balance within it"
            )
        yield from _reservations(account)


def _reservations(account: AccountTerms) -> Iterator[Violation]:
    for field, amount in (
        ("reserved_urgent", account.reserved_urgent_minor),
        ("reserved_high", account.reserved_high_minor),
    ):
        if amount < 0:
            yield Violation(account, (field,), "less than zero", "0 or more")
        if amount and account.limit_minor is None:
            yield Violation(
                account,
                (field,),
                "an amount where limit = unlimited",
                "0: such an account covers every payment; or a limit",
            )


def _settlement_account(
    scheme: Scheme, banks: dict[str, Participant], account: AccountTerms, *, agent: str
) -> Iterator[Violation]:
    agents = {member.agent for member in scheme.members}
    if account.participant not in banks and account.participant not in agents:
        yield Violation(
            account,
            ("participant",),
            account.participant,
            "a BIC of participants.csv or of another member's settlement agent",
        )
    if account.agent != agent:
        yield Violation(
            account,
            ("agent",),
            account.agent,
            f"{agent}, the settlement agent of {account.currency}",
        )
    if account.participant == agent:
        yield Violation(
            account,
            ("participant",),
            account.participant,
            f"somebody else: it is itself the settlement agent of {account.currency}",
        )


def _vehicle_account(
    scheme: Scheme, account: AccountTerms, vehicle: VehicleCurrency
) -> Iterator[Violation]:
    agents = {member.agent for member in scheme.members}
    if account.participant not in agents | dealers_in(scheme, vehicle.currency):
        yield Violation(
            account,
            ("participant",),
            account.participant,
            f"a member's settlement agent, or a dealer: in {vehicle.currency} only central banks"
            " and dealers settle",
        )
    if account.kind is not AccountKind.SETTLEMENT:
        yield Violation(
            account,
            ("kind",),
            account.kind,
            f"settlement: {vehicle.currency} is a vehicle currency",
        )
    elif account.agent != vehicle.agent:
        yield Violation(
            account,
            ("agent",),
            account.agent,
            f"{vehicle.agent}, the settlement agent of {vehicle.currency}",
        )


def _loro_account(
    banks: dict[str, Participant], keepers: set[tuple[str, str]], account: AccountTerms
) -> Iterator[Violation]:
    if account.participant not in banks:
        yield Violation(account, ("participant",), account.participant, "a BIC of participants.csv")
    if account.agent not in banks:
        yield Violation(
            account,
            ("agent",),
            account.agent,
            "a correspondent that stands in participants.csv",
        )
    elif account.agent == account.participant:
        yield Violation(account, ("agent",), account.agent, "another bank than the holder")
    elif (account.agent, account.currency) not in keepers:
        yield Violation(
            account,
            ("agent",),
            account.agent,
            f"a bank with a settlement account in {account.currency}",
        )


def _repeated(
    records: Iterable[_Record],
    value: Callable[[_Record], Hashable],
    path: tuple[str, ...],
    said: str = "",
) -> Iterator[Violation]:
    seen: set[Hashable] = set()
    for record in records:
        key = value(record)
        if key in seen:
            yield Violation(record, path, said or f"{key} again", "each once")
        seen.add(key)


def _a_member(scheme: Scheme) -> str:
    return f"a member of the scheme: {', '.join(member.country for member in scheme.members)}"
