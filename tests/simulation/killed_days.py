"""Kills a settling process again and again, runs `settle` after it, and reports what became of it.

A program of its own, without threads, so that it may fork: everything is imported and every kernel
loaded once, and each child starts where `settle` would. Called with the arrangement folder, a
folder to work in, the number of this program, how many share the points, and after how many kills
one is followed by the whole command; prints one JSON line for the uninterrupted run and one for
each kill.

After every kill the day is settled to its end and the whole database compared. Statements, messages
and reports are made from the database alone, so they are written and compared after every
`n`-th kill, and after each that fell into their writing.
"""

import gc
import json
import os
import random
import shutil
import signal
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace
from unittest import mock

import apsw
from tests.simulation.small_day import DAY, FinalState, final_state, settle_quietly

from comity.bootstrap import load_arrangement
from comity.service import settle_day
from comity.service.ports import Entry
from comity.storage import SqliteJournal, open_journal

POINTS = {"write": 30, "sync": 20, "commit": 25, "step": 15, "output": 10}
"""How many kills by each measure of progress, 100 in all.

`write` and `sync` are calls of the file system, on a journal that locks exclusively (SQLite shares
no memory through a Python file system); the others happen to the journal as it is in production:
`commit` after a commit and before it is acknowledged, `step` within SQLite's own work, every
`STEPS_APART` instructions of its machine, and `output` around the writing of a result file.
"""

STEPS_APART = 200
SEED = 20_260_525


@dataclass(slots=True)
class Progress:
    """Counts what happens and kills its own process at the chosen moment.

    Attributes:
        counts: how often each kind has happened.
        target: kind and number at which to die; None to only count.
        told: where acknowledged commits are written to, one number a line.
    """

    target: tuple[str, int] | None = None
    told: int | None = None
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(POINTS, 0))
    counts_at_commits: list[dict[str, int]] = field(default_factory=list)

    def passes(self, kind: str) -> None:
        """Count one and die where it is the one."""
        self.counts[kind] += 1
        if self.target == (kind, self.counts[kind]):
            os.kill(os.getpid(), signal.SIGKILL)

    def steps(self) -> bool:
        """Count SQLite's own work; never stops it otherwise."""
        self.passes("step")
        return False

    def acknowledge(self, sequence: int) -> None:
        """Tell the outside that a commit is durable."""
        self.counts_at_commits.append(dict(self.counts))
        if self.told is not None:
            os.write(self.told, f"{sequence}\n".encode())


class KillingFile(apsw.VFSFile):
    """A file that counts its writes and syncs."""

    def __init__(self, name: str | apsw.URIFilename | None, flags: list[int]) -> None:
        super().__init__("", name, flags)

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802 — the interface's name
        """Write, and count."""
        super().xWrite(data, offset)
        PROGRESS[0].passes("write")

    def xSync(self, flags: int) -> None:  # noqa: N802
        """Count, and sync: a kill leaves written what is not yet synced."""
        PROGRESS[0].passes("sync")
        super().xSync(flags)


class KillingVfs(apsw.VFS):
    """The system's files, counted."""

    def __init__(self) -> None:
        super().__init__("comity-tests-killing", base="")

    def xOpen(  # noqa: N802
        self, name: str | apsw.URIFilename | None, flags: list[int]
    ) -> apsw.VFSFile:
        """Open a file of the system."""
        return KillingFile(name, flags)


PROGRESS = [Progress()]
"""The one in use; files made by SQLite find it here."""

VFS = KillingVfs()


class ToldJournal(SqliteJournal):
    """A journal that counts its commits and acknowledges them."""

    def append(self, entry: Entry) -> None:
        """Append, count, acknowledge."""
        super().append(entry)
        PROGRESS[0].passes("commit")
        PROGRESS[0].acknowledge(entry.record.sequence)


def open_told(path: Path) -> SqliteJournal:
    """Open a journal as in production, but counted."""
    connection = apsw.Connection(str(path))
    connection.set_progress_handler(PROGRESS[0].steps, STEPS_APART)
    return ToldJournal(connection, path)


def open_counted(path: Path) -> SqliteJournal:
    """Open a journal whose writes and syncs are counted."""
    connection = apsw.Connection(str(path), vfs="comity-tests-killing")
    connection.execute("PRAGMA locking_mode=EXCLUSIVE")
    return ToldJournal(connection, path)


def settle_told(folder: Path, results: Path, progress: Progress, kind: str) -> None:
    """Settle the day with everything counted that kills of a kind need."""
    PROGRESS[0] = progress
    opened = open_counted if kind in {"write", "sync"} else open_told
    moved = os.replace

    def move(source: Path, target: Path) -> None:
        progress.passes("output")
        moved(source, target)
        progress.passes("output")

    with (
        mock.patch("comity.cli.settle.open_journal", opened),
        mock.patch("comity.reports.publication.os", SimpleNamespace(replace=move)),
    ):
        settle_quietly(folder, results)


def in_child(work: Callable[[int], None]) -> tuple[int, list[int]]:
    """Do work in a fork with a pipe to tell through; return its wait status and what it told."""
    receiving, telling = os.pipe()
    child = os.fork()
    if not child:
        status = 1
        try:
            os.close(receiving)
            work(telling)
            status = 0
        finally:
            os._exit(status)
    os.close(telling)
    with os.fdopen(receiving) as told:
        numbers = [int(line) for line in told]
    return os.waitpid(child, 0)[1], numbers


@dataclass(frozen=True, slots=True)
class Kill:
    """Where to kill a run, and whether the whole command follows it."""

    kind: str
    number: int
    is_published: bool


def draw_kills(by_writes: Progress, by_steps: Progress, publish_every: int) -> list[Kill]:
    """Draw the moments to die at, by progress.

    Two of a kind lie anywhere in the run, the others before its last commit; those of `output`
    come after it.
    """
    chance = random.Random(SEED)
    kills: list[Kill] = []
    for kind, count in POINTS.items():
        progress = by_writes if kind in {"write", "sync"} else by_steps
        last = progress.counts[kind]
        in_time = progress.counts_at_commits[-1][kind] or last
        drawn = set(chance.sample(range(1, last + 1), 2))
        while len(drawn) < count:
            drawn.add(chance.randint(1, in_time))
        for number in sorted(drawn):
            is_published = kind == "output" or len(kills) % publish_every == 0
            kills.append(Kill(kind, number, is_published))
    return kills


def outcome_of_kill(
    folder: Path, work: Path, kill: Kill, expected: FinalState
) -> dict[str, object]:
    """Kill a run at a point, settle again, and say how both went."""
    results = work / "results"
    shutil.rmtree(results, ignore_errors=True)
    results.mkdir(parents=True)
    target = (kill.kind, kill.number)
    status, told = in_child(
        lambda pipe: settle_told(folder, results, Progress(target, pipe), kill.kind)
    )
    durable = head_of_copy(results, work / "copy")
    finish = settle_quietly if kill.is_published else settle_only
    again, _ = in_child(lambda _: finish(folder, results))
    journal = open_journal(results / "comity.db")
    found = final_state(journal, results)
    journal.close()
    if not kill.is_published:
        found = replace(found, outputs=expected.outputs)
    return {
        "point": list(target),
        "published": kill.is_published,
        "killed": os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL,
        "acknowledged": told[-1] if told else 0,
        "in_order": told == list(range(1, len(told) + 1)),
        "durable": durable,
        "settled_again": again == 0,
        "differs_in": differences(expected, found),
    }


def settle_only(folder: Path, results: Path) -> None:
    """Settle the day to its close and publish nothing."""
    journal = open_journal(results / "comity.db")
    settle_day(journal, load_arrangement(folder).inputs, day=DAY)
    journal.close()


def head_of_copy(results: Path, copy: Path) -> int:
    """Return the last record of a database as the kill left it, without touching it."""
    shutil.rmtree(copy, ignore_errors=True)
    copy.mkdir()
    for path in results.glob("comity.db*"):
        if not path.name.endswith("-shm"):
            shutil.copy(path, copy)
    if not (copy / "comity.db").exists():
        return 0
    journal = open_journal(copy / "comity.db")
    head = journal.head()
    journal.close()
    return head.sequence if head else 0


def differences(expected: FinalState, found: FinalState) -> list[str]:
    """Return the names of what differs."""
    one, other = asdict(expected), asdict(found)
    names = [name for name in ("head", "batches") if one[name] != other[name]]
    for group in ("tables", "outputs"):
        keys = sorted({*one[group], *other[group]})
        names.extend(key for key in keys if one[group].get(key) != other[group].get(key))
    return names


def main() -> None:
    """Run as a program."""
    folder, work = Path(sys.argv[1]), Path(sys.argv[2])
    number, programs, publish_every = map(int, sys.argv[3:])
    runs = {}
    for kind in ("write", "step"):
        results = work / f"whole-{kind}"
        results.mkdir(parents=True)
        runs[kind] = Progress()
        settle_told(folder, results, runs[kind], kind)
    results = work / "whole-step"
    journal = open_journal(results / "comity.db")
    expected = final_state(journal, results)
    journal.close()
    sys.stdout.write(json.dumps({"batches": expected.batches, "counts": _counts(runs)}) + "\n")
    # Objects that live on are not counted over again, so children share their pages.
    gc.freeze()
    for kill in draw_kills(runs["write"], runs["step"], publish_every)[number::programs]:
        line = outcome_of_kill(folder, work, kill, expected)
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()


def _counts(runs: dict[str, Progress]) -> dict[str, dict[str, int]]:
    return {kind: progress.counts for kind, progress in runs.items()}


if __name__ == "__main__":
    main()
