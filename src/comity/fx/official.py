"""One official rate as one central bank published it for one day.

The ratio is kept as two integers made from the printed decimals, so that nothing is ever lost to
binary or to a division that does not end.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from math import gcd
from types import MappingProxyType

PUBLISHERS: Mapping[str, str] = MappingProxyType(
    {
        "CBA": "Central Bank of Armenia",
        "CBR": "Bank of Russia",
        "ECB": "European Central Bank",
        "NBK": "National Bank of Kazakhstan",
        "NBKR": "National Bank of the Kyrgyz Republic",
        "NBRB": "National Bank of the Republic of Belarus",
        "NBT": "National Bank of Tajikistan",
    }
)
"""Code of each central bank whose fixings are read → its name."""


@dataclass(frozen=True, slots=True)
class OfficialRate:
    """A published rate: 1 unit of `base` is worth `numerator / denominator` units of `quote`.

    Attributes:
        publisher: a key of PUBLISHERS.
        base: the currency one unit of which is priced.
        quote: the currency the price is in.
        numerator: positive; with the denominator in lowest terms.
        denominator: positive.
        effective_on: first day the rate is in force; not the day it was published.
        valid_days: days it is published for, counted from `effective_on`; 1 for a daily fixing.
        nominal: how many units of `base` the printed value is for, as printed.
        value: the printed value, with the publisher's own decimal mark.
        source: name of the file it was read from.
    """

    publisher: str
    base: str
    quote: str
    numerator: int
    denominator: int
    effective_on: date
    valid_days: int
    nominal: str
    value: str
    source: str

    def __post_init__(self) -> None:
        assert self.numerator > 0, "a rate is positive"
        assert self.denominator > 0, "a rate is positive"
        assert gcd(self.numerator, self.denominator) == 1, "a ratio is in lowest terms"
        assert self.valid_days > 0, "a rate holds for its own day at least"
        assert self.base != self.quote, "a currency has no rate against itself"

    @property
    def pair(self) -> str:
        """The two currencies as the field writes them, such as `RUB/KGS`."""
        return f"{self.base}/{self.quote}"

    @property
    def rate_id(self) -> str:
        """What a settled payment stores, such as `NBKR:2026-05-24:RUB/KGS`."""
        return f"{self.publisher}:{self.effective_on}:{self.pair}"

    @property
    def ratio(self) -> Fraction:
        """The exact value of one unit of `base` in `quote`."""
        return Fraction(self.numerator, self.denominator)

    @property
    def valid_until(self) -> date:
        """The last day the publisher says the rate is for, inclusive."""
        return self.effective_on + timedelta(days=self.valid_days - 1)

    def __str__(self) -> str:
        """Return the rate in words, such as `NBKR 2026-05-24: 1 RUB = 1.2263 KGS`."""
        value = format_ratio(self.numerator, self.denominator)
        return f"{self.publisher} {self.effective_on}: 1 {self.base} = {value} {self.quote}"


def format_ratio(numerator: int, denominator: int) -> str:
    """Write a ratio exactly: as a decimal where it ends, else as the fraction itself.

    Args:
        numerator: not negative.
        denominator: positive, in lowest terms with the numerator.
    """
    twos, rest = _factor_out(denominator, 2)
    fives, rest = _factor_out(rest, 5)
    if rest != 1:
        return f"{numerator}/{denominator}"
    places = max(twos, fives)
    digits = str(numerator * 10**places // denominator).rjust(places + 1, "0")
    return f"{digits[:-places]}.{digits[-places:]}" if places else digits


def _factor_out(number: int, prime: int) -> tuple[int, int]:
    power = 0
    while number % prime == 0:
        number //= prime
        power += 1
    return power, number
