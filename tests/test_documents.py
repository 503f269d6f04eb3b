"""The commands that the documents show: each exists and takes the options it is shown with."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
GUIDES = ("README.md", "CONTRIBUTING.md")
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^    \.venv/bin/comity (.+)$", README, flags=re.MULTILINE)


@pytest.mark.parametrize("guide", GUIDES)
def test_every_make_target_that_a_guide_names_exists(guide: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, flags=re.MULTILINE))
    text = (ROOT / guide).read_text(encoding="utf-8")
    named = set(re.findall(r"(?:^    |`)make ([a-z-]+)", text, flags=re.MULTILINE))
    assert named
    assert named <= targets


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_readme_takes_the_options_it_is_shown_with(command: str) -> None:
    words = [word for word in re.findall(r"[\w-]+", command) if not word.isupper()]
    names = [word for word in words if not word.startswith("-") and len(word) > 1]
    program = Path(sys.prefix) / "bin" / "comity"
    done = subprocess.run(
        [str(program), *names, "--help"],
        env={**os.environ, "COLUMNS": "200", "TERM": "dumb", "NO_COLOR": "1"},
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    for option in (word for word in words if word.startswith("--")):
        assert option in done.stdout, option
