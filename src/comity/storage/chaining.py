"""The check every store makes before it writes: the record follows the head."""

from comity.errors import ProofFailedError
from comity.ledger import GENESIS_HASH, Record
from comity.service.ports import Entry


class ChainError(ProofFailedError):
    """A record does not follow the journal's head: another writer, or a stale state."""


def check_follows(head: Record | None, entry: Entry) -> None:
    """Raise ChainError unless the entry's record is the next one after `head`."""
    record = entry.record
    expected = (head.sequence + 1, head.hash) if head else (1, GENESIS_HASH)
    if (record.sequence, record.previous_hash) != expected:
        raise ChainError(
            f"record {record.sequence} after {record.previous_hash.hex()[:16]}: expected record"
            f" {expected[0]} after {expected[1].hex()[:16]}"
        )
