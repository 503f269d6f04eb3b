"""What is counted of returns: how much of each original has gone back, or is on its way.

A return counts from the moment it is found sound, so that two on their way can never give back
more than there is. One that fails gives its part free again; one that settles keeps it for ever,
and gives the day back what its original took of the day's ceiling.
"""

import numpy as np

from comity.numba_kernel import Number, constant, inner_kernel, outer_kernel, step_kernel
from comity.payments.codes import Definition
from comity.payments.lifecycle import State
from comity.settlement.tables import (
    COUNTER_CURRENCIES,
    COUNTER_OPENED,
    RETURN_NOT_COUNTED,
    RETURN_SETTLED,
    RETURN_UNDER_WAY,
    Books,
    Int32s,
)

_PACS_004 = constant(Definition.PACS_004)
_SETTLED = constant(State.SETTLED)
_REJECTED = constant(State.REJECTED)  # the first of the states in which a payment has failed
_ONE = constant(1)
_NOT_COUNTED = constant(RETURN_NOT_COUNTED)
_UNDER_WAY = constant(RETURN_UNDER_WAY)
_COUNTED_FOR_EVER = constant(RETURN_SETTLED)


@inner_kernel
def has_returns(books: Books) -> bool:
    """Return whether any return has come yet."""
    return len(books.returns.rows) > 0


@inner_kernel
def is_return(books: Books, payment: Number) -> bool:
    """Return whether a payment returns another one."""
    return bool(has_returns(books) and books.rows[payment].definition == _PACS_004)


@step_kernel
def place_of_return(books: Books, payment: Number) -> Number:
    """Return where a return stands in the table of returns, which is in order of number."""
    low: Number = np.int64(0)
    high: Number = np.int64(len(books.returns.rows))
    while low < high:
        middle = (low + high) >> _ONE
        if books.returns.rows[middle].payment < payment:
            low = middle + _ONE
        else:
            high = middle
    return low


@inner_kernel
def credited_minor(books: Books, payment: Number) -> Number:
    """Return what a payment in two currencies credits: its amount; a return, what it converts to.

    In the payee's currency, minor units.
    """
    if is_return(books, payment):
        return np.int64(books.returns.rows[place_of_return(books, payment)].credit_minor)
    return np.int64(books.rows[payment].amount_minor)


@inner_kernel
def note_end(books: Books, payment: Number, after: Number) -> None:
    """Count that a payment has come to its end, if it is a return."""
    if (after == _SETTLED or after >= _REJECTED) and is_return(books, payment):
        _note_end(books, payment, after)


@outer_kernel
def note_ends(books: Books, payments: Int32s, after: Number) -> None:
    """Count that payments have come to one end, those of them that are returns."""
    for i in range(len(payments)):
        note_end(books, np.int64(payments[i]), np.int64(after))


@step_kernel
def _note_end(books: Books, payment: Number, after: Number) -> None:
    one = books.returns.rows[place_of_return(books, payment)]
    if one.counted != _UNDER_WAY:
        return
    amount = books.rows[payment].amount_minor
    if after != _SETTLED:
        of_original = books.returns.originals[one.case]
        of_original.returned_minor -= amount
        of_original.credited_minor -= one.credit_minor
        one.counted = _NOT_COUNTED
        return
    one.counted = _COUNTED_FOR_EVER
    original = books.live[one.original]
    if original.entered_us >= books.counters[COUNTER_OPENED]:
        currency = original.payee % books.counters[COUNTER_CURRENCIES]
        books.terms[original.agreement, currency].day_used -= amount
