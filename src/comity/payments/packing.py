"""A batch and what it caused as bytes, and back: the payload of a journal record.

Layout, all little-endian: a magic, seven lengths, the controls as canonical JSON, then the
tables as they lie in memory. Nothing is compressed: the bytes that are hashed are the bytes the
engine read and wrote.
"""

import struct
from dataclasses import dataclass
from typing import Any

import numpy as np

from comity.errors import ProofFailedError
from comity.payments.commands import CommandBatch, Outcome, pack_controls, unpack_controls
from comity.payments.rows import EVENT_ROW, MESSAGE_ROW, PAYMENT_ROW, TRANSFER_ROW, Rows

_MAGIC = b"COMITY\x00\x01"
_LENGTHS = struct.Struct("<6q")
_HEAD = len(_MAGIC) + _LENGTHS.size


class PayloadError(ProofFailedError):
    """A record's payload is not one this format describes."""


@dataclass(frozen=True, slots=True)
class Payload:
    """A record's content, read back; arrays look into the bytes and cannot be written."""

    batch: CommandBatch
    outcome: Outcome


def pack_payload(batch: CommandBatch, outcome: Outcome) -> bytes:
    """Return the bytes of a batch and its outcome."""
    tables = (batch.messages, batch.payments, outcome.events, outcome.transfers)
    parts = [
        memoryview(pack_controls(batch.controls)),
        memoryview(batch.text),
        *map(_bytes_of, tables),
    ]
    # Joined straight from where the tables lie: the payload is the only copy that is made.
    return b"".join([_MAGIC, _LENGTHS.pack(*map(len, parts)), *parts])


def _bytes_of(table: Rows) -> memoryview:
    return np.ascontiguousarray(table).view(np.uint8).data


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
    controls, text, messages, payments, events, transfers = parts
    return Payload(
        CommandBatch(
            unpack_controls(bytes(controls)),
            _table(messages, MESSAGE_ROW),
            _table(payments, PAYMENT_ROW),
            bytes(text),
        ),
        Outcome(_table(events, EVENT_ROW), _table(transfers, TRANSFER_ROW)),
    )


def _table(data: memoryview, layout: np.dtype[Any]) -> Rows:
    if len(data) % layout.itemsize:
        raise PayloadError(f"payload: {len(data)} bytes are not rows of {layout.itemsize}")
    return np.frombuffer(data, layout)
