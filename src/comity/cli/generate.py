"""`comity generate`: a complete arrangement folder with synthetic payments, or a table of them.

Of a folder, everything but payments, opening balances and the series of all payments is copied
from the arrangement given; what is drawn comes from `comity.generation`. A table is for
`generate_table`.
"""

import csv
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from comity.arrangement import LISTS_FOLDER, RATES_FOLDER, SERIES_FILE, load_scheme
from comity.cli.generate_table import TableOrder, generate_table
from comity.errors import UsageError
from comity.feeds.lists import load_lists
from comity.generation import GenerationOrder, check_order, generate, write_files

_COPIED = (
    "arrangement.toml",
    "participants.csv",
    "agreements",
    "calendars",
    RATES_FOLDER,
    LISTS_FOLDER,
)
"""Parts of the arrangement that generation takes over as they are."""

_BAR_WIDTH = 40


def generate_payments(
    folder: Annotated[
        Path | None, typer.Argument(help="The arrangement to generate payments for.")
    ] = None,
    *,
    out: Annotated[
        Path,
        typer.Option(help="New folder, empty or not there; with --profile FILE.csv or .parquet."),
    ],
    seed: Annotated[int, typer.Option(help="The same seed gives the same bytes.")] = 1,
    days: Annotated[int, typer.Option(help="Business days, one after another.")] = 1,
    scale: Annotated[
        str | None, typer.Option(help="FOLDER only: times its 40,000 payments a day, 1 if not set.")
    ] = None,
    first: Annotated[
        str | None, typer.Option("--date", help="First day; else that of the series or profile.")
    ] = None,
    profile: Annotated[
        str | None,
        typer.Option(metavar="NAME|FILE", help="Instead of FOLDER: one file of payments from it."),
    ] = None,
    payments_a_day: Annotated[
        int | None, typer.Option(metavar="N", help="With --profile: instead of the profile's.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")] = False,
) -> None:
    """Write synthetic payments: a complete arrangement folder, or a file for `comity compare`.

    Example: comity generate --profile six-currencies --days 20 --out build/six.parquet
    """
    first_day = None if first is None else _date(first, "--date")
    if profile is not None:
        if folder is not None:
            raise UsageError(f"--profile: found FOLDER {folder} too, expected one of the two")
        if scale is not None:
            raise UsageError("--scale: found it with --profile, expected --payments-a-day")
        order = TableOrder(profile, out, first_day, days, seed, payments_a_day)
        generate_table(order, as_json=as_json)
        return
    if folder is None:
        raise UsageError("FOLDER: found nothing, expected an arrangement folder, or --profile")
    if payments_a_day is not None:
        raise UsageError("--payments-a-day: found it without --profile, expected --scale")
    order_of_folder = GenerationOrder(
        scheme=load_scheme(folder),
        first_day=_first_day(folder) if first_day is None else first_day,
        day_count=days,
        seed=seed,
        scale_permille=_scale_permille("1" if scale is None else scale),
        listed_names=_listed_names(folder / LISTS_FOLDER),
    )
    _generate_folder(folder, out, order_of_folder, as_json=as_json)


def _generate_folder(folder: Path, out: Path, order: GenerationOrder, *, as_json: bool) -> None:
    check_order(order)
    _prepare(folder, out)
    with _progress(order, as_json=as_json) as advance:
        files, size = write_files(out, generate(order, progress=advance))
    document = _document(out, files=files, size=size)
    if as_json:
        typer.echo(json.dumps(document, ensure_ascii=False, indent=2))
        return
    _print_summary(document)


def _first_day(folder: Path) -> date:
    """Return the first day that the folder's own series speaks of."""
    path = folder / SERIES_FILE
    if path.is_file():
        with path.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                return _date(row.get("period_start") or "", f"{path}: period_start")
    raise UsageError(f"{path}: found no day, expected one there or with --date")


def _date(text: str, place: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{place}: found {text!r}, expected a date as 2026-05-25") from None


def _scale_permille(text: str) -> int:
    """Return a decimal number in thousandths; finer steps would be lost, and are refused."""
    try:
        permille = Decimal(text) * 1_000
    except InvalidOperation:
        permille = Decimal("NaN")
    if not permille.is_finite() or permille != permille.to_integral_value():
        raise UsageError(f"--scale: found {text!r}, expected a number as 0.05 or 2, in thousandths")
    return int(permille)


def _listed_names(folder: Path) -> tuple[str, ...]:
    """Return one name of each entry of the lists, for payments that screening will hold."""
    if not folder.is_dir():
        return ()
    return tuple(entry.names[0] for watchlist in load_lists(folder) for entry in watchlist.entries)


def _prepare(folder: Path, out: Path) -> None:
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UsageError(f"--out: found {out} with something in it, expected a new folder")
    out.mkdir(parents=True, exist_ok=True)
    for name in _COPIED:
        source = folder / name
        if source.is_dir():
            shutil.copytree(source, out / name)
        elif source.is_file():
            shutil.copyfile(source, out / name)


@contextmanager
def _progress(order: GenerationOrder, *, as_json: bool) -> Iterator[Any]:
    """Show a bar on standard error where the work takes more than a moment."""
    console = Console(stderr=True)
    if as_json or not console.is_terminal:
        yield None
        return
    columns = (TextColumn("messages"), BarColumn(bar_width=_BAR_WIDTH), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("messages", total=None)

        def advance(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        yield advance


def _document(out: Path, *, files: int, size: int) -> dict[str, Any]:
    """Return what `--json` prints; `schemas/generate.schema.json` describes it."""
    description = json.loads((out / "generation.json").read_text(encoding="utf-8"))
    return {
        "folder": str(out),
        "files": files,
        "bytes": size,
        "payments": sum(day["payments"] for day in description["days"]),
        "messages": sum(day["messages"] for day in description["days"]),
        "generation": description,
    }


def _print_summary(document: dict[str, Any]) -> None:
    generation = document["generation"]
    typer.echo(
        f"{document['payments']:,} payments in {document['messages']:,} messages on"
        f" {len(generation['days'])} business day(s), seed {generation['seed']}:"
        f" {document['folder']}"
    )
    typer.echo(generation["statement"])
