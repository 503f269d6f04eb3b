"""Some of the days of a table: those that a person names."""

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np

from comity.business_calendar import date_to_days, days_to_date
from comity.errors import UsageError
from comity.simulator.payment_table import COLUMNS, PaymentTable


def choose_days(table: PaymentTable, text: str) -> PaymentTable:
    """Return the payments of the days named.

    Args:
        table: any number of days.
        text: days and spans, parted by commas: `2026-05-25`, `2026-05-25..2026-06-05`; either end
            of a span may be left out.

    Raises:
        UsageError: it is no such text, or there is no payment on a day or in a span named.
    """
    chosen = np.zeros(len(table), np.bool_)
    for part in text.split(","):
        first, last = _span(part.strip())
        mine = (table.day >= first) & (table.day <= last)
        if not mine.any():
            days = f"{days_to_date(int(table.day[0]))} to {days_to_date(int(table.day[-1]))}"
            raise UsageError(
                f"--days: found no payment in {part.strip()!r}, expected some from {days}"
            )
        chosen |= mine
    columns: dict[str, Any] = {name: getattr(table, name)[chosen] for name in COLUMNS}
    return _with_parties_there(replace(table, **columns))


def _with_parties_there(table: PaymentTable) -> PaymentTable:
    """Return the table without the parties that none of its payments is of."""
    sides = np.concatenate([table.debtor, table.creditor])
    there, places = np.unique(sides, return_inverse=True)
    debtor, creditor = places.astype(np.int32).reshape(2, -1)
    return replace(
        table,
        parties=tuple(table.parties[each] for each in there.tolist()),
        countries=tuple(table.countries[each] for each in there.tolist()),
        debtor=debtor,
        creditor=creditor,
    )


def _span(text: str) -> tuple[int, int]:
    first, mark, last = text.partition("..")
    if not mark:
        last = first
    try:
        ends = tuple(date.fromisoformat(each) if each else None for each in (first, last))
    except ValueError:
        ends = (None, None)
    if ends == (None, None):
        raise UsageError(
            f"--days: found {text!r}, expected days such as 2026-05-25 or spans such as"
            " 2026-05-25..2026-06-05, parted by commas"
        )
    return (
        date_to_days(ends[0] or date.min),
        date_to_days(ends[1] or date.max),
    )
