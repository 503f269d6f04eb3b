"""What every test may ask for, and how the run accounts for what it was given.

The reference folder and the browser are not part of the repository: a test that asks for one is
skipped where it is absent, except in continuous integration, where that is a failure.
"""

import os
import shutil
from pathlib import Path
from typing import NoReturn

import hypothesis
import pytest

from comity.kernel_cache import use_kernel_cache

# Set before any test imports numba, which reads it once.
use_kernel_cache()

ROOT = Path(__file__).resolve().parents[1]
IN_CI = os.environ.get("CI", "").lower() not in {"", "0", "false"}
REFERENCE = Path(os.environ.get("COMITY_REFERENCE") or ROOT.parent / "shared")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
USED_REFERENCE = ("used", "reference")

# No deadline: the first example of a kernel pays for its compilation.
hypothesis.settings.register_profile("dev", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
hypothesis.settings.register_profile("soak", deadline=None, max_examples=5_000)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if IN_CI else "dev"))


@pytest.fixture(scope="session")
def reference() -> Path:
    """Give the folder of reference files named by COMITY_REFERENCE; never write to it."""
    if not REFERENCE.is_dir():
        skip_outside_ci(f"no reference folder at {REFERENCE}; set COMITY_REFERENCE")
    return REFERENCE


@pytest.fixture(scope="session")
def chromium() -> Path:
    """Give the system's Chromium; COMITY_CHROMIUM may name another one."""
    named = os.environ.get("COMITY_CHROMIUM")
    found = shutil.which(named) if named else next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        skip_outside_ci("no Chromium; apt-get install chromium, or set COMITY_CHROMIUM")
    return Path(found)


def skip_outside_ci(reason: str) -> NoReturn:
    """Skip the test, or fail it in continuous integration: nothing may go unseen there."""
    if IN_CI:
        pytest.fail(f"not to be skipped in continuous integration: {reason}", pytrace=False)
    pytest.skip(reason)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the simulations: one that comes last keeps all other workers waiting."""
    items.sort(key=lambda item: not item.nodeid.startswith("tests/simulation/"))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Mark a test that asks for the reference folder; the mark travels from worker to summary."""
    if "reference" in getattr(item, "fixturenames", ()):
        item.user_properties.append(USED_REFERENCE)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many tests used the reference folder, whichever worker ran them."""
    ran = [
        report
        for outcome in ("passed", "failed")
        for report in terminalreporter.stats.get(outcome, [])
        if report.when == "call" and USED_REFERENCE in map(tuple, report.user_properties)
    ]
    terminalreporter.write_line(f"reference folder: used by {len(ran)} tests")
