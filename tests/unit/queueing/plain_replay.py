"""A day settled under each release rule, slowly and in plain sight: what the kernels must equal."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from comity.queueing import DayColumns, Liquidity, Replay, SettledBy

ACCOUNTS = 4
RESOLVE_EVERY_US = 5


@dataclass(frozen=True)
class Payment:
    at_us: int
    payer: int
    payee: int
    amount: int
    priority: int = 2


@dataclass(frozen=True)
class Case:
    """A small day. `reserved`: for the urgent class, and for the high class besides."""

    payments: tuple[Payment, ...]
    opening: tuple[int, ...]
    caps: tuple[int, ...]
    reserved: tuple[tuple[int, int], ...]
    depth: int = 1

    @property
    def day(self) -> DayColumns:
        return DayColumns(
            at_us=np.array([p.at_us for p in self.payments], np.int64),
            payer=np.array([p.payer for p in self.payments], np.int32),
            payee=np.array([p.payee for p in self.payments], np.int32),
            amount_minor=np.array([p.amount for p in self.payments], np.int64),
            priority=np.array([p.priority for p in self.payments], np.int8),
        )

    @property
    def liquidity(self) -> Liquidity:
        return Liquidity(
            opening_minor=np.array(self.opening, np.int64),
            credit_cap_minor=np.array(self.caps, np.int64),
            reserved_urgent_minor=np.array([one for one, _ in self.reserved], np.int64),
            reserved_high_minor=np.array([one for _, one in self.reserved], np.int64),
        )


def random_case(seed: int) -> Case:
    """Return a day of up to 24 payments with little money, so that much has to wait."""
    draw = random.Random(seed)
    count = draw.randint(0, 24)
    times = sorted(draw.randint(0, 20) for _ in range(count))
    classes = draw.choice([(2,), (0, 1, 2)])
    pairs = [draw.sample(range(ACCOUNTS), 2) for _ in range(count)]
    most = draw.choice([3, 20])
    return Case(
        payments=tuple(
            Payment(at, payer, payee, draw.randint(1, most), draw.choice(classes))
            for at, (payer, payee) in zip(times, pairs, strict=True)
        ),
        opening=tuple(draw.randint(0, 15) for _ in range(ACCOUNTS)),
        caps=tuple(draw.choice((0, 0, 5)) for _ in range(ACCOUNTS)),
        reserved=tuple((draw.choice((0, 0, 3)), draw.choice((0, 0, 3))) for _ in range(ACCOUNTS)),
        depth=draw.choice((1, 2, 3, 10)),
    )


@dataclass
class Plain:
    """The state of a day: what each account has available, and who waits in which order."""

    case: Case
    available: list[int] = field(init=False)
    lowest: list[int] = field(init=False)
    waiting: list[list[int]] = field(init=False)
    settled: dict[int, tuple[int, SettledBy]] = field(default_factory=dict)
    listed: list[int] = field(default_factory=list)
    peak: int = 0
    peak_value: int = 0

    def __post_init__(self) -> None:
        self.available = [a + c for a, c in zip(self.case.opening, self.case.caps, strict=True)]
        self.lowest = list(self.available)
        self.waiting = [[] for _ in self.available]

    def floor(self, account: int, priority: int) -> int:
        return sum(self.case.reserved[account][:priority])

    def fits(self, number: int) -> bool:
        one = self.case.payments[number]
        return self.available[one.payer] - one.amount >= self.floor(one.payer, one.priority)

    def settle(self, numbers: list[int], at_us: int, by: SettledBy) -> None:
        """Settle payments in one moment, whoever of them waits."""
        total = sum(self.available)
        for number in numbers:
            one = self.case.payments[number]
            assert number not in self.settled
            self.settled[number] = (at_us, by)
            self.available[one.payer] -= one.amount
            self.available[one.payee] += one.amount
            if number in self.waiting[one.payer]:
                self.waiting[one.payer].remove(number)
        for number in numbers:
            one = self.case.payments[number]
            assert self.available[one.payer] >= self.floor(one.payer, one.priority) >= 0
        assert sum(self.available) == total
        self.lowest = [min(pair) for pair in zip(self.lowest, self.available, strict=True)]

    def enqueue(self, number: int) -> None:
        one = self.case.payments[number]
        queue = self.waiting[one.payer]
        queue.append(number)
        queue.sort(key=lambda each: (self.case.payments[each].priority, each))
        everyone = [each for queue in self.waiting for each in queue]
        self.peak = max(self.peak, len(everyone))
        self.peak_value = max(self.peak_value, sum(self.case.payments[n].amount for n in everyone))

    def would_be_next(self, number: int) -> bool:
        one = self.case.payments[number]
        return all(
            self.case.payments[other].priority > one.priority for other in self.waiting[one.payer]
        )

    def list_if_waiting(self, account: int) -> None:
        if self.waiting[account] and account not in self.listed:
            self.listed.append(account)


def plain_fifo(case: Case, choose: Callable[[list[int]], int] = min) -> Plain:
    """Settle any head that is covered, until none is; `choose` says which of several goes first."""
    plain = Plain(case)
    for number, one in enumerate(case.payments):
        if plain.would_be_next(number) and plain.fits(number):
            plain.settle([number], one.at_us, SettledBy.ENTRY)
        else:
            plain.enqueue(number)
        while ready := [q[0] for q in plain.waiting if q and plain.fits(q[0])]:
            plain.settle([choose(ready)], one.at_us, SettledBy.QUEUE)
    return plain


def plain_bypass(case: Case) -> Plain:
    """Serve accounts in the order in which money reached them, in each the first that fits."""
    plain = Plain(case)
    for number, one in enumerate(case.payments):
        if not plain.fits(number):
            plain.enqueue(number)
            continue
        plain.settle([number], one.at_us, SettledBy.ENTRY)
        plain.list_if_waiting(one.payee)
        while plain.listed:
            account = plain.listed.pop(0)
            while fitting := [each for each in plain.waiting[account] if plain.fits(each)]:
                plain.settle([fitting[0]], one.at_us, SettledBy.QUEUE)
                plain.list_if_waiting(case.payments[fitting[0]].payee)
    return plain


def plain_offset(case: Case, resolve_every_us: int | None = None) -> Plain:
    """Settle heads alone or with one of the first payments of their payee's queue."""
    plain = Plain(case)
    due_us = case.payments[0].at_us + resolve_every_us if case.payments and resolve_every_us else 0
    has_come = False
    for number, one in enumerate(case.payments):
        while resolve_every_us and due_us < one.at_us:
            if has_come:
                _resolve(plain, due_us)
            due_us += resolve_every_us
            has_come = False
        has_come = True
        if plain.would_be_next(number) and plain.fits(number):
            plain.settle([number], one.at_us, SettledBy.ENTRY)
            plain.list_if_waiting(one.payee)
        else:
            plain.enqueue(number)
            plain.list_if_waiting(one.payer)
            plain.list_if_waiting(one.payee)
        _serve_with_offset(plain, one.at_us)
    if resolve_every_us and has_come:
        _resolve(plain, due_us)
    return plain


def _serve_with_offset(plain: Plain, at_us: int) -> None:
    payments = plain.case.payments
    while plain.listed:
        account = plain.listed.pop(0)
        while plain.waiting[account]:
            head = plain.waiting[account][0]
            if plain.fits(head):
                plain.settle([head], at_us, SettledBy.QUEUE)
            elif (other := _offset_of(plain, head)) is not None:
                plain.settle([head, other], at_us, SettledBy.BILATERAL)
                plain.list_if_waiting(account)
            else:
                break
            plain.list_if_waiting(payments[head].payee)


def _offset_of(plain: Plain, head: int) -> int | None:
    payments = plain.case.payments
    one = payments[head]
    for number in plain.waiting[one.payee][: plain.case.depth]:
        other = payments[number]
        left = plain.available[one.payer] - one.amount + other.amount
        right = plain.available[one.payee] - other.amount + one.amount
        if (
            other.payee == one.payer
            and left >= plain.floor(one.payer, one.priority)
            and right >= plain.floor(other.payer, other.priority)
        ):
            return number
    return None


def _resolve(plain: Plain, at_us: int) -> None:
    """Start from all who wait and drop the last of any account that lacks cover."""
    chosen = [list(queue) for queue in plain.waiting]
    payments = plain.case.payments
    while True:
        after = list(plain.available)
        for number in (each for queue in chosen for each in queue):
            after[payments[number].payer] -= payments[number].amount
            after[payments[number].payee] += payments[number].amount
        lacking = [
            queue
            for account, queue in enumerate(chosen)
            if queue and after[account] < plain.floor(account, payments[queue[-1]].priority)
        ]
        if not lacking:
            break
        lacking[0].pop()
    settled = [number for queue in chosen for number in queue]
    plain.settle(settled, at_us, SettledBy.MULTILATERAL)
    for number in settled:
        plain.list_if_waiting(payments[number].payee)
    _serve_with_offset(plain, at_us)


def outcome(plain: Plain) -> tuple[list[object], ...]:
    """Return what a `Replay` says, as lists."""
    numbers = range(len(plain.case.payments))
    waiting = (-1, SettledBy.NOTHING)
    return (
        [plain.settled.get(number, waiting)[0] for number in numbers],
        [int(plain.settled.get(number, waiting)[1]) for number in numbers],
        [a - c for a, c in zip(plain.available, plain.case.caps, strict=True)],
        [a - c for a, c in zip(plain.lowest, plain.case.caps, strict=True)],
        [plain.peak, plain.peak_value],
    )


def outcome_of(replay: Replay) -> tuple[list[object], ...]:
    """Return a replay as the same lists."""
    return (
        replay.settled_us.tolist(),
        replay.mechanism.tolist(),
        replay.closing_minor.tolist(),
        replay.lowest_minor.tolist(),
        [replay.queued_peak, replay.queued_peak_minor],
    )
