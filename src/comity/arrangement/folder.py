"""What lies in an arrangement folder, and reading it without leaving the folder.

Nothing is read through a link that leads out of the folder, from a pipe or a device, or above a
size with a name. A file that stands where scheme files stand but is none of them is a fault,
because a misspelt agreement would otherwise be missing in silence; anything else beside the
known names is only noted. Read-me files, and names that begin with a point, are left alone.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from comity.errors import Fault, InputFaultsError

ARRANGEMENT_FILE: Final = "arrangement.toml"
PARTICIPANTS_FILE: Final = "participants.csv"
ACCOUNTS_FILE: Final = "accounts.csv"
RESOURCES_FILE: Final = "resources.csv"
LIMITS_FILE: Final = "limits.csv"
SERIES_FILE: Final = "series/all_payments.csv"

CALENDARS_FOLDER: Final = "calendars"
AGREEMENTS_FOLDER: Final = "agreements"
QUOTES_FOLDER: Final = "quotes"
RATES_FOLDER: Final = "rates"
LISTS_FOLDER: Final = "lists"
SERIES_FOLDER: Final = "series"
PAYMENTS_FOLDER: Final = "payments"

FILE_BYTES_MAX: Final = 4 << 20
"""Greatest size of one file of the scheme (rates, lists and payments have limits of their own)."""

FILE_LINE_MAX: Final = 10_000
"""Greatest length of a line of such a file, in characters."""

AGREEMENT_FILES_MAX: Final = 500
"""Agreement versions in one folder; each is compared with each other one."""

_TOP_FILES: Final = (ARRANGEMENT_FILE, PARTICIPANTS_FILE, ACCOUNTS_FILE)
_OPTIONAL_FILES: Final = (LIMITS_FILE, RESOURCES_FILE)
PACKAGE_FILE: Final = "package.toml"
"""What agreements are to do together; nothing is settled by it."""
REGISTER_FILE: Final = "register.jsonl"
"""Acts on agreements; without it every version is in force on the days that its text says."""
_SCHEME_FOLDERS: Final = (AGREEMENTS_FOLDER, CALENDARS_FOLDER)
_OTHER_FOLDERS: Final = (LISTS_FOLDER, QUOTES_FOLDER, RATES_FOLDER, SERIES_FOLDER)
_KNOWN: Final = frozenset(
    {
        *_TOP_FILES,
        *_OPTIONAL_FILES,
        PACKAGE_FILE,
        REGISTER_FILE,
        *_SCHEME_FOLDERS,
        *_OTHER_FOLDERS,
        PAYMENTS_FOLDER,
    }
)
_README_NAMES: Final = frozenset({"README", "README.md", "README.txt"})


@dataclass(frozen=True, slots=True)
class Listing:
    """The files of a scheme, by name, and what is wrong with the names.

    Attributes:
        names: paths of files below the folder, with `/`, sorted by their bytes.
        faults: links, pipes and files that stand where they do not belong.
        notes: names at the top that are none of an arrangement and are not read.
    """

    names: tuple[str, ...]
    faults: tuple[Fault, ...]
    notes: tuple[str, ...]

    def below(self, folder: str) -> tuple[str, ...]:
        """Return the names below one folder of the arrangement."""
        return tuple(name for name in self.names if name.startswith(f"{folder}/"))


def list_scheme_files(folder: Path) -> Listing:
    """Look through everything but the payments; reads no file.

    Raises:
        InputFaultsError: the folder itself is not there or not a folder.
    """
    _require_folder(folder)
    names: list[str] = []
    faults: list[Fault] = []
    present = {entry.name for entry in os.scandir(folder)}
    for name in _TOP_FILES:
        if name in present:
            faults.extend(_link_faults(folder, name, names))
        else:
            faults.append(Fault(name, 0, "", "no such file", "this file in every arrangement"))
    for name in _OPTIONAL_FILES:
        if name in present:
            faults.extend(_link_faults(folder, name, names))
    for part in (*_SCHEME_FOLDERS, *_OTHER_FOLDERS):
        if part in present:
            faults.extend(_walk(folder, part, names))
    faults.extend(_misplaced(names))
    agreements = [name for name in names if name.startswith(f"{AGREEMENTS_FOLDER}/")]
    if not agreements or len(agreements) > AGREEMENT_FILES_MAX:
        expected = f"1 to {AGREEMENT_FILES_MAX} files, one a version of an agreement"
        faults.append(Fault(f"{AGREEMENTS_FOLDER}/", 0, "", str(len(agreements)), expected))
    notes = {name for name in present - _KNOWN if not _is_left_alone(name)}
    return Listing(
        names=tuple(sorted(names, key=os.fsencode)),
        faults=tuple(sorted(faults, key=lambda fault: fault.file)),
        notes=tuple(sorted(map(shown_name, notes))),
    )


def payment_files(folder: Path) -> tuple[Path, ...]:
    """Return the payment messages of an arrangement, `payments/**/*.xml`, by the bytes of paths.

    The order is part of the contract: payments that arrive at the same instant are taken in it.

    Raises:
        InputFaultsError: something below `payments/` is not a message file: another ending, a
            link out of the folder, a pipe.
    """
    _require_folder(folder)
    if not folder.joinpath(PAYMENTS_FOLDER).exists():
        return ()
    names: list[str] = []
    faults = list(_walk(folder, PAYMENTS_FOLDER, names))
    faults.extend(
        Fault(shown_name(name), 0, "", "a file that is not read", "message files ending in .xml")
        for name in names
        if not name.endswith(".xml")
    )
    if faults:
        raise InputFaultsError(sorted(faults, key=lambda fault: fault.file))
    return tuple(folder / name for name in sorted(names, key=os.fsencode))


def read_scheme_file(folder: Path, name: str) -> str:
    """Return the text of a listed file, without a byte-order mark.

    Raises:
        InputFaultsError: it cannot be read, is too large or is not UTF-8.
    """
    try:
        with folder.joinpath(name).open("rb") as stream:
            data = stream.read(FILE_BYTES_MAX + 1)
    except OSError as error:
        raise _refused(name, 0, error.strerror or "an error", "a readable file") from error
    if len(data) > FILE_BYTES_MAX:
        raise _refused(name, 0, "a larger file", f"at most {FILE_BYTES_MAX} bytes")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        found = f"byte 0x{data[error.start]:02x}"
        raise _refused(name, line, found, "text in UTF-8") from error
    for number, line_text in enumerate(text.split("\n"), start=1):
        if len(line_text) > FILE_LINE_MAX:
            found = f"a line of {len(line_text)} characters"
            raise _refused(name, number, found, f"at most {FILE_LINE_MAX}")
    return text


def shown_name(name: str) -> str:
    """Return a file name as it can be printed: bytes that are not UTF-8 are written out."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _require_folder(folder: Path) -> None:
    if not folder.is_dir():
        found = "no folder" if not folder.exists() else "a file"
        raise _refused(str(folder), 0, found, "an arrangement folder")
    if not os.access(folder, os.R_OK | os.X_OK):
        raise _refused(str(folder), 0, "a folder that may not be read", "permission to read it")


def _is_left_alone(name: str) -> bool:
    # Desktops and editors leave files of their own, which begin with a point.
    return name in _README_NAMES or name.startswith(".")


def _refused(name: str, line: int, found: str, expected: str) -> InputFaultsError:
    return InputFaultsError([Fault(shown_name(name), line, "", found, expected)])


def _walk(folder: Path, part: str, names: list[str]) -> Iterator[Fault]:
    """Add the files below a part of the folder to the names, and yield what cannot be read."""
    pending = [part]
    while pending:
        current = pending.pop()
        path = folder / current
        if path.is_symlink() or not path.is_dir():
            expected = "a folder of its own, not a link" if path.is_symlink() else "a folder"
            yield Fault(shown_name(current), 0, "", "something else", expected)
            continue
        try:
            entries = list(os.scandir(path))
        except OSError as error:
            yield Fault(shown_name(current), 0, "", error.strerror or "an error", "a folder")
            continue
        for entry in entries:
            name = f"{current}/{entry.name}"
            if _is_left_alone(entry.name):
                continue
            if entry.is_dir(follow_symlinks=False):
                pending.append(name)
            else:
                yield from _link_faults(folder, name, names)


def _link_faults(folder: Path, name: str, names: list[str]) -> Iterator[Fault]:
    """Add one file to the names, or yield why it may not be read."""
    path = folder / name
    try:
        real = path.resolve(strict=True)
    except (OSError, RuntimeError):
        yield Fault(shown_name(name), 0, "", "a link that leads nowhere", "a file")
        return
    if path.is_symlink() and not real.is_relative_to(folder.resolve()):
        yield Fault(shown_name(name), 0, "", "a link out of the folder", "a file in the folder")
    elif not real.is_file():
        yield Fault(shown_name(name), 0, "", "something else", "a file")
    else:
        names.append(name)


def _misplaced(names: list[str]) -> Iterator[Fault]:
    for name in names:
        part, _, rest = name.partition("/")
        nested = "/" in rest
        if part in _SCHEME_FOLDERS and (nested or not rest.endswith(".toml")):
            expected = f"files {part}/*.toml; move it out of {part}/"
        elif part == QUOTES_FOLDER and (nested or not rest.endswith(".csv")):
            expected = f"files {part}/*.csv; move it out of {part}/"
        elif part == SERIES_FOLDER and name != SERIES_FILE:
            expected = f"{SERIES_FILE} alone"
        else:
            continue
        yield Fault(shown_name(name), 0, "", "a file that is not read", expected)
