"""Sorted runs of 64-bit key hashes: has this key been seen, and by whom?

A B-tree over random keys falls off a cliff once it outgrows the cache; sorted runs that are
merged as they grow stay flat (a log-structured merge in memory). A hit is only a candidate: the
caller confirms it against the stored key.
"""

from typing import Self

import numba
import numpy as np
from numpy.typing import NDArray

UInt64s = NDArray[np.uint64]
Int64s = NDArray[np.int64]
Bools = NDArray[np.bool_]

_MERGE_RATIO = 4
"""Two neighbouring runs merge unless the older is more than this many times the newer."""

_DIGIT_BITS = 11
_DIGITS = 1 << _DIGIT_BITS
_DIGIT_MASK = np.uint64(_DIGITS - 1)

_MULTIPLIER_1 = np.uint64(0xBF58476D1CE4E5B9)
_MULTIPLIER_2 = np.uint64(0x94D049BB133111EB)


def mix_key(*parts: NDArray[np.generic]) -> UInt64s:
    """Return one well-spread 64-bit hash per row from integer columns of equal length.

    The finaliser of splitmix64 after each part; order of the parts matters.
    """
    mixed = np.zeros(len(parts[0]), np.uint64)
    for part in parts:
        mixed ^= part.astype(np.uint64)
        mixed ^= mixed >> np.uint64(30)
        mixed *= _MULTIPLIER_1
        mixed ^= mixed >> np.uint64(27)
        mixed *= _MULTIPLIER_2
        mixed ^= mixed >> np.uint64(31)
    return mixed


class HashColumn:
    """The hashes of a batch, sorted once for all that is asked about them.

    Attributes:
        by_row: as given.
        order: rows in order of their hashes; rows of one hash as given.
        ascending: the hashes in that order.
    """

    __slots__ = ("ascending", "by_row", "order")

    def __init__(self, by_row: UInt64s) -> None:
        self.by_row = by_row
        self.order: Int64s = _order_of(by_row)
        self.ascending: UInt64s = by_row[self.order]

    @classmethod
    def of(cls, *parts: NDArray[np.generic]) -> Self:
        """Return the column of the mixed parts."""
        return cls(mix_key(*parts))

    def repeated(self) -> Bools:
        """Return by row whether its hash stands more than once in the batch."""
        found = np.zeros(len(self.order), np.bool_)
        equal = self.ascending[1:] == self.ascending[:-1]
        found[self.order[1:][equal]] = True
        found[self.order[:-1][equal]] = True
        return found


class KeyRuns:
    """Key hashes seen so far with the numbers they belong to."""

    __slots__ = ("_runs",)

    def __init__(self) -> None:
        self._runs: list[tuple[UInt64s, Int64s]] = []

    def __len__(self) -> int:
        """Return how many keys are known."""
        return sum(len(hashes) for hashes, _ in self._runs)

    def contains(self, hashes: HashColumn) -> Bools:
        """Return by row whether its hash is known."""
        known = np.zeros(len(hashes.order), np.bool_)
        for run, _ in self._runs:
            _mark_known(run, hashes.ascending, known)
        found = np.zeros(len(known), np.bool_)
        found[hashes.order[known]] = True
        return found

    def candidates(self, key: int) -> list[int]:
        """Return the numbers stored under a hash, in ascending order."""
        numbers: list[int] = []
        for known, owners in self._runs:
            low = int(np.searchsorted(known, np.uint64(key), "left"))
            high = int(np.searchsorted(known, np.uint64(key), "right"))
            numbers.extend(owners[low:high].tolist())
        return sorted(numbers)

    def add(self, hashes: HashColumn, numbers: Int64s, chosen: Bools) -> None:
        """Add the keys of the chosen rows with their numbers; never modifies the arguments."""
        order = hashes.order[chosen[hashes.order]]
        if not len(order):
            return
        self._runs.append((hashes.by_row[order], numbers[order]))
        while len(self._runs) > 1:
            older, newer = self._runs[-2], self._runs[-1]
            if len(older[0]) > _MERGE_RATIO * len(newer[0]):
                break
            self._runs[-2:] = [_merge(*older, *newer)]


@numba.njit(cache=True)
def _order_of(hashes: UInt64s) -> Int64s:
    """Return the rows in order of their hashes, by eleven bits at a time, the lowest first.

    Takes the same time for whatever somebody has made the hashes of.
    """
    count = len(hashes)
    order, sorted_before = np.empty(count, np.int64), np.arange(count)
    ends = np.empty(_DIGITS, np.int64)
    for shift in range(0, 64, _DIGIT_BITS):
        ends[:] = 0
        for i in range(count):
            ends[(hashes[i] >> np.uint64(shift)) & _DIGIT_MASK] += 1
        for digit in range(1, _DIGITS):
            ends[digit] += ends[digit - 1]
        for i in range(count - 1, -1, -1):
            row = sorted_before[i]
            digit = (hashes[row] >> np.uint64(shift)) & _DIGIT_MASK
            ends[digit] -= 1
            order[ends[digit]] = row
        order, sorted_before = sorted_before, order
    return sorted_before


@numba.njit(cache=True)
def _mark_known(run: UInt64s, wanted: UInt64s, known: Bools) -> None:
    """Mark which of the wanted hashes, ascending, stand in a run.

    Each search starts where the last one ended and doubles its step until it has gone too far, so
    that it stays within what is in the cache.
    """
    low = 0
    for i in range(len(wanted)):
        step = 1
        while low + step < len(run) and run[low + step] < wanted[i]:
            low += step
            step *= 2
        high = min(low + step, len(run))
        while low < high:
            middle = (low + high) >> 1
            if run[middle] < wanted[i]:
                low = middle + 1
            else:
                high = middle
        if low == len(run):
            return
        if run[low] == wanted[i]:
            known[i] = True


@numba.njit(cache=True)
def _merge(
    older: UInt64s, older_numbers: Int64s, newer: UInt64s, newer_numbers: Int64s
) -> tuple[UInt64s, Int64s]:
    """Return two sorted runs as one; of equal hashes the older comes first."""
    size = len(older) + len(newer)
    hashes, numbers = np.empty(size, np.uint64), np.empty(size, np.int64)
    i = j = 0
    for at in range(size):
        if j == len(newer) or (i < len(older) and older[i] <= newer[j]):
            hashes[at], numbers[at] = older[i], older_numbers[i]
            i += 1
        else:
            hashes[at], numbers[at] = newer[j], newer_numbers[j]
            j += 1
    return hashes, numbers
