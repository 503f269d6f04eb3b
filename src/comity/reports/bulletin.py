"""The bulletin: one page of A4 that states share, turnover and growth with their definitions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from markupsafe import Markup

from comity.aggregates.statements import last_whole, money, percent
from comity.aggregates.turnover import ALL
from comity.aggregates.valuing import exponent_of
from comity.reports.bulletin_labels import LABELS
from comity.reports.page import own_file, page_environment

PERIODS_SHOWN: Final = 12
_DASH: Final = "–"
_BAR, _GAP, _HEIGHT, _LEFT, _TOP = 44, 12, 120, 6, 18

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Card:
    """One figure in large: what it is called, what it is, and the query it comes from."""

    label: str
    value: str
    note: str
    query: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One period in the chart; sizes in units of the drawing."""

    x: int
    y: int
    height: int
    label: str
    value: str


def render_bulletin(document: Mapping[str, Any]) -> bytes:
    """Return the page as UTF-8 HTML; the same document gives the same bytes."""
    turnover = _everything(document, "turnover")
    shares = _everything(document, "share")
    code = _currency(document, turnover)
    mine = [row for row in turnover if row["currency"] == code and row["is_whole"]]
    latest = last_whole(turnover) or last_whole(shares)
    text = (
        page_environment()
        .get_template("bulletin.html.j2")
        .render(
            document=document,
            labels=LABELS,
            latest=latest or _DASH,
            cards=_cards(document, mine, shares, latest),
            bars=_bars(mine[-PERIODS_SHOWN:]),
            width=_LEFT * 2 + PERIODS_SHOWN * (_BAR + _GAP),
            floor=_TOP + _HEIGHT,
            bar=_BAR,
            code=code,
            rows=_rows(mine[-PERIODS_SHOWN:], shares),
            together=_together(document, code),
            style=Markup(own_file("bulletin.css")),  # noqa: S704 our own file
        )
    )
    return text.encode()


def _everything(document: Mapping[str, Any], name: str) -> list[Row]:
    """Return the rows of a table that are broken down by nothing."""
    table = document["tables"].get(name)
    return [row for row in table["rows"] if set(row["group"]) <= {ALL}] if table else []


def _currency(document: Mapping[str, Any], rows: Sequence[Row]) -> str:
    """Return the currency that is shown: that of the valuation, else the one most paid in."""
    if document["valuation"] is not None:
        found: str = document["valuation"]["currency"]
        return found
    counts: dict[str, int] = {}
    for row in rows:
        counts[row["currency"]] = counts.get(row["currency"], 0) + (row["payments"] or 0)
    return max(sorted(counts), key=lambda one: counts[one], default="")


def _together(document: Mapping[str, Any], code: str) -> str:
    valuation = document["valuation"]
    if valuation is None:
        return f"Payments in {code} alone: currencies are put together at official rates only."
    return f"All currencies in {code}: {valuation['method']}."


def _cards(
    document: Mapping[str, Any], mine: Sequence[Row], shares: Sequence[Row], latest: str | None
) -> list[Card]:
    row = next((one for one in mine if one["period"] == latest), None)
    cards = [_share_card(shares, latest)]
    if row is None or row["amount_minor"] is None:
        nothing = "The source covers no period from end to end, or the figure is withheld."
        return [*cards, Card("turnover", _DASH, nothing, "turnover")]
    words = f"{row['payments']:,} payments settled in {latest}, without returns"
    if row["is_record"]:
        words += "; a record within the source"
    elif row["highest_since"]:
        words += f"; the highest since {row['highest_since']}"
    cards.append(Card("turnover", money(row["amount_minor"], row["currency"]), words, "turnover"))
    cards.append(_growth_card(row))
    return [*cards, *_company_card(document, latest)]


def _share_card(shares: Sequence[Row], latest: str | None) -> Card:
    found = [row for row in shares if row["period"] == latest and row["is_whole"]]
    for row in found:
        value = row["by_value"] or row["by_number"]
        if value is None:
            continue
        what = "value" if row["by_value"] else "number"
        others = "; ".join(
            f"{LABELS[other['definition']].english.lower()} {_percent(other)}"
            for other in found
            if other["denominator"] == row["denominator"] and other is not row
        )
        note = (
            f"of the {what} of payments settled in {latest}, {row['denominator']},"
            f" {LABELS[row['definition']].english.lower()}"
        ) + (f"; {others}" if others else "")
        return Card("share", f"{percent(value)} %", note, "share")
    return Card("share", _DASH, "Not available, or withheld.", "share")


def _growth_card(row: Row) -> Card:
    if row["growth"] is None:
        return Card(
            "growth",
            _DASH,
            "The source does not cover the same period of the year before.",
            "turnover",
        )
    note = f"value of payments in {row['period']} on the same period of the year before"
    if row["to_date_growth"] is not None and row["to_date_minor"] != row["amount_minor"]:
        note += f"; year to date {percent(row['to_date_growth'], signed=True)} %"
    return Card("growth", f"{percent(row['growth'], signed=True)} %", note, "turnover")


def _company_card(document: Mapping[str, Any], latest: str | None) -> list[Card]:
    table = document["tables"].get("companies")
    rows = [row for row in table["rows"] if row["period"] == latest] if table else []
    known = [row for row in rows if row["active"]]
    if not known:
        return []
    value = ", ".join(f"{row['country']} {row['active']:,}" for row in known[:3])
    note = "different identifiers of organisations that paid or were paid, by country of their bank"
    return [Card("companies", value, note, "companies")]


def _percent(row: Row) -> str:
    value = row["by_value"] or row["by_number"]
    return _DASH if value is None else f"{percent(value)} %"


def _bars(rows: Sequence[Row]) -> list[Bar]:
    """Return a bar for each period, from zero."""
    greatest = max((row["amount_minor"] or 0 for row in rows), default=0)
    found = []
    for place, row in enumerate(rows):
        amount = row["amount_minor"]
        height = amount * _HEIGHT // greatest if amount and greatest else 0
        value = _DASH if amount is None else _short(amount, row["currency"])
        x = _LEFT + place * (_BAR + _GAP)
        found.append(Bar(x, _TOP + _HEIGHT - height, height, row["period"], value))
    return found


def _short(minor: int, code: str) -> str:
    """Return an amount as it fits above a bar: three digits and a letter."""
    major = Decimal(minor).scaleb(-exponent_of(code))
    for power, letter in ((9, "bn"), (6, "m"), (3, "k")):
        if abs(major) >= Decimal(10) ** power:
            scaled = major.scaleb(-power)
            return f"{scaled:.1f} {letter}" if scaled < 100 else f"{scaled:.0f} {letter}"
    return f"{major:.0f}"


def _rows(mine: Sequence[Row], shares: Sequence[Row]) -> list[list[str]]:
    """Return the cells of the table, period by period."""
    found = []
    for row in mine:
        cells = [row["period"]]
        if row["amount_minor"] is None:
            cells += ["withheld" if row["is_withheld"] else _DASH, "", "", ""]
        else:
            growth = row["growth"]
            cells += [
                f"{row['payments']:,}",
                money(row["amount_minor"], row["currency"]),
                _DASH if growth is None else f"{percent(growth, signed=True)} %",
                _DASH
                if row["to_date_minor"] is None
                else money(row["to_date_minor"], row["currency"]),
            ]
        for definition in ("invoicing", "customer_leg", "settlement_asset"):
            share = next(
                (
                    one
                    for one in shares
                    if (one["period"], one["definition"]) == (row["period"], definition)
                ),
                None,
            )
            cells.append(_DASH if share is None else _percent(share))
        found.append(cells)
    return found
