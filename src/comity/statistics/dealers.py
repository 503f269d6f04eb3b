"""What dealers took, paid out and made of it: turnover, positions, results and spreads of the day.

The engine adds the figures up exactly at the close; here they become lines. Definitions are in
`docs/statistics.md`.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from comity.money import currency_by_number
from comity.payments.codes import DealerFigure, EventKind
from comity.statistics.day import Day
from comity.statistics.exact import decimal_text


@dataclass(frozen=True, slots=True)
class DealerLine:
    """One dealer's day in one currency, minor units.

    Attributes:
        participant: BIC.
        currency: ISO 4217 code.
        taken_minor: what it was paid.
        paid_out_minor: what it paid.
        result_minor: what it took beyond what the official rate says, rounded once; below zero a
            loss, None where some of it has no official rate.
    """

    participant: str
    currency: str
    taken_minor: int
    paid_out_minor: int
    result_minor: int | None

    @property
    def position_minor(self) -> int:
        """By how much the dealer holds more of the currency than before."""
        return self.taken_minor - self.paid_out_minor

    @property
    def spread(self) -> Fraction | None:
        """The result as a part of what the official rate would have taken, exact but for it."""
        if self.result_minor is None or self.taken_minor == self.result_minor:
            return None
        return Fraction(self.result_minor, self.taken_minor - self.result_minor)


@dataclass(frozen=True, slots=True)
class Conversions:
    """How payments through dealers were converted.

    Attributes:
        payments: how many settled.
        over_vehicle: how many of them over a vehicle currency, each converted twice.
        quotes_held_back: quotes that were not dealt at.
    """

    payments: int
    over_vehicle: int
    quotes_held_back: int


def dealer_lines(day: Day) -> tuple[DealerLine, ...]:
    """Return a line for each dealer and currency, in order of BIC and currency."""
    rows = day.events[day.events["kind"] == EventKind.DEALER_FIGURE]
    found: dict[tuple[str, str], dict[DealerFigure, int]] = {}
    for row in rows:
        dealer = day.participants[int(row["subject"])]
        code = currency_by_number(int(row["detail"])).code
        figures = found.setdefault((dealer, code), {})
        figures[DealerFigure(int(row["after"]))] = int(row["value"])
    return tuple(
        DealerLine(
            dealer,
            code,
            figures.get(DealerFigure.TAKEN, 0),
            figures.get(DealerFigure.PAID_OUT, 0),
            figures.get(DealerFigure.RESULT),
        )
        for (dealer, code), figures in sorted(found.items())
    )


def conversions(day: Day) -> Conversions:
    """Return how many payments went through dealers, and how."""
    kinds = day.events["kind"]
    _, deals = np.unique(day.events["subject"][kinds == EventKind.DEAL], return_counts=True)
    return Conversions(
        payments=len(deals),
        over_vehicle=int(np.count_nonzero(deals > 1)),
        quotes_held_back=int(np.count_nonzero(kinds == EventKind.QUOTE_HELD_BACK)),
    )


def dealing_document(day: Day) -> dict[str, Any]:
    """Return what `--json` says of dealers."""
    found = conversions(day)
    return {
        "payments": found.payments,
        "over_vehicle": found.over_vehicle,
        "quotes_held_back": found.quotes_held_back,
        "dealers": [
            {
                "participant": one.participant,
                "currency": one.currency,
                "taken_minor": one.taken_minor,
                "paid_out_minor": one.paid_out_minor,
                "position_minor": one.position_minor,
                "result_minor": one.result_minor,
                "spread": decimal_text(one.spread),
            }
            for one in dealer_lines(day)
        ],
    }
