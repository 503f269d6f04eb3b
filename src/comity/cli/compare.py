"""`comity compare`: what each way of settling would cost, on your payments."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

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
from comity.cli.compare_arguments import (
    DEFAULT_LEVEL,
    DEFAULT_LIQUIDITY,
    DEFAULT_SHIFT,
    AsJson,
    Closes,
    Cluster,
    ColumnNames,
    CurrencyCode,
    Cycles,
    Days,
    Jobs,
    Level,
    Levels,
    Opens,
    OptionNames,
    OutFolder,
    PartiesFile,
    RatesFolder,
    Resamples,
    Seed,
    ShiftText,
    SkippedNames,
    SourcePath,
    ZoneName,
    check_levels,
    format_of,
    hours_of,
    level_of,
    options_beside,
    shift_of,
)
from comity.cli.compare_source import Source, read_source
from comity.cli.compare_tables import print_comparison
from comity.cli.options import find_option
from comity.cli.printing import json_text, print_json
from comity.feeds.rates import load_rates
from comity.fx import OfficialRate
from comity.reports.compare_files import MANIFEST, manifest_bytes, table_files
from comity.reports.compare_report import render_comparison
from comity.reports.publication import write_whole
from comity.simulator.chosen_days import choose_days
from comity.simulator.comparing import Plan, Results, check_plan, possible_options
from comity.simulator.document import Sampling, compare_document
from comity.simulator.hours import Hours
from comity.simulator.intervals import RESAMPLES
from comity.simulator.options import OPTIONS, Option
from comity.simulator.payment_format import PaymentFormat
from comity.simulator.payment_table import PaymentTable
from comity.simulator.sensitivity_document import Shift, Shifted, shift_table
from comity.simulator.tables import result_tables
from comity.sweeps import Sweep, SweepInterrupted, run_sweep
from comity.sweeps.progress_log import ProgressLog

BASELINE: Final = "gross"
EXIT_INTERRUPTED: Final = 130  # as shells say it of what Ctrl-C ended
DEFAULT_OUT: Final = "out"


def compare_options(
    source: SourcePath,
    *,
    option: OptionNames = None,
    liquidity: Levels = DEFAULT_LIQUIDITY,
    at: Level = DEFAULT_LEVEL,
    days: Days = None,
    opens: Opens = None,
    closes: Closes = None,
    column: ColumnNames = None,
    skip: SkippedNames = None,
    currency: CurrencyCode = None,
    time_zone: ZoneName = None,
    rates: RatesFolder = None,
    parties: PartiesFile = None,
    cycles: Cycles = None,
    shift: ShiftText = DEFAULT_SHIFT,
    bootstrap: Resamples = RESAMPLES,
    seed: Seed = 1,
    jobs: Jobs = None,
    dask: Cluster = None,
    out: OutFolder = None,
    as_json: AsJson = False,
) -> None:
    """Settle payments in several ways, by the live engine, and say what each costs.

    A file has the columns time, debtor, creditor, currency, amount, and if wanted date, priority,
    purpose, from, till, link. Of an arrangement folder or a database what its agreements accepted
    is compared, at its own official rates. Leaves a report for the browser, the document that
    --json prints and every table as CSV and Parquet. Exit codes: 0 done, 2 bad input, 3 a
    database does not prove, 4 unavailable.

    Example: comity compare examples/compare/two-weeks.csv --out build/compare

    With cycles: comity compare FILE --option gross --option net-multilateral:8

    An arrangement: comity compare examples/kyrgyzstan-russia --out build/compare

    Between countries: comity compare FILE --option gross --option clearing-union --rates FOLDER
    """
    form = replace(format_of(column or [], time_zone), skipped=frozenset(skip or ()))
    sampling = Sampling(seed, bootstrap, level_of(at, "--at"))
    levels = tuple(sorted({level_of(text, "--liquidity") for text in liquidity.split(",")}))
    moved = shift_of(shift, seed)
    found = _read(source, replace(form, currency=currency), days, parties, told=not as_json)
    published = found.rates if rates is None else load_rates(rates)
    hours = hours_of(found.hours, opens, closes)
    chosen, left_out = _chosen(found.table, option or [], hours, published)
    check_levels(chosen, levels, sampling.level)
    side = options_beside(chosen, cycles)
    plan = Plan(chosen, levels, hours, published, detailed_at=sampling.level, side=side)
    folder = out or _folder_of(source)
    document, files = _compare(
        found.table, plan, sampling, moved, _Runs(source, Sweep(folder, jobs, dask), not as_json)
    )
    if as_json:
        print_json(document)
    else:
        print_comparison(Console(highlight=False), document, files)
        _print_left_out(found, left_out)


def _read(
    source: Path, form: PaymentFormat, days: str | None, parties: Path | None, *, told: bool
) -> Source:
    """Return the payments of the days asked for, with the countries of their parties."""
    with _telling(enabled=told) as tell:
        found = read_source(source, form, tell)
    table = found.table if days is None else choose_days(found.table, days)
    if parties is not None:
        table = replace(table, countries=load_countries(parties, table))
    return replace(found, table=table)


def _compare(
    table: PaymentTable, plan: Plan, sampling: Sampling, shift: Shift, runs: "_Runs"
) -> tuple[dict[str, Any], dict[str, Path]]:
    """Try the plan, and at one level on payments sent at other times; write what is found."""
    results = runs.run(table, plan, "Settling")
    shifted = None
    if shift.share:
        other = replace(plan, levels=(sampling.level,), detailed_at=None, side=())
        moved = shift_table(table, plan, shift)
        shifted = Shifted(shift, runs.run(moved, other, "Sent at other times"))
    document = compare_document(table, results, sampling, shifted)
    files = _write(runs.sweep.out, runs.source, document, results)
    runs.remove_logs()
    return document, files


def _folder_of(source: Path) -> Path:
    """Return where results go if nobody says: `out` beside a file, within a folder."""
    if source.is_dir():
        return source / DEFAULT_OUT / "compare"
    return source.parent / DEFAULT_OUT / source.stem


def _print_left_out(found: Source, options: Mapping[str, Sequence[str]]) -> None:
    """Print which payments and which options were not compared, and why."""
    console = Console(highlight=False, soft_wrap=True)
    lines = [f"{count:,} payment{'s' * (count > 1)}: {why}" for why, count in found.left_out]
    lines += [f"{', '.join(names)}: {why}" for why, names in options.items()]
    for line in lines:
        console.print(f" left out  {line}", style="dim", markup=False)


@dataclass(slots=True)
class _Runs:
    """The sweeps of a comparison; their logs stay until its results are written."""

    source: Path
    sweep: Sweep
    told: bool
    logs: list[ProgressLog] = field(default_factory=list)

    def run(self, table: PaymentTable, plan: Plan, what: str) -> Results:
        check_plan(table, plan)
        try:
            with _progress(what, enabled=self.told) as progress:
                results, log = run_sweep(table, plan, self.sweep, progress)
        except SweepInterrupted as error:
            typer.echo(f"broken off: {error}; run the same command again to go on", err=True)
            raise typer.Exit(EXIT_INTERRUPTED) from error
        self.logs.append(log)
        return results

    def remove_logs(self) -> None:
        for log in self.logs:
            log.remove()


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
) -> tuple[tuple[Option, ...], dict[str, list[str]]]:
    """Return the options asked for, or all that are possible, and why others are not."""
    if names:
        return tuple(find_option(name) for name in names), {}
    gross = OPTIONS[BASELINE]
    others = [one for one in OPTIONS.values() if one is not gross]
    return possible_options(table, (gross, *others), hours, rates)


class _RateColumn(ProgressColumn):
    """How many trials are done in a second."""

    def render(self, task: ProgressTask) -> Text:
        speed = task.finished_speed or task.speed
        return Text("" if speed is None else f"{speed:.1f}/s", style="dim")


@contextmanager
def _telling(*, enabled: bool) -> Iterator[Callable[[str], None]]:
    """Give a function that shows what is being done; nothing of it stays on the screen."""
    console = Console(stderr=True)
    if not (enabled and console.is_terminal):
        yield lambda what: None
        return
    with console.status("") as status:
        yield status.update


@contextmanager
def _progress(what: str, *, enabled: bool) -> Iterator[Callable[[int, int], None]]:
    """Give a function that is told how many trials are done; nothing of it stays on the screen."""
    columns = (
        TextColumn(what),
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
