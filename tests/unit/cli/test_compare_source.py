"""What can be compared besides a file of payments: a folder, a database; and some of its days."""

import json
import shutil
from importlib.resources import files
from pathlib import Path
from typing import Any

import apsw
import jsonschema
import pytest
from tests.integration.command_line import comity

EXAMPLES = Path(__file__).parents[3] / "examples"
FOLDER = EXAMPLES / "kyrgyzstan-russia"
TWO_WEEKS = EXAMPLES / "compare" / "two-weeks.csv"
SCHEMA = json.loads(files("comity").joinpath("schemas/compare.schema.json").read_text("utf-8"))
FEW = ("--option", "gross", "--option", "net-multilateral", "--liquidity", "0.5", "--json")


def compared(source: Path, *words: object) -> dict[str, Any]:
    ran = comity("compare", source, *FEW, *words)
    assert ran.code == 0, ran.words
    document = ran.document
    jsonschema.validate(document, SCHEMA)
    return document


def test_a_folder_is_compared_by_what_its_agreements_accept(tmp_path: Path) -> None:
    found = compared(FOLDER, "--out", tmp_path)
    # By the folder's README: one payment is sent for the 28th, two roll to the 26th of which one
    # is of the 25th already, and one comes after the cut-off.
    assert found["days"] == ["2026-05-25", "2026-05-26", "2026-05-28"]
    assert found["hours"] == {"opens": "07:00", "closes": "18:15"}
    assert found["payments"] == 44
    assert found["parties"] == 15
    ran = comity("compare", FOLDER, *FEW[:-1], "--out", tmp_path)
    assert "2 payments: returns" in ran.words
    assert "1 payment: withdrawn by their banks" in ran.words
    assert "26 payments: refused, held or not yet due" in ran.words


def test_a_database_gives_what_its_folder_gives(tmp_path: Path) -> None:
    for day in ("2026-05-25", "2026-05-26", "2026-05-28"):
        ran = comity("settle", FOLDER, "--date", day, "--out", tmp_path / "days")
        assert ran.code == 0, ran.words
    by_database = compared(tmp_path / "days" / "comity.db", "--out", tmp_path / "one")
    by_folder = compared(FOLDER, "--out", tmp_path / "other")
    hashes = by_database.pop("hashes"), by_folder.pop("hashes")
    assert by_database == by_folder
    assert hashes[0]["payments"] == hashes[1]["payments"]


def test_official_rates_of_a_folder_serve_options_between_countries(tmp_path: Path) -> None:
    ran = comity(
        "compare", FOLDER, "--option", "clearing-union", "--liquidity", "0.5", "--json",
        "--out", tmp_path,
    )  # fmt: skip
    assert ran.code == 0, ran.words
    rates = ran.document["total"]["rates"]
    assert any("NBKR" in rate for rate in rates)


def test_days_are_chosen_one_by_one_and_by_span(tmp_path: Path) -> None:
    every = compared(TWO_WEEKS, "--out", tmp_path)["days"]
    chosen = f"{every[0]},{every[2]}..{every[3]}"
    found = compared(TWO_WEEKS, "--days", chosen, "--out", tmp_path)
    assert found["days"] == [every[0], every[2], every[3]]
    later = compared(TWO_WEEKS, "--days", f"{every[-2]}..", "--out", tmp_path)
    assert later["days"] == every[-2:]


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ("2019-01-01", "found no payment in '2019-01-01', expected some from 2026-"),
        ("..", "found '..', expected days such as"),
        ("monday", "found 'monday', expected days such as"),
        ("2026-01-12,", "found '', expected days such as"),
    ],
)
def test_days_that_are_not_there_are_refused(days: str, expected: str) -> None:
    ran = comity("compare", TWO_WEEKS, *FEW, "--days", days)
    assert ran.code == 2
    assert expected in ran.words


def test_what_is_no_source_is_refused(tmp_path: Path) -> None:
    empty = tmp_path / "empty.db"
    apsw.Connection(str(empty)).execute("CREATE TABLE other (a)")
    ran = comity("compare", empty, *FEW)
    assert ran.code == 2
    assert "not a comity database of this version" in ran.words
    ran = comity("compare", tmp_path, *FEW)
    assert ran.code == 2
    assert "arrangement.toml" in ran.words
    ran = comity("compare", FOLDER, *FEW, "--currency", "RUB")
    assert ran.code == 2
    assert "expected them for a file of payments only" in ran.words


def test_a_folder_without_payments_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "nothing"
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("payments", "out"))
    (folder / "payments").mkdir()
    ran = comity("compare", folder, *FEW)
    assert ran.code == 2
    assert "found no day, expected payments that came on one at least" in ran.words


@pytest.mark.parametrize("text", ["2", "0.1:0", "0.1:9999", "0.1:soon", "a"])
def test_shifts_that_are_none_are_refused(text: str, tmp_path: Path) -> None:
    ran = comity("compare", TWO_WEEKS, *FEW, "--shift", text, "--out", tmp_path)
    assert ran.code == 2
    assert "--shift" in ran.words


def test_a_shift_of_nothing_is_not_tried(tmp_path: Path) -> None:
    assert compared(TWO_WEEKS, "--shift", "0", "--out", tmp_path)["sensitivity"] is None
    found = compared(TWO_WEEKS, "--shift", "0.25:30", "--out", tmp_path)["sensitivity"]
    assert (found["share"], found["most_minutes"], found["seed"]) == ("0.250000", 30, 1)
