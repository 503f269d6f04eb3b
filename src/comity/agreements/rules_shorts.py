"""Whether short positions fit the scheme: who may be short, by how much, and how it settles.

Three tests bound what a bank is short of (`settlement/short_kernel.py`). They are asked before each
payment that it makes, so nothing may take from its accounts in another way.
"""

from collections.abc import Iterator
from decimal import Decimal

from comity.agreements.membership import AccountKind
from comity.agreements.position_limits import PositionLimitKind
from comity.agreements.scheme import Scheme
from comity.agreements.terms import (
    Agreement,
    LiquiditySaving,
    Release,
    SettlementMode,
    SettlementTier,
)
from comity.agreements.violations import Violation

_PERCENT_MAX = Decimal(100)


def find_short_violations(scheme: Scheme) -> Iterator[Violation]:
    """Yield every rule that limits on short positions, and haircuts, break."""
    limits = [
        one for one in scheme.position_limits if one.kind is PositionLimitKind.SHORT_POSITIONS
    ]
    unit = scheme.valuation_currency
    for one in limits:
        if one.currency != unit:
            yield Violation(
                one,
                ("currency",),
                one.currency,
                f"{unit}, the valuation_currency: all of its accounts count together",
            )
    short = {one.participant for one in limits}
    for account in scheme.accounts:
        if account.participant in short and account.kind is not AccountKind.SETTLEMENT:
            yield Violation(
                account,
                ("kind",),
                account.kind,
                "settlement: its holder has a limit on short positions",
            )
        elif account.agent in short:
            yield Violation(
                account,
                ("agent",),
                account.agent,
                "a bank without a limit on short positions: what its customers pay is not tested",
            )
        elif account.participant in short and account.limit_minor is None:
            yield Violation(
                account,
                ("limit",),
                "unlimited",
                "how short it may be: its holder has a limit on short positions",
            )
    yield from _haircuts(scheme, is_needed=bool(limits))
    if limits:
        for agreement in scheme.agreements:
            yield from _settles_otherwise(agreement)


def _haircuts(scheme: Scheme, *, is_needed: bool) -> Iterator[Violation]:
    known = [member.currency for member in scheme.members]
    seen: set[str] = set()
    for one in scheme.haircuts:
        if not is_needed:
            yield Violation(
                one,
                ("currency",),
                one.currency,
                "no haircut without a limit of kind short_positions in limits.csv",
            )
        if one.currency not in known or one.currency in seen:
            expected = f"a currency of a member, each once: {', '.join(known)}"
            yield Violation(one, ("currency",), one.currency, expected)
        if not 0 <= one.percent < _PERCENT_MAX:
            yield Violation(one, ("percent",), str(one.percent), "0 to below 100")
        seen.add(one.currency)


def _settles_otherwise(agreement: Agreement) -> Iterator[Violation]:
    """Yield what would take money without the tests."""
    terms, saving = agreement.settlement, agreement.liquidity_saving
    why = "while limits.csv has a limit of kind short_positions"
    if terms.tier is not SettlementTier.PARTICIPANT:
        yield Violation(agreement, ("settlement", "tier"), terms.tier, f"participant {why}")
    if terms.mode is not SettlementMode.GROSS:
        yield Violation(agreement, ("settlement", "mode"), terms.mode, f"gross {why}")
    if saving is not None and saving != LiquiditySaving(0, None, release=saving.release):
        yield Violation(
            agreement,
            ("liquidity_saving",),
            "payments that settle against others",
            f"only release = {' or '.join(Release)} {why}",
        )
    for code in agreement.outside_currencies:
        yield Violation(
            agreement, ("finality", code), "settled at its agent", f"settled here {why}"
        )
