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


@dataclass(frozen=True, slots=True)
class PositionLimit:
    """How much more a participant may send than it receives, gross, within a business day.

    Attributes:
        kind: over one counterparty or over all.
        participant: BIC of whoever is limited.
        currency: ISO 4217 code.
        counterparty: BIC, exactly with a bilateral limit.
        limit_minor: minor units, ≥ 0; what is received adds to what may be sent.
    """

    kind: PositionLimitKind
    participant: str
    currency: str
    counterparty: str | None
    limit_minor: int

    @property
    def order(self) -> tuple[str, str, str, str]:
        """Its place among others."""
        return self.currency, self.participant, self.kind, self.counterparty or ""
