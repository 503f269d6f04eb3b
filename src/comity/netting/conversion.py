"""Net positions of several currencies converted into one settlement asset, to the unit.

Each party's positions are multiplied by exact rates and added up; only the sum is rounded. Because
positions of each currency sum to zero, so do the exact sums; rounding them keeps that: all are
rounded down, and the units then missing go to the largest remainders, of equal ones to the lower
party. Nobody's amount is off by a unit or more, and no residue is left to be booked.
"""

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from comity.errors import LimitExceededError, UsageError
from comity.money import BALANCE_MINOR_MAX

Int64s = NDArray[np.int64]


def convert_positions(positions_minor: Sequence[Int64s], rates: Sequence[Fraction]) -> Int64s:
    """Return each party's position in the settlement asset, minor units; they sum to zero.

    Args:
        positions_minor: by currency, then by party: net positions that sum to zero.
        rates: by currency: minor units of the asset for one minor unit, above zero.

    Raises:
        UsageError: columns of unequal length, positions that do not sum to zero, or a rate of zero
            or less.
        LimitExceededError: a converted position beyond `BALANCE_MINOR_MAX`.
    """
    _check(positions_minor, rates)
    parties = len(positions_minor[0]) if positions_minor else 0
    exact = [Fraction(0)] * parties
    for column, rate in zip(positions_minor, rates, strict=True):
        for party, amount in enumerate(column.tolist()):
            exact[party] += amount * rate
    rounded = [each.numerator // each.denominator for each in exact]
    missing = -sum(rounded)
    by_remainder = sorted(range(parties), key=lambda party: (rounded[party] - exact[party], party))
    for party in by_remainder[:missing]:
        rounded[party] += 1
    found = max(map(abs, rounded), default=0)
    if found > BALANCE_MINOR_MAX:
        raise LimitExceededError("BALANCE_MINOR_MAX", found=found, allowed=BALANCE_MINOR_MAX)
    assert sum(rounded) == 0, "rounding moves units from one party to another"
    return np.array(rounded, np.int64)


def _check(positions_minor: Sequence[Int64s], rates: Sequence[Fraction]) -> None:
    if len(positions_minor) != len(rates):
        raise UsageError(
            f"found {len(positions_minor)} columns of positions and {len(rates)} rates, expected "
            "one of each for every currency"
        )
    if len({len(column) for column in positions_minor}) > 1:
        raise UsageError("positions_minor: expected a position for every party in each currency")
    for at, (column, rate) in enumerate(zip(positions_minor, rates, strict=True)):
        if sum(column.tolist()):
            raise UsageError(
                f"positions_minor: currency {at}: found a sum of {sum(column.tolist())}, expected 0"
            )
        if rate <= 0:
            raise UsageError(f"rates: currency {at}: found {rate}, expected above zero")
