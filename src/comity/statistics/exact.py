"""Exact fractions as decimal text, rounded once, half to even."""

from fractions import Fraction
from typing import Final

from comity.money import format_amount_minor, multiply_divide

SHARE_DECIMALS: Final = 6
"""Decimals of every share and ratio in machine-readable output."""


def share(numerator: Fraction | int, denominator: Fraction | int) -> Fraction | None:
    """Return the quotient, or None where the denominator is zero: nothing has no share."""
    return Fraction(numerator) / Fraction(denominator) if denominator else None


def decimal_text(value: Fraction | None, decimals: int = SHARE_DECIMALS) -> str | None:
    """Return the value with so many decimals, None for None."""
    if value is None:
        return None
    scaled = multiply_divide(value.numerator, 10**decimals, value.denominator)
    return format_amount_minor(scaled, decimals)
