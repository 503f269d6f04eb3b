"""Holm's step-down correction: what stands when several options are tested at once.

Source: S. Holm, A simple sequentially rejective multiple test procedure, Scandinavian Journal of
Statistics 6 (1979), 65–70.
"""

from collections.abc import Sequence
from fractions import Fraction
from itertools import accumulate

from comity.errors import UsageError


def adjust_holm(p_values: Sequence[Fraction]) -> tuple[Fraction, ...]:
    """Return the adjusted p-value of every hypothesis, in the order given.

    With the m p-values in rising order, the one in place j (from 1) is adjusted to the greatest
    of min(1, (m − i + 1) · p of place i) over all i ≤ j. A hypothesis is rejected at a level where
    its adjusted p-value is not above it; the chance of rejecting even one that is true is then not
    above the level, however the tests depend on one another. Exact; equal ones stay equal, so the
    order in which hypotheses are given changes nothing.

    Args:
        p_values: any number, each 0 … 1, no unit.

    Raises:
        UsageError: a p-value lies outside 0 … 1.
    """
    for place, p in enumerate(p_values):
        if not 0 <= p <= 1:
            raise UsageError(f"p_values[{place}]: found {p}, expected 0 … 1")
    count = len(p_values)
    order = sorted(range(count), key=lambda place: p_values[place])
    steps = (min(Fraction(1), (count - i) * p_values[place]) for i, place in enumerate(order))
    adjusted = dict(zip(order, accumulate(steps, max), strict=True))
    return tuple(adjusted[place] for place in range(count))
