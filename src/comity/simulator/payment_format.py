"""Which column of a file is which of a payment, and what holds where one is left out."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from typing import Final
from zoneinfo import ZoneInfo

from comity.errors import UsageError
from comity.identifiers.cells import shown
from comity.money import CURRENCIES
from comity.simulator.payment_faults import PaymentFaults

REQUIRED: Final = ("time", "debtor", "creditor")
AMOUNTS: Final = ("amount", "amount_minor")
OPTIONAL: Final = ("id", "date", "priority", "purpose", "from", "till", "link")
COLUMNS: Final = (*REQUIRED, "currency", *AMOUNTS, *OPTIONAL)
"""Every column that a file of payments can have, by comity's name for it."""

OF_FEW_TEXTS: Final = frozenset({"debtor", "creditor", "currency", "date", "priority", "purpose"})
"""Columns in which few texts stand many times: they become numbers while they are read."""

DEFAULT_DATE: Final = date(2026, 1, 5)
"""The day of payments that state none: a Monday, and arbitrary."""

DATE_MIN: Final = date(1970, 1, 1)
DATE_MAX: Final = date(2199, 12, 31)
"""The days of payments lie between these two."""

ALL_OTHERS: Final = "*"
"""In `PaymentFormat.skipped`: every column that is not read otherwise."""

COLUMNS_SHOWN_MAX = 40

# How others name what comity names by the words of ISO 20022; used for suggestions only.
_ALIASES: Final[Mapping[str, tuple[str, ...]]] = {
    "time": ("timestamp", "datetime", "date_time", "created_at", "submitted", "settlement_time"),
    "debtor": ("payer", "payer_bank", "sender", "sender_bank", "from_bank", "buyer", "from"),
    "creditor": (
        "payee",
        "payee_bank",
        "receiver",
        "receiver_bank",
        "to_bank",
        "beneficiary",
        "to",
    ),
    "currency": ("ccy", "cur", "currency_code", "instrument"),
    "amount": ("value", "sum", "amt", "gross_amount", "amount_major"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentFormat:
    """How a file of payments is to be read.

    Attributes:
        columns: comity's name of a column (one of COLUMNS) → the file's name for it.
        currency: ISO 4217 code of all payments, for a file without a column of currencies.
        default_date: day of all payments, for a file without dates; DATE_MIN … DATE_MAX.
        time_zone: whose clock the payments are on. Times with an offset are put into it, and
            need it; times without one are taken as they stand.
        skipped: columns of the file that are not to be looked at; ALL_OTHERS for every column
            that is not read otherwise.

    Raises:
        UsageError: a column or the currency is unknown, two columns are said to be one, or the
            date is out of range.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    currency: str | None = None
    default_date: date = DEFAULT_DATE
    time_zone: ZoneInfo | None = None
    skipped: Collection[str] = frozenset()

    def __post_init__(self) -> None:
        """Check what the caller said before any file is looked at."""
        for ours, theirs in self.columns.items():
            if ours not in COLUMNS:
                raise UsageError(f"columns: found {ours!r}, expected one of {', '.join(COLUMNS)}")
            if list(self.columns.values()).count(theirs) > 1:
                raise UsageError(f"columns: found {theirs!r} for two columns, expected it once")
        if self.currency is not None and self.currency not in CURRENCIES:
            raise UsageError(
                f"currency: found {self.currency!r}, expected an active code of ISO 4217"
            )
        if not DATE_MIN <= self.default_date <= DATE_MAX:
            raise UsageError(
                f"default_date: found {self.default_date}, expected {DATE_MIN} to {DATE_MAX}"
            )

    def name_of(self, column: str) -> str:
        """Return the file's name for one of COLUMNS."""
        return self.columns.get(column, column)


def choose_columns(
    header: Sequence[str], form: PaymentFormat, faults: PaymentFaults, line: int
) -> dict[str, int]:
    """Return for each column that is there its place in the header.

    Args:
        header: names of the file's columns, in order.
        form: how the file is to be read.
        faults: what is wrong with the header is added.
        line: on which it stands, 0 where a format has no lines.
    """
    claimed = set(form.columns.values())
    chosen = {}
    for column in COLUMNS:
        name = form.name_of(column)
        # A column that the caller says is another one is not read under its own name too.
        if name in header and (column in form.columns or name not in {*claimed, *form.skipped}):
            chosen[column] = header.index(name)
            if header.count(name) > 1:
                faults.add(line, column, f"column {name!r} again", "each column once")
    _check_missing(header, form, chosen, faults, line)
    _check_amounts(form, chosen, faults, line)
    _check_others(header, form, chosen, faults, line)
    if form.currency is not None and "currency" in chosen:
        expected = "one of the two: take the option out, or skip the column"
        found = f"column {form.name_of('currency')!r} beside the option currency={form.currency}"
        faults.add(line, "currency", found, expected)
    return chosen


def _check_missing(
    header: Sequence[str],
    form: PaymentFormat,
    chosen: dict[str, int],
    faults: PaymentFaults,
    line: int,
) -> None:
    required = [*REQUIRED] if form.currency else [*REQUIRED, "currency"]
    if not set(AMOUNTS) & {*chosen, *form.columns}:
        required.append("amount")
    # `from` is the name of a time here, and elsewhere often that of who pays.
    used = {place for column, place in chosen.items() if column != "from"}
    free = [name for place, name in enumerate(header) if place not in used]
    for column in COLUMNS:
        if column in chosen or column not in {*required, *form.columns}:
            continue
        wanted = form.name_of(column)
        expected = f"a column {wanted!r}{_separated(header)}"
        if column not in form.columns:
            expected += _suggestion(column, free)
        faults.add(line, column, f"the columns {_listed(header)}", expected)


def _check_amounts(
    form: PaymentFormat, chosen: dict[str, int], faults: PaymentFaults, line: int
) -> None:
    if set(AMOUNTS) <= chosen.keys():
        first, second = (form.name_of(column) for column in AMOUNTS)
        found = f"the columns {first!r} and {second!r}"
        faults.add(line, "amount", found, "one of the two; skip the other")


def _check_others(
    header: Sequence[str],
    form: PaymentFormat,
    chosen: dict[str, int],
    faults: PaymentFaults,
    line: int,
) -> None:
    if ALL_OTHERS in form.skipped:
        return
    used = {header[place] for place in chosen.values()}
    for name in dict.fromkeys(header):
        if name not in used and name not in form.skipped:
            expected = (
                f"no other columns than {', '.join(COLUMNS)};"
                f" say which it is (--column OURS={name}), or skip it (--skip {name})"
            )
            faults.add(line, "", f"column {shown(name)}", expected)


def _suggestion(column: str, free: Sequence[str]) -> str:
    """Return how to say which of the file's columns is meant."""
    by_case = {name.strip().casefold(): name for name in free}
    likely = [alias for alias in (column, *_ALIASES.get(column, ())) if alias in by_case]
    likely += get_close_matches(column, list(by_case), n=1)
    named = by_case[likely[0]] if likely else "ITS NAME"
    hint = f"; if it has another name, say so: --column {column}={named}"
    return hint + (", or name one currency for all: --currency EUR" * (column == "currency"))


def _separated(header: Sequence[str]) -> str:
    """Return a hint where the header seems to be parted by something else than commas."""
    parted = len(header) == 1 and any(sign in header[0] for sign in ";\t|")
    return ", with commas between columns" if parted else ""


def _listed(header: Sequence[str]) -> str:
    listed = ",".join(header[:COLUMNS_SHOWN_MAX])
    return listed if len(header) <= COLUMNS_SHOWN_MAX else f"{listed} and others"
