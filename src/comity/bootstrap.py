"""The composition root: adapters are put together with the use cases here, and nowhere else."""

import hashlib
import os
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, TypeVar

from comity.agreements import Quote, Scheme
from comity.arrangement import (
    LISTS_FOLDER,
    RATES_FOLDER,
    SERIES_FILE,
    load_acts,
    load_quotes,
    load_scheme,
    payment_files,
)
from comity.errors import Fault, InputFaultsError, UsageError
from comity.feeds.lists import load_lists
from comity.feeds.rates import load_rates
from comity.messages.definitions import MESSAGE_BYTES_MAX
from comity.screening import Screener
from comity.service import Inputs
from comity.statistics import SeriesLine, read_series

_CHUNK_BYTES: Final = 1 << 20
_CONTROLS: Final = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class FileSource:
    """A message in a file.

    Attributes:
        path: relative to the arrangement folder, with forward slashes; see `message_path`.
        location: where the file is.
    """

    path: str
    location: Path

    def read(self) -> bytes:
        """Return the file's bytes; of a file too long for a message, one byte more than it may."""
        with self.location.open("rb") as stream:
            return stream.read(MESSAGE_BYTES_MAX + 1)

    def digest(self) -> tuple[bytes, int]:
        """Return the SHA-256 and the number of the file's bytes, holding one chunk at a time."""
        found, count = hashlib.sha256(), 0
        with self.location.open("rb") as stream:
            while chunk := stream.read(_CHUNK_BYTES):
                found.update(chunk)
                count += len(chunk)
        return found.digest(), count


def message_path(folder: Path, location: Path) -> str:
    """Return how a message file is named in the journal: its path below the folder, as text.

    Bytes that are not UTF-8, control characters and the backslash itself are written as escapes,
    so that two files never share a name and a name never breaks a line.
    """
    name = location.relative_to(folder).as_posix().replace("\\", "\\\\")
    text = os.fsencode(name).decode("utf-8", "backslashreplace")
    return _CONTROLS.sub(lambda found: f"\\x{ord(found[0]):02x}", text)


@dataclass(frozen=True, slots=True)
class Arrangement:
    """Everything an arrangement folder holds, loaded.

    Attributes:
        inputs: what a day is settled from.
        series: all payments between the countries, empty where the folder has no such series.
        warnings: what the readers could not use and say so.
    """

    inputs: Inputs
    series: tuple[SeriesLine, ...]
    warnings: tuple[Fault, ...]


def load_arrangement(folder: Path) -> Arrangement:
    """Load a folder.

    Raises:
        UsageError: there is no such folder.
        InputFaultsError: every fault of the scheme; where it has none, every fault of rates,
            lists, quotes, series and the names of message files.
    """
    if not folder.is_dir():
        raise UsageError(f"{folder}: found no such folder, expected an arrangement folder")
    scheme = load_scheme(folder)
    faults: list[Fault] = []
    rates = _loaded(load_rates, folder, RATES_FOLDER, faults)
    watchlists = _loaded(load_lists, folder, LISTS_FOLDER, faults)
    series = _loaded(_load_series, folder, SERIES_FILE, faults)
    quotes = _quotes(folder, scheme, faults)
    locations = _loaded(payment_files, folder, "", faults)
    if faults:
        raise InputFaultsError(faults)
    inputs = Inputs(
        scheme=scheme,
        rates=rates,
        screener=Screener(watchlists),
        messages=tuple(FileSource(message_path(folder, one), one) for one in locations),
        quotes=quotes,
        acts=load_acts(folder) or (),
    )
    return Arrangement(
        inputs=inputs,
        series=series,
        warnings=tuple(fault for one in watchlists for fault in one.warnings),
    )


def _quotes(folder: Path, scheme: Scheme, faults: list[Fault]) -> tuple[Quote, ...]:
    """Return the quotes of dealers; collect their faults."""
    try:
        return load_quotes(folder, scheme)
    except InputFaultsError as error:
        faults.extend(error.faults)
        return ()


_Item = TypeVar("_Item")


def _loaded(
    load: Callable[[Path], tuple[_Item, ...]], folder: Path, part: str, faults: list[Fault]
) -> tuple[_Item, ...]:
    """Return what a loader makes of a part, nothing where there is none; collect its faults."""
    if not (folder / part).exists():
        return ()
    try:
        return load(folder / part)
    except InputFaultsError as error:
        faults.extend(_placed(fault, folder, part) for fault in error.faults)
        return ()


def _placed(fault: Fault, folder: Path, part: str) -> Fault:
    """Return a fault whose file is named from the arrangement folder on."""
    name = fault.file.removeprefix(f"{folder}/")
    if not name.startswith(part):
        name = f"{part}/{name}"
    return replace(fault, file=name)


def _load_series(path: Path) -> tuple[SeriesLine, ...]:
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        found = f"byte 0x{error.object[error.start]:02x} at {error.start}"
        fault = Fault(SERIES_FILE, 0, "", found, "text in UTF-8")
        raise InputFaultsError([fault]) from error
    return read_series(text, name=SERIES_FILE)
