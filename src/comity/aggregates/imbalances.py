"""Imbalance between two countries, and the most that netting of the two can save."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from comity.aggregates.periods import Coverage, Length, Period, period_of
from comity.aggregates.turnover import whole
from comity.aggregates.valuing import Valuer, gaps_in_words
from comity.statistics.exact import share


@dataclass(frozen=True, slots=True)
class ImbalanceLine:
    """What two countries paid each other, less returns.

    Attributes:
        period: of which.
        one: country first in the alphabet.
        other: the other one.
        unit: ISO 4217 code of the amounts.
        to_other_minor: paid from `one` to `other`.
        to_one_minor: paid the other way.
        imbalance: |X − M| ÷ (X + M); None where nothing was paid, or more came back than was paid.
        netting_bound: 1 − imbalance: the part of all that was paid that netting can save at most.
        is_whole: whether the source covers the period from end to end.
        note: why a figure is not there.
        is_withheld: not published, to protect who stands behind it.
    """

    period: Period
    one: str
    other: str
    unit: str
    to_other_minor: int | None
    to_one_minor: int | None
    imbalance: Fraction | None
    netting_bound: Fraction | None
    is_whole: bool
    note: str = ""
    is_withheld: bool = False


def imbalance_lines(
    rows: Iterable[Sequence[Any]], length: Length, *, coverage: Coverage, valuer: Valuer | None
) -> tuple[ImbalanceLine, ...]:
    """Return the answer to `imbalance.sql` by period, pair of countries and unit."""
    sums: dict[tuple[str, str, str, Period], list[Fraction | None]] = {}
    for day, debtor, creditor, code, _, net in rows:
        worth = Fraction(net) if valuer is None else valuer.worth(net, code, day)
        one, other = sorted((debtor, creditor))
        unit = code if valuer is None else valuer.currency
        cell = sums.setdefault(
            (one, other, unit, period_of(day, length)), [Fraction(0), Fraction(0)]
        )
        place = int(debtor != one)
        before = cell[place]
        cell[place] = None if before is None or worth is None else before + worth
    found = []
    for (one, other, unit, period), (there, back) in sorted(sums.items()):
        ratio = _imbalance(there, back)
        is_known = there is not None and back is not None
        found.append(
            ImbalanceLine(
                period,
                one,
                other,
                unit,
                whole(there),
                whole(back),
                ratio,
                None if ratio is None else 1 - ratio,
                coverage.has_whole(period),
                "" if is_known or valuer is None else gaps_in_words(valuer, period),
            )
        )
    return tuple(found)


def _imbalance(there: Fraction | None, back: Fraction | None) -> Fraction | None:
    if there is None or back is None or there < 0 or back < 0:
        return None
    return share(abs(there - back), there + back)
