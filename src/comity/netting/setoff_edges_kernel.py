"""Single obligations merged into edges, one a pair of parties, and cleared amounts shared out."""

import numba
import numpy as np
from numpy.typing import NDArray

from comity.money.rounding_kernel import multiply_divide_int64
from comity.netting.ordering_kernel import order_stably

Int32s = NDArray[np.int32]
Int64s = NDArray[np.int64]


@numba.njit(cache=True)
def sum_within(amounts_minor: Int64s, limit: int) -> int:
    """Return the sum, or −1 as soon as it exceeds the limit; amounts are zero or more.

    Args:
        amounts_minor: zero or more each.
        limit: at most 4·10^18, so that the last addition fits 64 bits.
    """
    total = np.int64(0)
    for amount in amounts_minor:
        if amount > limit - total:
            return -1
        total += amount
    return int(total)


@numba.njit(cache=True)
def merge_rows(
    debtors: Int32s, creditors: Int32s, amounts_minor: Int64s, party_count: int
) -> tuple[Int32s, Int32s, Int64s, Int64s]:
    """Return the edges' debtors, creditors and amounts in canonical order, and each row's edge."""
    by_creditor = order_stably(creditors, np.arange(len(creditors)), party_count)
    order = order_stably(debtors, by_creditor, party_count)
    edge_of = np.empty(len(order), np.int64)
    edges = 0
    for i in range(len(order)):
        row, before = order[i], order[max(i - 1, 0)]
        if i == 0 or debtors[row] != debtors[before] or creditors[row] != creditors[before]:
            edges += 1
        edge_of[row] = edges - 1
    edge_debtors, edge_creditors = np.empty(edges, np.int32), np.empty(edges, np.int32)
    sums = np.zeros(edges, np.int64)
    for row in range(len(edge_of)):
        edge = edge_of[row]
        edge_debtors[edge], edge_creditors[edge] = debtors[row], creditors[row]
        sums[edge] += amounts_minor[row]
    return edge_debtors, edge_creditors, sums, edge_of


@numba.njit(cache=True)
def share_out(
    edge_of: Int64s, amounts_minor: Int64s, cleared_minor: Int64s, totals_minor: Int64s
) -> tuple[Int64s, Int64s, Int64s]:
    """Return pro rata shares rounded down, by row their remainders, by edge the units left over.

    Args:
        edge_of: by row.
        amounts_minor: by row, above zero.
        cleared_minor: by edge, 0 to its total.
        totals_minor: by edge, the sum of its rows, at most 4·10^18.
    """
    shares, rests = np.empty(len(edge_of), np.int64), np.empty(len(edge_of), np.int64)
    left_over = cleared_minor.copy()
    for row in range(len(edge_of)):
        edge = edge_of[row]
        amount, cleared, total = amounts_minor[row], cleared_minor[edge], totals_minor[edge]
        share = multiply_divide_int64(amount, cleared, total)
        # Both products may wrap, but their difference fits, so it is right.
        rest = amount * cleared - share * total
        if rest < 0:
            share -= 1
            rest += total
        shares[row], rests[row] = share, rest
        left_over[edge] -= share
    return shares, rests, left_over
