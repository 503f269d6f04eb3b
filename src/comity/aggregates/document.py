"""The document that `comity stats --json` prints; `schemas/stats.schema.json` describes it."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from comity.aggregates.imbalances import ImbalanceLine
from comity.aggregates.shares import DEFINITIONS, ShareLine
from comity.aggregates.turnover import TurnoverLine
from comity.aggregates.valuing import METHOD, Valuer
from comity.statistics.exact import decimal_text

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class About:
    """What a table says of itself besides its rows.

    Attributes:
        title: what it holds.
        definition: what each figure means, and what it is a share of.
        query: name of the query behind it; empty where none is.
    """

    title: str
    definition: str
    query: str = ""


TABLES: Final = {
    "turnover": About(
        "Turnover",
        "Number and value of settled payments by the period in which they became final between the"
        " banks. Returns are no turnover: they stand beside, in the line of what they return, and"
        " net is value less returned. Growth: value ÷ that of the same period of the year before,"
        " less one. To date: the year's periods up to this one. Highest since: the latest earlier"
        " period with as much; a record where the source has none. Only periods that the source"
        " covers from end to end are compared. Average ticket: value ÷ number.",
        "turnover",
    ),
    "share": About(
        "Share of national currencies",
        "Share of settled payments, without returns, that count as national: the currency of one of"
        " the two countries of the corridor. Three definitions: "
        + "; ".join(f"{name}: {words}" for name, words in DEFINITIONS.items())
        + ". Denominator: all payments settled in the scheme (within the scheme), or a publisher's"
        " count of all payments between the countries. Coverage: value settled in the scheme ÷"
        " denominator.",
        "share",
    ),
    "imbalance": About(
        "Imbalance between countries",
        "X: what was paid from one country to the other, less returns; M: the other way. Imbalance:"
        " |X − M| ÷ (X + M). Netting bound: 1 − imbalance, the part of X + M that netting of the"
        " two countries could save at most.",
        "imbalance",
    ),
    "companies": About(
        "Active companies",
        "Different identifiers of organisations that paid or were paid, by the country of their"
        " bank. New: in no earlier period of the source. Lapsed: active in the period before and"
        " not in this. Persons and organisations without an identifier are not counted.",
        "companies",
    ),
    "concentration": About(
        "Concentration",
        "Shares of the largest one, three and five parties in the value of a currency, and the"
        " index of Herfindahl and Hirschman: the sum of squared shares, 1 where one party has"
        " everything.",
        "concentration",
    ),
    "ageing": About(
        "Ageing of balances",
        "What one country received from another more than it paid to it, from the first day of the"
        " source to its last, by how long it has stood: what is received first is taken to be spent"
        " first. The balance before the source's first day is not in it.",
        "ageing",
    ),
    "timeliness": About(
        "Speed and reconciliation",
        "Shares of the number of payments that became final within an hour and within 24 hours of"
        " their acceptance, and that were reconciled by the end of the day on which they became"
        " final, as the G20 targets for cross-border payments ask.",
        "speed",
    ),
    "cost": About(
        "Cost",
        "Fees ÷ value of the payments whose fee is known. Coverage: those ÷ all, by number.",
        "cost",
    ),
    "trade": About(
        "Official trade and payments for goods",
        "Trade as its publisher gives it, and what the importing country paid to the exporting one"
        " for goods in the same period, at official rates. Coverage: payments ÷ trade. Goods are"
        " often paid in another period than they cross the border.",
        "goods",
    ),
    "mirror": About(
        "Mirror statistics",
        "Figures of different publishers for one quantity, side by side. Difference: the first less"
        " the second; relative: ÷ the smaller of the two. They are never merged or averaged.",
    ),
}
"""Every table, in the order in which they are shown."""


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where figures come from; every table carries it.

    Attributes:
        source: the archive as the user names it.
        sha256: of it.
        data_until: last day of payments in it.
        published_on: day of the publication, None where the caller names none.
    """

    source: str
    sha256: str
    data_until: date
    published_on: date | None

    def document(self) -> Row:
        """Return it as JSON values."""
        on = self.published_on
        return {
            "source": self.source,
            "sha256": self.sha256,
            "data_until": self.data_until.isoformat(),
            "published_on": None if on is None else on.isoformat(),
        }


def table_document(
    name: str,
    rows: Sequence[Row],
    provenance: Provenance,
    *,
    sql: str = "",
    not_available: str = "",
    notes: Iterable[str] = (),
) -> Row:
    """Return a table as JSON values.

    Args:
        name: a key of TABLES.
        rows: as JSON values.
        provenance: where they come from.
        sql: the query that was run.
        not_available: why there is no row; empty where there could be.
        notes: what else a reader must know.
    """
    about = TABLES[name]
    digest = hashlib.sha256(sql.encode()).hexdigest() if sql else None
    return {
        "title": about.title,
        "definition": about.definition,
        **provenance.document(),
        "query": about.query if sql else None,
        "query_sha256": digest,
        "not_available": not_available or None,
        "notes": list(notes),
        "rows": list(rows),
    }


def turnover_rows(lines: Iterable[TurnoverLine]) -> list[Row]:
    """Return turnover as JSON values."""
    return [
        {
            "period": line.period.label,
            "group": list(line.group),
            "currency": line.unit,
            "is_whole": line.is_whole,
            "payments": line.payments,
            "amount_minor": line.amount_minor,
            "returns": line.returns,
            "returned_minor": line.returned_minor,
            "net_minor": line.net_minor,
            "average_minor": line.average_minor,
            "growth": decimal_text(line.growth),
            "to_date_minor": line.to_date_minor,
            "to_date_growth": decimal_text(line.to_date_growth),
            "highest_since": line.highest_since,
            "is_record": line.is_record,
            "is_withheld": line.is_withheld,
            "note": line.note,
        }
        for line in lines
    ]


def share_rows(lines: Iterable[ShareLine]) -> list[Row]:
    """Return shares as JSON values."""
    return [
        {
            "period": line.period.label,
            "group": list(line.group),
            "definition": line.definition,
            "denominator": str(line.denominator),
            "publisher": line.publisher or None,
            "is_whole": line.is_whole,
            "by_value": decimal_text(line.by_value),
            "by_number": decimal_text(line.by_number),
            "national_minor": line.national_minor,
            "denominator_minor": line.denominator_minor,
            "currency": line.unit or None,
            "coverage": decimal_text(line.coverage),
            "is_withheld": line.is_withheld,
            "note": line.note,
        }
        for line in lines
    ]


def imbalance_rows(lines: Iterable[ImbalanceLine]) -> list[Row]:
    """Return imbalances as JSON values."""
    return [
        {
            "period": line.period.label,
            "one": line.one,
            "other": line.other,
            "currency": line.unit,
            "is_whole": line.is_whole,
            "to_other_minor": line.to_other_minor,
            "to_one_minor": line.to_one_minor,
            "imbalance": decimal_text(line.imbalance),
            "netting_bound": decimal_text(line.netting_bound),
            "is_withheld": line.is_withheld,
            "note": line.note,
        }
        for line in lines
    ]


def valuation_document(valuer: Valuer | None) -> Row | None:
    """Return how currencies were put together, None where each stands by itself."""
    if valuer is None:
        return None
    used = sorted(valuer.used)
    digest = hashlib.sha256("".join(f"{one}\n" for one in used).encode()).hexdigest()
    gaps = sorted((code, day.isoformat()) for code, day in valuer.unvalued)
    return {
        "currency": valuer.currency,
        "method": METHOD,
        "rates_used": len(used),
        "first_rate": used[0] if used else None,
        "last_rate": used[-1] if used else None,
        "rates_sha256": digest,
        "unvalued": [{"currency": code, "date": day} for code, day in gaps[:50]],
        "unvalued_count": len(gaps),
    }


def head_of(document: Mapping[str, Any]) -> str:
    """Return what tells two publications apart: the hash of tables and settings."""
    import json  # noqa: PLC0415 — of the standard library, for this alone

    kept = {name: value for name, value in document.items() if name not in {"head", "revisions"}}
    text = json.dumps(kept, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
