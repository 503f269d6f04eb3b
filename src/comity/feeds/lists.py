"""Loader of a folder of sanctions lists as published: all of them, or every fault of them.

One adapter a format: UN XML, OFAC csv. A file that no adapter reads is a fault, for a list that is
passed over in silence would let payments pass.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from comity.errors import Fault, InputFaultsError, UsageError
from comity.feeds.lists_files import LIST_BYTES_MAX, ListFile
from comity.feeds.lists_ofac import read_ofac_list
from comity.feeds.lists_un import read_un_list
from comity.screening import Watchlist

_SDN = "sdn"
_ALT = "alt"
_PASSED_OVER = frozenset({"readme.md", "readme.txt"})
"""Notes of the folder's owner, in any case; so are names that begin with a dot."""

_EXPECTED = "a UN list (*.xml) or OFAC files (sdn*.csv with alt*.csv)"


@dataclass(frozen=True, slots=True)
class LoadedList:
    """A list and the files it was read from: one of UN XML, two of OFAC csv."""

    watchlist: Watchlist
    paths: tuple[Path, ...]


def load_lists(folder: Path) -> tuple[Watchlist, ...]:
    """Return the lists of a folder in the order of their file names; none if it holds none.

    `sdn<suffix>.csv` and `alt<suffix>.csv` belong together; neither is read without the other.

    Raises:
        UsageError: the folder does not exist.
        InputFaultsError: with the faults of all files.
    """
    return tuple(one.watchlist for one in load_lists_with_files(folder))


def load_lists_with_files(folder: Path) -> tuple[LoadedList, ...]:
    """Return the same, each with its files; raises the same."""
    if not folder.is_dir():
        raise UsageError(f"{folder}: found no such folder, expected a folder of sanctions lists")
    lists: list[LoadedList] = []
    faults: list[Fault] = []
    for paths in _groups(folder):
        try:
            lists.append(LoadedList(_read(paths), paths))
        except InputFaultsError as error:
            faults += error.faults
    if faults:
        raise InputFaultsError(faults)
    return tuple(lists)


def _groups(folder: Path) -> Iterator[tuple[Path, ...]]:
    """Yield the files of each list; a partner that is missing is left out of its pair."""
    paths = sorted(
        path
        for path in folder.iterdir()
        if not path.name.startswith(".") and path.name.lower() not in _PASSED_OVER
    )
    names = {path.name for path in paths}
    for path in paths:
        if not path.name.startswith(_ALT) or path.suffix != ".csv":
            partner = path.with_name(_ALT + path.name.removeprefix(_SDN))
            is_pair = path.name.startswith(_SDN) and partner.name in names
            yield (path, partner) if is_pair else (path,)
        elif _SDN + path.name.removeprefix(_ALT) not in names:
            yield (path,)


def _read(paths: tuple[Path, ...]) -> Watchlist:
    first = paths[0]
    is_csv = first.suffix == ".csv" and first.name.startswith((_SDN, _ALT))
    if not first.is_file() or not (is_csv or first.suffix == ".xml"):
        raise InputFaultsError([Fault(str(first), 0, "", "a file of no known list", _EXPECTED)])
    if is_csv and len(paths) == 1:
        partner = (_ALT if first.name.startswith(_SDN) else _SDN) + first.name[len(_SDN) :]
        found = f"no {partner} beside it"
        raise InputFaultsError([Fault(str(first), 0, "", found, "sdn and alt files in pairs")])
    files = [_list_file(path) for path in paths]
    return read_ofac_list(files[0], files[1]) if is_csv else read_un_list(files[0])


def _list_file(path: Path) -> ListFile:
    """Return the file, of which no more than one byte above the limit is ever read."""
    with path.open("rb") as stream:
        return ListFile(str(path), stream.read(LIST_BYTES_MAX + 1))
