"""What `comity stats` is told: its arguments, and what each of them means."""

from datetime import date
from pathlib import Path
from typing import Annotated, Final

import typer

from comity.aggregates.periods import Length
from comity.archive import BREAKDOWNS, BY_MAX
from comity.archive.figures import NEEDED, length_of
from comity.errors import UsageError
from comity.money import CURRENCIES

SourcePath = Annotated[
    Path | None,
    typer.Argument(
        metavar="SOURCE",
        help="Settled payments: Parquet or CSV, a folder of Parquet files, or a comity database.",
    ),
]
By = Annotated[
    str | None,
    typer.Option(
        metavar="NAME,…",
        help="day, month, quarter or year; and up to two of " + ", ".join(BREAKDOWNS) + ".",
    ),
]
Figures = Annotated[
    str | None, typer.Option("--figure", metavar="NAME,…", help="Of " + ", ".join(NEEDED) + ".")
]
FirstDay = Annotated[
    str | None, typer.Option("--from", metavar="DAY", help="From when the source is complete.")
]
LastDay = Annotated[
    str | None, typer.Option("--until", metavar="DAY", help="Until when it is complete.")
]
RatesFolder = Annotated[Path | None, typer.Option(help="Folder of official rates.")]
InCurrency = Annotated[
    str | None,
    typer.Option("--in", metavar="CODE", help="Currency in which others are put together."),
]
AllPayments = Annotated[
    Path | None, typer.Option(help="Series of all payments between the countries, CSV.")
]
TradeFile = Annotated[
    Path | None, typer.Option(help="Official trade: SDMX-CSV, or columns of UN Comtrade.")
]
MirrorFile = Annotated[
    Path | None, typer.Option(help="Figures of several publishers to hold side by side, CSV.")
]
Publish = Annotated[
    bool, typer.Option("--publish", help="Withhold small cells and what gives them away.")
]
Fewest = Annotated[
    int, typer.Option("--fewest", metavar="N", help="With --publish: parties behind a cell.")
]
Most = Annotated[
    int, typer.Option("--most", metavar="PERCENT", help="With --publish: of a cell by one party.")
]
RoundTo = Annotated[
    int | None,
    typer.Option("--round", metavar="N", help="With --publish: amounts to multiples of N units."),
]
Against = Annotated[
    Path | None, typer.Option(help="stats.json of an earlier publication: say what changed.")
]
PublishedOn = Annotated[
    str | None, typer.Option("--date", metavar="DAY", help="Day of the publication.")
]
ColumnNames = Annotated[
    list[str] | None,
    typer.Option(metavar="NAME=THEIRS", help="What the file calls a column, repeated."),
]
SkippedNames = Annotated[
    list[str] | None,
    typer.Option(metavar="THEIRS", help="A column not to be read, repeated; * for all others."),
]
OutFolder = Annotated[
    Path | None, typer.Option(help="Folder for the document, tables, bulletin and queries.")
]
ShowQuery = Annotated[
    str | None, typer.Option(metavar="NAME", help="Print a query, as it runs with --by, and end.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the document instead of text.")]
AsCsv = Annotated[bool, typer.Option("--csv", help="Print one table as CSV; with one --figure.")]
AsHtml = Annotated[bool, typer.Option("--html", help="Print the bulletin as HTML.")]

DEFAULT_FEWEST: Final = 3
DEFAULT_MOST: Final = 85
_HUNDRED: Final = 100


def parse_by(text: str | None) -> tuple[Length, tuple[str, ...]]:
    """Return length of periods and breakdowns.

    Raises:
        UsageError: a name is unknown or stands twice, or there are too many.
    """
    names = [] if text is None else text.split(",")
    lengths = [found for name in names if (found := length_of(name)) is not None]
    groups = [name for name in names if length_of(name) is None]
    for name in names:
        if name not in BREAKDOWNS and length_of(name) is None:
            known = ", ".join((*Length, *BREAKDOWNS))
            raise UsageError(f"--by: found {name!r}, expected some of {known}")
        if names.count(name) > 1:
            raise UsageError(f"--by: found {name!r} twice, expected it once")
    if len(lengths) > 1:
        raise UsageError(f"--by: found {' and '.join(lengths)}, expected one length of periods")
    if len(groups) > BY_MAX:
        raise UsageError(f"--by: found {len(groups)} breakdowns, expected at most {BY_MAX}")
    return (lengths[0] if lengths else Length.MONTH), tuple(groups)


def parse_figures(text: str | None) -> tuple[str, ...]:
    """Return the figures wanted, all without a word.

    Raises:
        UsageError: one is unknown.
    """
    names = tuple(NEEDED) if text is None else tuple(text.split(","))
    for name in names:
        if name not in NEEDED:
            raise UsageError(f"--figure: found {name!r}, expected some of {', '.join(NEEDED)}")
    return tuple(name for name in NEEDED if name in names)


def parse_day(text: str | None, option: str) -> date | None:
    """Return a day.

    Raises:
        UsageError: the text is none.
    """
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{option}: found {text!r}, expected a day as 2026-05-25") from None


def parse_columns(texts: list[str] | None) -> dict[str, str]:
    """Return comity's name → the file's name for each column that is called otherwise."""
    found: dict[str, str] = {}
    for text in texts or ():
        ours, mark, theirs = text.partition("=")
        if not (ours and mark and theirs):
            raise UsageError(f"--column: found {text!r}, expected NAME=THEIRS")
        if ours in found or theirs in found.values():
            raise UsageError(f"--column: found {text!r} again, expected each name once")
        found[ours] = theirs
    return found


def check_currency(code: str | None, rates: Path | None) -> None:
    """Refuse a currency without rates, rates without a currency, and one that there is not.

    Raises:
        UsageError: they do not go together.
    """
    if code is not None and code not in CURRENCIES:
        raise UsageError(f"--in: found {code!r}, expected an active code of ISO 4217")
    if code is not None and rates is None:
        raise UsageError("--in: found it without --rates, expected a folder of official rates too")


def check_publication(fewest: int, most: int, round_to: int | None, *, publish: bool) -> None:
    """Refuse rules of publishing that make no sense, or that are given without publishing.

    Raises:
        UsageError: one of them.
    """
    is_asked = (fewest, most, round_to) != (DEFAULT_FEWEST, DEFAULT_MOST, None)
    if is_asked and not publish:
        raise UsageError("--fewest, --most, --round: found one of them, expected --publish too")
    if fewest < 1:
        raise UsageError(f"--fewest: found {fewest}, expected 1 or more")
    if not 1 <= most <= _HUNDRED:
        raise UsageError(f"--most: found {most}, expected 1 to 100")
    if round_to is not None and round_to < 1:
        raise UsageError(f"--round: found {round_to}, expected 1 or more major units")
