"""A copy of the small arrangement to break in one place at a time."""

import shutil
from pathlib import Path

from comity.arrangement import load_scheme
from comity.errors import Fault, InputFaultsError

SMALL = Path(__file__).parents[2] / "fixtures" / "arrangement-small"


def copy_small(target: Path) -> Path:
    """Copy tests/fixtures/arrangement-small into a folder and return the copy."""
    return Path(shutil.copytree(SMALL, target / "arrangement"))


def edit(folder: Path, name: str, old: str, new: str) -> None:
    """Replace the one place in a file where a text stands."""
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{name} has {text.count(old)} of {old!r}"
    path.write_text(text.replace(old, new), encoding="utf-8")


def append(folder: Path, name: str, text: str) -> None:
    """Add lines at the end of a file."""
    with (folder / name).open("a", encoding="utf-8") as stream:
        stream.write(text)


def faults_of(folder: Path) -> tuple[Fault, ...]:
    """Return the faults of a folder that must have some."""
    try:
        load_scheme(folder)
    except InputFaultsError as error:
        return error.faults
    raise AssertionError("the folder was loaded without a fault")
