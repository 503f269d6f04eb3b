"""Limits that participants set, or are set, on what they send net, and on what they are short of.

They bind one participant and protect its own liquidity, its counterparties or who keeps its
accounts; how far one account may go below zero is said with the account, ceilings of an agreement
with that.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class PositionLimitKind(StrEnum):
    """What a limit is counted over."""

    BILATERAL = "bilateral"  # net sent today to one counterparty
    MULTILATERAL = "multilateral"  # net sent today to all together
    NET_DEBIT_CAP = "net_debit_cap"  # owed in the open cycle of a netting pool
    SHORT_POSITIONS = "short_positions"  # below zero on its accounts of all currencies, together

    @property
    def is_of_a_day(self) -> bool:
        """Whether it is counted over what is sent within a day."""
        return self in {PositionLimitKind.BILATERAL, PositionLimitKind.MULTILATERAL}


@dataclass(frozen=True, slots=True)
class PositionLimit:
    """How much more a participant may send than it receives, in a day or in a netting cycle.

    Attributes:
        kind: over one counterparty or over all.
        participant: BIC of whoever is limited.
        currency: ISO 4217 code; of short positions the scheme's unit of valuation.
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


@dataclass(frozen=True, slots=True)
class Haircut:
    """How much less than its official value a currency counts where it covers a short position.

    A short position in it counts so much more.

    Attributes:
        currency: ISO 4217 code.
        percent: 0 or more, below 100.
    """

    currency: str
    percent: Decimal
