"""`comity setoff`: what it prints, refuses and leaves; `--check`: what it finds."""

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from tests.integration.command_line import comity

from comity.cli import setoff as command
from comity.errors import ProofFailedError

WITNESS = "debtor,creditor,amount\nA,B,10\nB,A,8\nB,C,10\nC,A,10\n"
LIQUIDITY = "party,amount\nB,3\nC,4\n"


def schema(name: str) -> dict[str, Any]:
    text = files("comity").joinpath(f"schemas/{name}.schema.json").read_text("utf-8")
    found: dict[str, Any] = json.loads(text)
    jsonschema.Draft202012Validator.check_schema(found)
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "o.csv").write_text(WITNESS)
    (tmp_path / "l.csv").write_text(LIQUIDITY)
    return tmp_path


def everything_in(folder: Path) -> dict[str, bytes]:
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


def test_the_document_says_what_is_cleared_and_follows_its_schema(folder: Path) -> None:
    ran = comity("setoff", folder / "o.csv", "--out", folder / "so", "--json")
    assert (ran.code, ran.err) == (0, "")
    found = ran.document
    jsonschema.validate(found, schema("setoff"), jsonschema.Draft202012Validator)
    assert (found["obligations_minor"], found["cleared_minor"]) == (38, 30)
    assert (found["share"], found["net_internal_debt_minor"]) == ("0.789474", 8)
    assert found["certificate_verified"] is True
    assert found.pop("folder") == str(folder / "so")
    assert json.loads((folder / "so" / "result.json").read_text()) == found


def test_the_document_of_a_set_off_with_liquidity_says_what_was_drawn(folder: Path) -> None:
    ran = comity("setoff", folder / "o.csv", "--liquidity", folder / "l.csv", "--json")
    jsonschema.validate(ran.document, schema("setoff"), jsonschema.Draft202012Validator)
    assert (ran.document["liquidity_minor"], ran.document["liquidity_drawn_minor"]) == (7, 3)
    assert (ran.document["cleared_minor"], ran.document["liquidity_file"]) == (33, "l.csv")


def test_results_lie_beside_the_file_unless_told_otherwise(folder: Path) -> None:
    assert comity("setoff", folder / "o.csv").code == 0
    assert sorted(path.name for path in (folder / "out" / "o").iterdir()) == [
        "certificate.json",
        "cleared.csv",
        "notices",
        "positions.csv",
        "result.json",
    ]


def test_people_see_what_remains_and_what_is_proved(folder: Path) -> None:
    ran = comity("setoff", folder / "o.csv", "--out", folder / "my so")
    assert ran.code == 0
    for words in (
        "4 obligations between 3 parties",
        "Owed 38 100.00 %",
        "Cleared 30 78.95 %",
        "Remains 8 21.05 %",
        "B 8 0 8",
        "proves that no other way of setting these obligations off clears more",
        f"comity setoff --check '{folder}/my so/certificate.json' {folder}/o.csv",
    ):
        assert words in ran.words


def test_where_nobody_is_a_net_debtor_any_more_that_is_said(folder: Path) -> None:
    (folder / "l.csv").write_text("party,amount\nB,8\n")
    ran = comity("setoff", folder / "o.csv", "--liquidity", folder / "l.csv")
    assert "Cleared 38 100.00 %" in ran.words
    assert "No net debt remains." in ran.words
    assert "with this liquidity clears more" in ran.words


def test_an_empty_list_of_obligations_has_no_share(folder: Path) -> None:
    (folder / "o.csv").write_text("debtor,creditor,amount\n")
    ran = comity("setoff", folder / "o.csv", "--json")
    jsonschema.validate(ran.document, schema("setoff"), jsonschema.Draft202012Validator)
    assert ran.document["share"] is None
    assert "Owed 0 –" in comity("setoff", folder / "o.csv").words


def test_names_that_look_like_markup_are_shown_as_they_are(folder: Path) -> None:
    (folder / "o.csv").write_text("debtor,creditor,amount\n[red]A[/],[b],5\n")
    assert "[red]A[/] 5 0 5" in comity("setoff", folder / "o.csv").words


def test_faults_of_both_files_are_listed_and_nothing_is_written(folder: Path) -> None:
    (folder / "o.csv").write_text(WITNESS + "A,A,1\nA,B,-1\n")
    (folder / "l.csv").write_text("party,amount\nA,x\n")
    before = everything_in(folder)
    ran = comity("setoff", folder / "o.csv", "--liquidity", folder / "l.csv", "--json")
    assert (ran.code, ran.out) == (2, "")
    assert "3 faults" in ran.words
    for words in ("o.csv 6 creditor", "o.csv 7 amount", "l.csv 2 amount"):
        assert words in ran.words
    assert everything_in(folder) == before


@pytest.mark.parametrize("place", ["o.csv", "o.csv/deep"])
def test_a_file_in_place_of_the_folder_is_refused(folder: Path, place: str) -> None:
    ran = comity("setoff", folder / "o.csv", "--out", folder / place)
    assert ran.code == 2
    assert f"--out: found a file at {folder / 'o.csv'}" in ran.words
    assert (folder / "o.csv").read_text() == WITNESS


def test_a_result_never_replaces_a_file_it_was_made_from(folder: Path) -> None:
    for name in ("cleared.csv", "positions.csv"):
        (folder / name).write_text(WITNESS)
        ran = comity("setoff", folder / name, "--out", folder)
        assert ran.code == 2
        assert "where a result would be written over it" in ran.words
        assert (folder / name).read_text() == WITNESS


def test_a_proof_that_fails_ends_with_three_and_writes_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ProofFailedError("the set-off could not be proved: for a reason")

    monkeypatch.setattr(command, "set_off", fail)
    before = everything_in(folder)
    ran = comity("setoff", folder / "o.csv")
    assert (ran.code, ran.out) == (3, "")
    assert "proof failed: the set-off could not be proved: for a reason" in ran.words
    assert everything_in(folder) == before


def test_a_certificate_is_checked_and_its_document_follows_the_schema(folder: Path) -> None:
    for options in ([], ["--liquidity", folder / "l.csv"]):
        assert comity("setoff", folder / "o.csv", "--out", folder / "so", *options).code == 0
        check = ("setoff", "--check", folder / "so" / "certificate.json", folder / "o.csv")
        ran = comity(*check, *options)
        assert (ran.code, ran.err) == (0, "")
        assert f"Proved: {folder}/so/certificate.json" in ran.words
        assert "no other set-off clears more" in ran.words
        found = comity(*check, *options, "--json").document
        jsonschema.validate(found, schema("setoff_check"), jsonschema.Draft202012Validator)
        assert found["certificate_verified"] is True
        assert found["cleared_minor"] == (33 if options else 30)


def test_a_certificate_of_another_file_is_refused_with_what_was_found(folder: Path) -> None:
    assert comity("setoff", folder / "o.csv", "--out", folder / "so").code == 0
    (folder / "o.csv").write_text(WITNESS.replace("B,A,8", "B,A,9"))
    check = ("setoff", "--check", folder / "so" / "certificate.json", folder / "o.csv")
    ran = comity(*check)
    assert ran.code == 3
    assert "NOT proved" in ran.words
    assert "Wrong the certificate is of other obligations" in ran.words
    ran = comity(*check, "--json")
    assert ran.code == 3
    jsonschema.validate(ran.document, schema("setoff_check"), jsonschema.Draft202012Validator)
    assert ran.document["cleared_minor"] is None


def test_a_check_writes_nothing_and_takes_no_folder(folder: Path) -> None:
    assert comity("setoff", folder / "o.csv", "--out", folder / "so").code == 0
    certificate, before = folder / "so" / "certificate.json", everything_in(folder)
    assert comity("setoff", "--check", certificate, folder / "o.csv").code == 0
    ran = comity("setoff", "--check", certificate, folder / "o.csv", "--out", folder / "x")
    assert ran.code == 2
    assert "--out: found beside --check" in ran.words
    assert everything_in(folder) == before


def test_what_is_no_certificate_cannot_be_read(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = comity("setoff", "--check", folder / "l.csv", folder / "o.csv")
    assert ran.code == 2
    assert "l.csv no SHA-256 in its last lines a certificate that" in ran.words
    ran = comity("setoff", "--check", folder / "no.json", folder / "o.csv")
    assert ran.code == 2
    assert "found no such file, expected a certificate" in ran.words
    monkeypatch.setattr(command, "CERTIFICATE_BYTES_MAX", 10)
    ran = comity("setoff", "--check", folder / "l.csv", folder / "o.csv")
    assert ran.code == 2
    assert "expected at most 10" in ran.words


def test_help_shows_an_example_and_the_columns() -> None:
    ran = comity("setoff", "--help", columns=100)
    assert ran.code == 0
    for words in (
        "debtor, creditor and amount",
        "Example: comity setoff examples/setoff/",
        "3 a proof failed",
    ):
        assert words in ran.words
