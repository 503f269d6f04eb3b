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
        bound_minor: no choice out of order is worth more, minor units; 0 for prefixes of queues.
    """

    at_us: int
    currency: str
    payments: int
    value_minor: int
    kind: ResolutionKind
    bound_minor: int = 0


def multilateral_resolutions(day: Day) -> tuple[MultilateralResolution, ...]:
    """Return the resolutions and selections that settled something, in order of time."""
    kinds = (EventKind.RESOLUTION, EventKind.SELECTION, EventKind.SELECTION_BOUND)
    rows = day.events[np.flatnonzero(np.isin(day.events["kind"], kinds))]
    # The bound of a selection is the event behind it.
    following = np.append(rows[1:], rows[:1])
    return tuple(
        MultilateralResolution(
            at_us=int(row["at_us"]),
            currency=currency_by_number(int(row["detail"])).code,
            payments=int(row["subject"]),
            value_minor=int(row["value"]),
            kind=ResolutionKind(int(row["after"])),
            bound_minor=int(next_row["value"]) if row["kind"] == EventKind.SELECTION else 0,
        )
        for row, next_row in zip(rows, following, strict=True)
        if row["kind"] != EventKind.SELECTION_BOUND and row["subject"]
    )
