"""A settled day as tables for people, from the document that `--json` prints.

On a wide terminal the tables stand side by side; on one of 80 columns, one below the other.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from rich import box
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from comity.business_calendar import format_us
from comity.money import currency, format_amount_minor
from comity.payments.codes import Mechanism
from comity.payments.lifecycle import State
from comity.payments.reasons import REASONS
from comity.service.daybooks import RefusedMessage
from comity.statements.daybook import DayBook
from comity.statistics.outcomes import refusals

REFUSED_MESSAGES_SHOWN: Final = 12
"""How many refused messages are named; the rest are counted, and all are answered."""

_WIDE_COLUMNS: Final = 112
_STATE_WORDS: Final = {
    State.HELD_SCREENING: "Held: a party may be on a list",
    State.HELD_REVIEW: "Held for review",
    State.WAREHOUSED: "Wait for a later day",
    State.ACCEPTED: "Wait for a cycle",
    State.QUEUED: "Wait for cover, a rate or a quote",
    State.RESERVED: "Wait for the central banks",
    State.SETTLED: "Settled",
    State.REJECTED: "Rejected",
    State.EXPIRED: "Expired",
    State.CANCELLED: "Cancelled",
}
_MECHANISM_WORDS: Final = {
    Mechanism.GROSS: "each by itself",
    Mechanism.CYCLE: "in netting cycles",
    Mechanism.CENTRAL_BANK: "through the central banks",
    Mechanism.MULTILATERAL: "together with others that waited",
    Mechanism.BILATERAL: "against one in return",
    Mechanism.SELECTION: "together, chosen out of order",
    Mechanism.BILATERAL_CYCLE: "in cycles, pair by pair",
    Mechanism.DEALER: "through dealers",
    Mechanism.PVP: "versus another currency",
}
_ORDER_WORDS: Final = {
    "withdrawn": "Cancelled by their senders",
    "cancellations_pending": "Cancellations undecided",
    "cancellations_forwarded": "Cancellations passed on",
    "cancellations_refused": "Cancellations refused",
    "changed": "Changes of what waits",
    "changes_refused": "Changes refused",
    "overdue": "Overdue while they waited",
}
_SHARE_WORDS: Final = {
    "invoicing": "Invoiced in them",
    "customer_leg": "Paid in them by the customer",
    "settlement_asset": "Settled in them between banks",
}
_PROOF_WORDS: Final = {
    "money_conserved": "Money is conserved: every currency sums to zero",
    "positions_zero": "Net positions and clearing pairs sum to zero",
    "journal_verified": "Journal verified: chained, re-run, same balances",
    "statements_reconciled": "Statements reconcile: opening + movements = closing",
}


def print_day(
    console: Console,
    document: dict[str, Any],
    book: DayBook,
    refused: Sequence[RefusedMessage] = (),
) -> None:
    """Print what happened, what it came to, and what was proved."""
    parts: list[RenderableType] = [_payments(document), _currencies(document), _shares(document)]
    if console.width >= _WIDE_COLUMNS:
        grid = Table.grid(padding=(0, 6, 0, 0))
        grid.add_row(parts[0], Group(*parts[1:]))
        parts = [grid]
    ends = (
        *_cycles(document),
        *_dealers(document),
        *_doubts(document),
        *_reasons(book),
        *_refused(refused),
        _proof(document),
    )
    parts = [_title(document, book), *parts, *ends]
    console.print()
    console.print(Group(*parts))


def _title(document: dict[str, Any], book: DayBook) -> RenderableType:
    zone = book.scheme.business_day.time_zone
    opens, closes = (format_us(at, zone)[11:16] for at in (book.opens_us, book.closes_us))
    day = book.business_date
    lines = [
        Text(document["arrangement"], style="bold"),
        Text(f"Business day {day:%A} {day.day} {day:%B %Y}, {opens} to {closes} ({zone})"),
    ]
    if document["synthetic"]:
        lines.append(Text("Banks, people and payments are invented.", style="italic"))
    return _spaced(Group(*lines))


def _spaced(*lines: RenderableType) -> Padding:
    """Return lines set in by one column, with an empty line below them."""
    return Padding(Group(*lines), (0, 1, 1, 1))


def _table(*columns: str, texts: Sequence[str] = ()) -> Table:
    """Return an empty table; the first column and those in `texts` hold words, others numbers."""
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 2, 0, 0))
    for place, name in enumerate(columns):
        is_text = place == 0 or name in texts
        table.add_column(name, justify="left" if is_text else "right", no_wrap=not is_text)
    return table


def _titled(title: str, table: Table, *notes: str) -> Padding:
    return _spaced(Text(title, style="bold"), table, *(Text(note, style="dim") for note in notes))


def _payments(document: dict[str, Any]) -> RenderableType:
    payments = document["payments"]
    table = _table("At the close", "Count")
    for name, count in payments["states"].items():
        if count:
            words = _STATE_WORDS.get(State[name], name.replace("_", " ").capitalize())
            table.add_row(words, f"{count:,}", style="bold" if name == "SETTLED" else "")
    table.add_section()
    table.add_row("Received today", f"{payments['received']:,}")
    table.add_row("Settled today", f"{payments['settled']:,}")
    for name, count in payments["mechanisms"].items():
        if count:
            table.add_row(f"  {_MECHANISM_WORDS[Mechanism[name]]}", f"{count:,}", style="dim")
    if payments["returns"]:
        table.add_row("Returns among them", f"{payments['returns']:,}")
    for name, words in _ORDER_WORDS.items():
        if document["orders"][name]:
            table.add_row(words, f"{document['orders'][name]:,}")
    table.add_row("Repetitions, answered again", f"{document['duplicates']:,}")
    table.add_row("Messages refused whole", f"{document['messages_refused']:,}")
    return _titled("Payments", table)


def _currencies(document: dict[str, Any]) -> RenderableType:
    table = _table("Currency", "Gross", "Net of the day", "Netting ratio")
    for code, one in document["currencies"].items():
        table.add_row(
            code,
            _amount(one["gross_minor"], code),
            _amount(one["net_minor"], code),
            _percent(one["netting_ratio"]),
        )
    return _titled("Settled", table)


def _cycles(document: dict[str, Any]) -> Iterator[RenderableType]:
    """Yield what cycles came to and whether they could have lost their largest debtor."""
    found = [one for one in document["cycles"] if one["payments"]]
    if not found:
        return
    last = "If the largest debtor fails"
    table = _table("Cycle", "Payments", "Net", "Saved", "Ended", last, texts=[last])
    for one in found:
        cover, code = one["cover_one"], one["currency"]
        paid_in = one["paid_in"]
        missing = "nobody owes" if paid_in is None else f"paid in {paid_in} with its slot"
        if cover is not None:
            missing = f"{_amount(cover['uncovered_minor'], cover['currency'])} missing"
            missing = "covered" if cover["covered"] else missing
        table.add_row(
            one["name"],
            f"{one['payments']:,}",
            f"{_amount(one['multilateral_net_minor'], code)} {code}",
            _percent(one["efficiency"]),
            one["state"].lower(),
            missing,
        )
    yield _titled("Netting cycles", table)


def _dealers(document: dict[str, Any]) -> Iterator[RenderableType]:
    """Yield what dealers took, paid out and made of it, where any dealt."""
    found = document["dealing"]["dealers"]
    if not found:
        return
    table = _table(
        "Dealer", "Currency", "Taken", "Paid out", "Result", "Spread", texts=["Currency"]
    )
    for one in found:
        code, result = one["currency"], one["result_minor"]
        table.add_row(
            one["participant"],
            code,
            _amount(one["taken_minor"], code),
            _amount(one["paid_out_minor"], code),
            "–" if result is None else _amount(result, code),
            _percent(one["spread"]),
        )
    yield _titled("Dealers", table)


def _doubts(document: dict[str, Any]) -> Iterator[RenderableType]:
    """Yield the trades that somebody has to clear up with a settlement agent, where there are."""
    found = document["in_doubt"]
    if not found:
        return
    table = _table("Asked as", "Agent", "Leg outside", "Held here", texts=["Agent"])
    for one in found:
        table.add_row(
            one["asked_as"],
            one["agent"],
            f"{_amount(one['amount_minor'], one['currency'])} {one['currency']}",
            f"{_amount(one['held_minor'], one['held_currency'])} {one['held_currency']}",
        )
    note = "The agent has not said whether it has settled the leg outside: ask it."
    yield _titled("Trades in doubt", table, note)


def _shares(document: dict[str, Any]) -> RenderableType:
    found = document["national_currency_share"]
    table = _table("By value", "Share")
    for name, words in _SHARE_WORDS.items():
        table.add_row(words, _percent(found[name]))
    return _titled("Share of national currencies", table, *_notes(found))


def _notes(found: dict[str, Any]) -> list[str]:
    """Return what a share is a share of, how much of that is here, and how it was added up."""
    source = found["source"]
    if source is None:
        lines = ["Within the scheme: of the value settled here, not of all trade."]
    else:
        lines = [
            "Of all payments between the countries, by value.",
            f"Source: {source['publisher']}, {_period(source)}.",
            f"Coverage: {_percent(found['coverage'])} of their value settled in the scheme.",
        ]
    if found["note"]:
        lines.append(f"{found['note'][0].upper()}{found['note'][1:]}.")
    lines.append(f"Valued in {found['valuation_currency']} at official rates.")
    if found["unvalued_currencies"]:
        lines.append(f"Without a rate, and in no share: {', '.join(found['unvalued_currencies'])}.")
    return lines


def _period(source: dict[str, Any]) -> str:
    if source["period_start"] == source["period_end"]:
        return str(source["period_start"])
    days = source["business_days"]
    return f"an average of {days} days, {source['period_start']} to {source['period_end']}"


def _proof(document: dict[str, Any]) -> RenderableType:
    table = _table("What was proved", "Holds")
    for name, holds in document["proof"].items():
        table.add_row(_PROOF_WORDS[name], "[green]yes[/]" if holds else "[bold red]NO[/]")
    return _titled("Proof", table)


def _reasons(book: DayBook) -> Iterator[RenderableType]:
    """Yield why payments ended without being settled, where any did."""
    found = [one for one in refusals(book) if one.what == "payment"]
    if found:
        table = _table("Code", "Count", "Why", texts=["Why"])
        for one in found:
            table.add_row(one.code, f"{one.count:,}", one.text)
        yield _titled("Payments that ended without settling", table)


def _refused(refused: Sequence[RefusedMessage]) -> Iterator[RenderableType]:
    """Yield the messages that could not be read, where there are any."""
    if not refused:
        return
    table = _table("Code", "File, and what was found", texts=["File, and what was found"])
    for one in refused[:REFUSED_MESSAGES_SHOWN]:
        reason = REASONS[one.reason]
        words = Text(one.path)
        words.append(f"\n{one.words or reason.text}", style="dim")
        table.add_row(reason.code, words)
    more = len(refused) - REFUSED_MESSAGES_SHOWN
    notes = [f"and {more:,} more; each was answered by admi.002"] if more > 0 else []
    yield _titled("Messages refused whole", table, *notes)


def _amount(minor: int, code: str) -> str:
    whole, point, decimals = format_amount_minor(minor, currency(code).exponent).partition(".")
    return f"{int(whole):,}{point}{decimals}"


def _percent(text: str | None) -> str:
    """Return a share with six decimals as a percentage with two, its further digits cut off."""
    if text is None:
        return "–"
    sign = "-" if text.startswith("-") else ""
    whole, _, decimals = text.removeprefix("-").partition(".")
    digits = (decimals + "0000")[:4]
    return f"{sign}{int(whole) * 100 + int(digits[:2])}.{digits[2:]} %"
