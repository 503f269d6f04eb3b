"""Turnover by period: its growth, the year to date, records, and the average ticket."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from itertools import product
from typing import Any, Final

from comity.aggregates.periods import Coverage, Length, Period, period_of
from comity.aggregates.valuing import Valuer, gaps_in_words
from comity.money import multiply_divide
from comity.statistics.exact import share

ALL: Final = "all"
"""Name of the margin over everything that figures are broken down by."""

Group = tuple[str, ...]
Key = tuple[Period, Group, str]
"""Period, group and unit (ISO 4217 code) of a cell."""


@dataclass(frozen=True, slots=True)
class Sums:
    """What was settled in one cell.

    Attributes:
        payments: their number, without returns.
        amount: their sum, minor units of the cell's unit; None where a rate is missing.
        returns: number of returns.
        returned: their sum.
    """

    payments: int = 0
    amount: Fraction | None = Fraction(0)
    returns: int = 0
    returned: Fraction | None = Fraction(0)

    def plus(self, other: "Sums") -> "Sums":
        """Return both together; a sum is known only where both are."""
        return Sums(
            self.payments + other.payments,
            _added(self.amount, other.amount),
            self.returns + other.returns,
            _added(self.returned, other.returned),
        )


@dataclass(frozen=True, slots=True)
class TurnoverLine:
    """One cell; figures that cannot be had are None, `note` says why.

    Attributes:
        period: of which.
        group: names, in the order of the breakdowns, or ALL.
        unit: ISO 4217 code of the amounts.
        is_whole: whether the source covers the period from end to end.
        payments: their number, without returns.
        amount_minor: their sum.
        returns: number of returns.
        returned_minor: their sum.
        average_minor: amount ÷ payments.
        growth: amount ÷ that of the same period of the year before, less one.
        to_date_minor: amount of the year's periods up to and with this one.
        to_date_growth: that ÷ the same of the year before, less one.
        highest_since: label of the latest earlier period with as much, if not the one right before.
        is_record: no earlier period of the source had as much; None where there is no earlier one.
        note: why a sum is not there.
        is_withheld: not published, to protect who stands behind it.
    """

    period: Period
    group: Group
    unit: str
    is_whole: bool
    payments: int | None
    amount_minor: int | None
    returns: int | None
    returned_minor: int | None
    average_minor: int | None
    growth: Fraction | None
    to_date_minor: int | None
    to_date_growth: Fraction | None
    highest_since: str | None
    is_record: bool | None
    note: str = ""
    is_withheld: bool = False

    @property
    def net_minor(self) -> int | None:
        """The amount less what was returned."""
        if self.amount_minor is None or self.returned_minor is None:
            return None
        return self.amount_minor - self.returned_minor

    @property
    def key(self) -> Key:
        """Which cell it is."""
        return self.period, self.group, self.unit

    def withheld(self) -> "TurnoverLine":
        """Return the line without any figure."""
        kept = {"period", "group", "unit", "is_whole", "note", "is_withheld"}
        nothing = {name: None for name in self.__slots__ if name not in kept}
        return replace(self, **nothing, is_withheld=True)  # type: ignore[arg-type]  # all optional

    def without_comparisons(self) -> "TurnoverLine":
        """Return the line without what compares it with other periods."""
        return replace(
            self,
            growth=None,
            to_date_minor=None,
            to_date_growth=None,
            highest_since=None,
            is_record=None,
        )


def collect(
    rows: Iterable[Sequence[Any]], groups: int, length: Length, valuer: Valuer | None
) -> dict[Key, Sums]:
    """Return the cells of the answer to `turnover.sql`, with all margins.

    Args:
        rows: day or first day of a period, `groups` names, currency, then the four sums.
        groups: how many breakdowns.
        length: of periods.
        valuer: puts currencies together; None leaves each by itself.
    """
    found: dict[Key, Sums] = {}
    for day, *rest in rows:
        names, (code, payments, amount, returns, returned) = rest[:groups], rest[groups:]
        sums = Sums(payments, _worth(valuer, amount, code, day), returns, None)
        sums = replace(sums, returned=_worth(valuer, returned, code, day))
        unit = code if valuer is None else valuer.currency
        period = period_of(day, length)
        for group in product(*((str(name), ALL) for name in names)):
            key = (period, group, unit)
            found[key] = found[key].plus(sums) if key in found else sums
    return found


def turnover_lines(
    cells: Mapping[Key, Sums], coverage: Coverage, valuer: Valuer | None
) -> tuple[TurnoverLine, ...]:
    """Return every cell with its comparisons, sorted by group, unit and period."""
    known = _History(cells, coverage)
    return tuple(
        known.line(key, "" if valuer is None else gaps_in_words(valuer, key[0]))
        for key in sorted(cells, key=lambda one: (_order(one[1]), one[2], one[0]))
    )


def _order(group: Group) -> tuple[tuple[bool, str], ...]:
    """Return what sorts margins behind what they are margins of."""
    return tuple((name == ALL, name) for name in group)


class _History:
    """Cells beside those of other periods."""

    def __init__(self, cells: Mapping[Key, Sums], coverage: Coverage) -> None:
        self._cells = cells
        self._coverage = coverage
        self._periods: dict[tuple[Group, str], list[Period]] = {}
        for period, group, unit in sorted(cells):
            self._periods.setdefault((group, unit), []).append(period)

    def line(self, key: Key, gaps: str) -> TurnoverLine:
        period, group, unit = key
        sums, is_whole = self._cells[key], self._coverage.has_whole(period)
        to_date = self._to_date(period, group, unit)
        before = period.year_before
        highest, is_record = self._record(key) if is_whole else (None, None)
        return TurnoverLine(
            period=period,
            group=group,
            unit=unit,
            is_whole=is_whole,
            payments=sums.payments,
            amount_minor=whole(sums.amount),
            returns=sums.returns,
            returned_minor=whole(sums.returned),
            average_minor=None if sums.amount is None else _mean(sums.amount, sums.payments),
            growth=_growth(self._amount(period, group, unit), self._amount(before, group, unit)),
            to_date_minor=whole(to_date),
            to_date_growth=_growth(to_date, self._to_date(before, group, unit)),
            highest_since=highest,
            is_record=is_record,
            note=gaps if sums.amount is None else "",
        )

    def _amount(self, period: Period | None, group: Group, unit: str) -> Fraction | None:
        """Return the amount of a period that the source covers; nothing was settled is zero."""
        if period is None or not self._coverage.has_whole(period):
            return None
        return self._cells.get((period, group, unit), Sums()).amount

    def _to_date(self, period: Period | None, group: Group, unit: str) -> Fraction | None:
        if period is None:
            return None
        total = Fraction(0)
        for one in period.of_year:
            amount = self._amount(one, group, unit)
            if amount is None:
                return None
            total += amount
        return total

    def _record(self, key: Key) -> tuple[str | None, bool | None]:
        period, group, unit = key
        amount = self._cells[key].amount
        if amount is None or not self._coverage.has_whole(period.preceding):
            return None, None
        for one in reversed(self._periods[group, unit]):
            if one >= period or not self._coverage.has_whole(one):
                continue
            other = self._cells[one, group, unit].amount
            if other is None:
                return None, None
            if other >= amount:
                return (one.label if one != period.preceding else None), False
        return None, True


def whole(value: Fraction | None) -> int | None:
    """Return a value in whole minor units, rounded half to even."""
    return None if value is None else multiply_divide(value.numerator, 1, value.denominator)


def _mean(amount: Fraction, payments: int) -> int | None:
    return whole(amount / payments) if payments else None


def _growth(now: Fraction | None, before: Fraction | None) -> Fraction | None:
    if now is None or before is None:
        return None
    grown = share(now, before)
    return None if grown is None else grown - 1


def _worth(valuer: Valuer | None, amount: int, code: str, day: date) -> Fraction | None:
    return Fraction(amount) if valuer is None else valuer.worth(amount, code, day)


def _added(one: Fraction | None, other: Fraction | None) -> Fraction | None:
    return None if one is None or other is None else one + other
