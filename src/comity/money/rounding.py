"""Exact `a × n ÷ d`, rounded half to even once, with what rounding left over.

Half to even is the one rounding of the product: over many amounts it favours neither side.
"""


def multiply_divide(a: int, n: int, d: int) -> int:
    """Return `a × n ÷ d` as the nearest integer, a tie going to the even one.

    Args:
        a: any integer.
        n: any integer.
        d: a positive integer.
    """
    return multiply_divide_with_residue(a, n, d)[0]


def multiply_divide_with_residue(a: int, n: int, d: int) -> tuple[int, int]:
    """Return the rounded `a × n ÷ d` and the residue that rounding left, so that nothing is lost.

    For the pair `(q, r)` returned, `a × n = q × d + r` holds exactly and `|r| ≤ d ÷ 2`. The
    residue is in units of one d-th; residues of one rate add up like any integers.

    Args:
        a: any integer.
        n: any integer.
        d: a positive integer.
    """
    assert d > 0, "the divisor is positive: a rate has its sign in neither part"
    quotient, remainder = divmod(a * n, d)
    if 2 * remainder > d or (2 * remainder == d and quotient % 2 == 1):
        quotient += 1
        remainder -= d
    return quotient, remainder
