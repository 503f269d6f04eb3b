"""Which agreement covers a payment, and whether its amounts and accounts allow it.

Nothing here changes a balance or writes an event; a reason is returned, and the caller acts.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from comity.money import AMOUNT_MINOR_MAX, BALANCE_MINOR_MAX
from comity.money.rounding_kernel import multiply_divide_int64
from comity.numba_kernel import Number, constant, inner_kernel
from comity.payments.reasons import Reason
from comity.settlement.clearing_kernel import side_of
from comity.settlement.dealing_kernel import bind_quote
from comity.settlement.exchange_kernel import hold_minor
from comity.settlement.return_judgement_kernel import (
    count_return_in,
    find_original,
    judge_return_amounts,
)
from comity.settlement.returns_kernel import is_return
from comity.settlement.tables import (
    CONVERTS_AT_FIXING,
    CONVERTS_BY_DEALER,
    COUNTER_CURRENCIES,
    COUNTER_EXPOSURE,
    Books,
    Bools,
    Int32s,
    Int64s,
    Output,
)

_NO = constant(0)
_AMOUNT_MAX = constant(AMOUNT_MINOR_MAX)
_BALANCE_MAX = constant(BALANCE_MINOR_MAX)

_UNKNOWN_DEBTOR = constant(Reason.UNKNOWN_DEBTOR_AGENT)
_UNKNOWN_CREDITOR = constant(Reason.UNKNOWN_CREDITOR_AGENT)
_NOT_ACTIVE = constant(Reason.PARTICIPANT_NOT_ACTIVE)
_NO_AGREEMENT = constant(Reason.NO_AGREEMENT)
_NOT_IN_FORCE = constant(Reason.AGREEMENT_NOT_IN_FORCE)
_CURRENCY = constant(Reason.CURRENCY_NOT_ALLOWED)
_FOREIGN = constant(Reason.DEBTOR_CURRENCY_FOREIGN)
_PVP_NOT_AGREED = constant(Reason.PVP_NOT_AGREED)
_PURPOSE_MISSING = constant(Reason.PURPOSE_MISSING)
_NOT_COVERED = constant(Reason.PURPOSE_NOT_COVERED)
_AMOUNT_ZERO = constant(Reason.AMOUNT_ZERO)
_TOO_LARGE = constant(Reason.AMOUNT_TOO_LARGE)
_AGREED_LIMIT = constant(Reason.AGREED_LIMIT)
_SYSTEM_LIMIT = constant(Reason.SYSTEM_LIMIT)
_NO_ACCOUNT = constant(Reason.NO_ACCOUNT)

Int16s = NDArray[np.int16]


class Arrivals(NamedTuple):
    """A batch prepared for the kernel, by row of the batch unless said otherwise."""

    message_first: Int64s  # by message: its first row; one more entry at the end
    message_at_us: Int64s  # by message
    message_number: Int64s  # by message, in the whole journal; -1 for payments judged again
    message_fault: Int64s  # by message
    payment: Int64s  # its number, -1 for a repetition of another payment
    owner: Int64s  # the payment that holds the same key, -1 none
    clash: Int64s  # reason of an AM05, 0 none
    alarm: Bools  # the UETR belongs to another sender's payment
    hit: Bools  # a sanctions list was hit
    currency: Int16s  # index among the scheme's currencies, -1 foreign to it
    debtor_currency: Int16s
    counter_currency: Int16s  # the same of what a leg wants in return; empty without any pairs
    purpose: Int32s  # place in PURPOSE_NUMBERS, -1 missing or unknown


@inner_kernel
def judge_instruction(books: Books, payment: Number) -> Number:
    """Return 0, or why an instruction cannot be carried out whatever any agreement says."""
    instruction, parties = books.rows[payment], books.parties
    debtor, creditor = instruction.debtor_agent, instruction.creditor_agent
    if debtor < 0 or debtor >= len(parties):
        return _UNKNOWN_DEBTOR
    if creditor < 0 or creditor >= len(parties):
        return _UNKNOWN_CREDITOR
    if not (parties[debtor].may_pay and parties[creditor].may_receive):
        return _NOT_ACTIVE
    if instruction.amount_minor <= 0:
        return _AMOUNT_ZERO
    if instruction.amount_minor > _AMOUNT_MAX:
        return _TOO_LARGE
    return _NO


@inner_kernel
def agreement_of(
    books: Books, out: Output, arrivals: Arrivals, row: Number, payment: Number, at_us: Number
) -> tuple[Number, Number]:
    """Return the agreement that judges a payment, or the reason why none does."""
    if is_return(books, payment):
        return find_original(books, out, at_us, payment)
    return find_agreement(books, arrivals, row, payment)


@inner_kernel
def find_agreement(
    books: Books, arrivals: Arrivals, row: Number, payment: Number
) -> tuple[Number, Number]:
    """Return the agreement that covers a payment, or the reason why none does.

    Where several could, the first in the scheme's order; a scheme in which they overlap is
    refused. The reason named is the one of the agreement that came closest to covering it.
    """
    members, instruction = books.memberships, books.rows[payment]
    payer_country = books.parties[instruction.debtor_agent].country
    payee_country = books.parties[instruction.creditor_agent].country
    reason: Number = _NO_AGREEMENT
    closest: Number = _NO
    is_domestic = payer_country == payee_country
    for agreement in range(len(members)):
        if is_domestic and not books.rules[agreement].domestic:
            continue
        if members[agreement, payer_country] and members[agreement, payee_country]:
            depth, found = _test_agreement(books, arrivals, row, payment, agreement)
            if found == 0:
                return np.int64(agreement), _NO
            if depth > closest:
                reason, closest = found, depth
    return np.int64(-1), reason


@inner_kernel
def _test_agreement(
    books: Books, arrivals: Arrivals, row: Number, payment: Number, agreement: Number
) -> tuple[Number, Number]:
    """Return how many conditions hold and why the next does not; reason 0 where all do."""
    rule, instruction = books.rules[agreement], books.rows[payment]
    currency, purpose = arrivals.currency[row], arrivals.purpose[row]
    if currency < 0 or not books.terms[agreement, currency].covered:
        return np.int64(1), _CURRENCY
    converts = instruction.currency != instruction.debtor_currency
    home = books.parties[instruction.debtor_agent].home
    if converts and arrivals.debtor_currency[row] != home:
        return np.int64(2), _FOREIGN
    if converts != (rule.converts != 0):
        return np.int64(1), _CURRENCY
    if instruction.counter_currency != 0 and not _links_legs(books, arrivals, row, agreement):
        return np.int64(2), _PVP_NOT_AGREED
    if purpose < 0:
        return np.int64(3), _PURPOSE_MISSING
    if not books.purposes[agreement, purpose]:
        return np.int64(4), _NOT_COVERED
    date = books.live[payment].value_date
    if date < rule.valid_from or date > rule.valid_until:
        return np.int64(5), _NOT_IN_FORCE
    return np.int64(6), _NO


@inner_kernel
def _links_legs(books: Books, arrivals: Arrivals, row: Number, agreement: Number) -> bool:
    """Return whether an agreement settles a leg versus what it wants in return."""
    if not books.rules[agreement].links_legs:
        return False
    counter = arrivals.counter_currency[row]
    return bool(counter >= 0 and books.terms[agreement, counter].covered)


@inner_kernel
def judge_amounts(books: Books, arrivals: Arrivals, row: Number, payment: Number) -> Number:
    """Return 0 or a reason; note where the money comes from and goes to, and what is debited.

    The order: ceilings of the agreement, accounts, the converted amount, what can be counted.
    """
    if is_return(books, payment):
        return judge_return_amounts(books, np.int64(arrivals.currency[row]), payment)
    live, instruction = books.live[payment], books.rows[payment]
    currency, debtor_currency = arrivals.currency[row], arrivals.debtor_currency[row]
    term = books.terms[live.agreement, currency]
    amount = instruction.amount_minor
    if amount > term.payment_max:
        return _TOO_LARGE
    if term.day_used > term.day_max - amount:
        return _AGREED_LIMIT
    currencies = books.counters[COUNTER_CURRENCIES]
    payer = instruction.debtor_agent * currencies + debtor_currency
    payee = instruction.creditor_agent * currencies + currency
    if books.places[payer].settlement < 0 or books.places[payee].settlement < 0:
        return _NO_ACCOUNT
    live.payer, live.payee, live.debit_minor = payer, payee, amount
    converts = books.rules[live.agreement].converts
    if converts:
        if converts == CONVERTS_BY_DEALER:
            reason = bind_quote(books, payment)
        else:
            reason = _convert(books, payment, debtor_currency)
        if reason != 0:
            return reason
    if _exceeds(books, currency, amount):
        return _SYSTEM_LIMIT
    return _NO


@inner_kernel
def has_rate(books: Books, payment: Number) -> bool:
    """Return whether the day has a rate for a payment in two currencies.

    A return that is converted as its original was needs none.
    """
    if is_return(books, payment) and books.rules[books.live[payment].agreement].returns_at_original:
        return True
    agreement, payer = np.int64(books.live[payment].agreement), np.int64(books.live[payment].payer)
    return bool(books.sides[agreement, side_of(books, agreement, payer)].rate_found)


@inner_kernel
def count_in(books: Books, arrivals: Arrivals, row: Number, payment: Number) -> None:
    """Count an accepted payment against the day's ceilings."""
    if is_return(books, payment):
        count_return_in(books, np.int64(arrivals.currency[row]), payment)
        return
    live, amount = books.live[payment], books.rows[payment].amount_minor
    books.terms[live.agreement, arrivals.currency[row]].day_used += amount
    books.counters[COUNTER_EXPOSURE + arrivals.currency[row]] += amount
    converts = books.rules[live.agreement].converts
    # What a dealer will take is counted when it does: it may still change.
    if converts == CONVERTS_AT_FIXING and has_rate(books, payment):
        held = hold_minor(books, payment)
        books.counters[COUNTER_EXPOSURE + arrivals.debtor_currency[row]] += held


@inner_kernel
def _convert(books: Books, payment: Number, debtor_currency: Number) -> Number:
    """Note what the payer's side pays at the day's rate; return 0 or a reason."""
    live = books.live[payment]
    live.debit_minor = 0
    if not has_rate(books, payment):
        return _NO
    agreement = np.int64(live.agreement)
    side = books.sides[agreement, side_of(books, agreement, np.int64(live.payer))]
    debit = multiply_divide_int64(
        books.rows[payment].amount_minor, side.rate_numerator, side.rate_denominator
    )
    if debit <= 0:
        return _AMOUNT_ZERO
    if debit > _AMOUNT_MAX:
        return _TOO_LARGE
    live.debit_minor = debit
    if _exceeds(books, debtor_currency, hold_minor(books, payment)):
        return _SYSTEM_LIMIT
    return _NO


@inner_kernel
def _exceeds(books: Books, currency: Number, amount: Number) -> bool:
    """Return whether an amount more could make a sum of the currency too large to count."""
    return bool(books.counters[COUNTER_EXPOSURE + currency] > _BALANCE_MAX - amount)
