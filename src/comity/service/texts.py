"""Canonical transactions of payments, fetched from the journal when someone wants to read them.

Texts are by far the largest part of a payment and nothing decides by them, so they stay in the
journal. A few unpacked records are kept, since payments are mostly read in order.
"""

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property, lru_cache

from comity.payments.packing import unpack_payload
from comity.service.committing import Ledger

_RECORDS_KEPT = 64


@dataclass(frozen=True, slots=True)
class _Places:
    """Where texts begin: for each record its first payment and its first message."""

    sequences: list[int]
    payments: list[int]
    messages: list[int]


class PaymentTexts:
    """Looks up what a payment's instruction said, by payment number.

    The journal is read through when the first text is asked for, not before.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._rows = ledger.state.known_books().rows
        self._journal = ledger.journal
        self._messages = ledger.state.messages
        self._text = lru_cache(_RECORDS_KEPT)(self._fetch)

    @cached_property
    def _places(self) -> _Places:
        places = _Places([], [], [])
        message = 0
        for record in self._journal.records():
            places.sequences.append(record.sequence)
            places.payments.append(record.first_payment)
            places.messages.append(message)
            message += len(unpack_payload(record.payload).batch.messages)
        return places

    def _fetch(self, sequence: int) -> bytes:
        record = next(iter(self._journal.records(sequence - 1)))
        return unpack_payload(record.payload).batch.text

    def text_of(self, number: int) -> str:
        """Return the canonical transaction of a payment."""
        row = self._rows[number]
        at = bisect_right(self._places.payments, number) - 1
        return self._slice(self._places.sequences[at], row["text_start"], row["text_length"])

    def message_text_of(self, number: int) -> str:
        """Return the text of a message: path, identifiers, what was wrong with it."""
        row = self._messages[number]
        at = bisect_right(self._places.messages, number) - 1
        return self._slice(self._places.sequences[at], row["text_start"], row["text_length"])

    def _slice(self, sequence: int, start: int, length: int) -> str:
        return self._text(sequence)[int(start) : int(start) + int(length)].decode()
