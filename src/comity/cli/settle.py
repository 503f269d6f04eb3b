"""`comity settle`: one business day, end to end."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, time
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from comity.bootstrap import Arrangement, load_arrangement
from comity.business_calendar import days_to_date
from comity.cli.settle_tables import print_day
from comity.errors import EXIT_PROOF_FAILED, UsageError
from comity.messages.timestamps import format_time
from comity.payments.lifecycle import State as PaymentState
from comity.reports.day_report import render_day_report
from comity.reports.publication import write_messages, write_whole
from comity.service import (
    Settled,
    assemble_daybook,
    outgoing_of,
    prove_day,
    settle_day,
    verify_journal,
)
from comity.service.daybooks import RefusedMessage, refused_messages_of
from comity.statements import cycles_of, day_messages
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
            metavar="YYYY-MM-DD",
            help="Business day; else the earliest one not closed that has a payment.",
        ),
    ] = None,
    database: Annotated[
        Path | None, typer.Option(help="Database file; else comity.db in the out folder.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for results; else `out` in the arrangement.")
    ] = None,
    until: Annotated[
        str | None,
        typer.Option(metavar="HH:MM", help="Go on up to this time of the scheme; stay open then."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")] = False,
) -> None:
    """Settle one business day and leave statements, messages, a report and a provable database.

    Run again, it changes nothing; killed, it is simply run again. Exit codes: 0 done or nothing
    to do, 2 bad input, 3 a proof failed, 4 unavailable.

    Example: comity settle examples/kyrgyzstan-russia --out build/day
    """
    asked, until_time = _date(day), _time(until)
    results = out or folder / DEFAULT_OUT
    path = database or results / "comity.db"
    with _progress(enabled=not as_json) as told:
        told("Reading the arrangement")
        arrangement = load_arrangement(folder)
        done, published = _settle(arrangement, Places(path, results), told, asked, until_time)
    if done.ledger.state.is_open:
        _tell_open(done, as_json=as_json)
        return
    if published is None:
        _tell_nothing(as_json=as_json)
        return
    if as_json:
        typer.echo(_json(published.document), nl=False)
    else:
        _print(arrangement, published)
    if not published.proof.holds:
        raise typer.Exit(EXIT_PROOF_FAILED)


Told = Callable[..., None]
"""Is told what is being done, and where it can be counted, how much of how much is done."""


@dataclass(frozen=True, slots=True)
class Published:
    """A day whose results have been written.

    Attributes:
        places: where they lie.
        document: what `--json` prints.
        book: the day.
        proof: what holds of it.
        findings: what does not hold of the journal.
        refused: the messages that could not be read.
        statements: number of statements and notifications.
        messages: number of status reports, forwarded instructions and refusals.
    """

    places: Places
    document: dict[str, Any]
    book: DayBook
    proof: DayProof
    findings: list[str]
    refused: tuple[RefusedMessage, ...]
    statements: int
    messages: int


def _settle(
    arrangement: Arrangement, places: Places, told: Told, day: date | None, until: time | None
) -> tuple[Settled, Published | None]:
    """Settle into the database and publish the day, unless it stays open."""
    places.database.parent.mkdir(parents=True, exist_ok=True)
    journal = open_journal(places.database)
    try:
        told("Putting messages in order")
        done = settle_day(
            journal,
            arrangement.inputs,
            day=day,
            progress=lambda taken, total: told("Settling messages", taken, total),
            until=until,
        )
        is_open = done.ledger.state.is_open
        return done, None if is_open else _publish(arrangement, done, places, told)
    finally:
        journal.close()


def _publish(
    arrangement: Arrangement, done: Settled, places: Places, told: Told
) -> Published | None:
    """Prove the day and write its results; of a day that is not proved, no message goes out."""
    if done.business_date is None:
        return None
    told("Proving the day")
    book = assemble_daybook(done.ledger, done.business_date)
    verification = verify_journal(done.ledger.journal)
    proof = prove_day(book, verification)
    of_day = Places(places.database, places.folder / book.business_date.isoformat())
    told("Writing report, statements and messages")
    # The file tells of the day and is the same whenever it is written; only what is printed says
    # whether this run changed anything.
    document = settle_document(book, proof, series=arrangement.series, cycles=cycles_of(book))
    write_whole(of_day.document, _json(document).encode())
    write_whole(of_day.report, render_day_report(book, proof, series=arrangement.series))
    statements = messages = 0
    if proof.holds:
        statements = write_messages(of_day.statements, day_messages(book))
        messages = write_messages(of_day.messages, outgoing_of(done.ledger, book.business_date))
    return Published(
        places=of_day,
        document={**document, "changed": done.changed},
        book=book,
        proof=proof,
        findings=verification.findings,
        refused=refused_messages_of(done.ledger, book),
        statements=statements,
        messages=messages,
    )


def _print(arrangement: Arrangement, published: Published) -> None:
    console = Console(highlight=False)
    print_day(console, published.document, published.book, published.refused)
    for fault in arrangement.warnings:
        console.print(f"note: {fault}", markup=False)
    for finding in published.findings:
        console.print(f"NOT PROVED: {finding}", style="bold red", markup=False)
    if not published.document["changed"]:
        console.print("Nothing to do: this day was closed before. Nothing was changed.\n")
    _print_places(console, published)


def _print_places(console: Console, published: Published) -> None:
    places = published.places
    lines = [("Report", str(places.report)), ("Document", str(places.document))]
    if published.proof.holds:
        lines += [
            ("Statements", f"{places.statements} ({published.statements:,} messages)"),
            ("Messages", f"{places.messages} ({published.messages:,} messages)"),
        ]
    lines.append(("Database", f"{places.database} (prove it again: comity verify)"))
    for name, text in lines:
        console.print(f"{name:<11} {text}", markup=False, soft_wrap=True)


def _tell_nothing(*, as_json: bool) -> None:
    if as_json:
        typer.echo(_json({"business_date": None, "changed": False}), nl=False)
    else:
        typer.echo("Nothing to do: there is no message, and no payment waits for a day.")


def _tell_open(done: Settled, *, as_json: bool) -> None:
    """Say how far an open day has come; nothing is written or sent before it is closed."""
    state = done.ledger.state
    live = state.known_books().live["state"][: state.payment_count]
    held = int((live == PaymentState.HELD_SCREENING).sum())
    document = {
        "business_date": days_to_date(state.business_day).isoformat(),
        "until": format_time(state.now_us),
        "changed": done.changed,
        "payments": state.payment_count,
        "held": held,
    }
    if as_json:
        typer.echo(_json(document), nl=False)
        return
    typer.echo(
        f"{document['business_date']} has come to {document['until']} and stays open:"
        f" {state.payment_count:,} payments, {held:,} held by screening (comity screening cases)."
        " Go on with comity settle."
    )


def _time(text: str | None) -> time | None:
    if text is None:
        return None
    try:
        return time.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"--until: found {text!r}, expected a time as HH:MM") from error


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
def _progress(*, enabled: bool) -> Iterator[Told]:
    """Give a function that shows what is being done; nothing of it stays on the screen."""
    console = Console(stderr=True)
    bar = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(_BAR_WIDTH),
        TextColumn("{task.fields[count]}"),
        TimeElapsedColumn(),
        console=console,
        disable=not (enabled and console.is_terminal),
        transient=True,
    )
    with bar:
        task = bar.add_task("", total=None, count="")

        def told(what: str, taken: int = 0, total: int | None = None) -> None:
            count = f"{taken:,} of {total:,}" if total else ""
            bar.update(task, description=what, completed=taken, total=total, count=count)

        yield told
