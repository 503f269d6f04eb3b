"""`comity generate`: a complete folder, JSON for machines, refusals before anything is written."""

import json
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest
import typer
from typer.testing import CliRunner, Result

from comity.arrangement import load_scheme
from comity.cli.generate import generate_payments
from comity.errors import UsageError

EXAMPLE = Path(__file__).parents[3] / "examples" / "kyrgyzstan-russia"
SCHEMA = json.loads(files("comity").joinpath("schemas/generate.schema.json").read_text())
APP = typer.Typer()
APP.command()(generate_payments)


def run(out: Path, *options: str, folder: Path = EXAMPLE) -> Result:
    return CliRunner().invoke(APP, [str(folder), "--out", str(out), "--scale", "0.01", *options])


def test_the_new_folder_is_a_complete_arrangement(tmp_path: Path) -> None:
    result = run(tmp_path / "new")
    assert result.exit_code == 0, result.output
    assert "402 payments" in result.output
    assert "Synthetic" in result.output
    made, example = load_scheme(tmp_path / "new"), load_scheme(EXAMPLE)
    assert made.agreements == example.agreements
    for part in ("rates", "lists", "calendars"):
        for path in (EXAMPLE / part).iterdir():
            assert (tmp_path / "new" / part / path.name).read_bytes() == path.read_bytes()
    assert not list((tmp_path / "new" / "payments").glob("*.xml")), "no payments are copied"
    assert (tmp_path / "new" / "payments" / "2026-05-25").is_dir()


def test_json_is_as_its_schema_says(tmp_path: Path) -> None:
    result = run(tmp_path / "new", "--json", "--days", "2", "--seed", "7")
    document = json.loads(result.stdout)
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.validate(document, SCHEMA, jsonschema.Draft202012Validator)
    assert [day["date"] for day in document["generation"]["days"]] == ["2026-05-25", "2026-05-26"]
    assert document["generation"]["seed"] == 7


def test_the_first_day_may_be_named(tmp_path: Path) -> None:
    assert run(tmp_path / "new", "--date", "2026-06-01").exit_code == 0
    assert (tmp_path / "new" / "payments" / "2026-06-01").is_dir()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--date", "25.05.2026"), "expected a date"),
        (("--date", "2026-05-24"), "expected a business day"),
        (("--scale", "much"), "expected a number"),
        (("--scale", "0.0005"), "in thousandths"),
        (("--scale", "NaN"), "expected a number"),
    ],
)
def test_what_cannot_be_carried_out_is_refused_before_anything_is_written(
    tmp_path: Path, options: tuple[str, ...], message: str
) -> None:
    result = run(tmp_path / "new", *options)
    assert isinstance(result.exception, UsageError)
    assert message in str(result.exception)
    assert not (tmp_path / "new").exists()


def test_a_folder_with_something_in_it_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("mine", encoding="utf-8")
    result = run(tmp_path)
    assert isinstance(result.exception, UsageError)
    assert "expected a new folder" in str(result.exception)
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]
