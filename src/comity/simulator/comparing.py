"""Many options on the same payments: every day, every option, every level of liquidity.

What lies on the accounts of a day is L = lower + α (upper − lower) for each party, from that day's
own bounds, with one α for all; so every option has the same money.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from comity.errors import UsageError
from comity.payments.codes import Mechanism
from comity.queueing import LiquidityBounds
from comity.simulator.measures import (
    CurrencyMeasures,
    TrialMeasures,
    bounds_of,
    measure_trial,
    ratio,
)
from comity.simulator.options import Option
from comity.simulator.payment_table import PaymentTable
from comity.simulator.trial import Hours, currencies_of, run_trial

Int64s = NDArray[np.int64]
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """What is compared.

    Attributes:
        options: in the order in which they are shown; the first is what others are held against.
        levels: α of each level of liquidity, ascending, 0 … 1.
        hours: of every day.
    """

    options: tuple[Option, ...]
    levels: tuple[Fraction, ...]
    hours: Hours


@dataclass(frozen=True, slots=True)
class DayResult:
    """One option on one day with one level of liquidity.

    Attributes:
        option: its name.
        level: α.
        day: days since 1970-01-01.
        measures: what it cost.
    """

    option: str
    level: Fraction
    day: int
    measures: TrialMeasures


@dataclass(frozen=True, slots=True, eq=False)
class Results:
    """Everything that was found, in order of option, level and day.

    Attributes:
        plan: what was compared.
        days: of the payments.
        bounds: by day and currency, what liquidity the day needs.
        results: one for each option, level and day.
    """

    plan: Plan
    days: tuple[int, ...]
    bounds: dict[int, dict[int, LiquidityBounds]]
    results: tuple[DayResult, ...]

    def of(self, option: str, level: Fraction) -> tuple[DayResult, ...]:
        """Return the days of an option at a level, in order."""
        return tuple(one for one in self.results if one.option == option and one.level == level)


def compare(
    table: PaymentTable, plan: Plan, progress: Progress = lambda done, total: None
) -> Results:
    """Try every option of a plan on every day of payments, with every level of liquidity.

    Raises:
        UsageError: an option cannot settle these payments, or payments come out of hours.
    """
    check_plan(table, plan)
    days = list(table.days())
    bounds = {day: bounds_of(table, rows) for day, rows in days}
    total = len(plan.options) * len(plan.levels) * len(days)
    results = []
    for option, level, (day, rows) in _tasks(plan, days):
        opening = opening_at(bounds[day], level)
        measures = measure_trial(table, rows, run_trial(table, rows, option, plan.hours, opening))
        results.append(DayResult(option.name, level, day, measures))
        progress(len(results), total)
    return Results(plan, tuple(day for day, _ in days), bounds, tuple(results))


def _tasks(
    plan: Plan, days: Sequence[tuple[int, slice]]
) -> Iterator[tuple[Option, Fraction, tuple[int, slice]]]:
    for option in plan.options:
        for level in plan.levels:
            for each in days:
                yield option, level, each


def opening_at(bounds: dict[int, LiquidityBounds], level: Fraction) -> Int64s:
    """Return what each account opens with at a level, by place; parts of a unit are rounded up.

    Args:
        bounds: of the day, by currency in order of number.
        level: α, 0 … 1.
    """
    columns = [
        one.lower_minor
        - (-(one.upper_minor - one.lower_minor) * level.numerator) // level.denominator
        for one in bounds.values()
    ]
    found: Int64s = np.column_stack(columns).reshape(-1)
    return found


def check_plan(table: PaymentTable, plan: Plan) -> None:
    """Refuse what cannot be compared.

    Raises:
        UsageError: it says what was found and what is expected.
    """
    hours, times = plan.hours, table.time_us
    last_us = hours.closes_us - _MARGIN_US
    if int(times.min()) < hours.opens_us or int(times.max()) > last_us:
        raise UsageError(
            f"payments come from {_clock(int(times.min()))} to {_clock(int(times.max()))}, expected"
            f" between {_clock(hours.opens_us)} and {_clock(last_us)}: three minutes before the"
            " close the day's last cycle is cut off; set --opens and --closes"
        )
    for option in plan.options:
        if option.links and len(currencies_of(table)) < 2:
            raise UsageError(
                f"option {option.name}: found payments in one currency, expected trades in two;"
                " leave it out"
            )
        if option.links and not (table.link >= 0).any():
            raise UsageError(
                f"option {option.name}: found no payment with a link, expected the two legs of a"
                " trade under the same text in the column link"
            )


def sum_over_days(results: Sequence[DayResult], currency: int) -> CurrencyMeasures:
    """Return the figures of several days together, in one currency.

    Sums add up; the delay indicator and waits are weighted by value; ages and percentiles are the
    greatest of the days; throughput is the share of all value.
    """
    found = [
        one for each in results for one in each.measures.currencies if one.currency == currency
    ]
    value = sum(one.value_minor for one in found)
    settled = sum(one.settled_minor for one in found)
    return CurrencyMeasures(
        currency=currency,
        payments=sum(one.payments for one in found),
        value_minor=value,
        settled=sum(one.settled for one in found),
        settled_minor=settled,
        used_minor=np.sum([one.used_minor for one in found], axis=0),
        available_minor=sum(one.available_minor for one in found),
        delay=_weighted([(one.delay, one.value_minor) for one in found]),
        waited_us=tuple(max(each) for each in zip(*(one.waited_us for one in found), strict=True)),
        mean_wait_us=_weighted([(one.mean_wait_us, one.settled_minor) for one in found]),
        queue_average_minor=_weighted([(one.queue_average_minor, 1) for one in found]),
        age_max_us=max(one.age_max_us for one in found),
        throughput=_throughput(found),
        mechanisms={
            mechanism: total
            for mechanism in Mechanism
            if (total := sum(one.mechanisms.get(mechanism, 0) for one in found))
        },
        transfers=sum(one.transfers for one in found),
        moved_minor=sum(one.moved_minor for one in found),
    )


def _throughput(found: Sequence[CurrencyMeasures]) -> tuple[Fraction, ...]:
    tenths = zip(*(one.throughput for one in found), strict=True)
    weights = [one.value_minor for one in found]
    shares = (_weighted(list(zip(each, weights, strict=True))) for each in tenths)
    return tuple(share if share is not None else Fraction(0) for share in shares)


def _weighted(parts: Sequence[tuple[Fraction | None, int]]) -> Fraction | None:
    """Return the mean of what is known, by weight."""
    known = [(part, weight) for part, weight in parts if part is not None]
    total = sum(weight for _, weight in known)
    weighed = sum((part * weight for part, weight in known), Fraction(0))
    return ratio(weighed.numerator, weighed.denominator * total) if total else None


def _clock(us: int) -> str:
    minutes = us // 60_000_000
    return f"{minutes // 60:02}:{minutes % 60:02}"


_MARGIN_US = 3 * 60_000_000
