"""A settled day as tables for people, from the document that `--json` prints."""

from typing import Any

from rich.console import Console
from rich.table import Table

from comity.money import currency, format_amount_minor
from comity.statements.daybook import DayBook


def print_day(console: Console, document: dict[str, Any], book: DayBook) -> None:
    """Print what happened, what it came to, and what was proved."""
    console.print()
    console.print(f"[bold]{book.scheme.name}[/], {document['business_date']}")
    if book.scheme.synthetic:
        console.print("Banks, people and payments are invented.")
    console.print(_payments(document))
    console.print(_currencies(document))
    console.print(_shares(document))
    console.print(_proof(document))


def _payments(document: dict[str, Any]) -> Table:
    payments = document["payments"]
    table = Table(title="Payments", title_justify="left")
    table.add_column("State at close")
    table.add_column("Payments", justify="right")
    for state, count in payments["states"].items():
        table.add_row(state.replace("_", " ").capitalize(), f"{count:,}")
    table.add_section()
    table.add_row("Received", f"{payments['received']:,}")
    table.add_row("Settled today", f"{payments['settled']:,}")
    table.add_row("Repetitions answered again", f"{document['duplicates']:,}")
    table.add_row("Messages refused whole", f"{document['messages_refused']:,}")
    return table


def _currencies(document: dict[str, Any]) -> Table:
    table = Table(title="Settled, by currency", title_justify="left")
    for name in ("Currency", "Gross", "Net", "Netting ratio"):
        table.add_column(name, justify="left" if name == "Currency" else "right")
    for code, one in document["currencies"].items():
        table.add_row(
            code,
            _amount(one["gross_minor"], code),
            _amount(one["net_minor"], code),
            _percent(one["netting_ratio"]),
        )
    return table


def _shares(document: dict[str, Any]) -> Table:
    found = document["national_currency_share"]
    table = Table(title="Share of national currencies", title_justify="left")
    table.add_column("Definition")
    table.add_column("Share", justify="right")
    for name in ("invoicing", "customer_leg", "settlement_asset"):
        table.add_row(name.replace("_", " ").capitalize(), _percent(found[name]))
    coverage = found["coverage"]
    table.caption = f"Valued in {found['valuation_currency']}; {_coverage(coverage)}"
    table.caption_justify = "left"
    return table


def _coverage(coverage: Any) -> str:
    if isinstance(coverage, dict):
        share = coverage.get("share")
        return f"coverage {_percent(share)}" if share else str(coverage.get("denominator", ""))
    return f"coverage: {coverage}"


def _proof(document: dict[str, Any]) -> Table:
    table = Table(title="Proof", title_justify="left")
    table.add_column("What was proved")
    table.add_column("Holds")
    for name, holds in document["proof"].items():
        table.add_row(
            name.replace("_", " ").capitalize(), "[green]yes[/]" if holds else "[bold red]NO[/]"
        )
    return table


def _amount(minor: int, code: str) -> str:
    whole, point, decimals = format_amount_minor(minor, currency(code).exponent).partition(".")
    return f"{int(whole):,}{point}{decimals}"


def _percent(text: str | None) -> str:
    if text is None:
        return "–"
    whole, _, decimals = text.partition(".")
    digits = (decimals + "0000")[:4]
    return f"{int(whole) * 100 + int(digits[:2])}.{digits[2:]} %"
