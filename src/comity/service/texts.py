"""Canonical transactions of payments, fetched from the journal when someone wants to read them.

Texts are by far the largest part of a payment and nothing decides by them, so they stay in the
journal. The texts of a few records are kept, since payments are mostly read in order.
"""

from collections import OrderedDict
from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from comity.payments.packing import unpack_payload
from comity.service.committing import Ledger

RECORDS_KEPT: Final = 8
"""Records whose texts are kept: read in order, more would not be asked for again."""

_CHUNK: Final = 4096


class PaymentTexts:
    """Looks up what a payment's instruction said, by payment number."""

    def __init__(self, ledger: Ledger) -> None:
        self._journal = ledger.journal
        self._rows = ledger.state.known_books().rows
        self._messages = ledger.state.messages
        self._orders = ledger.state.orders
        sequences, payments, messages, orders = [], [], [], []
        message = order = 0
        for record in ledger.journal.records():
            sequences.append(record.sequence)
            payments.append(record.first_payment)
            messages.append(message)
            orders.append(order)
            batch = unpack_payload(record.payload).batch
            message += len(batch.messages)
            order += len(batch.orders)
        self._sequences = np.array(sequences, np.int64)
        self._first_payments = np.array(payments, np.int64)
        self._first_messages = np.array(messages, np.int64)
        self._first_orders = np.array(orders, np.int64)
        self._kept: OrderedDict[int, bytes] = OrderedDict()

    def text_of(self, number: int) -> str:
        """Return the canonical transaction of a payment."""
        return next(self.texts_of(np.array([number])))

    def texts_of(self, numbers: NDArray[np.int64]) -> Iterator[str]:
        """Yield the canonical transaction of each payment; quickest in the order of numbers."""
        return self._slices(numbers, self._rows, self._first_payments)

    def message_text_of(self, number: int) -> str:
        """Return the text of a message: path, identifiers, what was wrong with it."""
        return next(self._slices(np.array([number]), self._messages, self._first_messages))

    def order_text_of(self, number: int) -> str:
        """Return the text of an order, see `comity.messages.orders`."""
        return next(self._slices(np.array([number]), self._orders, self._first_orders))

    def _slices(
        self, numbers: NDArray[np.int64], rows: NDArray[np.void], firsts: NDArray[np.int64]
    ) -> Iterator[str]:
        """Yield the piece of text each row names, in the record that each number belongs to."""
        for start in range(0, len(numbers), _CHUNK):
            chunk = numbers[start : start + _CHUNK]
            # Of several records that begin with the same number, only the last one holds it.
            places = np.searchsorted(firsts, chunk, side="right") - 1
            begins = rows["text_start"][chunk]
            ends = begins + rows["text_length"][chunk]
            current, text = -1, b""
            for sequence, begin, end in zip(
                self._sequences[places].tolist(), begins.tolist(), ends.tolist(), strict=True
            ):
                if sequence != current:
                    current, text = sequence, self._text(sequence)
                yield text[begin:end].decode()

    def _text(self, sequence: int) -> bytes:
        if sequence in self._kept:
            self._kept.move_to_end(sequence)
        else:
            record = next(iter(self._journal.records(sequence - 1)))
            self._kept[sequence] = unpack_payload(record.payload).batch.text
            if len(self._kept) > RECORDS_KEPT:
                self._kept.popitem(last=False)
        return self._kept[sequence]
