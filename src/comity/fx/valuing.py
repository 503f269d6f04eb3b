"""What a currency is worth in another one when nobody's agreement names a fixing.

For adding up amounts of several currencies, never for paying one out for another. The fixing is
that of the valuing currency's own central bank in force on the day; where it prints none of the
pair, the other central banks' are taken in the order of their codes. Never a cross rate.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final

from comity.fx.choice import RateChoice, RateFound, RateRule, choose_rate
from comity.fx.conversion import Conversion, minor_conversion
from comity.fx.official import PUBLISHERS, OfficialRate
from comity.money import Currency

VALUING_STALE_AFTER_DAYS: Final = 5
"""A fixing older than this many days values nothing: a week-end and three holidays."""

VALUING_JUMP_PERCENT: Final = Decimal(10)
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


def minor_value(
    rates: Iterable[OfficialRate], one: Currency, unit: Currency, on: date
) -> Fraction | None:
    """Return what a minor unit of a currency is worth in those of another, None without a rate.

    Args:
        rates: everything published that is known.
        one: the currency to be valued.
        unit: the currency it is valued in; may be the same.
        on: the business day.
    """
    rate = Conversion(1, 1)
    if one != unit:
        answer = choose_valuing_rate(rates, base=one.code, quote=unit.code, on=on)
        if answer is None:
            return None
        rate = answer.conversion
    minor = minor_conversion(rate, from_currency=one, to_currency=unit)
    return Fraction(minor.numerator, minor.denominator)


def choose_valuing_rate(
    rates: Iterable[OfficialRate], *, base: str, quote: str, on: date
) -> RateFound | None:
    """Return the rate that values one currency in another on a day, None where none is usable.

    Args:
        rates: everything published that is known; of any publishers, pairs and days.
        base: code of the currency to be valued.
        quote: code of the currency it is valued in; not the same.
        on: the business day.
    """
    known = tuple(rates)
    own = OWN_CENTRAL_BANK.get(quote)
    for publisher in sorted(PUBLISHERS, key=lambda each: (each != own, each)):
        choice = RateChoice(
            publisher,
            RateRule.EFFECTIVE_ON_VALUE_DATE,
            VALUING_STALE_AFTER_DAYS,
            VALUING_JUMP_PERCENT,
        )
        answer = choose_rate(known, choice=choice, base=base, quote=quote, on=on)
        if isinstance(answer, RateFound):
            return answer
    return None
