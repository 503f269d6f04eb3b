"""Amounts as whole numbers of minor units, and their text in major units.

`Money` is for boundaries where the currency could be wrong; inside a ledger, whose accounts have
one currency each, an amount is a plain integer named `…_minor`.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from comity.errors import CurrencyMismatchError, RejectedError
from comity.money.currencies import Currency

AMOUNT_MINOR_MAX: Final = 10**15 - 1
"""Greatest amount of one payment, in minor units."""

BALANCE_MINOR_MAX: Final = 4 * 10**18
"""Greatest absolute balance or sum, in minor units; two of them still fit 64 bits unsigned."""

# Digits are spelt out because `\d` without the ASCII flag also takes the digits of other scripts.
_AMOUNT = re.compile(r"([0-9]+)(?:\.([0-9]+))?")
_DIGITS_MAX = len(str(AMOUNT_MINOR_MAX))
_SHOWN_MAX = 40

AmountFault = Literal["syntax", "decimals", "range"]
"""Why a text is not an amount, from the most to the least fundamental."""

_EXPECTED: Final = {
    "syntax": "digits, and where needed a point and more digits",
    "decimals": "at most {exponent} decimals",
    "range": "at most {digits_max} digits in minor units",
}


class AmountError(RejectedError):
    """A text is not an amount of the currency it stands for.

    Attributes:
        text: the text as found.
        reason: `syntax` (not a plain decimal number), `decimals` (more than the currency has)
            or `range` (above AMOUNT_MINOR_MAX).
    """

    def __init__(self, text: str, *, exponent: int, reason: AmountFault) -> None:
        shown = text if len(text) <= _SHOWN_MAX else f"{text[:_SHOWN_MAX]}…"
        expected = _EXPECTED[reason].format(exponent=exponent, digits_max=_DIGITS_MAX)
        super().__init__(f"amount: found {shown!r}, expected {expected}")
        self.text = text
        self.reason: AmountFault = reason


@dataclass(frozen=True, slots=True)
class Money:
    """An amount of one currency; two currencies never meet in one sum.

    Attributes:
        amount_minor: whole minor units, of either sign.
        currency: what they are units of.
    """

    amount_minor: int
    currency: Currency

    def __str__(self) -> str:
        """Return the amount in major units with its code, such as `12.50 KGS`."""
        return f"{format_amount_minor(self.amount_minor, self.currency.exponent)} {self.currency}"

    def __add__(self, other: "Money") -> "Money":
        """Add money of the same currency, else raise CurrencyMismatchError."""
        return Money(self.amount_minor + self._minor_of(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        """Subtract money of the same currency, else raise CurrencyMismatchError."""
        return Money(self.amount_minor - self._minor_of(other), self.currency)

    def __neg__(self) -> "Money":
        """Return the same amount with the other sign."""
        return Money(-self.amount_minor, self.currency)

    def __lt__(self, other: "Money") -> bool:
        """Compare money of the same currency, else raise CurrencyMismatchError."""
        return self.amount_minor < self._minor_of(other)

    def __le__(self, other: "Money") -> bool:
        """Compare money of the same currency, else raise CurrencyMismatchError."""
        return self.amount_minor <= self._minor_of(other)

    def __gt__(self, other: "Money") -> bool:
        """Compare money of the same currency, else raise CurrencyMismatchError."""
        return self.amount_minor > self._minor_of(other)

    def __ge__(self, other: "Money") -> bool:
        """Compare money of the same currency, else raise CurrencyMismatchError."""
        return self.amount_minor >= self._minor_of(other)

    def _minor_of(self, other: "Money") -> int:
        if other.currency != self.currency:
            raise CurrencyMismatchError(
                f"currency: found {other.currency}, expected {self.currency};"
                " convert at a named rate first"
            )
        return other.amount_minor


def total(amounts: Iterable[Money], currency: Currency) -> Money:
    """Add amounts of one currency; the sum of none is zero of that currency.

    Raises:
        CurrencyMismatchError: one of the amounts is in another currency.
    """
    sum_so_far = Money(0, currency)
    for amount in amounts:
        sum_so_far += amount
    return sum_so_far


def parse_amount_minor(text: str, exponent: int) -> int:
    """Read an unsigned amount in major units as whole minor units, exactly.

    Only ASCII digits with at most one point between them are read: no sign, space, exponent,
    grouping or digit of another script. Zero is an amount here; who refuses it is the caller.

    Args:
        text: the amount as written in a message or file, such as `1250.5`.
        exponent: decimals of the currency; more decimals are refused even when they are zeros.

    Raises:
        AmountError: with `reason` saying which of the three rules the text breaks.
    """
    matched = _AMOUNT.fullmatch(text)
    if matched is None:
        raise AmountError(text, exponent=exponent, reason="syntax")
    whole, decimals = matched[1], matched[2] or ""
    if len(decimals) > exponent:
        raise AmountError(text, exponent=exponent, reason="decimals")
    digits = (whole + decimals.ljust(exponent, "0")).lstrip("0")
    # The length is judged before `int`, which is slow on very long texts.
    if len(digits) > _DIGITS_MAX:
        raise AmountError(text, exponent=exponent, reason="range")
    return int(digits or "0")


def format_amount_minor(minor: int, exponent: int) -> str:
    """Write whole minor units in major units, with a sign if negative and all decimals.

    Args:
        minor: whole minor units, of either sign.
        exponent: decimals of the currency.
    """
    sign = "-" if minor < 0 else ""
    digits = str(abs(minor)).rjust(exponent + 1, "0")
    if exponent == 0:
        return sign + digits
    return f"{sign}{digits[:-exponent]}.{digits[-exponent:]}"
