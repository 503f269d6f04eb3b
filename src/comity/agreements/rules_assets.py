"""Whether what central banks settle in fits the other terms of one agreement."""

from collections.abc import Iterator
from itertools import pairwise

from comity.agreements.terms import (
    Agreement,
    CreditPayee,
    SettlementAsset,
    SettlementTier,
)
from comity.agreements.violations import Violation

_TIER = ("settlement", "tier")


def find_asset_violations(agreement: Agreement) -> Iterator[Violation]:
    """Yield every rule that settlement asset, credit line and carried balance break."""
    yield from _asset_currency(agreement)
    yield from _credit_line(agreement)
    yield from _carried_balance(agreement)


def _asset_currency(agreement: Agreement) -> Iterator[Violation]:
    terms, carried = agreement.settlement, agreement.carried_balance
    path = ("settlement", "asset_currency")
    if terms.asset_currency is None:
        if terms.asset is SettlementAsset.NAMED_CURRENCY:
            yield Violation(
                agreement, path, "nothing", "a currency with asset = named_currency, and only then"
            )
        return
    is_carried = terms.asset is SettlementAsset.CARRIED_BALANCE and carried is not None
    if terms.asset is not SettlementAsset.NAMED_CURRENCY and not is_carried:
        yield Violation(
            agreement,
            path,
            terms.asset_currency,
            "a currency with asset = named_currency, and only then;"
            " or with a carried balance that a table [carried_balance] says when to settle",
        )
    if terms.tier is SettlementTier.CENTRAL_BANK and terms.asset_currency in agreement.currencies:
        # No central bank holds an account with itself.
        yield Violation(
            agreement,
            path,
            terms.asset_currency,
            "a currency of neither party; in a party's own they settle with own_currencies",
        )


def _credit_line(agreement: Agreement) -> Iterator[Violation]:
    terms = agreement.settlement
    carried = terms.asset is SettlementAsset.CARRIED_BALANCE
    at_once = terms.credit_payee is CreditPayee.ON_ACCEPTANCE
    if (carried or at_once) != (terms.credit_line_minor is not None):
        yield Violation(
            agreement,
            ("settlement", "credit_line"),
            "nothing" if terms.credit_line_minor is None else "a credit line",
            "an amount with asset = carried_balance or credit_payee = on_acceptance, and only then",
        )
    if terms.tier is SettlementTier.CENTRAL_BANK:
        return
    if carried:
        yield Violation(agreement, _TIER, terms.tier, "central_bank with asset = carried_balance")
    if at_once:
        yield Violation(
            agreement, _TIER, terms.tier, "central_bank with credit_payee = on_acceptance"
        )


def _carried_balance(agreement: Agreement) -> Iterator[Violation]:
    terms, path = agreement.carried_balance, ("carried_balance",)
    if terms is None:
        return
    if agreement.settlement.asset is not SettlementAsset.CARRIED_BALANCE:
        yield Violation(
            agreement,
            path,
            f"this table with asset = {agreement.settlement.asset}",
            "it only with asset = carried_balance; remove it",
        )
    is_counted = terms.first_settlement is not None and terms.every_weeks is not None
    is_begun = terms.first_settlement is not None or terms.every_weeks is not None
    if is_begun == bool(terms.settlement_dates) or is_begun != is_counted:
        yield Violation(
            agreement,
            path,
            "no settlement days" if not is_begun else "settlement days that are not clear",
            "first_settlement and every_weeks, or settlement_dates",
        )
    for earlier, later in pairwise(terms.settlement_dates):
        if later <= earlier:
            yield Violation(
                agreement,
                (*path, "settlement_dates"),
                f"{later} after {earlier}",
                "each day once, in order",
            )
    percent = terms.interest_percent
    if not percent.is_finite() or percent < 0:
        yield Violation(agreement, (*path, "interest_percent"), str(percent), "0 or more")
