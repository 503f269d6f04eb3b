"""Numbers as people read them: thousands grouped, units named, rounded only for show."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from comity.money import currency, format_amount_minor
from comity.statistics.exact import decimal_text

GROUP_MARK: Final = "\u202f"
"""Narrow no-break space between groups of three digits."""

MINUS: Final = "\u2212"

_SCALES: Final = ((10**9, "billion "), (10**6, "million "), (10**3, "thousand "), (1, ""))


@dataclass(frozen=True, slots=True)
class Scale:
    """A unit in which amounts of one currency are drawn.

    Attributes:
        divisor: major units in it.
        unit: its name, such as `million RUB`.
        minor_per_unit: minor units in it.
    """

    divisor: int
    unit: str
    minor_per_unit: int


def grouped(text: str) -> str:
    """Return a plain decimal number with its whole part in groups of three."""
    sign, digits = (MINUS, text[1:]) if text.startswith("-") else ("", text)
    whole, point, rest = digits.partition(".")
    return f"{sign}{int(whole):,}".replace(",", GROUP_MARK) + point + rest


def count(number: int) -> str:
    """Return a whole number in groups of three."""
    return grouped(str(number))


def amount(minor: int, code: str) -> str:
    """Return an amount in major units with all decimals and without its currency."""
    return grouped(format_amount_minor(minor, currency(code).exponent))


def percent(value: Fraction | None, decimals: int = 1) -> str:
    """Return a share as a percentage, a dash where there is none."""
    text = decimal_text(None if value is None else value * 100, decimals)
    return "–" if text is None else f"{grouped(text)}{GROUP_MARK}%"


def rounded(value: Fraction, decimals: int = 1) -> str:
    """Return a number rounded half to even, in groups of three."""
    text = decimal_text(value, decimals)
    assert text is not None, "a number has a text"
    return grouped(text)


def scale_for(greatest_minor: int, code: str) -> Scale:
    """Return the unit in which amounts up to the given one have at most four digits."""
    per_major = 10 ** currency(code).exponent
    for divisor, name in _SCALES:
        if greatest_minor >= divisor * per_major:
            return Scale(divisor, f"{name}{code}", divisor * per_major)
    return Scale(1, code, per_major)


def in_words(minor: int, code: str) -> str:
    """Return an amount rounded to one decimal of a readable unit, such as `12.4 million RUB`."""
    scale = scale_for(abs(minor), code)
    return f"{rounded(Fraction(minor, scale.minor_per_unit))} {scale.unit}"
