"""What the use cases need from outside, as small protocols; adapters stand above this package.

Each port has an adapter that keeps everything in memory and one contract test that every adapter
passes.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from comity.ledger import Account, Record
from comity.netting import Selection
from comity.settlement.selection_problems import SelectionProblem


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
    RESOLUTION = "camt.029"  # how the recipient's requests to cancel stand
    RECEIPT = "camt.025"  # what became of the recipient's requests to modify
    CANCELLATION_REQUEST = "camt.056"  # requests of others to cancel what the recipient was paid
    AGENT_REQUEST = "agent"  # what the recipient is asked about legs that it settles outside


class OutboxEntry(NamedTuple):
    """Something to be told to a participant because of a batch; rendered on delivery."""

    recipient: str  # BIC
    kind: OutboxKind
    facts: int  # how many it tells of


@dataclass(frozen=True, slots=True)
class Closing:
    """What closing a business day fixes.

    Attributes:
        business_day: days since 1970-01-01.
        posted_minor: closing balance by account number.
    """

    business_day: int
    posted_minor: Mapping[int, int]


class Anchor(NamedTuple):
    """What every participant is given at a close: with it nothing before can be rewritten."""

    business_day: int
    sequence: int  # of the record that closed the day
    hash: bytes


@dataclass(frozen=True, slots=True)
class Entry:
    """What one commit makes durable, all or nothing.

    Attributes:
        record: the journal's next record.
        accounts: accounts opened by it.
        transfers: `TRANSFER_ROW` table, sequence from `record.first_transfer`.
        touched: balances after the batch.
        outbox: what must be told because of it.
        closing: the day it closes, None where it closes none; the record becomes its anchor.
    """

    record: Record
    accounts: Sequence[Account]
    transfers: NDArray[Any]
    touched: Sequence[Touched]
    outbox: Sequence[OutboxEntry]
    closing: Closing | None = None


class StoredBalance(NamedTuple):
    """A balance as the store keeps it beside the journal."""

    name: str
    posted_minor: int
    held_minor: int


class RowCounts(NamedTuple):
    """How many rows a store keeps beside the records; nothing may be there that no record made."""

    transfers: int
    touched: int
    outbox: int
    closings: int


class Journal(Protocol):
    """The durable record of everything, with one writer.

    Every method that reads raises StorageError where the store cannot be read, and
    DamagedDatabaseError where what it holds cannot be a journal.
    """

    def head(self) -> Record | None:
        """Return the last record, None for an empty journal."""
        ...

    def append(self, entry: Entry) -> None:
        """Make an entry durable; when this returns, it survives a power cut.

        Raises:
            ChainError: the record does not follow the head: nothing was written.
            StorageError: the store refused, or another writer was there first. The entry is not
                durable, or it is as a whole (an error at the very end of a commit leaves that
                open): let go of this journal, open it again and read its head.
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

    def accounts(self) -> tuple[Account, ...]:
        """Return the chart of accounts, by number."""
        ...

    def closings(self, business_day: int) -> dict[int, int]:
        """Return a closed day's balances by account number; empty for any other day."""
        ...

    def anchors(self) -> tuple[Anchor, ...]:
        """Return the anchors of all closed days, in order."""
        ...

    def row_counts(self) -> RowCounts:
        """Return how many rows are kept beside the records."""
        ...

    def close(self) -> None:
        """Let go of the store; no call may follow."""
        ...


class Chooser(Protocol):
    """Who says which waiting payments settle out of order; another run may say otherwise."""

    def choose(self, problem: SelectionProblem) -> Selection:
        """Return a choice that can be settled, with a bound on what any other is worth."""
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
