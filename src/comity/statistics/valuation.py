"""Worth of amounts of several currencies in one, by named official rates, exactly.

The fixing is that of the valuation currency's own central bank in force on the business day;
where it prints none of the pair, the other central banks' are taken in the order of their codes.
Nothing is rounded here: a value is a fraction, and only what is shown of it is rounded.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final

from comity.fx import PUBLISHERS, OfficialRate, RateChoice, RateFound, RateRule, choose_rate
from comity.money import currency
from comity.statistics.day import Day

STALE_AFTER_DAYS: Final = 5
"""A fixing older than this many days values nothing: a week-end and three holidays."""

JUMP_PERCENT: Final = Decimal(10)
"""A fixing that moved more than this against the one before values nothing."""

OWN_CENTRAL_BANK: Final[Mapping[str, str]] = {
    "AMD": "CBA",
    "BYN": "NBRB",
    "EUR": "ECB",
    "KGS": "NBKR",
    "KZT": "NBK",
    "RUB": "CBR",
    "TJS": "NBT",
}
"""Publisher of each currency's own central bank."""


@dataclass(frozen=True, slots=True)
class Valuation:
    """Rates into one currency on one day.

    Attributes:
        currency: ISO 4217 code everything is valued in.
        rates: the rate found for each other currency asked for.
        unvalued: codes no usable rate was found for, sorted.
    """

    currency: str
    rates: Mapping[str, RateFound]
    unvalued: tuple[str, ...]

    @property
    def rate_ids(self) -> tuple[str, ...]:
        """Identifiers of the rates, by the currency they value."""
        return tuple(self.rates[code].rate_id for code in sorted(self.rates))

    def value(self, amount_minor: Fraction | int, code: str) -> Fraction:
        """Return the exact worth in major units; zero for an unvalued currency, which is named."""
        major = Fraction(amount_minor, 10 ** currency(code).exponent)
        if code == self.currency:
            return major
        found = self.rates.get(code)
        if found is None:
            assert code in self.unvalued, "a valuation is asked only for what it was made for"
            return Fraction(0)
        return major * Fraction(found.conversion.numerator, found.conversion.denominator)


def valuation(day: Day, codes: Iterable[str]) -> Valuation:
    """Return the rates of the business day that value the currencies in the scheme's currency."""
    target = day.scheme.valuation_currency
    found: dict[str, RateFound] = {}
    unvalued = []
    for code in sorted(set(codes) - {target}):
        answer = _first_found(day.rates, code, target, day.business_date)
        if answer is None:
            unvalued.append(code)
        else:
            found[code] = answer
    return Valuation(target, found, tuple(unvalued))


def _first_found(
    rates: tuple[OfficialRate, ...], code: str, target: str, on: date
) -> RateFound | None:
    own = OWN_CENTRAL_BANK.get(target)
    for publisher in sorted(PUBLISHERS, key=lambda each: (each != own, each)):
        choice = RateChoice(
            publisher, RateRule.EFFECTIVE_ON_VALUE_DATE, STALE_AFTER_DAYS, JUMP_PERCENT
        )
        answer = choose_rate(rates, choice=choice, base=code, quote=target, on=on)
        if isinstance(answer, RateFound):
            return answer
    return None
