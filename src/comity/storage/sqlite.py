"""The journal in one SQLite file: WAL, synchronous FULL, strict tables, one writer.

Opened through apsw, which carries its own SQLite; the version of the system may be one that can
damage a WAL. A commit that returns has been synced to the disk.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import apsw
import numpy as np
from numpy.typing import NDArray

from comity.errors import ProofFailedError, StorageError, UsageError
from comity.ledger import Record
from comity.payments.rows import TRANSFER_ROW
from comity.service.ports import Entry, OutboxEntry, OutboxKind, StoredBalance, Touched
from comity.storage.chaining import check_follows
from comity.storage.schema import APPLICATION_ID, FORMAT, SETTINGS, TABLES, TRIGGERS

PAGE_BYTES = 16384
BUSY_MILLISECONDS = 5000

_RECORD_FIELDS = (
    "sequence, first_event, event_count, first_transfer, transfer_count, first_payment,"
    " payment_count, at_us, business_day, engine_version, previous_hash, hash, payload"
)
_SELECT_RECORDS = f"SELECT {_RECORD_FIELDS} FROM batch"  # noqa: S608 — a constant
_INSERT_RECORD = f"INSERT INTO batch ({_RECORD_FIELDS}) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)"  # noqa: S608 — likewise
_TRANSFER_FIELDS = tuple(TRANSFER_ROW.names or ())

_ROWS_TOGETHER = 200
"""Transfers by one statement; apsw keeps none prepared whose text is above 16 KiB."""


class DamagedDatabaseError(ProofFailedError):
    """The file is not a sound database any more; restore a copy, do not settle on it."""


def open_journal(path: Path, *, create: bool = True) -> "SqliteJournal":
    """Open a database file, making a new one where there is none and `create` is set.

    Raises:
        UsageError: there is no such file, or it is a file of another kind or version.
        StorageError: it cannot be opened (permissions, disk, in use).
        DamagedDatabaseError: it is damaged.
    """
    if not create and not path.exists():
        raise UsageError(f"{path}: found no such file, expected a comity database")
    flags = apsw.SQLITE_OPEN_READWRITE | (apsw.SQLITE_OPEN_CREATE if create else 0)
    with _translated(path):
        return SqliteJournal(apsw.Connection(str(path), flags=flags), path)


class SqliteJournal:
    """The journal port over one connection; see `service.ports.Journal`."""

    def __init__(self, connection: apsw.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path
        connection.setbusytimeout(BUSY_MILLISECONDS)
        self._prepare()
        self._head = next(self._select(f"{_SELECT_RECORDS} ORDER BY sequence DESC LIMIT 1"), None)

    def _prepare(self) -> None:
        found = self._value("PRAGMA application_id"), self._value("PRAGMA user_version")
        is_new = not self._value("SELECT count(*) FROM sqlite_schema")
        if not is_new and found != (APPLICATION_ID, FORMAT):
            raise UsageError(
                f"{self._path}: found application id {found[0]} and format {found[1]}, expected"
                f" {APPLICATION_ID} and {FORMAT}: not a comity database of this version"
            )
        if is_new:
            self._connection.execute(f"PRAGMA page_size={PAGE_BYTES}")
        for setting in SETTINGS:
            self._connection.execute(setting)
        if is_new:
            self._create()

    def _create(self) -> None:
        # EXTRA syncs the folder too, so that the fresh file itself survives a power cut.
        self._connection.execute("PRAGMA synchronous=EXTRA")
        with self._transaction():
            for statement in (*TABLES, *TRIGGERS):
                self._connection.execute(statement)
            self._connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
            self._connection.execute(f"PRAGMA user_version={FORMAT}")
        self._connection.execute("PRAGMA synchronous=FULL")

    def head(self) -> Record | None:
        """Return the last record, None for an empty journal."""
        return self._head

    def append(self, entry: Entry) -> None:
        """Write an entry in one transaction and sync it; see the port."""
        check_follows(self._head, entry)
        with _translated(self._path), self._transaction():
            last = self._value("SELECT coalesce(max(sequence), 0) FROM batch")
            if last != entry.record.sequence - 1:
                raise StorageError(
                    f"{self._path}: found record {last} as the last, expected"
                    f" {entry.record.sequence - 1}: another program has written to it"
                )
            self._write(entry)
        self._head = entry.record

    def _write(self, entry: Entry) -> None:
        record, connection = entry.record, self._connection
        sequence = record.sequence
        connection.executemany(
            "INSERT INTO account (number, name, kind, currency, owner, agent, limit_minor)"
            " VALUES (?,?,?,?,?,?,?)",
            (
                (a.number, a.name, str(a.kind), a.currency, a.owner, a.agent, a.limit_minor)
                for a in entry.accounts
            ),
        )
        connection.execute(
            _INSERT_RECORD, tuple(getattr(record, name) for name in Record.__slots__)
        )
        self._write_transfers(record.first_transfer, entry.transfers)
        connection.executemany(
            "UPDATE account SET posted_minor = ?, held_minor = ? WHERE number = ?",
            ((one.posted_minor, one.held_minor, one.account) for one in entry.touched),
        )
        connection.executemany(
            "INSERT INTO account_batch VALUES (?,?,?,?,?,?)",
            (
                (
                    one.account,
                    sequence,
                    one.debits_minor,
                    one.credits_minor,
                    one.posted_minor,
                    one.held_minor,
                )
                for one in entry.touched
            ),
        )
        connection.executemany(
            "INSERT INTO outbox VALUES (?,?,?,?,?)",
            ((sequence, place, *one) for place, one in enumerate(entry.outbox)),
        )

    def _write_transfers(self, first: int, transfers: NDArray[Any]) -> None:
        """Insert rows, many by one statement: a call for each row costs half as much again."""
        width = len(_TRANSFER_FIELDS) + 1
        table = np.empty((len(transfers), width), np.int64)
        table[:, 0] = np.arange(first, first + len(transfers))
        for place, name in enumerate(_TRANSFER_FIELDS, 1):
            table[:, place] = transfers[name]
        values = table.ravel().tolist()
        step = _ROWS_TOGETHER * width
        for start in range(0, len(values), step):
            bindings = values[start : start + step]
            self._connection.execute(_insert_transfers(len(bindings) // width), bindings)

    def records(self, after: int = 0) -> Iterator[Record]:
        """Yield the records above a sequence, in order."""
        with _translated(self._path):
            yield from self._select(
                f"{_SELECT_RECORDS} WHERE sequence > ? ORDER BY sequence", (after,)
            )

    def balances(self) -> dict[int, StoredBalance]:
        """Return the stored balances by account number."""
        statement = "SELECT number, name, posted_minor, held_minor FROM account ORDER BY number"
        with _translated(self._path):
            rows: list[tuple[Any, ...]] = list(self._connection.execute(statement))
        return {row[0]: StoredBalance(*row[1:]) for row in rows}

    def transfers(self, record: Record) -> NDArray[np.void]:
        """Return the stored transfer rows of a record."""
        statement = "SELECT * FROM transfer WHERE sequence >= ? AND sequence < ? ORDER BY sequence"
        bounds = (record.first_transfer, record.first_transfer + record.transfer_count)
        with _translated(self._path):
            rows = [tuple(row[1:]) for row in self._connection.execute(statement, bounds)]
        return np.array(rows, TRANSFER_ROW)

    def outbox(self, sequence: int) -> tuple[OutboxEntry, ...]:
        """Return the outbox entries of one record."""
        statement = "SELECT recipient, kind, facts FROM outbox WHERE batch = ? ORDER BY place"
        with _translated(self._path):
            rows = self._rows(statement, (sequence,))
        return tuple(OutboxEntry(row[0], OutboxKind(row[1]), row[2]) for row in rows)

    def touched(self, sequence: int) -> tuple[Touched, ...]:
        """Return the account movements of one record, by account number."""
        statement = (
            "SELECT account, debits_minor, credits_minor, posted_minor, held_minor"
            " FROM account_batch WHERE batch = ? ORDER BY account"
        )
        with _translated(self._path):
            return tuple(Touched(*row) for row in self._rows(statement, (sequence,)))

    def check_soundness(self) -> None:
        """Let SQLite check the whole file.

        Raises:
            DamagedDatabaseError: it found something.
        """
        with _translated(self._path):
            found = [row[0] for row in self._rows("PRAGMA integrity_check(10)")]
        if found != ["ok"]:
            raise DamagedDatabaseError(f"{self._path}: {'; '.join(map(str, found))}")

    def close(self) -> None:
        """Close the connection; the WAL is folded into the file."""
        with _translated(self._path):
            self._connection.close()

    def _select(self, statement: str, bindings: tuple[Any, ...] = ()) -> Iterator[Record]:
        for row in self._connection.execute(statement, bindings):
            yield Record(*row)

    def _rows(self, statement: str, bindings: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        return list(self._connection.execute(statement, bindings))

    def _value(self, statement: str) -> Any:
        return self._rows(statement)[0][0]

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise


def _insert_transfers(count: int) -> str:
    row = f"({','.join('?' * (len(_TRANSFER_FIELDS) + 1))})"
    return f"INSERT INTO transfer VALUES {','.join([row] * count)}"  # noqa: S608 — a constant


_DAMAGED = (apsw.CorruptError, apsw.NotADBError, apsw.FormatError)


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    """Turn apsw's errors into ours, with the file and what to do."""
    try:
        yield
    except _DAMAGED as error:
        raise DamagedDatabaseError(f"{path}: {error}: restore a sound copy") from error
    except apsw.FullError as error:
        raise StorageError(
            f"{path}: the disk is full; nothing of the batch was kept: make room, run again"
        ) from error
    except apsw.Error as error:
        raise StorageError(f"{path}: {error}; nothing of the batch was kept") from error
