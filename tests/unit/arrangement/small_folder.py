"""A copy of the small arrangement to break in one place at a time."""

import shutil
from datetime import date
from pathlib import Path

from comity.agreements.register import Act, ActKind, ask_or_second
from comity.arrangement import (
    REGISTER_FILE,
    load_acts,
    load_scheme,
    load_versions,
    register_bytes,
)
from comity.errors import Fault, InputFaultsError

SMALL = Path(__file__).parents[2] / "fixtures" / "arrangement-small"

SIGNED_ON = date(2025, 6, 1)


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


def bind(folder: Path, *keys: str) -> None:
    """Propose and ratify versions, each act by two people, behind what stands there."""
    versions = {each.key: each for each in load_versions(folder)}
    acts = load_acts(folder) or ()
    for key in keys:
        asked: list[tuple[ActKind, str | None]] = [(ActKind.PROPOSE, None)]
        asked += [(ActKind.RATIFY, party) for party in versions[key].parties]
        for kind, party in asked:
            for actor in ("A. First", "B. Second"):
                wanted = Act(0, SIGNED_ON, kind, key, party, None, actor, None, "")
                acts = (*acts, ask_or_second(acts, versions, wanted))
    (folder / REGISTER_FILE).write_bytes(register_bytes(acts))
