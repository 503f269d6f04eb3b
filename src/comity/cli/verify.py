"""`comity verify`: prove a database from its journal."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from comity.errors import EXIT_PROOF_FAILED
from comity.service import Verification, verify_journal
from comity.storage import open_journal


def verify(
    database: Annotated[Path, typer.Argument(help="A comity database file.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")] = False,
) -> None:
    """Check the hash chain, rebuild the books from events, run the commands again, compare.

    Exit code 3 where anything does not hold. Example: comity verify out/comity.db
    """
    journal = open_journal(database, create=False)
    try:
        journal.check_soundness()
        found = verify_journal(journal)
    finally:
        journal.close()
    if as_json:
        typer.echo(json.dumps(verify_document(found), ensure_ascii=False, indent=2))
    else:
        _print(found, database)
    if not found.ok:
        raise typer.Exit(EXIT_PROOF_FAILED)


def verify_document(found: Verification) -> dict[str, Any]:
    """Return the document that `verify --json` prints; see schemas/verify.schema.json."""
    return {
        "ok": found.ok,
        "batches": found.batches,
        "payments": found.payments,
        "head": found.head,
        "was_rerun": found.was_rerun,
        "findings": found.findings,
        "notes": found.notes,
    }


def _print(found: Verification, database: Path) -> None:
    console = Console(highlight=False)
    verdict = "[bold green]proved[/]" if found.ok else "[bold red]NOT proved[/]"
    console.print(f"{verdict}: {database}: {found.batches:,} batches, {found.payments:,} payments")
    console.print(f"head {found.head}")
    for line in (*found.findings, *found.notes):
        console.print(f"  {line}", markup=False)
