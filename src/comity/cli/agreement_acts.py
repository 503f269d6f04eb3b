"""`comity agreements propose|ratify|suspend|resume|terminate|status`: the register of a folder."""

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from comity.agreements import Agreement
from comity.agreements.register import (
    Act,
    ActKind,
    Standing,
    ask_or_second,
    read_register,
    signed_by_text,
    text_hash,
)
from comity.arrangement import REGISTER_FILE, load_acts, load_versions, register_bytes
from comity.cli.days import parse_day
from comity.reports.publication import write_whole

Folder = Annotated[Path, typer.Argument(help="An arrangement folder.")]
Version = Annotated[str, typer.Argument(help="id@version of an agreement in the folder.")]
Actor = Annotated[str, typer.Option("--actor", metavar="NAME", help="Who does it.")]
On = Annotated[str, typer.Option("--on", metavar="DAY", help="On which day.")]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why, for the record.")]
Party = Annotated[str, typer.Option("--party", metavar="CC", help="Country that is bound.")]
From = Annotated[str, typer.Option("--from", metavar="DAY", help="First day without it.")]
Last = Annotated[str, typer.Option("--last", metavar="DAY", help="Last day with it.")]


def register_acts(app: typer.Typer) -> None:
    """Add the commands to `comity agreements`."""
    for command in (propose, ratify, suspend, resume, terminate):
        app.command(command.__name__)(command)


def propose(folder: Folder, version: Version, *, actor: Actor, on: On, reason: Reason = "") -> None:
    """Lay a version before the parties; its text never changes from here on. Takes two people.

    Example: comity agreements propose FOLDER goods@2 --actor "A. First" --on 2026-10-01
    """
    _do(folder, _act(ActKind.PROPOSE, version, actor, on, reason))


def ratify(
    folder: Folder, version: Version, *, party: Party, actor: Actor, on: On, reason: Reason = ""
) -> None:
    """Bind one party; a version binds when every party has ratified it. Takes two people.

    Example: comity agreements ratify FOLDER goods@2 --party KG --actor "A. First" --on 2026-10-20
    """
    _do(folder, _act(ActKind.RATIFY, version, actor, on, reason, party=party))


def suspend(
    folder: Folder, version: Version, *, first: From, actor: Actor, on: On, reason: Reason = ""
) -> None:
    """Take nothing new under a version from a day on, until it is resumed. Takes two people.

    Example: comity agreements suspend FOLDER goods@1 --from 2026-11-02 --actor "A. First"
    --on 2026-11-01
    """
    _do(folder, _act(ActKind.SUSPEND, version, actor, on, reason, effective=("--from", first)))


def resume(folder: Folder, version: Version, *, actor: Actor, on: On, reason: Reason = "") -> None:
    """Take payments under a suspended version again. Takes two people.

    Example: comity agreements resume FOLDER goods@1 --actor "A. First" --on 2026-11-20
    """
    _do(folder, _act(ActKind.RESUME, version, actor, on, reason))


def terminate(
    folder: Folder, version: Version, *, last: Last, actor: Actor, on: On, reason: Reason = ""
) -> None:
    """Take nothing new behind a last day; what is in settles. Takes two people.

    Example: comity agreements terminate FOLDER goods@1 --last 2026-12-31 --actor "A. First"
    --on 2026-12-01
    """
    _do(folder, _act(ActKind.TERMINATE, version, actor, on, reason, effective=("--last", last)))


def _act(
    kind: ActKind,
    version: str,
    actor: str,
    on: str,
    reason: str,
    *,
    party: str | None = None,
    effective: tuple[str, str] | None = None,
) -> Act:
    day = None if effective is None else parse_day(*effective)
    return Act(0, parse_day("--on", on), kind, version, party, day, actor, None, "", reason)


def _do(folder: Path, wanted: Act) -> None:
    """Enter an act, and say what it came to."""
    acts, versions = load_acts(folder) or (), load_versions(folder)
    by_key = {each.key: each for each in versions}
    act = ask_or_second(acts, by_key, wanted)
    write_whole(folder / REGISTER_FILE, register_bytes((*acts, act)))
    standing = read_register((*acts, act), by_key)[act.version]
    stage = standing.stage(by_key[act.version], act.day)
    if act.seconds is None:
        typer.echo(f"{act}: asked for; it counts when another person does the same")
    else:
        typer.echo(f"{act}: seconds act {act.seconds}; {act.version} is {_words(stage)}")


def status_rows(folder: Path, on: str | None) -> list[dict[str, Any]]:
    """Return what every version of a folder is on a day, by the register.

    Args:
        folder: of an arrangement.
        on: day as typed; that of the last act, or the first of the youngest version, if not.
    """
    acts, versions = load_acts(folder), load_versions(folder)
    youngest = max(each.valid_from for each in versions)
    day = (acts[-1].day if acts else youngest) if on is None else parse_day("--on", on)
    standings = read_register(acts or (), {each.key: each for each in versions})
    return [
        _row(each, standings[each.key], day, has_register=acts is not None) for each in versions
    ]


def print_status(console: Console, rows: list[dict[str, Any]]) -> None:
    """Print one row a version."""
    table = Table(title=Text(f"Agreements on {rows[0]['on']}" if rows else "Agreements"))
    columns = ("Agreement", "Stage", "Takes payments", "Signed", "Missing", "Waits for a second")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        span = f"{row['valid_from']} to {row['last_day'] or 'no end'}"
        signed = "\n".join(f"{party} {day}" for party, day in row["signed"].items())
        cells = (
            f"{row['version']}\n{row['title']}",
            _words(row["stage"]),
            span,
            signed,
            ", ".join(row["missing"]),
            "\n".join(row["waiting"]),
        )
        table.add_row(*(Text(cell) for cell in cells))
    console.print(table)


def _row(
    agreement: Agreement, standing: Standing, day: date, *, has_register: bool
) -> dict[str, Any]:
    if not has_register:
        standing = signed_by_text(agreement)
    last = standing.last_day(agreement)
    return {
        "version": agreement.key,
        "title": agreement.title,
        "on": day.isoformat(),
        "stage": str(standing.stage(agreement, day)),
        "valid_from": agreement.valid_from.isoformat(),
        "last_day": None if last is None else last.isoformat(),
        "signed": {party: signed.isoformat() for party, signed in sorted(standing.ratified.items())}
        if has_register
        else {},
        "missing": list(standing.missing(agreement)),
        "waiting": [f"{each} by {each.actor}" for each in standing.waiting],
        "text": text_hash(agreement),
    }


def _words(stage: str) -> str:
    return stage.replace("_", " ")
