"""A journal in memory: for simulation, tests, and looking at a day without keeping it."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from comity.ledger import Record
from comity.service.ports import Entry, OutboxEntry, StoredBalance, Touched
from comity.storage.chaining import check_follows


class MemoryJournal:
    """Keeps every entry for as long as it lives; durable only within the process."""

    def __init__(self) -> None:
        self._entries: list[Entry] = []
        self._balances: dict[int, StoredBalance] = {}

    def head(self) -> Record | None:
        """Return the last record, None for an empty journal."""
        return self._entries[-1].record if self._entries else None

    def append(self, entry: Entry) -> None:
        """Keep an entry; see the port."""
        check_follows(self.head(), entry)
        for account in entry.accounts:
            self._balances[account.number] = StoredBalance(account.name, 0, 0)
        for one in entry.touched:
            name = self._balances[one.account].name
            self._balances[one.account] = StoredBalance(name, one.posted_minor, one.held_minor)
        self._entries.append(entry)

    def records(self, after: int = 0) -> Iterator[Record]:
        """Yield the records above a sequence, in order."""
        yield from (entry.record for entry in self._entries[after:])

    def balances(self) -> dict[int, StoredBalance]:
        """Return the stored balances by account number."""
        return dict(self._balances)

    def transfers(self, record: Record) -> NDArray[np.void]:
        """Return the stored transfer rows of a record."""
        return self._entries[record.sequence - 1].transfers.copy()

    def outbox(self, sequence: int) -> tuple[OutboxEntry, ...]:
        """Return the outbox entries of one record."""
        return tuple(self._entries[sequence - 1].outbox)

    def touched(self, sequence: int) -> tuple[Touched, ...]:
        """Return the account movements of one record."""
        return tuple(self._entries[sequence - 1].touched)

    def close(self) -> None:
        """Nothing to let go of."""
