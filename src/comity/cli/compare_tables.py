"""A comparison of options as tables for people."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from comity.reports.compare_rankings import verdict
from comity.reports.compare_style import Shown
from comity.reports.compare_words import (
    compared_in_words,
    currencies_shown,
    paid_currencies,
)
from comity.reports.numbers import percent, rounded, scale_for
from comity.simulator.options import Option

UNBEATEN: Final = (
    "Unbeaten: no other option is better in liquidity, delay and credit at once and settles no"
    " less. Partly: not beaten, but it settles less than another one. Credit: owed × days."
)


def option_table(options: Sequence[Option]) -> Table:
    """Return the options with what each does."""
    table = _table("Option", "What happens", "Cycles", texts=("What happens",))
    for one in options:
        table.add_row(one.name, one.words, str(one.cycles) if one.cycles else "–")
    return table


def print_comparison(
    console: Console, document: Mapping[str, Any], files: Mapping[str, Path]
) -> None:
    """Print what each option costs at the level asked for, in words and as a table a currency."""
    console.print()
    for paragraph in compared_in_words(document):
        console.print(Padding(Text(paragraph), (0, 1, 1, 1)))
    for each, shown in currencies_shown(document, paid_currencies(document)):
        console.print(Padding(_ranking(each, shown), (0, 1, 1, 1)))
    for line in (UNBEATEN, *_differences(document)):
        console.print(Padding(Text(line, style="dim"), (0, 1, 0, 1)))
    console.print()
    for name, path in files.items():
        console.print(f" {name:<11} {path}", markup=False, soft_wrap=True)


def _ranking(document: Mapping[str, Any], shown: Shown) -> Table:
    """Return the options side by side, in a unit in which amounts have at most four digits."""
    options, code, days = document["options"], shown.code, shown.days
    scale = scale_for(max(one["liquidity_used_minor"][code] for one in options) // days, code)
    minor_per_unit = scale.minor_per_unit * days
    table = _table("Option", "Settled", "Used", "Delay", "Credit", "Unsettled", "Unbeaten")
    table.title = (
        f"{shown.name}, money {percent(Fraction(shown.level), 0)} of the way between the bounds;"
        f" used, credit and unsettled in {scale.unit} a day"
    )
    table.title_justify = "left"
    for one in options:
        delay = one["delay_indicator"][code]
        share = one["settled_value_share"][code]
        table.add_row(
            one["name"],
            percent(None if share is None else Fraction(share)),
            rounded(Fraction(one["liquidity_used_minor"][code], minor_per_unit), 2),
            percent(None if delay is None else Fraction(delay)),
            rounded(Fraction(one["credit_exposure_value_days"][code]) / minor_per_unit, 2),
            rounded(Fraction(one["unsettled_value_minor"][code], minor_per_unit), 2),
            verdict(document, code, shown.level, one["name"]),
        )
    return table


def _differences(document: Mapping[str, Any]) -> Iterator[str]:
    days = len(document["days"])
    if not any(one["interval"] for one in document["paired"]):
        yield f"{days} day(s): too few for intervals, which take 10."
        return
    stand = [one for one in document["paired"] if one["interval"]["stands"]]
    yield (
        f"{days} days, 95 % intervals by resampling whole blocks of them:"
        f" {len(stand)} of {len(document['paired'])} differences stand after correction for their"
        " number. They are in the report."
    )


def _table(*columns: str, texts: Sequence[str] = ()) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 2, 0, 0))
    for place, name in enumerate(columns):
        is_text = place == 0 or name in texts
        table.add_column(name, justify="left" if is_text else "right", no_wrap=name not in texts)
    return table
