"""Bilateral offset: two payments in opposite directions settle as one, each paying for the other.

A payment that is first in its queue and not covered is tried with the first few of its payee's
queue, in their order; the first that fits is taken and may overtake those before it. Only the side
that pays more than it receives needs cover, for the difference.
"""

import numpy as np

from comity.numba_kernel import Number, constant, inner_kernel
from comity.payments.codes import Mechanism, Priority, TransferKind
from comity.payments.lifecycle import State
from comity.queueing import NOBODY, Search, behind, find_offset
from comity.settlement.cover_kernel import payable_minor
from comity.settlement.pair_kernel import is_leg
from comity.settlement.posting_kernel import (
    change_state,
    close_group,
    post_between,
)
from comity.settlement.tables import Books, Output

_NO = constant(0)
_YES = constant(1)
_URGENT = constant(Priority.URGENT)
_HIGH = constant(Priority.HIGH)
_NORMAL = constant(Priority.NORMAL)
_NOBODY = constant(NOBODY)
_SETTLED = constant(State.SETTLED)
_BILATERAL = constant(Mechanism.BILATERAL)
_PAYMENT = constant(TransferKind.PAYMENT)


@inner_kernel
def find_counterpart(books: Books, payment: Number) -> tuple[Number, Number]:
    """Return with whom a payment in one currency can be offset, and who stands before that one.

    Returns:
        Two payment numbers, `NOBODY` where there is none; before the head of a queue is nobody.
    """
    live = books.live[payment]
    depth = np.int64(books.rules[live.agreement].offset_depth)
    if depth == 0 or is_leg(books, payment):
        return _NOBODY, _NOBODY
    payer, payee = np.int64(live.payer), np.int64(live.payee)
    theirs = (
        payable_minor(books, payee, payer, _URGENT),
        payable_minor(books, payee, payer, _HIGH),
        payable_minor(books, payee, payer, _NORMAL),
    )
    usable = payable_minor(books, payer, payee, np.int64(live.priority)), theirs
    search = Search(_NOBODY, depth)
    other, search = find_offset(books.payments, books.queues, payment, usable, search)
    while other >= 0 and not _may_be_offset(books, other):
        search = behind(other, search)
        other, search = find_offset(books.payments, books.queues, payment, usable, search)
    return other, search.before


@inner_kernel
def _may_be_offset(books: Books, payment: Number) -> bool:
    """Return whether a payment's own agreement lets it be offset."""
    rule = books.rules[books.live[payment].agreement]
    return bool(rule.offset_depth > 0 and not rule.converts and not is_leg(books, payment))


@inner_kernel
def settle_pair(books: Books, out: Output, at_us: Number, payment: Number, other: Number) -> None:
    """Post two opposite payments, which stand in no queue any more, as one group."""
    payer, payee = np.int64(books.live[payment].payer), np.int64(books.live[payment].payee)
    there, back = books.live[payment].debit_minor, books.live[other].debit_minor
    post_between(books, out, at_us, payer, payee, there, _PAYMENT, payment)
    post_between(books, out, at_us, payee, payer, back, _PAYMENT, other)
    close_group(books)
    for one in (payment, other):
        books.live[one].mechanism = _BILATERAL
        change_state(books, out, at_us, one, _SETTLED, _NO, _YES, _BILATERAL)
