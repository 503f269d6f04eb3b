"""The share of national currencies by period, in three definitions and against two denominators."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from itertools import product
from typing import Any, Final

from comity.aggregates.national import is_national
from comity.aggregates.periods import Coverage, Length, Period, period_of
from comity.aggregates.turnover import ALL, Group, whole
from comity.aggregates.valuing import Valuer, gaps_in_words
from comity.statistics.exact import share
from comity.statistics.series import SeriesLine
from comity.statistics.shares import Denominator

DEFINITIONS: Final = {
    "invoicing": "the invoice is in a currency of one of the two countries of the corridor",
    "customer_leg": "the payer paid in a currency of one of the two countries of the corridor",
    "settlement_asset": (
        "banks or central banks settled in a currency of one of the two countries of the corridor"
    ),
}
"""When a payment counts as national, by the name of the definition."""

NEEDS: Final = {
    "invoicing": "invoicing_currency",
    "customer_leg": "payer_currency",
    "settlement_asset": "settlement_asset",
}
"""Column of an archive that each definition needs."""


@dataclass(slots=True)
class _Cell:
    payments: int = 0
    national_payments: list[int] = field(default_factory=lambda: [0, 0, 0])
    amount: Fraction | None = Fraction(0)
    national: list[Fraction] = field(default_factory=lambda: [Fraction(0)] * 3)

    def add(self, flags: Sequence[bool], payments: int, worth: Fraction | None) -> None:
        self.payments += payments
        self.amount = None if self.amount is None or worth is None else self.amount + worth
        for place, flag in enumerate(flags):
            if flag:
                self.national_payments[place] += payments
                self.national[place] += worth or 0


@dataclass(frozen=True, slots=True)
class ShareLine:
    """One share.

    Attributes:
        period: of which.
        group: names, in the order of the breakdowns, or ALL.
        definition: a key of DEFINITIONS.
        denominator: what it is a share of.
        publisher: whose count of all payments the denominator is, empty within the scheme.
        by_number: share of the number of payments; None where the denominator has no number.
        by_value: share of their worth; None without rates, `note` says why.
        national_minor: worth of what is national, minor units.
        denominator_minor: worth of the denominator.
        unit: ISO 4217 code of both; empty without rates.
        coverage: worth settled in the scheme ÷ denominator; 1 within the scheme.
        is_whole: whether the source covers the period from end to end.
        note: why a figure is not there.
        is_withheld: not published, to protect who stands behind it.
    """

    period: Period
    group: Group
    definition: str
    denominator: Denominator
    publisher: str
    by_number: Fraction | None
    by_value: Fraction | None
    national_minor: int | None
    denominator_minor: int | None
    unit: str
    coverage: Fraction | None
    is_whole: bool
    note: str = ""
    is_withheld: bool = False


def share_lines(
    rows: Iterable[Sequence[Any]],
    by: Sequence[str],
    length: Length,
    *,
    coverage: Coverage,
    valuer: Valuer | None,
    definitions: Sequence[str],
    series: Sequence[SeriesLine] = (),
) -> tuple[ShareLine, ...]:
    """Return the shares of the answer to `share.sql`, sorted by group, period and definition.

    Args:
        rows: day or first day of a period, a name for each breakdown, the two countries, the
            payment's currency, the three that the definitions look at, number and sum.
        by: names of the breakdowns.
        length: of periods.
        coverage: from when to when the source is complete.
        valuer: puts currencies together; without one there are shares of the number alone.
        definitions: those that the source can answer.
        series: counts of all payments, of any publishers.
    """
    cells: dict[tuple[Group, Period], _Cell] = {}
    for day, *rest in rows:
        names, (debtor, creditor, code, *looked_at, payments, amount) = (
            rest[: len(by)],
            rest[len(by) :],
        )
        flags = [is_national(one, (debtor, creditor), day) for one in looked_at]
        worth = None if valuer is None else valuer.worth(amount, code, day)
        period = period_of(day, length)
        for group in product(*((str(name), ALL) for name in names)):
            cells.setdefault((group, period), _Cell()).add(flags, payments, worth)
    return tuple(
        line
        for (group, period), cell in sorted(cells.items())
        for place, definition in enumerate(DEFINITIONS)
        if definition in definitions
        for line in _lines(
            cell,
            place,
            (period, group, definition),
            whole_=coverage.has_whole(period),
            valuer=valuer,
            counts=_counts(series, by, group, period, valuer),
        )
    )


def _lines(
    cell: _Cell,
    place: int,
    named: tuple[Period, Group, str],
    *,
    whole_: bool,
    valuer: Valuer | None,
    counts: Mapping[str, Fraction | None],
) -> Iterable[ShareLine]:
    period, group, definition = named
    national = None if cell.amount is None else cell.national[place]
    unit = "" if valuer is None else valuer.currency
    note = "" if cell.amount is not None else _why(valuer, period)
    yield ShareLine(
        period,
        group,
        definition,
        Denominator.WITHIN_SCHEME,
        "",
        by_number=share(cell.national_payments[place], cell.payments),
        by_value=None if national is None or cell.amount is None else share(national, cell.amount),
        national_minor=whole(national),
        denominator_minor=whole(cell.amount),
        unit=unit,
        coverage=Fraction(1),
        is_whole=whole_,
        note=note,
    )
    for publisher, count in counts.items():
        usable, why = _usable(cell.amount, count)
        yield ShareLine(
            period,
            group,
            definition,
            Denominator.ALL_PAYMENTS,
            publisher,
            by_number=None,
            by_value=None if national is None or usable is None else share(national, usable),
            national_minor=whole(national),
            denominator_minor=whole(count),
            unit=unit,
            coverage=None if cell.amount is None or not usable else share(cell.amount, usable),
            is_whole=whole_,
            note=note or why,
        )


def _why(valuer: Valuer | None, period: Period) -> str:
    if valuer is None:
        return "several currencies are put together at official rates only: give --rates and --in"
    return gaps_in_words(valuer, period)


def _usable(settled: Fraction | None, count: Fraction | None) -> tuple[Fraction | None, str]:
    """Return the denominator if one can be used, else why not."""
    if count is None:
        return None, "no usable official rate values a currency of the series in the period"
    if settled is not None and count < settled:
        return None, "the series counts less than settled in the scheme alone"
    return count, ""


def _counts(
    series: Sequence[SeriesLine],
    by: Sequence[str],
    group: Group,
    period: Period,
    valuer: Valuer | None,
) -> dict[str, Fraction | None]:
    """Return by publisher and definition the worth of all payments of a period.

    Only counts whose lines make up the period exactly are used: nothing is spread over days.
    """
    if valuer is None or any(
        name != ALL and what != "corridor" for what, name in zip(by, group, strict=True)
    ):
        return {}
    corridors = [name for name in group if name != ALL]
    chosen: dict[str, list[SeriesLine]] = {}
    for line in series:
        is_within = period.start <= line.period_start and line.period_end <= period.end
        if is_within and (not corridors or _corridor(line) == corridors[0]):
            chosen.setdefault(f"{line.publisher}: {line.definition}", []).append(line)
    return {
        publisher: _series_worth(lines, valuer)
        for publisher, lines in sorted(chosen.items())
        if _make_up(period, lines)
    }


def _corridor(line: SeriesLine) -> str:
    return f"{line.debtor_country}-{line.creditor_country}"


def _make_up(period: Period, lines: Sequence[SeriesLine]) -> bool:
    """Return whether the spans of the lines follow one another from the first day to the last."""
    spans = sorted({(line.period_start, line.period_end) for line in lines})
    expected: date = period.start
    for start, end in spans:
        if start != expected:
            return False
        expected = end + timedelta(days=1)
    return expected == period.following.start


def _series_worth(lines: Sequence[SeriesLine], valuer: Valuer) -> Fraction | None:
    total = Fraction(0)
    for line in lines:
        factor = valuer.mean_factor(line.currency, line.period_start, line.period_end)
        if factor is None:
            return None
        total += line.amount_minor * factor
    return total
