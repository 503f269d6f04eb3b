"""Sorted runs of 64-bit key hashes: has this key been seen, and by whom?

A B-tree over random keys falls off a cliff once it outgrows the cache; sorted runs that are
merged as they grow stay flat (a log-structured merge in memory). A hit is only a candidate: the
caller confirms it against the stored key.
"""

import numpy as np
from numpy.typing import NDArray

UInt64s = NDArray[np.uint64]
Int64s = NDArray[np.int64]

_MERGE_RATIO = 4
"""Two neighbouring runs merge unless the older is more than this many times the newer."""

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


class KeyRuns:
    """Key hashes seen so far with the numbers they belong to."""

    __slots__ = ("_runs",)

    def __init__(self) -> None:
        self._runs: list[tuple[UInt64s, Int64s]] = []

    def __len__(self) -> int:
        """Return how many keys are known."""
        return sum(len(hashes) for hashes, _ in self._runs)

    def contains(self, hashes: UInt64s) -> NDArray[np.bool_]:
        """Return for each hash whether it is known."""
        found = np.zeros(len(hashes), np.bool_)
        for known, _ in self._runs:
            places = np.searchsorted(known, hashes)
            places[places == len(known)] = 0
            found |= known[places] == hashes
        return found

    def candidates(self, key: int) -> list[int]:
        """Return the numbers stored under a hash, oldest first."""
        numbers: list[int] = []
        for known, owners in self._runs:
            low = int(np.searchsorted(known, np.uint64(key), "left"))
            high = int(np.searchsorted(known, np.uint64(key), "right"))
            numbers.extend(owners[low:high].tolist())
        return sorted(numbers)

    def add(self, hashes: UInt64s, numbers: Int64s) -> None:
        """Add keys with their numbers; never modifies the arguments."""
        if not len(hashes):
            return
        order = np.argsort(hashes, kind="stable")
        self._runs.append((hashes[order], numbers[order]))
        while len(self._runs) > 1:
            older, newer = self._runs[-2], self._runs[-1]
            if len(older[0]) > _MERGE_RATIO * len(newer[0]):
                break
            self._runs[-2:] = [_merge(older, newer)]


def _merge(older: tuple[UInt64s, Int64s], newer: tuple[UInt64s, Int64s]) -> tuple[UInt64s, Int64s]:
    hashes = np.concatenate([older[0], newer[0]])
    numbers = np.concatenate([older[1], newer[1]])
    order = np.argsort(hashes, kind="stable")
    return hashes[order], numbers[order]
