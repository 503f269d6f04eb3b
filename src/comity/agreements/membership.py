"""Who belongs to a scheme: member countries, their participants, and the accounts these hold.

A *member* is a country with its currency and the settlement agent (as a rule the central bank)
that keeps the accounts in that currency. A *participant* is a bank. An account is held with
the settlement agent of its currency, or, where a bank has none there, with a correspondent.
"""

from dataclasses import dataclass
from datetime import time
from enum import StrEnum


class Tier(StrEnum):
    """How a participant reaches the settlement accounts."""

    DIRECT = "direct"  # holds settlement accounts itself
    INDIRECT = "indirect"  # pays through the accounts of its sponsors only


class ParticipantStatus(StrEnum):
    """What a participant may do today."""

    ACTIVE = "active"  # sends and receives
    RESTRICTED = "restricted"  # receives, and may not be debited
    SUSPENDED = "suspended"  # neither sends nor receives


class AccountKind(StrEnum):
    """In whose books an account stands, and so which money it holds."""

    SETTLEMENT = "settlement"  # with the settlement agent of the currency: central-bank money
    LORO = "loro"  # with a correspondent bank: commercial-bank money


@dataclass(frozen=True, slots=True)
class Member:
    """A country that takes part, with its currency.

    Attributes:
        country: ISO 3166-1 alpha-2.
        name: as people write it.
        currency: ISO 4217 code; no two members share one.
        agent: BIC of the settlement agent of that currency.
        time_zone: IANA name; local days and times of the country are in it.
    """

    country: str
    name: str
    currency: str
    agent: str
    time_zone: str


@dataclass(frozen=True, slots=True)
class AgentHours:
    """When a settlement agent works, on each day that its calendar does not leave out.

    Attributes:
        time_zone: IANA name of both times.
        opens: local time.
        closes: local time, the same day.
    """

    time_zone: str
    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class VehicleCurrency:
    """A currency over which others settle and that is no member's.

    Only settlement agents of members and dealers in it hold accounts in it; no payment is made
    in it.

    Attributes:
        currency: ISO 4217 code.
        name: as people write it.
        country: ISO 3166-1 alpha-2 of whose calendar says when its agent works.
        agent: BIC of the settlement agent of that currency.
        hours: when that agent works; None whenever the scheme is open.
    """

    currency: str
    name: str
    country: str
    agent: str
    hours: AgentHours | None = None


@dataclass(frozen=True, slots=True)
class Participant:
    """A bank that sends or receives payments in the scheme.

    Attributes:
        bic: BIC of 8 characters for the head office, of 11 for a branch.
        name: as people write it.
        country: ISO 3166-1 alpha-2 of a member.
        tier: direct or through sponsors.
        status: what it may do.
        group: name of the group of affiliates it fails with; None where it stands alone.
    """

    bic: str
    name: str
    country: str
    tier: Tier
    status: ParticipantStatus
    group: str | None = None


@dataclass(frozen=True, slots=True)
class AccountTerms:
    """An account, what it opens with, and how far it may go below zero.

    Attributes:
        participant: BIC of the holder: a participant, or for a settlement account also the
            settlement agent of another member; in a vehicle currency such an agent or a dealer.
        currency: ISO 4217 code.
        kind: settlement or loro.
        agent: BIC of whoever keeps the account: the settlement agent of the currency, or the
            correspondent.
        opening_balance_minor: balance when the books are opened, minor units, ≥ 0.
        limit_minor: how far below zero the balance may go, minor units, ≥ 0; 0 means not at
            all, None without limit.
        reserved_urgent_minor: what high and normal payments must leave, minor units, ≥ 0.
        reserved_high_minor: what normal payments must leave besides, minor units, ≥ 0.
    """

    participant: str
    currency: str
    kind: AccountKind
    agent: str
    opening_balance_minor: int
    limit_minor: int | None
    reserved_urgent_minor: int = 0
    reserved_high_minor: int = 0

    @property
    def name(self) -> str:
        """Name as books write it: `kind:holder@keeper/currency`."""
        return f"{self.kind}:{self.participant}@{self.agent}/{self.currency}"
