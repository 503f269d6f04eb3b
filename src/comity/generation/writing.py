"""Generated files put into a folder; the only place of this package that touches a disk."""

from collections.abc import Iterable
from pathlib import Path

from comity.generation.days import GeneratedFile


def write_files(folder: Path, files: Iterable[GeneratedFile]) -> tuple[int, int]:
    """Write files below a folder, making the folders in between.

    Args:
        folder: exists already.
        files: with paths below it; written as they come.

    Returns:
        Number of files and of bytes.
    """
    count = size = 0
    made: set[str] = set()
    for each in files:
        parent, _, _ = each.path.rpartition("/")
        if parent not in made:
            (folder / parent).mkdir(parents=True, exist_ok=True)
            made.add(parent)
        (folder / each.path).write_bytes(each.data)
        count += 1
        size += len(each.data)
    return count, size
