"""Bilateral offset: two payments in opposite directions settle as one, each paying for the other.

A payment that is first in its queue and not covered is tried with the first few of its payee's
queue, in their order; the first that fits is taken and may overtake those before it. Only the side
that pays more than it receives needs cover, for the difference.
"""

import numpy as np

from comity.numba_kernel import Number, constant, inner_kernel
from comity.payments.codes import Mechanism, TransferKind
from comity.payments.lifecycle import State
from comity.queueing import NOBODY
from comity.settlement.posting_kernel import (
    bank_together,
    can_pay,
    change_state,
    close_group,
    post_between,
)
from comity.settlement.tables import Books, Output

_NO = constant(0)
_YES = constant(1)
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
    before: Number = _NOBODY
    other: Number = np.int64(books.queues[live.payee].head)
    for _ in range(books.rules[live.agreement].offset_depth):
        if other < 0:
            break
        if books.live[other].payee == live.payer and _fit(books, payment, other):
            return other, before
        before, other = other, np.int64(books.live[other].link)
    return _NOBODY, _NOBODY


@inner_kernel
def _fit(books: Books, payment: Number, other: Number) -> bool:
    """Return whether two opposite payments may be offset and the difference is covered."""
    rule = books.rules[books.live[other].agreement]
    if rule.offset_depth == 0 or rule.converts:
        return False
    payer, payee = np.int64(books.live[payment].payer), np.int64(books.live[payment].payee)
    excess = books.live[payment].debit_minor - books.live[other].debit_minor
    if excess < 0:
        payer, payee, excess = payee, payer, -excess
    needs_settlement = _YES
    if books.places[payer].loro >= 0 and bank_together(books, payer, payee):
        needs_settlement = _NO
    return excess == 0 or can_pay(books, payer, needs_settlement, excess)


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
