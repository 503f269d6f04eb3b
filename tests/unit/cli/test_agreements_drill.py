"""`comity agreements drill`: from a database, for people and for machines."""

import json
from importlib.resources import files
from pathlib import Path

import jsonschema
import typer
from tests.kit.small_books import settle_small_day
from typer.testing import CliRunner

from comity.cli.agreements import app
from comity.storage import open_journal

ROOT = typer.Typer()
ROOT.add_typer(app)


def test_a_database_tells_what_its_books_hold(tmp_path: Path) -> None:
    path = tmp_path / "comity.db"
    journal = open_journal(path)
    settle_small_day(journal)
    journal.close()
    result = CliRunner().invoke(ROOT, ["agreements", "drill", str(path), "KG", "--json"])
    assert result.exit_code == 0, result.exception
    document = json.loads(result.output)
    schema = files("comity") / "schemas" / "agreements_drill.schema.json"
    jsonschema.Draft202012Validator(json.loads(schema.read_text(encoding="utf-8"))).validate(
        document
    )
    assert document["debts"]
    for each in document["debts"]:
        assert (each["debtor"] in document["leaves"]) != (each["creditor"] in document["leaves"])
    printed = CliRunner().invoke(ROOT, ["agreements", "drill", str(path), "KG"]).output
    assert "left with the books of" in printed
    assert "all together" in printed


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    result = CliRunner().invoke(ROOT, ["agreements", "drill", str(tmp_path / "none.db"), "KG"])
    assert result.exit_code != 0
    assert "none.db" in str(result.exception)
