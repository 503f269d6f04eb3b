"""What the SQLite journal promises beyond the port: reopening, one writer, nothing changed."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import apsw
import pytest
from tests.kit.journals import DAY, first_entry, second_entry

from comity.errors import EXIT_UNAVAILABLE, StorageError, UsageError
from comity.storage import open_journal
from comity.storage.chaining import ChainError
from comity.storage.schema import TABLES
from comity.storage.sqlite import DamagedDatabaseError

KEPT = ("batch", "transfer", "account_batch", "outbox", "closing", "anchor")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Give a database with two records, closed."""
    path = tmp_path / "comity.db"
    journal = open_journal(path)
    first = first_entry()
    journal.append(first)
    journal.append(second_entry(first.record))
    journal.close()
    return path


def test_what_was_appended_is_there_after_reopening(path: Path) -> None:
    journal = open_journal(path)
    first = first_entry()
    second = second_entry(first.record)
    assert journal.head() == second.record
    assert list(journal.records()) == [first.record, second.record]
    assert journal.closings(DAY) == {0: -100, 1: 50, 2: 50}
    journal.check_soundness()
    journal.close()


def test_opening_and_closing_changes_no_byte_of_what_is_stored(path: Path) -> None:
    before = path.read_bytes()
    open_journal(path).close()
    assert path.read_bytes() == before


def test_a_second_writer_that_was_overtaken_is_refused_and_leaves_nothing(path: Path) -> None:
    one, other = open_journal(path), open_journal(path)
    head = one.head()
    assert head is not None
    entry = second_entry(head, b"mine")
    day_open_again = type(entry)(entry.record, (), entry.transfers, entry.touched, ())
    one.append(day_open_again)
    theirs = second_entry(head, b"theirs")
    with pytest.raises(StorageError, match="another program has written") as caught:
        other.append(type(theirs)(theirs.record, (), theirs.transfers, theirs.touched, ()))
    assert caught.value.exit_code == EXIT_UNAVAILABLE
    assert list(one.records())[-1].payload == b"mine"
    assert one.row_counts() == other.row_counts()
    one.close()
    other.close()


def test_of_two_writers_on_a_new_file_only_one_founds_the_journal(tmp_path: Path) -> None:
    one, other = (open_journal(tmp_path / "comity.db") for _ in range(2))
    one.append(first_entry(b"mine"))
    with pytest.raises(StorageError, match="found record 1"):
        other.append(first_entry(b"theirs"))
    assert [record.payload for record in other.records()] == [b"mine"]
    with pytest.raises(ChainError):
        other.append(second_entry(first_entry(b"mine").record))
    one.close()
    other.close()


def test_a_writer_waits_no_longer_than_it_says_for_another_transaction(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("comity.storage.sqlite.BUSY_MILLISECONDS", 1)
    journal = open_journal(path)
    head = journal.head()
    assert head is not None
    holder = apsw.Connection(str(path))
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageError, match="another program is writing"):
        journal.append(second_entry(head))
    holder.execute("ROLLBACK")
    holder.close()
    journal.close()


@pytest.mark.parametrize("table", KEPT)
@pytest.mark.parametrize("statement", ["DELETE FROM {}", "UPDATE {} SET {} = {}"])
def test_rows_are_neither_changed_nor_deleted(path: Path, table: str, statement: str) -> None:
    connection = apsw.Connection(str(path))
    column = connection.execute(f"SELECT name FROM pragma_table_info('{table}')").fetchall()[-1][0]
    with pytest.raises(apsw.ConstraintError, match="never changed or deleted"):
        connection.execute(statement.format(table, column, column))
    connection.close()


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("DELETE FROM account", "never deleted"),
        ("UPDATE account SET owner = 'X'", "only the balances"),
        ("UPDATE account SET limit_minor = NULL", "only the balances"),
        ("UPDATE account SET posted_minor = -1 WHERE number = 1", "CHECK"),
        ("UPDATE account SET posted_minor = -51 WHERE number = 2", "CHECK"),
        ("UPDATE account SET held_minor = 51 WHERE number = 1", "CHECK"),
        ("UPDATE account SET held_minor = -1 WHERE number = 1", "CHECK"),
        ("INSERT INTO transfer VALUES (9, 0, 0, 0, 0, 1, 2, 2, 0)", "CHECK"),
        ("INSERT INTO batch SELECT 4, 0,0,0,0,0,0,0,0,'', x'', x'00', x''", "without a gap"),
        ("INSERT INTO transfer VALUES (9, 0, 'x', 0, 0, 1, 2, 2, 0)", "cannot store TEXT"),
    ],
)
def test_the_tables_refuse_what_the_engine_would_never_write(
    path: Path, statement: str, message: str
) -> None:
    connection = apsw.Connection(str(path))
    with pytest.raises(apsw.ConstraintError, match=message):
        connection.execute(statement)
    connection.close()


def test_a_row_cannot_be_replaced_through_the_journals_own_connection(path: Path) -> None:
    journal = open_journal(path)
    with pytest.raises(apsw.ConstraintError, match="never changed or deleted"):
        journal._connection.execute(
            "INSERT OR REPLACE INTO transfer SELECT sequence, at_us, 1, payment, group_id, debit,"
            " credit, kind, business_day FROM transfer WHERE sequence = 0"
        )
    journal.close()


def test_the_database_is_kept_as_documented(path: Path) -> None:
    journal = open_journal(path)
    found = {
        name: journal._value(f"PRAGMA {name}")
        for name in ("journal_mode", "synchronous", "foreign_keys", "trusted_schema", "page_size")
    }
    assert found == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "trusted_schema": 0,
        "page_size": 16384,
    }
    assert all("STRICT" in one for one in TABLES if "CREATE TABLE" in one)
    journal.close()


def test_a_missing_file_is_not_made_where_it_was_to_be_proved(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such file"):
        open_journal(tmp_path / "comity.db", create=False)
    assert list(tmp_path.iterdir()) == []


def test_an_empty_file_is_made_a_database_but_not_proved_as_one(tmp_path: Path) -> None:
    path = tmp_path / "comity.db"
    path.touch()
    with pytest.raises(UsageError, match="empty file"):
        open_journal(path, create=False)
    open_journal(path).close()
    open_journal(path, create=False).close()


def test_an_empty_file_beside_a_log_is_damage_not_a_new_database(tmp_path: Path) -> None:
    path = tmp_path / "comity.db"
    journal = open_journal(path)
    journal.append(first_entry())
    log = path.with_name("comity.db-wal").read_bytes()
    journal.close()
    path.write_bytes(b"")
    path.with_name("comity.db-wal").write_bytes(log)
    with pytest.raises(DamagedDatabaseError, match="restore a copy"):
        open_journal(path)
    assert path.with_name("comity.db-wal").read_bytes() == log


def test_a_database_of_another_program_is_refused_untouched(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    connection = apsw.Connection(str(path))
    connection.execute("CREATE TABLE t (x); PRAGMA application_id=7")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(UsageError, match="not a comity database"):
        open_journal(path)
    assert path.read_bytes() == before


def test_a_database_of_another_version_is_refused(path: Path) -> None:
    connection = apsw.Connection(str(path))
    connection.execute("PRAGMA user_version=99")
    connection.close()
    with pytest.raises(UsageError, match="format 99"):
        open_journal(path)


def test_a_file_that_is_no_database_is_refused_untouched(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("Settlement notes. " * 100)
    with pytest.raises(DamagedDatabaseError, match="not a database"):
        open_journal(path)
    assert path.read_text().startswith("Settlement notes.")


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="a folder or a device"):
        open_journal(tmp_path)


def test_a_file_that_can_only_be_read_is_proved_but_not_written(path: Path) -> None:
    # pytest's own folders are closed to others, and root writes whatever the permissions say.
    with TemporaryDirectory() as folder:
        copied = Path(shutil.copy(path, folder))
        copied.chmod(0o444)
        Path(folder).chmod(0o777)
        with _as_nobody_where_root():
            with pytest.raises(StorageError, match="can only be read") as caught:
                open_journal(copied)
            journal = open_journal(copied, create=False)
            assert len(list(journal.records())) == 2
            journal.close()
    assert caught.value.exit_code == EXIT_UNAVAILABLE


@pytest.mark.parametrize("keep", [0.1, 0.5, 0.9])
def test_a_truncated_file_is_found_damaged(path: Path, keep: float) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * keep)])
    with pytest.raises(DamagedDatabaseError, match="restore a"):
        open_journal(path).check_soundness()


def test_a_schema_that_is_no_text_any_more_is_found_damaged(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data.replace(b"account rows are never", b"account rows \xd2re never"))
    journal = open_journal(path)
    with pytest.raises(DamagedDatabaseError, match="restore a sound copy"):
        journal.check_soundness()
    journal.close()


def test_tables_other_than_this_versions_are_found_damaged(path: Path) -> None:
    connection = apsw.Connection(str(path))
    connection.execute("DROP TRIGGER transfer_is_kept_update")
    connection.close()
    journal = open_journal(path)
    with pytest.raises(DamagedDatabaseError, match="other tables or triggers"):
        journal.check_soundness()
    journal.close()


@contextmanager
def _as_nobody_where_root() -> Iterator[None]:
    """Give up root for a while: permissions do not hold for it."""
    if os.geteuid():
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_copy_made_while_the_journal_is_open_holds_the_same(path: Path, tmp_path: Path) -> None:
    journal = open_journal(path)
    copied = tmp_path / "copy.db"
    statement = f"VACUUM INTO '{copied}'"
    subprocess.run([sys.executable, "-m", "apsw", str(path), statement], check=True)
    copy = open_journal(copied, create=False)
    copy.check_soundness()
    assert list(copy.records()) == list(journal.records())
    assert copy.balances() == journal.balances()
    assert copy.row_counts() == journal.row_counts()
    copy.close()
    journal.close()
