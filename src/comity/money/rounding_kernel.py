"""`multiply_divide` for compiled loops: 64-bit in and out, 128 bits between.

numba wraps in silence where an integer outgrows its 64 bits, so the product is kept in two
unsigned halves and every way out of range raises. All arithmetic is on uint64: a signed and an
unsigned operand together would become a float in numba.
"""

import numpy as np
from numba import njit

_LOW_MASK = np.uint64(0xFFFFFFFF)
_HALF_BITS = np.uint64(32)
_RADIX = np.uint64(1 << 32)
_TOP_BIT = np.uint64(1 << 63)
_ZERO = np.uint64(0)
_ONE = np.uint64(1)


@njit(cache=True)
def multiply_divide_int64(a: int, n: int, d: int) -> int:
    """Return `a × n ÷ d` as the nearest integer, a tie going to the even one.

    The same function as `multiply_divide`, for int64 operands.

    Raises:
        ValueError: d is not positive.
        OverflowError: the result does not fit int64.
    """
    if d <= 0:
        raise ValueError("the divisor must be positive")
    negative = (a < 0) != (n < 0)
    high, low = _multiply_wide(_magnitude(a), _magnitude(n))
    divisor = np.uint64(d)
    if high >= divisor:
        raise OverflowError("the quotient does not fit 64 bits")
    quotient, remainder = _divide_wide(high, low, divisor)
    # Twice the remainder may outgrow 64 bits; what is missing to the divisor cannot.
    missing = divisor - remainder
    if remainder > missing or (remainder == missing and quotient & _ONE == _ONE):
        quotient += _ONE
        if quotient == _ZERO:
            raise OverflowError("the quotient does not fit 64 bits")
    if quotient > _TOP_BIT or (quotient == _TOP_BIT and not negative):
        raise OverflowError("the quotient does not fit 64 bits")
    if negative:
        quotient = _ZERO - quotient
    return np.int64(quotient)  # type: ignore[return-value]  # called from Python it is an `int`


@njit(cache=True)
def _magnitude(value: int) -> np.uint64:
    # Two's complement by hand, because the magnitude of the least int64 does not fit int64.
    return _ZERO - np.uint64(value) if value < 0 else np.uint64(value)


@njit(cache=True)
def _multiply_wide(a: np.uint64, b: np.uint64) -> tuple[np.uint64, np.uint64]:
    """Return the 128-bit product as its high and its low 64 bits (schoolbook, 32-bit digits)."""
    a_high, a_low = a >> _HALF_BITS, a & _LOW_MASK
    b_high, b_low = b >> _HALF_BITS, b & _LOW_MASK
    low_low = a_low * b_low
    middle = a_high * b_low + (low_low >> _HALF_BITS)
    cross = a_low * b_high + (middle & _LOW_MASK)
    high = a_high * b_high + (middle >> _HALF_BITS) + (cross >> _HALF_BITS)
    low = (cross << _HALF_BITS) | (low_low & _LOW_MASK)
    return high, low


@njit(cache=True)
def _divide_wide(
    high: np.uint64, low: np.uint64, divisor: np.uint64
) -> tuple[np.uint64, np.uint64]:
    """Divide 128 bits by 64 where `high < divisor`, so that the quotient fits 64 bits.

    Long division with two digits of 32 bits (Knuth, The Art of Computer Programming, volume 2,
    4.3.1, algorithm D): the divisor is shifted until its top bit is set, so that each trial
    digit is at most two too large.
    """
    if high == _ZERO:
        return low // divisor, low % divisor
    shift = _ZERO
    while divisor < _TOP_BIT:
        divisor <<= _ONE
        shift += _ONE
    if shift > _ZERO:
        high = (high << shift) | (low >> (np.uint64(64) - shift))
        low <<= shift
    upper, high = _divide_digit(high, low >> _HALF_BITS, divisor)
    lower, high = _divide_digit(high, low & _LOW_MASK, divisor)
    return (upper << _HALF_BITS) | lower, high >> shift


@njit(cache=True)
def _divide_digit(
    rest: np.uint64, next_digit: np.uint64, divisor: np.uint64
) -> tuple[np.uint64, np.uint64]:
    """Return one 32-bit digit of the quotient and the rest that is left below it."""
    divisor_high, divisor_low = divisor >> _HALF_BITS, divisor & _LOW_MASK
    digit = rest // divisor_high
    trial_rest = rest - digit * divisor_high
    while digit >= _RADIX or digit * divisor_low > ((trial_rest << _HALF_BITS) | next_digit):
        digit -= _ONE
        trial_rest += divisor_high
        if trial_rest >= _RADIX:
            break
    # The wrap past 64 bits is meant: the true difference is below the divisor.
    return digit, ((rest << _HALF_BITS) | next_digit) - digit * divisor
