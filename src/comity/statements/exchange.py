"""The official rate of a payment in two currencies, as a statement shows it."""

from collections.abc import Iterator
from typing import Final

from comity.agreements.terms import Agreement, ConversionTerms
from comity.fx import Conversion, RateAnswer, RateFound, choose_rate
from comity.money import format_amount_minor, multiply_divide
from comity.statements.daybook import DayBook

RATE_DECIMALS_MAX: Final = 10
"""Decimals of an exchange rate in a statement (ISO 20022 BaseOneRate)."""

RATE_DIGITS_MAX: Final = 11
"""Digits of it in all (ISO 20022 BaseOneRate)."""


def agreed_rate(book: DayBook, agreement: Agreement, *, base: str, quote: str) -> RateFound | None:
    """Return the fixing an agreement names for the day, None where it has none or none holds."""
    if agreement.conversion is None:
        return None
    answer = _answer(book, agreement.conversion, base=base, quote=quote)
    return answer if isinstance(answer, RateFound) else None


def agreed_rates(book: DayBook) -> Iterator[tuple[str, RateAnswer]]:
    """Yield each agreement in force that converts, with the rate it names or why there is none."""
    for agreement in book.scheme.agreements_in_force(book.business_date):
        if agreement.conversion is not None:
            base, quote = (
                one.currency for one in book.scheme.members if one.country in agreement.parties
            )
            yield agreement.key, _answer(book, agreement.conversion, base=base, quote=quote)


def _answer(book: DayBook, terms: ConversionTerms, *, base: str, quote: str) -> RateAnswer:
    return choose_rate(
        book.rates, choice=terms.choice, base=base, quote=quote, on=book.business_date
    )


def rate_text(ratio: Conversion) -> str:
    """Return a rate with as many decimals as a statement can hold, rounded half to even once."""
    whole_digits = len(str(ratio.numerator // ratio.denominator))
    decimals = min(RATE_DECIMALS_MAX, max(RATE_DIGITS_MAX - whole_digits, 0))
    scaled = multiply_divide(ratio.numerator, 10**decimals, ratio.denominator)
    text = format_amount_minor(scaled, decimals)
    return text.rstrip("0").rstrip(".") if "." in text else text
