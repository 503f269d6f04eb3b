"""Whether terms on a surplus fit the rest of their agreement."""

from collections.abc import Iterator

from comity.agreements.terms import Agreement, PaysIn, SettlementAsset, SettlementTier
from comity.agreements.violations import Violation


def find_surplus_violations(agreement: Agreement) -> Iterator[Violation]:
    """Yield what is wrong: there is a surplus only where debtors pay in their own currency."""
    terms = agreement.surplus
    if terms is None:
        return
    banks, settlement = agreement.central_bank_settlement, agreement.settlement
    if (
        settlement.tier is not SettlementTier.CENTRAL_BANK
        or settlement.asset is not SettlementAsset.OWN_CURRENCIES
        or (banks is not None and banks.pays_in is not PaysIn.DEBTOR_CURRENCY)
    ):
        yield Violation(
            agreement,
            ("surplus",),
            "this table",
            "it only with tier = central_bank, asset = own_currencies and pays_in ="
            " debtor_currency: nowhere else a surplus comes to be; remove it",
        )
    if not terms.spent_first and not terms.limits:
        yield Violation(
            agreement,
            ("surplus", "spent_first"),
            "false without a limit",
            "true, or at least one [[surplus.limits]]; or remove the table",
        )
    said = [one.currency for one in terms.limits]
    for at, code in enumerate(said):
        if code not in agreement.currencies:
            listed = ", ".join(agreement.currencies)
            yield Violation(
                agreement,
                ("surplus", "limits", code, "currency"),
                code,
                f"one of the agreement's currencies: {listed}",
            )
        elif code in said[:at]:
            yield Violation(
                agreement, ("surplus", "limits", code, "currency"), f"{code} again", "each once"
            )
