"""The figures of a trial that are taken at one level of liquidity only, where options are compared.

They cost time and room: breakdowns, series through the day, waits by priority class, counts by
mechanism. What every level has stands in `measures.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from comity.payments.codes import Mechanism, Priority
from comity.simulator.breakdowns import Breakdown, add_breakdowns, break_down, group_payments
from comity.simulator.measures import PERCENTILES
from comity.simulator.payment_table import PaymentTable
from comity.simulator.series import Series, add_series, follow_day
from comity.simulator.trial import Trial

Int64s = NDArray[np.int64]

SET_OFF: Final = "SET_OFF"
"""Stands with the names of mechanisms for payments that were wholly set off."""


@dataclass(frozen=True, slots=True)
class ClassWaits:
    """How long the payments of a priority class waited in one currency.

    Attributes:
        payments: that came.
        settled: that became final.
        waited_us: of those, weighted by value, as `PERCENTILES`; of several days the greatest.
    """

    payments: int
    settled: int
    waited_us: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class TrialDetails:
    """The figures of a day, or of several added.

    Attributes:
        holders: who holds accounts besides the parties.
        available_minor: `[holder, currency]`, what each account opened with; parties come first.
        breakdown: by participant, corridor and purpose.
        series: through the day, by currency.
        mechanisms: payments that each settled, by currency.
        waits: by currency and priority class, those that there are.
    """

    holders: tuple[str, ...]
    available_minor: NDArray[np.object_]
    breakdown: Breakdown
    series: dict[int, Series]
    mechanisms: dict[int, dict[str, int]]
    waits: dict[int, dict[Priority, ClassWaits]]


def detail_trial(table: PaymentTable, rows: slice, trial: Trial) -> TrialDetails:
    """Return the details of a day of a trial.

    Args:
        table: the payments.
        rows: those of the day.
        trial: what came of them.
    """
    return TrialDetails(
        holders=trial.holders,
        available_minor=trial.opening_minor.reshape(-1, len(trial.currencies)).astype(object),
        breakdown=break_down(table, group_payments(table), rows, trial),
        series=follow_day(table, rows, trial),
        mechanisms={
            number: _counts(trial, table.currency[rows] == number) for number in trial.currencies
        },
        waits={
            number: _waits(table, rows, trial, table.currency[rows] == number)
            for number in trial.currencies
        },
    )


def _counts(trial: Trial, chosen: NDArray[np.bool_]) -> dict[str, int]:
    numbers = np.bincount(trial.mechanism[chosen & trial.is_settled], minlength=len(Mechanism))
    return {
        SET_OFF if one is Mechanism.NONE else one.name: int(numbers[one])
        for one in Mechanism
        if numbers[one]
    }


def _waits(
    table: PaymentTable, rows: slice, trial: Trial, chosen: NDArray[np.bool_]
) -> dict[Priority, ClassWaits]:
    found = {}
    for one in Priority:
        mine = np.flatnonzero(chosen & (table.priority[rows] == one))
        final = mine[trial.is_settled[mine]]
        if len(mine):
            waited = trial.settled_us[final] - trial.entered_us[final]
            amounts = table.amount_minor[rows][final]
            found[one] = ClassWaits(len(mine), len(final), percentiles(waited, amounts))
    return found


def percentiles(waited_us: Int64s, amounts: Int64s) -> tuple[int, ...]:
    """Return the least wait that so many percent of the value waited at most, 0 of nothing."""
    is_late = waited_us > 0
    late_us, late = waited_us[is_late], amounts[is_late]
    at_once = int(amounts.sum()) - int(late.sum())
    order = np.argsort(late_us, kind="stable")
    reached = at_once + np.cumsum(late[order])
    total = int(amounts.sum())
    found = []
    for each in PERCENTILES:
        wanted = -(-total * each // 100)
        place = int(np.searchsorted(reached, wanted))
        found.append(0 if wanted <= at_once else int(late_us[order[place]]))
    return tuple(found)


def add_details(days: Sequence[TrialDetails]) -> TrialDetails:
    """Return what several days of one option come to, one at least."""
    first = days[0]
    return TrialDetails(
        holders=first.holders,
        available_minor=np.sum([one.available_minor for one in days], axis=0),
        breakdown=add_breakdowns([one.breakdown for one in days]),
        series={
            number: add_series([one.series[number] for one in days]) for number in first.series
        },
        mechanisms={
            number: _added_counts([one.mechanisms[number] for one in days])
            for number in first.mechanisms
        },
        waits={number: _added_waits([one.waits[number] for one in days]) for number in first.waits},
    )


def _added_counts(days: Sequence[dict[str, int]]) -> dict[str, int]:
    names = (SET_OFF, *(one.name for one in Mechanism))
    totals = {name: sum(day.get(name, 0) for day in days) for name in names}
    return {name: total for name, total in totals.items() if total}


def _added_waits(days: Sequence[dict[Priority, ClassWaits]]) -> dict[Priority, ClassWaits]:
    found = {}
    for one in Priority:
        there = [day[one] for day in days if one in day]
        if there:
            greatest = zip(*(each.waited_us for each in there), strict=True)
            found[one] = ClassWaits(
                sum(each.payments for each in there),
                sum(each.settled for each in there),
                tuple(max(each) for each in greatest),
            )
    return found
