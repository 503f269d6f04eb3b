"""Outgoing messages of a day, made from the journal: the same journal gives the same bytes.

Each outbox entry becomes one message or, where it is too long for one, several. Names say where a
message comes from (record, recipient, kind, part), so that delivering again writes the same files
again and never another. A repeated instruction gets the answer that stood when it was repeated, not
what became of it since.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TypeVar, assert_never

import numpy as np
from numpy.typing import NDArray

from comity.business_calendar import days_to_date
from comity.ledger import Record
from comity.messages.definitions import FORWARDED_PAYMENTS_MAX, ORDER_LINES_MAX, STATUS_LINES_MAX
from comity.messages.excerpts import message_id_of
from comity.messages.reading import MESSAGE_FIELD
from comity.messages.writing import (
    Envelope,
    StatusLine,
    with_credited_amount,
    write_cancellation_request,
    write_forwarded,
    write_receipt,
    write_rejection,
    write_resolution,
    write_status_report,
)
from comity.money import currency_by_number
from comity.payments.codes import AgentRequest, Definition, EventKind
from comity.payments.lifecycle import State as PaymentState
from comity.payments.packing import Payload, unpack_payload
from comity.payments.reasons import Reason
from comity.payments.rows import EVENT_ROW, Rows
from comity.service.agent_requests import lines_of, write_agent_request
from comity.service.committing import Ledger
from comity.service.daybooks import records_of
from comity.service.order_texts import OrderTexts
from comity.service.outbox import (
    answered_orders,
    asked_events,
    forwarded_requests,
    operator_of,
    refused_messages,
    settled_events,
    told_events,
)
from comity.service.ports import OutboxKind
from comity.service.texts import PaymentTexts

_Key = TypeVar("_Key", int, tuple[int, int, int])
_Item = TypeVar("_Item")
_Kind = tuple[int, int, int]
"""What one forwarded message holds: receiver, definition, ISO 4217 number."""

_MESSAGES_KEPT = 65_536
_STATES = {int(one): one for one in PaymentState}
_REASONS = {int(one): one for one in Reason}
_DEFINITIONS = {int(one): one for one in Definition}
_MOVES_THE_DATE = (Reason.ROLLED_LATE, Reason.ROLLED_AT_CLOSE)
_TELLS_A_TIME = (PaymentState.SETTLED, PaymentState.ACCEPTED)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message on its way out.

    Attributes:
        receiver: BIC.
        name: file name, unique in the journal.
        data: the message, header and document.
    """

    receiver: str
    name: str
    data: bytes


def outgoing_of(ledger: Ledger, day: date) -> Iterator[Outgoing]:
    """Yield every message of a day, in the order of its records and their outbox."""
    delivery = Delivery(ledger)
    for record in records_of(ledger, day):
        yield from delivery.messages_of(record)


class Delivery:
    """Renders what the outbox of a journal lists."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._texts = PaymentTexts(ledger)
        state = ledger.state
        self._rows = state.known_books().rows
        self._participants = state.known_chart().participants
        self._system = operator_of(state)
        self._answers = _Answers(ledger)
        self._order_texts = OrderTexts(ledger, self._texts)
        self._message_id = lru_cache(_MESSAGES_KEPT)(
            lambda number: message_id_of(self._texts.message_text_of(number))
        )

    def messages_of(self, record: Record) -> Iterator[Outgoing]:
        """Yield the messages of one record by kind, as its outbox lists them.

        Within a kind, a message comes when it is full, the rest in the order of the participants:
        so each payment's text is read once, in order, however many participants are told.
        """
        payload = unpack_payload(record.payload)
        for kind in dict.fromkeys(one.kind for one in self._ledger.journal.outbox(record.sequence)):
            match kind:
                case OutboxKind.STATUS_REPORT:
                    yield from self._status_reports(record, payload)
                case OutboxKind.FORWARDED:
                    yield from self._forwarded(record, payload)
                case OutboxKind.REJECTION:
                    yield from self._rejections(record, payload)
                case OutboxKind.RESOLUTION:
                    yield from self._resolutions(record, payload)
                case OutboxKind.RECEIPT:
                    yield from self._receipts(record, payload)
                case OutboxKind.CANCELLATION_REQUEST:
                    yield from self._requests(record, payload)
                case OutboxKind.AGENT_REQUEST:
                    yield from self._agent_requests(record, payload)
                case _:
                    assert_never(kind)

    def _envelope(self, record: Record, receiver: int, kind: str, part: int) -> Envelope:
        name = f"R{record.sequence:07d}-P{receiver:04d}-{kind}-{part:04d}"
        return Envelope(self._system, self._participants[receiver], name, record.at_us)

    def _outgoing(self, envelope: Envelope, data: bytes) -> Outgoing:
        return Outgoing(envelope.receiver, f"{envelope.message_id}.xml", data)

    def _status_reports(self, record: Record, payload: Payload) -> Iterator[Outgoing]:
        told = self._answers.told_of(record, payload)
        receivers = self._rows["instructing"][told["subject"]]
        # A sender that is no participant cannot be told.
        told, receivers = told[receivers >= 0], receivers[receivers >= 0]
        lines = zip(receivers.tolist(), self._lines(told), strict=True)
        for receiver, part, chunk in _in_parts(lines, STATUS_LINES_MAX):
            envelope = self._envelope(record, receiver, "pacs002", part)
            yield self._outgoing(envelope, write_status_report(envelope, chunk))

    def _lines(self, told: Rows) -> Iterator[StatusLine]:
        payments = told["subject"].astype(np.int64)
        columns = [told[name].tolist() for name in ("after", "reason", "value", "at_us")]
        columns += [self._rows[name][payments].tolist() for name in ("message", "definition")]
        texts = self._texts.texts_of(payments)
        for text, after, code, value, at_us, message, definition in zip(
            texts, *columns, strict=True
        ):
            state, reason = _STATES[after], _REASONS[code]
            yield StatusLine(
                transaction=text,
                message_id=self._message_id(message),
                definition=_DEFINITIONS[definition],
                state=state,
                reason=reason,
                new_date=days_to_date(value) if reason in _MOVES_THE_DATE else None,
                at_us=at_us if state in _TELLS_A_TIME else None,
            )

    def _forwarded(self, record: Record, payload: Payload) -> Iterator[Outgoing]:
        payments = settled_events(payload.outcome.events)["subject"].astype(np.int64)
        payments = payments[self._rows["instructed"][payments] >= 0]
        credited = self._returned_credits(payments)
        columns = [self._rows[name][payments] for name in ("instructed", "definition", "currency")]
        for place, (_, currency) in credited.items():
            columns[-1][place] = currency
        keys = list(zip(*(column.tolist() for column in columns), strict=True))
        before = _parts_before(Counter(keys), FORWARDED_PAYMENTS_MAX)
        day = days_to_date(record.business_day)
        texts = zip(keys, self._texts_to_forward(payments, credited), strict=True)
        for key, part, chunk in _in_parts(texts, FORWARDED_PAYMENTS_MAX):
            receiver, number, currency = key
            definition = _DEFINITIONS[number]
            kind = f"{_SHORT[definition]}{currency_by_number(currency).code}"
            envelope = self._envelope(record, receiver, kind, before[key] + part)
            yield self._outgoing(envelope, write_forwarded(envelope, definition, chunk, day))

    def _returned_credits(self, payments: NDArray[np.int64]) -> dict[int, tuple[int, int]]:
        """Return by place the credit and its currency of returns in two currencies."""
        state = self._ledger.state
        books, currencies = state.known_books(), state.known_chart().currencies
        returns, width = books.returns.rows, len(currencies)
        found = {}
        is_return = self._rows["definition"][payments] == Definition.PACS_004
        for place in np.flatnonzero(is_return).tolist():
            payment = int(payments[place])
            number = currencies[int(books.live["payee"][payment]) % width]
            if number != self._rows["currency"][payment]:
                row = returns[np.searchsorted(returns["payment"], payment)]
                found[place] = (int(row["credit_minor"]), number)
        return found

    def _texts_to_forward(
        self, payments: NDArray[np.int64], credited: Mapping[int, tuple[int, int]]
    ) -> Iterator[str]:
        """Yield the transactions, a return in two currencies with the amount that is credited."""
        for place, text in enumerate(self._texts.texts_of(payments)):
            if place not in credited:
                yield text
                continue
            minor, number = credited[place]
            yield with_credited_amount(text, minor, currency_by_number(number).code)

    def _rejections(self, record: Record, payload: Payload) -> Iterator[Outgoing]:
        operator = self._participants.index(self._system)
        refused, receivers = refused_messages(payload.batch.messages, operator)
        parts: Counter[int] = Counter()
        for place in np.argsort(receivers, kind="stable").tolist():
            row, receiver = refused[place], int(receivers[place])
            parts[receiver] += 1
            path, message_id, identifier, _, _, words = payload.batch.text_of(row).split(
                MESSAGE_FIELD
            )
            envelope = self._envelope(record, receiver, "admi002", parts[receiver])
            reason = Reason(int(row["fault"]))
            # The operator finds a message without a reference by its file.
            words = f"{words} ({path})" if row["sender"] < 0 else words
            data = write_rejection(envelope, identifier or message_id, reason, words)
            yield self._outgoing(envelope, data)

    def _resolutions(self, record: Record, payload: Payload) -> Iterator[Outgoing]:
        """Yield the answers to requests to cancel: a message holds those that say the same."""
        lines = self._order_texts.resolution_lines(answered_orders(payload.outcome.events))
        parts: Counter[int] = Counter()
        for (receiver, _, _), _, chunk in _in_parts(lines, ORDER_LINES_MAX):
            parts[receiver] += 1
            envelope = self._envelope(record, receiver, "camt029", parts[receiver])
            yield self._outgoing(envelope, write_resolution(envelope, chunk))

    def _receipts(self, record: Record, payload: Payload) -> Iterator[Outgoing]:
        lines = self._order_texts.receipt_lines(answered_orders(payload.outcome.events))
        for receiver, part, chunk in _in_parts(lines, ORDER_LINES_MAX):
            envelope = self._envelope(record, receiver, "camt025", part)
            yield self._outgoing(envelope, write_receipt(envelope, chunk))

    def _requests(self, record: Record, payload: Payload) -> Iterator[Outgoing]:
        asked = forwarded_requests(answered_orders(payload.outcome.events))
        lines = self._order_texts.request_lines(asked)
        for receiver, part, chunk in _in_parts(lines, ORDER_LINES_MAX):
            envelope = self._envelope(record, receiver, "camt056", part)
            yield self._outgoing(envelope, write_cancellation_request(envelope, chunk))

    def _agent_requests(self, record: Record, payload: Payload) -> Iterator[Outgoing]:
        """Yield what settlement agents are asked: to reserve, settle, forget, or report on legs."""
        asked = asked_events(payload.outcome.events)
        day = days_to_date(record.business_day)
        for request in AgentRequest:
            lines = lines_of(self._ledger.state, self._texts, asked, request, day)
            for receiver, part, chunk in _in_parts(lines, ORDER_LINES_MAX):
                envelope = self._envelope(record, receiver, request.name.lower(), part)
                yield self._outgoing(envelope, write_agent_request(envelope, request, chunk, day))


def _in_parts(
    items: Iterable[tuple[_Key, _Item]], items_max: int
) -> Iterator[tuple[_Key, int, list[_Item]]]:
    """Yield items by key in parts of at most so many, numbered from 1: full ones as they fill."""
    collected: dict[_Key, list[_Item]] = {}
    parts: Counter[_Key] = Counter()
    for key, item in items:
        held = collected.setdefault(key, [])
        if len(held) == items_max:
            parts[key] += 1
            yield key, parts[key], held
            collected[key] = held = []
        held.append(item)
    for key in sorted(collected):
        yield key, parts[key] + 1, collected[key]


def _parts_before(counts: Mapping[_Kind, int], items_max: int) -> dict[_Kind, int]:
    """Return how many parts of the same receiver stand before each kind of its messages."""
    before: dict[_Kind, int] = {}
    parts: Counter[int] = Counter()
    for key in sorted(counts):
        before[key] = parts[key[0]]
        parts[key[0]] += -(-counts[key] // items_max)
    return before


class _Answers:
    """The last answer to each payment, carried forward through the journal in order."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._last = np.zeros(ledger.state.payment_count, EVENT_ROW)
        self._sequence = 0  # the last record that is in `_last`

    def told_of(self, record: Record, payload: Payload) -> Rows:
        """Return what a record tells of, each repetition replaced by the answer it repeats."""
        told: Rows = told_events(payload.outcome.events)
        places = np.flatnonzero(told["kind"] == EventKind.DUPLICATE)
        if not len(places):
            return told
        self._go_to(record.sequence - 1)
        told = told.copy()
        for place in places.tolist():
            payment = told["subject"][place]
            before = np.flatnonzero(told["subject"][:place] == payment)
            told[place] = told[before[-1]] if len(before) else self._last[payment]
        return told

    def _go_to(self, sequence: int) -> None:
        if sequence < self._sequence:
            self._last[:], self._sequence = 0, 0
        for record in self._ledger.journal.records(self._sequence):
            if record.sequence > sequence:
                break
            events = unpack_payload(record.payload).outcome.events
            events = events[events["kind"] == EventKind.PAYMENT]
            # A withdrawal is told by the answer to the order; who sends the payment again is told.
            told = (events["rests"] == 1) | (events["after"] == PaymentState.CANCELLED)
            self._last[events["subject"][told]] = events[told]
            self._sequence = record.sequence


_SHORT = {
    Definition.PACS_008: "pacs008",
    Definition.PACS_009: "pacs009",
    Definition.PACS_009_COV: "pacs009c",
    Definition.PACS_004: "pacs004",
}
