"""Worth of amounts of many days in one currency, at the official rate of each day, exactly."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from typing import Final

from comity.aggregates.periods import Period
from comity.fx import OfficialRate, choose_valuing_rate
from comity.money import CURRENCIES, HISTORIC_CURRENCIES

METHOD: Final = (
    "each day's sums at the official rates in force on that day: those of the valuing currency's"
    " own central bank, else of the others in order of their codes; as published or inverted, never"
    " through a third currency; none older than 5 days or more than 10 % away from the one before"
)


def exponent_of(code: str) -> int:
    """Return the decimals of a currency; of one no longer in use 2, as all of ours had."""
    if code in HISTORIC_CURRENCIES:
        return 2
    return CURRENCIES[code].exponent


@dataclass(slots=True)
class Valuer:
    """Rates into one currency.

    Attributes:
        currency: ISO 4217 code everything is valued in.
        rates: everything published that is known.
        used: identifiers of the rates used so far.
        unvalued: currencies and days no usable rate was found for.
    """

    currency: str
    rates: tuple[OfficialRate, ...]
    used: set[str] = field(default_factory=set)
    unvalued: set[tuple[str, date]] = field(default_factory=set)
    _by_code: dict[str, tuple[OfficialRate, ...]] = field(default_factory=dict)
    _factors: dict[tuple[str, date], Fraction | None] = field(default_factory=dict)

    def factor(self, code: str, day: date) -> Fraction | None:
        """Return minor units of the valuing currency for one of another, None without a rate."""
        if code == self.currency:
            return Fraction(1)
        key = (code, day)
        if key not in self._factors:
            self._factors[key] = self._found(code, day)
        return self._factors[key]

    def worth(self, amount_minor: int, code: str, day: date) -> Fraction | None:
        """Return what an amount is worth, minor units of the valuing currency."""
        factor = self.factor(code, day)
        return None if factor is None else amount_minor * factor

    def mean_factor(self, code: str, first: date, last: date) -> Fraction | None:
        """Return the mean of the factors of all calendar days of a span that have one."""
        if code == self.currency:
            return Fraction(1)
        days = (first + timedelta(days=n) for n in range((last - first).days + 1))
        known = self.unvalued.copy()
        found = [one for one in (self.factor(code, day) for day in days) if one is not None]
        self.unvalued.clear()
        self.unvalued.update(known)
        return sum(found, Fraction(0)) / len(found) if found else None

    def _found(self, code: str, day: date) -> Fraction | None:
        if code not in self._by_code:
            pair = {code, self.currency}
            self._by_code[code] = tuple(one for one in self.rates if {one.base, one.quote} == pair)
        found = choose_valuing_rate(self._by_code[code], base=code, quote=self.currency, on=day)
        if found is None:
            self.unvalued.add((code, day))
            return None
        self.used.add(found.rate_id)
        ratio = Fraction(found.conversion.numerator, found.conversion.denominator)
        return ratio * Fraction(10) ** (exponent_of(self.currency) - exponent_of(code))


def gaps_in_words(valuer: Valuer, period: Period) -> str:
    """Return which currencies have no usable rate on some day of a period, empty for none."""
    found: dict[str, list[date]] = {}
    for code, day in sorted(valuer.unvalued):
        if period.start <= day <= period.end:
            found.setdefault(code, []).append(day)
    return "; ".join(
        f"no usable official rate values {code} in {valuer.currency} on {days[0]}"
        + (f" and {len(days) - 1} more days" if len(days) > 1 else "")
        for code, days in found.items()
    )


def sums_by_code(pairs: Iterable[tuple[str, int]]) -> Mapping[str, int]:
    """Return the sums of amounts by currency."""
    found: dict[str, int] = {}
    for code, amount in pairs:
        found[code] = found.get(code, 0) + amount
    return found
