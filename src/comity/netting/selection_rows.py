"""The constraints under which payments are chosen, as rows of whole numbers; and their refusals.

One row for each account that pays, and one for each limit that several accounts share. Payments
that must stay together become one unit, so that no search can part them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from comity.errors import LimitExceededError, UsageError
from comity.money import AMOUNT_MINOR_MAX, BALANCE_MINOR_MAX
from comity.netting.selection_kernel import Rows

Int64s = NDArray[np.int64]
Bools = NDArray[np.bool_]

SELECTION_PAYMENTS_MAX = 200_000
"""Payments in one selection."""

_HALF_BITS = 32


@dataclass(frozen=True, slots=True)
class SharedLimit:
    """A limit on payments of several accounts: Σ coefficient × chosen is at most the bound.

    A corridor's ceiling has its payments with their amounts; a sponsor's limit takes what its
    banks pay and gives back what they receive (a coefficient below zero); a limit across currencies
    has amounts in a numeraire. Coefficients and bound share one unit, of the caller's choice.

    Attributes:
        payments: positions of the payments in the columns; each at most once.
        coefficients: one for each, what choosing it takes, or brings where below zero.
        bound: what is left of the limit. Where it is below zero, a payment that takes from it is
            chosen only with enough that brings, and what brings is never held back.
    """

    payments: Int64s
    coefficients: Int64s
    bound: int


class Candidates(NamedTuple):
    """Payments that may be chosen, as columns of equal length.

    Attributes:
        payers: account that pays: participant and currency together are one number.
        payees: account that is paid; another than the payer.
        amounts_minor: 1 to `AMOUNT_MINOR_MAX`.
        weights: what choosing a payment is worth, zero or more.
    """

    payers: Int64s
    payees: Int64s
    amounts_minor: Int64s
    weights: Int64s


class Choice(NamedTuple):
    """What is to be chosen, in units.

    Attributes:
        unit_of: unit of each payment.
        weights: by unit.
        rows: the constraints.
    """

    unit_of: Int64s
    weights: Int64s
    rows: Rows


def make_choice(
    candidates: Candidates,
    available_minor: Int64s,
    limits: Sequence[SharedLimit],
    links: Int64s,
) -> Choice:
    """Return the rows of payments, accounts and limits; never modifies the arguments.

    Raises:
        UsageError: columns that do not fit one another, or an entry outside its range.
        LimitExceededError: `SELECTION_PAYMENTS_MAX`, or a sum beyond `BALANCE_MINOR_MAX`.
    """
    _check_candidates(candidates, available_minor)
    _check_limits(limits, links, len(candidates.payers))
    # Columns may come narrower; nothing below would notice a sum that does not fit.
    candidates = Candidates(*(column.astype(np.int64) for column in candidates))
    unit_of = _join(links, len(candidates.payers))
    unit_count = int(unit_of.max(initial=-1)) + 1
    accounts = len(available_minor)
    numbers = [accounts + at for at in range(len(limits))]
    row_of = np.concatenate(
        [candidates.payers, candidates.payees]
        + [np.full(len(one.payments), at) for at, one in zip(numbers, limits, strict=True)]
    )
    units = np.concatenate([unit_of, unit_of, *(unit_of[one.payments] for one in limits)])
    amounts = candidates.amounts_minor
    entries = np.concatenate(
        [amounts, -amounts, *(one.coefficients.astype(np.int64) for one in limits)]
    )
    bounds = [*available_minor.tolist(), *(one.bound for one in limits)]
    check_sums("a row", row_of, entries, len(bounds))
    check_sums("weights", np.zeros(len(unit_of), np.int64), candidates.weights, 1)
    weights = np.zeros(unit_count, np.int64)
    np.add.at(weights, unit_of, candidates.weights)
    triples = row_of, units, entries
    rows = _bind_those_who_draw(_add_up(*triples), _takers(*triples, bounds), bounds)
    return Choice(unit_of, weights, _rows(*rows, unit_count))


def check_sums(what: str, groups: Int64s, values: Int64s, group_count: int) -> None:
    """Refuse values of a group whose absolute sum would not fit.

    Sums of halves of 32 bits fit 64 bits for as many values as a selection may have.
    """
    size = np.abs(values)
    high = np.zeros(group_count, np.int64)
    low = np.zeros(group_count, np.int64)
    np.add.at(high, groups, size >> _HALF_BITS)
    np.add.at(low, groups, size & ((1 << _HALF_BITS) - 1))
    for upper, lower in zip(high.tolist(), low.tolist(), strict=True):
        found = (upper << _HALF_BITS) + lower
        if found > BALANCE_MINOR_MAX:
            limit = f"BALANCE_MINOR_MAX, absolute sum of {what}"
            raise LimitExceededError(limit, found=found, allowed=BALANCE_MINOR_MAX)


def _check_candidates(candidates: Candidates, available_minor: Int64s) -> None:
    count, accounts = len(candidates.payers), len(available_minor)
    if count > SELECTION_PAYMENTS_MAX:
        raise LimitExceededError(
            "SELECTION_PAYMENTS_MAX", found=count, allowed=SELECTION_PAYMENTS_MAX
        )
    for name, column in candidates._asdict().items():
        if len(column) != count:
            raise UsageError(f"{name}: found {len(column)} entries, expected {count}")
    _check_range("payers", candidates.payers, 0, accounts - 1)
    _check_range("payees", candidates.payees, 0, accounts - 1)
    _check_range("amounts_minor", candidates.amounts_minor, 1, AMOUNT_MINOR_MAX)
    _check_range("weights", candidates.weights, 0, BALANCE_MINOR_MAX)
    _check_range("available_minor", available_minor, -BALANCE_MINOR_MAX, BALANCE_MINOR_MAX)
    own = np.flatnonzero(candidates.payers == candidates.payees)
    if len(own):
        raise UsageError(f"payment {own[0]}: found the payer as payee, expected another account")


def _check_limits(limits: Sequence[SharedLimit], links: Int64s, count: int) -> None:
    for at, one in enumerate(limits):
        if len(one.payments) != len(one.coefficients):
            raise UsageError(
                f"limit {at}: found {len(one.payments)} payments and {len(one.coefficients)} "
                "coefficients, expected as many of one as of the other"
            )
        _check_range(f"limit {at}, payments", one.payments, 0, count - 1)
        most = BALANCE_MINOR_MAX
        _check_range(f"limit {at}, coefficients", one.coefficients, -most, most)
        _check_range(f"limit {at}, bound", np.array([one.bound]), -most, most)
        if len(np.unique(one.payments)) != len(one.payments):
            raise UsageError(f"limit {at}: found a payment twice, expected each once")
    if links.ndim != 2 or links.shape[1] != 2:
        raise UsageError(f"links: found the shape {links.shape}, expected two columns")
    _check_range("links", links, 0, count - 1)


def _check_range(name: str, values: NDArray[np.generic], least: int, most: int) -> None:
    if values.size and not (values.dtype.kind in "iu" and values.ndim):
        raise UsageError(f"{name}: found the type {values.dtype}, expected whole numbers")
    if values.size and not least <= int(values.min()) <= int(values.max()) <= most:
        found = int(values.min()) if int(values.min()) < least else int(values.max())
        raise UsageError(f"{name}: found {found}, expected {least} … {most}")


def _join(links: Int64s, count: int) -> Int64s:
    """Return the unit of each payment; units are numbered by their first payment."""
    parent = list(range(count))

    def root(payment: int) -> int:
        while parent[payment] != payment:
            parent[payment] = parent[parent[payment]]
            payment = parent[payment]
        return payment

    for one, other in links.tolist():
        first, second = sorted((root(one), root(other)))
        parent[second] = first
    roots = np.array([root(payment) for payment in range(count)], np.int64)
    return np.unique(roots, return_inverse=True)[1].astype(np.int64)


def _add_up(rows: Int64s, units: Int64s, entries: Int64s) -> tuple[Int64s, Int64s, Int64s]:
    """Return entries of one row and unit as one, in order of both, and none that is zero."""
    order = np.lexsort((units, rows))
    rows, units, entries = rows[order], units[order], entries[order]
    if not len(rows):
        return rows, units, entries
    is_first = np.ones(len(rows), np.bool_)
    is_first[1:] = (rows[1:] != rows[:-1]) | (units[1:] != units[:-1])
    sums = np.add.reduceat(entries, np.flatnonzero(is_first))
    kept = sums != 0
    return rows[is_first][kept], units[is_first][kept], sums[kept]


def _takers(
    rows: Int64s, units: Int64s, entries: Int64s, bounds: list[int]
) -> list[tuple[int, list[int]]]:
    """Return each row with a bound below zero and the units with a payment that takes from it."""
    return [
        (row, np.unique(units[(rows == row) & (entries > 0)]).tolist())
        for row, bound in enumerate(bounds)
        if bound < 0
    ]


def _bind_those_who_draw(
    triples: tuple[Int64s, Int64s, Int64s], takers: list[tuple[int, list[int]]], bounds: list[int]
) -> tuple[Int64s, Int64s, Int64s, list[int]]:
    """Put rows that bind only who draws in the place of rows with a bound below zero.

    With a bound −d, "whoever is chosen and takes must leave the row at most −d" is, for each unit
    u that takes, row + d · chosen(u) ≤ 0. While u is left out, nothing is held back.
    """
    rows, units, entries = triples
    kept = ~np.isin(rows, [row for row, _ in takers])
    parts = [(rows[kept], units[kept], entries[kept])]
    new_bounds = [max(0, bound) for bound in bounds]
    for row, its_takers in takers:
        its_units, its_entries = units[rows == row], entries[rows == row]
        for taker in its_takers:
            debt = _add_up(
                np.full(len(its_units) + 1, len(new_bounds), np.int64),
                np.append(its_units, taker),
                np.append(its_entries, -bounds[row]),
            )
            check_sums("a row", np.zeros(len(debt[2]), np.int64), debt[2], 1)
            parts.append(debt)
            new_bounds.append(0)
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    return columns[0], columns[1], columns[2], new_bounds


def _rows(rows: Int64s, units: Int64s, entries: Int64s, bounds: list[int], unit_count: int) -> Rows:
    """Return the entries, which stand in order of row and unit, by row and by unit."""
    by_unit = np.lexsort((rows, units))
    return Rows(
        bounds=np.array(bounds, np.int64),
        row_starts=np.searchsorted(rows, np.arange(len(bounds) + 1)).astype(np.int64),
        row_units=units.astype(np.int64),
        row_coefficients=entries.astype(np.int64),
        unit_starts=np.searchsorted(units[by_unit], np.arange(unit_count + 1)).astype(np.int64),
        unit_rows=rows[by_unit].astype(np.int64),
        unit_coefficients=entries[by_unit].astype(np.int64),
    )
