"""Limits that participants set, or are set, on what they send net within a day.

They bind one participant in one currency and protect its own liquidity or its counterparties;
how far an account may go below zero is said with the account, ceilings of an agreement with that.
"""

from dataclasses import dataclass
from enum import StrEnum


class PositionLimitKind(StrEnum):
    """What a limit is counted over."""

    BILATERAL = "bilateral"  # net sent today to one counterparty
    MULTILATERAL = "multilateral"  # net sent today to all together
    NET_DEBIT_CAP = "net_debit_cap"  # owed in the open cycle of a netting pool


@dataclass(frozen=True, slots=True)
class PositionLimit:
    """How much more a participant may send than it receives, in a day or in a netting cycle.

    Attributes:
        kind: over one counterparty or over all.
        participant: BIC of whoever is limited.
        currency: ISO 4217 code.
        counterparty: BIC, exactly with a bilateral limit.
        pool: netting pool, exactly with a net debit cap.
        limit_minor: minor units, ≥ 0; what is received adds to what may be sent.
    """

    kind: PositionLimitKind
    participant: str
    currency: str
    counterparty: str | None
    limit_minor: int
    pool: str | None = None

    @property
    def order(self) -> tuple[str, ...]:
        """Its place among others."""
        other = self.counterparty or self.pool or ""
        return self.currency, self.participant, self.kind, other
