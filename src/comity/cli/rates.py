"""`comity rates`: what central banks published, as a table for people or as JSON for machines."""

import json
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from comity.errors import UsageError
from comity.feeds.rates import load_rates
from comity.feeds.rates_findings import RateFinding, find_rate_findings
from comity.fx import JUMP_PERCENT_MAX, PUBLISHERS, OfficialRate, format_ratio

app = typer.Typer(name="rates", help="Official exchange rates as their publishers print them.")

RATES_FOLDER = "rates"
"""Folder of an arrangement that holds its rate files."""

_WIDTH_WITHOUT_TERMINAL = 140
_COLUMNS = (
    "Publisher",
    "Pair",
    "Nominal",
    "As published",
    "One unit, exactly",
    "In force from",
    "Published until",
    "File",
)
_RIGHT_ALIGNED = frozenset({"Nominal", "As published", "One unit, exactly"})


@app.callback()
def rates() -> None:
    """Official exchange rates as their publishers print them."""


@app.command("show")
def show(
    folder: Annotated[Path, typer.Argument(help="An arrangement folder, or its rates folder.")],
    *,
    jump_percent: Annotated[
        str, typer.Option(help="Greatest move of a fixing that passes the guard, in percent.")
    ] = "5",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")] = False,
) -> None:
    """Show what was published, by whom, for when, and what the guards find in it."""
    guard = _parse_jump_percent(jump_percent)
    published = load_rates(rates_folder(folder))
    findings = find_rate_findings(published, jump_percent=guard)
    if as_json:
        document = rates_document(published, findings, jump_percent=guard)
        typer.echo(json.dumps(document, ensure_ascii=False, indent=2))
        return
    console = Console()
    if not console.is_terminal:
        console = Console(width=_WIDTH_WITHOUT_TERMINAL)
    _print_rates(console, published)
    _print_findings(console, findings)


def rates_folder(folder: Path) -> Path:
    """Return the rates folder of an arrangement, or the folder itself where it has none."""
    inner = folder / RATES_FOLDER
    return inner if inner.is_dir() else folder


def rates_document(
    published: tuple[OfficialRate, ...],
    findings: tuple[RateFinding, ...],
    *,
    jump_percent: Decimal,
) -> dict[str, object]:
    """Return what `--json` prints; `schemas/rates_show.schema.json` describes it."""
    return {
        "jump_percent": str(jump_percent),
        "rates": [_rate_document(rate) for rate in published],
        "findings": [
            {"kind": finding.kind.value, "rate_id": finding.rate_id, "text": finding.text}
            for finding in findings
        ],
    }


def _rate_document(rate: OfficialRate) -> dict[str, object]:
    return {
        "rate_id": rate.rate_id,
        "publisher": rate.publisher,
        "publisher_name": PUBLISHERS[rate.publisher],
        "base": rate.base,
        "quote": rate.quote,
        "nominal": rate.nominal,
        "value": rate.value,
        "numerator": str(rate.numerator),
        "denominator": str(rate.denominator),
        "per_unit": format_ratio(rate.numerator, rate.denominator),
        "effective_on": rate.effective_on.isoformat(),
        "valid_days": rate.valid_days,
        "valid_until": rate.valid_until.isoformat(),
        "file": rate.source,
    }


def _print_rates(console: Console, published: tuple[OfficialRate, ...]) -> None:
    table = Table(title="Official rates as published")
    for column in _COLUMNS:
        table.add_column(
            column, justify="right" if column in _RIGHT_ALIGNED else "left", overflow="fold"
        )
    previous = ""
    for rate in published:
        if previous and rate.publisher != previous:
            table.add_section()
        previous = rate.publisher
        # Plain text, because a file's name may hold what rich would read as markup.
        table.add_row(*(Text(cell) for cell in _cells(rate)))
    console.print(table)
    files = len({rate.source for rate in published})
    publishers = len({rate.publisher for rate in published})
    console.print(f"rates: {len(published)}, publishers: {publishers}, files: {files}")


def _cells(rate: OfficialRate) -> tuple[str, ...]:
    return (
        rate.publisher,
        rate.pair,
        rate.nominal,
        rate.value,
        format_ratio(rate.numerator, rate.denominator),
        str(rate.effective_on),
        str(rate.valid_until),
        rate.source,
    )


def _print_findings(console: Console, findings: tuple[RateFinding, ...]) -> None:
    if not findings:
        console.print("findings: none")
        return
    table = Table(title="Findings")
    table.add_column("Kind")
    table.add_column("What was found", overflow="fold")
    for finding in findings:
        table.add_row(Text(finding.kind.value), Text(finding.text))
    console.print(table)


def _parse_jump_percent(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not (number.is_finite() and 0 < number <= JUMP_PERCENT_MAX):
        raise UsageError(
            f"--jump-percent: found {text!r}, expected a number above 0, at most {JUMP_PERCENT_MAX}"
        )
    return number
