"""The tables of a comparison as files: CSV for people, Parquet for programs, and what they are.

The same tables give the same bytes: no time, no path and no name of a machine is in any file.
"""

import csv
import hashlib
import io
import json
from collections.abc import Mapping
from typing import Any

from comity.simulator.tables import Kind, ResultTable

MANIFEST = "manifest.json"


def table_files(tables: Mapping[str, ResultTable]) -> dict[str, bytes]:
    """Return every table as CSV and as Parquet, by name of the file."""
    found = {f"{name}.csv": csv_bytes(one) for name, one in tables.items()}
    return found | {f"{name}.parquet": parquet_bytes(one) for name, one in tables.items()}


def csv_bytes(table: ResultTable) -> bytes:
    """Return a table as CSV in UTF-8 with a head; an empty cell where there is no figure."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(column.name for column in table.columns)
    flags = {at for at, column in enumerate(table.columns) if column.kind is Kind.FLAG}
    for row in table.rows:
        writer.writerow(_shown(cell) if at in flags else cell for at, cell in enumerate(row))
    return text.getvalue().encode()


def _shown(flag: Any) -> str | None:
    return None if flag is None else "true" if flag else "false"


def parquet_bytes(table: ResultTable) -> bytes:
    """Return a table as Parquet, with the units of its columns."""
    # Loads what only this command needs.
    import pyarrow as pa  # noqa: PLC0415
    from pyarrow import parquet  # noqa: PLC0415

    sink = pa.BufferOutputStream()
    parquet.write_table(table.to_arrow(), sink, compression="zstd")
    found: bytes = sink.getvalue().to_pybytes()
    return found


def manifest_bytes(
    files: Mapping[str, bytes], tables: Mapping[str, ResultTable], document: Mapping[str, Any]
) -> bytes:
    """Return which files there are, what is in them, and from what they were made.

    Args:
        files: every other file, by name.
        tables: by name; a file of a table is named after it.
        document: of the comparison.
    """
    listed = []
    for name, data in sorted(files.items()):
        entry: dict[str, Any] = {
            "file": name,
            "sha256": hashlib.sha256(data).hexdigest(),
            "bytes": len(data),
        }
        table = tables.get(name.partition(".")[0])
        if table is not None:
            entry["rows"] = len(table.rows)
            entry["columns"] = [
                {"name": one.name, "kind": str(one.kind), "unit": one.unit} for one in table.columns
            ]
        listed.append(entry)
    whole = {"comity": document["version"], "hashes": document["hashes"], "files": listed}
    return (json.dumps(whole, ensure_ascii=False, indent=2) + "\n").encode()
