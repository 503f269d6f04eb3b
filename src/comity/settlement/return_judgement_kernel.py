"""Whether a return may go back: checked against its original, in a fixed order.

The order: the original is known, is the one that the return describes by references, amount and
date, is settled; the bank that pays is the one that was paid, and pays the one that paid; in the
same currency; no more than is left; for a reason that there is; an amount that is worth something
in the other currency.
A return is judged by the version of the agreement that judged its original, also when that is no
longer in force: what was settled under it is wound down under it.
"""

import numpy as np

from comity.money import AMOUNT_MINOR_MAX, BALANCE_MINOR_MAX
from comity.money.rounding_kernel import multiply_divide_int64
from comity.numba_kernel import Number, constant, inner_kernel, step_kernel
from comity.payments.codes import EventKind
from comity.payments.lifecycle import State
from comity.payments.reasons import Reason
from comity.settlement.clearing_kernel import side_of
from comity.settlement.posting_kernel import write_event
from comity.settlement.returns_kernel import place_of_return
from comity.settlement.tables import (
    CONVERTS_BY_DEALER,
    COUNTER_CURRENCIES,
    COUNTER_EXPOSURE,
    RETURN_NOT_COUNTED,
    RETURN_UNDER_WAY,
    Books,
    Output,
)

_NO = constant(0)
_AMOUNT_MAX = constant(AMOUNT_MINOR_MAX)
_BALANCE_MAX = constant(BALANCE_MINOR_MAX)
_NOT_COUNTED = constant(RETURN_NOT_COUNTED)
_UNDER_WAY = constant(RETURN_UNDER_WAY)
_SETTLED = constant(State.SETTLED)
_BLOCKED = constant(State.BLOCKED)  # the last of the states of a payment that is settled
_RETURN = constant(EventKind.RETURN)

_UNKNOWN = constant(Reason.RETURN_ORIGINAL_UNKNOWN)
_OTHER_DATE = constant(Reason.RETURN_DATE_CONTRADICTED)
_NOT_SETTLED = constant(Reason.RETURN_NOT_SETTLED)
_DEALT = constant(Reason.RETURN_OF_DEALT)
_PARTIES = constant(Reason.RETURN_PARTIES)
_CURRENCY = constant(Reason.RETURN_CURRENCY)
_EXCEEDS = constant(Reason.RETURN_EXCEEDS)
_NO_REASON = constant(Reason.RETURN_REASON_UNKNOWN)
_TOO_SMALL = constant(Reason.RETURN_TOO_SMALL)
_TOO_LARGE = constant(Reason.AMOUNT_TOO_LARGE)
_SYSTEM_LIMIT = constant(Reason.SYSTEM_LIMIT)


@step_kernel
def find_original(
    books: Books, out: Output, at_us: Number, payment: Number
) -> tuple[Number, Number]:
    """Return the agreement that judged a return's original, or the reason for which it is refused.

    A sound return is counted against its original from now on; one judged again has been.
    """
    one = books.returns.rows[place_of_return(books, payment)]
    if one.counted == _NOT_COUNTED:
        reason = _judge(books, payment)
        if reason != 0:
            return np.int64(-1), reason
        _count(books, payment)
        write_event(out, at_us, _RETURN, payment, _NO, _NO, np.int64(one.original))
        out.events[out.filled[0] - 1].detail = books.live[one.original].agreement
    return np.int64(books.live[one.original].agreement), _NO


@inner_kernel
def _judge(books: Books, payment: Number) -> Number:
    one = books.returns.rows[place_of_return(books, payment)]
    if one.original < 0:
        return _UNKNOWN
    if one.contradicts != 0:
        return np.int64(one.contradicts)
    if not _is_dated(books, one.original, one.stated_date):
        return _OTHER_DATE
    state = books.live[one.original].state
    if state < _SETTLED or state > _BLOCKED:
        return _NOT_SETTLED
    if books.rules[books.live[one.original].agreement].converts == CONVERTS_BY_DEALER:
        return _DEALT
    said, was = books.rows[payment], books.rows[one.original]
    if said.debtor_agent != was.creditor_agent or said.creditor_agent != was.debtor_agent:
        return _PARTIES
    if said.currency != was.currency:
        return _CURRENCY
    if said.amount_minor > was.amount_minor - books.returns.originals[one.case].returned_minor:
        return _EXCEEDS
    if not one.has_reason:
        return _NO_REASON
    if _is_at_original_rate(books, payment) and _share_minor(books, payment) <= 0:
        return _TOO_SMALL
    return _NO


@inner_kernel
def _is_dated(books: Books, original: Number, date: Number) -> bool:
    """Return whether a date, if any is said, is one that a payment has had.

    Its sender knows the one it was sent with, its receiver the day on which it settled.
    """
    if date == 0 or date == books.rows[original].value_date:
        return True
    return bool(date == books.live[original].value_date)


@inner_kernel
def _is_at_original_rate(books: Books, payment: Number) -> bool:
    """Return whether a return converts, and at the rate at which its original did."""
    one = books.returns.rows[place_of_return(books, payment)]
    rule = books.rules[books.live[one.original].agreement]
    return bool(rule.converts and rule.returns_at_original)


@inner_kernel
def _share_minor(books: Books, payment: Number) -> Number:
    """Return what a return gives back of its original's debit, at the original's rate.

    It brings what has been given back in all to the debit's part that the returned amount is of the
    original's, rounded half to even once. So however a payment is returned in parts, when all of it
    has gone back exactly its debit has.
    """
    one = books.returns.rows[place_of_return(books, payment)]
    of_original = books.returns.originals[one.case]
    returned = of_original.returned_minor + books.rows[payment].amount_minor
    debit, whole = books.live[one.original].debit_minor, books.rows[one.original].amount_minor
    return np.int64(multiply_divide_int64(debit, returned, whole) - of_original.credited_minor)


@inner_kernel
def _count(books: Books, payment: Number) -> None:
    """Count a sound return against its original."""
    one = books.returns.rows[place_of_return(books, payment)]
    of_original = books.returns.originals[one.case]
    if _is_at_original_rate(books, payment):
        one.credit_minor = _share_minor(books, payment)
        of_original.credited_minor += one.credit_minor
    of_original.returned_minor += books.rows[payment].amount_minor
    one.counted = _UNDER_WAY


@step_kernel
def judge_return_amounts(books: Books, currency: Number, payment: Number) -> Number:
    """Return 0 or a reason; note where the money comes from and goes to, and what is debited.

    It goes the way it came: no ceiling of the agreement is asked, and the accounts are there.
    """
    live = books.live[payment]
    one = books.returns.rows[place_of_return(books, payment)]
    was, amount = books.live[one.original], books.rows[payment].amount_minor
    live.payer, live.payee, live.debit_minor = was.payee, was.payer, amount
    rule = books.rules[live.agreement]
    if rule.converts:
        if not rule.returns_at_original:
            reason = _convert_back(books, payment)
            if reason != 0:
                return reason
        if _exceeds(books, was.payer % books.counters[COUNTER_CURRENCIES], one.credit_minor):
            return _SYSTEM_LIMIT
    if _exceeds(books, currency, amount):
        return _SYSTEM_LIMIT
    return _NO


@inner_kernel
def _convert_back(books: Books, payment: Number) -> Number:
    """Note what a return credits at the day's rate; return 0 or a reason.

    The rate is the one at which the original's payer would pay today. Without one nothing is
    debited as yet.
    """
    live = books.live[payment]
    agreement, payee = np.int64(live.agreement), np.int64(live.payee)
    side = books.sides[agreement, side_of(books, agreement, payee)]
    credit: Number = _NO
    if side.rate_found:
        amount = books.rows[payment].amount_minor
        credit = np.int64(multiply_divide_int64(amount, side.rate_numerator, side.rate_denominator))
        if credit <= 0:
            return _TOO_SMALL
        if credit > _AMOUNT_MAX:
            return _TOO_LARGE
    else:
        live.debit_minor = 0
    one = books.returns.rows[place_of_return(books, payment)]
    of_original = books.returns.originals[one.case]
    of_original.credited_minor += credit - one.credit_minor
    one.credit_minor = credit
    return _NO


@step_kernel
def count_return_in(books: Books, currency: Number, payment: Number) -> None:
    """Count an accepted return among what moves today; the agreement's ceilings are not touched."""
    live = books.live[payment]
    books.counters[COUNTER_EXPOSURE + currency] += books.rows[payment].amount_minor
    if books.rules[live.agreement].converts:
        payee = live.payee % books.counters[COUNTER_CURRENCIES]
        one = books.returns.rows[place_of_return(books, payment)]
        books.counters[COUNTER_EXPOSURE + payee] += one.credit_minor


@inner_kernel
def _exceeds(books: Books, currency: Number, amount: Number) -> bool:
    return bool(books.counters[COUNTER_EXPOSURE + currency] > _BALANCE_MAX - amount)
