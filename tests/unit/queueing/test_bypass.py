"""Trees of amounts against plain lists, and the order of bypass in cases to check by hand."""

from typing import Any

import numba
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from tests.unit.queueing.plain_replay import Case, Payment, plain_bypass

from comity.queueing import replay_day
from comity.queueing.bypass_kernel import (
    NO_SLOT,
    Trees,
    add,
    first_fitting,
    new_trees,
    next_fitting,
    remove,
    slot_before,
    with_room,
)

TREES = 3


@numba.njit(cache=True)
def put(trees: Trees, tree: int, payment: int, amount: int) -> int:
    return int(add(trees, tree, payment, amount))


@numba.njit(cache=True)
def find(trees: Trees, tree: int, usable: int) -> int:
    return int(first_fitting(trees, tree, usable))


@numba.njit(cache=True)
def take(trees: Trees, tree: int, slot: int) -> int:
    return int(remove(trees, tree, slot))


@numba.njit(cache=True)
def find_behind(trees: Trees, tree: int, slot: int, usable: int) -> int:
    return int(next_fitting(trees, tree, slot, usable))


@numba.njit(cache=True)
def look_before(trees: Trees, tree: int, slot: int) -> int:
    return int(slot_before(trees, tree, slot))


def room(*counts: int) -> NDArray[np.int64]:
    return np.array(counts, np.int64)


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["add", "add", "add", "find", "withdraw", "grow", "look"]),
        st.integers(0, TREES - 1),
        st.integers(1, 30),
    ),
    max_size=80,
)


@given(ACTS)
def test_trees_find_the_first_that_fits_as_plain_lists_do(acts: list[tuple[str, int, int]]) -> None:
    trees = new_trees(room(*(sum(act[:2] == ("add", t) for act in acts) for t in range(TREES))))
    plain: list[list[tuple[int, int]]] = [[] for _ in range(TREES)]
    slots = np.full(len(acts), NO_SLOT, np.int32)
    for number, (act, tree, amount) in enumerate(acts):
        waiting = plain[tree]
        if act == "add":
            slots[number] = put(trees, tree, number, amount)
            waiting.append((number, amount))
        elif act == "find":
            fitting = [one for one in waiting if one[1] <= amount]
            slot = find(trees, tree, amount)
            assert (slot == NO_SLOT) == (not fitting)
            if fitting:
                assert take(trees, tree, slot) == fitting[0][0]
                waiting.remove(fitting[0])
        elif act == "withdraw" and waiting:
            payment, _ = waiting.pop(len(waiting) // 2)
            assert take(trees, tree, int(slots[payment])) == payment
        elif act == "look" and waiting:
            at = amount % len(waiting)
            before = look_before(trees, tree, int(slots[waiting[at][0]]))
            assert (before == NO_SLOT) == (at == 0)
            assert at == 0 or trees.payment[before] == waiting[at - 1][0]
            fitting = [one for one in waiting[at + 1 :] if one[1] <= amount]
            found = find_behind(trees, tree, int(slots[waiting[at][0]]), amount)
            assert (found == NO_SLOT) == (not fitting)
            assert not fitting or trees.payment[found] == fitting[0][0]
        elif act == "grow":
            trees = with_room(trees, room(*(len(acts) + t for t in range(TREES))), slots)


def test_a_tree_without_room_for_any_payment_has_nobody() -> None:
    trees = new_trees(room(0, 0, 0))
    assert [find(trees, tree, 10**15) for tree in range(TREES)] == [NO_SLOT] * TREES
    assert len(new_trees(np.zeros(0, np.int64)).payment) == 0


def test_new_room_keeps_who_waits_in_order_and_gives_up_the_gaps() -> None:
    trees = new_trees(room(20, 0, 5))
    for payment in range(20):
        put(trees, 0, payment, 100 + payment)
    for payment in range(0, 20, 2):
        take(trees, 0, payment)
    slots = np.full(20, NO_SLOT, np.int32)
    grown = with_room(trees, room(25, 0, 0), slots)
    assert grown is not trees
    assert grown.payment[: grown.used[0]].tolist() == list(range(1, 20, 2))
    assert grown.amount_minor[: grown.used[0]].tolist() == list(range(101, 120, 2))
    assert slots[1::2].tolist() == list(range(10))
    assert trees.used.tolist() == [20, 0, 0], "the argument stays as it was"


def test_room_that_suffices_is_left_as_it_is() -> None:
    trees = new_trees(room(8, 8, 8))
    put(trees, 1, 5, 50)
    assert with_room(trees, room(8, 7, 8), np.zeros(9, np.int32)) is trees


def test_an_empty_column_of_trees_takes_no_room() -> None:
    trees = new_trees(np.zeros(0, np.int64))
    assert with_room(trees, np.zeros(0, np.int64), np.zeros(0, np.int32)) is trees


A, B, C, D = range(4)
URGENT, HIGH = 0, 1


def _case(*payments: Payment, opening: tuple[int, ...] = (0, 0, 0, 0), **more: Any) -> Case:
    return Case(payments, opening, (0,) * 4, **{"reserved": ((0, 0),) * 4, **more})


GOLDEN = {
    "the first that fits goes, not the smallest": (
        _case(
            Payment(1, A, B, 9),
            Payment(2, A, C, 5),
            Payment(3, A, D, 2),
            Payment(4, D, A, 6),
            opening=(0, 0, 0, 6),
        ),
        [-1, 4, -1, 4],
    ),
    "what is left goes to the next that fits behind": (
        _case(
            Payment(1, A, B, 9),
            Payment(2, A, C, 5),
            Payment(3, A, D, 2),
            Payment(4, D, A, 7),
            opening=(0, 0, 0, 7),
        ),
        [-1, 4, 4, 4],
    ),
    "a new payment that fits passes those that wait": (
        _case(Payment(1, A, B, 9), Payment(2, A, C, 5), opening=(5, 0, 0, 0)),
        [-1, 2],
    ),
    "an urgent payment is tried before a normal one that came first": (
        _case(
            Payment(1, A, B, 4),
            Payment(2, A, C, 4, URGENT),
            Payment(3, D, A, 4),
            opening=(0, 0, 0, 4),
        ),
        [-1, 3, 3],
    ),
    "a normal payment passes an urgent one that does not fit": (
        _case(
            Payment(1, A, B, 4),
            Payment(2, A, C, 9, URGENT),
            Payment(3, D, A, 4),
            opening=(0, 0, 0, 4),
        ),
        [3, -1, 3],
    ),
    "a high payment goes where a normal one would draw on a reservation": (
        _case(
            Payment(1, A, B, 2),
            Payment(2, A, C, 2, HIGH),
            Payment(3, D, A, 3),
            opening=(0, 0, 0, 3),
            reserved=((1, 2), (0, 0), (0, 0), (0, 0)),
        ),
        [-1, 3, 3],
    ),
    "of two accounts the one that money reached first is served first": (
        _case(
            Payment(1, D, A, 5),
            Payment(2, D, A, 3),
            Payment(3, C, D, 2),
            Payment(4, B, D, 3),
            Payment(5, B, C, 2),
            Payment(6, A, B, 5),
            opening=(5, 0, 0, 0),
        ),
        [-1, 6, 6, 6, 6, 6],  # D has 3 when it is served
    ),
    "and the other way round when the other was first": (
        _case(
            Payment(1, D, A, 5),
            Payment(2, D, A, 3),
            Payment(3, C, D, 2),
            Payment(4, B, C, 2),
            Payment(5, B, D, 3),
            Payment(6, A, B, 5),
            opening=(5, 0, 0, 0),
        ),
        [6, -1, 6, 6, 6, 6],  # D has 5 when it is served
    ),
}


@pytest.mark.parametrize("name", GOLDEN)
def test_bypass_settles_in_its_stated_order(name: str) -> None:
    case, expected = GOLDEN[name]
    assert replay_day(case.day, case.liquidity, "bypass").settled_us.tolist() == expected
    plain = plain_bypass(case)
    assert [plain.settled.get(at, (-1,))[0] for at in range(len(expected))] == expected
