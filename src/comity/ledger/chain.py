"""The journal's records and the hash chain that binds them.

A record is hashed over its header, the previous hash and its payload, with a domain prefix, so
that neither order nor content can change without a trace. The payload is opaque here.
"""

import hashlib
import struct
from dataclasses import dataclass

_DOMAIN = b"comity journal record 1\0"
_HEADER = struct.Struct("<qqqqqqqqi")
GENESIS_HASH = bytes(32)
"""What the first record names as its predecessor."""


@dataclass(frozen=True, slots=True)
class Record:
    """One batch in the journal.

    Attributes:
        sequence: 1, 2, 3 … without a gap.
        first_event: sequence of its first event; `event_count` follow.
        first_transfer: sequence of its first transfer; `transfer_count` follow.
        first_payment: number of its first new payment; `payment_count` follow.
        at_us: time of its last command.
        business_day: days since 1970-01-01, 0 before the first day was opened.
        engine_version: version of the engine that made the events.
        payload: packed commands and events.
    """

    sequence: int
    first_event: int
    event_count: int
    first_transfer: int
    transfer_count: int
    first_payment: int
    payment_count: int
    at_us: int
    business_day: int
    engine_version: str
    previous_hash: bytes
    hash: bytes
    payload: bytes


def record_hash(record: Record) -> bytes:
    """Return the SHA-256 that the record should carry; `record.hash` is not read."""
    header = _HEADER.pack(
        record.sequence,
        record.first_event,
        record.event_count,
        record.first_transfer,
        record.transfer_count,
        record.first_payment,
        record.payment_count,
        record.at_us,
        record.business_day,
    )
    version = record.engine_version.encode()
    digest = hashlib.sha256(_DOMAIN)
    digest.update(record.previous_hash)
    digest.update(header)
    digest.update(struct.pack("<i", len(version)))
    digest.update(version)
    digest.update(record.payload)
    return digest.digest()


def chain_record(
    previous: Record | None,
    *,
    counts: tuple[int, int, int],
    at_us: int,
    business_day: int,
    engine_version: str,
    payload: bytes,
) -> Record:
    """Return the record that follows `previous`, hashed.

    Args:
        previous: the journal's head, None for the first record.
        counts: numbers of events, transfers and new payments of the batch.
        at_us: time of the batch's last command.
        business_day: days since 1970-01-01, 0 before the first day was opened.
        engine_version: version of the engine that made the events.
        payload: packed commands and events.
    """
    events, transfers, payments = counts
    draft = Record(
        sequence=previous.sequence + 1 if previous else 1,
        first_event=previous.first_event + previous.event_count if previous else 0,
        event_count=events,
        first_transfer=previous.first_transfer + previous.transfer_count if previous else 0,
        transfer_count=transfers,
        first_payment=previous.first_payment + previous.payment_count if previous else 0,
        payment_count=payments,
        at_us=at_us,
        business_day=business_day,
        engine_version=engine_version,
        previous_hash=previous.hash if previous else GENESIS_HASH,
        hash=b"",
        payload=payload,
    )
    return _with_hash(draft)


def _with_hash(draft: Record) -> Record:
    values = {name: getattr(draft, name) for name in Record.__slots__}
    values["hash"] = record_hash(draft)
    return Record(**values)
