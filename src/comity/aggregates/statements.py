"""The sentences that a publication is quoted by, each with the definition that it needs."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from comity.aggregates.turnover import ALL
from comity.aggregates.valuing import exponent_of

Row = dict[str, Any]

_SCALES: Final = (
    (Decimal(10**9), "billion"),
    (Decimal(10**6), "million"),
    (Decimal(10**3), "thousand"),
)

_TURNOVER_WORDS: Final = (
    "value of settled payments without returns; growth on the same period of the year before"
)

_SHARE_WORDS: Final = {
    "invoicing": "by the currency of the invoice",
    "customer_leg": "by the currency the payer paid in",
    "settlement_asset": "by the currency in which banks settled",
}


def statements(document: Mapping[str, Any]) -> list[Row]:
    """Return sentences about the last period that the source covers, in order of use.

    Args:
        document: of `comity stats`, with its tables.
    """
    tables = document["tables"]
    made = (
        *_turnover(tables.get("turnover")),
        *_shares(tables.get("share")),
        *_companies(tables.get("companies")),
        *_mirrors(tables.get("mirror")),
    )
    return [dict(zip(("text", "definition", "table"), one, strict=True)) for one in made]


_Told = tuple[str, str, str]


def last_whole(rows: list[Row]) -> str | None:
    """Return the label of the last period that is covered from end to end."""
    return max((row["period"] for row in rows if row["is_whole"]), default=None)


def percent(text: str, decimals: int = 1, *, signed: bool = False) -> str:
    """Return a decimal share as a percentage, rounded half to even."""
    value = (Decimal(text) * 100).quantize(Decimal(1).scaleb(-decimals))
    return f"{value:+,}" if signed else f"{value:,}"


def money(minor: int, code: str) -> str:
    """Return an amount with one decimal of a readable unit and its currency."""
    major = Decimal(minor).scaleb(-exponent_of(code))
    for divisor, name in _SCALES:
        if abs(major) >= divisor:
            return f"{(major / divisor).quantize(Decimal('0.1')):,} {name} {code}"
    return f"{major:,} {code}"


def _turnover(table: Row | None) -> Iterator[_Told]:
    rows = [row for row in table["rows"] if set(row["group"]) <= {ALL}] if table else []
    latest = last_whole(rows)
    for row in rows:
        if row["period"] != latest or row["amount_minor"] is None:
            continue
        words = [f"Turnover in {latest}: {money(row['amount_minor'], row['currency'])}"]
        if row["growth"] is not None:
            words.append(f"{percent(row['growth'], signed=True)} % on the year before")
        if row["is_record"]:
            words.append("a record within the source")
        elif row["highest_since"]:
            words.append(f"the highest since {row['highest_since']}")
        definition = _TURNOVER_WORDS
        yield ", ".join(words), definition, "turnover"
        is_more = row["to_date_minor"] != row["amount_minor"]
        if row["to_date_growth"] is not None and is_more:
            grown = percent(row["to_date_growth"], signed=True)
            text = (
                f"Turnover from the beginning of the year to the end of {latest}:"
                f" {money(row['to_date_minor'], row['currency'])},"
                f" {grown} % on the same part of the year before"
            )
            yield text, definition, "turnover"


def _shares(table: Row | None) -> Iterator[_Told]:
    rows = [row for row in table["rows"] if set(row["group"]) <= {ALL}] if table else []
    latest = last_whole(rows)
    for row in rows:
        value = row["by_value"] or row["by_number"]
        if row["period"] != latest or value is None:
            continue
        of_what = "value" if row["by_value"] else "number"
        how = _SHARE_WORDS[row["definition"]]
        text = f"{percent(value)} % in national currencies in {latest}, {how}"
        definition = f"share of the {of_what} of payments, {row['denominator']}"
        if row["publisher"]:
            definition += f" as counted by {row['publisher']}"
        if row["coverage"] is not None:
            definition += f"; coverage {percent(row['coverage'])} %"
        yield text, definition, "share"


def _companies(table: Row | None) -> Iterator[_Told]:
    rows = table["rows"] if table else []
    latest = last_whole(rows)
    for row in rows:
        if row["period"] == latest and row["active"]:
            text = f"{row['active']:,} companies of {row['country']} active in {latest}"
            if row["new"] is not None and row["lapsed"] is not None:
                text += f", {row['new']:,} of them new, {row['lapsed']:,} lapsed"
            definition = (
                "different identifiers of organisations that paid or were paid through the scheme;"
                " not the number of companies in a register"
            )
            yield text, definition, "companies"


def _mirrors(table: Row | None) -> Iterator[_Told]:
    for row in table["rows"] if table else ():
        for each in row["differences"]:
            if each["relative"] is None:
                continue
            one, other = each["publishers"]
            text = (
                f"{row['quantity']}, {row['period_start']} to {row['period_end']}: {one} and"
                f" {other} differ by {each['difference'].removeprefix('-')} {row['unit']}"
                f" ({percent(each['relative'])} % of the smaller)"
            )
            definition = (
                "two publishers' figures, never merged; their definitions stand in the table"
            )
            yield text, definition, "mirror"
