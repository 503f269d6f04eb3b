"""`comity agreements propose … status`: two people a step, on the command line."""

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import typer
from tests.unit.arrangement.small_folder import copy_small
from typer.testing import CliRunner, Result

from comity.arrangement import REGISTER_FILE, load_scheme
from comity.cli.agreements import app

ROOT = typer.Typer()
ROOT.add_typer(app)
ON = ("--on", "2025-06-01")
FIRST, SECOND = ("--actor", "A. First"), ("--actor", "B. Second")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return copy_small(tmp_path)


def run(folder: Path, verb: str, *words: str) -> Result:
    return CliRunner().invoke(ROOT, ["agreements", verb, str(folder), *words])


def both(folder: Path, verb: str, *words: str) -> str:
    """Do an act and second it; return what the second one was told."""
    assert run(folder, verb, *words, *FIRST).exit_code == 0
    result = run(folder, verb, *words, *SECOND)
    assert result.exit_code == 0, result.exception
    return result.output


def status(folder: Path, *words: str) -> dict[str, Any]:
    """Return the rows by version, held against the published schema."""
    document = json.loads(run(folder, "status", *words, "--json").output)
    schema = files("comity") / "schemas" / "agreements_status.schema.json"
    jsonschema.Draft202012Validator(json.loads(schema.read_text(encoding="utf-8"))).validate(
        document
    )
    return {row["version"]: row for row in document["agreements"]}


def test_a_version_is_brought_into_force_suspended_resumed_and_ended(folder: Path) -> None:
    said = run(folder, "propose", "goods@1", *ON, *FIRST).output
    assert said == (
        "act 1 (propose goods@1): asked for; it counts when another person does the same\n"
    )
    assert run(folder, "propose", "goods@1", *ON, *SECOND).output == (
        "act 2 (propose goods@1): seconds act 1; goods@1 is proposed\n"
    )
    both(folder, "ratify", "goods@1", "--party", "KG", *ON)
    row = status(folder)["goods@1"]
    assert (row["stage"], row["missing"], row["signed"]) == (
        "proposed",
        ["RU"],
        {"KG": "2025-06-01"},
    )
    assert "goods@1 is ratified" in both(folder, "ratify", "goods@1", "--party", "RU", *ON)
    assert [each.key for each in load_scheme(folder).agreements] == ["goods@1"]
    june = ("--on", "2026-06-01")
    assert status(folder, *june)["goods@1"]["stage"] == "in_force"
    both(folder, "suspend", "goods@1", "--from", "2026-06-02", *june)
    row = status(folder, "--on", "2026-06-02")["goods@1"]
    assert (row["stage"], row["last_day"]) == ("suspended", "2026-06-01")
    both(folder, "resume", "goods@1", "--on", "2026-06-05")
    assert status(folder)["goods@1"]["stage"] == "in_force"
    both(folder, "terminate", "goods@1", "--last", "2026-06-30", "--on", "2026-06-06")
    assert status(folder, "--on", "2026-07-01")["goods@1"]["stage"] == "terminated"


def test_one_person_alone_changes_nothing(folder: Path) -> None:
    run(folder, "propose", "goods@1", *ON, *FIRST)
    result = run(folder, "propose", "goods@1", *ON, *FIRST)
    assert "found 'A. First' twice, expected a second person" in str(result.exception)
    row = status(folder)["goods@1"]
    assert row["stage"] == "draft"
    assert row["waiting"] == ["act 1 (propose goods@1) by A. First"]
    assert len((folder / REGISTER_FILE).read_bytes().splitlines()) == 1


def test_a_folder_without_a_register_is_in_force_by_its_texts(folder: Path) -> None:
    rows = status(folder, "--on", "2026-06-01")
    assert {row["stage"] for row in rows.values()} == {"in_force"}
    assert all(row["signed"] == {} and row["missing"] == [] for row in rows.values())
    assert not (folder / REGISTER_FILE).exists()


def test_people_get_a_table(folder: Path) -> None:
    run(folder, "propose", "goods@1", *ON, *FIRST)
    printed = run(folder, "status").output
    assert "Agreements on 2025-06-01" in printed
    assert "Waits for a second" in printed
    assert "by A. First" in printed


@pytest.mark.parametrize(
    ("verb", "words", "said"),
    [
        ("propose", ("goods@1", "--on", "soon"), "--on: found 'soon', expected a day"),
        ("propose", ("goods@8", *ON), "found 'goods@8', expected one of"),
        ("terminate", ("goods@1", "--last", "x", *ON), "--last: found 'x', expected a day"),
        ("suspend", ("goods@1", "--from", "x", *ON), "--from: found 'x', expected a day"),
        ("ratify", ("goods@1", "--party", "AM", *ON), "found AM, expected one of its parties"),
    ],
)
def test_what_cannot_be_done_is_said_and_writes_nothing(
    folder: Path, verb: str, words: tuple[str, ...], said: str
) -> None:
    result = run(folder, verb, *words, *FIRST)
    assert said in str(result.exception)
    assert not (folder / REGISTER_FILE).exists()
