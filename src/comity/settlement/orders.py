"""What banks order to be done with payments of their own: found, decided, carried out, answered.

A batch carries orders beside the messages they came in. Admission stops behind such a message, and
its orders are obeyed there, so that batches of any size cause the same events. Orders are few, so
this is Python; what they change in queues is done by the same kernels as everything else.

Only the instructing agent of a payment may order anything. Whoever else names it is told what is
told of a payment that there is not: nobody learns of another bank's payments.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from comity.money import currency_by_number
from comity.payments.codes import Definition, EventKind, OrderKind, OrderStatus
from comity.payments.commands import CommandBatch
from comity.payments.lifecycle import State as PaymentState
from comity.payments.reasons import Reason
from comity.payments.rows import ORDER_SCALE
from comity.queueing import NOBODY
from comity.settlement.changes import change
from comity.settlement.legs import end_pair_of, note_asked
from comity.settlement.outside_legs import take_answer
from comity.settlement.pair_table import other_leg_of, with_other_leg
from comity.settlement.repetitions import (
    Findings,
    find_by_reference,
    find_by_uetr,
    find_message,
)
from comity.settlement.returning import is_return, is_returned
from comity.settlement.state import State, append_orders
from comity.settlement.waiting_lists import give_back_ceilings, release_behind, take_out
from comity.settlement.writing import Writer

Int64s = NDArray[np.int64]

Concerns = tuple[int, int]
"""Numbers of an order and of a payment."""

Answer = tuple[OrderStatus, Reason]
"""How an order stands, and why."""

NO_PAYMENT = -1
"""Stands for the payment of an order that names none."""

LOCKED = frozenset({PaymentState.RESERVED, PaymentState.IN_CYCLE})
"""States in which a payment is irrevocable, and may yet come back to where it can be withdrawn."""

HELD = frozenset({PaymentState.HELD_SCREENING, PaymentState.HELD_REVIEW, PaymentState.FROZEN})
"""States in which somebody else decides first; told outward as if the payment were locked."""

WAITS = frozenset({PaymentState.WAREHOUSED, PaymentState.ACCEPTED, PaymentState.QUEUED})
"""States in which its sender alone may withdraw a payment."""

FINAL = frozenset(
    {
        PaymentState.SETTLED,
        PaymentState.CREDITED,
        PaymentState.CREDIT_HELD,
        PaymentState.BLOCKED,
    }
)
"""States in which only the creditor's side can give the money back."""

FROM_AGENT = frozenset({OrderKind.AGENT_RESERVED, OrderKind.AGENT_SETTLED, OrderKind.AGENT_REFUSED})
"""Orders that are a settlement agent's answers: of its books, not of a payment of its own."""

_NEVER = 2**62


@dataclass(frozen=True, slots=True)
class Carried:
    """The orders of a batch, by the messages they came in.

    Attributes:
        first: number of its first order in the journal.
        message_of: by order its message, as a place in the batch; ascending.
        found: which of the batch's messages are repetitions.
    """

    first: int
    message_of: NDArray[np.int32]
    found: Findings

    def next_from(self, place: int) -> int:
        """Return the first message with orders at or behind a place; beyond all where none is."""
        at = int(np.searchsorted(self.message_of, place))
        return int(self.message_of[at]) if at < len(self.message_of) else _NEVER

    def orders_of(self, place: int) -> range:
        """Return the numbers of the orders of a message."""
        start, end = np.searchsorted(self.message_of, [place, place + 1]).tolist()
        return range(self.first + start, self.first + end)


def take_over(state: State, batch: CommandBatch, found: Findings) -> Carried:
    """Number a batch's orders; called before its messages are taken over."""
    first, rows = state.order_count, batch.orders
    if len(rows):
        numbered = rows.copy()
        numbered["message"] += state.message_count
        append_orders(state, numbered)
    return Carried(first, rows["message"], found)


def obey(state: State, writer: Writer, at_us: int, carried: Carried, place: int) -> None:
    """Carry out the orders of a message, if it has any, and answer each.

    Args:
        state: as admission has left it behind that message.
        writer: takes events and transfers.
        at_us: when.
        carried: the batch's orders.
        place: of the message in the batch.
    """
    numbers = carried.orders_of(place)
    if not numbers:
        return
    original = int(carried.found.originals[place])
    if original >= 0:
        _answer_again(state, writer, at_us, original)
        return
    for number in numbers:
        order = state.orders[number]
        if carried.found.is_clash[place]:
            said = OrderStatus.REFUSED, Reason.DUPLICATE_REFERENCE
            _answer(state, writer, at_us, (number, NO_PAYMENT), said)
            continue
        if order["kind"] in FROM_AGENT:
            payment, said = take_answer(state, writer, at_us, order)
            _answer(state, writer, at_us, (number, payment), said)
            continue
        payments = list(_payments_meant(state, order))
        for payment in payments:
            if order["kind"] == OrderKind.MODIFY:
                said = change(state, writer, at_us, order, payment)
                _answer(state, writer, at_us, (number, payment), said)
            else:
                _cancel(state, writer, at_us, number, payment)
        if not payments:
            said = OrderStatus.REFUSED, Reason.NO_ORIGINAL
            _answer(state, writer, at_us, (number, NO_PAYMENT), said)
    conclude_pending(state, writer, at_us)


def conclude_pending(state: State, writer: Writer, at_us: int) -> None:
    """Answer the cancellations whose payments are not locked or held any more, by payment."""
    live = state.known_books().live if state.pending else None
    for payment in sorted(state.pending):
        assert live is not None, "there are pending cancellations"
        after = PaymentState(live["state"][payment])
        if _is_undecided(state, payment):
            continue
        for number in state.pending.pop(payment, []):
            if after in FINAL:
                said = OrderStatus.REFUSED, Reason.SETTLED_MEANWHILE
                _answer(state, writer, at_us, (number, payment), said)
            else:
                _cancel(state, writer, at_us, number, payment)


def _cancel(state: State, writer: Writer, at_us: int, number: int, payment: int) -> None:
    """Withdraw a payment, or say why it is not, or not yet."""
    before = PaymentState(state.known_books().live["state"][payment])
    if _is_undecided(state, payment):
        state.pending.setdefault(payment, []).append(number)
        note_asked(state, payment)
        status, reason = OrderStatus.PENDING, Reason.NONE
    elif before in WAITS:
        _withdraw_and_answer(state, writer, at_us, (number, payment))
        return
    elif before in FINAL and is_returned(state, payment):
        status, reason = OrderStatus.REFUSED, Reason.ALREADY_RETURNED
    elif before in FINAL and is_return(state, payment):
        status, reason = OrderStatus.REFUSED, Reason.RETURN_FINAL
    elif before in FINAL:
        status, reason = OrderStatus.FORWARDED, Reason.NONE
    else:
        status, reason = OrderStatus.REFUSED, Reason.ALREADY_ENDED
    _answer(state, writer, at_us, (number, payment), (status, reason))


def _is_undecided(state: State, payment: int) -> bool:
    """Return whether it is not for a payment's sender alone, or not yet, to withdraw it."""
    books = state.known_books()
    legs = with_other_leg(books, payment)
    states = {PaymentState(books.live["state"][leg]) for leg in legs}
    return not states.isdisjoint(LOCKED | HELD) or _needs_consent(state, payment)


def _needs_consent(state: State, payment: int) -> bool:
    """Return whether a payment is a leg of a matched trade that only one of its banks withdraws."""
    other = other_leg_of(state.known_books(), payment)
    return other != NOBODY and other not in state.pending


def _withdraw_and_answer(state: State, writer: Writer, at_us: int, concerns: Concerns) -> None:
    """Withdraw a payment, with the other leg if it has one, and answer all who asked for it."""
    _, payment = concerns
    legs = with_other_leg(state.known_books(), payment)
    withdraw(state, writer, at_us, payment)
    asked = [concerns, *((each, leg) for leg in legs[1:] for each in state.pending.pop(leg, []))]
    for each in asked:
        _answer(state, writer, at_us, each, (OrderStatus.DONE, Reason.NONE))
    release_behind(state, writer, at_us, np.array(legs, np.int32))


def withdraw(state: State, writer: Writer, at_us: int, payment: int) -> None:
    """End a payment that waits; its room under the day's ceiling of its agreement is given back.

    A leg of a matched trade ends with the other one. What may go now is left to the caller. No
    status report tells of it: the answer to the order does.
    """
    books = state.known_books()
    legs = np.array(with_other_leg(books, payment), np.int32)
    if books.live["state"][payment] != PaymentState.WAREHOUSED:
        for leg in legs.tolist():
            take_out(state, writer, at_us, leg)
        give_back_ceilings(state, legs)
        if books.rows["counter_currency"][payment]:
            end_pair_of(state, writer, at_us, payment)
    writer.change_states(
        books,
        at_us,
        legs,
        PaymentState.CANCELLED,
        reason=Reason.CANCELLED_BY_SENDER,
        is_told=False,
    )


def _payments_meant(state: State, order: Any) -> Iterable[int]:
    """Yield the payments that an order names, of its sender and with what it says of them."""
    numbers: Sequence[int]
    if order["kind"] == OrderKind.MODIFY:
        numbers = find_by_uetr(state, order, int(state.messages[int(order["message"])]["sender"]))
    elif order["kind"] == OrderKind.CANCEL_MESSAGE:
        message = find_message(state, order)
        rows = state.known_books().rows["message"][: state.payment_count]
        numbers = range(*np.searchsorted(rows, [message, message + 1]).tolist())
    else:
        payment = find_by_reference(state, order)
        numbers = range(payment, payment + 1)
    return (one for one in numbers if one >= 0 and _is_meant(state, order, one))


def _is_meant(state: State, order: Any, payment: int) -> bool:
    """Return whether a payment is the sender's, has come by now, and is as the order says."""
    books = state.known_books()
    row = books.rows[payment]
    if books.live["state"][payment] == PaymentState.NONE:
        # Of a later message of the same batch.
        return False
    sender = int(state.messages[int(order["message"])]["sender"])
    if sender < 0 or row["instructing"] != sender:
        return False
    for name, unsaid in (("value_date", 0), ("currency", 0), ("instructed", -1)):
        if order[name] not in (unsaid, row[name]):
            return False
    if order["definition"] >= 0 and order["definition"] != _family(row["definition"]):
        return False
    if (order["uetr_high"] or order["uetr_low"]) and (
        order["uetr_high"] != row["uetr_high"] or order["uetr_low"] != row["uetr_low"]
    ):
        return False
    return bool(order["amount_scaled"] < 0 or int(order["amount_scaled"]) == _scaled(row))


def _family(definition: int) -> int:
    """Return the definition that a message names: a cover payment is a pacs.009 like others."""
    is_cover = definition == Definition.PACS_009_COV
    return int(Definition.PACS_009 if is_cover else definition)


def _scaled(row: Any) -> int:
    """Return a payment's amount in 1/100,000 of a major unit, -1 where its currency is unknown."""
    if not row["currency"]:
        return -1
    exponent = currency_by_number(int(row["currency"])).exponent
    return int(row["amount_minor"]) * int(10 ** (ORDER_SCALE - exponent))


def _answer(state: State, writer: Writer, at_us: int, concerns: Concerns, said: Answer) -> None:
    """Write how an order stands with a payment, and remember it for whoever asks again."""
    state.answers[concerns] = said
    _write(state, writer, at_us, EventKind.ORDER, concerns)


def _answer_again(state: State, writer: Writer, at_us: int, original: int) -> None:
    """Answer every order of a message as it stands now, because the message came again."""
    messages = state.orders["message"]
    numbers = range(*np.searchsorted(messages, [original, original + 1]).tolist())
    for concerns in sorted(key for key in state.answers if key[0] in numbers):
        _write(state, writer, at_us, EventKind.ORDER_REPEATED, concerns)


def _write(state: State, writer: Writer, at_us: int, kind: EventKind, concerns: Concerns) -> None:
    number, payment = concerns
    status, reason = state.answers[concerns]
    detail = int(state.orders[number]["kind"])
    writer.event(
        at_us, kind, number, after=status, value=payment, detail=detail, reason=int(reason)
    )
