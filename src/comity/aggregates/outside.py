"""Figures that others publish: two publishers' for one quantity side by side, and official trade.

Nothing is merged, averaged or corrected: each figure stands with its publisher and definition, and
the difference between them is a figure of its own.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import combinations
from typing import Any

from comity.aggregates.periods import Coverage, Length, Period, period_of
from comity.aggregates.turnover import whole
from comity.aggregates.valuing import Valuer, exponent_of
from comity.statistics.exact import decimal_text, share

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Published:
    """One figure as somebody publishes it.

    Attributes:
        quantity: what is measured, the same words for all who measure it.
        period_start: first day.
        period_end: last day.
        unit: such as `USD million` or `per cent`.
        publisher: who says so.
        definition: what was counted, in the publisher's words.
        value: as printed.
        source: where it stands; may be empty.
    """

    quantity: str
    period_start: date
    period_end: date
    unit: str
    publisher: str
    definition: str
    value: Fraction
    source: str


def mirror_rows(figures: Iterable[Published]) -> list[Row]:
    """Return each quantity with every publisher's figure and the difference of each two.

    The difference is the first less the second, as they stand in the order of their publishers;
    `relative` is its share of the smaller of the two.
    """
    groups: dict[tuple[str, date, date, str], list[Published]] = {}
    for one in figures:
        key = (one.quantity, one.period_start, one.period_end, one.unit)
        groups.setdefault(key, []).append(one)
    found = []
    for (quantity, start, end, unit), group in sorted(groups.items()):
        group.sort(key=lambda one: (one.publisher, one.definition))
        found.append(
            {
                "quantity": quantity,
                "period_start": start.isoformat(),
                "period_end": end.isoformat(),
                "unit": unit,
                "figures": [_figure(one) for one in group],
                "differences": [_difference(*pair) for pair in combinations(group, 2)],
            }
        )
    return found


def _figure(one: Published) -> Row:
    return {
        "publisher": one.publisher,
        "definition": one.definition,
        "value": plain(one.value),
        "source": one.source,
    }


def _difference(one: Published, other: Published) -> Row:
    apart, least = one.value - other.value, min(abs(one.value), abs(other.value))
    return {
        "publishers": [one.publisher, other.publisher],
        "difference": plain(apart),
        "relative": decimal_text(share(abs(apart), least)),
        "definitions_differ": one.definition != other.definition,
    }


def plain(value: Fraction) -> str:
    """Return a decimal number with as many decimals as it has."""
    decimals = 0
    while (value * 10**decimals).denominator != 1:
        decimals += 1
    text = decimal_text(value, decimals)
    assert text is not None, "a number has a text"
    return text


@dataclass(frozen=True, slots=True)
class Trade:
    """Goods that one country says it sold to another, or bought from it.

    Attributes:
        period: of which.
        reporter: country that says so.
        exporter: country the goods came from.
        importer: country they went to.
        currency: ISO 4217 code of the value.
        value: major units.
        publisher: who published it.
    """

    period: Period
    reporter: str
    exporter: str
    importer: str
    currency: str
    value: Fraction
    publisher: str


def trade_rows(
    trades: Sequence[Trade],
    goods: Iterable[Sequence[Any]],
    length: Length,
    *,
    coverage: Coverage,
    rates: Mapping[str, Valuer],
) -> list[Row]:
    """Return official trade with the payments for goods of the other direction beside it.

    Args:
        trades: figures; those of other lengths of period are passed over.
        goods: answer to `goods.sql`: day, importer, exporter, currency, number and sum.
        length: of periods.
        coverage: from when to when the source of payments is complete.
        rates: what values payments in each currency of the figures.
    """
    answer = list(goods)
    paid = {code: _paid(answer, length, valuer) for code, valuer in rates.items()}
    found = []
    for one in sorted(trades, key=_order):
        if one.period.length is not length:
            continue
        worth = paid[one.currency].get((one.period, one.importer, one.exporter), Fraction(0))
        major = None if worth is None else worth / 10 ** exponent_of(one.currency)
        is_whole = coverage.has_whole(one.period)
        ratio = None if major is None or not is_whole else share(major, one.value)
        note = "" if worth is not None else "no usable official rate on some day"
        found.append(
            {
                "period": one.period.label,
                "exporter": one.exporter,
                "importer": one.importer,
                "reporter": one.reporter,
                "publisher": one.publisher,
                "currency": one.currency,
                "trade": plain(one.value),
                "paid_minor": whole(worth),
                "coverage": decimal_text(ratio),
                "is_whole": is_whole,
                "note": note if is_whole else "the source does not cover the period",
            }
        )
    return found


def _order(one: Trade) -> tuple[str, str, Period, str, str]:
    return one.exporter, one.importer, one.period, one.reporter, one.publisher


def _paid(
    goods: Iterable[Sequence[Any]], length: Length, valuer: Valuer
) -> dict[tuple[Period, str, str], Fraction | None]:
    found: dict[tuple[Period, str, str], Fraction | None] = {}
    for day, importer, exporter, code, _, amount in goods:
        key = (period_of(day, length), importer, exporter)
        worth, before = valuer.worth(amount, code, day), found.get(key, Fraction(0))
        found[key] = None if worth is None or before is None else before + worth
    return found
