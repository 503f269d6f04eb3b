"""How unequally something is spread over many, as two exact shares."""

from collections.abc import Sequence
from fractions import Fraction


def gini(values: Sequence[int]) -> Fraction | None:
    """Return how unequally something is spread, 0 evenly … 1 − 1/n on one; None of nothing.

    G = Σ (2 i − n − 1) x(i) ÷ (n Σ x), with x in ascending order and i from 1 (C. Gini, 1912).
    """
    total, count = sum(values), len(values)
    if not total:
        return None
    weighed = sum((2 * i - count - 1) * x for i, x in enumerate(sorted(values), start=1))
    return Fraction(weighed, count * total)


def hhi(values: Sequence[int]) -> Fraction | None:
    """Return how much stands with few, 1/n evenly … 1 on one; None of nothing.

    The Herfindahl–Hirschman index: Σ (x ÷ Σ x)². 1 ÷ H is the number of equal ones that would be
    as concentrated.
    """
    total = sum(values)
    return Fraction(sum(x * x for x in values), total * total) if total else None
