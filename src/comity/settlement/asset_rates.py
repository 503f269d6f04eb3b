"""What a clearing unit is worth in the currency that central banks settle in.

The rate is chosen by the rule of the agreement that names the currency, from the same publisher
as its fixing, for the day of the settlement; never made out of two other rates.
"""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from comity.agreements.scheme import Scheme
from comity.agreements.terms import Agreement
from comity.fx import OfficialRate, RateAnswer, RateFound, choose_rate, minor_conversion
from comity.money import currency


def choose_asset_rates(
    scheme: Scheme, rates: Sequence[OfficialRate], on: date
) -> tuple[RateAnswer | None, ...]:
    """Return by agreement the rate of its clearing unit in the named currency, None without one.

    Args:
        scheme: whose agreements ask.
        rates: everything published that is known.
        on: the day of settlement.
    """
    return tuple(_choose(one, rates, on) for one in scheme.agreements)


def _choose(agreement: Agreement, rates: Sequence[OfficialRate], on: date) -> RateAnswer | None:
    terms, named = agreement.central_bank_settlement, agreement.settlement.asset_currency
    if terms is None or named is None or agreement.conversion is None:
        return None
    unit = terms.clearing_unit
    return choose_rate(rates, choice=agreement.conversion.choice, base=unit, quote=named, on=on)


def asset_ratios(scheme: Scheme, answers: Sequence[RateAnswer | None]) -> dict[int, Fraction]:
    """Return by agreement what a minor unit of its clearing unit is worth in the named currency.

    In minor units of that currency, exact; an agreement without a usable rate is left out.
    """
    found: dict[int, Fraction] = {}
    for number, (agreement, answer) in enumerate(zip(scheme.agreements, answers, strict=True)):
        terms, named = agreement.central_bank_settlement, agreement.settlement.asset_currency
        if isinstance(answer, RateFound) and terms is not None and named is not None:
            minor = minor_conversion(
                answer.conversion,
                from_currency=currency(terms.clearing_unit),
                to_currency=currency(named),
            )
            found[number] = Fraction(minor.numerator, minor.denominator)
    return found
