"""What the documents show is there: commands, examples with their output, files and pages."""

import doctest
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
GUIDES = ("README.md", "CONTRIBUTING.md")
PAGES = tuple(sorted((ROOT / "docs").rglob("*.md")))
WITH_EXAMPLES = tuple(page for page in PAGES if ">>>" in page.read_text(encoding="utf-8"))
DAYS = ROOT / "tests" / "scenarios" / "days"
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


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_the_readme_leads_to_every_page(page: Path) -> None:
    # Of a folder of pages the folder is named.
    target = name_of(page if page.parent == ROOT / "docs" else page.parent)
    assert f"]({target}" in README


@pytest.mark.parametrize("page", WITH_EXAMPLES, ids=name_of)
def test_the_examples_of_a_page_run_as_they_are_printed(page: Path) -> None:
    failed, tried = doctest.testfile(str(page), module_relative=False)
    assert tried > 1
    assert failed == 0


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_a_file_of_the_project_that_a_page_names_exists(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for named in re.findall(r"`((?:src|tests|benchmarks|examples)/[\w./*-]+)`", text):
        assert list(ROOT.glob(named)), named
    for module in re.findall(r"`(\w+/\w+\.py)`", text):
        places = (ROOT / "src" / "comity", ROOT, page.parent)
        assert any((place / module).exists() for place in places), module


def test_the_page_of_central_banks_names_days_that_are_told() -> None:
    text = (ROOT / "docs" / "central-banks.md").read_text(encoding="utf-8")
    named = re.findall(r"`([\w-]+\.txt)`", text)
    assert len(named) > 5
    for day in named:
        assert (DAYS / day).is_file(), day
