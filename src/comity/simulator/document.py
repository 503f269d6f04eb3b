"""What a comparison found, as the JSON document that `comity compare --json` prints."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, Final

import numpy as np

from comity import __version__
from comity.agreements.document import encode
from comity.business_calendar import days_to_date
from comity.money import currency_by_number
from comity.simulator.comparing import (
    DayResult,
    Plan,
    Results,
    sum_credit,
    sum_over_days,
    sum_risk,
)
from comity.simulator.concentration import gini
from comity.simulator.credit import CreditMeasures
from comity.simulator.detail_document import detail_document, option_details
from comity.simulator.details import SET_OFF
from comity.simulator.fingerprint import fingerprint_document, fingerprint_table
from comity.simulator.frontier import Dominance, Point, non_dominated, state_dominance
from comity.simulator.intervals import Comparison, Difference, compare_options
from comity.simulator.measures import PERCENTILES, CurrencyMeasures
from comity.simulator.options import Option
from comity.simulator.payment_table import PaymentTable
from comity.simulator.risk import RiskMeasures
from comity.simulator.sensitivity_document import (
    Shifted,
    sensitivity_document,
    shift_document,
)
from comity.simulator.totals import value_results
from comity.statistics.exact import decimal_text

DECIMALS: Final = 6
PAIRED: Final = ("delay_indicator", "liquidity_used_minor", "settled_value_minor")
_PPM: Final = 10**6


@dataclass(frozen=True, slots=True)
class Sampling:
    """How intervals are made.

    Attributes:
        seed: of the resampling.
        resamples: how many.
        level: liquidity at which options are held side by side, one of the plan's.
    """

    seed: int
    resamples: int
    level: Fraction


def compare_document(
    table: PaymentTable, results: Results, sampling: Sampling, shifted: Shifted | None = None
) -> dict[str, Any]:
    """Return everything that was found, by currency; exact numbers as text or whole numbers.

    Args:
        table: the payments.
        results: of all options.
        sampling: how intervals are made.
        shifted: the same options on payments sent at other times, where that was tried.
    """
    plan = results.plan
    return {
        "payments": len(table),
        "parties": len(table.parties),
        "days": [days_to_date(day).isoformat() for day in results.days],
        "hours": {"opens": f"{plan.hours.opens:%H:%M}", "closes": f"{plan.hours.closes:%H:%M}"},
        "levels": [share_text(level) for level in plan.levels],
        "level": share_text(sampling.level),
        **_detailed(table, results, sampling),
        "sensitivity": _sensitivity(results, shifted, sampling),
        "total": _total(table, results, sampling, shifted),
        "assumed": _assumed(plan),
        "hashes": {
            "source": table.hash,
            "payments": fingerprint_table(table),
            "configuration": fingerprint_document(configuration(plan, sampling, shifted)),
        },
        "version": __version__,
    }


def _detailed(table: PaymentTable, results: Results, sampling: Sampling) -> dict[str, Any]:
    """Return what was found, with details where they were taken at this level."""
    found = _found(results, sampling)
    if results.plan.detailed_at != sampling.level:
        return found
    for one in found["options"]:
        one.update(option_details(table, results.of(one["name"], sampling.level)))
    return {**found, **detail_document(table, results)}


def _found(results: Results, sampling: Sampling) -> dict[str, Any]:
    """Return bounds, options, frontier, dominance and differences, by currency."""
    plan, codes = results.plan, _codes(results)
    paired = _paired(results, sampling)
    return {
        "bounds": {
            code: {
                "upper_minor": _bound(results, number, "upper_minor"),
                "lower_minor": _bound(results, number, "lower_minor"),
            }
            for number, code in codes.items()
        },
        "options": [
            _option(one, results.of(one.name, sampling.level), codes, paired)
            for one in plan.options
        ],
        "frontier": [
            _point(one, results, level, number, code)
            for number, code in codes.items()
            for one in plan.options
            for level in plan.levels
        ],
        "dominance": [
            _dominance(each, code)
            for number, code in codes.items()
            for each in state_dominance(_points(results, number))
        ],
        "paired": paired,
    }


def _sensitivity(
    results: Results, shifted: Shifted | None, sampling: Sampling
) -> dict[str, Any] | None:
    if shifted is None:
        return None
    return sensitivity_document(results, shifted.results, shifted.shift, sampling.level)


def _total(
    table: PaymentTable, results: Results, sampling: Sampling, shifted: Shifted | None
) -> dict[str, Any] | None:
    """Return the same of all currencies together, in the one in which most is paid.

    None where there is one currency alone, or where none has official rates of all others.
    """
    numbers = list(_codes(results))
    if len(numbers) == 1:
        return None
    numbers.sort(key=lambda number: -int(np.count_nonzero(table.currency == number)))
    for number in numbers:
        valued = value_results(results, number)
        if valued is not None:
            together, rates = valued
            code = currency_by_number(number).code
            return {
                "currency": code,
                "rates": [str(rate) for rate in rates],
                **_found(together, sampling),
                "sensitivity": _sensitivity(together, _valued(shifted, number), sampling),
            }
    return None


def _valued(shifted: Shifted | None, number: int) -> Shifted | None:
    """Return the shifted results with all currencies together, at the rates of the same days."""
    found = None if shifted is None else value_results(shifted.results, number)
    return None if shifted is None or found is None else replace(shifted, results=found[0])


ASSUMED: Final = (
    "Liquidity is given from outside, by one share of the way between each party's own bounds in"
    " the accounts of the option.",
    "Everybody sends the same payments at the same times whatever the option: nobody holds back.",
    "Nobody is screened, nobody fails, and every settlement agent works without interruption.",
)
"""What has to be known to read the figures; every report says it."""

_EACH_DAY: Final = (
    "Where nothing is carried over, each day is tried by itself, with the balances of its opening."
)
_ONE_HORIZON: Final = (
    "Options between central banks run through all days: what one owes the other is carried on,"
    " while banks bring their accounts to the level of the day at each opening.",
    "Central banks hold, or are lent, whatever money they settle in; what they use is counted as"
    " liquidity, or as credit where it is lent.",
)
_DEALERS: Final = (
    "Dealers always have the currency that they sell; what they use is counted as liquidity. What"
    " they are short of at the close they buy, at no cost: each day begins without a position.",
)
_NO_CREDIT: Final = (
    "Payees are credited after settlement, so that no option here gives credit between members.",
)


def _assumed(plan: Plan) -> list[str]:
    """Return what was assumed for the options that were compared."""
    options = plan.options
    found = [_EACH_DAY, *ASSUMED]
    if any(one.carries_over for one in options):
        found += _ONE_HORIZON
    if any(one.dealers is not None for one in options):
        found += _DEALERS
    if not any(one.has_two_currencies or one.correspondents for one in options):
        found += _NO_CREDIT
    return found


def configuration(plan: Plan, sampling: Sampling, shifted: Shifted | None) -> dict[str, Any]:
    """Return everything but the payments that the figures depend on."""
    return {
        "shift": None if shifted is None else shift_document(shifted.shift),
        **plan_document(plan),
        "level": share_text(sampling.level),
        "seed": sampling.seed,
        "resamples": sampling.resamples,
    }


def plan_document(plan: Plan) -> dict[str, Any]:
    """Return everything but the payments that the trials depend on."""
    return {
        "options": [option_document(one) for one in plan.options],
        "levels": [share_text(level) for level in plan.levels],
        "detailed_at": share_text(plan.detailed_at),
        "beside": [option_document(one) for one in plan.side],
        "rates": [encode(one) for one in plan.rates],
        "opens": f"{plan.hours.opens:%H:%M}",
        "closes": f"{plan.hours.closes:%H:%M}",
    }


def option_document(option: Option) -> dict[str, Any]:
    """Return an option as JSON values: the fields of its file."""
    found: dict[str, Any] = encode(option)
    return found


def _codes(results: Results) -> dict[int, str]:
    numbers = [one.currency for one in results.results[0].measures.currencies]
    return {number: currency_by_number(number).code for number in numbers}


def _bound(results: Results, number: int, name: str) -> int:
    return sum(int(getattr(each[number], name).sum()) for each in results.bounds.values())


def _option(
    option: Option,
    days: Sequence[DayResult],
    codes: Mapping[int, str],
    paired: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    whole = {code: sum_over_days(days, number) for number, code in codes.items()}

    def each(figure: Any) -> dict[str, Any]:
        return {code: figure(one) for code, one in whole.items()}

    exposure = {
        code: sum((one.measures.fx_exposure[number] for one in days), Fraction(0))
        for number, code in codes.items()
    }
    return {
        **option_document(option),
        "settled_value_share": each(lambda one: share_text(_settled(one))),
        "liquidity_used_minor": each(lambda one: one.liquidity_used_minor),
        "liquidity_available_minor": each(lambda one: one.available_minor),
        "usage": each(lambda one: share_text(one.usage)),
        "turnover_ratio": each(lambda one: share_text(one.turnover_ratio)),
        "delay_indicator": each(lambda one: share_text(one.delay)),
        "mean_wait_us": each(lambda one: whole_number(one.mean_wait_us)),
        "waited_us": each(
            lambda one: dict(zip((f"p{part}" for part in PERCENTILES), one.waited_us, strict=True))
        ),
        "queue_average_minor": each(lambda one: whole_number(one.queue_average_minor)),
        "age_max_us": each(lambda one: one.age_max_us),
        "throughput": each(lambda one: [share_text(share) for share in one.throughput]),
        "mechanisms_minor": each(
            lambda one: (
                {mechanism.name: value for mechanism, value in one.mechanisms.items()}
                | ({SET_OFF: one.set_off_minor} if one.set_off_minor else {})
            )
        ),
        "unsettled": each(lambda one: one.payments - one.settled),
        "unsettled_value_minor": each(lambda one: one.unsettled_minor),
        "transfers": each(lambda one: one.transfers),
        "moved_minor": each(lambda one: one.moved_minor),
        "concentration": each(lambda one: share_text(gini(one.used_minor.tolist()))),
        "fx_exposure_value_hours": {code: share_text(value) for code, value in exposure.items()},
        **_credit({code: sum_credit(days, number) for number, code in codes.items()}),
        **_risk({code: sum_risk(days, number) for number, code in codes.items()}),
        "intervals": [one for one in paired if one["option"] == option.name],
    }


def _credit(credit: Mapping[str, CreditMeasures]) -> dict[str, Any]:
    return {
        "credit_exposure_value_days": {
            code: share_text(one.exposure_minor_days) for code, one in credit.items()
        },
        "credit_peak_minor": {code: one.peak_minor for code, one in credit.items()},
        "credit_at_end_minor": {code: one.at_close_minor for code, one in credit.items()},
        "conversions": {code: one.conversions for code, one in credit.items()},
        "charged_minor": {
            code: {
                "spread": one.spread_minor,
                "fees": share_text(one.fees_minor),
                "interest": share_text(one.interest_minor),
            }
            for code, one in credit.items()
        },
    }


def _risk(risk: Mapping[str, RiskMeasures]) -> dict[str, Any]:
    cover_one = {code: one.cover_one for code, one in risk.items()}
    return {
        "cover_one": {
            code: None if most is None else {"member": most[0], "owed_minor": most[1]}
            for code, most in cover_one.items()
        },
        "open_position_value_hours": {
            code: share_text(one.position_minor_hours) for code, one in risk.items()
        },
        "open_position_peak_minor": {code: one.position_peak_minor for code, one in risk.items()},
        "revaluation_loss_minor": {
            code: whole_number(one.loss_minor) for code, one in risk.items()
        },
    }


def _settled(one: CurrencyMeasures) -> Fraction | None:
    return Fraction(one.settled_minor, one.value_minor) if one.value_minor else None


def _point_of(results: Results, name: str, level: Fraction, number: int) -> Point:
    """Return where an option lies: what it used, how long it let wait, how much credit it took."""
    days = results.of(name, level)
    one = sum_over_days(days, number)
    delay = one.delay if one.delay is not None else Fraction(0)
    peak = sum_credit(days, number).peak_minor
    return Point(one.liquidity_used_minor, delay, peak, _settled(one) or Fraction(0))


def _points(results: Results, number: int) -> dict[str, dict[int | Fraction, Point]]:
    return {
        option.name: {
            level: _point_of(results, option.name, level, number) for level in results.plan.levels
        }
        for option in results.plan.options
    }


def _point(
    option: Option, results: Results, level: Fraction, number: int, code: str
) -> dict[str, Any]:
    whole = sum_over_days(results.of(option.name, level), number)
    rivals = [_point_of(results, one.name, level, number) for one in results.plan.options]
    place = [one.name for one in results.plan.options].index(option.name)
    return {
        "option": option.name,
        "level": share_text(level),
        "currency": code,
        "liquidity_available_minor": whole.available_minor,
        "liquidity_used_minor": whole.liquidity_used_minor,
        "delay_indicator": share_text(whole.delay),
        "credit_minor": rivals[place].credit_minor,
        "settled_value_share": share_text(_settled(whole)),
        "is_on_frontier": place in non_dominated(rivals),
    }


def _dominance(found: Dominance, code: str) -> dict[str, Any]:
    return {
        "better": found.better,
        "worse": found.worse,
        "currency": code,
        "better_at": [share_text(Fraction(each)) for each in found.better_at],
        "equal_at": [share_text(Fraction(each)) for each in found.equal_at],
    }


def _paired(results: Results, sampling: Sampling) -> list[dict[str, Any]]:
    """Return for each measure by how much each option differs from the first, day by day."""
    names = [one.name for one in results.plan.options]
    found = []
    for number, code in _codes(results).items():
        for measure in PAIRED:
            values = np.array(
                [
                    [_value(one, number, measure) for one in results.of(name, sampling.level)]
                    for name in names
                ],
                np.int64,
            )
            answer = compare_options(values, 0, seed=sampling.seed, resamples=sampling.resamples)
            for at, name in enumerate(names[1:], start=1):
                mean, difference = _difference(answer, at)
                found.append(
                    {
                        "option": name,
                        "baseline": names[0],
                        "measure": measure,
                        "currency": code,
                        "unit": "millionths" if measure == "delay_indicator" else "minor units",
                        "periods": len(results.days),
                        "mean_difference": f"{mean:.3f}",
                        "interval": _interval(difference),
                    }
                )
    return found


def _difference(answer: Any, at: int) -> tuple[float, Difference | None]:
    if isinstance(answer, Comparison):
        return answer.differences[at].mean, answer.differences[at]
    return answer.means[at], None


def _interval(found: Difference | None) -> dict[str, Any] | None:
    """Return the 95 % interval and the test, None where there are too few days for one."""
    if found is None:
        return None
    return {
        "low": f"{found.low:.3f}",
        "high": f"{found.high:.3f}",
        "p_adjusted": share_text(found.p_adjusted),
        "stands": found.stands,
    }


def _value(result: DayResult, number: int, measure: str) -> int:
    """Return a day's figure as a whole number; the delay indicator in millionths."""
    (one,) = (each for each in result.measures.currencies if each.currency == number)
    if measure == "liquidity_used_minor":
        return one.liquidity_used_minor
    if measure == "settled_value_minor":
        return one.settled_minor
    return round((one.delay or Fraction(0)) * _PPM)


def share_text(value: Fraction | None) -> str | None:
    """Return a share as decimal text with `DECIMALS` decimals, None for None."""
    return decimal_text(value, DECIMALS)


def whole_number(value: Fraction | None) -> int | None:
    """Return the nearest whole number, of two the even one; None for None."""
    return None if value is None else round(value)
