"""Whether agreements fit the scheme they belong to, and one another."""

from collections.abc import Iterator
from datetime import date, time, timedelta
from itertools import combinations

from comity.agreements.membership import AccountKind, Member
from comity.agreements.overlap import find_overlaps
from comity.agreements.rules_dealing import find_dealing_fit_violations
from comity.agreements.rules_legs import find_capped_leg_violations
from comity.agreements.rules_membership import find_membership_violations
from comity.agreements.rules_netting import (
    find_conversion_violations,
    find_pool_violations,
    find_resource_violations,
)
from comity.agreements.rules_outside import find_outside_fit_violations
from comity.agreements.rules_shorts import find_short_violations
from comity.agreements.rules_terms import find_term_violations
from comity.agreements.scheme import BusinessDayTerms, Scheme
from comity.agreements.terms import Agreement, SettlementAsset
from comity.agreements.violations import Violation
from comity.business_calendar import local_time_us

_WEEK = timedelta(days=7)
_WEEKS_CHECKED = 53


def find_violations(scheme: Scheme) -> tuple[Violation, ...]:
    """Return every rule a scheme breaks; none means that it can be settled by.

    The order is part of the contract: membership, the terms of each agreement, agreements
    against the scheme, agreements against one another.
    """
    return (
        *find_membership_violations(scheme),
        *(each for agreement in scheme.agreements for each in find_term_violations(agreement)),
        *find_fit_violations(scheme),
    )


def find_fit_violations(scheme: Scheme) -> tuple[Violation, ...]:
    """Return every rule its agreements break against the scheme and against one another."""
    found: list[Violation] = []
    for agreement in scheme.agreements:
        found.extend(_parties(scheme, agreement))
        found.extend(_currencies(scheme, agreement))
        found.extend(_central_bank_accounts(scheme, agreement))
        found.extend(_times(scheme.business_day, agreement))
    found.extend(_versions(scheme))
    found.extend(_pools(scheme))
    found.extend(find_pool_violations(scheme))
    found.extend(find_resource_violations(scheme))
    found.extend(find_conversion_violations(scheme))
    found.extend(find_capped_leg_violations(scheme))
    found.extend(find_dealing_fit_violations(scheme))
    found.extend(find_outside_fit_violations(scheme))
    found.extend(find_short_violations(scheme))
    found.extend(
        Violation(each.second, ("valid_from",), str(each), "one agreement for each payment")
        for each in find_overlaps(scheme.agreements)
        if each.first.key != each.second.key
    )
    return tuple(found)


def _parties(scheme: Scheme, agreement: Agreement) -> Iterator[Violation]:
    for country in agreement.parties:
        if scheme.member_of_country(country) is None:
            countries = ", ".join(member.country for member in scheme.members)
            yield Violation(agreement, ("parties",), country, f"members of the scheme: {countries}")


def _currencies(scheme: Scheme, agreement: Agreement) -> Iterator[Violation]:
    known = ", ".join(member.currency for member in scheme.members)
    for code in agreement.currencies:
        if scheme.member_of_currency(code) is None:
            yield Violation(agreement, ("currencies",), code, f"currencies of members: {known}")
    named = agreement.settlement.asset_currency
    if named is not None and scheme.keeper_of_currency(named) is None:
        both = ", ".join(each.currency for each in scheme.keepers)
        yield Violation(
            agreement,
            ("settlement", "asset_currency"),
            named,
            f"the currency of a member, or a vehicle currency: {both}",
        )
    if agreement.has_two_currencies:
        parties = [scheme.member_of_country(country) for country in agreement.parties]
        own = tuple(sorted(member.currency for member in parties if member is not None))
        if len(own) == len(parties) and own != agreement.currencies:
            yield Violation(
                agreement,
                ("currencies",),
                ", ".join(agreement.currencies),
                f"the parties' own currencies with tier = {agreement.settlement.tier}:"
                f" {', '.join(own)}",
            )


def _central_bank_accounts(scheme: Scheme, agreement: Agreement) -> Iterator[Violation]:
    """Look for the accounts over which two central banks pay each other."""
    if not agreement.has_conversion:
        return
    held = {
        (account.participant, account.agent)
        for account in scheme.accounts
        if account.kind is AccountKind.SETTLEMENT
    }
    members = [each for each in scheme.members if each.country in agreement.parties]
    named = agreement.settlement.asset_currency
    if named is not None:
        yield from _asset_accounts(scheme, agreement, members)
        return
    if (
        agreement.settlement.asset is SettlementAsset.CARRIED_BALANCE
        and agreement.carried_balance is None
    ):
        return
    for first, second in combinations(members, 2):
        for holder, keeper in ((first, second), (second, first)):
            if (holder.agent, keeper.agent) not in held:
                yield Violation(
                    agreement,
                    ("settlement", "tier"),
                    f"no account of {holder.agent} in {keeper.currency}",
                    f"in accounts.csv a settlement account of {holder.agent} with"
                    f" {keeper.agent}: over it the two central banks settle",
                )


def _asset_accounts(
    scheme: Scheme, agreement: Agreement, members: list[Member]
) -> Iterator[Violation]:
    """Look for the accounts in the named currency over which two central banks settle."""
    code = agreement.settlement.asset_currency
    assert code is not None, "asked only with a named currency"
    keeper = scheme.keeper_of_currency(code)
    if keeper is None:
        return
    held = {each.participant for each in scheme.accounts if each.currency == code}
    for member in members:
        if member.agent not in held:
            yield Violation(
                agreement,
                ("settlement", "asset_currency"),
                f"no account of {member.agent} in {code}",
                f"in accounts.csv a settlement account of {member.agent} with {keeper.agent}:"
                " over it the two central banks settle",
            )


def _times(day: BusinessDayTerms, agreement: Agreement) -> Iterator[Violation]:
    opening = f"between {day.opens:%H:%M} and {day.closes:%H:%M} {day.time_zone}"
    for path, local in _named_times(agreement):
        if not _is_while_open(day, agreement, local):
            yield Violation(
                agreement,
                path,
                f"{local:%H:%M} {agreement.cut_offs.time_zone}",
                f"a time {opening}, while the scheme is open",
            )


def _named_times(agreement: Agreement) -> Iterator[tuple[tuple[str | int, ...], time]]:
    for at, cycle in enumerate(agreement.cycles):
        yield ("cycles", at, "cut_off"), cycle.cut_off
        yield ("cycles", at, "settles"), cycle.settles
    yield ("cut_offs", "customer"), agreement.cut_offs.customer
    yield ("cut_offs", "interbank"), agreement.cut_offs.interbank
    if agreement.conversion is not None:
        yield ("conversion", "fixed_at"), agreement.conversion.fixed_at
    if agreement.central_bank_settlement is not None:
        yield ("central_bank_settlement", "settles"), agreement.central_bank_settlement.settles
    legs = agreement.payment_versus_payment
    if legs is not None and legs.expires_at is not None:
        yield ("payment_versus_payment", "expires_at"), legs.expires_at


def _is_while_open(day: BusinessDayTerms, agreement: Agreement, local: time) -> bool:
    """Return whether a local time lies after the opening and before the closing.

    Zones shift against each other through the year, so where they differ one day of each week
    of a year is tried, which meets every offset that holds for a week.
    """
    zone = agreement.cut_offs.time_zone
    if zone == day.time_zone:
        return day.opens < local < day.closes
    return all(
        local_time_us(each, day.opens, day.time_zone)
        < local_time_us(each, local, zone)
        < local_time_us(each, day.closes, day.time_zone)
        for each in _days_to_check(agreement)
    )


def _days_to_check(agreement: Agreement) -> Iterator[date]:
    for week in range(_WEEKS_CHECKED):
        each = agreement.valid_from + week * _WEEK
        if agreement.valid_until is not None and each > agreement.valid_until:
            return
        yield each


def _versions(scheme: Scheme) -> Iterator[Violation]:
    seen: set[str] = set()
    for agreement in scheme.agreements:
        if agreement.key in seen:
            yield Violation(
                agreement,
                ("version",),
                f"{agreement.key} again",
                "each version once; count the version up",
            )
        seen.add(agreement.key)
    yield from _clearing_versions(scheme)


def _clearing_versions(scheme: Scheme) -> Iterator[Violation]:
    """What central banks owe outlives a version, so all count and end it in one way."""
    first: dict[str, Agreement] = {}
    for agreement in scheme.agreements:
        before = first.setdefault(agreement.id, agreement)
        one, other = before.central_bank_settlement, agreement.central_bank_settlement
        if one is None or other is None:
            continue
        if one.clearing_unit != other.clearing_unit:
            yield Violation(
                agreement,
                ("central_bank_settlement", "clearing_unit"),
                other.clearing_unit,
                f"{one.clearing_unit} as in {before.key}: what is owed outlives a version",
            )
        assets = {each.settlement.asset for each in (before, agreement)}
        if len(assets) > 1 and SettlementAsset.CARRIED_BALANCE in assets:
            yield Violation(
                agreement,
                ("settlement", "asset"),
                agreement.settlement.asset,
                f"{before.settlement.asset} as in {before.key}: a balance that is carried on"
                " outlives a version; begin an agreement of another name",
            )


def _pools(scheme: Scheme) -> Iterator[Violation]:
    """A cycle belongs to its pool, so what is in force in one pool has the same cycles."""
    pooled = [each for each in scheme.agreements if each.settlement.netting_pool is not None]
    for first, second in combinations(pooled, 2):
        if first.settlement.netting_pool != second.settlement.netting_pool:
            continue
        if not _is_ever_joint(first, second):
            continue
        same_zone = first.cut_offs.time_zone == second.cut_offs.time_zone
        if first.cycles != second.cycles or not same_zone:
            yield Violation(
                second,
                ("settlement", "netting_pool"),
                f"{second.settlement.netting_pool} with other cycles than {first.key}",
                "the same cycles and time zone in every agreement of one netting pool",
            )


def _is_ever_joint(first: Agreement, second: Agreement) -> bool:
    later = max(first.valid_from, second.valid_from)
    return first.is_in_force(later) and second.is_in_force(later)
