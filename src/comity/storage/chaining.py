"""The checks every store makes as it writes: the record follows, and no limit is passed.

The engine has decided by the same rules long before; this is the second lock on the door.
"""

from collections.abc import Mapping

from comity.errors import ProofFailedError
from comity.ledger import GENESIS_HASH, Record
from comity.service.ports import Entry


class ChainError(ProofFailedError):
    """A record does not follow the journal's head: another writer, or a stale state."""


class EntryRefusedError(ProofFailedError):
    """The store's own rules refuse an entry: an account below its limit, a transfer of nothing."""


def check_follows(head: Record | None, entry: Entry) -> None:
    """Raise ChainError unless the entry's record is the next one after `head`."""
    record = entry.record
    expected = (head.sequence + 1, head.hash) if head else (1, GENESIS_HASH)
    if (record.sequence, record.previous_hash) != expected:
        raise ChainError(
            f"record {record.sequence} after {record.previous_hash.hex()[:16]}: expected record"
            f" {expected[0]} after {expected[1].hex()[:16]}"
        )


def check_money(limits: Mapping[int, int | None], entry: Entry) -> None:
    """Raise EntryRefusedError where a transfer moves nothing or an account passes its limit.

    Args:
        limits: minor units below zero by account number; None is unlimited.
        entry: the batch.
    """
    name = f"record {entry.record.sequence}"
    amounts = entry.transfers["amount_minor"]
    if len(amounts) and int(amounts.min()) <= 0:
        raise EntryRefusedError(f"{name}: found a transfer of {int(amounts.min())}, expected more")
    for one in entry.touched:
        limit_minor = limits[one.account]
        free_minor = one.posted_minor - one.held_minor
        if one.held_minor < 0 or (limit_minor is not None and free_minor < -limit_minor):
            raise EntryRefusedError(
                f"{name}: account {one.account} would have {one.posted_minor} with"
                f" {one.held_minor} held, expected at least {-(limit_minor or 0)} free"
            )
