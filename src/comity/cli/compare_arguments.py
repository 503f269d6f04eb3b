"""What `comity compare` is told: its arguments, and what each of them means."""

from collections.abc import Sequence
from datetime import time
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer

from comity.errors import UsageError
from comity.simulator.hours import Hours
from comity.simulator.options import CYCLES_MAX, OPTIONS, Option, with_cycles
from comity.simulator.payment_format import PaymentFormat
from comity.simulator.sensitivity_document import Shift

NETTED: Final = "net-multilateral"
"""The option of which other numbers of cycles are tried beside those compared."""
DEFAULT_CYCLES: Final = "1,2,4,8,24"
DEFAULT_LIQUIDITY: Final = "0,0.25,0.5,0.75,1"
DEFAULT_LEVEL: Final = "0.5"
DEFAULT_SHIFT: Final = "0.1:60"
DEFAULT_SHIFT_MINUTES: Final = 60
SHIFT_MINUTES_MAX: Final = 1_440
_LEVEL_CHARACTERS: Final = 20

SourcePath = Annotated[
    Path,
    typer.Argument(
        metavar="SOURCE",
        help="Payments: a CSV or Parquet file, an arrangement folder, or a comity database.",
    ),
]
OptionNames = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME[:CYCLES]|FILE.toml",
        help="An option to compare, repeated for more; the first is the baseline. Without any:"
        " gross, and all others that the payments allow.",
    ),
]
Levels = Annotated[
    str,
    typer.Option(metavar="A,B,…", help="Levels between the lower (0) and upper (1) bound."),
]
Level = Annotated[
    str, typer.Option(metavar="A", help="Level at which options are held side by side.")
]
Days = Annotated[
    str | None,
    typer.Option(metavar="DAY|FROM..TO,…", help="Days to take, else all that have payments."),
]
Opens = Annotated[
    str | None, typer.Option(metavar="HH:MM", help="Opening; else the hour of the first.")
]
Closes = Annotated[
    str | None, typer.Option(metavar="HH:MM", help="Close; else the hour behind the last.")
]
ColumnNames = Annotated[
    list[str] | None,
    typer.Option(metavar="NAME=THEIRS", help="What the file calls a column, repeated."),
]
SkippedNames = Annotated[
    list[str] | None,
    typer.Option(metavar="THEIRS", help="A column not to be read, repeated; * for all others."),
]
CurrencyCode = Annotated[
    str | None, typer.Option(metavar="CODE", help="Of all payments, without such a column.")
]
ZoneName = Annotated[
    str | None,
    typer.Option(metavar="ZONE", help="Clock that times with an offset are put to."),
]
RatesFolder = Annotated[
    Path | None,
    typer.Option(help="Folder of official rates, for options in which payers pay at home."),
]
PartiesFile = Annotated[
    Path | None,
    typer.Option(help="CSV: party,country; else the countries of names that are BICs."),
]
Jobs = Annotated[
    int | None,
    typer.Option(metavar="N", min=1, max=256, help="Processes; else one a core if it is worth it."),
]
Cluster = Annotated[
    str | None, typer.Option("--dask", metavar="ADDRESS", help="Scheduler of a Dask cluster.")
]
Cycles = Annotated[
    str | None,
    typer.Option(
        metavar="N,M,…",
        help="Numbers of cycles of net-multilateral to try at the level of --at; 0 none. Without"
        " it 1,2,4,8,24 where that option is compared.",
    ),
]
ShiftText = Annotated[
    str,
    typer.Option(
        metavar="SHARE[:MINUTES]",
        help="Try the options once more with this share of payments sent up to so many minutes"
        " earlier or later, at the level of --at; 0 does not.",
    ),
]
Resamples = Annotated[int, typer.Option(metavar="N", help="Resamples behind each interval.")]
Seed = Annotated[int, typer.Option(metavar="S", help="Of the resampling.")]
OutFolder = Annotated[
    Path | None, typer.Option(help="Folder for results; else `out/FILE` beside the file.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")]


def format_of(columns: Sequence[str], zone: str | None) -> PaymentFormat:
    """Return how a file of payments is to be read; columns as `NAME=THEIRS`."""
    said = {}
    for each in columns:
        ours, mark, theirs = each.partition("=")
        if not mark:
            raise UsageError(f"--column: found {each!r}, expected such as debtor=payer_bank")
        said[ours] = theirs
    try:
        time_zone = None if zone is None else ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise UsageError(f"--time-zone: found {zone!r}, expected such as Asia/Bishkek") from error
    return PaymentFormat(columns=said, time_zone=time_zone)


def hours_of(around: Hours, opens: str | None, closes: str | None) -> Hours:
    """Return the hours that were asked for, else those that hold all payments."""
    found = Hours(
        around.opens if opens is None else _clock(opens, "--opens"),
        around.closes if closes is None else _clock(closes, "--closes"),
    )
    if found.closes <= found.opens:
        raise UsageError(f"--closes: found {found.closes:%H:%M}, expected later than the opening")
    return found


def _clock(text: str, name: str) -> time:
    try:
        found = time.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{name}: found {text!r}, expected HH:MM") from error
    if found.second or found.microsecond or found.tzinfo is not None:
        raise UsageError(f"{name}: found {text!r}, expected HH:MM")
    return found


def level_of(text: str, name: str) -> Fraction:
    """Return a number from 0 to 1; `name` is the option that says it."""
    try:
        found = Fraction(text.strip())
    except (ValueError, ZeroDivisionError):
        found = Fraction(-1)
    if not 0 <= found <= 1 or len(text) > _LEVEL_CHARACTERS:
        raise UsageError(f"{name}: found {text!r}, expected numbers from 0 to 1, such as 0.25")
    return found


def check_levels(chosen: Sequence[Option], levels: Sequence[Fraction], level: Fraction) -> None:
    """Refuse options that come twice, and a level that is not tried."""
    names = [one.name for one in chosen]
    if len(set(names)) < len(names):
        raise UsageError(f"--option: found {', '.join(names)}, expected each once")
    if level not in levels:
        shown = ", ".join(f"{float(each):g}" for each in levels)
        raise UsageError(f"--at: found {float(level):g}, expected one of --liquidity: {shown}")


def options_beside(chosen: Sequence[Option], cycles: str | None) -> tuple[Option, ...]:
    """Return what is tried beside the options that were chosen: other numbers of cycles."""
    there = {one.cycles for one in chosen if one.name.partition(":")[0] == NETTED}
    if cycles is None:
        cycles = DEFAULT_CYCLES if there else "0"
    asked = [text.strip() for text in cycles.split(",")]
    if not all(text.isascii() and text.isdigit() and int(text) <= CYCLES_MAX for text in asked):
        raise UsageError(
            f"--cycles: found {cycles!r}, expected such as 1,2,8, at most {CYCLES_MAX}"
        )
    wanted = sorted({int(text) for text in asked} - there - {0})
    return tuple(with_cycles(OPTIONS[NETTED], each) for each in wanted)


def shift_of(text: str, seed: int) -> Shift:
    """Return what `SHARE[:MINUTES]` asks for."""
    share, _, minutes = text.partition(":")
    most = minutes or str(DEFAULT_SHIFT_MINUTES)
    if not (most.isascii() and most.isdigit() and 0 < int(most) <= SHIFT_MINUTES_MAX):
        raise UsageError(
            f"--shift: found {text!r}, expected a share from 0 to 1, and after a colon 1 to"
            f" {SHIFT_MINUTES_MAX} minutes, such as 0.1:60"
        )
    return Shift(level_of(share, "--shift"), int(most), seed)
