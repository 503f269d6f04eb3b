"""What a payment in two currencies makes one central bank owe the other, and room for it.

Where an agreement has a credit line, a payment goes only while what its payer's central bank owes
stays within it. What is held of the line until the fixing counts as owed.
"""

import numpy as np

from comity.numba_kernel import Number, constant, inner_kernel
from comity.payments.codes import EventKind
from comity.payments.reasons import Reason
from comity.settlement.posting_kernel import write_event
from comity.settlement.returns_kernel import credited_minor
from comity.settlement.tables import COUNTER_CURRENCIES, Books, Output

_NO = constant(0)
_LINE_HOLD = constant(EventKind.LINE_HOLD)
_NO_COVER = constant(Reason.NO_COVER)
_LINE_USED = constant(Reason.CREDIT_LINE_USED)


@inner_kernel
def side_of(books: Books, agreement: Number, place: Number) -> Number:
    """Return the side, 0 or 1, of a two-currency agreement whose currency a place is in."""
    currency = place % books.counters[COUNTER_CURRENCIES]
    return np.int64(currency != books.rules[agreement].currency_a)


@inner_kernel
def payer_side(books: Books, payment: Number) -> Number:
    """Return the side that pays."""
    live = books.live[payment]
    return side_of(books, np.int64(live.agreement), np.int64(live.payer))


@inner_kernel
def owed_minor(books: Books, payment: Number) -> Number:
    """Return what the payer's central bank comes to owe, minor units of the clearing unit."""
    live = books.live[payment]
    if books.rules[live.agreement].clearing_unit == payer_side(books, payment):
        return np.int64(live.debit_minor)
    return credited_minor(books, payment)


@inner_kernel
def has_room(books: Books, payment: Number) -> bool:
    """Return whether the credit line, if there is one, has room for what a payment adds."""
    agreement = np.int64(books.live[payment].agreement)
    line = np.int64(books.rules[agreement].line)
    if line < 0:
        return True
    balance = books.balances[books.sides[agreement, payer_side(books, payment)].clearing]
    return bool(balance.posted - balance.held + line >= owed_minor(books, payment))


@inner_kernel
def hold_line(books: Books, out: Output, at_us: Number, payment: Number, sign: Number) -> None:
    """Hold what a payment needs of a credit line, or with sign −1 release it."""
    agreement = np.int64(books.live[payment].agreement)
    if books.rules[agreement].line < 0:
        return
    amount = sign * owed_minor(books, payment)
    account = np.int64(books.sides[agreement, payer_side(books, payment)].clearing)
    books.balances[account].held += amount
    write_event(out, at_us, _LINE_HOLD, payment, _NO, _NO, amount)


@inner_kernel
def why_queued(books: Books, payment: Number) -> Number:
    """Return what a payment that must wait waits for: room on a credit line, or cover."""
    if books.rules[books.live[payment].agreement].converts and not has_room(books, payment):
        return _LINE_USED
    return _NO_COVER
