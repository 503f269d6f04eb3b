"""Whether terms of netting fit an agreement, its pool and the resources participants have."""

from collections.abc import Iterator
from itertools import combinations

from comity.agreements.membership import AccountKind
from comity.agreements.netting_terms import CycleNetting, ShortfallLayer
from comity.agreements.scheme import Scheme
from comity.agreements.terms import Agreement, SettlementAsset, SettlementMode, SettlementTier
from comity.agreements.violations import Violation

RESOURCES_MINOR_MAX = 10**18
"""Sum of all resources in one currency: with it every sum of a waterfall fits 64 bits."""


def find_netting_violations(agreement: Agreement) -> Iterator[Violation]:
    """Yield every rule of netting that an agreement breaks by itself."""
    yield from _conversion(agreement)
    terms, settlement = agreement.shortfall, agreement.settlement
    if settlement.netting is CycleNetting.BILATERAL and not settlement.mode.has_cycles:
        yield Violation(
            agreement,
            ("settlement", "netting"),
            f"bilateral with mode = {settlement.mode}",
            "it only with mode = cycle or both",
        )
    if terms is None:
        return
    path = ("shortfall",)
    if not settlement.mode.has_cycles:
        yield Violation(
            agreement,
            path,
            f"this table with mode = {settlement.mode}",
            "it only with mode = cycle or both",
        )
    if settlement.netting is CycleNetting.BILATERAL:
        yield Violation(
            agreement,
            path,
            "this table with netting = bilateral",
            "it only with netting = multilateral: a pair settles by itself, or rolls",
        )
    if terms.layers[:1] != (ShortfallLayer.OWN_BALANCE,):
        yield Violation(
            agreement,
            (*path, "layers"),
            ", ".join(terms.layers) or "none",
            "own_balance first: nobody draws while it has money",
        )


def _conversion(agreement: Agreement) -> Iterator[Violation]:
    """Yield what keeps positions from being paid in one settlement asset."""
    terms, settlement = agreement.cycle_conversion, agreement.settlement
    path = ("cycle_conversion",)
    named = settlement.asset is SettlementAsset.NAMED_CURRENCY
    between_banks = settlement.tier is SettlementTier.PARTICIPANT
    if (terms is not None) != (named and between_banks):
        yield Violation(
            agreement,
            path,
            "nothing" if terms is None else "this table",
            "it with tier = participant and asset = named_currency, and only then",
        )
    if terms is None:
        return
    if settlement.mode is not SettlementMode.CYCLE:
        yield Violation(
            agreement,
            ("settlement", "mode"),
            settlement.mode,
            "cycle with a named currency between banks: gross payments are paid in their own",
        )
    if settlement.netting is CycleNetting.BILATERAL:
        yield Violation(
            agreement,
            ("settlement", "netting"),
            settlement.netting,
            "multilateral with a named currency between banks",
        )
    if agreement.shortfall is not None:
        yield Violation(
            agreement,
            ("shortfall",),
            "this table with a named currency between banks",
            "nothing: converted positions settle whole or not at all; remove it",
        )


def find_conversion_violations(scheme: Scheme) -> Iterator[Violation]:
    """Yield who could not pay in the settlement asset of converted cycles."""
    for agreement in scheme.agreements:
        code = agreement.settlement.asset_currency
        if agreement.cycle_conversion is None or code is None:
            continue
        path = ("settlement", "asset_currency")
        keeper = scheme.member_of_currency(code)
        if keeper is None:
            yield Violation(agreement, path, code, "the currency of a member: banks pay in it")
            continue
        able = {one.participant for one in scheme.accounts if one.currency == code}
        needing = {
            one.participant for one in scheme.accounts if one.currency in agreement.currencies
        }
        for bic in sorted(needing - able - {keeper.agent}):
            yield Violation(
                agreement,
                path,
                f"no account of {bic} in {code}",
                f"one in accounts.csv: who has an account in {', '.join(agreement.currencies)}"
                f" pays its net in {code}",
            )


def find_pool_violations(scheme: Scheme) -> Iterator[Violation]:
    """Yield what agreements say differently that must be the same: of one pool, and of all."""
    pooled = [each for each in scheme.agreements if each.settlement.netting_pool is not None]
    for first, second in combinations(pooled, 2):
        if first.settlement.netting_pool == second.settlement.netting_pool:
            yield from _differences(first, second)
        one, other = first.shortfall, second.shortfall
        if one is not None and other is not None and one.repaid is not other.repaid:
            yield Violation(
                second,
                ("shortfall", "repaid"),
                other.repaid,
                f"{one.repaid}, as in {first.key}: what was drawn stands on one account",
            )


def _differences(first: Agreement, second: Agreement) -> Iterator[Violation]:
    """Yield what two agreements of one pool say differently; versions may follow one another."""
    later = max(first.valid_from, second.valid_from)
    if not (first.is_in_force(later) and second.is_in_force(later)):
        return
    pool = second.settlement.netting_pool
    if first.settlement.netting is not second.settlement.netting:
        yield Violation(
            second,
            ("settlement", "netting"),
            second.settlement.netting,
            f"{first.settlement.netting}, as in {first.key} of the same pool, {pool}",
        )
    assets = [(one.settlement.asset_currency, one.cycle_conversion) for one in (first, second)]
    if assets[0] != assets[1]:
        yield Violation(
            second,
            ("settlement", "asset_currency"),
            second.settlement.asset_currency or "nothing",
            f"asset and conversion of {first.key} in every agreement of the netting pool {pool}",
        )
    one, other = first.shortfall, second.shortfall
    if (None if one is None else (one.layers, one.then)) != (
        None if other is None else (other.layers, other.then)
    ):
        yield Violation(
            second,
            ("shortfall",),
            "another waterfall" if other is not None else "none",
            f"that of {first.key} in every agreement of the netting pool {pool}",
        )


def find_resource_violations(scheme: Scheme) -> Iterator[Violation]:
    """Yield what is wrong with what participants have put up."""
    held = {
        (one.participant, one.currency)
        for one in scheme.accounts
        if one.kind is AccountKind.SETTLEMENT
    }
    banks = {one.bic for one in scheme.participants}
    seen: set[tuple[str, str, str]] = set()
    sums: dict[str, int] = {}
    for one in scheme.resources:
        key = (one.participant, one.currency, one.kind)
        if one.participant not in banks:
            yield Violation(one, ("participant",), one.participant, "a BIC of participants.csv")
        elif (one.participant, one.currency) not in held:
            yield Violation(
                one,
                ("currency",),
                f"no settlement account of {one.participant} in {one.currency}",
                "a bank with a settlement account in it: others pay through their correspondent",
            )
        if key in seen:
            yield Violation(one, ("kind",), f"a second {one.kind} of it in this currency", "one")
        seen.add(key)
        if one.amount_minor < 1:
            yield Violation(one, ("amount",), str(one.amount_minor), "an amount above zero")
        before = sums.get(one.currency, 0)
        sums[one.currency] = before + one.amount_minor
        if before <= RESOURCES_MINOR_MAX < sums[one.currency]:
            yield Violation(
                one,
                ("amount",),
                f"resources of {sums[one.currency]} minor units in {one.currency}",
                f"at most {RESOURCES_MINOR_MAX} in all",
            )
