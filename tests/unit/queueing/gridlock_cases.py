"""Small random cases of gridlock and a plain definition of what is allowed in them."""

import itertools
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from comity.queueing import (
    OUTSIDE,
    UNLIMITED_MINOR,
    BilateralLimits,
    Resolution,
    SharedAccounts,
    pair_legs,
    queue_payments,
    resolve_gridlock,
    set_limits,
)

ABSENT = 9_999
"""The number of a payment that waits in no queue."""

Vector = tuple[int, ...]


@dataclass(frozen=True)
class Waiting:
    """One payment in a queue."""

    number: int
    payee: int
    amount: int
    of_class: int = 0
    link: int = -1


@dataclass(frozen=True)
class Case:
    """Queues and every limit that a resolution knows."""

    queues: list[list[Waiting]]
    available: list[int]
    multilateral: list[int] = field(default_factory=list)
    floors: list[list[int]] = field(default_factory=list)
    bilateral: dict[tuple[int, int], int] = field(default_factory=dict)
    shared_of: list[int] = field(default_factory=list)
    shared: list[int] = field(default_factory=list)

    def waiting(self) -> list[Waiting]:
        """Return all payments, queue by queue."""
        return [one for queue in self.queues for one in queue]

    def chosen(self, lengths: Vector) -> list[tuple[int, Waiting]]:
        """Return each chosen payment with its queue."""
        return [
            (queue, one)
            for queue, length in enumerate(lengths)
            for one in self.queues[queue][:length]
        ]

    def account(self, queue: int) -> int:
        """Return the shared account of a queue, -1 none."""
        return self.shared_of[queue] if self.shared_of and queue >= 0 else -1


def allows(case: Case, lengths: Vector) -> bool:
    """Return whether settling these prefixes in one moment breaks nothing."""
    chosen = case.chosen(lengths)
    numbers = {one.number for _, one in chosen}
    return (
        all(one.link < 0 or one.link in numbers for _, one in chosen)
        and _queues_allow(case, lengths, chosen)
        and _pairs_allow(case, chosen)
        and _accounts_allow(case, chosen)
    )


def _queues_allow(case: Case, lengths: Vector, chosen: list[tuple[int, Waiting]]) -> bool:
    net: Counter[int] = Counter()
    for queue, one in chosen:
        net[queue] -= one.amount
        net[one.payee] += one.amount
    for queue, length in enumerate(lengths):
        floor = 0
        if length and case.floors:
            floor = case.floors[queue][case.queues[queue][length - 1].of_class]
        if length and case.available[queue] + net[queue] < floor:
            return False
        if length and case.multilateral and case.multilateral[queue] + net[queue] < 0:
            return False
    return True


def _pairs_allow(case: Case, chosen: list[tuple[int, Waiting]]) -> bool:
    sent: Counter[tuple[int, int]] = Counter()
    for queue, one in chosen:
        sent[queue, one.payee] += one.amount
    return all(
        not sent[payer, payee] or sent[payer, payee] - sent[payee, payer] <= limit
        for (payer, payee), limit in case.bilateral.items()
    )


def _accounts_allow(case: Case, chosen: list[tuple[int, Waiting]]) -> bool:
    net: Counter[int] = Counter()
    drawn: set[int] = set()
    for queue, one in chosen:
        debit, credit = case.account(queue), case.account(one.payee)
        if debit != credit:
            net[debit] -= one.amount
            net[credit] += one.amount
            drawn.add(debit)
    return all(case.shared[each] + net[each] >= 0 for each in drawn if each >= 0)


def all_allowed(case: Case) -> list[Vector]:
    """Return every vector of prefixes that is allowed."""
    ranges = [range(len(queue) + 1) for queue in case.queues]
    return [lengths for lengths in itertools.product(*ranges) if allows(case, lengths)]


def join(vectors: list[Vector]) -> Vector:
    """Return the componentwise maximum."""
    return tuple(max(each) for each in zip(*vectors, strict=True))


def sharers(case: Case) -> set[int]:
    """Return the queues that draw on a shared account on which another draws too."""
    drawing: dict[int, set[int]] = {}
    for queue, payments in enumerate(case.queues):
        account = case.account(queue)
        if account >= 0 and any(case.account(one.payee) != account for one in payments):
            drawing.setdefault(account, set()).add(queue)
    return {queue for queues in drawing.values() if len(queues) > 1 for queue in queues}


def resolve(case: Case) -> Resolution:
    """Resolve a case with the product."""
    waiting = case.waiting()
    numbers = np.array([one.number for one in waiting], np.int32)
    starts = np.cumsum([0, *map(len, case.queues)]).astype(np.int32)
    pairs = sorted(case.bilateral, reverse=True)
    links = np.array([one.link for one in waiting], np.int32)
    queued = queue_payments(
        (starts, numbers),
        payees=[one.payee for one in waiting],
        amounts_minor=[one.amount for one in waiting],
        classes=[one.of_class for one in waiting],
        partners=pair_legs(numbers, links) if (links >= 0).any() else None,
    )
    limits = set_limits(
        case.available,
        multilateral_minor=case.multilateral or None,
        floors_minor=case.floors or None,
        bilateral=BilateralLimits(
            np.array([payer for payer, _ in pairs], np.int32),
            np.array([payee for _, payee in pairs], np.int32),
            np.array([case.bilateral[pair] for pair in pairs], np.int64),
        ),
        shared=SharedAccounts(np.array(case.shared_of, np.int32), np.array(case.shared, np.int64))
        if case.shared_of
        else None,
    )
    return resolve_gridlock(queued, limits)


def lengths_of(case: Case) -> Vector:
    """Return the prefixes that the product chooses."""
    return tuple(resolve(case).lengths.tolist())


FEATURES = ("bilateral", "multilateral", "floors", "links", "overdrawn", "odd payees", "account")
"""What a random case may have beside balances; the bits of `features`."""


def random_case(seed: int, features: int, shared_by_several: bool = False) -> Case:
    """Return a case with up to fourteen payments in up to four queues, short of money.

    Args:
        seed: of the case.
        features: bits, by place in `FEATURES`.
        shared_by_several: whether several queues may draw on one account.
    """
    dice = random.Random(seed)
    has = {name: bool(features >> bit & 1) for bit, name in enumerate(FEATURES)}
    queues = _random_queues(dice, has)
    size, least = len(queues), -6 if has["overdrawn"] else 0
    case = Case(queues, [dice.randrange(least, 14) for _ in range(size)])
    if has["multilateral"]:
        case = replace(case, multilateral=[dice.randrange(least, 16) for _ in range(size)])
    if has["floors"]:
        queues = [sorted(queue, key=lambda one: one.of_class) for queue in queues]
        floors = [[dice.choice((0, 0, 2)), dice.choice((0, 3, 8))] for _ in range(size)]
        case = replace(case, queues=queues, floors=floors)
    if has["bilateral"]:
        pairs = [pair for pair in itertools.permutations(range(size), 2) if dice.random() < 0.4]
        case = replace(case, bilateral={pair: dice.randrange(least, 14) for pair in pairs})
    if shared_by_several:
        own = [UNLIMITED_MINOR if dice.random() < 0.5 else one + 5 for one in case.available]
        return replace(
            case,
            available=own,
            shared_of=[dice.choice((-1, 0, 0, 0, 1)) for _ in range(size)],
            shared=[dice.randrange(least, 14) for _ in range(2)],
        )
    return _with_account(case, dice, least) if has["account"] else case


def _random_queues(dice: random.Random, has: dict[str, bool]) -> list[list[Waiting]]:
    queues: list[list[Waiting]] = [[] for _ in range(dice.randrange(2, 5))]
    numbers = iter(dice.sample(range(100), 100))
    for _ in range(dice.randrange(3, 8)):
        payer, payee = dice.sample(range(len(queues)), 2)
        of_class = dice.randrange(2)
        one = Waiting(next(numbers), payee, dice.randrange(1, 15), of_class)
        if has["odd payees"] and dice.random() < 0.2:
            one = replace(one, payee=dice.choice((payer, OUTSIDE)))
        if has["links"] and dice.random() < 0.04:
            one = replace(one, link=ABSENT)
        elif has["links"] and dice.random() < 0.4:
            # Now and then both legs wait in one queue, where one may stand far behind the other.
            other = Waiting(next(numbers), payer, dice.randrange(1, 15), of_class, one.number)
            one = replace(one, link=other.number)
            queues[dice.choice((payee, payee, payer))].append(other)
        queues[payer].append(one)
    return queues


def _with_account(case: Case, dice: random.Random, least: int) -> Case:
    """Let one queue draw on an account that is also credited by what its neighbour is paid."""
    one, neighbour = dice.sample(range(len(case.queues)), 2)
    queues = [list(queue) for queue in case.queues]
    # What the neighbour sends stays within the account, so that it does not draw on it.
    kept = [each for each in queues[neighbour] if each.payee in {one, neighbour}]
    gone = {each.number for each in queues[neighbour]} - {each.number for each in kept}
    queues[neighbour] = kept
    queues = [[each for each in queue if each.link not in gone] for queue in queues]
    shared_of = [-1] * len(queues)
    shared_of[one] = shared_of[neighbour] = 0
    return replace(case, queues=queues, shared_of=shared_of, shared=[dice.randrange(least, 14)])


def settled(case: Case, lengths: Vector) -> Case:
    """Return what remains after these prefixes have settled."""
    available, shared = list(case.available), list(case.shared)
    multilateral, bilateral = list(case.multilateral), dict(case.bilateral)
    for queue, one in case.chosen(lengths):
        for place, amount in ((queue, -one.amount), (one.payee, one.amount)):
            if place < 0:
                continue
            available[place] += amount
            if multilateral:
                multilateral[place] += amount
        debit, credit = case.account(queue), case.account(one.payee)
        if debit != credit:
            if debit >= 0:
                shared[debit] -= one.amount
            if credit >= 0:
                shared[credit] += one.amount
        for pair, amount in (((queue, one.payee), -one.amount), ((one.payee, queue), one.amount)):
            if pair in bilateral:
                bilateral[pair] += amount
    rest = [queue[length:] for queue, length in zip(case.queues, lengths, strict=True)]
    return replace(
        case,
        queues=rest,
        available=[min(one, UNLIMITED_MINOR) for one in available],
        multilateral=multilateral,
        bilateral=bilateral,
        shared=shared,
    )


def renumbered(case: Case, order: list[int]) -> Case:
    """Return the same case with its queues in another order; `order[new]` is the old number."""
    new = {old: at for at, old in enumerate(order)} | {OUTSIDE: OUTSIDE}
    return Case(
        queues=[[replace(one, payee=new[one.payee]) for one in case.queues[old]] for old in order],
        available=[case.available[old] for old in order],
        multilateral=[case.multilateral[old] for old in order] if case.multilateral else [],
        floors=[case.floors[old] for old in order] if case.floors else [],
        bilateral={(new[a], new[b]): limit for (a, b), limit in case.bilateral.items()},
        shared_of=[case.shared_of[old] for old in order] if case.shared_of else [],
        shared=case.shared,
    )


def random_cases(
    count: int, first: int = 0, *, shared_by_several: bool = False
) -> Iterator[tuple[int, Case]]:
    """Yield cases with their features; every combination of features comes equally often."""
    for seed in range(first, first + count):
        features = seed % (1 << len(FEATURES))
        yield features, random_case(seed, features, shared_by_several)
