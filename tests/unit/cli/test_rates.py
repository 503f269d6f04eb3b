"""`comity rates show`: a table for people, JSON for machines, refusals for both."""

import json
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest
from typer.testing import CliRunner, Result

from comity.cli.rates import app
from comity.errors import InputFaultsError, UsageError

FIXTURES = Path(__file__).parents[2] / "fixtures" / "rates"
SCHEMA = json.loads(files("comity").joinpath("schemas/rates_show.schema.json").read_text())


def show(folder: Path, *options: str) -> Result:
    return CliRunner().invoke(app, ["show", str(folder), *options])


def test_the_table_says_what_was_published_by_whom_for_when() -> None:
    result = show(FIXTURES)
    assert result.exit_code == 0
    [line] = [each for each in result.output.splitlines() if "nbkr_daily" in each and "RUB" in each]
    cells = [cell.strip() for cell in line.strip("│").split("│")]
    assert cells == [
        "NBKR",
        "RUB/KGS",
        "1",
        "1,2263",
        "1.2263",
        "2026-05-24",
        "2026-05-24",
        "nbkr_daily_2026-05-24.xml",
    ]
    assert "rates: 24, publishers: 7, files: 10" in result.output


def test_the_findings_stand_below_the_rates() -> None:
    output = show(FIXTURES).output
    assert "historic_currency" in output
    assert "publishers_differ" in output


def test_json_is_as_its_schema_says_and_holds_the_same_rates() -> None:
    document = json.loads(show(FIXTURES, "--json").output)
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.validate(document, SCHEMA, jsonschema.Draft202012Validator)
    assert len(document["rates"]) == 24
    [som] = [each for each in document["rates"] if each["rate_id"] == "CBR:2026-04-25:KGS/RUB"]
    assert (som["numerator"], som["denominator"], som["per_unit"]) == ("6913", "8000", "0.864125")


def test_the_publishers_own_files_give_json_as_its_schema_says(reference: Path) -> None:
    document = json.loads(show(reference, "--json").output)
    jsonschema.validate(document, SCHEMA, jsonschema.Draft202012Validator)
    assert len(document["rates"]) == 872


def test_an_arrangement_folder_shows_its_rates_folder(tmp_path: Path) -> None:
    (tmp_path / "rates").mkdir()
    (tmp_path / "arrangement.toml").write_text("")
    source = FIXTURES / "nbk_invented.xml"
    (tmp_path / "rates" / source.name).write_bytes(source.read_bytes())
    assert "rates: 3, publishers: 1, files: 1" in show(tmp_path).output


def test_no_finding_is_said_in_words(tmp_path: Path) -> None:
    source = FIXTURES / "nbk_invented.xml"
    (tmp_path / source.name).write_bytes(source.read_bytes())
    assert "findings: none" in show(tmp_path).output


def test_a_files_name_is_never_read_as_markup(tmp_path: Path) -> None:
    (tmp_path / "[red]nbk[bold].xml").write_bytes((FIXTURES / "nbk_invented.xml").read_bytes())
    assert "[red]nbk[bold].xml" in show(tmp_path).output


def test_a_wrong_file_is_refused_with_its_faults(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("<html/>")
    assert isinstance(show(tmp_path).exception, InputFaultsError)


@pytest.mark.parametrize("text", ["0", "-1", "51", "NaN", "five"])
def test_a_guard_outside_its_range_is_refused(text: str) -> None:
    result = show(FIXTURES, f"--jump-percent={text}")
    assert isinstance(result.exception, UsageError)
    assert "--jump-percent: found" in str(result.exception)
