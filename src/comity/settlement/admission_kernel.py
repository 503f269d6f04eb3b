"""What happens to a payment on arrival: the checks in their fixed order, then its route.

The order is part of the contract, from the most to the least fundamental: a key used before, what
the reader found wrong, the parties and the amount, the date, times that contradict one another, the
sanctions lists, the agreement (of a return its original, see `return_judgement_kernel`), the cut-
off, times that the day does not have, the agreement's limits, the accounts, the amount converted.
The first that fails decides.
"""

import numpy as np

from comity.numba_kernel import Number, constant, inner_kernel, outer_kernel, step_kernel
from comity.payments.codes import Definition, EventKind, Priority
from comity.payments.lifecycle import State
from comity.payments.reasons import Reason
from comity.settlement.caps_kernel import (
    fits_cap,
    has_caps,
    join_and_relieve,
    join_cycle,
    wait_for_room,
)
from comity.settlement.entry_kernel import count_waiting
from comity.settlement.judgement_kernel import (
    Arrivals,
    agreement_of,
    count_in,
    has_rate,
    judge_amounts,
    judge_instruction,
)
from comity.settlement.pair_kernel import is_leg, join_pair, judge_leg, settles_outside, waiting_leg
from comity.settlement.posting_kernel import change_state, write_event
from comity.settlement.release_kernel import settle_or_queue
from comity.settlement.tables import (
    CONVERTS_AT_FIXING,
    COUNTER_DAY,
    COUNTER_RESOLVE,
    MODE_BOTH,
    MODE_CYCLE,
    Books,
    Bools,
    Int32s,
    Output,
)

_NO = constant(0)
_YES = constant(1)
_RECEIVED = constant(State.RECEIVED)
_VALIDATED = constant(State.VALIDATED)
_REJECTED = constant(State.REJECTED)
_HELD = constant(State.HELD_SCREENING)
_WAREHOUSED = constant(State.WAREHOUSED)
_ACCEPTED = constant(State.ACCEPTED)
_QUEUED = constant(State.QUEUED)

_DATE_PAST = constant(Reason.DATE_PAST)
_HIT = constant(Reason.SCREENING_HIT)
_LATE = constant(Reason.RECEIVED_LATE)
_ROLLED_LATE = constant(Reason.ROLLED_LATE)
_OUTSIDE = constant(Reason.SETTLED_OUTSIDE)
_CAP = constant(Reason.NET_DEBIT_CAP)
_AWAITS = constant(Reason.AWAITS_FROM_TIME)
_CONTRADICTORY = constant(Reason.TIMES_CONTRADICTORY)
_OF_A_LEG = constant(Reason.TIMES_OF_A_LEG)
_UNMATCHED = constant(Reason.PVP_UNMATCHED)
_TAKEN_OUT = constant(-1)
_RATE_MISSING = constant(Reason.RATE_MISSING)

_MESSAGE = constant(EventKind.MESSAGE)
_DUPLICATE = constant(EventKind.DUPLICATE)
_ALARM = constant(EventKind.ALARM)
_PACS_008 = constant(Definition.PACS_008)
_NORMAL = constant(Priority.NORMAL)


@outer_kernel
def admit(
    books: Books,
    out: Output,
    arrivals: Arrivals,
    span: tuple[int, int],
    since: Number,
    work: Int32s,
    listed: Bools,
) -> tuple[Number, Number]:
    """Admit the messages `span[0]` … `span[1] − 1` with their payments, in order.

    Args:
        books: changed in place.
        out: where events and transfers go.
        arrivals: the prepared batch.
        span: the first message and the one behind the last.
        since: the row to begin with; beyond the first of its message where that was begun.
        work: an empty work-list.
        listed: its marks.

    Returns:
        The message in which a payment makes a resolution due and the row behind that payment, to
        go on with; or the end of the span.
    """
    row: Number = since
    for message in range(span[0], span[1]):
        at_us = arrivals.message_at_us[message]
        number = arrivals.message_number[message]
        is_new = number >= 0
        if is_new and row == arrivals.message_first[message]:
            write_event(out, at_us, _MESSAGE, number, arrivals.message_fault[message], _YES, _NO)
        end = arrivals.message_first[message + 1]
        while row < end:
            if arrivals.payment[row] < 0:
                write_event(out, at_us, _DUPLICATE, arrivals.owner[row], _NO, _YES, number)
            elif not is_new or _validate(books, out, arrivals, row, at_us):
                payment = arrivals.payment[row]
                if _may_be_accepted(books, out, arrivals, row, at_us) and _accept(
                    books, out, at_us, payment, work, listed
                ):
                    # Called here alone, and not further in: it is most of what is compiled.
                    settle_or_queue(books, out, at_us, payment, work, listed)
            row += 1
            if books.counters[COUNTER_RESOLVE] != 0:
                return np.int64(message), row
    return np.int64(span[1]), row


@inner_kernel
def _validate(books: Books, out: Output, arrivals: Arrivals, row: Number, at_us: Number) -> bool:
    """Receive a payment and return whether it can be carried out as far as no agreement says."""
    payment, clash = arrivals.payment[row], arrivals.clash[row]
    instruction = books.rows[payment]
    change_state(books, out, at_us, payment, _RECEIVED, _NO, _NO, _NO)
    if arrivals.alarm[row]:
        write_event(out, at_us, _ALARM, payment, clash, _NO, arrivals.owner[row])
    reason = clash
    if reason == 0:
        reason = np.int64(instruction.fault)
    if reason == 0:
        reason = judge_instruction(books, payment)
    if reason == 0 and instruction.value_date < books.counters[COUNTER_DAY]:
        reason = _DATE_PAST
    noted = np.int64(books.live[payment].times)
    if reason == 0 and noted in (_CONTRADICTORY, _OF_A_LEG):
        reason = noted
    if reason != 0:
        change_state(books, out, at_us, payment, _REJECTED, reason, _YES, _NO)
        return False
    books.live[payment].value_date = instruction.value_date
    books.live[payment].priority = instruction.priority
    change_state(books, out, at_us, payment, _VALIDATED, _NO, _NO, _NO)
    return True


@inner_kernel
def _may_be_accepted(
    books: Books, out: Output, arrivals: Arrivals, row: Number, at_us: Number
) -> bool:
    """Hold, refuse or warehouse a payment, or count it in and return that it is to be accepted."""
    payment = arrivals.payment[row]
    if arrivals.hit[row]:
        change_state(books, out, at_us, payment, _HELD, _HIT, _YES, _NO)
        return False
    agreement, reason = agreement_of(books, out, arrivals, row, payment, at_us)
    if reason == 0:
        books.live[payment].agreement = agreement
        if _is_for_later(books, agreement, payment):
            _warehouse(books, out, at_us, payment, _NO)
            return False
        if _is_late(books, agreement, payment, at_us):
            if books.rules[agreement].late_rolls:
                books.live[payment].value_date = books.rules[agreement].next_day
                _warehouse(books, out, at_us, payment, _ROLLED_LATE)
                return False
            reason = _LATE
        else:
            reason = np.int64(books.live[payment].times)
            if reason in (_NO, _AWAITS):
                reason = judge_amounts(books, arrivals, row, payment)
            if reason == 0 and is_leg(books, payment):
                reason = judge_leg(books, payment)
            elif reason == 0 and settles_outside(books, payment):
                reason = _OUTSIDE
    if reason != 0:
        change_state(books, out, at_us, payment, _REJECTED, reason, _YES, _NO)
        return False
    count_in(books, arrivals, row, payment)
    return True


@inner_kernel
def _is_for_later(books: Books, agreement: Number, payment: Number) -> bool:
    """Return whether a payment settles on a later day; no day is one on which a party rests."""
    today = books.counters[COUNTER_DAY]
    if books.live[payment].value_date <= today and not books.rules[agreement].is_open:
        books.live[payment].value_date = books.rules[agreement].next_day
    return bool(books.live[payment].value_date > today)


@inner_kernel
def _is_late(books: Books, agreement: Number, payment: Number, at_us: Number) -> bool:
    if books.rows[payment].definition == _PACS_008:
        return bool(at_us > books.rules[agreement].customer_us)
    return bool(at_us > books.rules[agreement].interbank_us)


@inner_kernel
def _warehouse(books: Books, out: Output, at_us: Number, payment: Number, reason: Number) -> None:
    """Keep a payment for its date; one judged again that still has to wait stays as it is."""
    date = np.int64(books.live[payment].value_date)
    if books.live[payment].state != _WAREHOUSED:
        change_state(books, out, at_us, payment, _WAREHOUSED, reason, _YES, date)


@inner_kernel
def _accept(
    books: Books, out: Output, at_us: Number, payment: Number, work: Int32s, listed: Bools
) -> bool:
    """Accept a payment, send it to a cycle if its agreement says so, or return that it goes gross.

    One in two currencies without a rate of the day stands in no queue: no money that arrives
    could release it. Nor does one before its from time. A return under an agreement that is no
    longer in force settles gross: no cycle of it comes any more.
    """
    if books.live[payment].times == _AWAITS:
        change_state(books, out, at_us, payment, _ACCEPTED, _NO, _NO, _NO)
        change_state(books, out, at_us, payment, _QUEUED, _AWAITS, _YES, _NO)
        # It stands in no queue that a resolution could choose from.
        count_waiting(books, payment, _TAKEN_OUT)
        return False
    if is_leg(books, payment):
        return _is_complete(books, out, at_us, payment)
    if _is_netted(books, payment):
        _enter_cycle(books, out, at_us, payment, work, listed)
        return False
    change_state(books, out, at_us, payment, _ACCEPTED, _NO, _NO, _NO)
    converts = books.rules[books.live[payment].agreement].converts
    if converts == CONVERTS_AT_FIXING and not has_rate(books, payment):
        change_state(books, out, at_us, payment, _QUEUED, _RATE_MISSING, _YES, _NO)
        return False
    return True


@inner_kernel
def _is_netted(books: Books, payment: Number) -> bool:
    """Return whether a payment's agreement, still in force, sends it to a netting cycle."""
    rule = books.rules[books.live[payment].agreement]
    is_normal = books.live[payment].priority == _NORMAL
    in_cycles = rule.mode == MODE_CYCLE or (rule.mode == MODE_BOTH and is_normal)
    return bool(in_cycles and rule.valid_until >= books.counters[COUNTER_DAY])


@step_kernel
def _is_complete(books: Books, out: Output, at_us: Number, leg: Number) -> bool:
    """Accept a leg; return whether it is to settle gross with the other, or to be queued with it.

    One that comes first stands in no queue: it would hold up what can settle without it. Two that
    are netted wait for the cycles of their currencies, which settle in one act.
    """
    other = waiting_leg(books, leg)
    is_netted = other >= 0 and _is_netted(books, leg) and _is_netted(books, other)
    change_state(books, out, at_us, leg, _ACCEPTED, _NO, np.int64(is_netted), _NO)
    join_pair(books, out, at_us, leg)
    if other < 0:
        change_state(books, out, at_us, leg, _QUEUED, _UNMATCHED, _YES, _NO)
        # It stands in no queue that a resolution could choose from.
        count_waiting(books, leg, _TAKEN_OUT)
    if is_netted:
        join_cycle(books, other)
        join_cycle(books, leg)
    return bool(other >= 0 and not is_netted)


@inner_kernel
def _enter_cycle(
    books: Books, out: Output, at_us: Number, payment: Number, work: Int32s, listed: Bools
) -> None:
    """Let an accepted payment wait for its cycle, or for room under its payer's net debit cap."""
    if not has_caps(books):
        change_state(books, out, at_us, payment, _ACCEPTED, _NO, _YES, _NO)
        join_cycle(books, payment)
    elif fits_cap(books, payment):
        change_state(books, out, at_us, payment, _ACCEPTED, _NO, _YES, _NO)
        join_and_relieve(books, payment, work, listed)
    else:
        change_state(books, out, at_us, payment, _ACCEPTED, _NO, _NO, _NO)
        change_state(books, out, at_us, payment, _QUEUED, _CAP, _YES, _NO)
        # It stands in no queue that a resolution could choose from.
        count_waiting(books, payment, _TAKEN_OUT)
        wait_for_room(books, payment)


@outer_kernel
def wait_for_next_cycle(books: Books, payments: Int32s, work: Int32s, listed: Bools) -> None:
    """Let payments, in the order given, wait for their next cycle, behind all who do already."""
    for i in range(len(payments)):
        payment = np.int64(payments[i])
        if not has_caps(books):
            join_cycle(books, payment)
        elif fits_cap(books, payment):
            join_and_relieve(books, payment, work, listed)
        else:
            wait_for_room(books, payment)
