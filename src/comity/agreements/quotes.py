"""What a dealer quotes: for which pair, which way, at which price, how long, for how much.

A pair is written as the market writes it: *base* is priced in *quote* currency. A dealer that sells
the base takes the quote currency and pays the base out; one that buys it, the other way round.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from comity.money import currency

QUOTES_MAX = 2**15 - 1
"""Quotes that one business day can number."""


class QuoteSide(StrEnum):
    """What the dealer does with the base currency."""

    SELL = "sell"
    BUY = "buy"


@dataclass(frozen=True, slots=True)
class Quote:
    """A price at which a dealer deals, whatever payment comes.

    Attributes:
        agreement: id of the agreement under which it is quoted.
        dealer: BIC.
        base: ISO 4217 code of the currency that is priced.
        quote: ISO 4217 code of the currency of the price.
        side: what the dealer does with the base.
        numerator: price in units of `quote` ...
        denominator: ... for so many units of `base`; both above 0, or None with a spread.
        spread_percent: how far from the official rate, to the dealer's favour, ≥ 0 and below 100;
            None with a price.
        from_us: from when it holds, UTC microseconds.
        until_us: until when, inclusive.
        amount_max_minor: how much the dealer pays out at it in all, minor units of what it pays
            out; None without end.
    """

    agreement: str
    dealer: str
    base: str
    quote: str
    side: QuoteSide
    numerator: int | None
    denominator: int | None
    spread_percent: Decimal | None
    from_us: int
    until_us: int
    amount_max_minor: int | None

    @property
    def pays_out(self) -> str:
        """What the dealer sells."""
        return self.base if self.side is QuoteSide.SELL else self.quote

    @property
    def takes(self) -> str:
        """What the dealer is paid in."""
        return self.quote if self.side is QuoteSide.SELL else self.base

    def cost(self, official: Fraction | None) -> Fraction | None:
        """Return the minor units that the dealer takes for one that it pays out, exact.

        Args:
            official: the same at the official rate; asked only of a quote around it.

        Returns:
            None where it is around an official rate and there is none.
        """
        if self.numerator is not None and self.denominator is not None:
            price = Fraction(self.numerator, self.denominator)
            major = price if self.side is QuoteSide.SELL else 1 / price
            return major * _minor_units(self.takes) / _minor_units(self.pays_out)
        if official is None or self.spread_percent is None:
            return None
        spread = Fraction(self.spread_percent) / 100
        # The spread is on the price, so a lower bid makes what is paid out dearer by its inverse.
        return official * (1 + spread) if self.side is QuoteSide.SELL else official / (1 - spread)

    @property
    def order(self) -> tuple[object, ...]:
        """Where it stands among others: by agreement, beginning, dealer and pair."""
        price = Fraction(self.numerator or 0, self.denominator or 1)
        return (
            *(self.agreement, self.from_us, self.dealer, self.base, self.quote, self.side),
            *(self.until_us, price, self.spread_percent or 0, self.amount_max_minor or 0),
        )


def _minor_units(code: str) -> int:
    return int(10 ** currency(code).exponent)
