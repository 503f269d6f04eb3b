"""Files a settled day leaves behind, each written whole or not at all.

A file is written beside its place and moved there, so that a run killed in between leaves no half
report; writing the same day again writes the same bytes to the same places.
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that it is there whole or not at all.

    Raises:
        OSError: the disk refused.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.part")
    beside.write_bytes(data)
    os.replace(beside, path)  # noqa: PTH105 — the atomic rename of the standard library


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Give a place to write to in parts; it becomes the file when all of it was written.

    Where writing fails, nothing is left and what stood there before stays.

    Raises:
        OSError: the disk refused.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.part")
    try:
        yield beside
        os.replace(beside, path)  # noqa: PTH105 — the atomic rename of the standard library
    finally:
        beside.unlink(missing_ok=True)


class Deliverable(Protocol):
    """A message that knows to whom it goes and what its file is called."""

    @property
    def receiver(self) -> str: ...  # noqa: D102
    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def data(self) -> bytes: ...  # noqa: D102


def write_messages(folder: Path, messages: Iterable[Deliverable]) -> int:
    """Write messages into a folder a receiver, take away what another run left there.

    Returns:
        How many were written.
    """
    written: set[Path] = set()
    for one in messages:
        path = folder / one.receiver / one.name
        write_whole(path, one.data)
        written.add(path)
    for path in folder.glob("*/*.xml"):
        if path not in written:
            path.unlink()
    return len(written)
