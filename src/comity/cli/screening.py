"""`comity screening`: cases of payments that are held, and what two people decide of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from comity.bootstrap import load_arrangement
from comity.business_calendar import days_to_date
from comity.cli.printing import print_json
from comity.cli.settle import DEFAULT_OUT
from comity.errors import UsageError
from comity.messages.timestamps import format_time
from comity.money import currency
from comity.payments.codes import CaseState
from comity.screening import Effect, Screener
from comity.service.cases import CaseView, act_on_case, list_cases, show_case
from comity.service.committing import Ledger, rebuild
from comity.service.rescreening import rescreen
from comity.settlement.case_decisions import Act
from comity.storage import open_journal

app = typer.Typer(name="screening", help="Payments held by screening, and what people decide.")

_WIDTH_WITHOUT_TERMINAL = 160
_Folder = Annotated[Path, typer.Argument(help="An arrangement folder.")]
_Case = Annotated[int, typer.Argument(help="Number of the case, which is that of its payment.")]
_Database = Annotated[
    Path | None, typer.Option(help="Database file; else comity.db in `out` of the arrangement.")
]
_AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")]


@app.callback()
def screening() -> None:
    """Payments held by screening, and what people decide."""


@app.command("cases")
def cases(folder: _Folder, *, database: _Database = None, as_json: _AsJson = False) -> None:
    """List the cases that are not decided, each with what was hit first.

    Example: comity screening cases examples/kyrgyzstan-russia
    """
    with _opened(folder, database) as (ledger, screener):
        found = list_cases(ledger, screener)
    if as_json:
        print_json({"cases": [_document(one) for one in found]})
        return
    table = Table(title="Screening cases that are not decided")
    for column in ("Case", "State", "Acts", "Amount", "Listed as", "Score", "On"):
        table.add_column(column, overflow="fold")
    for one in found:
        table.add_row(*map(Text, _row(one)))
    console = _console()
    console.print(table)
    console.print(f"cases: {len(found)}")


@app.command("show")
def show(
    folder: _Folder, case: _Case, *, database: _Database = None, as_json: _AsJson = False
) -> None:
    """Show one case: what was hit and why, the records as published, what people have said.

    Example: comity screening show examples/kyrgyzstan-russia 12
    """
    with _opened(folder, database) as (ledger, screener):
        found = show_case(ledger, screener, case)
    if as_json:
        print_json(_document(found))
        return
    console = _console()
    amount = f"{_amount(found)} {found.currency}"
    console.print(f"case {found.payment}: {found.state.name}, {amount}, UETR {found.uetr}")
    for one in found.hits:
        console.print(f"\n{one.path}: {one.hit.explanation}", markup=False, soft_wrap=True)
        console.print(one.hit.entry.original, markup=False, soft_wrap=True)
    demanded = found.demanded.value if found.demanded else "nothing that binds a member"
    console.print(f"\nThe lists demand: {demanded}")
    for act in found.acts:
        console.print(_act_words(act), markup=False, soft_wrap=True)


@app.command("decide")
def decide(
    folder: _Folder,
    case: _Case,
    verdict: Annotated[str, typer.Argument(help="FALSE_POSITIVE, TRUE_MATCH or ESCALATED.")],
    *,
    actor: Annotated[str, typer.Option(help="Who acts; another name than the first act's.")],
    reason: Annotated[str, typer.Option(help="Why; kept for good.")],
    effect: Annotated[
        str, typer.Option(help="Of a true match where no list that binds says it.")
    ] = "",
    good_until: Annotated[
        str, typer.Option(metavar="YYYY-MM-DD", help="Trust the party at its account until then.")
    ] = "",
    database: _Database = None,
    as_json: _AsJson = False,
) -> None:
    """Act on a case: the first act proposes, the same by another person decides; one escalates.

    Example: comity screening decide FOLDER 12 FALSE_POSITIVE --actor "A. A." --reason "born 1990"
    """
    said = _verdict(verdict)
    chosen, until = _effect(effect), _day(good_until)
    with _opened(folder, database) as (ledger, screener):
        state = act_on_case(
            ledger,
            screener,
            payment=case,
            verdict=said,
            actor=actor,
            reason=reason,
            effect=chosen,
            good_until=until,
        )
    if as_json:
        print_json({"case": case, "state": state.name, "actor": actor.strip()})
        return
    if state is said:
        typer.echo(f"case {case}: {state.name}")
    else:
        typer.echo(f"case {case}: {said.name} is proposed, {state.name} until another confirms it")


@app.command("rescreen")
def rescreen_waiting(
    folder: _Folder, *, database: _Database = None, as_json: _AsJson = False
) -> None:
    """Screen everything that waits by the lists in the folder, and hold what they hit.

    Example: comity screening rescreen examples/kyrgyzstan-russia
    """
    with _opened(folder, database) as (ledger, screener):
        held = rescreen(ledger, screener)
        versions = ledger.state.list_versions
    if as_json:
        print_json({"held": list(held), "lists": list(versions)})
        return
    typer.echo(f"held: {len(held)}; lists: {', '.join(versions) or 'none'}")


@contextmanager
def _opened(folder: Path, database: Path | None) -> Iterator[tuple[Ledger, Screener]]:
    """Give the books of a database, run again from its journal, and a screener over the lists."""
    arrangement = load_arrangement(folder)
    path = database or folder / DEFAULT_OUT / "comity.db"
    if not path.is_file():
        raise UsageError(f"{path}: found no database, expected one that comity settle has made")
    journal = open_journal(path, create=False)
    try:
        ledger = rebuild(journal)
        known, found = ledger.state.scheme, arrangement.inputs.scheme
        # Last days of agreements are taken over by the next settle, and say nothing here.
        is_other = known is not None and not known.differs_in_last_days_alone(found)
        if known is not None and known != found and is_other:
            raise UsageError(f"{path}: found books of {known.name!r}, expected those of {folder}")
        yield ledger, arrangement.inputs.screener
    finally:
        journal.close()


def _verdict(text: str) -> CaseState:
    verdicts = [one for one in CaseState if one is not CaseState.OPEN]
    found = next((one for one in verdicts if one.name == text), None)
    if found is None:
        names = ", ".join(one.name for one in verdicts)
        raise UsageError(f"VERDICT: found {text!r}, expected one of {names}")
    return found


def _effect(text: str) -> Effect | None:
    if text and text not in list(Effect):
        raise UsageError(f"--effect: found {text!r}, expected one of {', '.join(Effect)}")
    return Effect(text) if text else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise UsageError(f"--good-until: found {text!r}, expected a day as YYYY-MM-DD") from error


def _row(one: CaseView) -> tuple[str, ...]:
    amount = f"{_amount(one)} {one.currency}"
    first = one.hits[0].hit if one.hits else None
    if first is None:
        # The lists in use hit it no more; what held it is in the journal.
        return (str(one.payment), one.state.name, str(len(one.acts)), amount, "-", "-", "-")
    score = str(first.score_per_mille)
    on = f"{first.entry.list_name} {first.entry.reference}"
    acts = str(len(one.acts))
    return (str(one.payment), one.state.name, acts, amount, first.matched, score, on)


def _amount(one: CaseView) -> str:
    digits = currency(one.currency).exponent
    whole, rest = divmod(one.amount_minor, 10**digits)
    return f"{whole}.{rest:0{digits}d}" if digits else str(whole)


def _act_words(act: Act) -> str:
    said = act.decision
    words = f"{format_time(act.at_us)} {said.actor}: {said.verdict}"
    if said.effect:
        words += f", {said.effect}"
    if said.good_until:
        words += f", good until {days_to_date(said.good_until)}"
    return f"{words}: {said.reason}"


def _document(one: CaseView) -> dict[str, Any]:
    return {
        "case": one.payment,
        "state": one.state.name,
        "uetr": one.uetr,
        "end_to_end_id": one.end_to_end_id,
        "amount_minor": one.amount_minor,
        "currency": one.currency,
        "demanded": one.demanded.value if one.demanded else None,
        "hits": [
            {
                "path": each.path,
                "list": each.hit.entry.list_name,
                "reference": each.hit.entry.reference,
                "matched": each.hit.matched,
                "kind": each.hit.kind.value,
                "score_per_mille": each.hit.score_per_mille,
                "explanation": each.hit.explanation,
                "original": each.hit.entry.original,
            }
            for each in one.hits
        ],
        "acts": [
            {
                "at": format_time(act.at_us),
                "actor": act.decision.actor,
                "verdict": act.decision.verdict,
                "effect": act.decision.effect or None,
                "reason": act.decision.reason,
                "good_until": days_to_date(act.decision.good_until).isoformat()
                if act.decision.good_until
                else None,
            }
            for act in one.acts
        ],
    }


def _console() -> Console:
    console = Console(highlight=False)
    if console.is_terminal:
        return console
    return Console(highlight=False, width=_WIDTH_WITHOUT_TERMINAL)
