"""What a run says of the reference folder and the browser, and when their absence is a failure."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CONFTEST = Path(__file__).with_name("conftest.py")
USES_BOTH = """
def test_reads_the_folder(reference): assert reference.is_dir()
def test_reads_it_again(reference): assert reference.is_dir()
def test_opens_the_browser(chromium): assert chromium
def test_needs_neither(): assert True
"""


def run(folder: Path, *, reference: Path, in_ci: bool) -> subprocess.CompletedProcess[str]:
    """Run a suite of four tests under our conftest, where no browser is found."""
    shutil.copy(CONFTEST, folder)
    (folder / "test_uses_both.py").write_text(USES_BOTH)
    environment = {
        **os.environ,
        "CI": "true" if in_ci else "",
        "COMITY_CHROMIUM": str(folder / "no-browser"),
        "COMITY_REFERENCE": str(reference),
    }
    options = ["-q", "-c", os.devnull, "--rootdir", str(folder), "-p", "no:cacheprovider"]
    return subprocess.run(
        [sys.executable, "-m", "pytest", *options, "--numprocesses=2", str(folder)],
        env=environment,
        check=False,
        capture_output=True,
        text=True,
    )


@pytest.mark.slow
def test_elsewhere_what_is_missing_is_skipped(tmp_path: Path) -> None:
    done = run(tmp_path, reference=tmp_path / "absent", in_ci=False)
    assert done.returncode == 0, done.stdout
    assert "1 passed, 3 skipped" in done.stdout
    assert "reference folder: used by 0 tests" in done.stdout


@pytest.mark.slow
def test_in_continuous_integration_what_is_missing_fails(tmp_path: Path) -> None:
    done = run(tmp_path, reference=tmp_path / "absent", in_ci=True)
    assert done.returncode == 1, done.stdout
    assert "1 passed, 3 errors" in done.stdout
    assert "not to be skipped in continuous integration" in done.stdout


@pytest.mark.slow
def test_uses_of_the_reference_folder_are_counted_over_all_workers(tmp_path: Path) -> None:
    done = run(tmp_path, reference=tmp_path, in_ci=False)
    assert done.returncode == 0, done.stdout
    assert "reference folder: used by 2 tests" in done.stdout
