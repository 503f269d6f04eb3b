"""`comity agreements check`: tables for people, JSON for machines, every fault named."""

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import typer
from tests.kit.dealing import agreement_file
from tests.unit.arrangement.small_folder import SMALL, append, copy_small, edit
from typer.testing import CliRunner

from comity.cli.agreements import app

ROOT = typer.Typer()
ROOT.add_typer(app)


def run(folder: Path, *options: str) -> tuple[int, str]:
    """Return exit code and output of the command."""
    result = CliRunner().invoke(ROOT, ["agreements", "check", str(folder), *options])
    return result.exit_code, result.output


def run_json(folder: Path) -> tuple[int, Any]:
    """Return exit code and document of the command, held against its published schema."""
    code, output = run(folder, "--json")
    document = json.loads(output)
    schema = files("comity") / "schemas" / "agreements_check.schema.json"
    jsonschema.Draft202012Validator(json.loads(schema.read_text(encoding="utf-8"))).validate(
        document
    )
    return code, document


def test_a_sound_folder_shows_what_each_agreement_covers() -> None:
    code, output = run(SMALL)
    assert code == 0
    for said in ("goods@1", "KGS or RUB", "payment 1000000.00", "gross and in"):
        assert said in output
    assert "between central banks" in output
    assert "members: 2, participants: 4, accounts: 10, agreement versions: 4" in output


def test_json_says_the_same_with_units() -> None:
    code, document = run_json(SMALL)
    assert code == 0
    assert document["ok"] is True
    goods = document["agreements"][1]
    assert goods["key"] == "goods@1"
    assert goods["limits"] == [
        {"currency": "RUB", "payment_max_minor": 100_000_000, "day_max_minor": 300_000_000}
    ]
    assert document["agreements"][0]["fixing"] == "NBKR"
    assert document["agreements"][2]["cycles"][0] == {"cut_off": "11:00", "settles": "11:30"}


def test_what_is_not_read_is_noted(tmp_path: Path) -> None:
    folder = copy_small(tmp_path)
    (folder / "old[bold]").mkdir()
    assert "not read: old[bold] is no part of an arrangement" in run(folder)[1]
    assert run_json(folder)[1]["notes"] == ["old[bold]"]


def test_every_fault_stands_in_a_table_and_the_exit_code_is_2(tmp_path: Path) -> None:
    folder = copy_small(tmp_path)
    edit(folder, "agreements/goods.toml", 'mode = "gross"', 'mode = "[red]"')
    edit(folder, "participants.csv", "TOOBKG20", "TOOB")
    code, output = run(folder)
    assert code == 2
    assert "2 faults" in output
    for said in ("agreements/goods.toml", "11", "settlement.mode", "'[red]'", "gross | cycle"):
        assert said in output
    assert "Traceback" not in output


def test_one_fault_is_one_fault_in_json_too(tmp_path: Path) -> None:
    folder = copy_small(tmp_path)
    append(folder, "arrangement.toml", "[unfinished\n")
    code, document = run_json(folder)
    assert code == 2
    (fault,) = document["faults"]
    assert (fault["file"], fault["line"]) == ("arrangement.toml", 27)
    assert "1 fault" in run(folder)[1]


def test_a_folder_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    code, document = run_json(tmp_path / "nowhere")
    assert code == 2
    assert document["faults"][0]["found"] == "no folder"


@pytest.mark.parametrize("line", ["valid_until = 2026-12-31\n", 'payment_max = "1000000.00"\n'])
def test_what_may_be_absent_is_shown_as_absent(tmp_path: Path, line: str) -> None:
    folder = copy_small(tmp_path)
    edit(folder, "agreements/goods.toml", line, "")
    assert run(folder)[0] == 0
    assert run_json(folder)[0] == 0


def test_dealers_are_shown_with_what_they_deal_over(tmp_path: Path) -> None:
    folder = copy_small(tmp_path)
    (folder / "agreements" / "dealt.toml").write_text(
        agreement_file(code="LOAN", dealer="TOOBKG20"), encoding="utf-8"
    )
    code, printed = run(folder)
    assert code == 0
    assert "at quotes of dealers" in printed
    assert "through dealers" in printed
    _, document = run_json(folder)
    (dealt,) = (one for one in document["agreements"] if one["key"] == "dealt@1")
    assert (dealt["tier"], dealt["dealing"]) == (
        "dealer",
        {
            "dealers": [{"participant": "TOOBKG20", "pays_out": ["KGS", "RUB"]}],
            "quotes": "absolute",
            "fixings": [],
            "vehicle": None,
        },
    )


def test_what_lapses_is_told_with_the_days_that_have_no_rule() -> None:
    span = ("--from", "2026-12-01", "--until", "2027-01-15")
    code, printed = run(SMALL, *span)
    assert code == 0
    assert "Not judged by exactly one version, from 2026-12-01 to 2027-01-15" in printed
    assert run(SMALL, *span, "--complete")[0] == 2
    code, output = run(SMALL, *span, "--json")
    gaps = json.loads(output)["coverage"]["gaps"]
    assert {each["from"] for each in gaps} <= {"2026-12-01", "2027-01-01"}
    assert {each["until"] for each in gaps} <= {"2026-12-31", "2027-01-15"}


def test_a_span_without_a_day_is_refused() -> None:
    result = CliRunner().invoke(
        ROOT, ["agreements", "check", str(SMALL), "--from", "2026-12-02", "--until", "2026-12-01"]
    )
    assert "--until: found 2026-12-01, expected 2026-12-02 or a later day" in str(result.exception)
    result = CliRunner().invoke(ROOT, ["agreements", "check", str(SMALL), "--from", "soon"])
    assert "--from: found 'soon', expected a day as 2026-01-31" in str(result.exception)
