"""The series of all payments between countries, as banks report them to their central bank.

Only against such a series can a share be one *of all payments*: what passes through the scheme
is part of it. Each line names its publisher and definition; figures of two publishers are never
added together. A line covers a period; what a business day's payments are compared with is the
period's amount divided by the joint business days in it (for a period of one day, the amount
itself).
"""

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Final, TypeVar

from comity.business_calendar import (
    Calendar,
    CalendarCoverageError,
    is_joint_business_day,
)
from comity.errors import Fault, InputFaultsError, RejectedError
from comity.identifiers import is_country
from comity.money import currency, parse_amount_minor

SERIES_COLUMNS: Final = (
    "period_start",
    "period_end",
    "debtor_country",
    "creditor_country",
    "currency",
    "amount",
    "publisher",
    "definition",
)
"""The header of `series/all_payments.csv`."""

_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class SeriesLine:
    """Payments of one period, corridor and currency, as one publisher counts them.

    Attributes:
        period_start: first day.
        period_end: last day, inclusive.
        debtor_country: ISO 3166-1 alpha-2.
        creditor_country: ISO 3166-1 alpha-2.
        currency: ISO 4217 code the payments were made in.
        amount_minor: their sum, minor units, ≥ 0.
        publisher: who says so.
        definition: what was counted, in the publisher's words.
    """

    period_start: date
    period_end: date
    debtor_country: str
    creditor_country: str
    currency: str
    amount_minor: int
    publisher: str
    definition: str


@dataclass(frozen=True, slots=True)
class AllPayments:
    """One publisher's count of all payments between the members in a period around a day.

    Attributes:
        publisher: who says so.
        definition: what was counted.
        period_start: first day.
        period_end: last day, inclusive.
        business_days: joint business days in the period.
        amounts: sums of the period by currency code, minor units.
    """

    publisher: str
    definition: str
    period_start: date
    period_end: date
    business_days: int
    amounts: tuple[tuple[str, int], ...]

    def day_amounts(self) -> dict[str, Fraction]:
        """Return the amount of an average joint business day by currency, minor units."""
        return {code: Fraction(amount, self.business_days) for code, amount in self.amounts}


def read_series(text: str, *, name: str) -> tuple[SeriesLine, ...]:
    """Read the series from the text of its file.

    Args:
        text: the whole file.
        name: what faults call the file.

    Raises:
        InputFaultsError: with every fault of the file; nothing is skipped.
    """
    written = text.removeprefix("\ufeff").removesuffix("\n").split("\n")
    rows = csv.reader(f"{line}\n" for line in written)
    header = next(rows, [])
    if tuple(header) != SERIES_COLUMNS:
        raise InputFaultsError(
            [Fault(name, 1, "header", ",".join(header) or "nothing", ",".join(SERIES_COLUMNS))]
        )
    faults: list[Fault] = []
    lines = []
    try:
        for row in rows:
            line = _Row(name, rows.line_num, row, faults).line() if row else None
            lines.extend([line] if line else [])
    except csv.Error as error:
        faults.append(Fault(name, rows.line_num + 1, "line", str(error), "comma-separated text"))
    if faults:
        raise InputFaultsError(faults)
    return tuple(lines)


def all_payments_around(
    lines: Sequence[SeriesLine],
    *,
    day: date,
    countries: Sequence[str],
    calendars: Sequence[Calendar],
) -> tuple[AllPayments, ...]:
    """Return what each publisher counts for periods that contain the day.

    Shortest period first, then by publisher and definition: the first is what shares are taken
    of, the others stand beside it. Periods the calendars do not cover, and lines of corridors
    outside the scheme, are left out.
    """
    sums: dict[tuple[int, str, str, date, date], dict[str, int]] = {}
    for line in lines:
        inside = line.debtor_country in countries and line.creditor_country in countries
        if inside and line.period_start <= day <= line.period_end:
            length = (line.period_end - line.period_start).days
            key = (length, line.publisher, line.definition, line.period_start, line.period_end)
            amounts = sums.setdefault(key, {})
            amounts[line.currency] = amounts.get(line.currency, 0) + line.amount_minor
    found = []
    for (_, publisher, definition, start, end), amounts in sorted(sums.items()):
        days = _joint_business_days(calendars, start, end)
        if days:
            found.append(
                AllPayments(publisher, definition, start, end, days, tuple(sorted(amounts.items())))
            )
    return tuple(found)


def _joint_business_days(calendars: Sequence[Calendar], start: date, end: date) -> int:
    days = (start + timedelta(days=n) for n in range((end - start).days + 1))
    try:
        return sum(is_joint_business_day(calendars, each) for each in days)
    except CalendarCoverageError:
        return 0


class _Row:
    """One line of the file while it is read; collects its faults."""

    def __init__(self, name: str, number: int, cells: list[str], faults: list[Fault]) -> None:
        self.name = name
        self.number = number
        self.cells = cells
        self.faults = faults

    def line(self) -> SeriesLine | None:
        """Return the line, or None after noting its faults."""
        before = len(self.faults)
        if len(self.cells) != len(SERIES_COLUMNS):
            self._note("line", f"{len(self.cells)} fields", f"{len(SERIES_COLUMNS)} fields")
            return None
        start = self._take("period_start", date.fromisoformat, "a date as 2026-05-25")
        end = self._take("period_end", date.fromisoformat, "a date as 2026-05-25")
        countries = [
            self._take(field, _country, "two capital letters as KG")
            for field in ("debtor_country", "creditor_country")
        ]
        unit = self._take("currency", currency, "an ISO 4217 code")
        amount = None
        if unit is not None:
            exponent = unit.exponent
            amount = self._take(
                "amount",
                lambda text: parse_amount_minor(text, exponent),
                f"major units with at most {exponent} decimals",
            )
        sources = [
            self._take(field, _text, "a name; every figure needs its source")
            for field in ("publisher", "definition")
        ]
        if start and end and end < start:
            self._note("period_end", str(end), f"a day not before {start}")
        if len(self.faults) > before or not (start and end and unit) or amount is None:
            return None
        return SeriesLine(
            start,
            end,
            countries[0] or "",
            countries[1] or "",
            unit.code,
            amount,
            sources[0] or "",
            sources[1] or "",
        )

    def _take(self, field: str, read: Callable[[str], _Value], expected: str) -> _Value | None:
        text = self.cells[SERIES_COLUMNS.index(field)].strip()
        try:
            return read(text)
        except (ValueError, RejectedError):
            self._note(field, repr(text), expected)
            return None

    def _note(self, field: str, found: str, expected: str) -> None:
        self.faults.append(Fault(self.name, self.number, field, found, expected))


def _country(text: str) -> str:
    if not is_country(text):
        raise ValueError(text)
    return text


def _text(text: str) -> str:
    if not text:
        raise ValueError(text)
    return text
