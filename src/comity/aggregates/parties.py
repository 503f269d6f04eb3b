"""Companies that are active, new and lapsed; and how concentrated turnover is on few parties."""

from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from comity.aggregates.periods import Coverage, Length, Period, period_of
from comity.statistics.exact import decimal_text, share

Row = dict[str, Any]


def company_rows(
    rows: Iterable[Sequence[Any]], length: Length, coverage: Coverage, fewest: int = 0
) -> list[Row]:
    """Return the answer to `companies.sql` as JSON values, by country and period.

    New is not known for the first period of the source: all were new to it. New and lapsed are not
    known where this period or the one before is not covered from end to end.

    Args:
        rows: first day of the period, country, active, new, lapsed.
        length: of periods.
        coverage: from when to when the source is complete.
        fewest: counts from 1 to below this are withheld.
    """
    found = []
    for day, country, active, new, lapsed in sorted(rows, key=lambda row: (row[1], row[0])):
        period = period_of(day, length)
        is_whole = coverage.has_whole(period)
        compares = is_whole and coverage.has_whole(period.preceding)
        counts = {
            "active": active,
            "new": new if compares else None,
            "lapsed": lapsed if compares else None,
        }
        withheld = {
            name: None if count and count < fewest else count for name, count in counts.items()
        }
        found.append(
            {
                "period": period.label,
                "country": country,
                "is_whole": is_whole,
                **withheld,
                "is_withheld": withheld != counts,
            }
        )
    return found


def concentration_rows(
    rows: Iterable[Sequence[Any]],
    role: str,
    length: Length,
    coverage: Coverage,
    fewest: int = 0,
) -> list[Row]:
    """Return the answer to `concentration.sql` as JSON values, by currency and period.

    Args:
        rows: first day of the period, currency, parties, amount, that of the largest, of the
            largest three and five, and the sum of squares.
        role: whose turnover it is.
        length: of periods.
        coverage: from when to when the source is complete.
        fewest: of fewer parties nothing is published; of any number not the largest alone, and the
            largest three or five only where at least so many others stand beside them.
    """
    found = []
    for day, code, parties, amount, *largest, squares in sorted(
        rows, key=lambda row: (row[1], row[0])
    ):
        period = period_of(day, length)
        parts = [share(each, amount) for each in largest]
        is_withheld = 0 < parties < fewest
        index: Fraction | None = Fraction(squares, amount * amount)
        if fewest:
            is_kept = [False, parties >= 3 + fewest, parties >= 5 + fewest]
            parts = [part if kept else None for part, kept in zip(parts, is_kept, strict=True)]
            index = index if parties >= 2 * fewest else None
        found.append(
            {
                "period": period.label,
                "role": role,
                "currency": code,
                "is_whole": coverage.has_whole(period),
                "parties": None if is_withheld else parties,
                "largest": decimal_text(parts[0]),
                "largest_three": decimal_text(parts[1]),
                "largest_five": decimal_text(parts[2]),
                "herfindahl": decimal_text(index),
                "is_withheld": is_withheld,
            }
        )
    return found


AGES: dict[int, str] = {
    0: "0 to 30 days",
    31: "31 to 90 days",
    91: "91 to 180 days",
    181: "181 to 365 days",
    366: "more than 365 days",
}
"""Words of an age by its first day."""


def ageing_rows(rows: Iterable[Sequence[Any]], as_of: date) -> list[Row]:
    """Return the answer to `ageing.sql` as JSON values: each balance with its parts by age.

    Args:
        rows: the two countries, currency, balance (above zero the second one's), first day of the
            age, amount.
        as_of: last day of the source.
    """
    found: dict[tuple[str, str, str], Row] = {}
    for one, other, code, balance, age, amount in rows:
        holder, owes = (other, one) if balance > 0 else (one, other)
        row = found.setdefault(
            (one, other, code),
            {
                "as_of": as_of.isoformat(),
                "received_by": holder,
                "paid_by": owes,
                "currency": code,
                "balance_minor": abs(balance),
                "ages": [{"days_from": each, "amount_minor": 0} for each in AGES],
            },
        )
        row["ages"][list(AGES).index(age)]["amount_minor"] += amount
    return [found[key] for key in sorted(found)]


def timeliness_rows(
    speed: Iterable[Sequence[Any]],
    reconciliation: Iterable[Sequence[Any]],
    length: Length,
    coverage: Coverage,
) -> list[Row]:
    """Return speed and reconciliation by period as JSON values, shares of the number of payments.

    Args:
        speed: first day of the period, payments, final within an hour, within a day; empty where
            the source has no times.
        reconciliation: first day of the period, payments, reconciled on the day; likewise.
        length: of periods.
        coverage: from when to when the source is complete.
    """
    timed = {period_of(day, length): rest for day, *rest in speed}
    kept = {period_of(day, length): rest for day, *rest in reconciliation}
    return [
        _timely(period, timed.get(period), kept.get(period), coverage)
        for period in sorted({*timed, *kept})
    ]


def _timely(
    period: Period, timed: list[int] | None, kept: list[int] | None, coverage: Coverage
) -> Row:
    payments = (timed or kept or [0])[0]
    return {
        "period": period.label,
        "is_whole": coverage.has_whole(period),
        "payments": payments,
        "within_hour": decimal_text(share(timed[1], payments)) if timed else None,
        "within_day": decimal_text(share(timed[2], payments)) if timed else None,
        "reconciled_same_day": decimal_text(share(kept[1], payments)) if kept else None,
        "is_withheld": False,
    }


def cost_rows(rows: Iterable[Sequence[Any]], length: Length, coverage: Coverage) -> list[Row]:
    """Return what payments cost by period and currency as JSON values.

    Args:
        rows: first day of the period, currency, payments, those whose fee is known, their amount,
            their fees.
        length: of periods.
        coverage: from when to when the source is complete.
    """
    found = []
    for day, code, payments, known, amount, fees in rows:
        period = period_of(day, length)
        found.append(
            {
                "period": period.label,
                "currency": code,
                "is_whole": coverage.has_whole(period),
                "payments": payments,
                "payments_with_fee": known,
                "fee_minor": fees if known else None,
                "fee_share": decimal_text(share(fees, amount)) if known else None,
                "coverage": decimal_text(share(known, payments)),
                "is_withheld": False,
            }
        )
    return found
