"""A set-off, or the check of its certificate, as tables and sentences for people."""

import shlex
from pathlib import Path
from typing import Any, Final

import numpy as np
from rich import box
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from comity.service.setting_off import SetOffDone
from comity.statistics.exact import decimal_text, share

NET_DEBTORS_SHOWN: Final = 10
"""How many of the greatest remaining net debtors are named; all stand in positions.csv."""

_PROVED: Final = (
    "The certificate proves that no other way of setting these obligations off{with_liquidity}"
    " clears more. Whoever has {file} can check that without any solver:"
)


def print_set_off(
    console: Console, done: SetOffDone, document: dict[str, Any], *, folder: Path, files: str
) -> None:
    """Print what was owed, what is cleared, what remains, and what proves it.

    Args:
        console: where to.
        done: the set-off.
        document: what `--json` prints.
        folder: where the results lie.
        files: the files it was given, as they stand on a command line.
    """
    parts: list[RenderableType] = [_title(document), _sums(document)]
    if document["net_internal_debt_minor"]:
        parts.append(_net_debtors(done))
    console.print()
    console.print(Group(*parts))
    with_liquidity = " with this liquidity" if document["liquidity_file"] else ""
    words = _PROVED.format(file=document["file"], with_liquidity=with_liquidity)
    console.print(Padding(Text(words), (0, 1, 0, 1)))
    certificate = shlex.quote(str(folder / document["files"]["certificate"]))
    command = f"comity setoff --check {certificate} {files}"
    console.print(Text(f"   {command}\n"), soft_wrap=True)
    for name, place in document["files"].items():
        console.print(Text(f" {name.capitalize():<12} {folder / place}"), soft_wrap=True)


def print_check(console: Console, document: dict[str, Any], path: Path) -> None:
    """Print whether a certificate holds, and what it proves or what was found."""
    if document["certificate_verified"]:
        cleared, owed = document["cleared_minor"], document["obligations_minor"]
        held = " and this liquidity" if document["liquidity_file_sha256"] else ""
        console.print(Text("Proved", "bold green").append(f": {path}", "not bold default"))
        console.print(
            f"Of {_number(owed)} owed, {_number(cleared)} are cleared ({_percent(cleared, owed)})."
            f" With these obligations{held}, no other set-off clears more."
        )
    else:
        console.print(Text("NOT proved", "bold red").append(f": {path}", "not bold default"))
        for finding in document["findings"]:
            console.print(f"Wrong  {finding}", markup=False)


def _title(document: dict[str, Any]) -> RenderableType:
    counts = (
        f"{document['obligations']:,} obligations between {document['parties']:,} parties,"
        f" in {document['edges']:,} pairs of debtor and creditor; amounts in minor units"
    )
    return _spaced(Text(f"Set-off of {document['file']}", style="bold"), Text(counts))


def _sums(document: dict[str, Any]) -> RenderableType:
    owed = document["obligations_minor"]
    table = _table("", "Amount", "Share")
    for words, name in (("Owed", "obligations"), ("Cleared", "cleared"), ("Remains", "remaining")):
        amount = document[f"{name}_minor"]
        style = "bold" if name == "cleared" else ""
        table.add_row(words, _number(amount), _percent(amount, owed), style=style)
    table.add_section()
    net = document["net_internal_debt_minor"]
    table.add_row("Net debts: only money can settle these", _number(net), _percent(net, owed))
    if document["liquidity_minor"] is not None:
        table.add_row("Liquidity given", _number(document["liquidity_minor"]), "")
        table.add_row("Liquidity drawn", _number(document["liquidity_drawn_minor"]), "")
    return _spaced(table)


def _net_debtors(done: SetOffDone) -> RenderableType:
    positions = done.positions
    pays, receives = positions.remaining_to_pay_minor, positions.remaining_to_receive_minor
    debts = pays - receives
    largest = np.argsort(-debts, kind="stable")[:NET_DEBTORS_SHOWN]
    table = _table(
        "Largest net debtors that remain", "Still to pay", "Still to receive", "Net debt"
    )
    for party in largest.tolist():
        if debts[party] > 0:
            name = Text(done.given.parties[party])
            figures = (_number(int(column[party])) for column in (pays, receives, debts))
            table.add_row(name, *figures)
    return _spaced(table) if table.row_count else Text("No net debt remains.\n")


def _spaced(*lines: RenderableType) -> Padding:
    """Return lines set in by one column, with an empty line below them."""
    return Padding(Group(*lines), (0, 1, 1, 1))


def _table(*columns: str) -> Table:
    """Return an empty table; the first column holds words, the others numbers."""
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 2, 0, 0))
    for place, name in enumerate(columns):
        table.add_column(name, justify="right" if place else "left", no_wrap=bool(place))
    return table


def _number(amount: int) -> str:
    return f"{amount:,}"


def _percent(part: int, whole: int) -> str:
    """Return a share as a percentage with two decimals, a dash where there is nothing to share."""
    quotient = share(100 * part, whole)
    return "–" if quotient is None else f"{decimal_text(quotient, 2)} %"
