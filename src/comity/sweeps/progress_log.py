"""What is done of a sweep: one line a task, each with its checksum, until the sweep is over.

A line that is torn, changed, or of another sweep is never taken: its task is done again.
"""

import hashlib
import json
import os
import shutil
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from comity.simulator.comparing import DayResult
from comity.sweeps.records import decode_record, encode_record

FOLDER: Final = ".sweep"
_FILE: Final = "done.jsonl"
_DIGEST: Final = 64
_UNREADABLE = (ValueError, TypeError, KeyError, AttributeError, IndexError)

Part = tuple[DayResult, ...]


class ProgressLog:
    """The results of tasks that are done, by their numbers.

    Args:
        out: folder of the results; the log lies in `.sweep/KEY` within it.
        key: of payments, plan and version: 64 hexadecimal digits.
    """

    def __init__(self, out: Path, key: str) -> None:
        self._folder = out / FOLDER / key
        self._path = self._folder / _FILE
        self._key = key
        self._file: int | None = None

    def __enter__(self) -> Self:
        """Make the folder, and open the log for what is to come."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._file = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the log; it stays where it is."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def read(self) -> dict[int, Part]:
        """Return everything that is there and whole."""
        found: dict[int, Part] = {}
        if not self._path.is_file():
            return found
        for line in self._path.read_bytes().split(b"\n"):
            digest, _, payload = line.partition(b" ")
            if digest.decode(errors="replace") != self._digest(payload):
                continue
            try:
                number, part = json.loads(payload)
                found[int(number)] = decode_record(tuple[DayResult, ...], part)
            except _UNREADABLE:
                continue
        return found

    def write(self, number: int, part: Part) -> None:
        """Add a task; one write a line, begun on a line of its own whatever was torn before."""
        assert self._file is not None, "the log is open while a sweep runs"
        payload = json.dumps([number, encode_record(part)], separators=(",", ":")).encode()
        os.write(self._file, b"\n" + self._digest(payload).encode() + b" " + payload + b"\n")

    def remove(self) -> None:
        """Remove the log, and its folder where no other sweep has one there."""
        shutil.rmtree(self._folder, ignore_errors=True)
        parent = self._folder.parent
        if parent.is_dir() and not any(parent.iterdir()):
            parent.rmdir()

    def _digest(self, payload: bytes) -> str:
        return hashlib.sha256(self._key.encode() + payload).hexdigest()
