"""`comity compare`: what each way of settling would cost, on your payments."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import time
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)
from rich.progress import Task as ProgressTask
from rich.text import Text

from comity.arrangement.party_files import load_countries
from comity.cli.compare_tables import print_comparison
from comity.cli.options import find_option
from comity.cli.printing import json_text, print_json
from comity.errors import UsageError
from comity.feeds.rates import load_rates
from comity.fx import OfficialRate
from comity.reports.compare_files import MANIFEST, manifest_bytes, table_files
from comity.reports.compare_report import render_comparison
from comity.reports.publication import write_whole
from comity.simulator.comparing import Plan, Results, check_plan, possible_options
from comity.simulator.document import Sampling, compare_document
from comity.simulator.hours import Hours
from comity.simulator.intervals import RESAMPLES
from comity.simulator.options import CYCLES_MAX, OPTIONS, Option, with_cycles
from comity.simulator.payment_format import PaymentFormat
from comity.simulator.payment_table import PaymentTable
from comity.simulator.tables import result_tables
from comity.sweeps import Sweep, SweepInterrupted, run_sweep
from comity.sweeps.progress_log import ProgressLog

BASELINE: Final = "gross"
EXIT_INTERRUPTED: Final = 130  # as shells say it of what Ctrl-C ended
NETTED: Final = "net-multilateral"
"""The option of which other numbers of cycles are tried beside those compared."""
DEFAULT_CYCLES: Final = "1,2,4,8,24"
DEFAULT_LIQUIDITY: Final = "0,0.25,0.5,0.75,1"
DEFAULT_LEVEL: Final = "0.5"
DEFAULT_OUT: Final = "out"
_HOUR_US: Final = 3_600_000_000
_MARGIN_US: Final = 180_000_000
_LAST_HOUR: Final = 23

OptionNames = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME[:CYCLES]|FILE.toml",
        help="An option to compare, repeated for more; the first is the baseline. Without any:"
        " gross, and all others that the payments allow.",
    ),
]
Levels = Annotated[
    str,
    typer.Option(metavar="A,B,…", help="Levels between the lower (0) and upper (1) bound."),
]
Level = Annotated[
    str, typer.Option(metavar="A", help="Level at which options are held side by side.")
]
Opens = Annotated[
    str | None, typer.Option(metavar="HH:MM", help="Opening; else the hour of the first.")
]
Closes = Annotated[
    str | None, typer.Option(metavar="HH:MM", help="Close; else the hour behind the last.")
]
ColumnNames = Annotated[
    list[str] | None,
    typer.Option(metavar="NAME=THEIRS", help="What the file calls a column, repeated."),
]
SkippedNames = Annotated[
    list[str] | None,
    typer.Option(metavar="THEIRS", help="A column not to be read, repeated; * for all others."),
]
CurrencyCode = Annotated[
    str | None, typer.Option(metavar="CODE", help="Of all payments, without such a column.")
]
ZoneName = Annotated[
    str | None,
    typer.Option(metavar="ZONE", help="Clock that times with an offset are put to."),
]
RatesFolder = Annotated[
    Path | None,
    typer.Option(help="Folder of official rates, for options in which payers pay at home."),
]
PartiesFile = Annotated[
    Path | None,
    typer.Option(help="CSV: party,country; else the countries of names that are BICs."),
]
Jobs = Annotated[
    int | None,
    typer.Option(metavar="N", min=1, max=256, help="Processes; else one a core if it is worth it."),
]
Cluster = Annotated[
    str | None, typer.Option("--dask", metavar="ADDRESS", help="Scheduler of a Dask cluster.")
]
Cycles = Annotated[
    str | None,
    typer.Option(
        metavar="N,M,…",
        help="Numbers of cycles of net-multilateral to try at the level of --at; 0 none. Without"
        " it 1,2,4,8,24 where that option is compared.",
    ),
]
Resamples = Annotated[int, typer.Option(metavar="N", help="Resamples behind each interval.")]
Seed = Annotated[int, typer.Option(metavar="S", help="Of the resampling.")]
OutFolder = Annotated[
    Path | None, typer.Option(help="Folder for results; else `out/FILE` beside the file.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")]


def compare_options(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Payments, CSV or Parquet.")],
    *,
    option: OptionNames = None,
    liquidity: Levels = DEFAULT_LIQUIDITY,
    at: Level = DEFAULT_LEVEL,
    opens: Opens = None,
    closes: Closes = None,
    column: ColumnNames = None,
    skip: SkippedNames = None,
    currency: CurrencyCode = None,
    time_zone: ZoneName = None,
    rates: RatesFolder = None,
    parties: PartiesFile = None,
    cycles: Cycles = None,
    bootstrap: Resamples = RESAMPLES,
    seed: Seed = 1,
    jobs: Jobs = None,
    dask: Cluster = None,
    out: OutFolder = None,
    as_json: AsJson = False,
) -> None:
    """Settle the payments of a file in several ways, by the live engine, and say what each costs.

    FILE has the columns time, debtor, creditor, currency, amount, and if wanted date, priority,
    purpose, from, till, link. Leaves a report for the browser, the document that --json prints
    and every table as CSV and Parquet. Exit codes: 0 done, 2 bad input, 4 unavailable.

    Example: comity compare examples/compare/two-weeks.csv --out build/compare

    With cycles: comity compare FILE --option gross --option net-multilateral:8

    Between countries: comity compare FILE --option gross --option clearing-union --rates FOLDER
    """
    # Loads what reads columns, which no other command needs.
    from comity.feeds.payments import load_payments  # noqa: PLC0415

    form = replace(_format(column or [], time_zone), skipped=frozenset(skip or ()))
    table = load_payments(file, replace(form, currency=currency))
    if parties is not None:
        table = replace(table, countries=load_countries(parties, table))
    published = () if rates is None else load_rates(rates)
    hours = _hours(table, opens, closes)
    chosen, left_out = _chosen(table, option or [], hours, published)
    levels = tuple(sorted({_level(text, "--liquidity") for text in liquidity.split(",")}))
    sampling = Sampling(seed, bootstrap, _level(at, "--at"))
    _check(chosen, levels, sampling.level)
    side = _beside(chosen, cycles)
    plan = Plan(chosen, levels, hours, published, detailed_at=sampling.level, side=side)
    folder = out or file.parent / DEFAULT_OUT / file.stem
    results, log = _swept(table, plan, Sweep(folder, jobs, dask), told=not as_json)
    document = compare_document(table, results, sampling)
    files = _write(folder, file, document, results)
    log.remove()
    if as_json:
        print_json(document)
        return
    print_comparison(Console(highlight=False), document, files)
    for line in left_out:
        Console(highlight=False, soft_wrap=True).print(f" left out  {line}", style="dim")


def _swept(
    table: PaymentTable, plan: Plan, sweep: Sweep, *, told: bool
) -> tuple[Results, ProgressLog]:
    check_plan(table, plan)
    try:
        with _progress(enabled=told) as progress:
            return run_sweep(table, plan, sweep, progress)
    except SweepInterrupted as error:
        typer.echo(f"broken off: {error}; run the same command again to go on", err=True)
        raise typer.Exit(EXIT_INTERRUPTED) from error


def _write(
    folder: Path, source: Path, document: dict[str, Any], results: Results
) -> dict[str, Path]:
    """Write everything that is left, and return what is shown of it."""
    tables = result_tables(document, results)
    files = {
        "report.html": render_comparison(document, source.name),
        "compare.json": json_text(document).encode(),
        **table_files(tables),
    }
    files[MANIFEST] = manifest_bytes(files, tables, document)
    for name, data in files.items():
        write_whole(folder / name, data)
    return {
        "Report": folder / "report.html",
        "Document": folder / "compare.json",
        "Tables": folder / MANIFEST,
    }


def _chosen(
    table: PaymentTable, names: Sequence[str], hours: Hours, rates: Sequence[OfficialRate]
) -> tuple[tuple[Option, ...], tuple[str, ...]]:
    """Return the options asked for, or all that are possible, and why others are not."""
    if names:
        return tuple(find_option(name) for name in names), ()
    gross = OPTIONS[BASELINE]
    others = [one for one in OPTIONS.values() if one is not gross]
    return possible_options(table, (gross, *others), hours, rates)


def _beside(chosen: Sequence[Option], cycles: str | None) -> tuple[Option, ...]:
    """Return what is tried beside the options that were chosen: other numbers of cycles."""
    there = {one.cycles for one in chosen if one.name.partition(":")[0] == NETTED}
    if cycles is None:
        cycles = DEFAULT_CYCLES if there else "0"
    asked = [text.strip() for text in cycles.split(",")]
    if not all(text.isascii() and text.isdigit() and int(text) <= CYCLES_MAX for text in asked):
        raise UsageError(
            f"--cycles: found {cycles!r}, expected such as 1,2,8, at most {CYCLES_MAX}"
        )
    wanted = sorted({int(text) for text in asked} - there - {0})
    return tuple(with_cycles(OPTIONS[NETTED], each) for each in wanted)


def _level(text: str, name: str) -> Fraction:
    try:
        found = Fraction(text.strip())
    except (ValueError, ZeroDivisionError):
        found = Fraction(-1)
    if not 0 <= found <= 1 or len(text) > _LEVEL_CHARACTERS:
        raise UsageError(f"{name}: found {text!r}, expected numbers from 0 to 1, such as 0.25")
    return found


def _check(chosen: Sequence[Option], levels: Sequence[Fraction], level: Fraction) -> None:
    names = [one.name for one in chosen]
    if len(set(names)) < len(names):
        raise UsageError(f"--option: found {', '.join(names)}, expected each once")
    if level not in levels:
        shown = ", ".join(f"{float(each):g}" for each in levels)
        raise UsageError(f"--at: found {float(level):g}, expected one of --liquidity: {shown}")


def _format(columns: Sequence[str], zone: str | None) -> PaymentFormat:
    said = {}
    for each in columns:
        ours, mark, theirs = each.partition("=")
        if not mark:
            raise UsageError(f"--column: found {each!r}, expected such as debtor=payer_bank")
        said[ours] = theirs
    try:
        time_zone = None if zone is None else ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise UsageError(f"--time-zone: found {zone!r}, expected such as Asia/Bishkek") from error
    return PaymentFormat(columns=said, time_zone=time_zone)


def _hours(table: PaymentTable, opens: str | None, closes: str | None) -> Hours:
    """Return the hours that were asked for, else whole hours around all payments."""
    first = int(table.time_us.min()) // _HOUR_US
    last = -(-(int(table.time_us.max()) + _MARGIN_US) // _HOUR_US)
    latest = time(last) if last <= _LAST_HOUR else time(_LAST_HOUR, 59)
    found = Hours(
        time(first) if opens is None else _clock(opens, "--opens"),
        latest if closes is None else _clock(closes, "--closes"),
    )
    if found.closes <= found.opens:
        raise UsageError(f"--closes: found {found.closes:%H:%M}, expected later than the opening")
    return found


def _clock(text: str, name: str) -> time:
    try:
        found = time.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{name}: found {text!r}, expected HH:MM") from error
    if found.second or found.microsecond or found.tzinfo is not None:
        raise UsageError(f"{name}: found {text!r}, expected HH:MM")
    return found


class _RateColumn(ProgressColumn):
    """How many trials are done in a second."""

    def render(self, task: ProgressTask) -> Text:
        speed = task.finished_speed or task.speed
        return Text("" if speed is None else f"{speed:.1f}/s", style="dim")


@contextmanager
def _progress(*, enabled: bool) -> Iterator[Callable[[int, int], None]]:
    """Give a function that is told how many trials are done; nothing of it stays on the screen."""
    columns = (
        TextColumn("Settling"),
        BarColumn(40),
        MofNCompleteColumn(),
        _RateColumn(),
        TimeRemainingColumn(),
    )
    with Progress(
        *columns, console=Console(stderr=True), transient=True, disable=not enabled
    ) as bar:
        task = bar.add_task("", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


_LEVEL_CHARACTERS: Final = 20
