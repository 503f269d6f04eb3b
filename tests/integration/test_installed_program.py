"""The program as it is installed, in processes of its own."""

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from tests.integration.command_line import DAY, EXAMPLE, Folder, message, without_notice

pytestmark = pytest.mark.slow
PROGRAM = Path(sys.prefix) / "bin" / "comity"


def run(*words: object, cwd: Path | None = None) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [str(PROGRAM), *map(str, words)],
        cwd=cwd,
        env={**os.environ, "NO_COLOR": "1", "COLUMNS": "120"},
        check=False,
        capture_output=True,
        text=True,
        timeout=300,
    )


def test_two_processes_give_the_same_day_byte_for_byte(tmp_path: Path) -> None:
    first, second = (run("settle", EXAMPLE, "--out", tmp_path / name, "--json") for name in "ab")
    assert first.returncode == second.returncode == 0, first.stderr + second.stderr
    assert first.stdout == second.stdout
    results = [
        {path.relative_to(tmp_path / name): path.read_bytes() for path in one}
        for name in "ab"
        for one in [sorted((tmp_path / name / DAY).rglob("*.*"))]
    ]
    assert results[0] == results[1]
    verified = run("verify", tmp_path / "a" / "comity.db", "--json")
    assert json.loads(verified.stdout)["head"] == json.loads(first.stdout)["head"]


def test_standard_output_holds_nothing_but_json_and_nothing_is_written_on_errors(
    folder: Folder,
) -> None:
    folder.send("1.xml", message())
    done = run("settle", folder.path, "--out", folder.out, "--json")
    assert (done.returncode, without_notice(done.stderr)) == (0, "")
    assert json.loads(done.stdout)["business_date"] == DAY
    refused = run("settle", folder.path.parent / "nowhere", "--json")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "found no such folder" in refused.stderr


def test_paths_may_be_relative_and_results_lie_beside_the_arrangement(folder: Folder) -> None:
    folder.send("1.xml", message())
    assert run("settle", ".", cwd=folder.path).returncode == 0
    assert (folder.path / "out" / "comity.db").is_file()
    assert run("verify", "out/comity.db", cwd=folder.path).returncode == 0
    again = run("settle", ".", "--date", DAY, cwd=folder.path)
    assert "Nothing was changed." in again.stdout


def test_a_database_in_use_is_unavailable_and_works_later(folder: Folder) -> None:
    folder.send("1.xml", message())
    assert run("settle", folder.path, "--out", folder.out).returncode == 0
    folder.send("2.xml", message(2, at="2026-05-26T08:00:00+06:00"))
    connection = sqlite3.connect(folder.database, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    ran = run("settle", folder.path, "--out", folder.out)
    connection.execute("ROLLBACK")
    connection.close()
    assert ran.returncode == 4
    assert "unavailable" in ran.stderr
    assert "another program is writing to it" in ran.stderr
    assert run("settle", folder.path, "--out", folder.out).returncode == 0
