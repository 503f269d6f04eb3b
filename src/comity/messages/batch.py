"""Messages that were read, put together into the columns of one batch."""

import struct
from collections.abc import Sequence
from typing import Final

import numpy as np

from comity.messages.reading import MessageReader, ReadMessage
from comity.payments.commands import CommandBatch
from comity.payments.rows import MESSAGE_ROW, ORDER_ROW, PAYMENT_ROW, QUOTED_ROW, TIMES_ROW, Rows

# The words of digest and key are little-endian, so their bytes stand as they are.
_ROW: Final = struct.Struct("<32s16s3q3ih2b")
assert _ROW.size == MESSAGE_ROW.itemsize, "the packed row is the layout of MESSAGE_ROW"


class BatchBuilder:
    """Collects read messages into one batch of columns."""

    def __init__(self, reader: MessageReader) -> None:
        self._reader = reader
        self._read: list[ReadMessage] = []
        self.payment_count = 0

    def add(self, path: str, data: bytes) -> None:
        """Read a file and add it to the batch."""
        self.add_read(self._reader.read(path, data))

    def add_read(self, message: ReadMessage) -> None:
        """Add a message that was read before."""
        self._read.append(message)
        self.payment_count += len(message.payment_texts)

    def take(self) -> CommandBatch:
        """Return the batch, messages in the order they were added, and start a new one."""
        messages, self._read, self.payment_count = self._read, [], 0
        rows, payments = _message_rows(messages), _payment_rows(messages)
        orders = _order_rows(messages)
        texts = [message.text for message in messages]
        for message in messages:
            texts.extend(message.payment_texts)
        for message in messages:
            texts.extend(message.order_texts)
        _place_texts(rows, payments, orders)
        return CommandBatch(
            messages=rows,
            payments=payments,
            orders=orders,
            times=_times_rows(messages),
            quoted=_quoted_rows(messages),
            text=b"".join(texts),
        )


def _payment_rows(messages: Sequence[ReadMessage]) -> Rows:
    packed = bytearray(b"".join([message.payments for message in messages]))
    rows = np.frombuffer(packed, PAYMENT_ROW)
    counts = [len(message.payment_texts) for message in messages]
    rows["message"] = np.repeat(np.arange(len(messages)), counts)
    # UETRs are packed as they are written, most significant byte first.
    for half in ("uetr_high", "uetr_low"):
        rows[half] = rows[half].byteswap()
    return rows


def _times_rows(messages: Sequence[ReadMessage]) -> Rows:
    found, first = [], 0
    for message in messages:
        found += [(*asked, first + position) for position, *asked in message.times]
        first += len(message.payment_texts)
    return np.array(found, TIMES_ROW)


def _quoted_rows(messages: Sequence[ReadMessage]) -> Rows:
    found, first = [], 0
    for message in messages:
        found += [(minor, first + at, day, code) for at, minor, day, code in message.quoted]
        first += len(message.payment_texts)
    return np.array(found, QUOTED_ROW)


def _order_rows(messages: Sequence[ReadMessage]) -> Rows:
    packed = bytearray(b"".join([message.orders for message in messages]))
    rows = np.frombuffer(packed, ORDER_ROW)
    rows["message"] = np.repeat(
        np.arange(len(messages)), [len(message.order_texts) for message in messages]
    )
    return rows


def _message_rows(messages: Sequence[ReadMessage]) -> Rows:
    packed = bytearray(
        b"".join(
            [
                _ROW.pack(
                    message.sha256,
                    message.key,
                    message.arrival_us,
                    message.byte_count,
                    0,
                    len(message.text),
                    message.sender,
                    len(message.payment_texts),
                    message.fault,
                    message.definition,
                    0,
                )
                for message in messages
            ]
        )
    )
    return np.frombuffer(packed, MESSAGE_ROW)


def _place_texts(*tables: Rows) -> None:
    """Let the rows point to their texts, which stand table by table."""
    start = 0
    for rows in tables:
        lengths = rows["text_length"].astype(np.int64)
        ends = start + np.cumsum(lengths)
        rows["text_start"] = ends - lengths
        start = int(ends[-1]) if len(rows) else start
