"""`comity verify`: prove a database from its journal."""

import json
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

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
    errors = Console(stderr=True)
    journal = open_journal(database, create=False)
    try:
        with errors.status("Proving") if errors.is_terminal else nullcontext():
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
    console = Console(highlight=False, soft_wrap=True)
    verdict = Text("Proved", "bold green") if found.ok else Text("NOT proved", "bold red")
    console.print(verdict + f": {database}, {found.batches:,} batches, {found.payments:,} payments")
    console.print(f"Head   {found.head or 'none: nothing has been settled yet'}")
    if found.ok:
        console.print(
            "Chain unbroken; books rebuilt from transfers agree with the stored balances"
            + ("; commands run again gave the same bytes." if found.was_rerun else ".")
        )
    for finding in found.findings:
        console.print(f"Wrong  {finding}", markup=False)
    for note in found.notes:
        console.print(f"Note   {note}", markup=False)
