"""The composition root: adapters are put together with the use cases here, and nowhere else."""

from dataclasses import dataclass
from pathlib import Path

from comity.arrangement import (
    LISTS_FOLDER,
    RATES_FOLDER,
    SERIES_FILE,
    load_scheme,
    payment_files,
)
from comity.errors import Fault, UsageError
from comity.feeds.lists import load_lists
from comity.feeds.rates import load_rates
from comity.screening import Screener, Watchlist
from comity.service import Inputs
from comity.statistics import SeriesLine, read_series


@dataclass(frozen=True, slots=True)
class FileSource:
    """A message in a file.

    Attributes:
        path: relative to the arrangement folder, with forward slashes.
        location: where the file is.
    """

    path: str
    location: Path

    def read(self) -> bytes:
        """Return the file's bytes."""
        return self.location.read_bytes()


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
        InputFaultsError: with every fault of the first level that has any.
    """
    if not folder.is_dir():
        raise UsageError(f"{folder}: found no such folder, expected an arrangement folder")
    scheme = load_scheme(folder)
    rates, lists = folder / RATES_FOLDER, folder / LISTS_FOLDER
    watchlists: tuple[Watchlist, ...] = load_lists(lists) if lists.is_dir() else ()
    inputs = Inputs(
        scheme=scheme,
        rates=load_rates(rates) if rates.is_dir() else (),
        screener=Screener(watchlists),
        messages=tuple(
            FileSource(path.relative_to(folder).as_posix(), path) for path in payment_files(folder)
        ),
    )
    return Arrangement(
        inputs=inputs,
        series=_load_series(folder / SERIES_FILE),
        warnings=tuple(fault for one in watchlists for fault in one.warnings),
    )


def _load_series(path: Path) -> tuple[SeriesLine, ...]:
    return read_series(path.read_text(encoding="utf-8"), name=str(path)) if path.is_file() else ()
