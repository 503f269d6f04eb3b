"""Gridlock resolution: which prefixes of all queues can settle together in one moment.

The face of `gridlock_kernel`: what waits and what limits it, checked, and the answer with its
kind. `docs/gridlock.md` has the theorem, its proof, its limits, and the rule for shared accounts.
When to search and how to post what was found is for the engine.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from comity.errors import LimitExceededError, UsageError
from comity.money import BALANCE_MINOR_MAX
from comity.queueing.gridlock_checks_kernel import Fault, first_fault
from comity.queueing.gridlock_kernel import collect, greatest_prefixes
from comity.queueing.gridlock_tables import (
    NO_PARTNER,
    OUTSIDE,
    PARTNER_ABSENT,
    Int32s,
    Int64s,
    Limits,
    Queued,
)

UNLIMITED_MINOR = BALANCE_MINOR_MAX
"""A limit that no sum of payments can reach."""


_Number = TypeVar("_Number", np.int8, np.int32, np.int64)


class Answer(StrEnum):
    """What is known about the prefixes found; it follows from who draws on which account."""

    GREATEST = "greatest"  # every other choice that is allowed settles less of every queue
    MAXIMAL = "maximal"  # by the sequential rule: no queue could go further by itself


@dataclass(frozen=True, slots=True, eq=False)
class Resolution:
    """The prefixes that settle together.

    Attributes:
        kind: how good they are.
        lengths: by queue, how many of its first payments settle.
        bound: by queue, a length that no allowed choice passes; the lengths themselves where the
            answer is the greatest.
        payments: the numbers of what settles, queue by queue, each in its order.
        sent_minor: by queue, what it sends.
    """

    kind: Answer
    lengths: Int32s
    bound: Int32s
    payments: Int32s
    sent_minor: Int64s

    @property
    def count(self) -> int:
        """How many payments settle."""
        return len(self.payments)

    @property
    def total_minor(self) -> int:
        """What they are worth together; a sum of money only if all queues are in one currency."""
        return sum(self.sent_minor.tolist())


def resolve_gridlock(queued: Queued, limits: Limits, *, is_checked: bool = False) -> Resolution:
    """Return which prefixes settle together; never modifies the arguments.

    Args:
        queued: what waits.
        limits: what may be sent.
        is_checked: the caller has made sure that the columns fit one another and the sums 64 bits.

    Raises:
        UsageError: the columns do not fit one another; the message names the first fault.
        LimitExceededError: the sums of one account could pass `BALANCE_MINOR_MAX`.
    """
    if not is_checked:
        _check(queued, limits)
    chosen, exact = greatest_prefixes(queued, limits)
    payments, sent = collect(queued, chosen.lengths)
    return Resolution(
        kind=Answer.GREATEST if exact else Answer.MAXIMAL,
        lengths=chosen.lengths,
        bound=chosen.bound,
        payments=payments,
        sent_minor=sent,
    )


def queue_payments(
    listed: tuple[Int32s, Int32s],
    *,
    payees: ArrayLike,
    amounts_minor: ArrayLike,
    classes: ArrayLike | None = None,
    partners: ArrayLike | None = None,
) -> Queued:
    """Return what waits in the types that the kernel is compiled for.

    Args:
        listed: starts and payment numbers, as `list_waiting` gives them.
        payees: by position: the queue that is paid, or `OUTSIDE`.
        amounts_minor: by position: above zero.
        classes: by position: priority class, 0 first; None where there is one class.
        partners: by position, as `pair_legs` gives them; None where nothing is linked.
    """
    starts, payments = listed
    return Queued(
        starts=_column(starts, np.int32),
        payments=_column(payments, np.int32),
        payees=_column(payees, np.int32),
        amounts_minor=_column(amounts_minor, np.int64),
        classes=_column(() if classes is None else classes, np.int8),
        partners=_column(() if partners is None else partners, np.int32),
    )


def pair_legs(payments: Int32s, links: Int32s) -> Int32s:
    """Return by position where the other leg of each payment waits.

    Args:
        payments: payment numbers by position.
        links: by position: the number of the other leg, below zero none. Both legs name each other.

    Returns:
        Positions; `NO_PARTNER` without a link, `PARTNER_ABSENT` where the other leg does not wait.
    """
    partners = np.full(len(payments), NO_PARTNER, np.int32)
    legs = np.flatnonzero(links >= 0)
    if not len(legs):
        return partners
    legs = legs[np.argsort(payments[legs], kind="stable")]
    numbers = payments[legs]
    at = np.minimum(np.searchsorted(numbers, links[legs]), len(legs) - 1)
    partners[legs] = np.where(numbers[at] == links[legs], legs[at], PARTNER_ABSENT)
    return partners


def join_queued(parts: Sequence[Queued]) -> Queued:
    """Return what waits in several sets of queues as one set: those of the first, then the next.

    Nobody is paid from one set into another, and links between them are not made here. All parts
    must have the same number of queues, and either all of them classes or none.
    """
    queues = len(parts[0].starts) - 1
    firsts = np.cumsum([0, *(len(each.payments) for each in parts)])
    starts = [each.starts[:-1] + first for each, first in zip(parts, firsts, strict=False)]
    payees = [
        np.where(each.payees == OUTSIDE, OUTSIDE, each.payees + number * queues)
        for number, each in enumerate(parts)
    ]
    return Queued(
        starts=np.concatenate([*starts, firsts[-1:]]).astype(np.int32),
        payments=np.concatenate([each.payments for each in parts]),
        payees=np.concatenate(payees).astype(np.int32),
        amounts_minor=np.concatenate([each.amounts_minor for each in parts]),
        classes=np.concatenate([each.classes for each in parts]),
        partners=np.zeros(0, np.int32),
    )


def join_limits(parts: Sequence[Limits]) -> Limits:
    """Return what limits several sets of queues as one set; they know the same shared accounts."""
    queues = len(parts[0].available_minor)
    firsts = np.cumsum([0, *(len(each.bilateral_payees) for each in parts)])
    starts = [
        each.bilateral_starts[:-1] + first for each, first in zip(parts, firsts, strict=False)
    ]
    payees = [each.bilateral_payees + number * queues for number, each in enumerate(parts)]
    return Limits(
        available_minor=np.concatenate([each.available_minor for each in parts]),
        multilateral_minor=np.concatenate([each.multilateral_minor for each in parts]),
        floors_minor=np.concatenate([each.floors_minor for each in parts]),
        bilateral_starts=np.concatenate([*starts, firsts[-1:]]).astype(np.int32),
        bilateral_payees=np.concatenate(payees).astype(np.int32),
        bilateral_minor=np.concatenate([each.bilateral_minor for each in parts]),
        shared_of=np.concatenate([each.shared_of for each in parts]),
        shared_minor=parts[0].shared_minor,
    )


@dataclass(frozen=True, slots=True, eq=False)
class BilateralLimits:
    """Net sender limits between pairs, in any order, at most one for a payer and payee.

    Attributes:
        payers: queues that are limited.
        payees: queues they pay.
        limits_minor: how much more they may send to that payee than they receive from it.
    """

    payers: Int32s
    payees: Int32s
    limits_minor: Int64s


@dataclass(frozen=True, slots=True, eq=False)
class SharedAccounts:
    """Accounts that several queues draw on.

    Attributes:
        account_of: by queue, the number of its shared account, -1 none.
        available_minor: by account: balance + credit line - holds - reservations.
    """

    account_of: Int32s
    available_minor: Int64s


def set_limits(
    available_minor: ArrayLike,
    *,
    multilateral_minor: ArrayLike | None = None,
    floors_minor: ArrayLike | None = None,
    bilateral: BilateralLimits | None = None,
    shared: SharedAccounts | None = None,
) -> Limits:
    """Return what limits the queues, in the types that the kernel is compiled for.

    Args:
        available_minor: by queue: what its own account has; `UNLIMITED_MINOR` where it has none.
        multilateral_minor: by queue: how much more it may send than it receives.
        floors_minor: `[queue, class]`: what must remain once a payment of that class is sent.
        bilateral: limits between pairs.
        shared: accounts that several queues draw on.

    Raises:
        UsageError: two bilateral limits for the same payer and payee.
    """
    available = _column(available_minor, np.int64)
    queues = len(available)
    everything = np.full(queues, UNLIMITED_MINOR, np.int64)
    no_floors = np.zeros((queues, 0), np.int64)
    nobody = SharedAccounts(np.full(queues, -1, np.int32), np.zeros(0, np.int64))
    accounts = nobody if shared is None else shared
    starts, payees, between = _by_payer(bilateral, queues)
    return Limits(
        available_minor=available,
        multilateral_minor=_column(
            everything if multilateral_minor is None else multilateral_minor, np.int64
        ),
        floors_minor=_column(no_floors if floors_minor is None else floors_minor, np.int64),
        bilateral_starts=starts,
        bilateral_payees=payees,
        bilateral_minor=between,
        shared_of=_column(accounts.account_of, np.int32),
        shared_minor=_column(accounts.available_minor, np.int64),
    )


def _column(values: ArrayLike, kind: type[_Number]) -> NDArray[_Number]:
    """Return values as the kernel was compiled for: a read-only array would be another type."""
    return np.require(values, kind, ["C", "W"])


def _by_payer(given: BilateralLimits | None, queues: int) -> tuple[Int32s, Int32s, Int64s]:
    if given is None:
        return np.zeros(queues + 1, np.int32), np.zeros(0, np.int32), np.zeros(0, np.int64)
    order = np.lexsort((given.payees, given.payers))
    payers, payees = given.payers[order], given.payees[order]
    twice = np.flatnonzero((payers[1:] == payers[:-1]) & (payees[1:] == payees[:-1]))
    if len(twice):
        at = twice[0]
        raise UsageError(
            f"bilateral limits: found two from queue {payers[at]} to queue {payees[at]}, "
            "expected one; keep the lower"
        )
    starts = np.searchsorted(payers, np.arange(queues + 1))
    return (
        _column(starts, np.int32),
        _column(payees, np.int32),
        _column(given.limits_minor[order], np.int64),
    )


_EXPECTED = {
    Fault.STARTS: "starts: queue {at}: found {found}, expected to rise to the number of payments",
    Fault.FLOOR_NEGATIVE: "floors_minor: queue {at}: found {found}, expected 0 or above",
    Fault.ACCOUNT_UNKNOWN: "shared_of: queue {at}: found {found}, expected a shared account or -1",
    Fault.BILATERAL_ORDER: "bilateral limits: queue {at}: found {found}, expected to ascend",
    Fault.AMOUNT: "amounts_minor: position {at}: found {found}, expected above zero",
    Fault.PAYEE_UNKNOWN: "payees: position {at}: found {found}, expected a queue or OUTSIDE",
    Fault.CLASS_UNKNOWN: "classes: position {at}: found {found}, expected a column of the floors",
    Fault.LEG_NOT_MUTUAL: "partners: position {at}: found {found}, expected a leg that names it",
}


def _check(queued: Queued, limits: Limits) -> None:
    """Refuse columns that do not fit one another, and sums that would not fit 64 bits."""
    for name, length, allowed in _lengths(queued, limits):
        if length not in allowed:
            raise UsageError(f"{name}: found {length} entries, expected {allowed[-1]}")
    code, at, found = first_fault(queued, limits)
    fault = Fault(int(code))
    if fault in (Fault.LIMIT_TOO_LARGE, Fault.SUM_TOO_LARGE):
        raise LimitExceededError("BALANCE_MINOR_MAX", found=int(found), allowed=BALANCE_MINOR_MAX)
    if fault is not Fault.NONE:
        raise UsageError(_EXPECTED[fault].format(at=at, found=found))


def _lengths(queued: Queued, limits: Limits) -> tuple[tuple[str, int, tuple[int, ...]], ...]:
    """Return each column with its length and the lengths it may have."""
    queues, count = len(limits.available_minor), len(queued.payments)
    pairs = len(limits.bilateral_minor)
    return (
        ("starts", len(queued.starts), (queues + 1,)),
        ("payees", len(queued.payees), (count,)),
        ("amounts_minor", len(queued.amounts_minor), (count,)),
        ("classes", len(queued.classes), (0, count)),
        ("partners", len(queued.partners), (0, count)),
        ("multilateral_minor", len(limits.multilateral_minor), (queues,)),
        ("floors_minor", len(limits.floors_minor), (queues,)),
        ("bilateral_starts", len(limits.bilateral_starts), (queues + 1,)),
        ("bilateral_payees", len(limits.bilateral_payees), (pairs,)),
        ("shared_of", len(limits.shared_of), (queues,)),
    )
