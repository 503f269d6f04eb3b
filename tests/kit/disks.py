"""A disk that remembers every write, and what is left of it when the power goes.

SQLite writes to it through its own interface for file systems; the run's writes, syncs, truncations
and removals are kept in order. From them the disk can be put together as a power cut would leave it
at any point: what was synced is there; of what was not, everything may be lost, single sectors of
512 bytes may have arrived, or later writes and not the earlier ones.

It is a model: a sync keeps its promise, a sector is written whole or not at all, and a file's first
sync makes its name durable too (SQLite syncs the folder of its journals itself).
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

import apsw

SECTOR_BYTES = 512


class Act(StrEnum):
    """What was done to a file, or told to the outside."""

    WRITE = "write"
    TRUNCATE = "truncate"
    DELETE = "delete"  # without a sync of the folder
    SYNC = "sync"  # also a removal with a sync of the folder
    ACKNOWLEDGE = "acknowledge"  # a commit was told to the outside; `offset` is its number


class Cut(StrEnum):
    """What a power cut does to writes that were not synced."""

    DROP = "drop"  # all are lost
    TEAR = "tear"  # of each, some sectors arrive
    REORDER = "reorder"  # each arrives whole or not, whatever came before it


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that happened, in order."""

    act: Act
    file: str = ""
    offset: int = 0  # also the new size of a truncation
    data: bytes = b""


@dataclass(slots=True)
class Disk:
    """Files in memory with everything that was done to them."""

    files: dict[str, bytearray] = field(default_factory=dict)
    operations: list[Operation] = field(default_factory=list)
    is_recording: bool = True
    before: Callable[[Act], None] = lambda act: None
    """Called before each write, truncation and sync; raises what a failing disk answers."""

    def note(self, operation: Operation) -> None:
        """Keep an operation."""
        if self.is_recording:
            self.operations.append(operation)

    def acknowledge(self, number: int) -> None:
        """Note that a commit was told to the outside."""
        self.note(Operation(Act.ACKNOWLEDGE, offset=number))


def apply_operation(files: dict[str, bytearray], operation: Operation) -> None:
    """Do an operation to files."""
    if operation.act is Act.DELETE:
        files.pop(operation.file, None)
    elif operation.act in {Act.WRITE, Act.TRUNCATE}:
        _change(files.setdefault(operation.file, bytearray()), operation)


def _change(content: bytearray, operation: Operation) -> None:
    if operation.act is Act.TRUNCATE:
        del content[operation.offset :]
        return
    if len(content) < operation.offset:
        content.extend(bytes(operation.offset - len(content)))
    content[operation.offset : operation.offset + len(operation.data)] = operation.data


@dataclass(slots=True)
class PowerCuts:
    """Walks a run's operations and gives the disk as a cut after any of them may leave it.

    Attributes:
        stable: files as they were last synced.
        pending: what was done since and is not synced, in order.
        acknowledged: the last commit told to the outside.
        syncs: how many syncs there were so far; between two of them `stable` is the same.
    """

    stable: dict[str, bytearray] = field(default_factory=dict)
    pending: list[Operation] = field(default_factory=list)
    acknowledged: int = 0
    syncs: int = 0

    def points(self, operations: list[Operation]) -> Iterator[int]:
        """Go through the operations; stop after each write, truncation, removal and sync."""
        for place, operation in enumerate(operations):
            match operation.act:
                case Act.ACKNOWLEDGE:
                    self.acknowledged = operation.offset
                    continue
                case Act.SYNC:
                    self._sync(operation.file)
                case _:
                    self.pending.append(operation)
            yield place

    def _sync(self, file: str) -> None:
        rest = []
        for operation in self.pending:
            if operation.file == file:
                apply_operation(self.stable, operation)
            else:
                rest.append(operation)
        self.pending = rest
        self.syncs += 1

    def left(self, cut: Cut, chance: random.Random) -> dict[str, bytearray]:
        """Return what a cut now leaves; files are copies."""
        files = {name: bytearray(content) for name, content in self.stable.items()}
        for operation in self.pending:
            for arrived in _arrived(operation, cut, chance):
                apply_operation(files, arrived)
        return files


def _arrived(operation: Operation, cut: Cut, chance: random.Random) -> Iterator[Operation]:
    """Yield the parts of an operation that reached the disk."""
    if cut is Cut.DROP:
        return
    if cut is Cut.REORDER or operation.act is not Act.WRITE:
        if chance.random() < 0.5:
            yield operation
        return
    start = operation.offset
    end = start + len(operation.data)
    for sector in range(start // SECTOR_BYTES, (end - 1) // SECTOR_BYTES + 1):
        first, last = max(start, sector * SECTOR_BYTES), min(end, (sector + 1) * SECTOR_BYTES)
        if chance.random() < 0.5:
            yield Operation(
                Act.WRITE, operation.file, first, operation.data[first - start : last - start]
            )


class DiskVfs(apsw.VFS):
    """SQLite's way to a disk; `disk` may be exchanged between two connections.

    It has no shared memory, so connections lock exclusively.
    """

    def __init__(self, name: str, disk: Disk) -> None:
        super().__init__(name, base="")
        self.name = name
        self.disk = disk

    def connect(self, file: str) -> apsw.Connection:
        """Open a connection to a file of the disk."""
        connection = apsw.Connection(file, vfs=self.name)
        connection.execute("PRAGMA locking_mode=EXCLUSIVE")
        return connection

    def xFullPathname(self, name: str) -> str:  # noqa: N802 — the interface's name
        """Names are as they are."""
        return name

    def xAccess(self, pathname: str, flags: int) -> bool:  # noqa: N802
        """Say whether there is such a file."""
        del flags
        return pathname in self.disk.files

    def xDelete(self, filename: str, syncdir: bool) -> None:  # noqa: N802
        """Remove a file."""
        self.disk.files.pop(filename, None)
        self.disk.note(Operation(Act.DELETE, filename))
        if syncdir:
            self.disk.note(Operation(Act.SYNC, filename))

    def xOpen(  # type: ignore[override]  # noqa: N802 — SQLite needs no more of a file than this
        self, name: str | apsw.URIFilename | None, flags: list[int]
    ) -> "DiskFile":
        """Open a file, or a temporary one that has no name and outlives nothing."""
        if name is None:
            return DiskFile(Disk(is_recording=False), "")
        path = name if isinstance(name, str) else name.filename()
        if path not in self.disk.files:
            if not flags[0] & apsw.SQLITE_OPEN_CREATE:
                raise apsw.CantOpenError(path)
            self.disk.files[path] = bytearray()
        flags[1] = flags[0]
        return DiskFile(self.disk, path)


class DiskFile:
    """An open file of a disk."""

    def __init__(self, disk: Disk, path: str) -> None:
        self._disk = disk
        self._path = path
        # A file that is removed lives on for those who have it open.
        self._content = disk.files.setdefault(path, bytearray())

    def xRead(self, amount: int, offset: int) -> bytes:  # noqa: N802
        """Read; beyond the end there is nothing."""
        return bytes(self._content[offset : offset + amount])

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        """Write."""
        self._do(Operation(Act.WRITE, self._path, offset, bytes(data)))

    def xTruncate(self, newsize: int) -> None:  # noqa: N802
        """Cut off."""
        self._do(Operation(Act.TRUNCATE, self._path, newsize))

    def xSync(self, flags: int) -> None:  # noqa: N802
        """Make everything written durable."""
        del flags
        self._disk.before(Act.SYNC)
        self._disk.note(Operation(Act.SYNC, self._path))

    def _do(self, operation: Operation) -> None:
        self._disk.before(operation.act)
        _change(self._content, operation)
        self._disk.note(operation)

    def xFileSize(self) -> int:  # noqa: N802
        """Return the size."""
        return len(self._content)

    def xSectorSize(self) -> int:  # noqa: N802
        """Return what is written whole or not at all."""
        return SECTOR_BYTES

    def xDeviceCharacteristics(self) -> int:  # noqa: N802
        """Promise what every file system promises: bytes beside a write stay as they are."""
        return int(apsw.SQLITE_IOCAP_POWERSAFE_OVERWRITE)

    def xFileControl(self, op: int, ptr: int) -> bool:  # noqa: N802
        """Know no controls."""
        del op, ptr
        return False

    def xLock(self, level: int) -> None:  # noqa: N802
        """Nobody else is there."""

    def xUnlock(self, level: int) -> None:  # noqa: N802
        """Nobody else is there."""

    def xCheckReservedLock(self) -> bool:  # noqa: N802
        """Nobody else is there."""
        return False

    def xClose(self) -> None:  # noqa: N802
        """Let go."""
