"""A journal in memory: for simulation, tests, and looking at a day without keeping it."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from comity.ledger import Account, Record
from comity.service.ports import Anchor, Entry, OutboxEntry, RowCounts, StoredBalance, Touched
from comity.storage.chaining import check_follows, check_money


class MemoryJournal:
    """Keeps every entry for as long as it lives; durable only within the process."""

    def __init__(self) -> None:
        self._entries: list[Entry] = []
        self._balances: dict[int, StoredBalance] = {}
        self._limits: dict[int, int | None] = {}

    def head(self) -> Record | None:
        """Return the last record, None for an empty journal."""
        return self._entries[-1].record if self._entries else None

    def append(self, entry: Entry) -> None:
        """Keep an entry; see the port."""
        check_follows(self.head(), entry)
        opened = {account.number: account.limit_minor for account in entry.accounts}
        check_money(self._limits | opened, entry)
        self._limits |= opened
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

    def accounts(self) -> tuple[Account, ...]:
        """Return the chart of accounts, by number."""
        opened = (account for entry in self._entries for account in entry.accounts)
        return tuple(sorted(opened, key=lambda account: account.number))

    def closings(self, business_day: int) -> dict[int, int]:
        """Return a closed day's balances by account number; empty for any other day."""
        for entry in self._entries:
            if entry.closing is not None and entry.closing.business_day == business_day:
                return dict(sorted(entry.closing.posted_minor.items()))
        return {}

    def anchors(self) -> tuple[Anchor, ...]:
        """Return the anchors of all closed days, in order."""
        return tuple(
            Anchor(entry.closing.business_day, entry.record.sequence, entry.record.hash)
            for entry in self._entries
            if entry.closing is not None
        )

    def row_counts(self) -> RowCounts:
        """Return how many rows are kept beside the records."""
        entries = self._entries
        return RowCounts(
            transfers=sum(len(entry.transfers) for entry in entries),
            touched=sum(len(entry.touched) for entry in entries),
            outbox=sum(len(entry.outbox) for entry in entries),
            closings=sum(len(entry.closing.posted_minor) for entry in entries if entry.closing),
        )

    def close(self) -> None:
        """Nothing to let go of."""
