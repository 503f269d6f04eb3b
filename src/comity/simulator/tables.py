"""What a comparison found as typed tables: for files, notebooks, and other programs.

The tables are made of the results and the document, and hold nothing that these do not. Amounts
are whole minor units, shares exact decimals, times whole microseconds; an empty cell is a figure
that there is none of.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from comity.simulator.comparing import Results
from comity.simulator.figures import FIGURE_COLUMNS, figure_rows

if TYPE_CHECKING:
    import pyarrow as pa

Cell = str | int | bool | None
Rows = Iterator[tuple[Cell, ...]]
Document = Mapping[str, Any]


class Kind(StrEnum):
    """What a column holds."""

    TEXT = "text"
    WHOLE = "whole"
    DECIMAL = "decimal"  # as text with six decimals
    FLAG = "flag"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Attributes:
        name: in snake case, its unit last.
        kind: what it holds.
        unit: in words; empty where it has none.
    """

    name: str
    kind: Kind
    unit: str


@dataclass(frozen=True, slots=True)
class ResultTable:
    """A table of a comparison.

    Attributes:
        name: of the table, and of its files.
        columns: in order.
        rows: as many cells as columns; decimals as text.
    """

    name: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def to_columns(self) -> dict[str, list[Any]]:
        """Return the cells by column; decimals as `Decimal`."""
        found: dict[str, list[Any]] = {}
        for at, column in enumerate(self.columns):
            cells = [row[at] for row in self.rows]
            if column.kind is Kind.DECIMAL:
                found[column.name] = [None if one is None else Decimal(str(one)) for one in cells]
            else:
                found[column.name] = list(cells)
        return found

    def to_arrow(self) -> "pa.Table":
        """Return the table with Arrow's types, its units in the fields' metadata."""
        # Loads slowly, and whoever wants plain columns does not need it.
        import pyarrow as pa  # noqa: PLC0415

        kinds = {
            Kind.TEXT: pa.string(),
            Kind.WHOLE: pa.int64(),
            Kind.DECIMAL: pa.decimal128(38, 6),
            Kind.FLAG: pa.bool_(),
        }
        fields = [
            pa.field(one.name, kinds[one.kind], metadata={"unit": one.unit} if one.unit else None)
            for one in self.columns
        ]
        return pa.table(self.to_columns(), schema=pa.schema(fields))


def result_tables(document: Document, results: Results) -> dict[str, ResultTable]:
    """Return every table of a comparison by name, in a fixed order.

    Args:
        document: what `compare_document` made of the results.
        results: with details at the level of the document, else tables of them are empty.
    """
    rows = {"figures": figure_rows(results)}
    rows |= {name: make(document) for name, make in _MADE_OF_DOCUMENT.items()}
    return {
        name: ResultTable(name, tuple(map(_column, COLUMNS[name])), tuple(rows[name]))
        for name in COLUMNS
    }


def _parts(document: Document, name: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for option in document["options"]:
        for code, parts in option.get("breakdowns", {}).items():
            for one in parts[name]:
                yield option["name"], code, one


def _of_parts(name: str) -> Callable[[Document], Rows]:
    def rows(document: Document) -> Rows:
        fields = COLUMNS[name][2:]
        for option, code, one in _parts(document, name):
            yield (option, code, *(one[field] for field in fields))

    return rows


def _series(document: Document) -> Rows:
    for option in document["options"]:
        for code, series in option.get("series", {}).items():
            for place, at_us in enumerate(document["grid_us"]):
                cells = (series[name][place] for name in _SERIES)
                yield (option["name"], code, at_us, *cells)


def _frontier(document: Document) -> Rows:
    for one in document["frontier"]:
        yield tuple(one[name] for name in COLUMNS["frontier"])


def _paired(document: Document) -> Rows:
    for one in document["paired"]:
        interval = one["interval"] or {}
        yield (
            *(one[name] for name in COLUMNS["paired"][:6]),
            _six(one["mean_difference"]),
            _six(interval.get("low")),
            _six(interval.get("high")),
            interval.get("p_adjusted"),
            interval.get("stands"),
        )


def _six(text: str | None) -> str | None:
    """Return a decimal of three decimals with six, as all columns have them."""
    return None if text is None else f"{Decimal(text):.6f}"


def _flows(document: Document) -> Rows:
    for code, flows in document.get("flows", {}).items():
        for pair in flows["pairs"]:
            for one in ({"kind": "all", **pair}, *pair["purposes"]):
                cells = (one["there_minor"], one["back_minor"], one["bound"])
                yield (code, pair["one"], pair["other"], one["kind"], *cells)


def _cycles(document: Document) -> Rows:
    for one in document.get("cycles", ()):
        yield tuple(one[name] for name in COLUMNS["cycles"])


def _column(name: str) -> Column:
    kind, unit = _KINDS.get(name, (Kind.TEXT, ""))
    if name.endswith("_minor"):
        kind, unit = Kind.WHOLE, "minor units"
    elif name.endswith("_us"):
        kind, unit = Kind.WHOLE, "microseconds"
    return Column(name, kind, unit)


_PART: Final = (
    "payments",
    "value_minor",
    "settled",
    "settled_value_minor",
    "unsettled",
    "unsettled_value_minor",
    "delay_indicator",
    "mean_wait_us",
)
_SERIES: Final = ("queue", "queue_minor", "settled_minor", "liquidity_minor", "exposure_minor")

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "figures": FIGURE_COLUMNS,
    "participants": (
        "option",
        "currency",
        "participant",
        "country",
        *_PART,
        "sent_minor",
        "received_minor",
        "liquidity_available_minor",
        "liquidity_used_minor",
        "relative_provision",
    ),
    "corridors": ("option", "currency", "debtor", "creditor", "corridors", *_PART),
    "purposes": ("option", "currency", "purpose", "group", *_PART),
    "series": ("option", "currency", "at_us", *_SERIES),
    "frontier": (
        "option",
        "level",
        "currency",
        "liquidity_available_minor",
        "liquidity_used_minor",
        "delay_indicator",
        "credit_minor",
        "settled_value_share",
        "is_on_frontier",
    ),
    "paired": (
        "option",
        "baseline",
        "measure",
        "currency",
        "unit",
        "periods",
        "mean_difference",
        "low",
        "high",
        "p_adjusted",
        "stands",
    ),
    "flows": ("currency", "one", "other", "kind", "there_minor", "back_minor", "bound"),
    "cycles": (
        "family",
        "option",
        "cycles",
        "currency",
        "settled_value_share",
        "unsettled_value_minor",
        "liquidity_used_minor",
        "delay_indicator",
        "mean_wait_us",
        "moved_minor",
    ),
}
"""Every table with its columns."""

_MADE_OF_DOCUMENT: Final[Mapping[str, Callable[[Document], Rows]]] = {
    **{name: _of_parts(name) for name in ("participants", "corridors", "purposes")},
    "series": _series,
    "frontier": _frontier,
    "paired": _paired,
    "flows": _flows,
    "cycles": _cycles,
}

_SHARE: Final = (Kind.DECIMAL, "share")
_KINDS: Final[Mapping[str, tuple[Kind, str]]] = {
    "level": (Kind.DECIMAL, "share of the way from lower to upper bound"),
    "payments": (Kind.WHOLE, "payments"),
    "settled": (Kind.WHOLE, "payments"),
    "unsettled": (Kind.WHOLE, "payments"),
    "transfers": (Kind.WHOLE, "transfers"),
    "queue": (Kind.WHOLE, "payments, summed over days"),
    "corridors": (Kind.WHOLE, "corridors"),
    "cycles": (Kind.WHOLE, "cycles a day"),
    "periods": (Kind.WHOLE, "days"),
    "delay_indicator": _SHARE,
    "settled_value_share": _SHARE,
    "relative_provision": (Kind.DECIMAL, "difference of two shares"),
    "bound": _SHARE,
    "fx_exposure_value_hours": (Kind.DECIMAL, "minor units × hours"),
    "credit_exposure_value_days": (Kind.DECIMAL, "minor units × days"),
    "open_position_value_hours": (Kind.DECIMAL, "minor units × hours"),
    "mean_difference": (Kind.DECIMAL, "as the column unit says, a day"),
    "low": (Kind.DECIMAL, "as the column unit says, a day"),
    "high": (Kind.DECIMAL, "as the column unit says, a day"),
    "p_adjusted": (Kind.DECIMAL, "probability"),
    "is_on_frontier": (Kind.FLAG, ""),
    "stands": (Kind.FLAG, ""),
}
"""Columns that are no text; those that end in `_minor` and `_us` say so themselves."""
