"""What a publication changes against an earlier one: figure by figure, and who came before."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

Row = dict[str, Any]

KEYS: Final = {
    "turnover": ("period", "group", "currency"),
    "share": ("period", "group", "definition", "denominator", "publisher"),
    "imbalance": ("period", "one", "other", "currency"),
    "companies": ("period", "country"),
    "concentration": ("period", "role", "currency"),
    "ageing": ("as_of", "received_by", "paid_by", "currency"),
    "timeliness": ("period",),
    "cost": ("period", "currency"),
    "trade": ("period", "exporter", "importer", "reporter", "publisher", "currency"),
    "mirror": ("quantity", "period_start", "period_end", "unit"),
}
"""What names a row of each table."""

_NO_FIGURES: Final = frozenset({"note", "is_withheld", "is_whole"})


def revisions(document: Mapping[str, Any], earlier: Mapping[str, Any]) -> Row:
    """Return the history of a publication and what it changes.

    A figure is revised where both publications have its row and it differs, also if it was not
    there or is not any more. Rows that only one of them has are counted, not listed.

    Args:
        document: of `comity stats`, without `revisions`.
        earlier: the same of an earlier publication, with its own.
    """
    changed: list[Row] = []
    added = gone = 0
    for name, key in KEYS.items():
        now = _by_key(document, name, key)
        before = _by_key(earlier, name, key)
        added += len(now.keys() - before.keys())
        gone += len(before.keys() - now.keys())
        for each in now:
            if each in before:
                changed.extend(_changes(name, key, before[each], now[each]))
    history = earlier["revisions"]["history"] if earlier["revisions"] else []
    entry = {
        "head": earlier["head"],
        "published_on": earlier["published_on"],
        "data_until": earlier["source"]["last_date"],
    }
    return {
        "against": earlier["head"],
        "history": [*history, entry],
        "rows_added": added,
        "rows_gone": gone,
        "changed": changed,
    }


def _by_key(document: Mapping[str, Any], name: str, key: tuple[str, ...]) -> dict[str, Row]:
    table = document["tables"].get(name)
    return (
        {} if table is None else {repr([row[each] for each in key]): row for row in table["rows"]}
    )


def _changes(name: str, key: tuple[str, ...], before: Row, now: Row) -> Iterator[Row]:
    for figure in now:
        if figure in key or figure in _NO_FIGURES or before.get(figure) == now[figure]:
            continue
        yield {
            "table": name,
            "row": [_text(now[each]) for each in key],
            "figure": figure,
            "earlier": _text(before.get(figure)),
            "now": _text(now[figure]),
        }


def _text(value: Any) -> str | None:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return None if value is None else str(value)
