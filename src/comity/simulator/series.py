"""How a day went: what waited, settled, was in use and at risk, at equal distances.

There are `STEPS` of them from opening to close, and so one more point. At each point everything
that happened up to and in that very moment has been done.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from comity.simulator.group_sums import Exact, count_rows, sum_values
from comity.simulator.hours import Hours
from comity.simulator.payment_table import PaymentTable
from comity.simulator.trial import Trial, own_money

Bools = NDArray[np.bool_]
Int64s = NDArray[np.int64]

STEPS: Final = 96
_DAY_US: Final = 86_400_000_000
_NEVER: Final = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """What stood at each point of a day in one currency, or of several days added.

    Attributes:
        queue: payments that had come and were not final; to the close where they never were.
        queue_minor: and their value.
        settled_minor: value of payments that had become final.
        liquidity_minor: how far accounts were below their opening, over all holders.
        exposure_minor: value of bought legs that were not final though the sold ones were bound,
            by currency of the bought leg.
        queue_peak: the most payments that waited after any moment; of several days the greatest.
        queue_peak_minor: the most value, likewise.
    """

    queue: Exact
    queue_minor: Exact
    settled_minor: Exact
    liquidity_minor: Exact
    exposure_minor: Exact
    queue_peak: int
    queue_peak_minor: int


def grid_us(hours: Hours) -> Int64s:
    """Return the points of a day, microseconds since midnight."""
    span_us = hours.closes_us - hours.opens_us
    found: Int64s = hours.opens_us + span_us * np.arange(STEPS + 1, dtype=np.int64) // STEPS
    return found


def follow_day(table: PaymentTable, rows: slice, trial: Trial) -> dict[int, Series]:
    """Return the series of a day of a trial, by currency.

    Args:
        table: the payments.
        rows: those of the day.
        trial: what came of them.
    """
    exposure = _exposure(table, rows, trial)
    return {
        number: _series(table, rows, trial, at, exposure[number])
        for at, number in enumerate(trial.currencies)
    }


def _series(
    table: PaymentTable, rows: slice, trial: Trial, at: int, exposure_minor: Exact
) -> Series:
    chosen = table.currency[rows] == trial.currencies[at]
    amounts, entered = table.amount_minor[rows][chosen], trial.entered_us[chosen]
    settled = np.where(trial.is_settled, trial.settled_us, _NEVER)[chosen]
    came, done = _points(trial.hours, entered), _points(trial.hours, settled)
    settled_minor = np.cumsum(sum_values(done, amounts, STEPS + 2))[:-1]
    waits = settled > entered
    peak, peak_minor = _peaks(entered[waits], settled[waits], amounts[waits])
    return Series(
        queue=np.cumsum(count_rows(came, STEPS + 2) - count_rows(done, STEPS + 2))[:-1],
        queue_minor=np.cumsum(sum_values(came, amounts, STEPS + 2))[:-1] - settled_minor,
        settled_minor=settled_minor,
        liquidity_minor=_liquidity(table, rows, trial, at),
        exposure_minor=exposure_minor,
        queue_peak=peak,
        queue_peak_minor=peak_minor,
    )


def _points(hours: Hours, at_us: Int64s) -> NDArray[np.intp]:
    """Return the first point at which something has happened, `STEPS` + 1 after the close."""
    since = np.minimum(at_us, hours.closes_us + 1) - hours.opens_us
    span_us = hours.closes_us - hours.opens_us
    first = -(-since * STEPS // span_us)
    found: NDArray[np.intp] = np.clip(first, 0, STEPS + 1).astype(np.intp)
    return found


def _peaks(entered: Int64s, settled: Int64s, amounts: Int64s) -> tuple[int, int]:
    """Return the most payments and the most value waiting after any moment.

    Args:
        entered: of those that waited, ascending.
        settled: likewise, `_NEVER` where not.
        amounts: likewise.
    """
    if not len(entered):
        return 0, 0
    order = np.argsort(settled, kind="stable")
    is_last = np.append(np.diff(entered) > 0, True)
    came = np.flatnonzero(is_last) + 1
    went = np.searchsorted(settled[order], entered[is_last], side="right")
    peak = int((came - went).max())
    came_minor = np.concatenate([[0], np.cumsum(amounts)])
    went_minor = np.concatenate([[0], np.cumsum(amounts[order])])
    return peak, int((came_minor[came] - went_minor[went]).max())


def _liquidity(table: PaymentTable, rows: slice, trial: Trial, at: int) -> Exact:
    """Return at each point how far all accounts of a currency stood below their opening.

    Where banks may be short, only by their own money.
    """
    width, posted = len(trial.currencies), trial.posted
    # The zone of a trial's scheme is UTC.
    midnight_us = int(table.day[rows.start]) * _DAY_US
    point = _points(trial.hours, posted["at_us"] - midnight_us)
    order = np.argsort(point, kind="stable")
    ends = np.searchsorted(point[order], np.arange(STEPS + 1), side="right")
    change = np.zeros(len(trial.opening_minor), np.int64)
    found, start = [], 0
    for end in ends.tolist():
        now = posted[order[start:end]]
        for name, sign in (("debit", -1), ("credit", 1)):
            mine = now[name] >= 0
            np.add.at(change, now[name][mine], sign * now["amount_minor"][mine])
        used = np.maximum(-change[at::width], 0)
        found.append(int(own_money(trial, at, used).sum()))
        start = end
    return np.array(found, object)


def _exposure(table: PaymentTable, rows: slice, trial: Trial) -> dict[int, Exact]:
    """Return at each point the value of bought legs that were not final, the sold ones bound."""
    found = {number: np.full(STEPS + 1, 0, object) for number in trial.currencies}
    link = table.link[rows]
    legs = np.flatnonzero(link >= 0)
    if trial.option.links or not len(legs):
        return found
    one, other = legs[np.argsort(link[legs], kind="stable")].reshape(-1, 2).T
    for sold, bought in ((one, other), (other, one)):
        bound = trial.irrevocable_us[sold]
        ends = np.where(trial.is_settled[bought], trial.settled_us[bought], _NEVER)
        at_risk = (bound >= 0) & (ends > bound)
        for number in trial.currencies:
            mine = at_risk & (table.currency[rows][bought] == number)
            amounts = table.amount_minor[rows][bought][mine]
            begins = sum_values(_points(trial.hours, bound[mine]), amounts, STEPS + 2)
            ceases = sum_values(_points(trial.hours, ends[mine]), amounts, STEPS + 2)
            found[number] = found[number] + np.cumsum(begins - ceases)[:-1]
    return found


def add_series(days: Sequence[Series]) -> Series:
    """Return the sum of several days at each point, one at least; of peaks the greatest."""
    first, *others = days
    for each in others:
        first = replace(
            first,
            **{name: getattr(first, name) + getattr(each, name) for name in SERIES},
            queue_peak=max(first.queue_peak, each.queue_peak),
            queue_peak_minor=max(first.queue_peak_minor, each.queue_peak_minor),
        )
    return first


SERIES: Final = ("queue", "queue_minor", "settled_minor", "liquidity_minor", "exposure_minor")
"""Names of the series, each with `STEPS` + 1 points."""
