"""A table of a report: a title, heads, and cells that are all text."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Table:
    """One table; every cell is text, numbers stand to the right.

    Attributes:
        title: what it holds.
        note: definition or unit, may be empty.
        columns: heads; one that begins with `#` is a column of numbers.
        rows: as many cells as heads.
        empty: what is said where there is no row.
    """

    title: str
    note: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    empty: str = "None."
