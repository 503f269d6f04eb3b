"""`comity agreements package`: what was meant together, and what of it holds on a day."""

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import typer
from tests.unit.arrangement.small_folder import bind, copy_small
from typer.testing import CliRunner, Result

from comity.arrangement import folder_notes, load_package, load_scheme
from comity.cli.agreements import app
from comity.errors import InputFaultsError

ROOT = typer.Typer()
ROOT.add_typer(app)
PACKAGE = """title = "Joint statement"
signed_on = 2025-12-01
agreements = ["goods", "remittances"]

[covers]
countries = ["KG", "RU"]
currencies = ["RUB"]
purposes = ["goods", "remittances"]
from = 2026-01-01
until = 2026-12-31
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = copy_small(tmp_path)
    (folder / "package.toml").write_text(PACKAGE, encoding="utf-8")
    return folder


def run(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(ROOT, ["agreements", "package", str(folder), *words])


def document(folder: Path, *words: str) -> dict[str, Any]:
    result = run(folder, *words, "--json")
    found: dict[str, Any] = json.loads(result.output)
    schema = files("comity") / "schemas" / "agreements_package.schema.json"
    jsonschema.Draft202012Validator(json.loads(schema.read_text(encoding="utf-8"))).validate(found)
    return found


def test_without_a_register_parts_are_in_force_by_their_texts(folder: Path) -> None:
    found = document(folder, "--on", "2026-06-01")
    assert [(one["version"], one["stage"]) for one in found["agreements"]] == [
        ("goods@1", "in_force"),
        ("remittances@1", "in_force"),
    ]
    assert found["missing_signatures"] == []
    assert (found["coverage"]["from"], found["coverage"]["until"]) == ("2026-06-01", "2026-12-31")
    assert found["coverage"]["is_proven"] is True
    assert "package.toml" not in folder_notes(folder)
    assert load_scheme(folder).agreements


def test_what_lapses_soon_is_counted_in_days_from_the_day_asked_about(folder: Path) -> None:
    goods = document(folder, "--on", "2026-12-01")["agreements"][0]
    assert (goods["last_day"], goods["lapses_in_days"]) == ("2026-12-31", 30)
    assert "goods@1" in document(folder, "--on", "2026-12-01", "--soon", "30")["lapsing"]
    assert document(folder, "--on", "2026-12-01", "--soon", "29")["lapsing"] == []


def test_a_part_that_is_not_signed_leaves_what_it_was_to_cover_without_a_rule(folder: Path) -> None:
    bind(folder, "goods@1")
    found = document(folder, "--on", "2026-06-01")
    assert found["missing_signatures"] == ["remittances@1"]
    assert found["agreements"][1]["stage"] == "draft"
    (gap,) = found["coverage"]["gaps"]
    assert (gap["purposes"], gap["from"], gap["until"]) == (
        "remittances",
        "2026-06-01",
        "2026-12-31",
    )
    printed = run(folder, "--on", "2026-06-01").output
    assert "Joint statement, 2025-12-01; as on 2026-06-01" in printed
    assert "not signed by all: remittances@1" in printed


def test_without_a_day_it_is_that_of_the_last_act_or_of_the_statement(folder: Path) -> None:
    assert document(folder)["on"] == "2025-12-01"
    bind(folder, "goods@1")
    assert document(folder)["on"] == "2025-06-01"


FAULTS = [
    ('"remittances"]\n\n', '"tourism"]\n\n', (3, "agreements[2]", "'tourism'")),
    ('agreements = ["goods", "remittances"]', "agreements = []", (3, "agreements", "none")),
    ('["KG", "RU"]', '["KG"]', (6, "covers.countries", "1")),
    ('currencies = ["RUB"]', 'currencies = ["XXX"]', (7, "covers.currencies[1]", "'XXX'")),
    ('currencies = ["RUB"]', "currencies = []", (7, "covers.currencies", "none")),
    ('= ["goods", "rem', '= ["goods", "goods", "rem', (3, "agreements[2]", "'goods' again")),
    ("until = 2026-12-31", "until = 2025-12-31", (10, "covers.until", "2025-12-31")),
    ("until = 2026-12-31", "untill = 2026-12-31", (10, "covers.untill", "an unknown field")),
]


@pytest.mark.parametrize(("old", "new", "fault"), FAULTS)
def test_a_fault_is_named_with_its_line(
    folder: Path, old: str, new: str, fault: tuple[int, str, str]
) -> None:
    text = PACKAGE.replace(old, new)
    assert text != PACKAGE
    (folder / "package.toml").write_text(text, encoding="utf-8")
    with pytest.raises(InputFaultsError) as caught:
        load_package(folder, {"goods", "remittances"})
    assert fault in {(one.line, one.field, one.found) for one in caught.value.faults}


def test_a_folder_without_a_package_says_what_is_missing(tmp_path: Path) -> None:
    result = run(copy_small(tmp_path))
    assert "package.toml" in str(result.exception)
    assert "one that groups the agreements" in str(result.exception)
