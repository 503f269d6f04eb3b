"""Converting amounts at an exact ratio, rounded once, with the residue kept.

A rate is between major units; amounts are in minor units. The exponents of both currencies go
into the ratio before the one rounding, so that roubles to yen round once and not twice.
"""

from dataclasses import dataclass
from math import gcd

from comity.money import Currency, multiply_divide_with_residue


@dataclass(frozen=True, slots=True)
class Conversion:
    """An exact ratio: 1 unit of one currency is `numerator / denominator` of another.

    Attributes:
        numerator: positive.
        denominator: positive.
    """

    numerator: int
    denominator: int

    def __post_init__(self) -> None:
        assert self.numerator > 0, "a rate is positive"
        assert self.denominator > 0, "a rate is positive"

    @property
    def inverse(self) -> "Conversion":
        """The same ratio the other way round, exactly."""
        return Conversion(self.denominator, self.numerator)


def minor_conversion(
    rate: Conversion, *, from_currency: Currency, to_currency: Currency
) -> Conversion:
    """Turn a ratio between major units into one between minor units, in lowest terms.

    Its two integers are what a compiled loop gives to `multiply_divide_int64`.

    Args:
        rate: 1 major unit of `from_currency` = the ratio in major units of `to_currency`.
        from_currency: of the amounts to be converted.
        to_currency: of the result.
    """
    numerator = rate.numerator * 10**to_currency.exponent
    denominator = rate.denominator * 10**from_currency.exponent
    divisor = gcd(numerator, denominator)
    return Conversion(numerator // divisor, denominator // divisor)


def convert_minor(
    amount_minor: int, *, rate: Conversion, from_currency: Currency, to_currency: Currency
) -> int:
    """Convert an amount, rounding half to even once.

    The result of a small amount may be zero; whether that is acceptable the caller decides.

    Args:
        amount_minor: minor units of `from_currency`.
        rate: 1 major unit of `from_currency` = the ratio in major units of `to_currency`.
        from_currency: of the amount.
        to_currency: of the result.

    Returns:
        Minor units of `to_currency`.
    """
    return convert_minor_with_residue(
        amount_minor, rate=rate, from_currency=from_currency, to_currency=to_currency
    )[0]


def convert_minor_with_residue(
    amount_minor: int, *, rate: Conversion, from_currency: Currency, to_currency: Currency
) -> tuple[int, int]:
    """Convert an amount and return also what rounding left over, so that it can be booked.

    Args:
        amount_minor: minor units of `from_currency`.
        rate: 1 major unit of `from_currency` = the ratio in major units of `to_currency`.
        from_currency: of the amount.
        to_currency: of the result.

    Returns:
        Minor units of `to_currency`, and the residue: what is to be added to them, in units of
        one minor unit of `to_currency` divided by the denominator of `minor_conversion`.
    """
    ratio = minor_conversion(rate, from_currency=from_currency, to_currency=to_currency)
    return multiply_divide_with_residue(amount_minor, ratio.numerator, ratio.denominator)
