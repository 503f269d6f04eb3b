"""The day's multilateral resolutions: when queued payments settled together, and how many."""

from dataclasses import dataclass

import numpy as np

from comity.money import currency_by_number
from comity.payments.codes import EventKind, ResolutionKind
from comity.statistics.day import Day


@dataclass(frozen=True, slots=True)
class MultilateralResolution:
    """One moment at which payments of one currency's queues settled together.

    Attributes:
        at_us: UTC microseconds.
        currency: ISO 4217 code.
        payments: how many settled.
        value_minor: their sum, minor units.
        kind: how good the choice of them is known to be.
    """

    at_us: int
    currency: str
    payments: int
    value_minor: int
    kind: ResolutionKind


def multilateral_resolutions(day: Day) -> tuple[MultilateralResolution, ...]:
    """Return the resolutions that settled something, in order of time."""
    rows = day.events[np.flatnonzero(day.events["kind"] == EventKind.RESOLUTION)]
    return tuple(
        MultilateralResolution(
            at_us=int(row["at_us"]),
            currency=currency_by_number(int(row["detail"])).code,
            payments=int(row["subject"]),
            value_minor=int(row["value"]),
            kind=ResolutionKind(int(row["after"])),
        )
        for row in rows
    )
