"""A power cut at every write and sync of a day: nothing acknowledged is lost, nothing is torn.

The day is settled once on a disk that remembers (`tests.kit.disks`); then the disk is put together
as a cut at every point may have left it, and opened as after any crash.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from unittest import mock

import apsw
import pytest
from tests.kit.disks import Act, Cut, Disk, DiskVfs, PowerCuts
from tests.simulation.small_day import DAY, FinalState, final_state, make_day, settle_quietly

from comity.bootstrap import load_arrangement
from comity.errors import ComityError
from comity.ledger import Record
from comity.service import Inputs, settle_day, verify_journal
from comity.service.ports import Entry, RowCounts, StoredBalance
from comity.storage import SqliteJournal

FILE = "comity.db"
POINTS_MIN = 1_000
COMMITS_MIN = 80
RESUMED = 30
PUBLISHED = 5
CONTROL_IMAGES = 100
WAL_PAGES = 48
"""Checkpoints far more often than in production, so that cuts fall into many of them."""


@dataclass(frozen=True, slots=True)
class Stand:
    """What a journal holds after one of its records."""

    balances: dict[int, StoredBalance]
    counts: RowCounts


@dataclass(slots=True)
class Run:
    """One whole run of the day: every operation, and what the journal held after each commit."""

    disk: Disk
    records: list[Record] = field(default_factory=list)
    stands: list[Stand] = field(default_factory=list)

    def image_is_sound(self, files: dict[str, bytearray], acknowledged: int) -> bool:
        """Whether a journal opens on the files, at a head of this run, not before `acknowledged`.

        Everything is compared: each record to the byte, balances, and the rows beside them.
        """
        try:
            journal = journal_on(files)
        except ComityError:
            return False
        try:
            head = journal.head()
            reached = head.sequence if head else 0
            if reached < acknowledged or list(journal.records()) != self.records[:reached]:
                return False
            return Stand(journal.balances(), journal.row_counts()) == self.stands[reached]
        except ComityError:
            return False
        finally:
            _drop(journal)


class ToldJournal(SqliteJournal):
    """A journal that tells the disk when a commit is acknowledged, and keeps what it then holds."""

    run: Run
    acknowledges_first = False

    def append(self, entry: Entry) -> None:
        """Append, and acknowledge."""
        if self.acknowledges_first:
            self.run.disk.acknowledge(entry.record.sequence)
        super().append(entry)
        self.run.disk.acknowledge(entry.record.sequence)
        self.run.records.append(entry.record)
        self.run.stands.append(Stand(self.balances(), self.row_counts()))


VFS = DiskVfs("comity-tests-disk", Disk())


def journal_on(files: dict[str, bytearray]) -> SqliteJournal:
    """Open a journal on files of a disk that nobody records."""
    VFS.disk = Disk(files, is_recording=False)
    return SqliteJournal(VFS.connect(FILE), Path(FILE))


def _drop(journal: SqliteJournal) -> None:
    """Close without the checkpoint that a close makes: the files are thrown away."""
    journal._connection.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)
    journal.close()


def run_day(inputs: Inputs, *, setting: str = "", acknowledges_first: bool = False) -> Run:
    """Settle the day on a recording disk, to its close."""
    run = Run(Disk())
    run.stands.append(Stand({}, RowCounts(0, 0, 0, 0)))
    VFS.disk = run.disk
    journal = ToldJournal(VFS.connect(FILE), Path(FILE))
    journal.run, journal.acknowledges_first = run, acknowledges_first
    journal._connection.execute(f"PRAGMA wal_autocheckpoint={WAL_PAGES}; {setting}").fetchall()
    settle_day(journal, inputs, day=DAY)
    journal.close()
    return run


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the day's arrangement folder."""
    return make_day(tmp_path_factory.mktemp("power") / "day")


@pytest.fixture(scope="module")
def inputs(folder: Path) -> Inputs:
    """Give the day's inputs."""
    return load_arrangement(folder).inputs


@pytest.fixture(scope="module")
def run(inputs: Inputs) -> Run:
    """Give the uninterrupted run."""
    return run_day(inputs)


@dataclass(frozen=True, slots=True)
class Image:
    """The disk as one cut may leave it; good until the walk goes on."""

    cuts: PowerCuts
    place: int
    cut: Cut

    def files(self) -> dict[str, bytearray]:
        """Put the files together."""
        return self.cuts.left(self.cut, random.Random(f"{self.place} {self.cut}"))


def images_of(run: Run) -> Iterator[Image]:
    """Yield every different image that a cut at any point leaves."""
    cuts = PowerCuts()
    dropped = (-1, -1)
    for place in cuts.points(run.disk.operations):
        since = (cuts.syncs, cuts.acknowledged)
        for cut in Cut:
            # What is lost is the same until the next sync; with nothing pending nothing is torn.
            if since != dropped if cut is Cut.DROP else cuts.pending:
                yield Image(cuts, place, cut)
        dropped = since


def some_images_of(run: Run, count: int) -> Iterator[Image]:
    """Yield so many images, drawn from all."""
    total = sum(1 for _ in images_of(run))
    chosen = frozenset(random.Random(count).sample(range(total), count))
    return (image for place, image in enumerate(images_of(run)) if place in chosen)


@pytest.mark.slow
def test_a_power_cut_at_any_write_or_sync_loses_and_tears_nothing(
    run: Run, record_property: Callable[[str, object], None]
) -> None:
    points = sum(operation.act is not Act.ACKNOWLEDGE for operation in run.disk.operations)
    assert points >= POINTS_MIN
    assert len(run.records) >= COMMITS_MIN
    images = 0
    for image in images_of(run):
        images += 1
        acknowledged = image.cuts.acknowledged
        assert run.image_is_sound(image.files(), acknowledged), (image.place, image.cut)
    record_property("points", points)
    record_property("images", images)


@pytest.mark.slow
def test_a_day_cut_off_anywhere_is_settled_to_the_same_end(
    run: Run, inputs: Inputs, folder: Path, tmp_path: Path
) -> None:
    expected = _end_of(run, folder, tmp_path / "expected")
    for number, image in enumerate(some_images_of(run, RESUMED)):
        journal = journal_on(image.files())
        settle_day(journal, inputs, day=DAY)
        assert final_state(journal).tables == expected.tables
        if number < PUBLISHED:
            journal.check_soundness()
            results = tmp_path / str(number)
            publish(journal, folder, results)
            assert final_state(journal, results) == expected
        _drop(journal)


def _end_of(run: Run, folder: Path, results: Path) -> FinalState:
    journal = journal_on({name: bytearray(data) for name, data in run.disk.files.items()})
    assert verify_journal(journal).ok
    publish(journal, folder, results)
    return final_state(journal, results)


def publish(journal: SqliteJournal, folder: Path, results: Path) -> None:
    """Run the command on a journal that stays open; of a day that is closed it only publishes."""
    results.mkdir()
    staying = mock.patch.object(journal, "close")
    with staying, mock.patch("comity.cli.settle.open_journal", return_value=journal):
        settle_quietly(folder, results)


@pytest.mark.slow
def test_without_syncs_the_test_sees_what_is_lost(inputs: Inputs) -> None:
    assert share_seen(run_day(inputs, setting="PRAGMA synchronous=OFF")) > 0.5


@pytest.mark.slow
def test_with_fewer_syncs_the_test_sees_what_is_lost(inputs: Inputs) -> None:
    assert share_seen(run_day(inputs, setting="PRAGMA synchronous=NORMAL")) > 0.1


@pytest.mark.slow
def test_acknowledging_before_the_commit_is_seen_as_a_loss(inputs: Inputs) -> None:
    assert share_seen(run_day(inputs, acknowledges_first=True)) > 0.5


def share_seen(run: Run) -> float:
    """Return the share of images, out of some, that are found lost or torn."""
    unsound = [
        image
        for image in some_images_of(run, CONTROL_IMAGES)
        if not run.image_is_sound(image.files(), image.cuts.acknowledged)
    ]
    return len(unsound) / CONTROL_IMAGES
