"""The figures of an archive: which queries answer them, and the document they make together."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from comity import __version__
from comity.aggregates.document import (
    TABLES,
    Provenance,
    head_of,
    imbalance_rows,
    share_rows,
    table_document,
    turnover_rows,
    valuation_document,
)
from comity.aggregates.imbalances import imbalance_lines
from comity.aggregates.outside import Published, Trade, mirror_rows, trade_rows
from comity.aggregates.parties import (
    ageing_rows,
    company_rows,
    concentration_rows,
    cost_rows,
    timeliness_rows,
)
from comity.aggregates.periods import Coverage, Length
from comity.aggregates.publishing import (
    Publication,
    published_costs,
    published_imbalances,
    published_shares,
    published_times,
    published_turnover,
    rounded_cells,
    withheld_cells,
)
from comity.aggregates.revisions import revisions
from comity.aggregates.shares import NEEDS, share_lines
from comity.aggregates.statements import statements
from comity.aggregates.turnover import Key, collect, turnover_lines
from comity.aggregates.valuing import Valuer
from comity.archive.asking import Asked, query
from comity.archive.contributing import unsafe_shares, unsafe_turnover
from comity.archive.judging import judge
from comity.archive.layout import REQUIRED
from comity.archive.opening import Archive
from comity.errors import UsageError
from comity.payments.purposes import PURPOSE_CODES, purpose_group
from comity.statistics.series import SeriesLine

COUNTRIES: Final = ("debtor_country", "creditor_country")
ROLES: Final = ("debtor_agent", "creditor_agent", "debtor_company", "creditor_company")

NEEDED: Final[dict[str, tuple[str, ...]]] = {
    "turnover": (),
    "share": COUNTRIES,
    "imbalance": COUNTRIES,
    "companies": (*COUNTRIES, "debtor_company", "creditor_company"),
    "concentration": (),
    "ageing": COUNTRIES,
    "timeliness": (),
    "cost": ("fee_minor",),
}
"""Figures of an archive, with the columns without which there is nothing to say."""

_READ: Final[dict[str, tuple[str, ...]]] = {
    "share": tuple(NEEDS.values()),
    "concentration": ROLES,
    "timeliness": ("accepted_at", "settled_at", "reconciled_at"),
    "trade": (*COUNTRIES, "purpose"),
}
"""Columns that a figure reads besides, where they are there."""

_UNSAFE_TABLES: Final = {
    "ageing": "balances between two countries are not made safe to publish: leave out --publish",
}

Told = Callable[[str], None]
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class StatsOrder:
    """What is wanted of an archive.

    Attributes:
        asked: length of periods, breakdowns.
        figures: names of NEEDED.
        first: from when the source is complete; None from its first payment.
        last: until when; None until its last payment.
        valuer: puts currencies together; None leaves each by itself.
        publication: how figures are made fit to publish; None leaves them as they are.
        published_on: day of the publication.
        series: counts of all payments.
        published: figures of others to hold side by side.
        trades: official trade to lay beside payments for goods.
        trade_valuers: what values payments in each currency of the trade.
        earlier: document of an earlier publication.
    """

    asked: Asked
    figures: tuple[str, ...]
    first: date | None = None
    last: date | None = None
    valuer: Valuer | None = None
    publication: Publication | None = None
    published_on: date | None = None
    series: tuple[SeriesLine, ...] = ()
    published: tuple[Published, ...] = ()
    trades: tuple[Trade, ...] = ()
    trade_valuers: tuple[Valuer, ...] = ()
    earlier: Row | None = None


def stats_document(archive: Archive, order: StatsOrder, told: Told) -> Row:
    """Return the document of `comity stats --json`.

    Raises:
        InputFaultsError: a cell that is read is wrong.
        UsageError: the archive has no payment, or lacks what a breakdown needs.
    """
    why = archive.missing(*order.asked.needs())
    if why:
        raise UsageError(f"--by: {why}")
    told("Judging the source")
    if archive.kind != "database":
        judge(archive, _columns_read(archive, order))
    run = _Run(archive, order, told)
    tables = dict(run.tables())
    document: Row = {
        "comity": __version__,
        "source": run.source(),
        "period": str(order.asked.length),
        "by": list(order.asked.by),
        "published_on": run.provenance.document()["published_on"],
        "valuation": valuation_document(order.valuer),
        "publication": _publication_document(order.publication),
        "tables": tables,
    }
    document["queries"] = run.queries
    document["statements"] = statements(document)
    document["head"] = head_of(document)
    document["revisions"] = None if order.earlier is None else revisions(document, order.earlier)
    return document


def _columns_read(archive: Archive, order: StatsOrder) -> set[str]:
    used = {*REQUIRED, "kind", *order.asked.needs()}
    for name in (*order.figures, *(("trade",) if order.trades else ())):
        needed = NEEDED.get(name, ())
        if not archive.missing(*needed):
            used.update(needed, _READ.get(name, ()))
    if order.publication is not None:
        used.update(ROLES)
    return used


def _publication_document(publication: Publication | None) -> Row | None:
    if publication is None:
        return None
    return {
        "fewest_parties": publication.rule.fewest,
        "most_permille_of_one": publication.rule.most_permille,
        "rounded_to_minor": publication.base_minor,
    }


class _Run:
    """One archive and one order, table by table."""

    def __init__(self, archive: Archive, order: StatsOrder, told: Told) -> None:
        self._archive, self._order, self._told = archive, order, told
        self._asked = order.asked
        self._sums = replace(order.asked, is_daily=order.valuer is not None)
        found = archive.rows(
            "SELECT count(*) FILTER (WHERE kind = 'payment'),"
            " count(*) FILTER (WHERE kind = 'return'), min(date), max(date) FROM payments"
        )[0]
        self._payments, self._returns, first, last = found
        if first is None:
            raise UsageError(f"{archive.name}: found no payment, expected one at least")
        self._days = (first, last)
        self.coverage = Coverage(order.first or first, order.last or last)
        self.provenance = Provenance(archive.name, archive.sha256, last, order.published_on)
        self._safe: frozenset[Key] = frozenset()
        self.queries: dict[str, str] = {"payments": f"{archive.view}\n"}

    def source(self) -> Row:
        return {
            "name": self._archive.name,
            "kind": self._archive.kind,
            "files": len(self._archive.files),
            "sha256": self._archive.sha256,
            "columns": sorted(self._archive.columns),
            "payments": self._payments,
            "returns": self._returns,
            "first_date": self._days[0].isoformat(),
            "last_date": self._days[1].isoformat(),
            "covered_from": self.coverage.first.isoformat(),
            "covered_until": self.coverage.last.isoformat(),
        }

    def tables(self) -> Iterator[tuple[str, Row]]:
        made: dict[str, Callable[[], Row]] = {
            "turnover": self._turnover,
            "share": self._share,
            "imbalance": self._imbalance,
            "companies": self._companies,
            "concentration": self._concentration,
            "ageing": self._ageing,
            "timeliness": self._timeliness,
            "cost": self._cost,
        }
        for name, make in made.items():
            if name not in self._order.figures:
                continue
            why = self._archive.missing(*NEEDED[name])
            if self._order.publication is not None:
                why = why or _UNSAFE_TABLES.get(name, "")
            self._told(f"Counting: {name}")
            yield name, make() if not why else self._table(name, [], not_available=why)
        if self._order.trades:
            yield "trade", self._trade()
        if self._order.published:
            yield "mirror", self._table("mirror", mirror_rows(self._order.published))

    def _table(self, name: str, rows: Sequence[Row], *, sql: str = "", **more: Any) -> Row:
        if sql:
            self.queries[TABLES[name].query] = sql
        return table_document(name, rows, self.provenance, sql=sql, **more)

    def _turnover(self) -> Row:
        order, sql = self._order, query("turnover", self._sums)
        cells = collect(
            self._archive.rows(sql), len(self._asked.by), self._asked.length, order.valuer
        )
        notes = []
        if order.publication is not None:
            unsafe = unsafe_turnover(self._archive, self._asked, order.publication, order.valuer)
            withheld = withheld_cells(cells, unsafe)
            cells = rounded_cells(cells, order.publication.base_minor)
            lines = published_turnover(turnover_lines(cells, self.coverage, order.valuer), withheld)
            self._safe = frozenset(cells) - withheld
            notes.append(f"withheld: {len(withheld)} of {len(cells)} cells")
        else:
            lines = turnover_lines(cells, self.coverage, order.valuer)
        return self._table("turnover", turnover_rows(lines), sql=sql, notes=notes)

    def _share(self) -> Row:
        order, columns = self._order, self._archive.columns
        definitions = [one for one, column in NEEDS.items() if column in columns]
        notes = [
            f"{one}: not available: {self._archive.missing(column)}"
            for one, column in NEEDS.items()
            if column not in columns
        ]
        if not definitions:
            return self._table("share", [], not_available="; ".join(notes))
        looked_at = {
            name: NEEDS[definition] if definition in definitions else "currency"
            for name, definition in zip(("invoicing", "payer", "asset"), NEEDS, strict=True)
        }
        sql = query("share", self._sums, **looked_at)
        rows = self._archive.rows(sql)
        lines = share_lines(
            rows,
            self._asked.by,
            self._asked.length,
            coverage=self.coverage,
            valuer=order.valuer,
            definitions=definitions,
            series=order.series,
        )
        if order.publication is not None:
            unsafe = unsafe_shares(self._archive, self._asked, rows, order.publication, definitions)
            lines = published_shares(lines, unsafe)
            notes.append("only shares of everything together are published")
        if order.series and order.valuer is None:
            notes.append("the series of all payments is not used: give --rates and --in")
        return self._table("share", share_rows(lines), sql=sql, notes=notes)

    def _imbalance(self) -> Row:
        order, sql = self._order, query("imbalance", replace(self._sums, by=()))
        lines = imbalance_lines(
            self._archive.rows(sql),
            self._asked.length,
            coverage=self.coverage,
            valuer=order.valuer,
        )
        if order.publication is not None:
            if self._asked.by != ("corridor",) or "turnover" not in order.figures:
                why = "to publish it, turnover by corridor alone is needed: --by corridor"
                return self._table("imbalance", [], not_available=why)
            lines = published_imbalances(lines, self._safe, order.publication.base_minor)
        return self._table("imbalance", imbalance_rows(lines), sql=sql)

    def _companies(self) -> Row:
        sql = query("companies", replace(self._asked, by=()))
        rows = company_rows(
            self._archive.rows(sql), self._asked.length, self.coverage, self._fewest
        )
        return self._table("companies", rows, sql=sql)

    def _concentration(self) -> Row:
        roles = [role for role in ROLES if role in self._archive.columns]
        if not roles:
            return self._table("concentration", [], not_available=self._archive.missing(*ROLES))
        rows, asked = [], replace(self._asked, by=())
        for role in roles:
            sql = query("concentration", asked, party=role)
            rows.extend(
                concentration_rows(
                    self._archive.rows(sql), role, asked.length, self.coverage, self._fewest
                )
            )
        shown = query("concentration", asked, party=roles[0])
        notes = [f"one query for each of {', '.join(roles)}; shown with the first"]
        return self._table("concentration", rows, sql=shown, notes=notes)

    def _ageing(self) -> Row:
        last = self._days[1]
        sql = query("ageing", replace(self._asked, by=()), as_of=last.isoformat())
        return self._table("ageing", ageing_rows(self._archive.rows(sql), last), sql=sql)

    def _timeliness(self) -> Row:
        asked, sql = replace(self._asked, by=()), ""
        found: dict[str, list[tuple[Any, ...]]] = {"speed": [], "reconciliation": []}
        notes = []
        for name, columns in (
            ("speed", ("accepted_at", "settled_at")),
            ("reconciliation", ("reconciled_at",)),
        ):
            why = self._archive.missing(*columns)
            if why:
                notes.append(f"{name}: not available: {why}")
                continue
            self.queries[name] = query(name, asked)
            sql = sql or self.queries[name]
            found[name] = self._archive.rows(self.queries[name])
        if not sql:
            return self._table("timeliness", [], not_available="; ".join(notes))
        rows = timeliness_rows(found["speed"], found["reconciliation"], asked.length, self.coverage)
        if self._order.publication is not None:
            rows = published_times(rows, self._unsafe())
        return self._table("timeliness", rows, sql=sql, notes=notes)

    def _cost(self) -> Row:
        sql = query("cost", replace(self._asked, by=()))
        rows = cost_rows(self._archive.rows(sql), self._asked.length, self.coverage)
        if self._order.publication is not None:
            rows = published_costs(rows, self._unsafe())
        return self._table("cost", rows, sql=sql)

    def _trade(self) -> Row:
        why = self._archive.missing(*COUNTRIES, "purpose")
        if why:
            return self._table("trade", [], not_available=why)
        if self._order.publication is not None:
            why = "payments for goods of one corridor are not made safe to publish"
            return self._table("trade", [], not_available=why)
        sql = query("goods", replace(self._asked, by=(), is_daily=True))
        rows = trade_rows(
            self._order.trades,
            self._archive.rows(sql),
            self._asked.length,
            coverage=self.coverage,
            rates={one.currency: one for one in self._order.trade_valuers},
        )
        return self._table("trade", rows, sql=sql)

    def _unsafe(self) -> frozenset[tuple[str, str]]:
        """Return periods and currencies that are unsafe by themselves, broken down by nothing."""
        assert self._order.publication is not None, "asked for a publication only"
        asked = replace(self._asked, by=())
        cells = unsafe_turnover(self._archive, asked, self._order.publication, None)
        return frozenset((period.label, unit) for period, _, unit in cells)

    @property
    def _fewest(self) -> int:
        publication = self._order.publication
        return 0 if publication is None else publication.rule.fewest


def purpose_groups() -> list[tuple[str, str]]:
    """Return each purpose code that is in a group, with its group."""
    groups = ((code, purpose_group(code)) for code in PURPOSE_CODES)
    return [(code, str(group)) for code, group in groups if group is not None]


def length_of(text: str) -> Length | None:
    """Return the length of a period of this name, None where it names none."""
    return Length(text) if text in set(Length) else None
