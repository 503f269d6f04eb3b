"""Canonical transactions of payments, fetched from the journal when someone wants to read them.

Texts are by far the largest part of a payment and nothing decides by them, so they stay in the
journal. A few unpacked records are kept, since payments are mostly read in order.
"""

from bisect import bisect_right
from functools import lru_cache

from comity.payments.packing import unpack_payload
from comity.service.committing import Ledger

_RECORDS_KEPT = 64


class PaymentTexts:
    """Looks up what a payment's instruction said, by payment number."""

    def __init__(self, ledger: Ledger) -> None:
        self._rows = ledger.state.known_books().rows
        self._journal = ledger.journal
        self._messages = ledger.state.messages
        self._firsts: list[int] = []
        self._sequences: list[int] = []
        self._first_messages: list[int] = []
        message = 0
        for record in ledger.journal.records():
            payload = unpack_payload(record.payload)
            self._firsts.append(record.first_payment)
            self._sequences.append(record.sequence)
            self._first_messages.append(message)
            message += len(payload.batch.messages)
        self._text = lru_cache(_RECORDS_KEPT)(self._fetch)

    def _fetch(self, sequence: int) -> bytes:
        record = next(iter(self._journal.records(sequence - 1)))
        return unpack_payload(record.payload).batch.text

    def text_of(self, number: int) -> str:
        """Return the canonical transaction of a payment."""
        row = self._rows[number]
        at = bisect_right(self._firsts, number) - 1
        return self._slice(self._sequences[at], row["text_start"], row["text_length"])

    def message_text_of(self, number: int) -> str:
        """Return the text of a message: path, identifiers, what was wrong with it."""
        row = self._messages[number]
        at = bisect_right(self._first_messages, number) - 1
        return self._slice(self._sequences[at], row["text_start"], row["text_length"])

    def _slice(self, sequence: int, start: int, length: int) -> str:
        return self._text(sequence)[int(start) : int(start) + int(length)].decode()
