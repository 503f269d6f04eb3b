"""Worth of amounts of several currencies in one, by named official rates, exactly.

Which rate values a currency is said by `comity.fx.choose_valuing_rate`. Nothing is rounded here: a
value is a fraction, and only what is shown of it is rounded.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from comity.fx import RateFound, choose_valuing_rate
from comity.money import currency
from comity.statistics.day import Day


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
        answer = choose_valuing_rate(day.rates, base=code, quote=target, on=day.business_date)
        if answer is None:
            unvalued.append(code)
        else:
            found[code] = answer
    return Valuation(target, found, tuple(unvalued))
