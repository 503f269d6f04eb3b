"""Terms under which payments in two currencies go through dealers: who deals, at which quotes.

A dealer is a bank that sells the payee's currency for the payer's at a price it has quoted. The
quotes themselves change by the hour and stand outside the agreement: `comity.agreements.quotes`.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from comity.fx import RateChoice, RateRule


class QuoteForm(StrEnum):
    """How dealers say their price."""

    ABSOLUTE = "absolute"  # so much of one currency for one unit of the other
    AROUND_FIXING = "around_fixing"  # so many percent from the official rate


@dataclass(frozen=True, slots=True)
class Dealer:
    """A participant appointed to deal.

    Attributes:
        participant: BIC.
        pays_out: ISO 4217 codes of what it may sell, in alphabetical order.
    """

    participant: str
    pays_out: tuple[str, ...]

    def __post_init__(self) -> None:
        """Put the currencies into canonical order."""
        object.__setattr__(self, "pays_out", tuple(sorted(self.pays_out)))


@dataclass(frozen=True, slots=True)
class NamedDealer:
    """A bank that always deals with one dealer, whatever others quote.

    Attributes:
        participant: BIC of the payer's bank.
        dealer: BIC of the dealer that takes its currency.
    """

    participant: str
    dealer: str


@dataclass(frozen=True, slots=True)
class DealingTerms:
    """Who deals under an agreement, and which quotes hold.

    Dealers and named dealers are sets: however they were given, they stand in order of BIC.

    Attributes:
        dealers: who is appointed.
        named: who deals with whom; everybody else with whoever quotes best.
        quotes: how prices are said.
        fixings: publishers of the official rate, the first that has a pair is asked; none where
            quotes are held against nothing.
        rule: which of their fixings.
        stale_after_days: a fixing older than this many days is not used.
        jump_percent: a change against the fixing before above this is quarantined, > 0.
        away_max_percent: a quote further than this from the official rate is held back, > 0; None
            where there is no official rate.
        requote_max_percent: how much more than at its first quote a payer pays at most, once that
            has lapsed, ≥ 0.
        vehicle: ISO 4217 code of the currency over which two dealers deal; None where one dealer
            takes the payer's currency and pays the payee's.
    """

    dealers: tuple[Dealer, ...]
    named: tuple[NamedDealer, ...]
    quotes: QuoteForm
    fixings: tuple[str, ...]
    rule: RateRule
    stale_after_days: int
    jump_percent: Decimal
    away_max_percent: Decimal | None
    requote_max_percent: Decimal
    vehicle: str | None

    def __post_init__(self) -> None:
        """Put the sets into canonical order."""
        dealers = tuple(sorted(self.dealers, key=lambda each: each.participant))
        named = tuple(sorted(self.named, key=lambda each: each.participant))
        object.__setattr__(self, "dealers", dealers)
        object.__setattr__(self, "named", named)

    @property
    def choices(self) -> tuple[RateChoice, ...]:
        """The official rates to be asked for, in order, as `comity.fx.choose_rate` takes them."""
        return tuple(
            RateChoice(each, self.rule, self.stale_after_days, self.jump_percent)
            for each in self.fixings
        )

    def dealer(self, bic: str) -> Dealer | None:
        """Return an appointed dealer by its BIC, None where it is none."""
        return next((each for each in self.dealers if each.participant == bic), None)
