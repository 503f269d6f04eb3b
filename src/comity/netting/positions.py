"""Multilateral net positions of one currency."""

import numba
import numpy as np
from numpy.typing import NDArray

Int64s = NDArray[np.int64]
Int32s = NDArray[np.int32]


@numba.njit(cache=True)
def net_multilaterally(
    payers: Int32s, payees: Int32s, amounts_minor: Int64s, party_count: int
) -> Int64s:
    """Return each party's net position: received less sent, minor units; they sum to zero.

    Args:
        payers: party number of each payment's payer, 0 … party_count − 1.
        payees: party number of each payment's payee.
        amounts_minor: amounts above zero; their sum must fit 4·10^18.
        party_count: length of the result.
    """
    positions = np.zeros(party_count, np.int64)
    for i in range(len(amounts_minor)):
        positions[payers[i]] -= amounts_minor[i]
        positions[payees[i]] += amounts_minor[i]
    return positions
