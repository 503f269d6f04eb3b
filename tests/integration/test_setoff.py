"""Set-off end to end: the example, its certificate, and every way to change either."""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.integration.command_line import Ran, comity, without_notice

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "setoff"
OBLIGATIONS, LIQUIDITY = EXAMPLE / "obligations.csv", EXAMPLE / "liquidity.csv"
PROGRAM = Path(sys.prefix) / "bin" / "comity"


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the results of the example with liquidity."""
    folder = tmp_path_factory.mktemp("setoff") / "out"
    assert comity("setoff", OBLIGATIONS, "--liquidity", LIQUIDITY, "--out", folder).code == 0
    return folder


def check(certificate: Path, obligations: Path, liquidity: Path) -> Ran:
    return comity("setoff", "--check", certificate, obligations, "--liquidity", liquidity)


def test_the_witness_clears_thirty_of_thirty_eight(tmp_path: Path) -> None:
    found = comity("setoff", EXAMPLE / "witness.csv", "--out", tmp_path, "--json").document
    assert (found["obligations_minor"], found["cleared_minor"]) == (38, 30)
    assert (found["net_internal_debt_minor"], found["certificate_verified"]) == (8, True)


def test_the_files_of_the_example_agree_with_one_another(out: Path) -> None:
    result = json.loads((out / "result.json").read_text("utf-8"))
    with (out / "cleared.csv").open(encoding="utf-8", newline="") as stream:
        cleared = list(csv.DictReader(stream))
    with OBLIGATIONS.open(encoding="utf-8", newline="") as stream:
        given_rows = list(csv.DictReader(stream))
    for name in ("id", "debtor", "creditor", "amount"):
        assert [row[name] for row in cleared] == [row[name] for row in given_rows]
    assert sum(int(row["cleared"]) for row in cleared) == result["cleared_minor"]
    with (out / "positions.csv").open(encoding="utf-8", newline="") as stream:
        positions = list(csv.DictReader(stream))
    drawn = sum(int(row["liquidity_drawn"]) for row in positions)
    assert drawn == result["liquidity_drawn_minor"]
    assert sum(int(row["remaining_to_pay"]) for row in positions) == result["remaining_minor"]
    assert len(list((out / "notices").iterdir())) == result["parties"] == len(positions)


def test_the_certificate_of_the_example_holds(out: Path) -> None:
    ran = check(out / "certificate.json", OBLIGATIONS, LIQUIDITY)
    assert (ran.code, ran.err) == (0, "")


@settings(max_examples=40)
@given(st.sampled_from(["certificate.json", "obligations.csv", "liquidity.csv"]), st.data())
def test_no_byte_of_any_file_can_be_changed(
    tmp_path_factory: pytest.TempPathFactory, out: Path, name: str, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("flipped")
    sources = (out / "certificate.json", OBLIGATIONS, LIQUIDITY)
    for source in sources:
        (folder / source.name).write_bytes(source.read_bytes())
    content = bytearray((folder / name).read_bytes())
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    (folder / name).write_bytes(content)
    ran = check(*(folder / source.name for source in sources))
    assert ran.code in {2, 3}, f"{name}: byte {place}"
    assert ran.words


@pytest.mark.parametrize("name", ["certificate.json", "obligations.csv", "liquidity.csv"])
def test_no_file_can_be_cut_short_or_made_longer(out: Path, tmp_path: Path, name: str) -> None:
    sources = (out / "certificate.json", OBLIGATIONS, LIQUIDITY)
    for source in sources:
        (tmp_path / source.name).write_bytes(source.read_bytes())
    whole = (tmp_path / name).read_bytes()
    for content in (b"", whole[:-1], whole[: len(whole) // 2], whole + b"\n", whole + whole):
        (tmp_path / name).write_bytes(content)
        assert check(*(tmp_path / source.name for source in sources)).code in {2, 3}


def test_liquidity_left_out_of_a_check_is_asked_for(out: Path) -> None:
    ran = comity("setoff", "--check", out / "certificate.json", OBLIGATIONS)
    assert ran.code == 3
    assert "give its file as --liquidity" in ran.words


@pytest.mark.slow
def test_the_installed_program_gives_the_same_bytes_in_every_process(
    out: Path, tmp_path: Path
) -> None:
    words = ["setoff", "obligations.csv", "--liquidity", "liquidity.csv", "--out", str(tmp_path)]
    done = subprocess.run(
        [str(PROGRAM), *words, "--json"],
        cwd=EXAMPLE,
        env={**os.environ, "NO_COLOR": "1", "PYTHONHASHSEED": "7"},
        check=False,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert (done.returncode, without_notice(done.stderr)) == (0, "")
    contents = [
        {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*.*")}
        for folder in (out, tmp_path)
    ]
    assert contents[0] == contents[1]
