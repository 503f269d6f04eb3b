"""What a replayed day cost: liquidity, delay, queues, and by which mechanism payments settled.

Every figure is defined for economists in `docs/metrics.md`. Sums are exact, also of value times
time, which passes 64 bits; ratios are fractions, None where there is nothing to divide by. All
accounts of one call are in one currency: amounts are added over them.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from comity.errors import UsageError
from comity.queueing.priority_kernel import Int32s, Int64s
from comity.queueing.replay import Replay, SettledBy
from comity.queueing.replay_input import DayColumns, Liquidity

_LIMB_BITS = 21
_LIMBS = 3
_LIMB_MASK = (1 << _LIMB_BITS) - 1
_COUNTED_MAX = 1 << 16
_CHUNK = 1 << 20  # products of two limbs that fit 64 bits together


@dataclass(frozen=True, slots=True, eq=False)
class LiquidityBounds:
    """Between what a day's payments need, by account, minor units.

    Attributes:
        lower_minor: to settle all in one moment at the end: sent less received, if above zero.
        upper_minor: to settle each at once, alone, as it comes: the most that sent less received
            ever was, after any payment.
    """

    lower_minor: Int64s
    upper_minor: Int64s


@dataclass(frozen=True, slots=True)
class MechanismShare:
    """What settled by one mechanism, as shares of all payments that came."""

    by_number: Fraction
    by_value: Fraction


@dataclass(frozen=True, slots=True, eq=False)
class DayMeasures:
    """The figures of one replayed day.

    Attributes:
        used_minor: peak liquidity used by account: how far below its opening balance it ever was.
        usage: used by all ÷ what all could draw on at the opening.
        turnover_ratio: value settled ÷ liquidity used by all.
        delay: the delay indicator, 0 … 1.
        queued_average_minor: value waiting, averaged over the time to the close.
        age_max_us: the longest that any payment waited, to the close where it did not settle.
        mechanisms: by mechanism, what it settled; `SettledBy.NOTHING` is what did not.
        unsettled: payments that never settled.
        unsettled_minor: and their value.
    """

    used_minor: Int64s
    usage: Fraction | None
    turnover_ratio: Fraction | None
    delay: Fraction | None
    queued_average_minor: Fraction | None
    age_max_us: int
    mechanisms: dict[SettledBy, MechanismShare]
    unsettled: int
    unsettled_minor: int


def liquidity_bounds(day: DayColumns, account_count: int) -> LiquidityBounds:
    """Return between what liquidity lies with which a day settles, gross and at once or at the end.

    Args:
        day: the payments, as `replay_day` takes them.
        account_count: accounts 0 … `account_count` − 1.
    """
    change = np.stack([day.amount_minor, -day.amount_minor], axis=1).ravel()
    account = np.stack([day.payer, day.payee], axis=1).ravel()
    order = order_by_number(account, account_count)
    running = np.cumsum(change[order])
    starts = np.searchsorted(account[order], np.arange(account_count + 1)).astype(np.int64)
    before = np.concatenate([np.zeros(1, np.int64), running])[starts]
    net = before[1:] - before[:-1]
    upper = np.zeros(account_count, np.int64)
    is_used = starts[1:] > starts[:-1]
    if is_used.any():
        # Every stretch between two starts that are used is one account's.
        peaks = np.maximum.reduceat(running, starts[:-1][is_used])
        upper[is_used] = np.maximum(peaks - before[:-1][is_used], 0)
    return LiquidityBounds(np.maximum(net, 0), upper)


def order_by_number(numbers: NDArray[np.integer[Any]], count: int) -> NDArray[np.intp]:
    """Return the stable order of small numbers, 0 … count − 1.

    numpy sorts 16 bits by counting digits, several times faster than it compares longer numbers.
    """
    keys = numbers.astype(np.uint16) if count <= _COUNTED_MAX else numbers
    return np.argsort(keys, kind="stable")


def measure_day(
    day: DayColumns, liquidity: Liquidity, found: Replay, closes_us: int
) -> DayMeasures:
    """Return the figures of a day that `replay_day` has settled.

    Args:
        day: the payments that were replayed.
        liquidity: with which they were.
        found: what came of it.
        closes_us: when the day ends; what did not settle counts as waiting until then.

    Raises:
        UsageError: a payment comes, or settles, after the close.
    """
    is_settled = found.settled_us >= 0
    last = max(int(day.at_us[-1]), int(found.settled_us.max())) if len(day.at_us) else closes_us
    if last > closes_us:
        raise UsageError(f"closes_us: found {closes_us}, expected {last} or later")
    amounts = day.amount_minor
    value, settled = int(amounts.sum()), int(amounts[is_settled].sum())
    used = liquidity.opening_minor - found.lowest_minor
    could_draw = int(liquidity.opening_minor.sum())
    if liquidity.credit_cap_minor is not None:
        could_draw += int(liquidity.credit_cap_minor.sum())
    ends = np.where(is_settled, found.settled_us, np.int64(closes_us))
    waited = ends - day.at_us
    waiting = sum_of_products(amounts, waited)
    first_us = int(day.at_us[0]) if len(day.at_us) else closes_us
    return DayMeasures(
        used_minor=used,
        usage=_ratio(int(used.sum()), could_draw),
        turnover_ratio=_ratio(settled, int(used.sum())),
        delay=_ratio(waiting, sum_of_products(amounts, closes_us - day.at_us)),
        queued_average_minor=_ratio(waiting, closes_us - first_us),
        age_max_us=int(waited.max(initial=0)),
        mechanisms=_shares(found.mechanism.astype(np.int32), amounts, value),
        unsettled=int(np.count_nonzero(~is_settled)),
        unsettled_minor=value - settled,
    )


def _shares(mechanism: Int32s, amounts: Int64s, value: int) -> dict[SettledBy, MechanismShare]:
    if not len(amounts):
        return {}
    found = {}
    for one in SettledBy:
        is_of = mechanism == one
        found[one] = MechanismShare(
            Fraction(int(np.count_nonzero(is_of)), len(amounts)),
            Fraction(int(amounts[is_of].sum()), value),
        )
    return found


def _ratio(numerator: int, denominator: int) -> Fraction | None:
    return Fraction(numerator, denominator) if denominator else None


def sum_of_products(one: Int64s, other: Int64s) -> int:
    """Return the exact sum of the products of two columns that are nowhere below zero.

    Each is cut into limbs so short that a million products of two fit 64 bits.
    """
    total = 0
    for start in range(0, len(one), _CHUNK):
        part, times = one[start : start + _CHUNK], other[start : start + _CHUNK]
        for i in range(_LIMBS):
            limb = (part >> (i * _LIMB_BITS)) & _LIMB_MASK
            for j in range(_LIMBS):
                by = (times >> (j * _LIMB_BITS)) & _LIMB_MASK
                total += int(np.dot(limb, by)) << ((i + j) * _LIMB_BITS)
    return total
