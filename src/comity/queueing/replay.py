"""A day's payments replayed under a release rule: who settles when, and with how much liquidity.

Balances alone move here: no event is written and nothing is posted. The decisions are those of the
kernels that a live engine calls too; what differs is that the whole day is known as columns. A
million payments take a fraction of a second, so that rules and amounts of liquidity can be compared
by the thousand.

A new rule is one function in `replay_kernel` and one line in `RULES`.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from types import MappingProxyType
from typing import TypeAlias

import numpy as np

from comity.errors import UsageError
from comity.queueing import replay_kernel
from comity.queueing.bypass_kernel import Trees, new_trees
from comity.queueing.gridlock import queue_payments, set_limits
from comity.queueing.gridlock_kernel import greatest_prefixes
from comity.queueing.priority_kernel import (
    CLASSES,
    Int8s,
    Int64s,
    Payments,
)
from comity.queueing.replay_input import DayColumns, Liquidity, read_day, read_liquidity
from comity.queueing.replay_kernel import Course, Terms, Waiting, new_course

Kernel: TypeAlias = Callable[[Course, Trees, Terms, int, int], None]


class SettledBy(IntEnum):
    """How a payment of a replayed day settled."""

    NOTHING = 0  # it still waits at the end
    ENTRY = int(replay_kernel.ON_ENTRY)  # gross, at once
    QUEUE = int(replay_kernel.FROM_QUEUE)  # gross, after it had waited
    BILATERAL = int(replay_kernel.BILATERAL)  # together with one in the opposite direction
    MULTILATERAL = int(replay_kernel.MULTILATERAL)  # among the greatest prefixes that fit


@dataclass(frozen=True, slots=True)
class ReleaseRule:
    """One line of the table of rules.

    Attributes:
        kernel: walks payments `first` … `end − 1` in order of time.
        summary: what it does, in words for people.
        bypasses: whether it looks for payments in trees of amounts instead of queues.
        resolves: whether gridlock is resolved every so often.
    """

    kernel: Kernel
    summary: str
    bypasses: bool = False
    resolves: bool = False


RULES: Mapping[str, ReleaseRule] = MappingProxyType(
    {
        "fifo": ReleaseRule(replay_kernel.strict_fifo, "only the first in the queue may go"),
        "bypass": ReleaseRule(
            replay_kernel.fifo_with_bypass, "the first that fits may go", bypasses=True
        ),
        "offset": ReleaseRule(
            replay_kernel.fifo_with_offset, "the first may go, alone or against one of its payee's"
        ),
        "multilateral": ReleaseRule(
            replay_kernel.fifo_with_offset,
            "the same, and at intervals the greatest prefixes of all queues that fit together",
            resolves=True,
        ),
    }
)
"""Every release rule by name."""

OFFSET_DEPTH_MAX = 1_000
"""Payments of a counterparty's queue that may be looked at for one offset."""

RESOLVE_EVERY_US = 15 * 60 * 1_000_000
"""Time between two resolutions of gridlock where none is given."""

RESOLVE_EVERY_US_MAX = 10**15
"""Longest time between two resolutions: thirty years."""


@dataclass(frozen=True, slots=True)
class Replay:
    """What came of a day; columns by payment, then by account.

    Attributes:
        settled_us: when each payment settled, −1 where it still waits at the end.
        mechanism: how, as `SettledBy`.
        closing_minor: balances at the end.
        lowest_minor: the lowest balance at any moment, the opening one included.
        queued_peak: most payments that ever waited at once.
        queued_peak_minor: most value that ever waited at once; of use where all accounts have one
            currency.
    """

    settled_us: Int64s
    mechanism: Int8s
    closing_minor: Int64s
    lowest_minor: Int64s
    queued_peak: int
    queued_peak_minor: int


def replay_day(
    day: DayColumns,
    liquidity: Liquidity,
    rule: str = "fifo",
    *,
    offset_depth: int = 1,
    resolve_every_us: int = RESOLVE_EVERY_US,
) -> Replay:
    """Settle a day's payments under a release rule.

    Never modifies the arguments; the same arguments give the same result.

    Args:
        day: the payments in order of time; those of one time in the order given.
        liquidity: what the accounts hold, may overdraw, and reserve.
        rule: a name in `RULES`.
        offset_depth: how many payments of the payee's queue a payment is offset against,
            1 … OFFSET_DEPTH_MAX; 1 compares heads only. For `offset` and `multilateral`.
        resolve_every_us: time between two resolutions of gridlock, counted from the first payment;
            the last one follows the last payment, and one since whose forerunner nothing has come
            is left out. A resolution comes after the payments of its very time. For
            `multilateral`.

    Raises:
        UsageError: there is no such rule, or the depth or the interval is out of range.
        ColumnError: a column does not hold what it should; names the first row.
    """
    if rule not in RULES:
        raise UsageError(f"rule: found {rule!r}, expected one of {', '.join(RULES)}")
    if not 1 <= offset_depth <= OFFSET_DEPTH_MAX:
        raise UsageError(f"offset_depth: found {offset_depth}, expected 1 … {OFFSET_DEPTH_MAX}")
    if not 1 <= resolve_every_us <= RESOLVE_EVERY_US_MAX:
        raise UsageError(
            f"resolve_every_us: found {resolve_every_us}, expected 1 … {RESOLVE_EVERY_US_MAX}"
        )
    at_us, payments = read_day(day, account_count=len(liquidity.opening_minor))
    cover, cap_minor = read_liquidity(liquidity)
    course = new_course(at_us, payments, cover)
    chosen = RULES[rule]
    room = _room(payments, len(cap_minor)) if chosen.bypasses else np.zeros(0, np.int64)
    trees, terms = new_trees(room), Terms(offset_depth)
    first = 0
    if chosen.resolves:
        resolver = _Resolver(course, offset_depth)
        for end, due_us in _resolutions(at_us, resolve_every_us):
            chosen.kernel(course, trees, terms, first, end)
            resolver.resolve(due_us)
            first = end
    chosen.kernel(course, trees, terms, first, len(at_us))
    return Replay(
        settled_us=course.settled_us,
        mechanism=course.mechanism,
        closing_minor=cover.available_minor - cap_minor,
        lowest_minor=course.lowest_minor - cap_minor,
        queued_peak=int(course.counters[replay_kernel.QUEUED_PEAK]),
        queued_peak_minor=int(course.counters[replay_kernel.QUEUED_PEAK_MINOR]),
    )


def _room(payments: Payments, account_count: int) -> Int64s:
    """Return by account and class how many payments there are."""
    room = np.zeros(account_count * CLASSES, np.int64)
    replay_kernel.count_by_class(payments, room)
    return room


def _resolutions(at_us: Int64s, every_us: int) -> Iterator[tuple[int, int]]:
    """Yield how many payments come before each resolution, and when it is.

    One before which nothing has come since the last is left out: it would find nothing.
    """
    count, end = len(at_us), 0
    while end < count:
        since_first = int(at_us[end]) - int(at_us[0])
        due_us = int(at_us[0]) + every_us * max(1, -(-since_first // every_us))
        end = int(np.searchsorted(at_us, due_us, side="right"))
        yield end, due_us


class _Resolver:
    """Settles the greatest prefixes of all queues that fit together, again and again."""

    def __init__(self, course: Course, depth: int) -> None:
        self._course = course
        self._depth = depth
        self._has_floors = bool(course.cover.floor_minor.any())
        self._starts = np.zeros(len(course.queues.last) + 1, np.int32)
        self._waiting = _new_waiting(0)

    def resolve(self, now_us: int) -> None:
        """Look at all queues together, and settle what fits."""
        course, cover = self._course, self._course.cover
        if not course.counters[replay_kernel.QUEUED]:
            return
        self._list()
        waiting = self._waiting
        queued = queue_payments(
            (self._starts[::CLASSES], waiting.number),
            payees=waiting.payee,
            amounts_minor=waiting.amount_minor,
            classes=waiting.priority if self._has_floors else None,
        )
        limits = set_limits(
            cover.available_minor, floors_minor=cover.floor_minor if self._has_floors else None
        )
        chosen, _ = greatest_prefixes(queued, limits)
        replay_kernel.settle_prefixes(course, chosen.lengths, now_us, self._depth)

    def _list(self) -> None:
        """Bring the list of who waits, queue by queue in their order, up to date."""
        course, starts = self._course, np.empty_like(self._starts)
        waiting = _new_waiting(int(course.counters[replay_kernel.QUEUED]))
        before = (self._starts, self._waiting)
        replay_kernel.list_waiting_again(course.queues, course.payments, *before, starts, waiting)
        self._starts, self._waiting = starts, waiting


def _new_waiting(count: int) -> Waiting:
    """Return room for so many who wait."""
    return Waiting(
        number=np.empty(count, np.int32),
        payee=np.empty(count, np.int32),
        amount_minor=np.empty(count, np.int64),
        priority=np.empty(count, np.int8),
    )
