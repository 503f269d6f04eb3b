"""The benchmarks without the programs that they compare with, and the day that they measure."""

from pathlib import Path

import numpy as np
import pytest
from benchmarks import alternatives
from benchmarks.release import release_day
from benchmarks.suite import Options, measure


def options(folder: Path, only: tuple[str, ...] = ("pssimpy",)) -> Options:
    return Options(
        runs=1,
        payments=100,
        scale=1,
        pssimpy_payments=100,
        large_obligations=0,
        sweep_payments=0,
        only=only,
        folder=folder,
    )


def test_a_missing_environment_gives_a_line_and_no_measurement(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COMITY_BENCH_VENV", str(tmp_path / "none"))
    assert not list(measure(options(tmp_path)))
    said = capsys.readouterr().err
    assert said.startswith(f"pssimpy: not measured: no environment at {tmp_path / 'none'}; ")
    assert "make bench" in said


def test_without_other_solvers_set_off_is_measured_and_a_line_names_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COMITY_BENCH_VENV", str(tmp_path / "none"))
    found = list(measure(options(tmp_path, only=("setoff-random",))))
    assert [one.name for one in found] == [
        "merge obligations, random",
        "set-off, random, proved",
        "check the proof, random",
        "allocate to obligations, random",
    ]
    said = capsys.readouterr().err
    for package in ("ortools", "highspy", "networkx"):
        assert f"set-off beside {package}: not measured: no environment" in said


def test_an_environment_without_the_package_gives_a_line_with_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    python = tmp_path / "bin" / "python"
    python.parent.mkdir()
    python.write_text("#!/bin/sh\necho 'No module named PSSimPy' >&2\nexit 1\n")
    python.chmod(0o755)
    monkeypatch.setenv("COMITY_BENCH_VENV", str(tmp_path))
    assert not list(measure(options(tmp_path)))
    assert "PSSimPy cannot be loaded" in capsys.readouterr().err
    assert alternatives.why_missing("PSSimPy") == (
        f"PSSimPy cannot be loaded at {tmp_path}: No module named PSSimPy"
    )


def test_the_measured_day_is_the_same_each_time_and_in_order() -> None:
    (one, sent), (other, _) = (release_day(1_000, 10) for _ in range(2))
    assert one.at_us.tobytes() == other.at_us.tobytes()
    assert one.amount_minor.tobytes() == other.amount_minor.tobytes()
    assert (np.diff(one.at_us) >= 0).all()
    assert (one.payer != one.payee).all()
    assert sent.sum() == one.amount_minor.sum()
