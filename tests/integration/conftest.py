"""The example's day, settled once through the command line, and folders to settle anew."""

from pathlib import Path

import pytest
from tests.integration.command_line import EXAMPLE, Folder, Ran, comity, new_folder


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Give an arrangement folder without payments."""
    return new_folder(tmp_path)


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Ran]:
    """Settle the example through the command line; give its out folder and how that ended."""
    out = tmp_path_factory.mktemp("example") / "out"
    return out, comity("settle", EXAMPLE, "--out", out, "--json")
