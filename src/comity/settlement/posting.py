"""The two acts every kernel is made of: a payment changes state, money moves.

Compiled, and called by all other kernels of this package, so that there is one way to write an
event and one way to post. A check always comes before: what is called here cannot fail. Callers
pass 64-bit integers, also for constants (a plain literal is a type of its own to numba), and leave
no argument to a default: every other combination of types would be compiled anew.
"""

import numba
import numpy as np

from comity.ledger import covers
from comity.payments.codes import EventKind, TransferKind
from comity.payments.lifecycle import State
from comity.settlement.tables import COUNTER_DAY, COUNTER_GROUP, Books, Output

_NO = np.int64(0)
_PAYMENT = np.int64(EventKind.PAYMENT)
_HOLD = np.int64(EventKind.HOLD)
_LORO = np.int64(TransferKind.LORO)
_ACCEPTED = np.int64(State.ACCEPTED)
_RESERVED = np.int64(State.RESERVED)
_IN_CYCLE = np.int64(State.IN_CYCLE)
_SETTLED = np.int64(State.SETTLED)


@numba.njit(cache=True)
def write_event(
    out: Output, at_us: int, kind: int, subject: int, after: int, reason: int, value: int
) -> None:
    """Write an event that has no state before it."""
    event = out.events[out.filled[0]]
    out.filled[0] += 1
    event.at_us = at_us
    event.value = value
    event.subject = subject
    event.reason = reason
    event.detail = 0
    event.kind = kind
    event.before = -1
    event.after = after
    event.rests = 1


@numba.njit(cache=True)
def change_state(
    books: Books,
    out: Output,
    at_us: int,
    payment: int,
    after: int,
    reason: int,
    rests: int,
    value: int,
) -> None:
    """Move a payment to a state and write the event; the lifecycle is checked afterwards."""
    live = books.live
    event = out.events[out.filled[0]]
    out.filled[0] += 1
    event.at_us = at_us
    event.value = value
    event.subject = payment
    event.reason = reason
    event.detail = live[payment].agreement
    event.kind = _PAYMENT
    event.before = live[payment].state
    event.after = after
    event.rests = rests
    live[payment].state = after
    if after == _ACCEPTED:
        live[payment].entered_us = at_us
    elif after == _RESERVED or after == _IN_CYCLE:
        if live[payment].irrevocable_us == 0:
            live[payment].irrevocable_us = at_us
    elif after == _SETTLED:
        if live[payment].irrevocable_us == 0:
            live[payment].irrevocable_us = at_us
        live[payment].interbank_final_us = at_us
        live[payment].payment_final_us = at_us


@numba.njit(cache=True)
def post(
    books: Books,
    out: Output,
    at_us: int,
    debit: int,
    credit: int,
    amount: int,
    kind: int,
    payment: int,
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


@numba.njit(cache=True)
def close_group(books: Books) -> None:
    """End the current group: the next transfer belongs to another one."""
    books.counters[COUNTER_GROUP] += 1


@numba.njit(cache=True)
def can_pay(books: Books, place: int, amount: int) -> bool:
    """Return whether a place covers an amount: its loro account and the settlement account."""
    loro = np.int64(books.places[place].loro)
    if loro >= 0 and not covers(books.balances, loro, amount):
        return False
    return covers(books.balances, np.int64(books.places[place].settlement), amount)


@numba.njit(cache=True)
def settlement_of(books: Books, place: int) -> int:
    """Return the account that moves central-bank money for a place."""
    return np.int64(books.places[place].settlement)  # type: ignore[return-value]  # int to callers


@numba.njit(cache=True)
def post_between(
    books: Books,
    out: Output,
    at_us: int,
    payer: int,
    payee: int,
    amount: int,
    kind: int,
    payment: int,
) -> None:
    """Post from one place to another through the correspondents they bank with."""
    post_from(books, out, at_us, payer, amount, payment)
    debit, credit = settlement_of(books, payer), settlement_of(books, payee)
    if debit != credit:
        post(books, out, at_us, debit, credit, amount, kind, payment)
    post_to(books, out, at_us, payee, amount, payment)


@numba.njit(cache=True)
def post_from(books: Books, out: Output, at_us: int, place: int, amount: int, payment: int) -> None:
    """Take an amount from a sponsored bank at its correspondent; nothing for a direct one."""
    if books.places[place].loro >= 0:
        loro, own = np.int64(books.places[place].loro), np.int64(books.places[place].own)
        post(books, out, at_us, loro, own, amount, _LORO, payment)


@numba.njit(cache=True)
def post_to(books: Books, out: Output, at_us: int, place: int, amount: int, payment: int) -> None:
    """Give an amount to a sponsored bank at its correspondent; nothing for a direct one."""
    if books.places[place].loro >= 0:
        loro, own = np.int64(books.places[place].loro), np.int64(books.places[place].own)
        post(books, out, at_us, own, loro, amount, _LORO, payment)


@numba.njit(cache=True)
def hold(books: Books, out: Output, at_us: int, payment: int, amount: int) -> None:
    """Earmark an amount (or, below zero, release it) where the payment's money comes from."""
    place = np.int64(books.live[payment].payer)
    loro = books.places[place].loro
    books.balances[settlement_of(books, place)].held += amount
    if loro >= 0:
        books.balances[loro].held += amount
    books.live[payment].held_minor += amount
    write_event(out, at_us, _HOLD, payment, _NO, _NO, amount)
