"""The course of the day: value settled so far, and what waited in the queues, in equal steps."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from comity.money import currency_by_number
from comity.payments.codes import EventKind, Mechanism
from comity.payments.lifecycle import State
from comity.statistics.day import Day, settled

STEPS: Final = 135
"""Steps a day is shown in; of a day from 07:00 to 18:15, steps of five minutes."""


@dataclass(frozen=True, slots=True)
class SettledProfile:
    """Value settled in one currency by one mechanism, up to the end of each step.

    Attributes:
        currency: ISO 4217 code.
        mechanism: how it settled.
        payments: number of payments over the day.
        settled_minor: cumulative minor units at the end of each step.
    """

    currency: str
    mechanism: Mechanism
    payments: int
    settled_minor: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class QueueProfile:
    """What waited in one currency's queues: the greatest number and value within each step.

    Attributes:
        currency: ISO 4217 code.
        payments: greatest number waiting at one time within the step.
        amount_minor: greatest value waiting at one time within the step.
    """

    currency: str
    payments: NDArray[np.int64]
    amount_minor: NDArray[np.int64]

    @property
    def payments_peak(self) -> int:
        """Greatest number waiting at one time."""
        return int(self.payments.max(initial=0))

    @property
    def amount_peak_minor(self) -> int:
        """Greatest value waiting at one time."""
        return int(self.amount_minor.max(initial=0))


def step_ends_us(day: Day) -> NDArray[np.int64]:
    """Return the end of each step, UTC microseconds; the last one is the close."""
    span = day.closes_us - day.opens_us
    return day.opens_us + span * np.arange(1, STEPS + 1, dtype=np.int64) // STEPS


def settled_profiles(day: Day) -> tuple[SettledProfile, ...]:
    """Return a profile for every currency and mechanism that settled something."""
    chosen = settled(day)
    numbers = day.payments["currency"]
    found = []
    for number in np.unique(numbers[chosen]):
        for mechanism in np.unique(day.mechanisms[chosen & (numbers == number)]):
            rows = chosen & (numbers == number) & (day.mechanisms == mechanism)
            added = np.zeros(STEPS, np.int64)
            steps = _steps(day, day.interbank_final_us[rows])
            np.add.at(added, steps, day.payments["amount_minor"][rows])
            found.append(
                SettledProfile(
                    currency_by_number(int(number)).code,
                    Mechanism(int(mechanism)),
                    int(rows.sum()),
                    np.cumsum(added),
                )
            )
    return tuple(sorted(found, key=lambda one: (one.currency, one.mechanism)))


def queue_profiles(day: Day) -> tuple[QueueProfile, ...]:
    """Return a profile for every currency in which a payment waited in a queue."""
    events = day.events[day.events["kind"] == EventKind.PAYMENT]
    change = (events["after"] == State.QUEUED).astype(np.int64)
    change -= events["before"] == State.QUEUED
    rows = day.rows_of(events["subject"].astype(np.int64))
    moved = (change != 0) & (rows >= 0)
    steps, change, rows = _steps(day, events["at_us"][moved]), change[moved], rows[moved]
    waits = day.states == State.QUEUED
    numbers = day.payments["currency"]
    found = []
    for number in np.union1d(numbers[rows], numbers[waits]):
        here = numbers[rows] == number
        amounts = day.payments["amount_minor"][rows[here]]
        left = waits & (numbers == number)
        value_left = int(day.payments["amount_minor"][left].sum())
        found.append(
            QueueProfile(
                currency_by_number(int(number)).code,
                _greatest(steps[here], change[here], int(left.sum())),
                _greatest(steps[here], change[here] * amounts, value_left),
            )
        )
    return tuple(sorted(found, key=lambda one: one.currency))


def _steps(day: Day, times_us: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the step each time falls in; times outside the day count to its first or last."""
    return np.minimum(np.searchsorted(step_ends_us(day), times_us), STEPS - 1)


def _greatest(
    steps: NDArray[np.int64], change: NDArray[np.int64], at_close: int
) -> NDArray[np.int64]:
    """Return the greatest level within each step, from changes in order of time.

    The level at the opening follows from the one at the close: queues may be carried over.
    """
    level = at_close - int(change.sum()) + np.cumsum(change)
    start = at_close - int(change.sum())
    greatest = np.zeros(STEPS, np.int64)
    for step in range(STEPS):
        here = level[np.searchsorted(steps, step) : np.searchsorted(steps, step, side="right")]
        greatest[step] = max(start, int(here.max(initial=start)))
        start = int(here[-1]) if len(here) else start
    return greatest
