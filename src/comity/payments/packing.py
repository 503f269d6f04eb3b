"""A batch and what it caused as bytes, and back: the payload of a journal record.

Layout, all little-endian: a magic whose last byte is the version, nine lengths, the controls as
canonical JSON, the text that rows point into, then the tables of messages, payments, orders, times,
quotations, events and transfers as `narrow_columns` describes them. A batch and its outcome have
exactly one form, so what is hashed is what the engine read and wrote.
"""

import struct
from dataclasses import dataclass
from itertools import chain

from comity.payments.commands import (
    CommandBatch,
    Control,
    Outcome,
    pack_controls,
    unpack_controls,
)
from comity.payments.narrow_columns import PayloadError, pack_table, unpack_table
from comity.payments.rows import (
    EVENT_ROW,
    MESSAGE_ROW,
    ORDER_ROW,
    PAYMENT_ROW,
    QUOTED_ROW,
    TIMES_ROW,
    TRANSFER_ROW,
)

_MAGIC = b"COMITY\x00\x05"
_LENGTHS = struct.Struct("<9q")
_HEAD = len(_MAGIC) + _LENGTHS.size


@dataclass(frozen=True, slots=True)
class Payload:
    """A record's content, read back; its arrays cannot be written."""

    batch: CommandBatch
    outcome: Outcome


def pack_payload(batch: CommandBatch, outcome: Outcome) -> bytes:
    """Return the bytes of a batch and its outcome."""
    sections = (
        [memoryview(pack_controls(batch.controls))],
        [memoryview(batch.text)],
        *map(pack_table, (batch.messages, batch.payments, batch.orders)),
        *map(pack_table, (batch.times, batch.quoted)),
        *map(pack_table, (outcome.events, outcome.transfers)),
    )
    lengths = (sum(map(len, section)) for section in sections)
    # Joined straight from the narrowed columns: the payload is the only copy of them.
    return b"".join(chain([_MAGIC, _LENGTHS.pack(*lengths)], *sections))


def unpack_payload(data: bytes) -> Payload:
    """Return what `pack_payload` packed.

    Raises:
        PayloadError: the bytes do not have the format.
    """
    if data[: len(_MAGIC)] != _MAGIC or len(data) < _HEAD:
        raise PayloadError(f"payload: found {data[:8]!r}, expected {_MAGIC!r}: not a comity record")
    lengths = _LENGTHS.unpack_from(data, len(_MAGIC))
    if min(lengths) < 0 or _HEAD + sum(lengths) != len(data):
        expected = _HEAD + sum(lengths)
        raise PayloadError(f"payload: found {len(data)} bytes, expected {expected}")
    view = memoryview(data)
    parts = []
    start = _HEAD
    for length in lengths:
        parts.append(view[start : start + length])
        start += length
    controls, text, messages, payments, orders, times, quoted, events, transfers = parts
    return Payload(
        CommandBatch(
            _controls(bytes(controls)),
            unpack_table(messages, MESSAGE_ROW),
            unpack_table(payments, PAYMENT_ROW),
            unpack_table(orders, ORDER_ROW),
            unpack_table(times, TIMES_ROW),
            unpack_table(quoted, QUOTED_ROW),
            bytes(text),
        ),
        Outcome(unpack_table(events, EVENT_ROW), unpack_table(transfers, TRANSFER_ROW)),
    )


def _controls(data: bytes) -> tuple[Control, ...]:
    try:
        controls = unpack_controls(data)
    except (ValueError, TypeError, RecursionError) as error:
        raise PayloadError(f"payload: found controls that cannot be read: {error}") from error
    for one in controls:
        if type(one.at_us) is not int or type(one.body) is not dict:
            raise PayloadError(f"payload: found the control {one}, expected a time and a document")
    return controls
