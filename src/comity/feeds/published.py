"""Figures as several publishers give them, to be held side by side: one line a figure."""

from datetime import date
from pathlib import Path
from typing import Final

from comity.aggregates.outside import Published
from comity.feeds.named_rows import NamedRows, decimal_number, some_text

PUBLISHED_COLUMNS: Final = (
    "quantity",
    "period_start",
    "period_end",
    "unit",
    "publisher",
    "definition",
    "value",
)
"""Columns that each file has; `source` may be there too."""


def load_published(path: Path) -> tuple[Published, ...]:
    """Read a file of figures.

    Raises:
        UsageError: there is no such file.
        InputFaultsError: with every fault of it.
    """
    rows, found = NamedRows(path), []
    rows.require(*PUBLISHED_COLUMNS)
    for _ in rows:
        days = [
            rows.take(one, date.fromisoformat, "a date as 2024-12-31")
            for one in ("period_start", "period_end")
        ]
        texts = [
            rows.take(one, some_text, "words; every figure needs them")
            for one in ("quantity", "unit", "publisher", "definition")
        ]
        value = rows.take("value", decimal_number, "a decimal number with a point, as 4.1")
        start, end = days
        if start and end and end < start:
            rows.note("period_end", str(end), f"a day not before {start}")
        elif start and end and value is not None and all(texts):
            quantity, unit, publisher, definition = (text or "" for text in texts)
            found.append(
                Published(
                    quantity, start, end, unit, publisher, definition, value, rows.text("source")
                )
            )
    rows.finish()
    return tuple(found)
