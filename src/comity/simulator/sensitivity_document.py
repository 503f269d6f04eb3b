"""The same options on payments sent at other times, held against those sent as they were."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Any, Final

from comity.money import currency_by_number
from comity.simulator.comparing import Plan, Results, sum_over_days
from comity.simulator.measures import CurrencyMeasures, ratio
from comity.simulator.payment_table import PaymentTable
from comity.simulator.sensitivity import shift_times
from comity.statistics.exact import decimal_text

MARGIN_US: Final = 180_000_000
"""Before the close, when a day's last cycle is cut off: nothing is sent later."""
_MINUTE_US: Final = 60_000_000


@dataclass(frozen=True, slots=True)
class Shift:
    """By how much payments are sent earlier or later.

    Attributes:
        share: 0 … 1 of the payments.
        most_minutes: at most so many minutes from their own time.
        seed: of what moves, and where to.
    """

    share: Fraction
    most_minutes: int
    seed: int


@dataclass(frozen=True, slots=True, eq=False)
class Shifted:
    """The results of a plan on shifted payments, at one level of liquidity.

    Attributes:
        shift: what was done to them.
        results: with the same options and days as those they are held against.
    """

    shift: Shift
    results: Results


def shift_table(table: PaymentTable, plan: Plan, shift: Shift) -> PaymentTable:
    """Return the payments shifted within the hours of a plan."""
    return shift_times(
        table,
        share=shift.share,
        most_us=shift.most_minutes * _MINUTE_US,
        opens_us=plan.hours.opens_us,
        closes_us=plan.hours.closes_us - MARGIN_US,
        seed=shift.seed,
    )


def shift_document(shift: Shift) -> dict[str, Any]:
    """Return what was done to the payments, as JSON values."""
    return {
        "share": decimal_text(shift.share),
        "most_minutes": shift.most_minutes,
        "seed": shift.seed,
    }


def sensitivity_document(
    results: Results, shifted: Results, shift: Shift, level: Fraction
) -> dict[str, Any]:
    """Return the figures of both, and which pairs of options change places.

    Args:
        results: of the payments as they were sent.
        shifted: of the shifted ones.
        shift: what was done to them.
        level: of liquidity, at which both were tried.
    """
    names = [one.name for one in results.plan.options]
    figures: dict[int, dict[str, _Both]] = {}
    for number in (one.currency for one in results.results[0].measures.currencies):
        figures[number] = {
            name: _Both(
                sum_over_days(results.of(name, level), number),
                sum_over_days(shifted.of(name, level), number),
            )
            for name in names
        }
    return {
        **shift_document(shift),
        "options": [
            {"option": name, "currency": currency_by_number(number).code, **both.document()}
            for number, each in figures.items()
            for name, both in each.items()
        ],
        "turned": [turn for number, each in figures.items() for turn in _turned(number, each)],
    }


@dataclass(frozen=True, slots=True, eq=False)
class _Both:
    """An option in one currency on payments as sent, and as shifted."""

    sent: CurrencyMeasures
    shifted: CurrencyMeasures

    def document(self) -> dict[str, Any]:
        return {
            name: {"as_sent": _said(each(self.sent)), "shifted": _said(each(self.shifted))}
            for name, each in _MEASURES.items()
        }


_Figure = Fraction | int | None
_MEASURES: Final[Mapping[str, Callable[[CurrencyMeasures], _Figure]]] = {
    "delay_indicator": lambda one: one.delay,
    "liquidity_used_minor": lambda one: one.liquidity_used_minor,
    "settled_value_share": lambda one: ratio(one.settled_minor, one.value_minor),
}


def _said(figure: _Figure) -> str | int | None:
    return figure if isinstance(figure, int) else decimal_text(figure)


def _turned(number: int, figures: dict[str, _Both]) -> Iterator[dict[str, Any]]:
    """Yield the pairs of which one is better by a measure as sent, and the other as shifted."""
    for name, each in _MEASURES.items():
        for one, other in combinations(figures, 2):
            before = _order(each(figures[one].sent), each(figures[other].sent))
            after = _order(each(figures[one].shifted), each(figures[other].shifted))
            if before * after < 0:
                yield {
                    "measure": name,
                    "currency": currency_by_number(number).code,
                    "one": one,
                    "other": other,
                }


def _order(one: _Figure, other: _Figure) -> int:
    if one is None or other is None:
        return 0
    return (one > other) - (one < other)
