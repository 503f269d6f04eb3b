"""First in first out with bypass: of those that wait, the first that fits goes next.

The order is stated, because it decides who settles: accounts in the order in which money reached
them; of one account the classes urgent, high, normal; in a class the first in order of arrival
whose amount is not above what the class may draw on; after each release the same again, until none
fits.

Who is first is found in a tree of smallest amounts, one for each account and class. Its leaves are
blocks of payments, so that it takes little memory, and a release takes the logarithm of the queue.

A live queue asks for `with_room` before a batch. Some of its payments may not be overtaken: they
stand under STOPS instead of their amount, which every search finds. Others must be asked
themselves whether they fit, and stand under ASKS. If what was found cannot go and may be
overtaken, `next_fitting` searches on behind it.
"""

from typing import NamedTuple

import numpy as np

from comity.numba_kernel import Number, constant, inner_kernel, outer_kernel
from comity.queueing.priority_kernel import Int32s, Int64s

NO_SLOT = constant(-1)
"""Nobody fits."""

STOPS = constant(np.iinfo(np.int64).min)
"""Stands for the amount of a payment that nobody behind it may overtake."""

NOT_WAITING = constant(np.iinfo(np.int64).max)
"""Stands for the amount of a payment that has left: nothing that can be paid reaches it."""

ASKS = constant(np.iinfo(np.int64).min + 1)
"""Stands for the amount of one that is found whatever can be paid."""

_BLOCK = 8
_ROOT = constant(1)


class Trees(NamedTuple):
    """Waiting payments in slots by order of arrival, and above them the smallest amounts."""

    first_node: Int64s  # by tree: nodes first_node + 1 (the root) … first_node + 2 × blocks − 1
    blocks: Int64s  # by tree: leaves, a power of two; 0 where the tree can hold nothing
    first_slot: Int64s  # by tree
    used: Int64s  # by tree: slots given out, those left again included
    smallest_minor: Int64s  # by node
    amount_minor: Int64s  # by slot; greater than any amount once its payment has left
    payment: Int32s  # by slot


def new_trees(room: Int64s) -> Trees:
    """Return empty trees.

    Args:
        room: by tree, how many payments will be added to it at most.
    """
    leaves = (room + _BLOCK - 1) // _BLOCK
    blocks = np.zeros(len(room), np.int64)
    blocks[leaves > 0] = 1
    while (short := blocks < leaves).any():
        blocks[short] *= 2
    slots = leaves * _BLOCK
    return Trees(
        first_node=np.cumsum(2 * blocks) - 2 * blocks,
        blocks=blocks,
        first_slot=np.cumsum(slots) - slots,
        used=np.zeros(len(room), np.int64),
        smallest_minor=np.full(int(2 * blocks.sum()), NOT_WAITING, np.int64),
        amount_minor=np.empty(int(slots.sum()), np.int64),
        payment=np.empty(int(slots.sum()), np.int32),
    )


def with_room(trees: Trees, arrivals: Int64s, slots: Int32s) -> Trees:
    """Return trees with the same payments waiting in the same order and room for more.

    Returns the argument where its room suffices, else never modifies it. What is made anew gets
    room for twice what waits, and a fair share of it for each tree, so that over a day with
    arrivals one by one it is seldom made anew.

    Args:
        trees: as they are.
        arrivals: by tree, how many payments will be added at most.
        slots: by payment; set for those that wait where slots are numbered anew.
    """
    ends = np.append(trees.first_slot[1:], len(trees.payment))
    if (trees.used + arrivals <= ends - trees.first_slot).all():
        return trees
    waiting = np.zeros(len(arrivals), np.int64)
    _count_waiting(trees, waiting)
    share = max(_BLOCK, int(waiting.sum()) // len(waiting))
    grown = new_trees(2 * waiting + arrivals + share)
    _add_waiting(trees, grown, slots)
    return grown


def clear(trees: Trees) -> None:
    """Forget all who wait; the room stays."""
    trees.used[:] = 0
    trees.smallest_minor[:] = NOT_WAITING


@inner_kernel
def add(trees: Trees, tree: Number, payment: Number, amount_minor: Number) -> Number:
    """Put a payment behind all others of a tree, which must have room; return its slot."""
    at = trees.used[tree]
    trees.used[tree] = at + 1
    slot: Number = trees.first_slot[tree] + at
    trees.amount_minor[slot] = amount_minor
    trees.payment[slot] = payment
    nodes = trees.first_node[tree]
    node = trees.blocks[tree] + at // _BLOCK
    while node > 0 and trees.smallest_minor[nodes + node] > amount_minor:
        trees.smallest_minor[nodes + node] = amount_minor
        node >>= 1
    return slot


@inner_kernel
def first_fitting(trees: Trees, tree: Number, usable_minor: Number) -> Number:
    """Return the slot of the first payment whose amount can be paid, or NO_SLOT."""
    if trees.blocks[tree] == 0 or trees.smallest_minor[trees.first_node[tree] + 1] > usable_minor:
        return NO_SLOT
    return _first_below(trees, tree, _ROOT, usable_minor)


@inner_kernel
def next_fitting(trees: Trees, tree: Number, slot: Number, usable_minor: Number) -> Number:
    """Return the slot of the first behind another one whose amount can be paid, or NO_SLOT."""
    nodes, first = trees.first_node[tree], trees.first_slot[tree]
    block = (slot - first) // _BLOCK
    for other in range(slot + 1, min(first + (block + 1) * _BLOCK, first + trees.used[tree])):
        if trees.amount_minor[other] <= usable_minor:
            return np.int64(other)
    node = trees.blocks[tree] + block
    while node > 1:
        if node % 2 == 0 and trees.smallest_minor[nodes + node + 1] <= usable_minor:
            return _first_below(trees, tree, node + 1, usable_minor)
        node >>= 1
    return NO_SLOT


@inner_kernel
def _first_below(trees: Trees, tree: Number, node: Number, usable_minor: Number) -> Number:
    """Return the first slot below a node whose amount can be paid; there must be one."""
    nodes, blocks = trees.first_node[tree], trees.blocks[tree]
    while node < blocks:
        node *= 2
        if trees.smallest_minor[nodes + node] > usable_minor:
            node += 1
    slot: Number = trees.first_slot[tree] + (node - blocks) * _BLOCK
    while trees.amount_minor[slot] > usable_minor:
        slot += 1
    return slot


@inner_kernel
def slot_before(trees: Trees, tree: Number, slot: Number) -> Number:
    """Return the slot of who waits right before a slot, or NO_SLOT."""
    nodes, first, blocks = trees.first_node[tree], trees.first_slot[tree], trees.blocks[tree]
    block = (slot - first) // _BLOCK
    for other in range(slot - 1, first + block * _BLOCK - 1, -1):
        if trees.amount_minor[other] != NOT_WAITING:
            return np.int64(other)
    node = blocks + block
    while node > 1 and (node % 2 == 0 or trees.smallest_minor[nodes + node - 1] == NOT_WAITING):
        node >>= 1
    if node <= 1:
        return NO_SLOT
    node -= 1
    while node < blocks:
        node = 2 * node + 1
        if trees.smallest_minor[nodes + node] == NOT_WAITING:
            node -= 1
    # Whatever stands before a slot that was given out was given out as well.
    other = first + (node - blocks + 1) * _BLOCK - 1
    while trees.amount_minor[other] == NOT_WAITING:
        other -= 1
    return np.int64(other)


@inner_kernel
def has_stop(trees: Trees, tree: Number) -> bool:
    """Return whether some payment of a tree may not be overtaken."""
    if trees.blocks[tree] == 0:
        return False
    return bool(trees.smallest_minor[trees.first_node[tree] + 1] == STOPS)


@inner_kernel
def remove(trees: Trees, tree: Number, slot: Number) -> Number:
    """Take out the payment in a slot and return its number."""
    amount = trees.amount_minor[slot]
    trees.amount_minor[slot] = NOT_WAITING
    nodes = trees.first_node[tree]
    block = (slot - trees.first_slot[tree]) // _BLOCK
    node = trees.blocks[tree] + block
    if trees.smallest_minor[nodes + node] == amount:
        start = trees.first_slot[tree] + block * _BLOCK
        end = min(start + _BLOCK, trees.first_slot[tree] + trees.used[tree])
        least = NOT_WAITING
        for other in range(start, end):
            least = min(least, trees.amount_minor[other])
        trees.smallest_minor[nodes + node] = least
        node >>= 1
        while node > 0:
            least = min(
                trees.smallest_minor[nodes + 2 * node], trees.smallest_minor[nodes + 2 * node + 1]
            )
            if trees.smallest_minor[nodes + node] == least:
                break
            trees.smallest_minor[nodes + node] = least
            node >>= 1
    return np.int64(trees.payment[slot])


@outer_kernel
def _count_waiting(trees: Trees, waiting: Int64s) -> None:
    for tree in range(len(waiting)):
        start = trees.first_slot[tree]
        for slot in range(start, start + trees.used[tree]):
            waiting[tree] += trees.amount_minor[slot] != NOT_WAITING


@outer_kernel
def _add_waiting(trees: Trees, grown: Trees, slots: Int32s) -> None:
    for tree in range(len(trees.used)):
        start = trees.first_slot[tree]
        for slot in range(start, start + trees.used[tree]):
            if trees.amount_minor[slot] != NOT_WAITING:
                payment = np.int64(trees.payment[slot])
                slots[payment] = add(grown, tree, payment, trees.amount_minor[slot])
