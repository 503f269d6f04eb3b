"""Files that are there whole or not at all."""

import os
from pathlib import Path


def replace_whole(path: Path, data: bytes) -> None:
    """Write a file beside its place and move it there; what stood there before is gone then.

    Raises:
        OSError: the disk refused.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.part")
    beside.write_bytes(data)
    os.replace(beside, path)  # noqa: PTH105 — the atomic rename of the standard library
