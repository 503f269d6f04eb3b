"""`comity settle`: one business day, end to end."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from comity.bootstrap import Arrangement, load_arrangement
from comity.cli.settle_tables import print_day
from comity.errors import EXIT_PROOF_FAILED, UsageError
from comity.reports.day_report import render_day_report
from comity.reports.publication import write_messages, write_whole
from comity.service import (
    Delivery,
    Settled,
    assemble_daybook,
    prove_day,
    settle_day,
    verify_journal,
)
from comity.service.daybooks import records_of
from comity.statements import EntryBook, account_statement, notifications
from comity.statements.daybook import DayBook, DayProof
from comity.statistics import settle_document
from comity.storage import open_journal

DEFAULT_OUT = "out"
"""Folder within the arrangement that takes results where --out names none."""

_BAR_WIDTH = 40


@dataclass(frozen=True, slots=True)
class Places:
    """Where a day's results lie."""

    database: Path
    folder: Path

    @property
    def report(self) -> Path:
        """The HTML report."""
        return self.folder / "report.html"

    @property
    def statements(self) -> Path:
        """Statements and notifications, a folder a holder."""
        return self.folder / "statements"

    @property
    def messages(self) -> Path:
        """Status reports, forwarded instructions and refusals, a folder a receiver."""
        return self.folder / "messages"

    @property
    def document(self) -> Path:
        """What `--json` prints."""
        return self.folder / "settle.json"


def settle(
    folder: Annotated[Path, typer.Argument(help="An arrangement folder.")],
    *,
    day: Annotated[
        str | None,
        typer.Option(
            "--date",
            help="Business day; else the earliest one not closed that has a payment.",
        ),
    ] = None,
    database: Annotated[
        Path | None, typer.Option(help="Database file; else comity.db in the out folder.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for results; else `out` in the arrangement.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")] = False,
) -> None:
    """Settle one business day and leave statements, messages, a report and a provable database.

    Run again, it changes nothing; killed, it is simply run again. Exit codes: 0 done or nothing
    to do, 2 bad input, 3 a proof failed, 4 unavailable.

    Example: comity settle examples/kyrgyzstan-russia --out build/day
    """
    asked = _date(day)
    arrangement = load_arrangement(folder)
    results = out or folder / DEFAULT_OUT
    path = database or results / "comity.db"
    path.parent.mkdir(parents=True, exist_ok=True)
    journal = open_journal(path)
    try:
        with _progress(enabled=not as_json) as told:
            done = settle_day(journal, arrangement.inputs, day=asked, progress=told)
        if done.business_date is None:
            _tell_nothing(as_json=as_json)
            return
        proof = _publish(arrangement, done, Places(path, results), as_json=as_json)
    finally:
        journal.close()
    if not proof.holds:
        raise typer.Exit(EXIT_PROOF_FAILED)


def _publish(arrangement: Arrangement, done: Settled, places: Places, *, as_json: bool) -> DayProof:
    assert done.business_date is not None, "the caller has seen to it"
    book = assemble_daybook(done.ledger, done.business_date)
    verification = verify_journal(done.ledger.journal)
    proof = prove_day(book, verification)
    document = settle_document(book, proof, series=arrangement.series, changed=done.changed)
    of_day = Places(places.database, places.folder / book.business_date.isoformat())
    write_whole(of_day.document, _json(document).encode())
    write_whole(of_day.report, render_day_report(book, proof, series=arrangement.series))
    statements = write_messages(of_day.statements, _statements(book))
    messages = write_messages(of_day.messages, _messages(done, book))
    if as_json:
        typer.echo(_json(document))
        return proof
    console = Console(highlight=False)
    print_day(console, document, book)
    for fault in arrangement.warnings:
        console.print(f"note: {fault}", markup=False)
    for finding in verification.findings:
        console.print(f"NOT PROVED: {finding}", markup=False)
    if not done.changed:
        console.print("Nothing to do: the day was settled before, and nothing was changed.")
    _print_places(console, of_day, statements=statements, messages=messages)
    return proof


def _statements(book: DayBook) -> Iterator[tuple[str, str, bytes]]:
    entries = EntryBook(book)
    for account in book.accounts:
        if account.kind not in {"settlement", "loro"}:
            continue
        for make in (account_statement, notifications):
            for one in make(entries, account.number):
                yield one.receiver, f"{one.message_id}.xml", one.data


def _messages(done: Settled, book: DayBook) -> Iterator[tuple[str, str, bytes]]:
    delivery = Delivery(done.ledger)
    for record in records_of(done.ledger, book.business_date):
        for one in delivery.messages_of(record):
            yield one.receiver, one.name, one.data


def _print_places(console: Console, places: Places, *, statements: int, messages: int) -> None:
    console.print()
    console.print(f"Report      {places.report}", markup=False, soft_wrap=True)
    console.print(
        f"Statements  {places.statements} ({statements:,} messages)", markup=False, soft_wrap=True
    )
    console.print(
        f"Messages    {places.messages} ({messages:,} messages)", markup=False, soft_wrap=True
    )
    console.print(f"Database    {places.database}", markup=False, soft_wrap=True)


def _tell_nothing(*, as_json: bool) -> None:
    if as_json:
        typer.echo(_json({"business_date": None, "changed": False}))
    else:
        typer.echo("Nothing to do: no business day is open that has a payment.")


def _json(document: dict[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _date(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"--date: found {text!r}, expected a day as YYYY-MM-DD") from error


@contextmanager
def _progress(*, enabled: bool) -> Iterator[Any]:
    """Give a function that shows how many messages have been taken."""
    bar = Progress(
        TextColumn("Settling"),
        BarColumn(_BAR_WIDTH),
        MofNCompleteColumn(),
        TextColumn("messages"),
        console=Console(stderr=True),
        disable=not enabled,
        transient=True,
    )
    with bar:
        task = bar.add_task("settle", total=None)
        yield lambda taken, total: bar.update(task, completed=taken, total=total)
