"""The day's multilateral resolutions: when queued payments settled together, and how many."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from comity.money import currency_by_number
from comity.payments.codes import EventKind, ResolutionKind
from comity.statistics.day import Day

_KINDS = (
    EventKind.RESOLUTION,
    EventKind.SELECTION,
    EventKind.SELECTION_WORTH,
    EventKind.SELECTION_BOUND,
)


@dataclass(frozen=True, slots=True)
class SelectionBound:
    """How good a choice out of order is, over all currencies that were chosen from together.

    Attributes:
        currencies: ISO 4217 codes, in the order of the chart of accounts.
        unit: ISO 4217 code that worth and bound are counted in.
        worth_minor: what all that was chosen is worth, minor units.
        bound_minor: no choice is worth more, minor units.
    """

    currencies: tuple[str, ...]
    unit: str
    worth_minor: int
    bound_minor: int


@dataclass(frozen=True, slots=True)
class MultilateralResolution:
    """One moment at which payments of one currency's queues settled together.

    Attributes:
        at_us: UTC microseconds.
        currency: ISO 4217 code.
        payments: how many settled.
        value_minor: their sum, minor units.
        kind: how good the choice of them is known to be.
        bound: of a choice out of order, None for prefixes of queues.
    """

    at_us: int
    currency: str
    payments: int
    value_minor: int
    kind: ResolutionKind
    bound: SelectionBound | None = None


def multilateral_resolutions(day: Day) -> tuple[MultilateralResolution, ...]:
    """Return the resolutions and selections that settled something, in order of time."""
    found: list[MultilateralResolution] = []
    choice: list[Any] = []
    for row in day.events[np.flatnonzero(np.isin(day.events["kind"], _KINDS))]:
        if row["kind"] == EventKind.RESOLUTION:
            found.append(_resolution(row, None))
            continue
        choice.append(row)
        if row["kind"] == EventKind.SELECTION_BOUND:
            bound = _bound(choice)
            each = (one for one in choice if one["kind"] == EventKind.SELECTION)
            found += [_resolution(one, bound) for one in each]
            choice = []
    return tuple(one for one in found if one.payments)


def _resolution(row: Any, bound: SelectionBound | None) -> MultilateralResolution:
    return MultilateralResolution(
        at_us=int(row["at_us"]),
        currency=_code(row),
        payments=int(row["subject"]),
        value_minor=int(row["value"]),
        kind=ResolutionKind(int(row["after"])),
        bound=bound,
    )


def _bound(choice: list[Any]) -> SelectionBound:
    """Return what the events of one choice say: a sum a currency, of several the worth, the bound.

    The worth of one currency is its sum.
    """
    *sums, bound = choice
    chosen = [one for one in sums if one["kind"] == EventKind.SELECTION]
    return SelectionBound(
        currencies=tuple(_code(one) for one in chosen),
        unit=_code(bound),
        worth_minor=int(sums[-1]["value"]),
        bound_minor=int(bound["value"]),
    )


def _code(row: Any) -> str:
    return currency_by_number(int(row["detail"])).code
