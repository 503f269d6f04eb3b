"""Sums by group, exact however large: amounts, and amounts × times, which pass 64 bits.

numpy counts into groups fastest with floats. So every number is cut into limbs whose sums stay
below 2^53, where a float is a whole number exactly, and put together again as Python's integers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Groups = NDArray[np.intp]
Int64s = NDArray[np.int64]
Exact = NDArray[np.object_]
"""Python's integers, which have no greatest."""

_FLOAT_BITS: Final = 53
_AMOUNT_BITS: Final = 25
_PRODUCT_BITS: Final = 31
_TIME_BITS: Final = 37
_CHUNK: Final = 1 << 21
"""Rows of which a limb's sum stays below 2^53: 31 + 21 = 52 bits."""


@dataclass(frozen=True, slots=True, eq=False)
class Limb:
    """A part of every number of a column.

    Attributes:
        parts: whole, from 0 to 2^31; larger where their sum is below 2^53.
        shift: bits by which they are to be moved up.
    """

    parts: NDArray[np.float64]
    shift: int


def cut(values: Int64s) -> tuple[Limb, ...]:
    """Cut numbers from 0 to 2^56 into limbs: into one where not even the sum of all passes 2^53."""
    if len(values) * int(values.max(initial=0)) < 1 << _FLOAT_BITS:
        return (Limb(values.astype(np.float64), 0),)
    low = values & _mask(_AMOUNT_BITS)
    return (
        Limb(low.astype(np.float64), 0),
        Limb((values >> _AMOUNT_BITS).astype(np.float64), _AMOUNT_BITS),
    )


def cut_products(amounts: Int64s, times: Int64s) -> tuple[Limb, ...]:
    """Cut the products of amounts below 2^50 and times below 2^62 into limbs.

    Times of a day, below 2^37, take four limbs; longer ones, where payments wait for days, eight.
    """
    if int(times.max(initial=0)) >> _TIME_BITS:
        low, high = times & _mask(_PRODUCT_BITS), times >> _PRODUCT_BITS
        above = cut_products(amounts, high)
        moved = (Limb(one.parts, one.shift + _PRODUCT_BITS) for one in above)
        return (*cut_products(amounts, low), *moved)
    found = []
    for part, shift in (
        ((amounts & _mask(_AMOUNT_BITS)) * times, 0),
        ((amounts >> _AMOUNT_BITS) * times, _AMOUNT_BITS),
    ):
        found.append(Limb((part & _mask(_PRODUCT_BITS)).astype(np.float64), shift))
        found.append(Limb((part >> _PRODUCT_BITS).astype(np.float64), shift + _PRODUCT_BITS))
    return tuple(found)


def sum_limbs(group: Groups, limbs: Sequence[Limb], count: int) -> Exact:
    """Return the sum of each group's numbers.

    Args:
        group: by row, 0 … count − 1.
        limbs: of the numbers.
        count: groups that there are.
    """
    total = np.full(count, 0, object)
    for limb in limbs:
        total = total + _whole(group, limb.parts, count) * (1 << limb.shift)
    return total


def _whole(group: Groups, parts: NDArray[np.float64], count: int) -> Exact:
    total = np.full(count, 0, object)
    for start in range(0, len(group), _CHUNK):
        rows = slice(start, start + _CHUNK)
        found = np.bincount(group[rows], weights=parts[rows], minlength=count)
        total = total + found.astype(np.int64).astype(object)
    return total


def count_rows(group: Groups, count: int) -> Exact:
    """Return how many rows each group has."""
    return np.bincount(group, minlength=count).astype(object)


def sum_values(group: Groups, values: Int64s, count: int) -> Exact:
    """Return the sum of each group's values, each from 0 to 2^56."""
    return sum_limbs(group, cut(values), count)


def _mask(bits: int) -> int:
    return (1 << bits) - 1
