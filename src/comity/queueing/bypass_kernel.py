"""First in first out with bypass: of those that wait, the first that fits goes next.

The order is stated, because it decides who settles: accounts in the order in which money reached
them; of one account the classes urgent, high, normal; in a class the first in order of arrival
whose amount is not above what the class may draw on; after each release the same again, until none
fits.

Who is first is found in a tree of smallest amounts, one for each account and class. Its leaves are
blocks of payments, so that it takes little memory, and a release takes the logarithm of the queue.

How the engine calls it: before a batch `with_room` for what may arrive; where a payment must wait,
`add` with what it needs from its account; where money arrived, `first_fitting` with what the
account may pay in each class, until it answers NO_SLOT; `remove` for each that it then posts. Where
a queue draws on two accounts the smaller amount is handed over. A payment that is withdrawn is
found by `slot_of`.
"""

from typing import NamedTuple

import numpy as np

from comity.numba_kernel import Number, constant, inner_kernel, outer_kernel
from comity.queueing.priority_kernel import Int32s, Int64s

NO_SLOT = constant(-1)
"""Nobody fits."""

_BLOCK = 8
_ROOT = constant(1)
_GONE = constant(np.iinfo(np.int64).max)  # no amount reaches it


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
        smallest_minor=np.full(int(2 * blocks.sum()), _GONE, np.int64),
        amount_minor=np.empty(int(slots.sum()), np.int64),
        payment=np.empty(int(slots.sum()), np.int32),
    )


def with_room(trees: Trees, arrivals: Int64s) -> Trees:
    """Return trees with the same payments waiting in the same order and room for more.

    Slots are numbered anew; never modifies the argument, and returns it where its room suffices.

    Args:
        trees: as they are.
        arrivals: by tree, how many payments will be added at most.
    """
    ends = np.append(trees.first_slot[1:], len(trees.payment))
    if (trees.used + arrivals <= ends - trees.first_slot).all():
        return trees
    waiting = np.zeros(len(arrivals), np.int64)
    _count_waiting(trees, waiting)
    grown = new_trees(waiting + arrivals)
    _add_waiting(trees, grown)
    return grown


def slot_of(trees: Trees, tree: int, payment: int) -> int:
    """Return the slot in which a payment waits, or NO_SLOT; takes as long as the queue is."""
    start = int(trees.first_slot[tree])
    slots = slice(start, start + int(trees.used[tree]))
    found = np.flatnonzero((trees.payment[slots] == payment) & (trees.amount_minor[slots] != _GONE))
    return start + int(found[0]) if len(found) else NO_SLOT


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
    blocks, nodes = trees.blocks[tree], trees.first_node[tree]
    if blocks == 0 or trees.smallest_minor[nodes + 1] > usable_minor:
        return NO_SLOT
    node = _ROOT
    while node < blocks:
        node *= 2
        if trees.smallest_minor[nodes + node] > usable_minor:
            node += 1
    slot: Number = trees.first_slot[tree] + (node - blocks) * _BLOCK
    while trees.amount_minor[slot] > usable_minor:
        slot += 1
    return slot


@inner_kernel
def remove(trees: Trees, tree: Number, slot: Number) -> Number:
    """Take out the payment in a slot and return its number."""
    amount = trees.amount_minor[slot]
    trees.amount_minor[slot] = _GONE
    nodes = trees.first_node[tree]
    block = (slot - trees.first_slot[tree]) // _BLOCK
    node = trees.blocks[tree] + block
    if trees.smallest_minor[nodes + node] == amount:
        start = trees.first_slot[tree] + block * _BLOCK
        end = min(start + _BLOCK, trees.first_slot[tree] + trees.used[tree])
        least = _GONE
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
            waiting[tree] += trees.amount_minor[slot] != _GONE


@outer_kernel
def _add_waiting(trees: Trees, grown: Trees) -> None:
    for tree in range(len(trees.used)):
        start = trees.first_slot[tree]
        for slot in range(start, start + trees.used[tree]):
            if trees.amount_minor[slot] != _GONE:
                add(grown, tree, trees.payment[slot], trees.amount_minor[slot])
