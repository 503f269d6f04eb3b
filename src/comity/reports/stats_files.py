"""What `comity stats --out` leaves beside the document: bulletin, tables, queries."""

import csv
import io
from collections.abc import Mapping
from typing import Any

from comity.reports.bulletin import render_bulletin


def stats_files(document: Mapping[str, Any]) -> dict[str, bytes]:
    """Return the files by their path: the same document gives the same bytes."""
    found = {"bulletin.html": render_bulletin(document)}
    for name, table in document["tables"].items():
        found[f"{name}.csv"] = csv_text(table).encode()
    for name, sql in document["queries"].items():
        found[f"queries/{name}.sql"] = sql.encode()
    return found


def csv_text(table: Mapping[str, Any]) -> str:
    """Return a table as CSV, with what it says of itself as lines that begin with `#`.

    Lists become cells with `; ` between their parts; what is not there is an empty cell.
    """
    out = io.StringIO()
    for name in ("title", "definition", "source", "sha256", "data_until", "published_on"):
        if table[name] is not None:
            out.write(f"# {name}: {table[name]}\n")
    for note in table["notes"]:
        out.write(f"# note: {note}\n")
    if table["not_available"]:
        out.write(f"# not available: {table['not_available']}\n")
    writer = csv.writer(out, lineterminator="\n")
    if table["rows"]:
        writer.writerow(table["rows"][0])
        writer.writerows([_cell(value) for value in row.values()] for row in table["rows"])
    return out.getvalue()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "; ".join(_part(each) for each in value)
    return str(value)


def _part(value: Any) -> str:
    if isinstance(value, dict):
        return " ".join(f"{name}={each}" for name, each in value.items() if each is not None)
    return str(value)
