"""What becomes of the money that one central bank holds with the other.

Where the one that owes pays in its own currency, its partner's balance with it piles up. The terms
say what that surplus is used for, and how large it may grow.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SurplusLimit:
    """How much the partner may hold in a currency with the central bank that issues it.

    Attributes:
        currency: ISO 4217 code.
        most_minor: minor units, 0 or more.
    """

    currency: str
    most_minor: int


@dataclass(frozen=True, slots=True)
class SurplusTerms:
    """How a surplus is used and bounded.

    Attributes:
        spent_first: that the one that owes pays first out of what it holds with its partner, in
            the partner's currency; only the rest in its own.
        limits: at most one a currency; what would go beyond is paid in the creditor's currency.
    """

    spent_first: bool
    limits: tuple[SurplusLimit, ...]

    def __post_init__(self) -> None:
        """Put the limits into canonical order, so that equal terms are equal."""
        ordered = tuple(sorted(self.limits, key=lambda one: one.currency))
        object.__setattr__(self, "limits", ordered)

    def most_minor(self, currency: str) -> int | None:
        """Return the limit of a currency, None where it has none."""
        return next((one.most_minor for one in self.limits if one.currency == currency), None)
