"""Sender limits: how much more a participant may send today than it received.

What is counted is what settled gross, alone or together with others, in one currency: not net
positions of cycles and not payments in two currencies. A receipt makes room again. The counts are
part of the state, begin anew each day, and follow from the journal like everything else.
"""

import numpy as np

from comity.money import BALANCE_MINOR_MAX
from comity.numba_kernel import Number, constant, inner_kernel, step_kernel
from comity.settlement.tables import Books

_WITHOUT_END = constant(BALANCE_MINOR_MAX)
_ONE = constant(1)


@inner_kernel
def has_limits(books: Books) -> bool:
    """Return whether the scheme limits any sender."""
    return len(books.limits.multilateral) > 0


@inner_kernel
def room_minor(books: Books, payer: Number, payee: Number) -> Number:
    """Return how much more one place may send another, as far as sender limits say."""
    if not has_limits(books):
        return _WITHOUT_END
    return _room_minor(books, payer, payee)


@step_kernel
def _room_minor(books: Books, payer: Number, payee: Number) -> Number:
    of_all = books.limits.multilateral[payer]
    room: Number = _WITHOUT_END
    if of_all.limit_minor != _WITHOUT_END:
        room = min(room, of_all.limit_minor - of_all.sent_minor)
    at = _find(books, payer, payee)
    if at >= 0:
        between = books.limits.bilateral[at]
        room = min(room, between.limit_minor - between.sent_minor)
    return room


@inner_kernel
def count_sent(books: Books, payer: Number, payee: Number, amount: Number) -> None:
    """Count what one place sent another, for both of them."""
    if has_limits(books):
        _count(books, payer, payee, amount)
        _count(books, payee, payer, -amount)


@inner_kernel
def count_promised(books: Books, payer: Number, payee: Number, amount: Number) -> None:
    """Count what one place will send another, for the sender; below zero, no longer will."""
    if has_limits(books):
        _count(books, payer, payee, amount)


@step_kernel
def _count(books: Books, place: Number, other: Number, amount: Number) -> None:
    books.limits.multilateral[place].sent_minor += amount
    at = _find(books, place, other)
    if at >= 0:
        books.limits.bilateral[at].sent_minor += amount


@inner_kernel
def _find(books: Books, payer: Number, payee: Number) -> Number:
    """Return where the limit from one place to another stands, -1 where there is none."""
    low, end = np.int64(books.limits.starts[payer]), np.int64(books.limits.starts[payer + 1])
    high: Number = end
    while low < high:
        middle = (low + high) >> 1
        if books.limits.payees[middle] < payee:
            low = middle + _ONE
        else:
            high = middle
    if low < end and books.limits.payees[low] == payee:
        return low
    return np.int64(-1)
