"""Figures of many days as tables for people."""

from collections.abc import Mapping
from typing import Any, Final

from rich import box
from rich.console import Console
from rich.table import Table

from comity.aggregates.statements import money, percent

_ROWS_SHOWN_MAX: Final = 24

_COLUMNS: Final = {
    "turnover": (
        "period",
        "group",
        "amount_minor",
        "payments",
        "growth",
        "to_date_growth",
        "highest_since",
        "is_record",
        "is_withheld",
    ),
    "share": (
        "period",
        "group",
        "definition",
        "denominator",
        "publisher",
        "by_value",
        "by_number",
        "coverage",
        "is_withheld",
    ),
    "imbalance": (
        "period",
        "one",
        "other",
        "to_other_minor",
        "to_one_minor",
        "imbalance",
        "netting_bound",
        "is_withheld",
    ),
    "concentration": (
        "period",
        "role",
        "currency",
        "parties",
        "largest",
        "largest_five",
        "herfindahl",
    ),
    "ageing": ("received_by", "paid_by", "balance_minor", "ages"),
    "mirror": ("quantity", "period_start", "period_end", "unit", "figures", "differences"),
}
"""What is shown of tables that have more columns than fit; the document has them all."""


def print_stats(document: Mapping[str, Any]) -> None:
    """Print the sentences and the last rows of each table."""
    console = Console(highlight=False)
    source = document["source"]
    console.print(
        f"{source['payments']:,} payments, {source['first_date']} to {source['last_date']}:"
        f" {source['name']}",
        markup=False,
    )
    console.print(f"SHA-256 {source['sha256']}", markup=False)
    for one in document["statements"]:
        console.print(f"\n{one['text']}.", style="bold", markup=False)
        console.print(f"  {one['definition']}", markup=False)
    for name, table in document["tables"].items():
        console.print()
        if table["not_available"]:
            console.print(
                f"{table['title']}: not available: {table['not_available']}", markup=False
            )
            continue
        console.print(_table(name, table))
        for note in table["notes"]:
            console.print(note, markup=False)
    _print_revisions(console, document["revisions"])


def _print_revisions(console: Console, found: Mapping[str, Any] | None) -> None:
    if found is None:
        return
    console.print(
        f"\nAgainst {found['against'][:12]}: {len(found['changed'])} figures changed,"
        f" {found['rows_added']} rows added, {found['rows_gone']} gone",
        markup=False,
    )
    for one in found["changed"][:_ROWS_SHOWN_MAX]:
        row = " ".join(each or "" for each in one["row"])
        console.print(
            f"  {one['table']} {row} {one['figure']}: {one['earlier']} → {one['now']}", markup=False
        )


def _table(name: str, document: Mapping[str, Any]) -> Table:
    rows = document["rows"][-_ROWS_SHOWN_MAX:]
    more = len(document["rows"]) - len(rows)
    title = document["title"] + (f" (last {len(rows)} of {len(document['rows'])})" if more else "")
    wanted = _COLUMNS.get(name, tuple(rows[0]) if rows else ())
    names = [each for each in wanted if any(_has(row[each]) for row in rows)]
    table = Table(title=title, box=box.SIMPLE_HEAD, title_justify="left")
    for each in names:
        table.add_column(_head(each), justify="right" if _is_number(each, rows) else "left")
    for row in rows:
        table.add_row(*(_cell(each, row) for each in names))
    return table


def _has(value: Any) -> bool:
    return value not in (None, "", [], False)


def _head(name: str) -> str:
    return name.removesuffix("_minor").removeprefix("is_").replace("_", " ")


def _is_number(name: str, rows: list[dict[str, Any]]) -> bool:
    return name in _PERCENTS or any(isinstance(row[name], int) for row in rows)


_PERCENTS: Final = frozenset(
    {
        "growth",
        "to_date_growth",
        "by_value",
        "by_number",
        "coverage",
        "imbalance",
        "netting_bound",
        "largest",
        "largest_three",
        "largest_five",
        "within_hour",
        "within_day",
        "reconciled_same_day",
        "fee_share",
    }
)


def _cell(name: str, row: Mapping[str, Any]) -> str:
    value = row[name]
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else ""
    if name in _PERCENTS:
        return f"{percent(value, signed='growth' in name)} %"
    if name.endswith("_minor"):
        return money(value, row["currency"] or "XXX")
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, list):
        return "; ".join(map(_text, value))
    return str(value)


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return " ".join(str(each) for each in value.values() if each not in (None, ""))
    return str(value)
