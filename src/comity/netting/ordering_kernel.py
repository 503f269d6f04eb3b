"""Rows put in order of small numbers, in time proportional to both."""

import numba
import numpy as np
from numpy.typing import NDArray

Int64s = NDArray[np.int64]


@numba.njit(cache=True)
def order_stably(keys: NDArray[np.integer], rows: Int64s, key_count: int) -> Int64s:
    """Return the rows in order of their keys, 0 … key_count − 1; equal keys as given."""
    begins = np.zeros(key_count + 1, np.int64)
    for row in rows:
        begins[keys[row] + 1] += 1
    for key in range(key_count):
        begins[key + 1] += begins[key]
    order = np.empty(len(rows), np.int64)
    for row in rows:
        order[begins[keys[row]]] = row
        begins[keys[row]] += 1
    return order
