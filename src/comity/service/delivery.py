"""Outgoing messages of a day, made from the journal: the same journal gives the same bytes.

Each outbox entry becomes one message or, where it is too long for one, several. Names say where a
message comes from (record, recipient, kind, part), so that delivering again writes the same files
again and never another. A repeated instruction gets the answer that stood when it was repeated, not
what became of it since.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, assert_never

import numpy as np

from comity.business_calendar import days_to_date
from comity.ledger import Record
from comity.messages.definitions import FORWARDED_PAYMENTS_MAX, STATUS_LINES_MAX
from comity.messages.writing import (
    Envelope,
    StatusLine,
    write_forwarded,
    write_rejection,
    write_status_report,
)
from comity.money import currency_by_number
from comity.payments.codes import Definition, EventKind
from comity.payments.lifecycle import State as PaymentState
from comity.payments.packing import Payload, unpack_payload
from comity.payments.reasons import Reason
from comity.payments.rows import EVENT_ROW, Rows
from comity.service.committing import Ledger
from comity.service.outbox import operator_of, refused_messages, settled_events, told_events
from comity.service.ports import OutboxKind
from comity.service.texts import PaymentTexts

_FIELD = "\x1f"
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

    def messages_of(self, record: Record) -> Iterator[Outgoing]:
        """Yield the messages of one record, in the order of its outbox."""
        payload = unpack_payload(record.payload)
        for entry in self._ledger.journal.outbox(record.sequence):
            number = self._participants.index(entry.recipient)
            match entry.kind:
                case OutboxKind.STATUS_REPORT:
                    yield from self._status_reports(record, payload, number)
                case OutboxKind.FORWARDED:
                    yield from self._forwarded(record, payload, number)
                case OutboxKind.REJECTION:
                    yield from self._rejections(record, payload, number)
                case _:
                    assert_never(entry.kind)

    def _envelope(self, record: Record, receiver: int, kind: str, part: int) -> Envelope:
        name = f"R{record.sequence:07d}-P{receiver:04d}-{kind}-{part:04d}"
        return Envelope(self._system, self._participants[receiver], name, record.at_us)

    def _outgoing(self, envelope: Envelope, data: bytes) -> Outgoing:
        return Outgoing(envelope.receiver, f"{envelope.message_id}.xml", data)

    def _status_reports(
        self, record: Record, payload: Payload, receiver: int
    ) -> Iterator[Outgoing]:
        told = self._answers.told_of(record, payload)
        mine = told[self._rows["instructing"][told["subject"]] == receiver]
        for part, start in enumerate(range(0, len(mine), STATUS_LINES_MAX), 1):
            lines = [self._line(event) for event in mine[start : start + STATUS_LINES_MAX]]
            envelope = self._envelope(record, receiver, "pacs002", part)
            yield self._outgoing(envelope, write_status_report(envelope, lines))

    def _line(self, event: Any) -> StatusLine:
        payment = int(event["subject"])
        row = self._rows[payment]
        message = self._texts.message_text_of(int(row["message"])).split(_FIELD)
        state, reason = PaymentState(int(event["after"])), Reason(int(event["reason"]))
        moved = reason in _MOVES_THE_DATE
        return StatusLine(
            transaction=self._texts.text_of(payment),
            message_id=message[1],
            definition=Definition(int(row["definition"])),
            state=state,
            reason=reason,
            new_date=days_to_date(int(event["value"])) if moved else None,
            at_us=int(event["at_us"]) if state in _TELLS_A_TIME else None,
        )

    def _forwarded(self, record: Record, payload: Payload, receiver: int) -> Iterator[Outgoing]:
        settled = settled_events(payload.outcome.events)
        payments = settled["subject"][self._rows["instructed"][settled["subject"]] == receiver]
        ordered = sorted(payments.tolist(), key=self._kind_of)
        part = 0
        for (definition, number), group in groupby(ordered, key=self._kind_of):
            members = list(group)
            for start in range(0, len(members), FORWARDED_PAYMENTS_MAX):
                part += 1
                chunk = members[start : start + FORWARDED_PAYMENTS_MAX]
                code = currency_by_number(number).code
                envelope = self._envelope(
                    record, receiver, f"{_SHORT[Definition(definition)]}{code}", part
                )
                yield self._outgoing(envelope, self._forward(record, envelope, definition, chunk))

    def _kind_of(self, payment: int) -> tuple[int, int]:
        row = self._rows[payment]
        return int(row["definition"]), int(row["currency"])

    def _forward(
        self, record: Record, envelope: Envelope, definition: int, payments: Sequence[int]
    ) -> bytes:
        texts = [self._texts.text_of(payment) for payment in payments]
        day = days_to_date(record.business_day)
        return write_forwarded(envelope, Definition(definition), texts, day)

    def _rejections(self, record: Record, payload: Payload, receiver: int) -> Iterator[Outgoing]:
        operator = self._participants.index(self._system)
        refused, receivers = refused_messages(payload.batch.messages, operator)
        for part, row in enumerate(refused[receivers == receiver], 1):
            path, message_id, identifier, _, _, words = payload.batch.text_of(row).split(_FIELD)
            envelope = self._envelope(record, receiver, "admi002", part)
            reason = Reason(int(row["fault"]))
            # The operator finds a message without a reference by its file.
            words = f"{words} ({path})" if row["sender"] < 0 else words
            data = write_rejection(envelope, identifier or message_id, reason, words)
            yield self._outgoing(envelope, data)


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
            told = told_events(unpack_payload(record.payload).outcome.events)
            told = told[told["kind"] == EventKind.PAYMENT]
            self._last[told["subject"]] = told
            self._sequence = record.sequence


_SHORT = {
    Definition.PACS_008: "pacs008",
    Definition.PACS_009: "pacs009",
    Definition.PACS_009_COV: "pacs009c",
}
