"""Versions of sanctions lists: taken in whole, kept for good, compared entry by entry.

`lists/` holds the files in use, `lists/.versions/HASH/` every version that was ever taken in, under
the head of its hash. A version is kept before it comes into use, so that none is ever lost.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from comity.errors import Fault, InputFaultsError, UsageError
from comity.feeds.lists import LoadedList, load_lists_with_files
from comity.feeds.whole_files import replace_whole
from comity.screening import Watchlist, WatchlistEntry
from comity.screening.watchlists import VERSION_HASH_CHARACTERS

VERSIONS_FOLDER: Final = ".versions"
"""Begins with a dot, so that the loader of the lists in use passes it over."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What taking in a version did.

    Attributes:
        watchlist: the version, now in use.
        replaced: label of the version in use before, empty where there was none.
        changed: whether it is another one.
    """

    watchlist: Watchlist
    replaced: str
    changed: bool


@dataclass(frozen=True, slots=True)
class EntryChange:
    """An entry that two versions hold differently.

    Attributes:
        before: as the earlier version has it.
        after: as the later one has it.
        fields: names of what differs, in the order of the record.
    """

    before: WatchlistEntry
    after: WatchlistEntry
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ListDifference:
    """What differs between two versions of one list, by reference.

    Attributes:
        before: the earlier version.
        after: the later one.
        added: entries that the later one has besides.
        removed: entries that it has no more.
        changed: entries that it has otherwise.
    """

    before: Watchlist
    after: Watchlist
    added: tuple[WatchlistEntry, ...]
    removed: tuple[WatchlistEntry, ...]
    changed: tuple[EntryChange, ...]


def take_lists(source: Path, lists: Path) -> tuple[Taken, ...]:
    """Take the published files of a folder into use, and keep them as versions.

    Nothing is changed unless every file of both folders can be read. A run that is killed between
    the two files of a pair is repeated: until then the pair is not the one that was published, and
    its hash says so.

    Raises:
        UsageError: a folder does not exist, or the source holds no list.
        InputFaultsError: with every fault of the files, or two versions of one list.
        OSError: the disk refused.
    """
    new = load_lists_with_files(source)
    if not new:
        raise UsageError(f"{source}: found no list, expected published files of sanctions lists")
    _refuse_twice(new)
    in_use = load_lists_with_files(lists) if lists.is_dir() else ()
    _refuse_twice(in_use)
    before = {one.watchlist.name: one for one in in_use}
    for one in (*in_use, *new):
        _keep(one, lists)
    return tuple(_take(one, before.get(one.watchlist.name), lists) for one in new)


def kept_versions(lists: Path) -> tuple[Watchlist, ...]:
    """Return every version kept beside the lists in use, by name and version.

    Raises:
        InputFaultsError: a kept file can be read no more, or is not the one its folder names.
    """
    folder = lists / VERSIONS_FOLDER
    found = []
    for one in sorted(folder.iterdir()) if folder.is_dir() else ():
        for loaded in load_lists_with_files(one):
            digits = loaded.watchlist.sha256[:VERSION_HASH_CHARACTERS]
            if digits != one.name:
                fault = Fault(str(one), 0, "", f"a list with the hash {digits}", one.name)
                raise InputFaultsError([fault])
            found.append(loaded.watchlist)
    return tuple(sorted(found, key=lambda one: (one.name, one.version, one.sha256)))


def compare_versions(before: Watchlist, after: Watchlist) -> ListDifference:
    """Return what differs, each part in the order of the file it stands in.

    Entries are the same by reference; of several with one reference, the first with the first.
    """
    earlier, later = _by_key(before.entries), _by_key(after.entries)
    changes = []
    for key, entry in later.items():
        if key in earlier and (fields := _differing(earlier[key], entry)):
            changes.append(EntryChange(earlier[key], entry, fields))
    return ListDifference(
        before=before,
        after=after,
        added=tuple(entry for key, entry in later.items() if key not in earlier),
        removed=tuple(entry for key, entry in earlier.items() if key not in later),
        changed=tuple(changes),
    )


_COMPARED = ("kind", "names", "weak_names", "identifiers", "programme", "remark")


def _differing(one: WatchlistEntry, other: WatchlistEntry) -> tuple[str, ...]:
    return tuple(name for name in _COMPARED if getattr(one, name) != getattr(other, name))


def _by_key(entries: Sequence[WatchlistEntry]) -> dict[tuple[str, int], WatchlistEntry]:
    by_key: dict[tuple[str, int], WatchlistEntry] = {}
    seen: dict[str, int] = {}
    for entry in entries:
        seen[entry.reference] = seen.get(entry.reference, 0) + 1
        by_key[entry.reference, seen[entry.reference]] = entry
    return by_key


def _refuse_twice(lists: Sequence[LoadedList]) -> None:
    first: dict[str, Path] = {}
    for one in lists:
        path = first.setdefault(one.watchlist.name, one.paths[0])
        if path != one.paths[0]:
            found = f"another version of the {one.watchlist.name} than {path.name}"
            raise InputFaultsError([Fault(str(one.paths[0]), 0, "", found, "one of each list")])


def _keep(one: LoadedList, lists: Path) -> None:
    folder = lists / VERSIONS_FOLDER / one.watchlist.sha256[:VERSION_HASH_CHARACTERS]
    for path in one.paths:
        if not (folder / path.name).exists():
            replace_whole(folder / path.name, path.read_bytes())


def _take(one: LoadedList, before: LoadedList | None, lists: Path) -> Taken:
    label = before.watchlist.label if before is not None else ""
    if label == one.watchlist.label:
        return Taken(one.watchlist, label, changed=False)
    for path in one.paths:
        replace_whole(lists / path.name, path.read_bytes())
    names = {path.name for path in one.paths}
    for path in before.paths if before is not None else ():
        if path.name not in names:
            path.unlink()
    return Taken(one.watchlist, label, changed=True)
