"""Payment versus payment: which two payments are the legs of one trade, and what becomes of both.

A leg names its trade and what it wants in return. The first leg that comes waits, in no queue, so
that it holds nobody up; with the second they are matched, if each pays just what the other wants.
From then on neither settles without the other. Which pair a leg belongs to is found by its trade
and its two banks; the legs themselves carry nothing. Where another system settles the currency of
one leg, that leg stands in no queue; `outside_kernel` says what becomes of it.
"""

import numpy as np

from comity.numba_kernel import Number, constant, inner_kernel, outer_kernel, step_kernel
from comity.payments.codes import EventKind, Mechanism, PairState, TransferKind
from comity.payments.lifecycle import State
from comity.payments.reasons import Reason
from comity.settlement.posting_kernel import (
    change_state,
    close_group,
    post_between,
    write_event,
)
from comity.settlement.tables import (
    COUNTER_CURRENCIES,
    COUNTER_RESOLVE,
    PAIRS_MADE,
    PAIRS_QUEUED,
    PAIRS_SLOTS,
    PAIRS_UNMATCHED,
    Books,
    Int32s,
    Output,
)

_NO = constant(0)
_ONE = constant(1)
_NONE = constant(-1)
_UNMATCHED = constant(PairState.UNMATCHED)
_MATCHED = constant(PairState.MATCHED)
_BOTH_RESERVED = constant(PairState.BOTH_RESERVED)
_SETTLED = constant(PairState.SETTLED)
_STATE_SETTLED = constant(State.SETTLED)
_PVP = constant(Mechanism.PVP)
_PAYMENT = constant(TransferKind.PAYMENT)
_PAIR = constant(EventKind.PAIR)
_CONTRADICTED = constant(Reason.PVP_CONTRADICTED)
_TRADE_USED = constant(Reason.PVP_TRADE_USED)
# Any odd number spreads the banks over the slots; the trade's key is spread already.
_SPREAD = constant(0x9E3779B1)


@inner_kernel
def has_pairs(books: Books) -> bool:
    """Return whether some agreement of the scheme links legs."""
    return len(books.pairs.slots) > 0


@inner_kernel
def is_leg(books: Books, payment: Number) -> bool:
    """Return whether a payment is a leg, which settles only with the other."""
    return bool(has_pairs(books) and books.rows[payment].counter_currency != 0)


@inner_kernel
def has_leg_outside(books: Books, leg: Number) -> bool:
    """Return whether another system settles the currency of a leg, or that of the other one."""
    return bool(books.rules[books.live[leg].agreement].outside >= 0)


@inner_kernel
def settles_outside(books: Books, payment: Number) -> bool:
    """Return whether another system settles the currency in which a payment is debited."""
    live = books.live[payment]
    currency = live.payer % books.counters[COUNTER_CURRENCIES]
    return bool(books.rules[live.agreement].outside == currency)


@step_kernel
def pair_of(books: Books, payment: Number) -> Number:
    """Return the latest pair of a leg's trade, -1 where no leg of it was ever accepted."""
    return np.int64(books.pairs.slots[_slot_of(books, payment)].pair)


@step_kernel
def other_leg(books: Books, payment: Number) -> Number:
    """Return the other leg of a matched one, -1 as long as there is none."""
    row = books.pairs.rows[pair_of(books, payment)]
    return np.int64(row.second if row.first == payment else row.first)


@step_kernel
def judge_leg(books: Books, payment: Number) -> Number:
    """Return 0, or why a leg cannot belong to its trade; its agreement must be known.

    A trade that ended without settling may be sent anew.
    """
    number = pair_of(books, payment)
    if number < 0:
        return _NO
    pair = books.pairs.rows[number]
    if pair.state in (_MATCHED, _BOTH_RESERVED, _SETTLED):
        return _TRADE_USED
    if pair.state != _UNMATCHED:
        return _NO
    one, other = books.rows[pair.first], books.rows[payment]
    if one.debtor_agent == other.debtor_agent:
        return _TRADE_USED
    agrees = (
        one.currency == other.counter_currency
        and other.currency == one.counter_currency
        and one.amount_minor == other.counter_minor
        and other.amount_minor == one.counter_minor
        and books.live[pair.first].agreement == books.live[payment].agreement
    )
    return _NO if agrees else _CONTRADICTED


@step_kernel
def waiting_leg(books: Books, payment: Number) -> Number:
    """Return the leg that waits for this one, -1 none."""
    number = pair_of(books, payment)
    if number < 0 or books.pairs.rows[number].state != _UNMATCHED:
        return _NONE
    return np.int64(books.pairs.rows[number].first)


@step_kernel
def join_pair(books: Books, out: Output, at_us: Number, payment: Number) -> None:
    """Let an accepted leg complete the pair of the one that waits for it, or begin a new one."""
    slot = books.pairs.slots[_slot_of(books, payment)]
    counts = books.pairs.counts
    if waiting_leg(books, payment) >= 0:
        pair = books.pairs.rows[slot.pair]
        pair.second = payment
        pair.state = _MATCHED
        counts[PAIRS_UNMATCHED] -= 1
        _write(out, at_us, slot.pair, _MATCHED, _NO, payment)
        return
    if slot.pair < 0:
        row = books.rows[payment]
        slot.trade = row.trade
        slot.lower = min(row.debtor_agent, row.creditor_agent)
        slot.higher = max(row.debtor_agent, row.creditor_agent)
        counts[PAIRS_SLOTS] += 1
    slot.pair = counts[PAIRS_MADE]
    counts[PAIRS_MADE] += 1
    counts[PAIRS_UNMATCHED] += 1
    pair = books.pairs.rows[slot.pair]
    pair.first = payment
    pair.second = _NONE
    pair.state = _UNMATCHED
    pair.asked = pair.in_doubt = _NO
    pair.agent_us = _NO
    _write(out, at_us, slot.pair, _UNMATCHED, _NO, payment)


@step_kernel
def end_pair(
    books: Books, out: Output, at_us: Number, payment: Number, after: Number, reason: Number
) -> None:
    """End the pair of a leg; what becomes of the legs themselves is for the caller."""
    number = pair_of(books, payment)
    books.pairs.rows[number].state = after
    if books.pairs.rows[number].asked != 0:
        # Whoever asked to withdraw it is told at once that it is too late.
        books.counters[COUNTER_RESOLVE] = _ONE
    _write(out, at_us, number, after, reason, _NO)


@step_kernel
def settle_both(books: Books, out: Output, at_us: Number, legs: tuple[Number, Number]) -> None:
    """Post both legs of a trade as one group; they have left their queues, and are covered."""
    for leg in legs:
        live = books.live[leg]
        payer, payee = np.int64(live.payer), np.int64(live.payee)
        post_between(books, out, at_us, payer, payee, live.debit_minor, _PAYMENT, leg)
    close_group(books)
    for leg in legs:
        books.live[leg].mechanism = _PVP
        change_state(books, out, at_us, leg, _STATE_SETTLED, _NO, _ONE, _PVP)
    end_pair(books, out, at_us, legs[0], _SETTLED, _NO)


@inner_kernel
def move_pair(books: Books, out: Output, at_us: Number, number: Number, after: Number) -> None:
    """Bring a pair into another state in which it is not ended."""
    books.pairs.rows[number].state = after
    _write(out, at_us, number, after, _NO, _NO)


@outer_kernel
def find_other_legs(books: Books, payments: Int32s, links: Int32s) -> None:
    """Note by position the number of the other leg of each payment that waits with one."""
    for i in range(len(payments)):
        payment = np.int64(payments[i])
        if is_leg(books, payment):
            number = pair_of(books, payment)
            if number < 0 or books.pairs.rows[number].state != _MATCHED:
                continue
            pair = books.pairs.rows[number]
            # Of the same trade there may be others, which were refused or have ended.
            if payment in (pair.first, pair.second):
                links[i] = other_leg(books, payment)


@inner_kernel
def count_queued_pair(books: Books, change: Number) -> None:
    """Count a pair whose legs come to stand in queues (1), or leave them (-1)."""
    books.pairs.counts[PAIRS_QUEUED] += change


@inner_kernel
def _slot_of(books: Books, payment: Number) -> Number:
    """Return the slot of a leg's trade between its two banks, or the free one where it belongs."""
    row, slots = books.rows[payment], books.pairs.slots
    lower = min(row.debtor_agent, row.creditor_agent)
    higher = max(row.debtor_agent, row.creditor_agent)
    at = first_slot(row.trade, lower, higher, len(slots))
    while slots[at].pair >= 0 and not (
        slots[at].trade == row.trade and slots[at].lower == lower and slots[at].higher == higher
    ):
        at = (at + _ONE) & (len(slots) - 1)
    return np.int64(at)


@inner_kernel
def first_slot(trade: Number, lower: Number, higher: Number, slots: Number) -> Number:
    """Return the slot in which a trade between two banks stands if nobody came before it."""
    banks = np.int64(lower) << 32 | np.int64(higher)
    return (np.int64(trade) ^ (banks * _SPREAD)) & (np.int64(slots) - 1)


@inner_kernel
def _write(
    out: Output, at_us: Number, pair: Number, after: Number, reason: Number, value: Number
) -> None:
    event = out.events[out.filled[0]]
    write_event(out, at_us, _PAIR, pair, reason, _ONE, value)
    event.after = after
