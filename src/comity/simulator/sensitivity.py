"""The same payments, some of them sent at other times: does a finding hang on the very minute?

Which payments move, and to when, is a function of the seed and of their place in the table alone:
every option is tried on the same disturbed payments, and a larger share moves those of a smaller
one too.
"""

from dataclasses import fields
from fractions import Fraction
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from comity.errors import UsageError
from comity.simulator.payment_table import Int64s, PaymentTable

UInt64s: TypeAlias = NDArray[np.uint64]

SHIFT_US_MAX: Final = 86_400_000_000
"""The most that a payment is sent earlier or later: a day."""
SEED_MAX: Final = 2**64 - 1
_DAY_US = 86_400_000_000
_GOLDEN = 0x9E3779B97F4A7C15
_MULTIPLIER_1 = np.uint64(0xBF58476D1CE4E5B9)
_MULTIPLIER_2 = np.uint64(0x94D049BB133111EB)


def shift_times(
    table: PaymentTable,
    *,
    share: Fraction,
    most_us: int,
    opens_us: int | Int64s,
    closes_us: int | Int64s,
    seed: int,
) -> PaymentTable:
    """Return the payments with some sent earlier or later on the same day, in order again.

    Of the n payments whose time lies between opening and close, the ⌊share · n⌋ with the least hash
    of their place move. Each gets a time drawn evenly, by a second hash, from all microseconds that
    are not further from its own than `most_us`, lie between opening and close, and are not after
    its till time unless it was sent after that already. Payments outside the hours stay as they
    are. Nothing else of a payment changes: links, wishes, amounts and lines go with it. Of payments
    that now have equal times the one that stood first stays first.

    A hash is a number of SplitMix64 (Steele, Lea and Flood, Fast splittable pseudorandom number
    generators, OOPSLA 2014), started at the seed: for place i the numbers 2i and 2i + 1.

    Args:
        table: any number of days.
        share: 0 … 1 of the payments.
        most_us: microseconds, 0 … a day.
        opens_us: first moment at which a payment may be sent, microseconds since midnight; one for
            all, or one a payment, in the order of the table.
        closes_us: last such moment, not before the opening; the same.
        seed: 0 … 2^64 − 1.

    Returns:
        A table of the same length with the same `hash`, which names the source and not what was
        done since; `fingerprint_table` tells the two apart.

    Raises:
        UsageError: an argument lies outside its range.
    """
    opens, closes = _hours(table, opens_us, closes_us)
    _check_arguments(share, most_us, seed)
    numbers = _split_mix(seed, 2 * len(table))
    moved = _chosen(table, opens, closes, share, numbers[0::2])
    times = table.time_us[moved]
    till = table.till_us[moved]
    earliest = np.maximum(times - most_us, opens[moved])
    latest = np.minimum(times + most_us, closes[moved])
    latest = np.where(till >= times, np.minimum(latest, till), latest)
    width = (latest - earliest + 1).astype(np.uint64)
    # A day has 2^36.3 microseconds: none is likelier than another by more than 2^−27.
    drawn = earliest + (numbers[1::2][moved] % width).astype(np.int64)
    changed = table.time_us.copy()
    changed[moved] = drawn
    return _with_times(table, changed)


def _hours(
    table: PaymentTable, opens_us: int | Int64s, closes_us: int | Int64s
) -> tuple[Int64s, Int64s]:
    columns = []
    for name, given in (("opens_us", opens_us), ("closes_us", closes_us)):
        column = np.asarray(given)
        if column.shape not in ((), (len(table),)) or column.dtype != np.int64:
            found = f"{column.dtype} of shape {column.shape}"
            raise UsageError(f"{name}: found {found}, expected one integer, or one a payment")
        columns.append(np.broadcast_to(column, (len(table),)))
    opens, closes = columns
    wrong = np.flatnonzero((opens < 0) | (closes < opens) | (closes >= _DAY_US))
    if len(wrong):
        found = f"{opens[wrong[0]]} to {closes[wrong[0]]}"
        raise UsageError(f"hours of payment {wrong[0]}: found {found}, expected them within a day")
    return opens, closes


def _check_arguments(share: Fraction, most_us: int, seed: int) -> None:
    if not 0 <= share <= 1:
        raise UsageError(f"share: found {share}, expected 0 … 1")
    if not 0 <= most_us <= SHIFT_US_MAX:
        raise UsageError(f"most_us: found {most_us}, expected 0 … {SHIFT_US_MAX}")
    if not 0 <= seed <= SEED_MAX:
        raise UsageError(f"seed: found {seed}, expected 0 … 2^64 − 1")


def _split_mix(seed: int, count: int) -> UInt64s:
    """Return the first so many numbers of SplitMix64."""
    mixed = np.arange(1, count + 1, dtype=np.uint64) * np.uint64(_GOLDEN) + np.uint64(seed)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * _MULTIPLIER_1
    mixed = (mixed ^ (mixed >> np.uint64(27))) * _MULTIPLIER_2
    return mixed ^ (mixed >> np.uint64(31))


def _chosen(
    table: PaymentTable, opens: Int64s, closes: Int64s, share: Fraction, hashes: UInt64s
) -> NDArray[np.intp]:
    open_ones = np.flatnonzero((table.time_us >= opens) & (table.time_us <= closes))
    count = len(open_ones) * share.numerator // share.denominator
    return open_ones[np.argsort(hashes[open_ones], kind="stable")[:count]]


def _with_times(table: PaymentTable, times_us: Int64s) -> PaymentTable:
    """Return the table with these times in place of its own, in order."""
    order = np.lexsort((times_us, table.day))  # stable
    given: dict[str, Any] = {field.name: getattr(table, field.name) for field in fields(table)}
    given["time_us"] = times_us
    for name, each in given.items():
        given[name] = each[order] if isinstance(each, np.ndarray) else each
    return PaymentTable(**given)
