"""What the use cases need from outside, as small protocols; adapters stand above this package.

Each port has an adapter that keeps everything in memory and one contract test that every adapter
passes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from comity.ledger import Account, Record


class Touched(NamedTuple):
    """One account that a batch moved money on."""

    account: int
    debits_minor: int  # sums over the batch
    credits_minor: int
    posted_minor: int  # balance after it
    held_minor: int


class OutboxKind(StrEnum):
    """What kind of message an outbox entry becomes."""

    STATUS_REPORT = "pacs.002"  # where the recipient's instructions rest now
    FORWARDED = "forwarded"  # settled instructions, pacs.008 or pacs.009 as they came
    REJECTION = "admi.002"  # messages that could not be read


class OutboxEntry(NamedTuple):
    """Something to be told to a participant because of a batch; rendered on delivery."""

    recipient: str  # BIC
    kind: OutboxKind
    facts: int  # how many it tells of


@dataclass(frozen=True, slots=True)
class Entry:
    """What one commit makes durable, all or nothing.

    Attributes:
        record: the journal's next record.
        accounts: accounts opened by it.
        transfers: `TRANSFER_ROW` table, sequence from `record.first_transfer`.
        touched: balances after the batch.
        outbox: what must be told because of it.
    """

    record: Record
    accounts: Sequence[Account]
    transfers: NDArray[Any]
    touched: Sequence[Touched]
    outbox: Sequence[OutboxEntry]


class StoredBalance(NamedTuple):
    """A balance as the store keeps it beside the journal."""

    name: str
    posted_minor: int
    held_minor: int


class Journal(Protocol):
    """The durable record of everything, with one writer."""

    def head(self) -> Record | None:
        """Return the last record, None for an empty journal."""
        ...

    def append(self, entry: Entry) -> None:
        """Make an entry durable; when this returns, it survives a power cut.

        Raises:
            ChainError: the record does not follow the head.
            StorageError: the store refused; nothing of the entry is kept.
        """
        ...

    def records(self, after: int = 0) -> Iterator[Record]:
        """Yield the records with a sequence above `after`, in order."""
        ...

    def balances(self) -> dict[int, StoredBalance]:
        """Return the stored balances by account number."""
        ...

    def transfers(self, record: Record) -> NDArray[np.void]:
        """Return the stored transfer rows of a record, as a `TRANSFER_ROW` table."""
        ...

    def outbox(self, sequence: int) -> tuple[OutboxEntry, ...]:
        """Return the outbox entries of one record."""
        ...

    def touched(self, sequence: int) -> tuple[Touched, ...]:
        """Return the account movements of one record, by account number."""
        ...

    def close(self) -> None:
        """Let go of the store; no call may follow."""
        ...


class MessageSource(Protocol):
    """Where a day's messages come from."""

    @property
    def path(self) -> str:
        """Name of the message, as its user would name it; unique."""
        ...

    def read(self) -> bytes:
        """Return its bytes; of one above `MESSAGE_BYTES_MAX`, one byte more than that."""
        ...

    def digest(self) -> tuple[bytes, int]:
        """Return the SHA-256 and the number of all its bytes, in bounded memory."""
        ...
