"""Whether a set-off is possible and the greatest: one pass over the edges, in whole numbers.

Shares no code with the solver: whoever doubts the solver need read only this.
"""

from typing import NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

Int32s = NDArray[np.int32]
Int64s = NDArray[np.int64]

BEYOND_EDGE = 0
"""Less than nothing or more than the whole of an edge is cleared."""
CLEARED_TOO_MUCH = 1
"""Something is cleared of an edge that leads more than one level up."""
CLEARED_TOO_LITTLE = 2
"""Something is left of an edge that leads less than one level up."""
BEYOND_LIQUIDITY = 3
"""A party draws less than nothing or more than its liquidity, or returns less than nothing."""
NOT_BALANCED = 4
"""What a party pays and returns is not what it receives and draws."""
ABOVE_LIQUIDITY_NODE = 5
"""A party's level is above the liquidity node's."""
DRAWN_TOO_LITTLE = 6
"""A party below the liquidity node's level has liquidity left."""
RETURNED_TOO_MUCH = 7
"""A party below the liquidity node's level returns something."""
KINDS = 8
"""How many kinds of fault there are."""


class Faults(NamedTuple):
    """How many faults there are of each kind, and the number of the first edge or party."""

    counts: Int64s
    first: Int64s


@numba.njit(cache=True)
def _note(faults: Faults, kind: int, number: int) -> None:
    if faults.counts[kind] == 0:
        faults.first[kind] = number
    faults.counts[kind] += 1


@numba.njit(cache=True)
def find_faults(
    edges: tuple[Int32s, Int32s, Int64s],
    liquidity_minor: Int64s,
    cleared_minor: Int64s,
    potentials: Int64s,
    flows_minor: tuple[Int64s, Int64s],
) -> Faults:
    """Return everything that speaks against a set-off; no fault means that it is proved.

    Args:
        edges: debtors, creditors and amounts, summing to 4·10^18 at most.
        liquidity_minor: by party, at most 4·10^18 each; zeros where there is none.
        cleared_minor: by edge.
        potentials: by party, and one more for the liquidity node; none above 10^18 either way.
        flows_minor: what each party draws and what it returns.
    """
    debtors, creditors, amounts = edges
    drawn, returned = flows_minor
    parties = len(liquidity_minor)
    faults = Faults(np.zeros(KINDS, np.int64), np.full(KINDS, -1, np.int64))
    balance = np.zeros(parties, np.int64)
    for edge in range(len(debtors)):
        debtor, creditor, cleared = debtors[edge], creditors[edge], cleared_minor[edge]
        if not 0 <= cleared <= amounts[edge]:
            _note(faults, BEYOND_EDGE, edge)
            continue
        balance[debtor] -= cleared
        balance[creditor] += cleared
        levels = potentials[creditor] - potentials[debtor]
        if levels > 1 and cleared > 0:
            _note(faults, CLEARED_TOO_MUCH, edge)
        if levels < 1 and cleared < amounts[edge]:
            _note(faults, CLEARED_TOO_LITTLE, edge)
    if len(potentials) > parties:
        _check_levels_of_liquidity(faults, liquidity_minor, potentials, drawn, returned)
    for party in range(parties):
        # Nothing returned may exceed what came in, which also keeps the sums from overflowing.
        if not (0 <= drawn[party] <= liquidity_minor[party] and returned[party] >= 0):
            _note(faults, BEYOND_LIQUIDITY, party)
        elif balance[party] + drawn[party] != returned[party]:
            _note(faults, NOT_BALANCED, party)
    return faults


@numba.njit(cache=True)
def _check_levels_of_liquidity(
    faults: Faults, liquidity: Int64s, potentials: Int64s, drawn: Int64s, returned: Int64s
) -> None:
    parties = len(liquidity)
    node = potentials[parties]
    for party in range(parties):
        if potentials[party] > node:
            _note(faults, ABOVE_LIQUIDITY_NODE, party)
        if potentials[party] < node and drawn[party] < liquidity[party]:
            _note(faults, DRAWN_TOO_LITTLE, party)
        if potentials[party] < node and returned[party] > 0:
            _note(faults, RETURNED_TOO_MUCH, party)
