"""Kernels are compiled once an installation: the first command says so."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.integration.command_line import COMPILING, EXAMPLE

OBLIGATIONS = EXAMPLE.parent / "setoff" / "obligations.csv"
PROGRAM = """
import atexit, sys
from pathlib import Path
from comity.cli import main
from comity.kernel_cache import use_kernel_cache

use_kernel_cache()
from numba.core import event

counted = event.RecordingListener()
event.register("numba:compile", counted)
path = Path(sys.argv.pop(1))
# Each compilation has a beginning and an end.
atexit.register(lambda: path.write_text(str(len(counted.buffer) // 2)))
main()
"""


@dataclass(frozen=True)
class Ran:
    """What a process said, and how many kernels it compiled."""

    document: dict[str, Any]
    err: str
    compilations: int


def run(cache: Path, count: Path, *words: object) -> Ran:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(count), *map(str, words)],
        env={**os.environ, "NUMBA_CACHE_DIR": str(cache), "NO_COLOR": "1"},
        check=True,
        capture_output=True,
        text=True,
        timeout=600,
    )
    return Ran(json.loads(done.stdout), done.stderr, int(count.read_text()))


@pytest.mark.slow
@pytest.mark.parametrize("command", ["settle", "setoff"])
def test_the_first_command_says_that_it_compiles_and_the_second_compiles_nothing(
    command: str, tmp_path: Path
) -> None:
    subject = EXAMPLE if command == "settle" else OBLIGATIONS
    cache, count = tmp_path / "cache", tmp_path / "count"
    first, second = (
        run(cache, count, command, subject, "--out", tmp_path / name, "--json") for name in "ab"
    )
    assert first.compilations > 0
    assert first.err.count(COMPILING) == 1
    assert second.compilations == 0
    assert second.err == ""
    assert {**first.document, "folder": ""} == {**second.document, "folder": ""}
