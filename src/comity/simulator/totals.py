"""Figures of several currencies in one of them, at the official rates of each day.

Options move liquidity from one currency into another: a bank that pays at home needs none abroad.
By currency such an option looks cheap in one and dear in the other; only together they compare.
"""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np

from comity.fx import OfficialRate
from comity.money import currency_by_number
from comity.payments.codes import Mechanism
from comity.queueing import LiquidityBounds
from comity.simulator.comparing import DayResult, Results, mean_by_weight
from comity.simulator.credit import CreditMeasures
from comity.simulator.crossing import find_rate
from comity.simulator.measures import CurrencyMeasures, TrialMeasures
from comity.simulator.risk import RiskMeasures

Worth = dict[int, Fraction]
"""By currency what a minor unit of it is worth in minor units of the valuing one."""


def value_results(
    results: Results, currency: int
) -> tuple[Results, tuple[OfficialRate, ...]] | None:
    """Return the same results with all currencies together, valued in one of them.

    Args:
        results: of any number of currencies.
        currency: ISO 4217 number of the valuing one.

    Returns:
        The results, and the official rates used; None where a rate is missing on any day.
    """
    numbers = [one.currency for one in results.results[0].measures.currencies]
    used: dict[str, OfficialRate] = {}
    worth: dict[int, Worth] = {}
    for day in results.days:
        found = _worth(results.plan.rates, numbers, currency, day, used)
        if found is None:
            return None
        worth[day] = found
    bounds = {
        day: {currency: _value_bounds(each, worth[day])} for day, each in results.bounds.items()
    }
    valued = tuple(_value_day(one, worth[one.day], currency) for one in results.results)
    rates = tuple(used[name] for name in sorted(used))
    return replace(results, bounds=bounds, results=valued), rates


def _worth(
    rates: Sequence[OfficialRate],
    numbers: Sequence[int],
    currency: int,
    day: int,
    used: dict[str, OfficialRate],
) -> Worth | None:
    into = currency_by_number(currency)
    found: Worth = {currency: Fraction(1)}
    for number in numbers:
        if number == currency:
            continue
        one = currency_by_number(number)
        rate = find_rate(rates, one.code, into.code, day)
        if rate is None:
            return None
        used[rate.rate_id] = rate.rate
        major = Fraction(rate.conversion.numerator, rate.conversion.denominator)
        found[number] = major * Fraction(10) ** into.exponent / Fraction(10) ** one.exponent
    return found


def _value_bounds(bounds: dict[int, LiquidityBounds], worth: Worth) -> LiquidityBounds:
    return LiquidityBounds(
        *(
            np.sum(
                [_valued(getattr(one, name), worth[number]) for number, one in bounds.items()],
                axis=0,
            )
            for name in ("lower_minor", "upper_minor")
        )
    )


def _valued(amounts: np.ndarray, worth: Fraction) -> np.ndarray:
    return np.array([round(each * worth) for each in amounts.tolist()], np.int64)


def _value_day(result: DayResult, worth: Worth, currency: int) -> DayResult:
    measures = result.measures
    parts = measures.currencies
    credit = measures.credit
    exposure = sum((measures.fx_exposure[one] * worth[one] for one in worth), Fraction(0))
    valued = TrialMeasures(
        currencies=(_value_currencies(parts, worth, currency),),
        fx_exposure={currency: exposure},
        credit={currency: _value_credit(credit, worth)},
        risk={currency: _value_risk(measures.risk, worth)},
    )
    return replace(result, measures=valued)


def _value_credit(credit: dict[int, CreditMeasures], worth: Worth) -> CreditMeasures:
    def together(name: str) -> Fraction:
        return sum((getattr(one, name) * worth[at] for at, one in credit.items()), Fraction(0))

    return CreditMeasures(
        exposure_minor_days=together("exposure_minor_days"),
        peak_minor=round(together("peak_minor")),
        at_close_minor=round(together("at_close_minor")),
        conversions=sum(one.conversions for one in credit.values()),
        spread_minor=round(together("spread_minor")),
        fees_minor=together("fees_minor"),
        interest_minor=together("interest_minor"),
    )


def _value_risk(risk: dict[int, RiskMeasures], worth: Worth) -> RiskMeasures:
    """Return the risk of all currencies together; greatest figures as if they met at one moment."""
    owed_by: dict[str, Fraction] = {}
    for at, one in risk.items():
        for name, most in one.owed_by.items():
            owed_by[name] = owed_by.get(name, Fraction(0)) + most * worth[at]
    losses = [(one.loss_minor, worth[at]) for at, one in risk.items()]
    known = [loss * value for loss, value in losses if loss is not None]
    hours = (one.position_minor_hours * worth[at] for at, one in risk.items())
    peak = sum((one.position_peak_minor * worth[at] for at, one in risk.items()), Fraction(0))
    return RiskMeasures(
        owed_by={name: round(most) for name, most in sorted(owed_by.items())},
        position_minor_hours=sum(hours, Fraction(0)),
        position_peak_minor=round(peak),
        loss_minor=sum(known, Fraction(0)) if len(known) == len(losses) else None,
    )


def _value_currencies(
    parts: Sequence[CurrencyMeasures], worth: Worth, currency: int
) -> CurrencyMeasures:
    def together(name: str) -> int:
        return round(sum((getattr(one, name) * worth[one.currency] for one in parts), Fraction(0)))

    values = [one.value_minor * worth[one.currency] for one in parts]
    settled = [one.settled_minor * worth[one.currency] for one in parts]
    tenths = zip(*(one.throughput for one in parts), strict=True)
    queued = [
        one.queue_average_minor * worth[one.currency]
        for one in parts
        if one.queue_average_minor is not None
    ]
    return CurrencyMeasures(
        currency=currency,
        payments=sum(one.payments for one in parts),
        value_minor=together("value_minor"),
        settled=sum(one.settled for one in parts),
        settled_minor=together("settled_minor"),
        used_minor=np.sum([_valued(one.used_minor, worth[one.currency]) for one in parts], axis=0),
        available_minor=together("available_minor"),
        delay=mean_by_weight([one.delay for one in parts], values),
        waited_us=tuple(max(each) for each in zip(*(one.waited_us for one in parts), strict=True)),
        mean_wait_us=mean_by_weight([one.mean_wait_us for one in parts], settled),
        queue_average_minor=sum(queued, Fraction(0)) if queued else None,
        age_max_us=max(one.age_max_us for one in parts),
        throughput=tuple(mean_by_weight(list(each), values) or Fraction(0) for each in tenths),
        mechanisms={
            mechanism: round(total)
            for mechanism in Mechanism
            if (
                total := sum(
                    (one.mechanisms.get(mechanism, 0) * worth[one.currency] for one in parts),
                    Fraction(0),
                )
            )
        },
        set_off_minor=together("set_off_minor"),
        transfers=sum(one.transfers for one in parts),
        moved_minor=together("moved_minor"),
    )
