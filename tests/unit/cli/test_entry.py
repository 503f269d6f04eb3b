"""The program starts with its assertions or not at all."""

import subprocess
import sys

START = "from comity.cli import main; main()"


def test_the_program_refuses_to_run_without_assertions() -> None:
    done = subprocess.run(
        [sys.executable, "-O", "-c", START], check=False, capture_output=True, text=True
    )
    assert done.returncode == 2
    assert "run without -O" in done.stderr
