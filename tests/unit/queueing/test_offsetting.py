"""Bilateral offset: who is found as a counterpart, and that nobody overdraws by it."""

from dataclasses import replace

import numba
import numpy as np
import pytest
from tests.unit.queueing.plain_replay import Case, Payment, random_case

from comity.queueing import SettledBy, replay_day
from comity.queueing.offset_kernel import Search, find_offset
from comity.queueing.priority_kernel import (
    Cover,
    Payments,
    Queues,
    insert,
    new_queues_by_class,
    usable_minor,
)

A, B, C, D = range(4)
URGENT, HIGH, NORMAL = range(3)
NOBODY = -1


@numba.njit(cache=True)
def look_for(
    payments: Payments, queues: Queues, cover: Cover, payment: int, depth: int
) -> tuple[int, int]:
    payer, payee = payments.payer[payment], payments.payee[payment]
    theirs = (
        usable_minor(cover, payee, 0),
        usable_minor(cover, payee, 1),
        usable_minor(cover, payee, 2),
    )
    usable = usable_minor(cover, payer, payments.priority[payment]), theirs
    other, search = find_offset(payments, queues, payment, usable, Search(NOBODY, depth))
    return (search.before if other >= 0 else NOBODY), other  # type: ignore[return-value]


@numba.njit(cache=True)
def queue_all(payments: Payments, queues: Queues) -> None:
    for payment in range(len(payments.payer)):
        insert(queues, np.int64(payments.payer[payment]), payment, payments.priority[payment])


def counterpart(
    *waiting: tuple[int, int, int], available: tuple[int, ...], depth: int
) -> tuple[int, int]:
    """Queue payments (payer, payee, amount); look for one that offsets the first."""
    columns = np.array(waiting, np.int64).T
    payments = Payments(
        columns[0].astype(np.int32),
        columns[1].astype(np.int32),
        np.ascontiguousarray(columns[2]),
        np.full(len(waiting), NORMAL, np.int8),
    )
    queues = new_queues_by_class(4, len(waiting))
    queue_all(payments, queues)
    cover = Cover(np.array(available, np.int64), np.zeros((4, 3), np.int64))
    return look_for(payments, queues, cover, 0, depth)


@pytest.mark.parametrize(
    ("available", "found"),
    [
        ((3, 0, 0, 0), (NOBODY, 1)),
        ((2, 0, 0, 0), (NOBODY, NOBODY)),
    ],
)
def test_the_payer_of_more_needs_the_difference(
    available: tuple[int, ...], found: tuple[int, int]
) -> None:
    assert counterpart((A, B, 10), (B, A, 7), available=available, depth=1) == found


@pytest.mark.parametrize(("available", "found"), [((0, 3, 0, 0), 1), ((0, 2, 0, 0), NOBODY)])
def test_the_payer_of_more_may_be_the_counterparty(available: tuple[int, ...], found: int) -> None:
    assert counterpart((A, B, 7), (B, A, 10), available=available, depth=1)[1] == found


def test_equal_amounts_need_no_money_at_all() -> None:
    assert counterpart((A, B, 7), (B, A, 7), available=(0, 0, 0, 0), depth=1) == (NOBODY, 1)


def test_only_payments_in_the_opposite_direction_are_counterparts() -> None:
    assert counterpart((A, B, 7), (B, C, 7), (C, A, 7), available=(0,) * 4, depth=9)[1] == NOBODY


def test_the_first_that_fits_within_the_depth_is_taken() -> None:
    queue = ((A, B, 10), (B, C, 1), (B, A, 5), (B, A, 9), (B, A, 10))
    assert counterpart(*queue, available=(1, 0, 0, 0), depth=2)[1] == NOBODY
    assert counterpart(*queue, available=(1, 0, 0, 0), depth=3) == (2, 3)
    assert counterpart(*queue, available=(0, 0, 0, 0), depth=3)[1] == NOBODY
    assert counterpart(*queue, available=(0, 0, 0, 0), depth=4) == (3, 4)


def test_fields_of_structured_rows_serve_as_columns() -> None:
    rows = np.zeros(
        2,
        [("payer", "<i4"), ("amount", "<i8"), ("payee", "<i4"), ("link", "<i4"), ("class", "<i1")],
    )
    rows["payer"], rows["payee"], rows["amount"], rows["class"] = [A, B], [B, A], [10, 7], NORMAL
    rows["link"] = NOBODY
    heads = np.zeros(4, [("head", "<i4"), ("length", "<i4")])
    heads["head"], heads["length"] = [0, 1, NOBODY, NOBODY], [1, 1, 0, 0]
    queues = Queues(
        heads["head"],
        np.full(12, NOBODY, np.int32),
        heads["length"],
        rows["link"],
        np.zeros(12, np.int32),
    )
    payments = Payments(rows["payer"], rows["payee"], rows["amount"], rows["class"])
    cover = Cover(np.array([3, 0, 0, 0]), np.zeros((4, 3), np.int64))
    assert look_for(payments, queues, cover, 0, 1) == (NOBODY, 1)


def _case(*payments: Payment, opening: tuple[int, ...], depth: int = 1) -> Case:
    return Case(payments, opening, (0,) * 4, ((0, 0),) * 4, depth)


def _settled(case: Case) -> list[int]:
    found = replay_day(case.day, case.liquidity, "offset", offset_depth=case.depth)
    return [int(at_us) for at_us in found.settled_us]


def test_two_heads_settle_together_as_soon_as_the_second_has_come() -> None:
    case = _case(Payment(1, A, B, 10), Payment(2, B, A, 8), opening=(2, 0, 0, 0))
    assert _settled(case) == [2, 2]


def test_heads_that_lack_the_difference_settle_when_it_arrives() -> None:
    case = _case(
        Payment(1, A, B, 10), Payment(2, B, A, 8), Payment(3, C, A, 2), opening=(0, 0, 2, 0)
    )
    assert _settled(case) == [3, 3, 3]


def test_a_payment_becomes_a_counterpart_when_it_comes_to_the_head() -> None:
    case = _case(
        Payment(1, A, B, 10),
        Payment(2, B, C, 3),
        Payment(3, B, A, 10),
        Payment(4, D, B, 3),
        opening=(0, 0, 0, 3),
    )
    assert _settled(case) == [4, 4, 4, 4]


def test_with_a_greater_depth_a_counterpart_overtakes_those_before_it() -> None:
    payments = (Payment(1, A, B, 10), Payment(2, B, C, 30), Payment(3, B, A, 10))
    assert _settled(_case(*payments, opening=(0,) * 4)) == [-1, -1, -1]
    assert _settled(_case(*payments, opening=(0,) * 4, depth=2)) == [3, -1, 3]


def test_a_party_must_end_with_what_is_reserved() -> None:
    case = _case(Payment(1, A, B, 10), Payment(2, B, A, 8), opening=(3, 0, 0, 0))
    reserved = ((2, 0), (0, 0), (0, 0), (0, 0))
    assert _settled(replace(case, reserved=reserved)) == [-1, -1]
    urgent = replace(case, payments=(replace(case.payments[0], priority=URGENT), case.payments[1]))
    assert _settled(replace(urgent, reserved=reserved)) == [2, 2]
    high = replace(case, payments=(replace(case.payments[0], priority=HIGH), case.payments[1]))
    assert _settled(replace(high, reserved=reserved)) == [-1, -1]


def test_only_opposite_payments_of_one_moment_settle_by_offset() -> None:
    pairs = 0
    for seed in range(2_000):
        case = random_case(seed)
        found = replay_day(case.day, case.liquidity, "offset", offset_depth=case.depth)
        assert (found.lowest_minor + np.array(case.caps) >= 0).all(), f"seed {seed}"
        flows: dict[tuple[int, int, int], int] = {}
        for number in np.flatnonzero(found.mechanism == SettledBy.BILATERAL).tolist():
            one, at_us = case.payments[number], int(found.settled_us[number])
            key = (at_us, one.payer, one.payee)
            flows[key] = flows.get(key, 0) + 1
        for (at_us, payer, payee), count in flows.items():
            assert flows.get((at_us, payee, payer)) == count, f"seed {seed}"
            pairs += count
    assert pairs > 1_000
