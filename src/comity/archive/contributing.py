"""Who stands behind the cells of an archive: asked before anything of it is published."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final

from comity.aggregates.national import is_national
from comity.aggregates.periods import Period, period_of
from comity.aggregates.publishing import Publication, unsafe_cells
from comity.aggregates.shares import NEEDS
from comity.aggregates.turnover import ALL, Key
from comity.aggregates.valuing import Valuer
from comity.archive.asking import Asked, query
from comity.archive.opening import Archive
from comity.errors import UsageError

_SIDES: Final = ("debtor", "creditor")


def unsafe_turnover(
    archive: Archive, asked: Asked, publication: Publication, valuer: Valuer | None
) -> frozenset[Key]:
    """Return the cells of a turnover table that are unsafe by themselves.

    Raises:
        UsageError: nothing in the archive says who paid or was paid.
    """
    unit, worth = "currency", "CAST(amount_minor AS DOUBLE)"
    if valuer is not None:
        _register_factors(archive, valuer)
        unit = f"'{valuer.currency}'"
        worth = "amount_minor * coalesce(factor, 0)"
    sql = query("contributors", asked, unit=unit, worth=worth, **_parties(archive))
    if valuer is not None:
        sql = sql.replace(
            "FROM payments", "FROM payments\nLEFT JOIN factors USING (date, currency)"
        )
    return unsafe_cells(archive.rows(sql), len(asked.by), asked.length, publication.rule)


def unsafe_shares(
    archive: Archive,
    asked: Asked,
    rows: Iterable[Sequence[Any]],
    publication: Publication,
    definitions: Sequence[str],
) -> frozenset[tuple[Period, str]]:
    """Return periods and definitions where too few stand behind the national part or the other.

    Args:
        archive: opened.
        asked: length of periods.
        rows: answer to `share.sql`.
        publication: how figures are made fit.
        definitions: that the archive can answer.
    """
    width = len(asked.by)
    found = set()
    for place, definition in enumerate(NEEDS):
        if definition not in definitions:
            continue
        looked_at = 1 + width + 3 + place
        national = {
            (row[1 + width], row[2 + width], row[looked_at])
            for row in rows
            if _is_national(row, width, looked_at)
        }
        flag = _flag(national, NEEDS[definition])
        sql = query(
            "contributors",
            Asked(asked.length),
            unit="'all'",
            worth="CAST(1 AS DOUBLE)",
            **_parties(archive),
        )
        sql = sql.replace("'all' AS unit", f"{flag} AS unit")
        for day, unit, _, parties, *_rest in archive.rows(sql):
            if parties < publication.rule.fewest:
                assert unit in {"national", "other"}, unit
                found.add((period_of(day, asked.length), definition))
    return frozenset(found)


def _is_national(row: Sequence[Any], width: int, looked_at: int) -> bool:
    day = row[0]
    assert isinstance(day, date), "a row begins with its period"
    return is_national(row[looked_at], (row[1 + width], row[2 + width]), day)


def _flag(national: Iterable[tuple[str, str, str]], column: str) -> str:
    """Return SQL that says of a payment which of the two parts it is in."""
    listed = ", ".join(f"('{one}', '{other}', '{code}')" for one, other, code in sorted(national))
    if not listed:
        return "'other'"
    condition = f"(debtor_country, creditor_country, {column}) IN ({listed})"
    return f"CASE WHEN {condition} THEN 'national' ELSE 'other' END"


def _parties(archive: Archive) -> dict[str, str]:
    """Return SQL of who stands on each side: the organisation, else the customers of its bank."""
    found = {}
    for side in _SIDES:
        known = [one for one in (f"{side}_company", f"{side}_agent") if one in archive.columns]
        if not known:
            raise UsageError(
                f"--publish: found neither {side}_company nor {side}_agent in {archive.name},"
                " expected one of them: without it nobody can say how many stand behind a cell"
            )
        found[side] = f"coalesce({', '.join((*known, repr(ALL)))})"
    return found


def _register_factors(archive: Archive, valuer: Valuer) -> None:
    """Give the queries each day's rates, for weighing parties against each other only."""
    import pyarrow as pa  # noqa: PLC0415

    pairs = archive.rows("SELECT DISTINCT date, currency FROM payments ORDER BY ALL")
    factors = [valuer.factor(code, day) for day, code in pairs]
    table = pa.table(
        {
            "date": pa.array([day for day, _ in pairs], pa.date32()),
            "currency": pa.array([code for _, code in pairs], pa.string()),
            "factor": pa.array([None if one is None else float(one) for one in factors]),
        }
    )
    archive.connection.register("factors", table)
