"""Payments between two countries in one currency, taken as payments in two.

Where payer and payee each use the money of their own country, an official rate stands between them.
What the payee gets is the payment's amount, where that is in the payee's currency; an amount in the
payer's currency is converted once, half to even. Everything else stays as it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final

import numpy as np
from numpy.typing import NDArray

from comity.business_calendar import days_to_date
from comity.errors import UsageError
from comity.fx import (
    JUMP_PERCENT_MAX,
    PUBLISHERS,
    OfficialRate,
    RateChoice,
    RateFound,
    RateRule,
    choose_rate,
)
from comity.money import CURRENCIES, currency, currency_by_number
from comity.simulator.payment_table import PaymentTable

Bools = NDArray[np.bool_]
Int16s = NDArray[np.int16]
Int64s = NDArray[np.int64]

STALE_AFTER_DAYS: Final = 31
"""Calendar days for which a trial goes on with an official rate; the report names those used."""

_EURO = frozenset("AT BE BG CY DE EE ES FI FR GR HR IE IT LT LU LV MT NL PT SI SK".split())  # noqa: SIM905 a line, not twenty-one
_NOT_BY_ITS_LETTERS = {"CH": "CHF", "UY": "UYU"}


def home_currency(country: str) -> str | None:
    """Return the currency of a country: by ISO 4217 its code begins with the country's.

    None where there is no such code.
    """
    if country in _EURO:
        return "EUR"
    if country in _NOT_BY_ITS_LETTERS:
        return _NOT_BY_ITS_LETTERS[country]
    return min((code for code in CURRENCIES if country and code[:2] == country), default=None)


def find_rate(rates: Sequence[OfficialRate], base: str, quote: str, day: int) -> RateFound | None:
    """Return the youngest official rate of a pair in force on a day.

    Of equally young ones that of the publisher whose code comes first.
    """
    best: RateFound | None = None
    for publisher in PUBLISHERS:
        choice = rate_choice(publisher)
        answer = choose_rate(rates, choice=choice, base=base, quote=quote, on=days_to_date(day))
        if isinstance(answer, RateFound) and (
            best is None or answer.rate.effective_on > best.rate.effective_on
        ):
            best = answer
    return best


def rate_choice(publisher: str) -> RateChoice:
    """Return the terms on which trials choose a publisher's rates."""
    rule = RateRule.EFFECTIVE_ON_VALUE_DATE
    return RateChoice(publisher, rule, STALE_AFTER_DAYS, Decimal(JUMP_PERCENT_MAX))


@dataclass(frozen=True, slots=True, eq=False)
class Crossing:
    """Payments with the currencies in which payer and payee have it; columns by payment.

    Attributes:
        is_crossed: whether payer and payee use two currencies.
        pays: ISO 4217 number of what the payer pays in.
        gets: of what the payee gets.
        paid_minor: what the payer pays at the official rate of the day.
        got_minor: what the payee gets.
        used: the official rates, in order of their names.
    """

    is_crossed: Bools
    pays: Int16s
    gets: Int16s
    paid_minor: Int64s
    got_minor: Int64s
    used: tuple[OfficialRate, ...]


def uncrossed(table: PaymentTable) -> Crossing:
    """Return the payments as they are, each in one currency."""
    amounts = table.amount_minor
    is_crossed = np.zeros(len(table), np.bool_)
    return Crossing(is_crossed, table.currency, table.currency, amounts, amounts, ())


def homes_of(table: PaymentTable) -> tuple[int, ...]:
    """Return the home currency of each party, ISO 4217 numbers; 0 where it is not known."""
    codes = [home_currency(country) for country in table.countries]
    return tuple(0 if code is None else currency(code).number for code in codes)


def cross(table: PaymentTable, rates: Sequence[OfficialRate]) -> Crossing:
    """Return the payments with each party using the currency of its own country.

    Crossed are payments between two countries in the currency of one of them.

    Raises:
        UsageError: a rate is missing; it says which, and for which day.
    """
    homes = np.array(homes_of(table), np.int16)
    payer, payee = homes[table.debtor], homes[table.creditor]
    is_crossed = (payer > 0) & (payee > 0) & (payer != payee)
    is_crossed &= (table.currency == payer) | (table.currency == payee)
    pays = np.where(is_crossed, payer, table.currency)
    gets = np.where(is_crossed, payee, table.currency)
    paid, got = table.amount_minor.copy(), table.amount_minor.copy()
    used: dict[str, OfficialRate] = {}
    rows = np.flatnonzero(is_crossed)
    keys = np.stack([table.day[rows], pays[rows], gets[rows]], axis=1)
    kinds, kind_of = np.unique(keys, axis=0, return_inverse=True)
    for number, (day, pays_in, gets_in) in enumerate(kinds.tolist()):
        found, ratio = _ratio(rates, pays_in, gets_in, day)
        used[found.rate_id] = found.rate
        mine = rows[kind_of.reshape(-1) == number]
        is_payers = table.currency[mine] == pays_in
        got[mine[is_payers]] = _times(table.amount_minor[mine[is_payers]], 1 / ratio)
        paid[mine] = _times(got[mine], ratio)
    chosen = tuple(used[name] for name in sorted(used))
    return Crossing(is_crossed, pays.astype(np.int16), gets.astype(np.int16), paid, got, chosen)


def _ratio(
    rates: Sequence[OfficialRate], pays_in: int, gets_in: int, day: int
) -> tuple[RateFound, Fraction]:
    """Return the rate, and what one minor unit for the payee costs the payer in minor units."""
    payer, payee = currency_by_number(pays_in), currency_by_number(gets_in)
    found = find_rate(rates, payee.code, payer.code, day)
    if found is None:
        raise missing_rate(payee.code, payer.code, days_to_date(day))
    major = Fraction(found.conversion.numerator, found.conversion.denominator)
    return found, major * Fraction(10) ** payer.exponent / Fraction(10) ** payee.exponent


def missing_rate(base: str, quote: str, day: date) -> UsageError:
    """Return the error of a pair without an official rate on a day."""
    return UsageError(
        f"--rates: found no official rate of {base}/{quote} in force on {day} and not older than"
        f" {STALE_AFTER_DAYS} days, expected one for options between central banks or through"
        " dealers; give the file of a central bank that publishes the pair"
    )


def _times(amounts: Int64s, ratio: Fraction) -> Int64s:
    """Multiply amounts, half to even, at least one minor unit."""
    numerator, denominator = ratio.as_integer_ratio()
    found = []
    for amount in amounts.tolist():
        whole, rest = divmod(amount * numerator, denominator)
        up = 2 * rest > denominator or (2 * rest == denominator and whole % 2 == 1)
        found.append(max(whole + up, 1))
    return np.array(found, np.int64)
