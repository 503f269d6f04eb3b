"""Whole-number steps of choosing payments: what a choice uses, taking away, adding what fits.

A *unit* is what is chosen or left as one: a payment, or payments that must stay together. A *row*
is a constraint: the sum of coefficient times chosen over its units is at most its bound. Leaving
everything out always satisfies every row. Nothing here checks its input:
`comity.netting.selection_rows` does.
"""

from typing import NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

Int64s = NDArray[np.int64]
Bools = NDArray[np.bool_]


class Rows(NamedTuple):
    """The constraints, stored by row and by unit; both list their entries in ascending order.

    Attributes:
        bounds: by row, zero or more.
        row_starts: where each row's entries begin, and the number of all entries.
        row_units: unit of each entry, by row.
        row_coefficients: never zero; what a unit takes, or below zero what it brings.
        unit_starts: where each unit's entries begin, and the number of all entries.
        unit_rows: row of each entry, by unit.
        unit_coefficients: as above.
    """

    bounds: Int64s
    row_starts: Int64s
    row_units: Int64s
    row_coefficients: Int64s
    unit_starts: Int64s
    unit_rows: Int64s
    unit_coefficients: Int64s


@numba.njit(cache=True)
def use_of(rows: Rows, chosen: Bools) -> Int64s:
    """Return by row what the chosen units take less what they bring."""
    used = np.zeros(len(rows.bounds), np.int64)
    for row in range(len(rows.bounds)):
        for at in range(rows.row_starts[row], rows.row_starts[row + 1]):
            if chosen[rows.row_units[at]]:
                used[row] += rows.row_coefficients[at]
    return used


@numba.njit(cache=True)
def possible_units(rows: Rows) -> Bools:
    """Return which units some choice might hold.

    A unit that takes more from a row than its bound and all that others bring is in no choice;
    without what it brings itself, the next may be in none either.
    """
    possible = np.ones(len(rows.unit_starts) - 1, np.bool_)
    most = rows.bounds.copy()
    for at in range(len(rows.row_units)):
        if rows.unit_coefficients[at] < 0:
            most[rows.unit_rows[at]] -= rows.unit_coefficients[at]
    has_shrunk = True
    while has_shrunk:
        has_shrunk = False
        for unit in range(len(possible)):
            first, last = rows.unit_starts[unit], rows.unit_starts[unit + 1]
            if possible[unit] and _takes_too_much(rows, most, first, last):
                possible[unit] = False
                has_shrunk = True
                for at in range(first, last):
                    if rows.unit_coefficients[at] < 0:
                        most[rows.unit_rows[at]] += rows.unit_coefficients[at]
    return possible


@numba.njit(cache=True)
def _takes_too_much(rows: Rows, most: Int64s, first: np.int64, last: np.int64) -> bool:
    for at in range(first, last):  # noqa: SIM110 - numba compiles no generator here
        if rows.unit_coefficients[at] > most[rows.unit_rows[at]]:
            return True
    return False


@numba.njit(cache=True)
def take_away(rows: Rows, weights: Int64s, chosen: Bools) -> None:
    """Take units away until every row holds; changes `chosen`.

    Always from the row that is exceeded most, of equals the first: the unit of the smallest
    coefficient that cures it, or the largest where none does alone; of equals the one of less
    weight, then the first.
    """
    used = use_of(rows, chosen)
    while True:
        worst = -1
        excess = np.int64(0)
        for row in range(len(rows.bounds)):
            if used[row] - rows.bounds[row] > excess:
                worst, excess = row, used[row] - rows.bounds[row]
        if worst < 0:
            return
        best = -1
        for at in range(rows.row_starts[worst], rows.row_starts[worst + 1]):
            takes = rows.row_coefficients[at] > 0 and chosen[rows.row_units[at]]
            if takes and (best < 0 or _goes_before(rows, weights, at, best, excess)):
                best = at
        unit = rows.row_units[best]
        chosen[unit] = False
        for at in range(rows.unit_starts[unit], rows.unit_starts[unit + 1]):
            used[rows.unit_rows[at]] -= rows.unit_coefficients[at]


@numba.njit(cache=True)
def _goes_before(rows: Rows, weights: Int64s, one: int, other: int, excess: np.int64) -> bool:
    """Return whether the unit of one entry of a row is taken away rather than another's."""
    mine, its = rows.row_coefficients[one], rows.row_coefficients[other]
    if mine == its:
        return bool(weights[rows.row_units[one]] < weights[rows.row_units[other]])
    if mine >= excess and its >= excess:
        return bool(mine < its)
    return bool(mine > its)


@numba.njit(cache=True)
def add_what_fits(rows: Rows, order: Int64s, chosen: Bools) -> None:
    """Choose what fits, in the given order, until a whole round adds nothing; changes `chosen`.

    What is chosen before must satisfy every row.
    """
    used = use_of(rows, chosen)
    has_grown = True
    while has_grown:
        has_grown = False
        for unit in order:
            if chosen[unit]:
                continue
            first, last = rows.unit_starts[unit], rows.unit_starts[unit + 1]
            fits = True
            for at in range(first, last):
                row = rows.unit_rows[at]
                if used[row] + rows.unit_coefficients[at] > rows.bounds[row]:
                    fits = False
                    break
            if fits:
                chosen[unit] = True
                has_grown = True
                for at in range(first, last):
                    used[rows.unit_rows[at]] += rows.unit_coefficients[at]
