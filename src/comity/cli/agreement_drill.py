"""`comity agreements drill`: what would be owed to whom if somebody left today."""

from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from comity.business_calendar import days_to_date
from comity.errors import UsageError
from comity.money import currency_by_number, format_amount_minor
from comity.service.committing import rebuild
from comity.statements.exit_drill import ExitDrill, drill_exit
from comity.storage import open_journal


def drilled(database: Path, leaver: str) -> tuple[ExitDrill, str, str]:
    """Return the drill, the last business day closed, and the head of the journal.

    Raises:
        UsageError: the database is empty, or the leaver is not in its scheme.
    """
    journal = open_journal(database, create=False)
    try:
        journal.check_soundness()
        ledger = rebuild(journal)
    finally:
        journal.close()
    state = ledger.state
    if ledger.head is None or state.scheme is None:
        raise UsageError(f"{database}: found no day, expected one that was settled")
    day = state.business_day or state.closed_day
    return drill_exit(state, leaver), days_to_date(day).isoformat(), ledger.head.hash.hex()


def drill_document(found: ExitDrill, day: str, head: str) -> dict[str, Any]:
    """Return what `--json` prints; `schemas/agreements_drill.schema.json`."""
    return {
        "day": day,
        "head": head,
        "leaves": list(found.who),
        "debts": [
            {
                "debtor": each.debtor,
                "creditor": each.creditor,
                "currency": _code(each.currency),
                "amount_minor": each.amount_minor,
                "account": each.account,
            }
            for each in found.debts
        ],
        "net_minor": {_code(number): net for number, net in sorted(found.net_minor().items())},
        "in_hand": [
            {
                "direction": "from" if each.is_from else "to",
                "state": each.state.name,
                "currency": _code(each.currency),
                "payments": each.payments,
                "amount_minor": each.amount_minor,
            }
            for each in found.in_hand
        ],
    }


def print_drill(console: Console, found: ExitDrill, day: str) -> None:
    """Print debts, what they come to, and payments in hand."""
    table = Table(title=Text(f"If {', '.join(found.who)} left with the books of {day}"))
    for column in ("Would owe", "To", "Amount", "On"):
        table.add_column(column, overflow="fold", justify="right" if column == "Amount" else "left")
    for each in found.debts:
        cells = (each.debtor, each.creditor, _amount(each.amount_minor, each.currency))
        table.add_row(*(Text(cell) for cell in (*cells, each.account)))
    console.print(table)
    for number, net in sorted(found.net_minor().items()):
        verb = "others would owe them" if net >= 0 else "they would owe others"
        console.print(Text(f"{verb} {_amount(abs(net), number)}, all together"))
    for flow in found.in_hand:
        way = "from them" if flow.is_from else "to them"
        state = flow.state.name.lower().replace("_", " ")
        amount = _amount(flow.amount_minor, flow.currency)
        console.print(Text(f"not final, {way}: {flow.payments} {state}, {amount}"))


def _code(number: int) -> str:
    return currency_by_number(number).code


def _amount(minor: int, number: int) -> str:
    one = currency_by_number(number)
    return f"{format_amount_minor(minor, one.exponent)} {one.code}"
