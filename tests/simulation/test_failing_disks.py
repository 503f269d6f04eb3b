"""Disks that fill up, fail, or rot: a clear error, nothing lost, and the day goes on afterwards."""

import random
import resource
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import apsw
import pytest
from tests.kit.disks import Act, Disk, DiskVfs
from tests.kit.small_books import settle_small_day
from tests.simulation.small_day import DAY, FinalState, final_state, make_day

from comity.bootstrap import load_arrangement
from comity.errors import (
    EXIT_UNAVAILABLE,
    ComityError,
    ProofFailedError,
    StorageError,
    UnavailableError,
)
from comity.service import settle_day, verify_journal
from comity.service.committing import ReplayError, rebuild
from comity.storage import SqliteJournal, open_journal
from comity.storage.schema import TRIGGERS

FILE = "comity.db"
FLIPS = 400
SEED = 11
VFS = DiskVfs("comity-tests-failing", Disk())


@dataclass(slots=True)
class Failing:
    """What a disk answers from its n-th act of a kind on, once or for good."""

    act: Act
    number: int
    error: apsw.Error
    is_lasting: bool
    count: int = 0

    def __call__(self, act: Act) -> None:
        """Count, and fail where it is due."""
        self.count += act is self.act
        due = self.count >= self.number if self.is_lasting else self.count == self.number
        if act is self.act and due:
            raise type(self.error)(*self.error.args)


def open_on(disk: Disk) -> SqliteJournal:
    """Open a journal on a disk."""
    VFS.disk = disk
    return SqliteJournal(VFS.connect(FILE), Path(FILE))


def settle_on(disk: Disk) -> FinalState:
    """Settle the small day on a disk and return what is there then."""
    journal = open_on(disk)
    try:
        settle_small_day(journal)
        return final_state(journal)
    finally:
        journal.close()


def count_acts(act: Act) -> int:
    """Return how often a day that goes well does something."""
    counted = Failing(act, 0, apsw.FullError(), is_lasting=False)
    settle_on(Disk(before=counted, is_recording=False))
    return counted.count


def error_of_day(disk: Disk) -> str:
    """Return what is told of a day on a disk that fails; empty where it went well all the same."""
    try:
        settle_on(disk)
    except UnavailableError as error:
        return str(error)
    return ""


@pytest.mark.slow
# SQLite asks a failing disk again as it cleans up; those answers have nobody to go to.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("is_lasting", [True, False], ids=["for good", "once"])
@pytest.mark.parametrize(
    ("act", "error"),
    [
        (Act.WRITE, apsw.FullError("database or disk is full")),
        (Act.WRITE, apsw.IOError("disk I/O error")),
        (Act.SYNC, apsw.IOError("disk I/O error")),
    ],
    ids=["disk full", "write fails", "sync fails"],
)
def test_a_disk_that_fails_anywhere_gives_a_clear_error_and_the_day_goes_on(
    act: Act, error: apsw.Error, *, is_lasting: bool
) -> None:
    expected = settle_on(Disk(is_recording=False))
    number = count_acts(act)
    assert number > 5
    errors = []
    for at in range(1, number + 1):
        disk = Disk(is_recording=False, before=Failing(act, at, error, is_lasting))
        errors.append(error_of_day(disk))
        disk.before = lambda act: None
        assert settle_on(disk) == expected
    told = [one for one in errors if one]
    assert len(told) > number // 2
    assert all("what was acknowledged is safe" in one for one in told)


@pytest.mark.slow
def test_a_database_that_may_not_grow_says_so_and_goes_on_when_it_may(tmp_path: Path) -> None:
    folder = make_day(tmp_path / "day")
    inputs = load_arrangement(folder).inputs
    path = tmp_path / FILE
    with files_up_to(1_000_000):
        journal = open_journal(path)
        with pytest.raises(StorageError, match="what was acknowledged is safe") as told:
            settle_day(journal, inputs, day=DAY)
        assert told.value.exit_code == EXIT_UNAVAILABLE
        journal.close()
    journal = open_journal(path)
    journal.check_soundness()
    head = journal.head()
    assert head is not None
    assert 1 < head.sequence < 90
    assert verify_journal(journal).ok
    settle_day(journal, inputs, day=DAY)
    found = final_state(journal)
    journal.close()
    whole = open_journal(tmp_path / "whole.db")
    settle_day(whole, inputs, day=DAY)
    assert found == final_state(whole)
    whole.close()


@contextmanager
def files_up_to(size: int) -> Iterator[None]:
    """Let this process write no file beyond a size in bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_file_system_says_so_and_goes_on_when_there_is_room(tmp_path: Path) -> None:
    with small_file_system(tmp_path / "small", kibibytes=2_048) as small:
        ballast = small / "ballast"
        ballast.write_bytes(bytes(1_400 * 1024))
        path = small / FILE
        with pytest.raises(StorageError, match="the disk is full; what was acknowledged is safe"):
            _settle_and_close(path)
        ballast.unlink()
        _settle_and_close(path)
        journal = open_journal(path)
        journal.check_soundness()
        assert verify_journal(journal).batches == 5
        journal.close()


def _settle_and_close(path: Path) -> None:
    journal = open_journal(path)
    try:
        settle_small_day(journal)
    finally:
        journal.close()


@contextmanager
def small_file_system(folder: Path, *, kibibytes: int) -> Iterator[Path]:
    """Give a file system in memory of a size, where this process may mount one."""
    folder.mkdir()
    size = f"size={kibibytes}k"
    mount = shutil.which("mount")
    command = [mount or "mount", "-t", "tmpfs", "-o", size, "tmpfs", str(folder)]
    if mount is None or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("no file system can be mounted here; the limit on file sizes is tested")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.slow
def test_a_flipped_bit_is_found_or_changes_nothing(tmp_path: Path) -> None:
    sound = tmp_path / "sound.db"
    _settle_and_close(sound)
    data = sound.read_bytes()
    expected = _read_whole(sound)
    chance = random.Random(SEED)
    used = [place for place, byte in enumerate(data) if byte]
    places = [*chance.choices(used, k=FLIPS // 2), *chance.choices(range(len(data)), k=FLIPS // 2)]
    found = 0
    for place in places:
        path = tmp_path / "flipped.db"
        flipped = bytearray(data)
        flipped[place] ^= 1 << chance.randrange(8)
        path.write_bytes(flipped)
        try:
            read = _read_whole(path)
        except ComityError:
            found += 1
            continue
        assert read == expected, f"byte {place} was changed without a word"
    assert FLIPS // 4 < found < FLIPS


def _read_whole(path: Path) -> FinalState:
    """Return everything a database holds, or raise what is wrong with it."""
    journal = open_journal(path, create=False)
    try:
        journal.check_soundness()
        found = verify_journal(journal)
        if not found.ok:
            raise ProofFailedError("; ".join(found.findings))
        return final_state(journal)
    finally:
        journal.close()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE account SET posted_minor = posted_minor + 1 WHERE number = 2",
        "UPDATE account SET held_minor = held_minor + 1 WHERE number = 2",
        "UPDATE batch SET hash = zeroblob(32) WHERE sequence = 2",
        "UPDATE batch SET at_us = at_us + 1 WHERE sequence = 5",
        "UPDATE batch SET payload = zeroblob(100) WHERE sequence = 3",
        "DELETE FROM batch WHERE sequence = 5",
    ],
)
def test_nothing_is_settled_on_a_database_that_was_changed(tmp_path: Path, statement: str) -> None:
    path = tmp_path / FILE
    _settle_and_close(path)
    connection = apsw.Connection(str(path))
    for trigger in TRIGGERS:
        connection.execute(f"DROP TRIGGER {trigger.split()[2]}")
    connection.execute(statement)
    connection.close()
    journal = open_journal(path)
    with pytest.raises(ReplayError, match="restore a sound copy"):
        rebuild(journal)
    journal.close()


def test_a_database_that_was_not_closed_is_checked_as_a_whole_when_opened(tmp_path: Path) -> None:
    left = tmp_path / "left"
    left.mkdir()
    journal = open_journal(tmp_path / FILE)
    settle_small_day(journal)
    for name in (FILE, f"{FILE}-wal"):
        shutil.copy(tmp_path / name, left)
    journal.close()
    recovered = open_journal(left / FILE)
    assert verify_journal(recovered).batches == 5
    recovered.close()
