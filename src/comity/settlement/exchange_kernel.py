"""Payments in two currencies, one by one: held, converted and taken in, paid out.

The payer's side is debited in its own currency; the payee's side is credited once the central
banks have settled or carry the balance on, or on acceptance, as the agreement says. Who may settle
when is for `central_banks`.
"""

import numpy as np

from comity.money.rounding_kernel import multiply_divide_int64
from comity.numba_kernel import Number, constant, inner_kernel, outer_kernel
from comity.payments.codes import Mechanism, TransferKind
from comity.payments.lifecycle import State
from comity.settlement.clearing_kernel import hold_line, owed_minor, payer_side, side_of
from comity.settlement.posting_kernel import (
    change_state,
    close_group,
    hold,
    post,
    post_loro,
    settlement_of,
)
from comity.settlement.returns_kernel import credited_minor, is_return
from comity.settlement.tables import COUNTER_DAY, Books, Int32s, Output, Rows

_NO = constant(0)
_YES = constant(1)
_RESERVED = constant(State.RESERVED)
_SETTLED = constant(State.SETTLED)
_CENTRAL_BANK = constant(Mechanism.CENTRAL_BANK)
_TAKE_IN = constant(TransferKind.TAKE_IN)
_OBLIGATION = constant(TransferKind.OBLIGATION)
_PAY_OUT = constant(TransferKind.PAY_OUT)


@inner_kernel
def hold_minor(books: Books, payment: Number) -> Number:
    """Return what is held for a payment until the fixing: its amount at the rate with margin.

    Of a return it is known what it debits: the amount returned.
    """
    if is_return(books, payment):
        return np.int64(books.live[payment].debit_minor)
    agreement = np.int64(books.live[payment].agreement)
    side = books.sides[agreement, payer_side(books, payment)]
    return multiply_divide_int64(
        books.rows[payment].amount_minor, side.hold_numerator, side.hold_denominator
    )


@inner_kernel
def reserve(books: Books, out: Output, at_us: Number, payment: Number) -> None:
    """Hold a covered payment's money, or after the day's fixing take it in at once.

    Where the payee is credited on acceptance both legs are posted as one group, and it is final.
    """
    agreement = np.int64(books.live[payment].agreement)
    if books.rules[agreement].credits_at_once:
        _take_in(books, out, at_us, payment)
        _credit(books, out, at_us, payment)
        return
    _put_last(books, books.held_lists, agreement, payment)
    if books.rules[agreement].fixed:
        _take_in(books, out, at_us, payment)
        close_group(books)
    else:
        hold(books, out, at_us, payment, hold_minor(books, payment))
        hold_line(books, out, at_us, payment, _YES)
    debit = books.live[payment].debit_minor
    change_state(books, out, at_us, payment, _RESERVED, _NO, _YES, debit)


@outer_kernel
def convert_held(books: Books, out: Output, at_us: Number, payments: Int32s) -> None:
    """At the fixing: release each hold and take the converted amount in, in the order given.

    The hold covers it: the rate is the same, and a margin is never below zero.
    """
    for i in range(len(payments)):
        payment = np.int64(payments[i])
        if books.live[payment].taken_day == 0:
            hold(books, out, at_us, payment, -books.live[payment].held_minor)
            hold_line(books, out, at_us, payment, -_YES)
            _take_in(books, out, at_us, payment)
            close_group(books)


@outer_kernel
def pay_out(books: Books, out: Output, at_us: Number, payments: Int32s) -> None:
    """Credit the payees from their central bank; the payments are final with it."""
    for i in range(len(payments)):
        _credit(books, out, at_us, np.int64(payments[i]))


@inner_kernel
def _credit(books: Books, out: Output, at_us: Number, payment: Number) -> None:
    """Credit the payee; between the central banks it may not be final yet."""
    amount = credited_minor(books, payment)
    agreement = np.int64(books.live[payment].agreement)
    payee = np.int64(books.live[payment].payee)
    source = np.int64(books.sides[agreement, side_of(books, agreement, payee)].intermediary)
    post(books, out, at_us, source, settlement_of(books, payee), amount, _PAY_OUT, payment)
    post_loro(books, out, at_us, payee, _YES, amount, payment)
    close_group(books)
    books.live[payment].mechanism = _CENTRAL_BANK
    change_state(books, out, at_us, payment, _SETTLED, _NO, _YES, _CENTRAL_BANK)
    if books.rules[agreement].pays_before:
        books.live[payment].interbank_final_us = 0
        _put_last(books, books.carried_lists, agreement, payment)


@inner_kernel
def _put_last(books: Books, lists: Rows, agreement: Number, payment: Number) -> None:
    ends = lists[agreement]
    if ends.head < 0:
        ends.head = payment
    else:
        books.live[ends.tail].link = payment
    ends.tail = payment
    books.live[payment].link = -1


@inner_kernel
def _take_in(books: Books, out: Output, at_us: Number, payment: Number) -> None:
    """Post the payer's currency to its central bank and what that bank now owes the other.

    The group stays open.
    """
    agreement = np.int64(books.live[payment].agreement)
    payer = np.int64(books.live[payment].payer)
    debit = books.live[payment].debit_minor
    side = side_of(books, agreement, payer)
    ours, theirs = books.sides[agreement, side], books.sides[agreement, 1 - side]
    source, target = settlement_of(books, payer), np.int64(ours.intermediary)
    post_loro(books, out, at_us, payer, _NO, debit, payment)
    post(books, out, at_us, source, target, debit, _TAKE_IN, payment)
    owed = owed_minor(books, payment)
    source, target = np.int64(ours.clearing), np.int64(theirs.clearing)
    post(books, out, at_us, source, target, owed, _OBLIGATION, payment)
    books.live[payment].taken_day = books.counters[COUNTER_DAY]
