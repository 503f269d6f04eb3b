"""Files a settled day leaves behind, each written whole or not at all.

A file is written beside its place and moved there, so that a run killed in between leaves no half
report; writing the same day again writes the same bytes to the same places.
"""

import os
from collections.abc import Iterable
from pathlib import Path


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that it is there whole or not at all.

    Raises:
        OSError: the disk refused.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.part")
    beside.write_bytes(data)
    os.replace(beside, path)  # noqa: PTH105 — the atomic rename of the standard library


def write_messages(folder: Path, messages: Iterable[tuple[str, str, bytes]]) -> int:
    """Write messages (receiver, name, data) into a folder a receiver; return how many."""
    count = 0
    for receiver, name, data in messages:
        write_whole(folder / receiver / name, data)
        count += 1
    return count
