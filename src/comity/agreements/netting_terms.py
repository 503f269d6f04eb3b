"""How netting cycles settle, and what is drawn when a debtor cannot pay: terms of an agreement.

The resources themselves (collateral, credit lines, contributions to the guarantee fund) belong to
participants, not to agreements: `ResourceTerms` says what there is, `ShortfallTerms` in which order
it is drawn.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from comity.fx import RateChoice, RateRule


class CycleNetting(StrEnum):
    """Between whom a cycle's payments are set off."""

    MULTILATERAL = "multilateral"  # one position for each participant, against all others
    BILATERAL = "bilateral"  # one net amount for each pair, settled pair by pair


class ShortfallLayer(StrEnum):
    """What a debtor of a cycle pays from; the words of `comity.netting.LayerSource`."""

    OWN_BALANCE = "own_balance"  # its settlement account, with its limit
    COLLATERAL = "collateral"  # reserved by it for this
    CREDIT_LINE = "credit_line"  # lent to it by the settlement agent
    GUARANTEE_FUND = "guarantee_fund"  # paid in by several, used for any of them


class AfterShortfall(StrEnum):
    """What happens to a cycle that the layers do not cover."""

    ROLL = "roll"  # the least that the order of payments allows is taken out, the rest settles
    ABORT = "abort"  # nothing of it settles


class Repaid(StrEnum):
    """When a debtor gives back what it drew."""

    AT_CLOSE = "at_close"  # from its own account, as far as its balance goes; the rest is carried
    CARRIED_OVER = "carried_over"  # not by itself: it stays drawn until somebody says otherwise


@dataclass(frozen=True, slots=True)
class ShortfallTerms:
    """The waterfall of a netting pool.

    Attributes:
        layers: in the order in which they are drawn, own balance first.
        then: what happens if they do not suffice.
        repaid: when draws are given back; the same in all agreements of a scheme.
    """

    layers: tuple[ShortfallLayer, ...]
    then: AfterShortfall
    repaid: Repaid = Repaid.AT_CLOSE


@dataclass(frozen=True, slots=True)
class CycleConversion:
    """Whose fixing converts the positions of a pool into its settlement asset, and which one.

    Attributes:
        fixing: code of the publisher, such as `NBKR`.
        rule: which of its fixings.
        stale_after_days: a fixing older than this many days is not used.
        jump_percent: a change against the fixing before above this is quarantined, > 0.
    """

    fixing: str
    rule: RateRule
    stale_after_days: int
    jump_percent: Decimal

    @property
    def choice(self) -> RateChoice:
        """The terms in the form `comity.fx.choose_rate` takes them."""
        return RateChoice(self.fixing, self.rule, self.stale_after_days, self.jump_percent)


class ResourceKind(StrEnum):
    """What stands behind a participant's positions besides its balance."""

    COLLATERAL = "collateral"
    CREDIT_LINE = "credit_line"
    GUARANTEE_FUND = "guarantee_fund"


@dataclass(frozen=True, slots=True)
class ResourceTerms:
    """What one participant has put up, or may draw, in one currency.

    Attributes:
        participant: BIC of a bank with a settlement account in the currency.
        currency: ISO 4217 code.
        kind: what it is.
        amount_minor: above zero: money booked when the books are opened, or for a credit line how
            much may be drawn at most.
    """

    participant: str
    currency: str
    kind: ResourceKind
    amount_minor: int
