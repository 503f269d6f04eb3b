"""Bilateral net positions of one currency: what each pair of parties owes one another.

The result is sparse: a pair that exchanged nothing has no row. `comity.netting.positions` has the
multilateral side; the sum of a party's bilateral nets is its multilateral position.
"""

from fractions import Fraction
from typing import NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from comity.netting.ordering_kernel import order_stably

Int64s = NDArray[np.int64]
Int32s = NDArray[np.int32]


class BilateralPositions(NamedTuple):
    """One row for each pair that exchanged payments, ordered by `low`, then by `high`.

    Attributes:
        low: the party of the lower number.
        high: the party of the higher number.
        low_pays_minor: gross sum from low to high.
        high_pays_minor: gross sum from high to low.
        low_net_minor: what low receives net, below zero where it owes; high has the opposite.
    """

    low: Int32s
    high: Int32s
    low_pays_minor: Int64s
    high_pays_minor: Int64s
    low_net_minor: Int64s


@numba.njit(cache=True)
def net_bilaterally(
    payers: Int32s, payees: Int32s, amounts_minor: Int64s, party_count: int
) -> BilateralPositions:
    """Return what each pair of parties paid one another, gross both ways and net.

    A payment to oneself belongs to no pair. Takes time and memory in proportion to payments plus
    parties, not to their square.

    Args:
        payers: party number of each payment's payer, 0 … party_count − 1.
        payees: party number of each payment's payee.
        amounts_minor: amounts above zero; their sum must fit 4·10^18.
        party_count: one more than the greatest party number.
    """
    order = _order_by_pair(payers, payees, party_count)
    pair_count = 0
    last_low = last_high = np.int64(-1)
    for i in order:
        low, high = min(payers[i], payees[i]), max(payers[i], payees[i])
        if low != last_low or high != last_high:
            pair_count += 1
            last_low, last_high = np.int64(low), np.int64(high)
    lows, highs = np.empty(pair_count, np.int32), np.empty(pair_count, np.int32)
    low_pays, high_pays = np.zeros(pair_count, np.int64), np.zeros(pair_count, np.int64)
    pair = -1
    for i in order:
        low, high = min(payers[i], payees[i]), max(payers[i], payees[i])
        if pair < 0 or low != lows[pair] or high != highs[pair]:
            pair += 1
            lows[pair], highs[pair] = low, high
        if payers[i] == low:
            low_pays[pair] += amounts_minor[i]
        else:
            high_pays[pair] += amounts_minor[i]
    return BilateralPositions(lows, highs, low_pays, high_pays, high_pays - low_pays)


@numba.njit(cache=True)
def sum_bilateral_nets(pairs: BilateralPositions, party_count: int) -> Int64s:
    """Return each party's sum of bilateral nets: its multilateral position, minor units."""
    positions = np.zeros(party_count, np.int64)
    for pair in range(len(pairs.low)):
        positions[pairs.low[pair]] += pairs.low_net_minor[pair]
        positions[pairs.high[pair]] -= pairs.low_net_minor[pair]
    return positions


def greatest_netting_share(one_way_minor: int, other_way_minor: int) -> Fraction:
    """Return the greatest share of a pair's gross value that bilateral netting can save.

    With X one way and M the other it is 1 − |X − M| / (X + M), whatever the single payments are:
    the difference has to be paid. A corridor of 4 : 1 saves at most two fifths.

    Args:
        one_way_minor: gross sum of one direction, zero or more.
        other_way_minor: gross sum of the other direction, in the same unit.

    Returns:
        A share from 0 to 1; 0 where nothing was exchanged.
    """
    gross = one_way_minor + other_way_minor
    if gross == 0:
        return Fraction(0)
    return 1 - Fraction(abs(one_way_minor - other_way_minor), gross)


@numba.njit(cache=True)
def _order_by_pair(payers: Int32s, payees: Int32s, party_count: int) -> Int64s:
    """Return the payments between two parties, by lower then by higher number, each as given."""
    between = np.empty(len(payers), np.int64)
    count = 0
    for i in range(len(payers)):
        if payers[i] != payees[i]:
            between[count] = i
            count += 1
    by_high = order_stably(np.maximum(payers, payees), between[:count], party_count)
    return order_stably(np.minimum(payers, payees), by_high, party_count)
