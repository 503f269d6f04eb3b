"""The two acts every kernel is made of: a payment changes state, money moves.

Compiled, and called by all other kernels of this package, so that there is one way to write an
event and one way to post. A check always comes before: what is called here cannot fail. Callers
pass 64-bit integers, also for constants (see `tables.constant`), and leave no argument to a
default: every other combination of types would be compiled anew.
"""

import numpy as np

from comity.numba_kernel import Number, constant, inner_kernel
from comity.payments.codes import EventKind, TransferKind
from comity.payments.lifecycle import State
from comity.settlement.entry_kernel import count_waiting
from comity.settlement.limits_kernel import count_sent
from comity.settlement.returns_kernel import note_end
from comity.settlement.tables import COUNTER_DAY, COUNTER_GROUP, Books, Output

_NO = constant(0)
_YES = constant(1)
_TAKEN_OUT = constant(-1)
_PAYMENT = constant(EventKind.PAYMENT)
_HOLD = constant(EventKind.HOLD)
_LORO = constant(TransferKind.LORO)
_ACCEPTED = constant(State.ACCEPTED)
_QUEUED = constant(State.QUEUED)
_RESERVED = constant(State.RESERVED)
_SETTLED = constant(State.SETTLED)


@inner_kernel
def write_event(
    out: Output,
    at_us: Number,
    kind: Number,
    subject: Number,
    reason: Number,
    rests: Number,
    value: Number,
) -> None:
    """Write an event that is not a step of a payment."""
    event = out.events[out.filled[0]]
    out.filled[0] += 1
    event.at_us = at_us
    event.value = value
    event.subject = subject
    event.reason = reason
    event.detail = 0
    event.kind = kind
    event.before = -1
    event.after = 0
    event.rests = rests


@inner_kernel
def change_state(
    books: Books,
    out: Output,
    at_us: Number,
    payment: Number,
    after: Number,
    reason: Number,
    rests: Number,
    value: Number,
) -> None:
    """Move a payment to a state and write the event; the lifecycle is checked afterwards."""
    live = books.live[payment]
    event = out.events[out.filled[0]]
    out.filled[0] += 1
    event.at_us = at_us
    event.value = value
    event.subject = payment
    event.reason = reason
    event.detail = live.agreement
    event.kind = _PAYMENT
    event.before = live.state
    event.after = after
    event.rests = rests
    if live.state == _QUEUED:
        count_waiting(books, payment, _TAKEN_OUT)
    live.state = after
    if after == _ACCEPTED:
        live.entered_us = at_us
    elif after == _QUEUED:
        # Back from a cycle or a reservation it may be withdrawn again.
        live.irrevocable_us = 0
        count_waiting(books, payment, _YES)
    elif after == _RESERVED:
        live.irrevocable_us = at_us
    elif after == _SETTLED:
        if live.irrevocable_us == 0:
            live.irrevocable_us = at_us
        live.interbank_final_us = at_us
        live.payment_final_us = at_us
        live.value_date = books.counters[COUNTER_DAY]
    note_end(books, payment, np.int64(after))


@inner_kernel
def post(
    books: Books,
    out: Output,
    at_us: Number,
    debit: Number,
    credit: Number,
    amount: Number,
    kind: Number,
    payment: Number,
) -> None:
    """Move money from one account to another within the current transfer group."""
    transfer = out.transfers[out.filled[1]]
    out.filled[1] += 1
    transfer.at_us = at_us
    transfer.amount_minor = amount
    transfer.payment = payment
    transfer.group = books.counters[COUNTER_GROUP]
    transfer.debit = debit
    transfer.credit = credit
    transfer.kind = kind
    transfer.business_day = books.counters[COUNTER_DAY]
    books.balances[debit].posted -= amount
    books.balances[credit].posted += amount


@inner_kernel
def settlement_of(books: Books, place: Number) -> Number:
    """Return the account that moves central-bank money for a place."""
    return np.int64(books.places[place].settlement)


@inner_kernel
def bank_together(books: Books, one: Number, other: Number) -> bool:
    """Return whether the money of two places is in the books of one correspondent."""
    return bool(settlement_of(books, one) == settlement_of(books, other))


@inner_kernel
def post_between(
    books: Books,
    out: Output,
    at_us: Number,
    payer: Number,
    payee: Number,
    amount: Number,
    kind: Number,
    payment: Number,
) -> None:
    """Post from one place to another through the correspondents they bank with."""
    post_loro(books, out, at_us, payer, _NO, amount, payment)
    debit, credit = settlement_of(books, payer), settlement_of(books, payee)
    if debit != credit:
        post(books, out, at_us, debit, credit, amount, kind, payment)
    post_loro(books, out, at_us, payee, _YES, amount, payment)
    count_sent(books, payer, payee, amount)


@inner_kernel
def post_loro(
    books: Books,
    out: Output,
    at_us: Number,
    place: Number,
    is_credit: Number,
    amount: Number,
    payment: Number,
) -> None:
    """Take from (or give to) a sponsored bank at its correspondent; nothing for a direct one."""
    loro, own = np.int64(books.places[place].loro), np.int64(books.places[place].own)
    if loro < 0:
        return
    if is_credit:
        loro, own = own, loro
    post(books, out, at_us, loro, own, amount, _LORO, payment)


@inner_kernel
def close_group(books: Books) -> None:
    """End the current group: the next transfer belongs to another one."""
    books.counters[COUNTER_GROUP] += 1


@inner_kernel
def hold(books: Books, out: Output, at_us: Number, payment: Number, amount: Number) -> None:
    """Earmark an amount (or, below zero, release it) on whatever account will move it."""
    live = books.live[payment]
    place = books.places[live.payer]
    if place.loro < 0 or not bank_together(books, np.int64(live.payer), np.int64(live.payee)):
        books.balances[place.settlement].held += amount
    if place.loro >= 0:
        books.balances[place.loro].held += amount
    books.live[payment].held_minor += amount
    write_event(out, at_us, _HOLD, payment, _NO, _NO, amount)
