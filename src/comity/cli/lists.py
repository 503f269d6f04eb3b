"""`comity lists`: take in sanctions lists as published, say what is in use and what has changed."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from comity.arrangement import LISTS_FOLDER
from comity.cli.printing import print_json
from comity.errors import UsageError
from comity.feeds.list_versions import (
    ListDifference,
    Taken,
    compare_versions,
    kept_versions,
    take_lists,
)
from comity.feeds.lists import load_lists
from comity.screening import Watchlist, WatchlistEntry

app = typer.Typer(name="lists", help="Sanctions lists: versions in use, and what has changed.")

_WIDTH_WITHOUT_TERMINAL = 160
_AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")]
_Folder = Annotated[Path, typer.Argument(help="An arrangement folder.")]


@app.callback()
def lists() -> None:
    """Sanctions lists: versions in use, and what has changed."""


@app.command("load")
def load(
    folder: _Folder,
    source: Annotated[
        Path, typer.Argument(help="A folder with files as their publisher has them.")
    ],
    *,
    as_json: _AsJson = False,
) -> None:
    """Take published files into use; the versions before are kept. Nothing is taken in part.

    Example: comity lists load examples/kyrgyzstan-russia downloads/2026-06-01
    """
    taken = take_lists(source, _arrangement(folder) / LISTS_FOLDER)
    if as_json:
        print_json({"taken": [_taken_document(one) for one in taken]})
        return
    for one in taken:
        what = "in use now" if one.changed else "in use already"
        before = f", before: {one.replaced}" if one.changed and one.replaced else ""
        typer.echo(f"{one.watchlist.label}: {what}, {len(one.watchlist.entries):,} entries{before}")


@app.command("status")
def status(folder: _Folder, *, as_json: _AsJson = False) -> None:
    """Show the lists in use: version, size, whom they bind and to what, damaged names.

    Example: comity lists status examples/kyrgyzstan-russia
    """
    place = _arrangement(folder) / LISTS_FOLDER
    in_use = load_lists(place) if place.is_dir() else ()
    kept = kept_versions(place)
    if as_json:
        document = {
            "in_use": [_list_document(one) for one in in_use],
            "kept": [_version_document(one) for one in kept],
            "warnings": [str(fault) for one in in_use for fault in one.warnings],
        }
        print_json(document)
        return
    table = Table(title="Sanctions lists in use")
    for column in ("List", "Version", "SHA-256", "Entries", "Names", "Binds", "Effect", "Kept"):
        table.add_column(column, overflow="fold")
    for one in in_use:
        versions = sum(each.name == one.name for each in kept)
        names = sum(len(entry.names) for entry in one.entries)
        cells = (one.name, one.version, one.sha256[:16], f"{len(one.entries):,}", f"{names:,}")
        binds = " ".join(one.binds).replace("*", "everybody")
        table.add_row(*map(Text, (*cells, binds, one.effect.value, str(versions))))
    console = _console()
    console.print(table)
    for one in in_use:
        for fault in one.warnings:
            console.print(f"note: {fault}", markup=False)


@app.command("diff")
def diff(
    folder: _Folder,
    *,
    name: Annotated[str, typer.Option("--list", help="Its name; else all that have two.")] = "",
    before: Annotated[
        str, typer.Option("--from", help="Version or head of its hash; else the one kept last.")
    ] = "",
    as_json: _AsJson = False,
) -> None:
    """Show what the versions in use hold otherwise than earlier ones, entry by entry.

    Example: comity lists diff examples/kyrgyzstan-russia --from 2026-02-27
    """
    place = _arrangement(folder) / LISTS_FOLDER
    kept = kept_versions(place)
    differences = [
        compare_versions(_earlier(one, kept, before), one)
        for one in load_lists(place)
        if name in ("", one.name) and (before or name or len(_others(one, kept)))
    ]
    if name and not differences:
        raise UsageError(f"--list: found {name!r}, expected the name of a list in use")
    if as_json:
        print_json({"differences": [_difference_document(one) for one in differences]})
        return
    console = _console()
    for one in differences:
        _print_difference(console, one)
    if not differences:
        typer.echo("No list in use has an earlier version.")


def _arrangement(folder: Path) -> Path:
    if not folder.is_dir():
        raise UsageError(f"{folder}: found no such folder, expected an arrangement folder")
    return folder


def _others(watchlist: Watchlist, kept: Sequence[Watchlist]) -> list[Watchlist]:
    return [one for one in kept if one.name == watchlist.name and one.sha256 != watchlist.sha256]


def _earlier(watchlist: Watchlist, kept: Sequence[Watchlist], asked: str) -> Watchlist:
    """Return the version that was asked for, else the greatest other one."""
    others = _others(watchlist, kept)
    fitting = [one for one in others if _is_asked(one, asked)]
    if not fitting:
        versions = ", ".join(one.version for one in others) or "none"
        raise UsageError(
            f"--from: found {asked!r}, expected a kept version of the {watchlist.name}: {versions}"
        )
    return fitting[-1]


def _is_asked(watchlist: Watchlist, asked: str) -> bool:
    return watchlist.version.startswith(asked) or watchlist.sha256.startswith(asked)


def _print_difference(console: Console, one: ListDifference) -> None:
    console.print(f"{one.before.label}  →  {one.after.label}", markup=False)
    table = Table()
    for column in ("", "Reference", "Name", "What"):
        table.add_column(column, overflow="fold")
    for sign, entries in (("+", one.added), ("-", one.removed)):
        for entry in entries:
            table.add_row(*map(Text, (sign, entry.reference, entry.names[0], entry.programme)))
    for change in one.changed:
        cells = ("~", change.after.reference, change.after.names[0], ", ".join(change.fields))
        table.add_row(*map(Text, cells))
    counts = f"added {len(one.added)}, removed {len(one.removed)}, changed {len(one.changed)}"
    if table.row_count:
        console.print(table)
    console.print(counts)


def _version_document(one: Watchlist) -> dict[str, Any]:
    return {
        "publisher": one.publisher,
        "name": one.name,
        "version": one.version,
        "sha256": one.sha256,
        "entries": len(one.entries),
    }


def _list_document(one: Watchlist) -> dict[str, Any]:
    names = sum(len(entry.names) for entry in one.entries)
    identifiers = sum(len(entry.identifiers) for entry in one.entries)
    return {
        **_version_document(one),
        "names": names,
        "identifiers": identifiers,
        "binds": list(one.binds),
        "effect": one.effect.value,
    }


def _taken_document(one: Taken) -> dict[str, Any]:
    return {**_list_document(one.watchlist), "changed": one.changed, "replaced": one.replaced}


def _difference_document(one: ListDifference) -> dict[str, Any]:
    return {
        "before": _version_document(one.before),
        "after": _version_document(one.after),
        "added": [_entry_document(entry) for entry in one.added],
        "removed": [_entry_document(entry) for entry in one.removed],
        "changed": [
            {
                "before": _entry_document(change.before),
                "after": _entry_document(change.after),
                "fields": list(change.fields),
            }
            for change in one.changed
        ],
    }


def _entry_document(entry: WatchlistEntry) -> dict[str, Any]:
    return {
        "reference": entry.reference,
        "kind": entry.kind.value,
        "names": list(entry.names),
        "identifiers": [{"kind": kind, "value": value} for kind, value in entry.identifiers],
        "programme": entry.programme,
        "record": entry.record,
        "original": entry.original,
    }


def _console() -> Console:
    console = Console(highlight=False)
    return (
        console if console.is_terminal else Console(highlight=False, width=_WIDTH_WITHOUT_TERMINAL)
    )
