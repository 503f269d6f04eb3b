"""The benchmarks in the order in which they run, with what each is expected to reach.

    make bench
    python benchmarks/run.py --full --runs 1 --only files

A figure is quoted with machine, size and spread; see `docs/performance.md`.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import (
    alternatives,
    baselines,
    columns,
    compare,
    engine,
    files,
    release,
    screening,
    setoff,
)
from benchmarks.machine import describe
from benchmarks.measuring import (
    Measurement,
    Order,
    Sample,
    pinned,
    run_worker,
    summarise,
    tell,
)
from benchmarks.table import print_table, to_document

BENCHMARKS: dict[str, Callable[[Order], list[Sample]]] = {
    "rows": baselines.rows_alone,
    "hashing": baselines.hashing,
    "touching": baselines.touching,
    "syncing": baselines.syncing,
    "columns": columns.columns_to_durable,
    "resume": columns.resume,
    "verify": columns.verify,
    "parsing": baselines.parsing,
    "files": files.files_to_durable,
    "outgoing": files.outgoing,
    "screening": screening.screening,
    "engine": engine.engine,
    "release": release.release,
    "release-large": release.release_large,
    "pssimpy": release.release_beside_pssimpy,
    "compare": compare.compare_file,
    "compare-pssimpy": compare.compare_beside_pssimpy,
    "compare-sweep": compare.compare_sweep,
    "setoff-random": setoff.setoff_random,
    "setoff-scale-free": setoff.setoff_scale_free,
    "setoff-small": setoff.setoff_small,
    "setoff-smallest": setoff.setoff_smallest,
    "setoff-large": setoff.setoff_large,
    "setoff-liquidity": setoff.setoff_with_liquidity,
}
"""What a worker process can measure; a later one may read the database of one before it."""

_OF_COLUMNS = ("rows", "hashing", "touching", "syncing", "columns", "resume", "verify")
_OF_FILES = ("parsing", "files", "outgoing")
_OF_RELEASE = ("engine", "release", "release-large")
_OF_SETOFF = {
    "setoff-random": 1,
    "setoff-scale-free": 1,
    "setoff-small": setoff.SMALLER,
    "setoff-smallest": setoff.SMALLER**2,
    "setoff-liquidity": 1,
}
"""And by how much fewer obligations each has than there are payments."""

_SOLVERS = ("ortools", "highspy", "networkx")
_SCREENED = 22_000
_PSSIMPY_PAYMENTS = 10_000
_PSSIMPY_PAYMENTS_FULL = 100_000
_MILLION = 1_000_000
_LARGE_OBLIGATIONS = 10 * _MILLION
_SWEEP_PAYMENTS = 2_400
_SWEEP_PAYMENTS_FULL = 24_000


@dataclass(frozen=True, slots=True)
class Options:
    """What was asked for on the command line.

    Attributes:
        runs: how often each benchmark is run.
        payments: rows of the column benchmarks.
        scale: times the example day's 40,000 payments.
        pssimpy_payments: of the day that PSSimPy settles too.
        large_obligations: of the network that memory is judged by, 0 without it.
        sweep_payments: of a day that many options are tried on.
        only: names of benchmarks; empty runs all.
        folder: where everything is written, on the disk to be measured.
    """

    runs: int
    payments: int
    scale: int
    pssimpy_payments: int
    large_obligations: int
    sweep_payments: int
    only: tuple[str, ...]
    folder: Path


def measure(options: Options) -> Iterator[Measurement]:
    """Yield each measurement as soon as its runs are done."""
    sizes = {"hashing": baselines.HASHED_MEGABYTES, "touching": baselines.TOUCHED_MEGABYTES}
    for name in _OF_COLUMNS:
        if _is_wanted(name, options):
            size = sizes.get(name, options.payments)
            yield from _runs(Order(name, size, options.folder), options.runs)
    if _is_wanted("screening", options):
        yield from _runs(Order("screening", _SCREENED, options.folder), options.runs)
    for name in _OF_RELEASE:
        if _is_wanted(name, options):
            size = release.LARGE if name == "release-large" else options.payments
            yield from _runs(Order(name, size, options.folder), options.runs)
    for name in ("pssimpy", "compare-pssimpy"):
        if _is_wanted(name, options):
            yield from _beside_pssimpy(name, options)
    yield from _comparing(options)
    yield from _setting_off(options)
    wanted = [name for name in _OF_FILES if _is_wanted(name, options)]
    if not wanted:
        return
    day = options.folder / "day"
    _say(f"generating a day at scale {options.scale}")
    files.generate_day(day, options.scale)
    for name in wanted:
        yield from _runs(Order(name, files.payments_of(day), day), options.runs)


def _setting_off(options: Options) -> Iterator[Measurement]:
    wanted = [name for name in _OF_SETOFF if _is_wanted(name, options)]
    for package in _SOLVERS if wanted else ():
        missing = alternatives.why_missing(package)
        if missing:
            _say(f"set-off beside {package}: not measured: {missing}")
    for name in wanted:
        size = options.payments // _OF_SETOFF[name]
        yield from _runs(Order(name, size, options.folder), options.runs)
    if options.large_obligations and _is_wanted("setoff-large", options):
        yield from _runs(Order("setoff-large", options.large_obligations, options.folder), 1)


def _comparing(options: Options) -> Iterator[Measurement]:
    if _is_wanted("compare", options):
        yield from _runs(Order("compare", options.payments, options.folder), options.runs)
    if _is_wanted("compare-sweep", options):
        yield from _runs(Order("compare-sweep", options.sweep_payments, options.folder), 1)


def _beside_pssimpy(name: str, options: Options) -> list[Measurement]:
    missing = alternatives.why_missing("PSSimPy")
    if missing:
        _say(f"{name}: not measured: {missing}")
        return []
    order = Order(name, options.pssimpy_payments, options.folder)
    # The greater day takes PSSimPy a minute, and its share of noise is the smaller for it.
    is_full = options.pssimpy_payments >= _PSSIMPY_PAYMENTS_FULL
    return _runs(order, 1 if is_full else options.runs)


def _runs(order: Order, runs: int) -> list[Measurement]:
    _say(f"{order.benchmark}: {runs} run(s)")
    return summarise([run_worker(order) for _ in range(runs)])


def _is_wanted(name: str, options: Options) -> bool:
    return not options.only or name in options.only


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def _work(name: str, size: str, folder: str) -> None:
    """Be the worker: measure once on one core and print what came out."""
    with pinned():
        tell(BENCHMARKS[name](Order(name, int(size), Path(folder))))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure speed and memory.")
    parser.add_argument("--runs", type=int, default=3, help="runs of each (default 3)")
    parser.add_argument(
        "--payments", type=int, default=_MILLION, help="rows from columns (default a million)"
    )
    parser.add_argument("--scale", type=int, default=3, help="times 40,000 payments in files")
    parser.add_argument(
        "--full",
        action="store_true",
        help=f"a day of a million payments in files ({files.FULL_SCALE} times, 1.2 GB), "
        f"{_PSSIMPY_PAYMENTS_FULL:,} instead of {_PSSIMPY_PAYMENTS:,} for PSSimPy, "
        f"{_SWEEP_PAYMENTS_FULL:,} instead of {_SWEEP_PAYMENTS:,} a day for a sweep, "
        f"and {_LARGE_OBLIGATIONS:,} obligations to set off",
    )
    parser.add_argument(
        "--only", action="append", default=[], choices=sorted(BENCHMARKS), help="may be repeated"
    )
    parser.add_argument("--folder", type=Path, help="where to write; else a temporary folder")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--worker", nargs=3, help=argparse.SUPPRESS)
    return parser.parse_args()


def main() -> None:
    """Run what was asked for and print it."""
    given = _arguments()
    if given.worker:
        _work(*given.worker)
        return
    if given.folder:
        given.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="comity-bench-", dir=given.folder) as temporary:
        options = Options(
            runs=given.runs,
            payments=given.payments,
            scale=files.FULL_SCALE if given.full else given.scale,
            pssimpy_payments=_PSSIMPY_PAYMENTS_FULL if given.full else _PSSIMPY_PAYMENTS,
            large_obligations=_LARGE_OBLIGATIONS if given.full else 0,
            sweep_payments=_SWEEP_PAYMENTS_FULL if given.full else _SWEEP_PAYMENTS,
            only=tuple(given.only),
            folder=Path(temporary),
        )
        machine = {"date": datetime.now(tz=UTC).date().isoformat(), **describe(options.folder)}
        found = list(measure(options))
    if given.json:
        print(json.dumps(to_document(machine, found), ensure_ascii=False, indent=2))
    else:
        print_table(machine, found)


if __name__ == "__main__":
    main()
