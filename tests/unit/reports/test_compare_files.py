"""Tables as files: the same bytes again, read back by other programs, listed with their hashes."""

import csv
import hashlib
import io
import json

from pyarrow import parquet

from comity.reports.compare_files import csv_bytes, manifest_bytes, parquet_bytes, table_files
from comity.simulator.tables import Column, Kind, ResultTable

TABLE = ResultTable(
    "banks",
    (
        Column("name", Kind.TEXT, ""),
        Column("used_minor", Kind.WHOLE, "minor units"),
        Column("share", Kind.DECIMAL, "share"),
        Column("is_best", Kind.FLAG, ""),
    ),
    (("Bank «A», Ltd", 10**15, "0.250000", True), ("B", None, None, None)),
)
DOCUMENT = {"version": "1.2.3", "hashes": {"payments": "0" * 64}}


def test_a_csv_file_is_read_as_it_was_meant() -> None:
    rows = list(csv.reader(io.StringIO(csv_bytes(TABLE).decode())))
    assert rows == [
        ["name", "used_minor", "share", "is_best"],
        ["Bank «A», Ltd", "1000000000000000", "0.250000", "true"],
        ["B", "", "", ""],
    ]


def test_a_parquet_file_has_types_and_the_same_bytes_again() -> None:
    data = parquet_bytes(TABLE)
    assert data == parquet_bytes(TABLE)
    read = parquet.read_table(io.BytesIO(data))
    assert read.to_pydict() == TABLE.to_columns()
    assert read.schema.field("used_minor").metadata[b"unit"] == b"minor units"


def test_the_manifest_names_every_file_with_what_is_in_it() -> None:
    tables = {"banks": TABLE}
    files = {"report.html": b"<html>", **table_files(tables)}
    found = json.loads(manifest_bytes(files, tables, DOCUMENT))
    assert found["comity"] == "1.2.3"
    assert found["hashes"] == DOCUMENT["hashes"]
    assert [one["file"] for one in found["files"]] == ["banks.csv", "banks.parquet", "report.html"]
    first, _, page = found["files"]
    assert first["sha256"] == hashlib.sha256(files["banks.csv"]).hexdigest()
    assert (first["bytes"], first["rows"]) == (len(files["banks.csv"]), 2)
    assert first["columns"][1] == {"name": "used_minor", "kind": "whole", "unit": "minor units"}
    assert "rows" not in page
