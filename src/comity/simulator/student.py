"""Student's t distribution with any degrees of freedom: tails and quantiles.

Source: M. Abramowitz and I. A. Stegun (eds), Handbook of Mathematical Functions (1964), 26.5.2 and
26.7.1 for the tail as an incomplete beta function and 26.5.8 for its continued fraction, which is
evaluated by W. J. Lentz, Generating Bessel functions in Mie scattering calculations using continued
fractions, Applied Optics 15 (1976), 668–671.

Logarithms and gamma functions differ between machines in their last bits; round what comes out.
"""

import math
from typing import Final

_STEPS_MAX: Final = 10_000  # a few times the root of the degrees of freedom suffice
_CLOSE: Final = 2.0**-50
_HALVINGS: Final = 60
_TINY: Final = 1e-300  # Lentz's stand-in for a denominator of zero


def tails(t: float, degrees: float) -> float:
    """Return the chance of a value as far from zero as t or farther, on either side.

    Args:
        t: any finite number; its sign does not count.
        degrees: of freedom, 1 or more; not necessarily whole.
    """
    square = t * t
    outside = degrees / (degrees + square)
    inside = 1 / (1 + degrees / square) if square else 0.0
    # The fraction converges fast on the side of the mean.
    if outside < (degrees + 2) / (degrees + 5):
        return _beta_part(outside, inside, degrees / 2, 0.5)
    return 1.0 - _beta_part(inside, outside, 0.5, degrees / 2)


def quantile(chance: float, degrees: float) -> float:
    """Return the t that `tails` gives the chance for.

    Args:
        chance: of both tails together, above 0 and below 1: 0.05 for the 97.5 % quantile.
        degrees: of freedom, 1 or more.
    """
    low, high = 0.0, 1.0
    while tails(high, degrees) > chance:
        low, high = high, 2 * high
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if tails(middle, degrees) > chance:
            low = middle
        else:
            high = middle
    return high


def _beta_part(x: float, rest: float, a: float, b: float) -> float:
    """Return the regularised incomplete beta function at x, with rest = 1 − x."""
    if x <= 0:
        return 0.0
    scale = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    front = math.exp(scale + a * math.log(x) + b * math.log(rest)) / a
    fraction = c = 1.0
    d = 0.0
    for step in range(_STEPS_MAX):
        m = step // 2
        if step % 2:
            m += 1
            term = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        else:
            term = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        d = 1 / (1 + term * d or _TINY)
        c = 1 + term / c or _TINY
        fraction *= c * d
        if abs(c * d - 1) < _CLOSE:
            break
    return front / fraction
