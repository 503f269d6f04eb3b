"""`comity generate --profile` and `comity profiles`: a file that `comity compare` reads."""

import json
import tomllib
from datetime import date
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any
from unittest import mock

import jsonschema
import numpy as np
import pytest
from typer.testing import CliRunner, Result

from comity.cli.program import program
from comity.errors import ComityError, InputFaultsError
from comity.feeds.payments import load_payments
from comity.generation.builtin_profiles import BUILTIN_PROFILES, builtin_profile_data

SCHEMA = json.loads(files("comity").joinpath("schemas/generate_profile.schema.json").read_text())
EPOCH = date(1970, 1, 1)


def run(*options: str) -> Result:
    return CliRunner().invoke(program, ["generate", *options])


def make(out: Path, *options: str, profile: str = "six-currencies") -> dict[str, Any]:
    small = ("--payments-a-day", "500", "--days", "3")
    done = run("--profile", profile, "--out", str(out), *small, "--json", *options)
    assert done.exit_code == 0, (done.output, done.exception)
    document: dict[str, Any] = json.loads(done.stdout)
    return document


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
@pytest.mark.parametrize("profile", BUILTIN_PROFILES)
def test_the_file_is_read_by_compare_without_a_fault(
    tmp_path: Path, profile: str, suffix: str
) -> None:
    out = tmp_path / f"payments.{suffix}"
    realised = make(out, profile=profile)["generation"]["realised"]
    table = load_payments(out)
    assert len(table) == realised["payments"]
    assert int(table.amount_minor.sum()) == sum(
        each["value_minor"] for each in realised["currencies"]
    )
    days = [(date.fromisoformat(each["date"]) - EPOCH).days for each in realised["days"]]
    assert np.unique(table.day).tolist() == days
    assert all(table.countries)
    assert len(np.unique(table.link[table.link >= 0])) == realised["fx_trades"]


def test_csv_and_parquet_hold_the_same_payments(tmp_path: Path) -> None:
    make(tmp_path / "a.csv")
    make(tmp_path / "a.parquet")
    first, second = (load_payments(tmp_path / name) for name in ("a.csv", "a.parquet"))
    assert first.parties == second.parties
    for name in ("day", "time_us", "debtor", "creditor", "amount_minor", "priority", "till_us"):
        assert (getattr(first, name) == getattr(second, name)).all(), name
    assert (first.till_us >= 0).any()


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_the_same_profile_and_seed_give_the_same_bytes(tmp_path: Path, suffix: str) -> None:
    paths = [tmp_path / f"{name}.{suffix}" for name in "abc"]
    for path, seed in zip(paths, "334", strict=True):
        make(path, "--seed", seed)
    first, again, other = (path.read_bytes() for path in paths)
    assert first == again
    assert first != other
    beside = [Path(f"{path}.generation.json").read_bytes() for path in paths]
    assert beside[0] == beside[1]


def test_a_longer_file_begins_as_the_shorter_one(tmp_path: Path) -> None:
    make(tmp_path / "short.csv")
    make(tmp_path / "long.csv", "--days", "6")
    assert (tmp_path / "long.csv").read_bytes().startswith((tmp_path / "short.csv").read_bytes())


def test_json_is_as_its_schema_says_and_stands_beside_the_file(tmp_path: Path) -> None:
    document = make(tmp_path / "a.csv", "--seed", "7")
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.validate(document, SCHEMA, jsonschema.Draft202012Validator)
    assert document["bytes"] == (tmp_path / "a.csv").stat().st_size
    beside = json.loads((tmp_path / "a.csv.generation.json").read_text(encoding="utf-8"))
    assert beside == document["generation"]
    assert beside["seed"] == 7
    assert beside["file_sha256"] == sha256((tmp_path / "a.csv").read_bytes()).hexdigest()
    assert beside["statement"].startswith("Synthetic")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.csv", "a.csv.generation.json"]


def test_the_summary_says_that_all_is_synthetic(tmp_path: Path) -> None:
    done = run("--profile", "random", "--out", str(tmp_path / "a.csv"))
    assert done.exit_code == 0
    assert "5,000 payments" in done.stdout
    assert "Synthetic" in done.stdout


def test_a_profile_that_was_shown_and_edited_is_used(tmp_path: Path) -> None:
    shown = CliRunner().invoke(program, ["profiles", "show", "random"]).stdout
    assert shown.encode() == builtin_profile_data("random")
    mine = tmp_path / "mine.toml"
    mine.write_text(shown.replace('name = "random"', 'name = "mine"'), encoding="utf-8")
    assert make(tmp_path / "a.csv", profile=str(mine))["generation"]["profile"] == "mine"


def test_every_profile_is_listed() -> None:
    lines = CliRunner().invoke(program, ["profiles", "list"]).stdout.splitlines()
    assert [line.split()[0] for line in lines] == list(BUILTIN_PROFILES)
    listed = json.loads(CliRunner().invoke(program, ["profiles", "list", "--json"]).stdout)
    for row in listed:
        assert row["title"] == tomllib.loads(builtin_profile_data(row["name"]).decode())["title"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--profile", "random", "somewhere"), "--profile: found FOLDER somewhere too"),
        ((), "FOLDER: found nothing"),
        (("somewhere", "--payments-a-day", "5"), "--payments-a-day: found it without --profile"),
        (("--profile", "random", "--scale", "1"), "--scale: found it with --profile"),
        (("--profile", "randon"), "found 'randon', expected one of core-periphery"),
        (("--profile", "no.toml"), "found no file no.toml"),
        (("--profile", "random", "--seed", "-1"), "--seed: found -1"),
        (("--profile", "random", "--days", "0"), "--days: found 0"),
        (("--profile", "random", "--date", "tomorrow"), "--date: found 'tomorrow'"),
        (("--profile", "random", "--date", "1950-01-02"), "from 1970-01-01"),
        (("--profile", "random", "--payments-a-day", "0"), "--payments-a-day: found 0"),
        (("--profile", "random", "--out", "a.xlsx"), "ends in .csv or .parquet"),
    ],
)
def test_what_cannot_be_carried_out_is_refused(
    tmp_path: Path, options: tuple[str, ...], message: str
) -> None:
    done = run("--out", str(tmp_path / "a.csv"), *options)
    assert isinstance(done.exception, ComityError)
    assert message in str(done.exception)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_fails_half_way_leaves_what_was_there(tmp_path: Path) -> None:
    out = tmp_path / "a.csv"
    out.write_text("before", encoding="utf-8")
    place = "comity.reports.payment_table_files.PaymentTally.add"
    with mock.patch(place, side_effect=[None, OSError("full")]):
        done = run("--profile", "random", "--days", "2", "--out", str(out))
    assert isinstance(done.exception, OSError)
    assert out.read_text(encoding="utf-8") == "before"
    assert list(tmp_path.iterdir()) == [out]


def test_a_wrong_profile_is_refused_with_all_its_faults(tmp_path: Path) -> None:
    mine = tmp_path / "mine.toml"
    text = builtin_profile_data("random").decode().replace("urgent_permille = 100", "urgent = 1")
    mine.write_text(text, encoding="utf-8")
    done = run("--profile", str(mine), "--out", str(tmp_path / "a.csv"))
    assert isinstance(done.exception, InputFaultsError)
    assert {fault.field for fault in done.exception.faults} == {"urgent", "urgent_permille"}
    assert list(tmp_path.iterdir()) == [mine]
