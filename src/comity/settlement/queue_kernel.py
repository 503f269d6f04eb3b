"""Who stands in a queue, who goes next, and how one leaves it: over links, and trees where needed.

Links keep the order of every queue. Where the scheme has an agreement whose payments may be
overtaken, trees of amounts stand beside them, so that the first that can go is found without
asking each. Without such an agreement there is no tree, and only the head is ever asked.
"""

import numpy as np

from comity.numba_kernel import Number, constant, inner_kernel, step_kernel
from comity.payments.codes import Priority
from comity.queueing import (
    ASKS,
    CLASSES,
    NO_SLOT,
    NOBODY,
    STOPS,
    add,
    first_fitting,
    has_stop,
    insert,
    last_before,
    next_fitting,
    remove,
    remove_after,
    slot_before,
)
from comity.settlement.cover_kernel import is_covered, usable_minor
from comity.settlement.pair_kernel import has_leg_outside, is_leg, other_leg
from comity.settlement.posting_kernel import bank_together
from comity.settlement.short_kernel import both_may_be_short, has_shorts
from comity.settlement.tables import Books

_NOBODY = constant(NOBODY)
_FIRST_CLASS = constant(Priority.URGENT)


@inner_kernel
def stands_free(books: Books, queue: Number, priority: Number) -> bool:
    """Return whether nobody would hold up a new payment of a class in a queue."""
    if not has_trees(books):
        return bool(last_before(books.queues, queue, priority) < 0)
    return not _is_held_up(books, queue, priority)


@inner_kernel
def has_trees(books: Books) -> bool:
    """Return whether some agreement of the scheme lets its payments be overtaken."""
    return len(books.trees.blocks) > 0


@step_kernel
def _is_held_up(books: Books, queue: Number, priority: Number) -> bool:
    held_up = False
    for one in range(priority + 1):
        held_up |= has_stop(books.trees, queue * CLASSES + one)
    return held_up


@inner_kernel
def join_queue(books: Books, payment: Number) -> None:
    """Put a payment at the end of its class; where there are trees they must have room."""
    live = books.live[payment]
    queue, priority = np.int64(live.payer), np.int64(live.priority)
    insert(books.queues, queue, payment, priority)
    if has_trees(books):
        _join_tree(books, payment, queue * CLASSES + priority)


@step_kernel
def _join_tree(books: Books, payment: Number, tree: Number) -> None:
    books.live[payment].slot = add(books.trees, tree, payment, key_minor(books, payment))


@inner_kernel
def key_minor(books: Books, payment: Number) -> Number:
    """Return under what a payment is found: its amount, or that it must be asked or stops all."""
    live = books.live[payment]
    if not may_be_overtaken(books, payment):
        return STOPS
    payer, payee = np.int64(live.payer), np.int64(live.payee)
    if books.places[payer].loro >= 0 and bank_together(books, payer, payee):
        # What suffices for it is not what suffices for others of its queue.
        return ASKS
    return np.int64(live.debit_minor)


@inner_kernel
def may_be_overtaken(books: Books, payment: Number) -> bool:
    """Return whether a payment's own agreement lets others of its queue go before it."""
    rule = books.rules[books.live[payment].agreement]
    return bool(rule.bypassed and not rule.converts and not is_leg(books, payment))


@inner_kernel
def leave_queue(books: Books, queue: Number, before: Number) -> Number:
    """Take out the payment behind another one, or with NOBODY the first; return its number."""
    payment = remove_after(books.queues, books.payments, queue, before)
    if has_trees(books):
        _leave_tree(books, payment, queue)
    return payment


@step_kernel
def _leave_tree(books: Books, payment: Number, queue: Number) -> None:
    live = books.live[payment]
    remove(books.trees, queue * CLASSES + live.priority, np.int64(live.slot))


@inner_kernel
def next_to_go(books: Books, queue: Number) -> tuple[Number, Number]:
    """Return who of a queue goes next by cover of its own, and who stands before that one.

    Returns:
        Two payment numbers, `NOBODY` where there is none; before the head of a queue is nobody.
    """
    if has_trees(books):
        return _first_covered(books, queue)
    payment = np.int64(books.queues.head[queue])
    return (payment, _NOBODY) if _may_go(books, payment) else (_NOBODY, _NOBODY)


@inner_kernel
def _may_go(books: Books, payment: Number) -> bool:
    """Return whether one before whom nobody stands is covered, and with a leg the other one too."""
    if not is_covered(books, payment):
        return False
    return not is_leg(books, payment) or _other_may_go(books, payment)


@step_kernel
def _other_may_go(books: Books, leg: Number) -> bool:
    """Return whether the other leg can go too; of one outside its agent is only asked then."""
    if has_leg_outside(books, leg):
        return True
    other = other_leg(books, leg)
    if not (_is_held_up_by_nobody(books, other) and is_covered(books, other)):
        return False
    return not has_shorts(books) or both_may_be_short(books, leg, other)


@inner_kernel
def _is_held_up_by_nobody(books: Books, leg: Number) -> bool:
    """Return whether all that stand before a queued leg, if anybody, may be overtaken."""
    live = books.live[leg]
    queue, priority = np.int64(live.payer), np.int64(live.priority)
    if not has_trees(books):
        return bool(books.queues.head[queue] == leg)
    if priority > _FIRST_CLASS and _is_held_up(books, queue, priority - 1):
        return False
    return bool(first_fitting(books.trees, queue * CLASSES + priority, STOPS) == live.slot)


@step_kernel
def _first_covered(books: Books, queue: Number) -> tuple[Number, Number]:
    """Return the first that is covered, up to and with the first that may not be overtaken."""
    trees = books.trees
    for priority in range(CLASSES):
        tree = queue * CLASSES + priority
        usable = usable_minor(books, queue, queue, priority)
        slot = first_fitting(trees, tree, usable)
        while slot != NO_SLOT:
            payment = np.int64(trees.payment[slot])
            if _may_go(books, payment):
                return payment, _before(books, queue, np.int64(priority), slot)
            if not may_be_overtaken(books, payment):
                return _NOBODY, _NOBODY
            slot = next_fitting(trees, tree, slot, usable)
    return _NOBODY, _NOBODY


@step_kernel
def stands_before(books: Books, payment: Number) -> Number:
    """Return who stands right before a queued payment, NOBODY before the first."""
    live = books.live[payment]
    queue = np.int64(live.payer)
    if has_trees(books):
        return _before(books, queue, np.int64(live.priority), np.int64(live.slot))
    before: Number = _NOBODY
    one: Number = np.int64(books.queues.head[queue])
    while one != payment:
        before, one = one, np.int64(books.queues.link[one])
    return before


@inner_kernel
def _before(books: Books, queue: Number, priority: Number, slot: Number) -> Number:
    """Return who stands before a slot: in its class, else the last of the classes above."""
    found = slot_before(books.trees, queue * CLASSES + priority, slot)
    if found != NO_SLOT:
        return np.int64(books.trees.payment[found])
    if priority == _FIRST_CLASS:
        return _NOBODY
    return last_before(books.queues, queue, priority - 1)
