"""What happens to a payment on arrival: the checks in their fixed order, then its route.

The order is part of the contract, from the most to the least fundamental: what the reader found
wrong, the parties, the date, the sanctions lists, the agreement, the cut-off, its limits, the
accounts. The first that fails decides.
"""

from typing import NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from comity.money.rounding_kernel import multiply_divide_int64
from comity.payments.codes import Definition, EventKind, Priority
from comity.payments.lifecycle import State
from comity.payments.reasons import Reason
from comity.settlement.posting import change_state, write_event
from comity.settlement.release import payer_side, settle_or_queue
from comity.settlement.tables import (
    COUNTER_CURRENCIES,
    COUNTER_DAY,
    MODE_BOTH,
    MODE_CYCLE,
    Books,
    Output,
)

_NO = np.int64(0)
_YES = np.int64(1)
_RECEIVED = np.int64(State.RECEIVED)
_VALIDATED = np.int64(State.VALIDATED)
_REJECTED = np.int64(State.REJECTED)
_HELD = np.int64(State.HELD_SCREENING)
_WAREHOUSED = np.int64(State.WAREHOUSED)
_ACCEPTED = np.int64(State.ACCEPTED)
_QUEUED = np.int64(State.QUEUED)

_NOT_ACTIVE = np.int64(Reason.PARTICIPANT_NOT_ACTIVE)
_DATE_PAST = np.int64(Reason.DATE_PAST)
_HIT = np.int64(Reason.SCREENING_HIT)
_NO_AGREEMENT = np.int64(Reason.NO_AGREEMENT)
_NOT_IN_FORCE = np.int64(Reason.AGREEMENT_NOT_IN_FORCE)
_CURRENCY = np.int64(Reason.CURRENCY_NOT_ALLOWED)
_FOREIGN = np.int64(Reason.DEBTOR_CURRENCY_FOREIGN)
_PURPOSE_MISSING = np.int64(Reason.PURPOSE_MISSING)
_NOT_COVERED = np.int64(Reason.PURPOSE_NOT_COVERED)
_LATE = np.int64(Reason.RECEIVED_LATE)
_ROLLED_LATE = np.int64(Reason.ROLLED_LATE)
_TOO_LARGE = np.int64(Reason.AMOUNT_TOO_LARGE)
_AGREED_LIMIT = np.int64(Reason.AGREED_LIMIT)
_NO_ACCOUNT = np.int64(Reason.NO_ACCOUNT)
_RATE_MISSING = np.int64(Reason.RATE_MISSING)

_MESSAGE = np.int64(EventKind.MESSAGE)
_DUPLICATE = np.int64(EventKind.DUPLICATE)
_ALARM = np.int64(EventKind.ALARM)
_PACS_008 = np.int64(Definition.PACS_008)
_HIGH = np.int64(Priority.HIGH)

DEBIT_MAX_MINOR = 10**15 - 1

Int32s = NDArray[np.int32]
Int64s = NDArray[np.int64]
Int16s = NDArray[np.int16]
Bools = NDArray[np.bool_]


class Arrivals(NamedTuple):
    """A batch prepared for the kernel, by row of the batch unless said otherwise."""

    message_first: Int64s  # by message: its first row; one more entry at the end
    message_at_us: Int64s  # by message
    message_number: Int64s  # by message, in the whole journal
    message_fault: Int64s  # by message
    payment: Int64s  # its number, -1 for a repetition of another payment
    owner: Int64s  # the payment that holds the same key, -1 none
    clash: Int64s  # reason of an AM05, 0 none
    alarm: Bools  # the UETR belongs to another sender's payment
    currency: Int16s  # index among the scheme's currencies, -1 foreign to it
    debtor_currency: Int16s
    purpose: Int32s  # place in PURPOSE_NUMBERS, -1 missing or unknown


@numba.njit(cache=True)
def admit_messages(
    books: Books,
    out: Output,
    arrivals: Arrivals,
    span: tuple[int, int],
    work: Int32s,
    listed: Bools,
) -> None:
    """Admit the messages `span[0]` … `span[1] − 1` with their payments, in order."""
    for message in range(span[0], span[1]):
        at_us = arrivals.message_at_us[message]
        number = arrivals.message_number[message]
        write_event(out, at_us, _MESSAGE, number, _NO, arrivals.message_fault[message], _NO)
        for row in range(arrivals.message_first[message], arrivals.message_first[message + 1]):
            if arrivals.payment[row] < 0:
                write_event(out, at_us, _DUPLICATE, arrivals.owner[row], _NO, _NO, number)
            else:
                _admit(books, out, arrivals, row, at_us)
                payment = arrivals.payment[row]
                if books.live[payment].state == _ACCEPTED:
                    route(books, out, at_us, payment, work, listed)


@numba.njit(cache=True)
def readmit(
    books: Books,
    out: Output,
    at_us: int,
    payments: Int32s,
    prepared: Arrivals,
    work: Int32s,
    listed: Bools,
) -> None:
    """Judge payments again whose settlement date has come, in the order given.

    Args:
        prepared: currencies and purposes by place in `payments`; `owner` holds the new
            screening hit, -1 none.
    """
    for i in range(len(payments)):
        payment = np.int64(payments[i])
        if prepared.owner[i] >= 0:
            change_state(books, out, at_us, payment, _HELD, _HIT, _YES, _NO)
            continue
        _judge_and_accept(books, out, prepared, i, payment, at_us)
        if books.live[payment].state == _ACCEPTED:
            route(books, out, at_us, payment, work, listed)


@numba.njit(cache=True)
def _admit(books: Books, out: Output, arrivals: Arrivals, row: int, at_us: int) -> None:
    payment = arrivals.payment[row]
    instruction = books.rows[payment]
    change_state(books, out, at_us, payment, _RECEIVED, _NO, _NO, _NO)
    if arrivals.alarm[row]:
        write_event(out, at_us, _ALARM, payment, _NO, arrivals.clash[row], arrivals.owner[row])
    if arrivals.clash[row] != 0:
        change_state(books, out, at_us, payment, _REJECTED, arrivals.clash[row], _YES, _NO)
    elif instruction.fault != 0:
        change_state(books, out, at_us, payment, _REJECTED, np.int64(instruction.fault), _YES, _NO)
    elif not _parties_may(books, instruction.debtor_agent, instruction.creditor_agent):
        change_state(books, out, at_us, payment, _REJECTED, _NOT_ACTIVE, _YES, _NO)
    elif instruction.value_date < books.counters[COUNTER_DAY]:
        change_state(books, out, at_us, payment, _REJECTED, _DATE_PAST, _YES, _NO)
    else:
        books.live[payment].value_date = instruction.value_date
        change_state(books, out, at_us, payment, _VALIDATED, _NO, _NO, _NO)
        if instruction.screening_hit >= 0:
            change_state(books, out, at_us, payment, _HELD, _HIT, _YES, _NO)
        else:
            _judge_and_accept(books, out, arrivals, row, payment, at_us)


@numba.njit(cache=True)
def _parties_may(books: Books, debtor_agent: int, creditor_agent: int) -> bool:
    parties = books.parties
    return bool(parties[debtor_agent].may_pay and parties[creditor_agent].may_receive)


@numba.njit(cache=True)
def _judge_and_accept(
    books: Books, out: Output, arrivals: Arrivals, row: int, payment: int, at_us: int
) -> None:
    """Find the agreement, then accept, warehouse or reject."""
    live, rules, instruction = books.live, books.rules, books.rows[payment]
    agreement, reason = _find_agreement(books, arrivals, row, payment)
    if reason != 0:
        change_state(books, out, at_us, payment, _REJECTED, reason, _YES, _NO)
        return
    live[payment].agreement = agreement
    if live[payment].value_date > books.counters[COUNTER_DAY] or not rules[agreement].is_open:
        if live[payment].value_date <= books.counters[COUNTER_DAY]:
            live[payment].value_date = rules[agreement].next_day
        change_state(
            books, out, at_us, payment, _WAREHOUSED, _NO, _YES, np.int64(live[payment].value_date)
        )
        return
    customer = instruction.definition == _PACS_008
    cut_off_us = rules[agreement].customer_us if customer else rules[agreement].interbank_us
    if at_us > cut_off_us:
        if rules[agreement].late_rolls:
            live[payment].value_date = rules[agreement].next_day
            change_state(
                books,
                out,
                at_us,
                payment,
                _WAREHOUSED,
                _ROLLED_LATE,
                _YES,
                np.int64(live[payment].value_date),
            )
        else:
            change_state(books, out, at_us, payment, _REJECTED, _LATE, _YES, _NO)
        return
    reason = _check_limits_and_accounts(books, arrivals, row, payment)
    if reason != 0:
        change_state(books, out, at_us, payment, _REJECTED, reason, _YES, _NO)
        return
    books.terms[agreement, arrivals.currency[row]].day_used += instruction.amount_minor
    change_state(books, out, at_us, payment, _ACCEPTED, _NO, _NO, _NO)


@numba.njit(cache=True)
def _find_agreement(books: Books, arrivals: Arrivals, row: int, payment: int) -> tuple[int, int]:
    """Return the agreement that covers a payment, or the reason why none does.

    Where several could, the first in the scheme's order; the loader refuses such a scheme. The
    reason named is the one of the agreement that came closest to covering the payment.
    """
    parties, instruction = books.memberships, books.rows[payment]
    payer_country = books.parties[instruction.debtor_agent].country
    payee_country = books.parties[instruction.creditor_agent].country
    currency, debtor_currency = arrivals.currency[row], arrivals.debtor_currency[row]
    reason, closest = _NO_AGREEMENT, 0
    if payer_country == payee_country:
        return -1, reason
    for agreement in range(len(parties)):
        if not (parties[agreement, payer_country] and parties[agreement, payee_country]):
            continue
        found, depth = _test_agreement(
            books, agreement, payment, currency, debtor_currency, arrivals.purpose[row]
        )
        if found == 0:
            return agreement, 0
        if depth > closest:
            reason, closest = found, depth
    return -1, reason


@numba.njit(cache=True)
def _test_agreement(
    books: Books, agreement: int, payment: int, currency: int, debtor_currency: int, purpose: int
) -> tuple[int, int]:
    """Return (0, 0) where the agreement covers the payment, else the reason and how far it got."""
    rules, instruction = books.rules, books.rows[payment]
    if currency < 0 or not books.terms[agreement, currency].covered:
        return _CURRENCY, 1
    two_currencies = instruction.currency != instruction.debtor_currency
    if two_currencies and debtor_currency != books.parties[instruction.debtor_agent].home:
        return _FOREIGN, 2
    if two_currencies != rules[agreement].converts:
        return _CURRENCY, 1
    if purpose < 0:
        return _PURPOSE_MISSING, 3
    if not books.purposes[agreement, purpose]:
        return _NOT_COVERED, 4
    date = books.live[payment].value_date
    if date < rules[agreement].valid_from or date > rules[agreement].valid_until:
        return _NOT_IN_FORCE, 5
    return 0, 0


@numba.njit(cache=True)
def _check_limits_and_accounts(books: Books, arrivals: Arrivals, row: int, payment: int) -> int:
    """Return 0 or the reason; set where the money comes from and goes to."""
    live, instruction = books.live, books.rows[payment]
    agreement, currency = live[payment].agreement, arrivals.currency[row]
    amount = instruction.amount_minor
    if amount > books.terms[agreement, currency].payment_max:
        return _TOO_LARGE
    if (
        books.terms[agreement, currency].day_used
        > books.terms[agreement, currency].day_max - amount
    ):
        return _AGREED_LIMIT
    currencies = books.counters[COUNTER_CURRENCIES]
    payer = instruction.debtor_agent * currencies + arrivals.debtor_currency[row]
    payee = instruction.creditor_agent * currencies + currency
    if books.places[payer].settlement < 0 or books.places[payee].settlement < 0:
        return _NO_ACCOUNT
    live[payment].payer = payer
    live[payment].payee = payee
    live[payment].debit_minor = amount
    return 0


@numba.njit(cache=True)
def route(books: Books, out: Output, at_us: int, payment: int, work: Int32s, listed: Bools) -> None:
    """Send an accepted payment where its agreement says: gross, a cycle, the central banks."""
    rules, live = books.rules, books.live
    agreement = live[payment].agreement
    mode = rules[agreement].mode
    if rules[agreement].converts:
        side = payer_side(books, payment)
        if not books.sides[agreement, side].rate_found:
            change_state(books, out, at_us, payment, _QUEUED, _RATE_MISSING, _YES, _NO)
            return
        live[payment].debit_minor = multiply_divide_int64(
            books.rows[payment].amount_minor,
            books.sides[agreement, side].rate_numerator,
            books.sides[agreement, side].rate_denominator,
        )
        if live[payment].debit_minor > DEBIT_MAX_MINOR or live[payment].debit_minor < 1:
            change_state(books, out, at_us, payment, _REJECTED, _TOO_LARGE, _YES, _NO)
            return
    elif mode == MODE_CYCLE or (mode == MODE_BOTH and books.rows[payment].priority != _HIGH):
        wait_for_cycle(books, payment)
        out.events[out.filled[0] - 1].rests = 1
        return
    settle_or_queue(books, out, at_us, payment, work, listed)


@numba.njit(cache=True)
def wait_for_cycle(books: Books, payment: int) -> None:
    """Put a payment last among those that wait for the next cycle of its pool and currency."""
    live = books.live
    currencies = books.counters[COUNTER_CURRENCIES]
    key = books.rules[live[payment].agreement].pool * currencies + live[payment].payer % currencies
    if books.cycle_lists[key].head < 0:
        books.cycle_lists[key].head = payment
    else:
        live[books.cycle_lists[key].tail].link = payment
    books.cycle_lists[key].tail = payment
    live[payment].link = -1
