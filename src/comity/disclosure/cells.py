"""Tables as a system of cells and sums: what a reader can compute from what is published.

A cell is known by any hashable name; a sum says that one cell is all its parts together. Two tables
that share a cell are one system, so that nothing can be computed across them either.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Final

Name = Hashable
Names = tuple[str, ...]

MARGIN: Final = "all"
"""What a cell bears in a column over which it is summed."""


@dataclass(frozen=True, slots=True)
class Sum:
    """A total and its parts.

    Attributes:
        total: name of a cell.
        parts: names of the cells that make it up; not empty.
    """

    total: Name
    parts: tuple[Name, ...]


@dataclass(frozen=True, slots=True)
class System:
    """Cells with values, and how they add up.

    Attributes:
        values: 0 or more, by cell.
        sums: that hold among them.
    """

    values: Mapping[Name, Fraction | int]
    sums: tuple[Sum, ...]

    def __post_init__(self) -> None:
        for one in self.sums:
            parts = sum((Fraction(self.values[part]) for part in one.parts), Fraction(0))
            assert parts == self.values[one.total], f"{one.total} is what its parts make"


def table_sums(cells: Sequence[tuple[str, ...]]) -> tuple[Sum, ...]:
    """Return the sums of a table of any number of columns with all its margins.

    Args:
        cells: names of every cell, margins included; a cell that is not named is empty.
    """
    known = set(cells)
    width = len(cells[0]) if cells else 0
    found = []
    for cell in sorted(known):
        for column in range(width):
            if cell[column] != MARGIN:
                continue
            parts = tuple(
                sorted(
                    one
                    for one in known
                    if one[column] != MARGIN and _else(one, column) == _else(cell, column)
                )
            )
            if parts:
                found.append(Sum(cell, parts))
    return tuple(found)


def _else(cell: tuple[str, ...], column: int) -> tuple[str, ...]:
    return cell[:column] + cell[column + 1 :]


def with_margins(values: Mapping[Names, int]) -> dict[Names, int]:
    """Return the cells of a table together with all margins over them."""
    found: dict[Names, int] = {}
    for cell, value in values.items():
        for margin in product(*((name, MARGIN) for name in cell)):
            found[margin] = found.get(margin, 0) + value
    return found
