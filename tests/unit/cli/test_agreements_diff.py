"""`comity agreements diff`: versions of a folder and drafts, and what cannot be compared."""

import json
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest
import typer
from tests.unit.arrangement.small_folder import SMALL, copy_small, edit
from typer.testing import CliRunner, Result

from comity.cli.agreements import app

ROOT = typer.Typer()
ROOT.add_typer(app)


def run(*words: str) -> Result:
    return CliRunner().invoke(ROOT, ["agreements", "diff", str(SMALL), *words])


@pytest.fixture
def draft(tmp_path: Path) -> str:
    """Return the file of a draft: goods with a later end and a higher ceiling."""
    folder = copy_small(tmp_path)
    edit(folder, "agreements/goods.toml", "version = 1", "version = 2")
    edit(folder, "agreements/goods.toml", '"1000000.00"', '"1500000.00"')
    return str(folder / "agreements" / "goods.toml")


def test_a_draft_is_held_against_a_version_of_the_folder(draft: str) -> None:
    result = run("goods@1", draft)
    assert result.exit_code == 0
    assert "What goods@2 changes against goods@1" in result.output
    assert "Ceiling, RUB, one payment: 1500000.00 RUB, was 1000000.00 RUB" in result.output


def test_json_says_the_same(draft: str) -> None:
    document = json.loads(run("goods@1", draft, "--json").output)
    schema = files("comity") / "schemas" / "agreements_diff.schema.json"
    jsonschema.Draft202012Validator(json.loads(schema.read_text(encoding="utf-8"))).validate(
        document
    )
    assert (document["before"], document["after"]) == ("goods@1", "goods@2")
    (only,) = document["amendments"]
    assert (only["path"], only["kind"]) == ("limits.RUB.payment_max_minor", "changed")


def test_equal_versions_are_said_to_be_equal() -> None:
    assert "goods@1 says what goods@1 says" in run("goods@1", "goods@1").output


def test_a_version_that_is_not_there_is_named_with_those_that_are() -> None:
    result = run("goods@1", "goods@7")
    assert "found 'goods@7', expected a file .toml or one of" in str(result.exception)
    assert "goods@1" in str(result.exception)


def test_a_draft_with_a_fault_is_refused_with_its_line(tmp_path: Path, draft: str) -> None:
    path = Path(draft)
    path.write_text(path.read_text(encoding="utf-8").replace("gross", "net"), encoding="utf-8")
    result = run("goods@1", draft)
    assert "goods.toml:11: settlement.mode: found 'net', expected gross" in str(result.exception)
