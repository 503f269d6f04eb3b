"""The journal in one SQLite file: WAL, synchronous FULL, strict tables, one writer.

Opened through apsw, which carries its own SQLite; the version of the system may be one that can
damage a WAL. A commit that returns has been synced to the disk. What each setting is for, and what
a crash leaves behind, is in `docs/storage.md`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import apsw
import numpy as np
from numpy.typing import NDArray

from comity.errors import ProofFailedError, StorageError, UsageError
from comity.ledger import Account, AccountKind, Record
from comity.payments.rows import TRANSFER_ROW
from comity.service.ports import (
    Anchor,
    Closing,
    Entry,
    OutboxEntry,
    OutboxKind,
    RowCounts,
    StoredBalance,
    Touched,
)
from comity.storage.chaining import EntryRefusedError, check_follows
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
"""Rows by one statement; apsw keeps none prepared whose text is above 16 KiB."""

_STATEMENTS_KEPT = 512
"""Prepared statements that apsw keeps, at most. Each use takes a place in turn: with fewer places
than a batch has executions, the long ones would be parsed anew with every batch."""


class DamagedDatabaseError(ProofFailedError):
    """The file is not a sound database any more; restore a copy, do not settle on it."""


def open_journal(path: Path, *, create: bool = True) -> "SqliteJournal":
    """Open a database file; one that was not closed is recovered and then checked as a whole.

    Args:
        path: the file.
        create: make a new one where there is none, or an empty file; otherwise the file must be
            there, and may be one that can only be read.

    Raises:
        UsageError: there is no such file, or it is a file of another kind or version.
        StorageError: it cannot be opened (permissions, disk, in use).
        DamagedDatabaseError: it is damaged.
    """
    _check_file(path, create=create)
    was_left_open = _log_of(path).exists()
    flags = apsw.SQLITE_OPEN_READWRITE | (apsw.SQLITE_OPEN_CREATE if create else 0)
    with _translated(path):
        connection = apsw.Connection(str(path), flags, statementcachesize=_STATEMENTS_KEPT)
    try:
        if create and connection.readonly("main"):
            raise StorageError(f"{path}: found a file that can only be read, expected to write")
        journal = SqliteJournal(connection, path)
        if was_left_open:
            journal.check_soundness()
        return journal
    except BaseException:
        connection.close()
        raise


def _check_file(path: Path, *, create: bool) -> None:
    if not path.exists():
        if create:
            return
        raise UsageError(f"{path}: found no such file, expected a comity database")
    if not path.is_file():
        raise UsageError(f"{path}: found a folder or a device, expected a comity database")
    if path.stat().st_size:
        return
    # SQLite would throw such a WAL away and begin an empty database in its place.
    log = _log_of(path)
    if log.exists() and log.stat().st_size:
        raise DamagedDatabaseError(
            f"{path}: found an empty file beside a write-ahead log with content: restore a copy"
        )
    if not create:
        raise UsageError(f"{path}: found an empty file, expected a comity database")


def _log_of(path: Path) -> Path:
    """Return the write-ahead log's file: there only while someone writes, or after a crash."""
    return path.with_name(f"{path.name}-wal")


class SqliteJournal:
    """The journal port over one connection; see `service.ports.Journal`.

    Its fence is the head: every commit checks, under the write lock, that the last record is the
    one this journal has seen. A second writer is let in only where the first has left off, and
    whichever comes second in a race is refused with nothing written.
    """

    def __init__(self, connection: apsw.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path
        with _reading(path):
            connection.setbusytimeout(BUSY_MILLISECONDS)
            self._prepare()
            newest = f"{_SELECT_RECORDS} ORDER BY sequence DESC LIMIT 1"
            self._head = next(self._select(newest), None)

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
            # Until the settings below, EXTRA syncs the folder too, so that neither the fresh file
            # nor the removal of the rollback journal, with which the change to WAL begins, is
            # undone by a power cut.
            self._connection.execute("PRAGMA synchronous=EXTRA")
        for setting in SETTINGS:
            self._connection.execute(setting)
        if is_new:
            self._create()

    def _create(self) -> None:
        with self._transaction():
            for statement in (*TABLES, *TRIGGERS):
                self._connection.execute(statement)
            self._connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
            self._connection.execute(f"PRAGMA user_version={FORMAT}")

    def head(self) -> Record | None:
        """Return the last record, None for an empty journal."""
        return self._head

    def append(self, entry: Entry) -> None:
        """Write an entry in one transaction and sync it; see the port."""
        check_follows(self._head, entry)
        with _translated(self._path), self._transaction():
            self._check_fence()
            self._write(entry)
        self._head = entry.record

    def _check_fence(self) -> None:
        newest = self._rows("SELECT sequence, hash FROM batch ORDER BY sequence DESC LIMIT 1")
        expected = [(self._head.sequence, self._head.hash)] if self._head else []
        if newest != expected:
            last, known = (rows[0][0] if rows else 0 for rows in (newest, expected))
            raise StorageError(
                f"{self._path}: found record {last} as the last, expected {known}: another program"
                " has written to it; nothing of the batch was kept: run again"
            )

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
        moves = ((move.account, sequence, *move[1:]) for move in entry.touched)
        self._insert("account_batch", 6, [value for move in moves for value in move])
        told = ((sequence, place, *one) for place, one in enumerate(entry.outbox))
        self._insert("outbox", 5, [value for one in told for value in one])
        if entry.closing is not None:
            self._write_closing(entry.closing, record)

    def _write_closing(self, closing: Closing, record: Record) -> None:
        day = closing.business_day
        self._connection.executemany(
            "INSERT INTO closing VALUES (?,?,?)",
            ((day, account, posted) for account, posted in closing.posted_minor.items()),
        )
        self._connection.execute(
            "INSERT INTO anchor VALUES (?,?,?)", (day, record.sequence, record.hash)
        )

    def _write_transfers(self, first: int, transfers: NDArray[Any]) -> None:
        """Insert transfer rows; what is equal in all of them is bound once a statement."""
        if not len(transfers):
            return
        columns = [np.arange(first, first + len(transfers))]
        columns += [transfers[name] for name in _TRANSFER_FIELDS]
        is_shared = tuple(bool((column == column[0]).all()) for column in columns)
        shared = [
            int(column[0]) for column, is_one in zip(columns, is_shared, strict=True) if is_one
        ]
        own = [column for column, is_one in zip(columns, is_shared, strict=True) if not is_one]
        values = np.column_stack(own).astype(np.int64, copy=False).ravel().tolist() if own else []
        for start in range(0, len(transfers), _ROWS_TOGETHER):
            rows = min(_ROWS_TOGETHER, len(transfers) - start)
            bindings = shared + values[start * len(own) : (start + rows) * len(own)]
            self._connection.execute(_transfer_insertion(is_shared, rows), bindings)

    def _insert(self, table: str, width: int, values: list[Any]) -> None:
        """Insert rows, many by one statement: a call for each row costs half as much again."""
        step = _ROWS_TOGETHER * width
        for start in range(0, len(values), step):
            bindings = values[start : start + step]
            self._connection.execute(_insertion(table, width, len(bindings) // width), bindings)

    def records(self, after: int = 0) -> Iterator[Record]:
        """Yield the records above a sequence, in order."""
        with _reading(self._path):
            yield from self._select(
                f"{_SELECT_RECORDS} WHERE sequence > ? ORDER BY sequence", (after,)
            )

    def balances(self) -> dict[int, StoredBalance]:
        """Return the stored balances by account number."""
        statement = "SELECT number, name, posted_minor, held_minor FROM account ORDER BY number"
        with _reading(self._path):
            rows: list[tuple[Any, ...]] = list(self._connection.execute(statement))
        return {row[0]: StoredBalance(*row[1:]) for row in rows}

    def transfers(self, record: Record) -> NDArray[np.void]:
        """Return the stored transfer rows of a record."""
        statement = "SELECT * FROM transfer WHERE sequence >= ? AND sequence < ? ORDER BY sequence"
        bounds = (record.first_transfer, record.first_transfer + record.transfer_count)
        with _reading(self._path):
            rows = [tuple(row[1:]) for row in self._connection.execute(statement, bounds)]
        return np.array(rows, TRANSFER_ROW)

    def outbox(self, sequence: int) -> tuple[OutboxEntry, ...]:
        """Return the outbox entries of one record."""
        statement = "SELECT recipient, kind, facts FROM outbox WHERE batch = ? ORDER BY place"
        with _reading(self._path):
            rows = self._rows(statement, (sequence,))
        return tuple(OutboxEntry(row[0], OutboxKind(row[1]), row[2]) for row in rows)

    def touched(self, sequence: int) -> tuple[Touched, ...]:
        """Return the account movements of one record, by account number."""
        statement = (
            "SELECT account, debits_minor, credits_minor, posted_minor, held_minor"
            " FROM account_batch WHERE batch = ? ORDER BY account"
        )
        with _reading(self._path):
            return tuple(Touched(*row) for row in self._rows(statement, (sequence,)))

    def accounts(self) -> tuple[Account, ...]:
        """Return the chart of accounts, by number."""
        statement = (
            "SELECT number, name, kind, currency, owner, agent, limit_minor FROM account"
            " ORDER BY number"
        )
        with _reading(self._path):
            return tuple(
                Account(number, name, AccountKind(kind), *rest)
                for number, name, kind, *rest in self._rows(statement)
            )

    def closings(self, business_day: int) -> dict[int, int]:
        """Return a closed day's balances by account number; empty for any other day."""
        statement = (
            "SELECT account, posted_minor FROM closing WHERE business_day = ? ORDER BY account"
        )
        with _reading(self._path):
            return dict(self._rows(statement, (business_day,)))

    def anchors(self) -> tuple[Anchor, ...]:
        """Return the anchors of all closed days, in order."""
        statement = "SELECT business_day, batch, hash FROM anchor ORDER BY business_day"
        with _reading(self._path):
            return tuple(Anchor(*row) for row in self._rows(statement))

    def row_counts(self) -> RowCounts:
        """Return how many rows are kept beside the records."""
        tables = ("transfer", "account_batch", "outbox", "closing")
        with _reading(self._path):
            return RowCounts(
                *(self._value(f"SELECT count(*) FROM {table}") for table in tables)  # noqa: S608 — constants
            )

    def check_soundness(self) -> None:
        """Let SQLite check the whole file, and compare its tables with those of this version.

        Raises:
            DamagedDatabaseError: it found something.
        """
        with _reading(self._path):
            found = [str(row[0]) for row in self._rows("PRAGMA integrity_check(10)")]
            if found != ["ok"]:
                raise DamagedDatabaseError(f"{self._path}: {'; '.join(found)}: restore a copy")
            stored = self._rows(_SELECT_SCHEMA)
        if stored != _schema_of_this_version():
            raise DamagedDatabaseError(
                f"{self._path}: found other tables or triggers than this version makes: restore a"
                " copy"
            )

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


@cache
def _insertion(table: str, width: int, rows: int) -> str:
    row = f"({','.join('?' * width)})"
    return f"INSERT INTO {table} VALUES {','.join([row] * rows)}"  # noqa: S608 — constants


@cache
def _transfer_insertion(is_shared: tuple[bool, ...], rows: int) -> str:
    """Return a statement whose first parameters are the shared columns' values, the next by row."""
    shared = count(1)
    places = [next(shared) if is_one else 0 for is_one in is_shared]
    own = count(next(shared))
    texts = (",".join(f"?{place or next(own)}" for place in places) for _ in range(rows))
    return f"INSERT INTO transfer VALUES {','.join(f'({text})' for text in texts)}"  # noqa: S608 — constants


_SELECT_SCHEMA = "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name"


def _schema_of_this_version() -> list[tuple[Any, ...]]:
    """Return what a new database's schema says of itself."""
    connection = apsw.Connection(":memory:")
    for statement in (*TABLES, *TRIGGERS):
        connection.execute(statement)
    rows = connection.execute(_SELECT_SCHEMA).fetchall()
    connection.close()
    return rows


_DAMAGED = (apsw.CorruptError, apsw.NotADBError, apsw.FormatError)


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    """Turn apsw's errors into ours, with the file and what to do."""
    try:
        yield
    except _DAMAGED as error:
        raise DamagedDatabaseError(f"{path}: {error}: restore a sound copy") from error
    except apsw.ConstraintError as error:
        raise EntryRefusedError(
            f"{path}: {error}: the tables' own rules refuse the batch; nothing of it was kept"
        ) from error
    except apsw.FullError as error:
        raise StorageError(
            f"{path}: the disk is full; what was acknowledged is safe: make room, run again"
        ) from error
    except apsw.ReadOnlyError as error:
        raise StorageError(f"{path}: {error}: make it writable, run again") from error
    except apsw.BusyError as error:
        raise StorageError(
            f"{path}: another program is writing to it: wait for it to end, run again"
        ) from error
    except apsw.Error as error:
        raise StorageError(
            f"{path}: {error}; what was acknowledged is safe: see to the disk, run again"
        ) from error


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    """Do the same while reading, where a value of a kind that is never written is damage too."""
    try:
        with _translated(path):
            yield
    except (OverflowError, TypeError, ValueError) as error:
        raise DamagedDatabaseError(
            f"{path}: found a row that is never written ({error}): restore a sound copy"
        ) from error
