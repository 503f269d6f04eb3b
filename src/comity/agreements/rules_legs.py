"""Whether terms of payment versus payment fit an agreement and the scheme it belongs to."""

from collections.abc import Iterator

from comity.agreements.netting_terms import CycleNetting
from comity.agreements.scheme import Scheme
from comity.agreements.terms import Agreement, SettlementMode, SettlementTier
from comity.agreements.violations import Violation

_PATH = ("payment_versus_payment",)


def find_leg_violations(agreement: Agreement) -> Iterator[Violation]:
    """Yield every rule of payment versus payment that an agreement breaks by itself."""
    terms, settlement = agreement.payment_versus_payment, agreement.settlement
    if terms is None:
        return
    if settlement.tier is not SettlementTier.PARTICIPANT:
        yield Violation(
            agreement,
            _PATH,
            f"this table with tier = {settlement.tier}",
            "it only with tier = participant: each leg is paid between banks in one currency",
        )
    if len(agreement.currencies) < 2:
        found = ", ".join(agreement.currencies) or "none"
        yield Violation(agreement, ("currencies",), found, "at least two, for the two legs")
    if settlement.netting is CycleNetting.BILATERAL:
        yield Violation(
            agreement,
            _PATH,
            "this table with netting = bilateral",
            "it only with netting = multilateral: pairs of one currency settle without the other",
        )
    if terms.expires_at is not None and settlement.mode is SettlementMode.CYCLE:
        yield Violation(
            agreement,
            (*_PATH, "expires_at"),
            f"{terms.expires_at:%H:%M} with mode = cycle",
            "it only with mode = gross or both: what waits for a cycle stays in it",
        )


def find_capped_leg_violations(scheme: Scheme) -> Iterator[Violation]:
    """Yield the net debit caps of pools in which legs are netted, which would part them."""
    capped = {one.pool for one in scheme.position_limits if one.pool is not None}
    for agreement in scheme.agreements:
        if agreement.payment_versus_payment is None:
            continue
        pool = agreement.settlement.netting_pool
        if pool is not None and pool in capped:
            yield Violation(
                agreement,
                _PATH,
                f"this table in the netting pool {pool}, which has net debit caps",
                "no cap of kind net_debit_cap on the pool: a cap could stop one leg alone",
            )
