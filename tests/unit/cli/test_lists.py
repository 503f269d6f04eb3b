"""`comity lists`: what is taken in, shown and compared, and what is refused."""

import json
import shutil
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from typer.testing import CliRunner, Result

from comity.cli.lists import app
from comity.errors import UsageError

BOTH = Path(__file__).parents[2] / "fixtures" / "lists" / "both"


def run(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def document(name: str, *words: str) -> Any:
    result = run(*words, "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.output)
    schema = json.loads(files("comity").joinpath(f"schemas/{name}.schema.json").read_text("utf-8"))
    jsonschema.validate(found, schema)
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An arrangement in which a later UN list has taken the place of an earlier one."""
    arrangement, newer = tmp_path / "arrangement", tmp_path / "newer"
    arrangement.mkdir()
    newer.mkdir()
    text = (BOTH / "un.xml").read_text(encoding="utf-8")
    text = text.replace("TEMIRKHANOV", "TEMIRKHANOFF").replace("2026-05-20", "2026-06-01")
    (newer / "un.xml").write_text(text, encoding="utf-8")
    document("lists_load", "load", str(arrangement), str(BOTH))
    document("lists_load", "load", str(arrangement), str(newer))
    return arrangement


def test_status_says_what_is_in_use_and_what_is_kept(folder: Path) -> None:
    found = document("lists_status", "status", str(folder))
    by_name = {one["name"]: one for one in found["in_use"]}
    assert by_name["UN consolidated list"]["version"] == "2026-06-01T00:00:00.000Z"
    assert by_name["UN consolidated list"]["binds"] == ["*"]
    assert by_name["OFAC SDN list"]["effect"] == "freeze"
    assert len(found["kept"]) == 3
    table = run("status", str(folder))
    assert "everybody" in table.output
    assert "2026-06-01" in table.output


def test_diff_shows_the_entry_that_changed_with_its_record(folder: Path) -> None:
    found = document("lists_diff", "diff", str(folder))
    [one] = found["differences"]
    assert (one["before"]["version"][:10], one["after"]["version"][:10]) == (
        "2026-05-20",
        "2026-06-01",
    )
    [change] = one["changed"]
    assert change["fields"] == ["names"]
    assert "TEMIRKHANOFF" in change["after"]["original"]
    assert "added 0, removed 0, changed 1" in run("diff", str(folder)).output


def test_diff_says_where_there_is_nothing_to_compare(tmp_path: Path) -> None:
    shutil.copytree(BOTH, tmp_path / "lists")
    assert "No list in use has an earlier version." in run("diff", str(tmp_path)).output


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--from", "1999"), "--from: found '1999', expected a kept version"),
        (("--list", "No such list"), "--list: found 'No such list'"),
    ],
)
def test_what_is_not_there_is_refused(folder: Path, options: tuple[str, ...], said: str) -> None:
    result = run("diff", str(folder), *options)
    assert isinstance(result.exception, UsageError)
    assert said in str(result.exception)


def test_a_missing_folder_is_refused(tmp_path: Path) -> None:
    result = run("status", str(tmp_path / "none"))
    assert isinstance(result.exception, UsageError)
