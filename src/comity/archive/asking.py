"""The queries by which figures are made of an archive: each is one file of SQL, shown as it runs.

What differs between two runs is filled into the braces: the length of a period and what the figures
are broken down by. Everything else stands in `comity/archive/queries`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Final

from comity.aggregates.periods import Length
from comity.errors import UsageError

QUERIES: Final = (
    "turnover",
    "share",
    "imbalance",
    "companies",
    "concentration",
    "ageing",
    "speed",
    "reconciliation",
    "cost",
    "goods",
    "contributors",
)
"""Names of all queries."""


@dataclass(frozen=True, slots=True)
class Breakdown:
    """Something figures can be broken down by.

    Attributes:
        columns: of an archive that it needs.
        selects: SQL of the columns by which is grouped.
        names: what these are called in the answer.
        joins: SQL behind the name of the view.
    """

    columns: tuple[str, ...]
    selects: tuple[str, ...]
    names: tuple[str, ...]
    joins: str = ""


def _plain(column: str) -> Breakdown:
    return Breakdown((column,), (column,), (column,))


PURPOSES_JOIN: Final = "\nLEFT JOIN purpose_groups USING (purpose)"

BREAKDOWNS: Final = {
    "corridor": Breakdown(
        ("debtor_country", "creditor_country"),
        ("debtor_country || '-' || creditor_country AS corridor",),
        ("corridor",),
    ),
    "currency": Breakdown(("currency",), ("currency AS in_currency",), ("in_currency",)),
    "purpose": Breakdown(
        ("purpose",),
        ("coalesce(purpose_group, 'other') AS purpose_group",),
        ("purpose_group",),
        PURPOSES_JOIN,
    ),
    "debtor-country": _plain("debtor_country"),
    "creditor-country": _plain("creditor_country"),
    "debtor-bank": _plain("debtor_agent"),
    "creditor-bank": _plain("creditor_agent"),
}
"""What `--by` takes besides the length of a period."""

BY_MAX: Final = 2
"""Breakdowns of one run: a table of more has margins of margins, which nobody reads."""

_STEPS: Final = {
    Length.DAY: "INTERVAL 1 DAY",
    Length.MONTH: "INTERVAL 1 MONTH",
    Length.QUARTER: "INTERVAL 3 MONTH",
    Length.YEAR: "INTERVAL 1 YEAR",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of an archive.

    Attributes:
        length: of a period in the answers.
        by: names of BREAKDOWNS, at most BY_MAX.
        is_daily: whether sums are wanted by day, to be valued at each day's rates.
    """

    length: Length
    by: tuple[str, ...] = ()
    is_daily: bool = False

    def needs(self) -> tuple[str, ...]:
        """Return the columns that the breakdowns need."""
        return tuple(column for one in self.by for column in BREAKDOWNS[one].columns)

    @property
    def period(self) -> str:
        """SQL of the first day of a payment's period."""
        return _period(self.length)


def _period(length: Length) -> str:
    return "date" if length is Length.DAY else f"CAST(date_trunc('{length}', date) AS DATE)"


def query_text(name: str) -> str:
    """Return a query as it is stored, with its braces.

    Raises:
        UsageError: there is none of this name.
    """
    if name not in QUERIES:
        raise UsageError(f"query: found {name!r}, expected one of {', '.join(QUERIES)}")
    return files("comity.archive").joinpath(f"queries/{name}.sql").read_text(encoding="utf-8")


def query(name: str, asked: Asked, **filled: str) -> str:
    """Return a query as it runs.

    Args:
        name: one of QUERIES.
        asked: length of periods and breakdowns.
        filled: what else stands in braces in it.
    """
    text = query_text(name)
    groups = [BREAKDOWNS[one] for one in asked.by]
    joins = dict.fromkeys(one.joins for one in groups)
    if name == "goods":
        joins = {PURPOSES_JOIN: None}
    parts = {
        "period": "date" if asked.is_daily and name != "contributors" else asked.period,
        "step": _STEPS[asked.length],
        "groups": "".join(f"{select}, " for one in groups for select in one.selects),
        "names": "".join(f"{each}, " for one in groups for each in one.names),
        "sets": _sets([one.names for one in groups]),
        "joins": "".join(joins),
        **filled,
    }
    for key, value in parts.items():
        text = text.replace("{" + key + "}", value)
    return text


def _sets(names: Sequence[tuple[str, ...]]) -> str:
    """Return the grouping sets of a table and all its margins."""
    kept: list[tuple[str, ...]] = [()]
    for one in names:
        kept = [(*before, *more) for before in kept for more in ((), one)]
    return ", ".join(f"({', '.join(('period', *one, 'unit', 'side', 'party'))})" for one in kept)
