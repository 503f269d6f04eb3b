"""`comity agreements package`: what was agreed together, and what of it holds on a day."""

from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from comity.agreements.packages import PackageView, Part, view_package
from comity.agreements.register import apply_register, read_register, signed_by_text
from comity.arrangement import load_acts, load_package, load_versions
from comity.cli.agreement_coverage import coverage_document, print_coverage
from comity.cli.days import parse_day


def package_view(folder: Path, on: str | None) -> PackageView:
    """Return how the package of a folder stands.

    Args:
        folder: of an arrangement.
        on: day as typed; that of the last act if not, or else of the joint statement.
    """
    acts, versions = load_acts(folder), load_versions(folder)
    package = load_package(folder, {each.id for each in versions})
    day = acts[-1].day if acts else package.signed_on
    if on is not None:
        day = parse_day("--on", on)
    if acts is None:
        standings, bound = {each.key: signed_by_text(each) for each in versions}, versions
    else:
        standings = read_register(acts, {each.key: each for each in versions})
        bound = apply_register(versions, standings)
    return view_package(package, versions, standings, bound, day)


def package_document(view: PackageView, soon_days: int) -> dict[str, Any]:
    """Return what `--json` prints; `schemas/agreements_package.schema.json`."""
    package = view.package
    return {
        "title": package.title,
        "signed_on": package.signed_on.isoformat(),
        "on": view.on.isoformat(),
        "agreements": [_part_document(each) for each in view.parts],
        "missing_signatures": [each.version.key for each in view.unsigned],
        "lapsing_within_days": soon_days,
        "lapsing": [each.version.key for each in view.lapsing(soon_days)],
        "coverage": coverage_document(view.coverage),
    }


def print_package(console: Console, view: PackageView, soon_days: int) -> None:
    """Print the statement, one row an agreement, and what of the whole has no rule."""
    package = view.package
    title = f"{package.title}, {package.signed_on}; as on {view.on}"
    table = Table(title=Text(title), show_lines=True)
    for column in ("Agreement", "Covers", "Stage", "Signed", "Missing", "Takes payments until"):
        table.add_column(column, overflow="fold")
    for each in view.parts:
        table.add_row(*(Text(cell) for cell in _cells(each, soon_days)))
    console.print(table)
    if view.unsigned:
        console.print(Text(f"not signed by all: {_keys(view.unsigned)}"))
    lapsing = view.lapsing(soon_days)
    if lapsing:
        console.print(Text(f"lapses within {soon_days} days: {_keys(lapsing)}"))
    print_coverage(console, view.coverage)


def _cells(part: Part, soon_days: int) -> tuple[str, ...]:
    version = part.version
    covers = ", ".join((*version.purposes, *version.codes))
    until = "no end" if part.last_day is None else part.last_day.isoformat()
    if part.lapses_in is not None and part.lapses_in <= soon_days:
        until += f"\nin {part.lapses_in} days"
    return (
        f"{version.key}\n{version.title}",
        f"{covers}\nin {', '.join(version.currencies)}",
        part.stage.replace("_", " "),
        ", ".join(part.signed),
        ", ".join(part.missing),
        until,
    )


def _part_document(part: Part) -> dict[str, Any]:
    return {
        "version": part.version.key,
        "title": part.version.title,
        "purposes": [str(each) for each in part.version.purposes],
        "codes": list(part.version.codes),
        "currencies": list(part.version.currencies),
        "stage": str(part.stage),
        "signed": list(part.signed),
        "missing": list(part.missing),
        "last_day": None if part.last_day is None else part.last_day.isoformat(),
        "lapses_in_days": part.lapses_in,
    }


def _keys(parts: tuple[Part, ...]) -> str:
    return ", ".join(each.version.key for each in parts)
