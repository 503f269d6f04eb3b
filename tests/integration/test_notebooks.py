"""The example scripts print what stands beside them."""

import contextlib
import io
import runpy
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "examples" / "notebooks"
SCRIPTS = sorted(FOLDER.glob("*.py"))

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_a_script_prints_what_is_stored_beside_it(script: Path) -> None:
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        runpy.run_path(str(script))
    assert said.getvalue() == script.with_suffix(".txt").read_text(encoding="utf-8")


def test_every_script_has_its_output_and_is_named_for_the_reader() -> None:
    assert len(SCRIPTS) == 3
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert all(f"`{script.name}`" in readme for script in SCRIPTS)
