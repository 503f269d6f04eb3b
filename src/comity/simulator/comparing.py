"""Many options on the same payments: every day, every option, every level of liquidity.

What lies on the accounts of a day is L = lower + α (upper − lower) for each party, from that day's
own bounds in the option's own accounts, with one α for all options.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from comity.errors import UsageError
from comity.fx import OfficialRate
from comity.payments.codes import Mechanism
from comity.queueing import LiquidityBounds
from comity.simulator.credit import CreditMeasures
from comity.simulator.details import TrialDetails, detail_trial
from comity.simulator.hours import Hours
from comity.simulator.measures import (
    CurrencyMeasures,
    TrialMeasures,
    bounds_of,
    measure_trial,
)
from comity.simulator.options import Option
from comity.simulator.payment_table import PaymentTable
from comity.simulator.risk import RiskMeasures
from comity.simulator.staging import Stage, currencies_needed, stage_option
from comity.simulator.trial import run_trial

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """What is compared.

    Attributes:
        options: in the order in which they are shown; the first is what others are held against.
        levels: α of each level of liquidity, ascending, 0 … 1.
        hours: of every day.
        rates: official ones, for options in which payer and payee use two currencies.
        detailed_at: the level at which breakdowns and series are taken as well; None nowhere.
        side: options that are tried at that level only, and held against nothing.
    """

    options: tuple[Option, ...]
    levels: tuple[Fraction, ...]
    hours: Hours
    rates: tuple[OfficialRate, ...] = ()
    detailed_at: Fraction | None = None
    side: tuple[Option, ...] = ()

    @property
    def every_option(self) -> tuple[Option, ...]:
        """Those compared, and those tried beside them."""
        return (*self.options, *self.side)


@dataclass(frozen=True, slots=True)
class Task:
    """A part of the work that needs no other.

    Attributes:
        option: its name.
        level: α.
        days: of the payments; all of them where the option carries something over.
        is_detailed: whether breakdowns and series are taken.
    """

    option: str
    level: Fraction
    days: tuple[int, ...]
    is_detailed: bool = False


@dataclass(frozen=True, slots=True)
class DayResult:
    """One option on one day with one level of liquidity.

    Attributes:
        option: its name.
        level: α.
        day: days since 1970-01-01.
        measures: what it cost.
        details: breakdowns and series, at the plan's level for them.
    """

    option: str
    level: Fraction
    day: int
    measures: TrialMeasures
    details: TrialDetails | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Results:
    """Everything that was found, in order of option, level and day.

    Attributes:
        plan: what was compared.
        days: of the payments.
        bounds: by day and currency, what liquidity the day needs.
        results: one for each option, level and day.
        side: the same of the options tried beside them.
    """

    plan: Plan
    days: tuple[int, ...]
    bounds: dict[int, dict[int, LiquidityBounds]]
    results: tuple[DayResult, ...]
    side: tuple[DayResult, ...] = ()

    def of(self, option: str, level: Fraction) -> tuple[DayResult, ...]:
        """Return the days of an option at a level, in order; also of one tried beside others."""
        found = (*self.results, *self.side)
        return tuple(one for one in found if one.option == option and one.level == level)


def compare(
    table: PaymentTable, plan: Plan, progress: Progress = lambda done, total: None
) -> Results:
    """Try every option of a plan on every day of payments, with every level of liquidity.

    Raises:
        UsageError: an option cannot settle these payments, or payments come out of hours.
    """
    stages = set_stages(table, plan)
    tasks = tasks_of(table, plan)
    results = []
    for number, task in enumerate(tasks, start=1):
        results.append(run_task(stages[task.option], task))
        progress(number, len(tasks))
    return collect(table, plan, results)


def set_stages(table: PaymentTable, plan: Plan) -> dict[str, Stage]:
    """Return every option set up for the payments, by name.

    Raises:
        UsageError: as `compare`.
    """
    check_plan(table, plan)
    currencies = currencies_needed(table, plan.every_option)
    return {
        one.name: stage_option(one, table, plan.hours, currencies, plan.rates)
        for one in plan.every_option
    }


def tasks_of(table: PaymentTable, plan: Plan) -> tuple[Task, ...]:
    """Return the work of a plan, in the order of its results."""
    days = tuple(day for day, _ in table.days())
    beside = () if plan.detailed_at is None else (plan.detailed_at,)
    return tuple(
        Task(option.name, level, part, is_detailed=level == plan.detailed_at)
        for options, levels in ((plan.options, plan.levels), (plan.side, beside))
        for option in options
        for level in levels
        for part in ((days,) if option.carries_over else ((day,) for day in days))
    )


def run_task(stage: Stage, task: Task) -> tuple[DayResult, ...]:
    """Do a part of the work; one result a day."""
    rows = dict(stage.table.days())
    trials = run_trial(stage, task.days, task.level)
    return tuple(
        DayResult(
            task.option,
            task.level,
            day,
            measure_trial(stage, rows[day], trial),
            detail_trial(stage.table, rows[day], trial) if task.is_detailed else None,
        )
        for day, trial in zip(task.days, trials, strict=True)
    )


def collect(table: PaymentTable, plan: Plan, parts: Iterable[tuple[DayResult, ...]]) -> Results:
    """Put the results of all tasks together, in the order of the tasks."""
    currencies = currencies_needed(table, plan.every_option)
    bounds = {day: bounds_of(table, rows, currencies) for day, rows in table.days()}
    found = [one for part in parts for one in part]
    compared = {one.name for one in plan.options}
    return Results(
        plan,
        tuple(bounds),
        bounds,
        tuple(one for one in found if one.option in compared),
        tuple(one for one in found if one.option not in compared),
    )


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
    for option in plan.every_option:
        _check_option(table, option)


def _check_option(table: PaymentTable, option: Option) -> None:
    if option.links and len(np.unique(table.currency)) < 2:
        raise UsageError(
            f"option {option.name}: found payments in one currency, expected trades in two;"
            " leave it out"
        )
    if option.links and not (table.link >= 0).any():
        raise UsageError(
            f"option {option.name}: found no payment with a link, expected the two legs of a"
            " trade under the same text in the column link"
        )


def possible_options(
    table: PaymentTable, options: Sequence[Option], hours: Hours, rates: Sequence[OfficialRate]
) -> tuple[tuple[Option, ...], dict[str, list[str]]]:
    """Return which of the options these payments and rates allow, and why not the others.

    Returns:
        The options that are possible; and by reason, in words, the names of the others.
    """
    found: list[Option] = []
    refusals: dict[str, list[str]] = {}
    for option in options:
        try:
            _check_option(table, option)
            stage_option(option, table, hours, currencies_needed(table, [option]), rates)
        except UsageError as error:
            why = str(error).removeprefix(f"option {option.name}: ")
            refusals.setdefault(why, []).append(option.name)
        else:
            found.append(option)
    return tuple(found), refusals


def sum_credit(results: Sequence[DayResult], currency: int) -> CreditMeasures:
    """Return what was lent and charged over several days, in one currency."""
    found = [one.measures.credit[currency] for one in results]
    return CreditMeasures(
        exposure_minor_days=sum((one.exposure_minor_days for one in found), Fraction(0)),
        peak_minor=max(one.peak_minor for one in found),
        at_close_minor=found[-1].at_close_minor,
        conversions=sum(one.conversions for one in found),
        spread_minor=sum(one.spread_minor for one in found),
        fees_minor=sum((one.fees_minor for one in found), Fraction(0)),
        interest_minor=sum((one.interest_minor for one in found), Fraction(0)),
    )


def sum_risk(results: Sequence[DayResult], currency: int) -> RiskMeasures:
    """Return what was at risk on several days, in one currency: hours add up, else the greatest."""
    found = [one.measures.risk[currency] for one in results]
    owed_by: dict[str, int] = {}
    for one in found:
        for name, most in one.owed_by.items():
            owed_by[name] = max(most, owed_by.get(name, 0))
    losses = [one.loss_minor for one in found]
    known = [one for one in losses if one is not None]
    return RiskMeasures(
        owed_by=owed_by,
        position_minor_hours=sum((one.position_minor_hours for one in found), Fraction(0)),
        position_peak_minor=max(one.position_peak_minor for one in found),
        loss_minor=max(known) if len(known) == len(losses) else None,
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
        delay=mean_by_weight([one.delay for one in found], [one.value_minor for one in found]),
        waited_us=tuple(max(each) for each in zip(*(one.waited_us for one in found), strict=True)),
        mean_wait_us=mean_by_weight(
            [one.mean_wait_us for one in found], [one.settled_minor for one in found]
        ),
        queue_average_minor=mean_by_weight(
            [one.queue_average_minor for one in found], [1] * len(found)
        ),
        age_max_us=max(one.age_max_us for one in found),
        throughput=_throughput(found),
        mechanisms={
            mechanism: total
            for mechanism in Mechanism
            if (total := sum(one.mechanisms.get(mechanism, 0) for one in found))
        },
        set_off_minor=sum(one.set_off_minor for one in found),
        transfers=sum(one.transfers for one in found),
        moved_minor=sum(one.moved_minor for one in found),
    )


def _throughput(found: Sequence[CurrencyMeasures]) -> tuple[Fraction, ...]:
    tenths = zip(*(one.throughput for one in found), strict=True)
    weights = [one.value_minor for one in found]
    shares = (mean_by_weight(each, weights) for each in tenths)
    return tuple(share if share is not None else Fraction(0) for share in shares)


def mean_by_weight(
    parts: Sequence[Fraction | None], weights: Sequence[int | Fraction]
) -> Fraction | None:
    """Return the mean of what is known, by weight; None where that weighs nothing."""
    known = [
        (part, weight) for part, weight in zip(parts, weights, strict=True) if part is not None
    ]
    total = sum((Fraction(weight) for _, weight in known), Fraction(0))
    weighed = sum((part * weight for part, weight in known), Fraction(0))
    return weighed / total if total else None


def _clock(us: int) -> str:
    minutes = us // 60_000_000
    return f"{minutes // 60:02}:{minutes % 60:02}"


_MARGIN_US = 3 * 60_000_000
