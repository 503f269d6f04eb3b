"""Kernels that turn texts and wide decimals into whole numbers without a Python object each.

Texts lie one behind the other in bytes: text i from offsets[i] up to offsets[i + 1].
"""

from typing import Final

import numba
import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Int8s = NDArray[np.int8]
Int64s = NDArray[np.int64]
UInt64s = NDArray[np.uint64]

# In place of an amount. Zero stands for itself.
NOT_A_NUMBER: Final = -1
TOO_MANY_DECIMALS: Final = -2
TOO_LARGE: Final = -3
NEGATIVE: Final = -4

# What a text says about a moment.
NOTHING: Final = 0  # it is empty
NO_MOMENT: Final = 1  # none that can be read
CLOCK: Final = 2  # microseconds since midnight
DATED: Final = 3  # microseconds since 1970-01-01 on the clock of the payments
INSTANT: Final = 4  # microseconds since 1970-01-01 UTC

_AMOUNT_MINOR_MAX = 10**15 - 1
_SATURATED = 10**16
_YEAR_MIN, _YEAR_MAX = 1970, 2199
_DAY_US = 86_400_000_000
_MINUTE_US = 60_000_000
_SECOND_US = 1_000_000
_DATE_LENGTH = 10
_FRACTION_DIGITS_MAX = 6
_HALF_BITS = np.uint64(32)
_HALF_MASK = np.uint64(0xFFFFFFFF)
_ZERO, _NINE, _POINT, _MINUS, _PLUS, _COLON = 0x30, 0x39, 0x2E, 0x2D, 0x2B, 0x3A
_BLANK, _T, _Z = 0x20, 0x54, 0x5A


@numba.njit(cache=True)
def read_amounts(data: Bytes, offsets: Int64s, exponents: Int8s) -> Int64s:
    """Return decimal numbers in major units as minor units, exactly, or one of the codes above.

    Args:
        data: bytes of the texts.
        offsets: where they lie.
        exponents: by text, decimals of the currency's major unit.
    """
    amounts = np.empty(len(offsets) - 1, np.int64)
    for i in range(len(amounts)):
        amounts[i] = _amount(data, offsets[i], offsets[i + 1], exponents[i])
    return amounts


@numba.njit(cache=True)
def _amount(data: Bytes, start: int, end: int, exponent: int) -> int:
    at = start
    negative = at < end and data[at] == _MINUS
    at += 1 if negative else 0
    amount, digits, decimals, pointed = 0, 0, 0, False
    while at < end:
        byte = data[at]
        if byte == _POINT and not pointed and digits > 0:
            pointed = True
        elif _ZERO <= byte <= _NINE:
            digits += 1
            decimals += 1 if pointed else 0
            if decimals <= exponent:
                amount = min(amount * 10 + (byte - _ZERO), _SATURATED)
        else:
            return NOT_A_NUMBER
        at += 1
    if digits == 0 or (pointed and decimals == 0):
        return NOT_A_NUMBER
    if negative:
        return NEGATIVE
    if decimals > exponent:
        return TOO_MANY_DECIMALS
    for _ in range(exponent - decimals):
        amount = min(amount * 10, _SATURATED)
    return amount if amount <= _AMOUNT_MINOR_MAX else TOO_LARGE


@numba.njit(cache=True)
def scale_decimals(words: UInt64s, scale: int, exponents: Int8s) -> Int64s:
    """Return decimals of 128 bits in major units as minor units, exactly, or a code.

    Decimals beyond the currency's may stand if they are zeros: the scale is the whole column's.

    Args:
        words: two a number, the low one first, in two's complement.
        scale: decimals of the numbers, from 0.
        exponents: by number, decimals of the currency's major unit.
    """
    amounts = np.empty(len(words) // 2, np.int64)
    for i in range(len(amounts)):
        low, high = words[2 * i], words[2 * i + 1]
        if high >> np.uint64(63):
            amounts[i] = NEGATIVE
            continue
        exact = True
        for _ in range(scale - exponents[i]):
            low, high, rest = _tenth(low, high)
            exact = exact and rest == 0
        if not exact:
            amounts[i] = TOO_MANY_DECIMALS
            continue
        if high != 0 or low > np.uint64(_AMOUNT_MINOR_MAX):
            amounts[i] = TOO_LARGE
            continue
        amount = np.int64(low)
        for _ in range(exponents[i] - scale):
            amount = min(amount * 10, np.int64(_SATURATED))
        amounts[i] = amount if amount <= _AMOUNT_MINOR_MAX else TOO_LARGE
    return amounts


@numba.njit(cache=True)
def _tenth(low: np.uint64, high: np.uint64) -> tuple[np.uint64, np.uint64, np.uint64]:
    """Divide a number of two words by ten: the words of the quotient, and the remainder."""
    ten = np.uint64(10)
    rest = high % ten
    upper = (rest << _HALF_BITS) | (low >> _HALF_BITS)
    lower = ((upper % ten) << _HALF_BITS) | (low & _HALF_MASK)
    return ((upper // ten) << _HALF_BITS) | (lower // ten), high // ten, lower % ten


@numba.njit(cache=True)
def read_moments(data: Bytes, offsets: Int64s) -> tuple[Int64s, Int8s]:
    """Return moments in microseconds and of what kind each is, from NOTHING to INSTANT.

    `HH:MM`, `HH:MM:SS` or with a point and up to 6 decimals; before it, if wanted, `YYYY-MM-DD`
    and `T` or a blank, and then behind it, if wanted, `Z` or an offset `+HH:MM`, `+HHMM`, `+HH`.
    """
    count = len(offsets) - 1
    moments, kinds = np.zeros(count, np.int64), np.empty(count, np.int8)
    for i in range(count):
        moments[i], kinds[i] = _moment(data, offsets[i], offsets[i + 1])
    return moments, kinds


@numba.njit(cache=True)
def read_days(data: Bytes, offsets: Int64s) -> Int64s:
    """Return dates `YYYY-MM-DD` from 1970 to 2199 as days since 1970-01-01, −1 for any other."""
    days = np.empty(len(offsets) - 1, np.int64)
    for i in range(len(days)):
        exact = offsets[i + 1] - offsets[i] == _DATE_LENGTH
        days[i] = _day(data, offsets[i]) if exact else -1
    return days


@numba.njit(cache=True)
def _moment(data: Bytes, start: int, end: int) -> tuple[int, int]:
    if start == end:
        return 0, NOTHING
    at, day = start, 0
    dated = end - start > _DATE_LENGTH and data[start + 4] == _MINUS
    if dated:
        day = _day(data, start)
        at += _DATE_LENGTH
        if day < 0 or (data[at] != _T and data[at] != _BLANK):
            return 0, NO_MOMENT
        at += 1
    clock, at = _clock(data, at, end)
    if clock < 0:
        return 0, NO_MOMENT
    if at == end:
        return day * _DAY_US + clock, DATED if dated else CLOCK
    offset = _offset(data, at, end) if dated else -_DAY_US
    if offset == -_DAY_US:
        return 0, NO_MOMENT
    return day * _DAY_US + clock - offset, INSTANT


@numba.njit(cache=True)
def _clock(data: Bytes, start: int, end: int) -> tuple[int, int]:
    """Return microseconds since midnight, −1 where none stand, and where they end."""
    hour, minute = _two(data, start, end), _two(data, start + 3, end)
    if not (0 <= hour <= 23 and 0 <= minute <= 59 and data[start + 2] == _COLON):
        return -1, start
    at, clock = start + 5, (hour * 60 + minute) * _MINUTE_US
    if at >= end or data[at] != _COLON:
        return clock, at
    second = _two(data, at + 1, end)
    if not 0 <= second <= 59:
        return -1, at
    at, clock = at + 3, clock + second * _SECOND_US
    if at >= end or data[at] != _POINT:
        return clock, at
    at, digits, unit = at + 1, 0, _SECOND_US
    while at < end and _ZERO <= data[at] <= _NINE:
        digits, unit = digits + 1, unit // 10
        clock += int(np.int64(data[at]) - _ZERO) * unit
        at += 1
    return (clock if 1 <= digits <= _FRACTION_DIGITS_MAX else -1), at


@numba.njit(cache=True)
def _offset(data: Bytes, start: int, end: int) -> int:
    """Return how far a clock is ahead of UTC, in microseconds; minus a whole day for no offset."""
    if data[start] == _Z and end - start == 1:
        return 0
    hour, at = _two(data, start + 1, end), start + 3
    minute = 0
    if at < end:
        at += 1 if data[at] == _COLON else 0
        minute = _two(data, at, end)
        at += 2
    valid = at == end and 0 <= hour <= 23 and 0 <= minute <= 59
    if not valid or (data[start] != _PLUS and data[start] != _MINUS):
        return -_DAY_US
    ahead = (hour * 60 + minute) * _MINUTE_US
    return ahead if data[start] == _PLUS else -ahead


@numba.njit(cache=True)
def _day(data: Bytes, start: int) -> int:
    """Return days since 1970-01-01 of the ten bytes from `start`, −1 where they are no date."""
    end = start + _DATE_LENGTH
    century, year = _two(data, start, end), _two(data, start + 2, end)
    month, day = _two(data, start + 5, end), _two(data, start + 8, end)
    dashes = data[start + 4] == _MINUS and data[start + 7] == _MINUS
    if not dashes or century < 0 or year < 0 or not 1 <= month <= 12:
        return -1
    year += 100 * century
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    long = 31 if month in (1, 3, 5, 7, 8, 10, 12) else 30
    length = long if month != 2 else (29 if leap else 28)
    if not 1 <= day <= length or not _YEAR_MIN <= year <= _YEAR_MAX:
        return -1
    # Days since 0000-03-01 of the Gregorian calendar, in years that end with February.
    shifted = year - 1 if month <= 2 else year
    month_of = month + 9 if month <= 2 else month - 3
    leaps = shifted // 4 - shifted // 100 + shifted // 400
    return 365 * shifted + leaps + (153 * month_of + 2) // 5 + day - 1 - 719_468


@numba.njit(cache=True)
def _two(data: Bytes, at: int, end: int) -> int:
    """Return the number of two digits, −1 where they are none or reach beyond the end."""
    if at + 2 > end:
        return -1
    tens, ones = int(np.int64(data[at])) - _ZERO, int(np.int64(data[at + 1])) - _ZERO
    return tens * 10 + ones if 0 <= tens <= 9 and 0 <= ones <= 9 else -1
