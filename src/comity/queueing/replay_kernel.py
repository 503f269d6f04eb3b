"""Release rules over a whole day: one kernel a rule, made of the same inner kernels.

A rule walks the payments in order of time, settles or queues each, and lets money that arrived
release what waits for it: the cascade. Accounts that received money stand on a work-list, a ring
with room for all, each at most once; the first listed is served first. Nothing is allocated here,
no event is written, and every payment is touched a bounded number of times, the search of a rule
apart.

A new rule is one function with the signature of those below, marked `outer_kernel`, and one line
in `replay.RULES`.
"""

from typing import NamedTuple

import numpy as np

from comity.numba_kernel import Number, constant, inner_kernel, outer_kernel
from comity.payments.codes import Priority
from comity.queueing.bypass_kernel import NO_SLOT, Trees, add, first_fitting, remove
from comity.queueing.listing_kernel import first_of_class, next_of_class, still_listed
from comity.queueing.offset_kernel import Search, find_offset
from comity.queueing.priority_kernel import (
    CLASSES,
    NOBODY,
    Bools,
    Cover,
    Int8s,
    Int32s,
    Int64s,
    Payments,
    Queues,
    insert,
    last_before,
    new_queues_by_class,
    remove_after,
    usable_minor,
)

_NOBODY = constant(NOBODY)
_FIRST = constant(0)
_URGENT = constant(Priority.URGENT)
_HIGH = constant(Priority.HIGH)
_NORMAL = constant(Priority.NORMAL)
_HEADS_ALONE = constant(0)  # depth of offset where there is none

ON_ENTRY = constant(1)
FROM_QUEUE = constant(2)
BILATERAL = constant(3)
MULTILATERAL = constant(4)

LISTED_FIRST = 0  # place of the next in the work-list, counted without end
LISTED_END = 1
QUEUED = 2  # payments that wait
QUEUED_MINOR = 3  # and their value
QUEUED_PEAK = 4
QUEUED_PEAK_MINOR = 5
COUNTERS = 6


class Course(NamedTuple):
    """A day as it is replayed: what is given, what moves, what comes out."""

    at_us: Int64s  # by payment, never falling
    payments: Payments
    cover: Cover  # as it stands
    lowest_minor: Int64s  # by account: least available so far
    queues: Queues
    work: Int32s  # ring of accounts that received money
    listed: Bools  # by account: it stands in the ring
    counters: Int64s  # see the constants
    settled_us: Int64s  # by payment, −1 not yet
    mechanism: Int8s  # by payment, 0 none yet


def new_course(at_us: Int64s, payments: Payments, cover: Cover) -> Course:
    """Return a day before its first payment; `cover` is changed in place as it goes on."""
    accounts, count = len(cover.available_minor), len(at_us)
    return Course(
        at_us=at_us,
        payments=payments,
        cover=cover,
        lowest_minor=cover.available_minor.copy(),
        queues=new_queues_by_class(accounts, count),
        work=np.zeros(accounts, np.int32),
        listed=np.zeros(accounts, np.bool_),
        counters=np.zeros(COUNTERS, np.int64),
        settled_us=np.full(count, -1, np.int64),
        mechanism=np.zeros(count, np.int8),
    )


class Waiting(NamedTuple):
    """Columns of those who wait, queue by queue in their order."""

    number: Int32s
    payee: Int32s
    amount_minor: Int64s
    priority: Int8s


class Terms(NamedTuple):
    """What a rule may be told."""

    offset_depth: int  # payments of the counterparty's queue that are looked at, 1 or more


@outer_kernel
def strict_fifo(course: Course, trees: Trees, terms: Terms, first: int, end: int) -> None:
    """Settle the head of a queue when it is covered, and nobody before it."""
    for payment in range(first, end):
        if _settles_on_entry(course, payment):
            _cascade(course, course.at_us[payment], _HEADS_ALONE)
        else:
            _enqueue(course, payment)


@outer_kernel
def fifo_with_bypass(course: Course, trees: Trees, terms: Terms, first: int, end: int) -> None:
    """Settle the first that fits, whoever waits before it."""
    for payment in range(first, end):
        payer, priority = (
            np.int64(course.payments.payer[payment]),
            course.payments.priority[payment],
        )
        amount = course.payments.amount_minor[payment]
        # Nobody who waits fits, so the new one is the first that does, if it does.
        if usable_minor(course.cover, payer, priority) >= amount:
            _settle(course, payment, course.at_us[payment], ON_ENTRY)
            _cascade_with_bypass(course, trees, course.at_us[payment])
        else:
            add(trees, payer * CLASSES + priority, payment, amount)
            course.queues.length[payer] += 1
            _count_in(course, amount)


@outer_kernel
def fifo_with_offset(course: Course, trees: Trees, terms: Terms, first: int, end: int) -> None:
    """Settle heads, alone or against a payment of their payee."""
    for payment in range(first, end):
        _take_with_offset(course, payment, terms.offset_depth)


@outer_kernel
def settle_prefixes(course: Course, lengths: Int32s, now_us: int, depth: int) -> None:
    """Settle the first so many of each queue in one moment, and what that releases.

    Between the payments of one moment there is no order, so only what remains counts as lowest.
    """
    for account in range(len(lengths)):
        for _ in range(lengths[account]):
            payment = remove_after(course.queues, course.payments, account, _NOBODY)
            payee = np.int64(course.payments.payee[payment])
            amount = course.payments.amount_minor[payment]
            course.cover.available_minor[account] -= amount
            course.cover.available_minor[payee] += amount
            _count_out(course, amount)
            _mark(course, payment, now_us, MULTILATERAL)
            _list(course, payee)
    for account in range(len(lengths)):
        available = course.cover.available_minor[account]
        course.lowest_minor[account] = min(course.lowest_minor[account], available)
    _cascade(course, now_us, depth)


@outer_kernel
def list_waiting_again(
    queues: Queues,
    payments: Payments,
    starts_before: Int32s,
    before: Waiting,
    starts: Int32s,
    found: Waiting,
) -> None:
    """List who waits, queue by queue in their order.

    Args:
        queues: as they are.
        payments: all columns.
        starts_before: by queue and class, and one more: the starts of the last list, or zeros.
        before: the last list.
        starts: filled: the place of the first payment of a queue and class, and the end.
        found: filled; with room for all who wait.
    """
    at = _FIRST
    for queue in range(len(queues.head)):
        for priority in range(CLASSES):
            place = queue * CLASSES + priority
            starts[place] = at
            end = np.int64(starts_before[place + 1])
            old = still_listed(queues, queue, priority, np.int64(starts_before[place]), end)
            for one in range(old, end):
                found.number[at] = before.number[one]
                found.payee[at] = before.payee[one]
                found.amount_minor[at] = before.amount_minor[one]
                found.priority[at] = priority
                at += 1
            if old < end:
                last = np.int64(before.number[end - 1])
                payment = next_of_class(queues, queue, priority, last)
            else:
                payment = first_of_class(queues, queue, priority)
            while payment >= 0:
                found.number[at] = payment
                found.payee[at] = payments.payee[payment]
                found.amount_minor[at] = payments.amount_minor[payment]
                found.priority[at] = priority
                at += 1
                payment = next_of_class(queues, queue, priority, payment)
    starts[len(starts) - 1] = at


@outer_kernel
def count_by_class(payments: Payments, counts: Int64s) -> None:
    """Count the payments of each account and class."""
    for payment in range(len(payments.payer)):
        place = np.int64(payments.payer[payment]) * CLASSES + payments.priority[payment]
        counts[place] += 1


@inner_kernel
def _take_with_offset(course: Course, payment: Number, depth: Number) -> None:
    """Settle or queue a payment and everything that this releases."""
    if not _settles_on_entry(course, payment):
        _enqueue(course, payment)
        payer, payee = np.int64(course.payments.payer[payment]), course.payments.payee[payment]
        # Where heads alone are compared, only a new head can change anything, and one try does.
        # Else it may be the counterpart of its payee's head, also if it is no head itself.
        if depth > 1 or course.queues.head[payer] == payment:
            _list(course, payer)
        if depth > 1:
            _list(course, np.int64(payee))
    _cascade(course, course.at_us[payment], depth)


@inner_kernel
def _settles_on_entry(course: Course, payment: Number) -> bool:
    """Settle a new payment if nobody of its class or above waits and it is covered."""
    payer, priority = np.int64(course.payments.payer[payment]), course.payments.priority[payment]
    if last_before(course.queues, payer, priority) >= 0:
        return False
    amount = course.payments.amount_minor[payment]
    if usable_minor(course.cover, payer, priority) < amount:
        return False
    _settle(course, payment, course.at_us[payment], ON_ENTRY)
    return True


@inner_kernel
def _enqueue(course: Course, payment: Number) -> None:
    payer, priority = np.int64(course.payments.payer[payment]), course.payments.priority[payment]
    insert(course.queues, payer, payment, priority)
    _count_in(course, course.payments.amount_minor[payment])


@inner_kernel
def _cascade(course: Course, now_us: Number, depth: Number) -> None:
    """Serve the work-list in strict order, with bilateral offset where the depth is above 0."""
    while course.counters[LISTED_FIRST] < course.counters[LISTED_END]:
        account = _next_listed(course)
        while course.queues.head[account] >= 0:
            payment = np.int64(course.queues.head[account])
            priority = course.payments.priority[payment]
            amount = course.payments.amount_minor[payment]
            if usable_minor(course.cover, account, priority) >= amount:
                remove_after(course.queues, course.payments, account, _NOBODY)
                _count_out(course, amount)
                _settle(course, payment, now_us, FROM_QUEUE)
            elif depth == 0 or not _offsets(course, payment, now_us, depth):
                break


@inner_kernel
def _offsets(course: Course, payment: Number, now_us: Number, depth: Number) -> bool:
    """Settle a head against a payment of its payee, if there is one that fits."""
    payer, payee = (
        np.int64(course.payments.payer[payment]),
        np.int64(course.payments.payee[payment]),
    )
    mine = usable_minor(course.cover, payer, course.payments.priority[payment])
    theirs = (
        usable_minor(course.cover, payee, _URGENT),
        usable_minor(course.cover, payee, _HIGH),
        usable_minor(course.cover, payee, _NORMAL),
    )
    start = Search(_NOBODY, depth)
    other, search = find_offset(course.payments, course.queues, payment, (mine, theirs), start)
    if other < 0:
        return False
    remove_after(course.queues, course.payments, payer, _NOBODY)
    remove_after(course.queues, course.payments, payee, search.before)
    given, received = course.payments.amount_minor[payment], course.payments.amount_minor[other]
    _count_out(course, given)
    _count_out(course, received)
    _mark(course, payment, now_us, BILATERAL)
    _mark(course, other, now_us, BILATERAL)
    _move(course, payer, payee, given - received)
    _list(course, payer)
    _list(course, payee)
    return True


@inner_kernel
def _cascade_with_bypass(course: Course, trees: Trees, now_us: Number) -> None:
    """Serve the work-list: of each account the first that fits, until none does."""
    while course.counters[LISTED_FIRST] < course.counters[LISTED_END]:
        account = _next_listed(course)
        for priority in range(CLASSES):
            tree = account * CLASSES + priority
            while True:
                slot = first_fitting(trees, tree, usable_minor(course.cover, account, priority))
                if slot == NO_SLOT:
                    break
                payment = remove(trees, tree, slot)
                course.queues.length[account] -= 1
                _count_out(course, course.payments.amount_minor[payment])
                _settle(course, payment, now_us, FROM_QUEUE)


@inner_kernel
def _settle(course: Course, payment: Number, now_us: Number, mechanism: Number) -> None:
    """Settle a covered payment by itself, and list its payee."""
    payer, payee = (
        np.int64(course.payments.payer[payment]),
        np.int64(course.payments.payee[payment]),
    )
    _move(course, payer, payee, course.payments.amount_minor[payment])
    _mark(course, payment, now_us, mechanism)
    _list(course, payee)


@inner_kernel
def _move(course: Course, payer: Number, payee: Number, amount: Number) -> None:
    """Move an amount, or one below zero the other way, and keep the lowest balances."""
    available, lowest = course.cover.available_minor, course.lowest_minor
    available[payer] -= amount
    available[payee] += amount
    lowest[payer] = min(lowest[payer], available[payer])
    lowest[payee] = min(lowest[payee], available[payee])


@inner_kernel
def _mark(course: Course, payment: Number, now_us: Number, mechanism: Number) -> None:
    course.settled_us[payment] = now_us
    course.mechanism[payment] = mechanism


@inner_kernel
def _list(course: Course, account: Number) -> None:
    """Put an account on the work-list unless it stands there or nobody waits in its queue."""
    if course.queues.length[account] > 0 and not course.listed[account]:
        course.listed[account] = True
        end = course.counters[LISTED_END]
        course.work[end % len(course.work)] = account
        course.counters[LISTED_END] = end + 1


@inner_kernel
def _next_listed(course: Course) -> Number:
    """Take the first account from the work-list."""
    first = course.counters[LISTED_FIRST]
    course.counters[LISTED_FIRST] = first + 1
    account = np.int64(course.work[first % len(course.work)])
    course.listed[account] = False
    return account


@inner_kernel
def _count_in(course: Course, amount: Number) -> None:
    """Count a payment that waits."""
    counters = course.counters
    counters[QUEUED] += 1
    counters[QUEUED_MINOR] += amount
    counters[QUEUED_PEAK] = max(counters[QUEUED_PEAK], counters[QUEUED])
    counters[QUEUED_PEAK_MINOR] = max(counters[QUEUED_PEAK_MINOR], counters[QUEUED_MINOR])


@inner_kernel
def _count_out(course: Course, amount: Number) -> None:
    course.counters[QUEUED] -= 1
    course.counters[QUEUED_MINOR] -= amount
