"""Whether the terms of one agreement fit one another, whatever scheme it belongs to."""

from collections.abc import Iterator
from itertools import pairwise

from comity.agreements.rules_assets import find_asset_violations
from comity.agreements.rules_dealing import find_dealing_violations
from comity.agreements.rules_legs import find_leg_violations
from comity.agreements.rules_netting import find_netting_violations
from comity.agreements.rules_outside import find_outside_violations
from comity.agreements.rules_surplus import find_surplus_violations
from comity.agreements.terms import (
    Agreement,
    LiquiditySaving,
    SettlementMode,
    SettlementTier,
)
from comity.agreements.violations import Violation


def find_term_violations(agreement: Agreement) -> tuple[Violation, ...]:
    """Return every rule the agreement breaks by itself, from the most to the least fundamental."""
    rules = (
        _coverage,
        _validity,
        _tier,
        find_dealing_violations,
        find_asset_violations,
        _cycles,
        _cut_offs,
        _central_bank_times,
        _finality,
        _limits,
        _liquidity_saving,
        find_netting_violations,
        find_leg_violations,
        find_outside_violations,
        find_surplus_violations,
    )
    return tuple(violation for rule in rules for violation in rule(agreement))


def _coverage(agreement: Agreement) -> Iterator[Violation]:
    if len(agreement.parties) < 2:
        yield Violation(
            agreement, ("parties",), _listed(agreement.parties), "at least two countries"
        )
    if not agreement.currencies:
        yield Violation(agreement, ("currencies",), "none", "at least one currency")
    if not agreement.purpose_codes:
        yield Violation(
            agreement, ("purposes",), "none", "at least one group, or a code in `codes`"
        )


def _validity(agreement: Agreement) -> Iterator[Violation]:
    until = agreement.valid_until
    if until is not None and until < agreement.valid_from:
        yield Violation(
            agreement, ("valid_until",), str(until), f"{agreement.valid_from} or a later day"
        )


def _tier(agreement: Agreement) -> Iterator[Violation]:
    match agreement.settlement.tier:
        case SettlementTier.PARTICIPANT:
            yield from _participant_tier(agreement)
        case SettlementTier.CENTRAL_BANK:
            yield from _no_domestic_payments(agreement)
            yield from _central_bank_tier(agreement)
        case SettlementTier.DEALER:
            yield from _no_domestic_payments(agreement)  # the rest: `find_dealing_violations`


def _participant_tier(agreement: Agreement) -> Iterator[Violation]:
    if agreement.conversion is not None:
        yield Violation(
            agreement,
            ("conversion",),
            "a conversion at participant tier",
            "tier = central_bank; or remove the conversion: between banks each payment is in one"
            " currency, and two are linked by [payment_versus_payment]",
        )
    if agreement.central_bank_settlement is not None:
        yield Violation(
            agreement,
            ("central_bank_settlement",),
            "this table at participant tier",
            "it only with tier = central_bank; remove it",
        )


def _no_domestic_payments(agreement: Agreement) -> Iterator[Violation]:
    if agreement.domestic:
        yield Violation(
            agreement,
            ("domestic",),
            f"true with tier = {agreement.settlement.tier}",
            "it only with tier = participant: in two currencies there are two countries",
        )


def _central_bank_tier(agreement: Agreement) -> Iterator[Violation]:
    for field, values in (("parties", agreement.parties), ("currencies", agreement.currencies)):
        if len(values) != 2:
            yield Violation(
                agreement, (field,), _listed(values), "exactly two with tier = central_bank"
            )
    if agreement.settlement.mode.has_cycles:
        yield Violation(
            agreement,
            ("settlement", "mode"),
            agreement.settlement.mode,
            "gross with tier = central_bank: there the central banks net, not the banks",
        )
    if agreement.conversion is None:
        yield Violation(
            agreement, ("conversion",), "nothing", "this table with tier = central_bank"
        )
    terms = agreement.central_bank_settlement
    if terms is None:
        yield Violation(
            agreement,
            ("central_bank_settlement",),
            "nothing",
            "this table with tier = central_bank",
        )
    elif terms.clearing_unit not in agreement.currencies:
        yield Violation(
            agreement,
            ("central_bank_settlement", "clearing_unit"),
            terms.clearing_unit,
            f"one of the agreement's currencies: {_listed(agreement.currencies)}",
        )


def _cycles(agreement: Agreement) -> Iterator[Violation]:
    mode, pool = agreement.settlement.mode, agreement.settlement.netting_pool
    if mode.has_cycles and not agreement.cycles:
        yield Violation(
            agreement, ("cycles",), "none", f"at least one [[cycles]] with mode = {mode}"
        )
    if not mode.has_cycles and agreement.cycles:
        yield Violation(
            agreement,
            ("cycles",),
            f"{len(agreement.cycles)} with mode = {mode}",
            "none; remove them, or choose mode = cycle or both",
        )
    if mode.has_cycles != (pool is not None):
        yield Violation(
            agreement,
            ("settlement", "netting_pool"),
            pool or "nothing",
            "a name with mode = cycle or both, and only then",
        )
    for at, cycle in enumerate(agreement.cycles):
        if cycle.settles <= cycle.cut_off:
            yield Violation(
                agreement,
                ("cycles", at, "settles"),
                f"{cycle.settles:%H:%M}",
                f"a time after the cycle's cut-off, {cycle.cut_off:%H:%M}",
            )
    # What one cycle cannot settle rolls to the next, so it is over before that one is cut off.
    for at, (earlier, later) in enumerate(pairwise(agreement.cycles), start=1):
        if later.cut_off < earlier.settles:
            yield Violation(
                agreement,
                ("cycles", at, "cut_off"),
                f"{later.cut_off:%H:%M}",
                f"{earlier.settles:%H:%M} or later, when the cycle before it settles",
            )


def _cut_offs(agreement: Agreement) -> Iterator[Violation]:
    terms = agreement.cut_offs
    if terms.interbank < terms.customer:
        yield Violation(
            agreement,
            ("cut_offs", "interbank"),
            f"{terms.interbank:%H:%M}",
            f"{terms.customer:%H:%M}, the customers' cut-off, or later",
        )


def _central_bank_times(agreement: Agreement) -> Iterator[Violation]:
    conversion, settlement = agreement.conversion, agreement.central_bank_settlement
    if conversion is None or settlement is None or settlement.day_offset > 0:
        return
    if settlement.settles < conversion.fixed_at:
        yield Violation(
            agreement,
            ("central_bank_settlement", "settles"),
            f"{settlement.settles:%H:%M}",
            f"{conversion.fixed_at:%H:%M}, when payments are converted, or later;"
            " or day_offset = 1",
        )


def _finality(agreement: Agreement) -> Iterator[Violation]:
    stated = [each.currency for each in agreement.finality]
    for code in agreement.currencies:
        if stated.count(code) != 1:
            yield Violation(
                agreement,
                ("finality", code),
                "nothing" if code not in stated else "it twice",
                f"one table [finality.{code}]: what finality rests on is stated per currency",
            )
    for code in stated:
        if code not in agreement.currencies:
            yield Violation(
                agreement,
                ("finality", code),
                code,
                f"one of the agreement's currencies: {_listed(agreement.currencies)}",
            )


def _limits(agreement: Agreement) -> Iterator[Violation]:
    codes = [each.currency for each in agreement.limits]
    for limits in agreement.limits:
        code, path = limits.currency, ("limits", limits.currency)
        if codes.count(code) > 1:
            yield Violation(agreement, (*path, "currency"), code, "each currency once")
        if code not in agreement.currencies:
            yield Violation(
                agreement,
                (*path, "currency"),
                code,
                f"one of the agreement's currencies: {_listed(agreement.currencies)}",
            )
        if limits.payment_max_minor is None and limits.day_max_minor is None:
            yield Violation(agreement, path, "no limit", "payment_max, day_max or both")
        elif (
            limits.payment_max_minor is not None
            and limits.day_max_minor is not None
            and limits.day_max_minor < limits.payment_max_minor
        ):
            yield Violation(
                agreement,
                (*path, "day_max"),
                "less than payment_max",
                "payment_max or more",
            )


def _liquidity_saving(agreement: Agreement) -> Iterator[Violation]:
    terms, settlement = agreement.liquidity_saving, agreement.settlement
    if terms is None:
        return
    if settlement.mode is SettlementMode.CYCLE:
        yield Violation(
            agreement,
            ("liquidity_saving",),
            "this table with mode = cycle",
            "it only with mode = gross or both: in a cycle payments are netted anyway",
        )
    if settlement.tier is not SettlementTier.PARTICIPANT:
        yield Violation(
            agreement,
            ("liquidity_saving",),
            f"this table with tier = {settlement.tier}",
            "it only with tier = participant: payments in two currencies settle each by itself",
        )
    if terms == LiquiditySaving(0, None):
        yield Violation(
            agreement,
            ("liquidity_saving",),
            "none",
            "bilateral_depth above 0, multilateral_every, multilateral_on_entry,"
            " multilateral_threshold, selection_every or release = bypass",
        )
    if terms.multilateral_on_entry and terms.multilateral_threshold:
        yield Violation(
            agreement,
            ("liquidity_saving", "multilateral_threshold"),
            "it with multilateral_on_entry",
            "one of the two: on entry is with a threshold of nothing",
        )
    for each in terms.multilateral_threshold:
        if each.currency not in agreement.currencies:
            yield Violation(
                agreement,
                ("liquidity_saving", "multilateral_threshold", each.currency),
                each.currency,
                f"one of the agreement's currencies: {_listed(agreement.currencies)}",
            )


def _listed(values: tuple[str, ...]) -> str:
    return ", ".join(values) or "none"
