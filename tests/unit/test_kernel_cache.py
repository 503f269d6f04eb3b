"""The cache of compiled kernels: a new folder for each change that a kernel could see."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from comity.kernel_cache import kernel_cache_folder, seen_by_kernels, use_kernel_cache

FILES = {
    "__init__.py": "",
    "netting/__init__.py": "from comity.netting.kernels import net\n",
    "netting/kernels.py": (
        "from numba import njit\n"
        "from comity.payments import codes\n"
        "from comity.money import (\n    LIMIT,\n)\n"
    ),
    "money/__init__.py": "from comity.money.limits import LIMIT\n",
    "money/limits.py": "LIMIT = 1\n",
    "payments/__init__.py": "",
    "payments/codes.py": "QUEUED = 1\n",
    "reports/__init__.py": "",
}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def test_a_kernel_sees_what_its_module_imports_over_any_distance(source: Path) -> None:
    seen = {str(path.relative_to(source)) for path in seen_by_kernels(source)}
    assert seen == {
        "money/__init__.py",
        "money/limits.py",
        "netting/kernels.py",
        "payments/__init__.py",
        "payments/codes.py",
    }


@pytest.mark.parametrize("name", ["netting/kernels.py", "payments/codes.py", "money/limits.py"])
def test_a_change_that_a_kernel_sees_moves_the_cache(source: Path, name: str) -> None:
    before = kernel_cache_folder(source)
    path = source / name
    path.write_text(path.read_text() + "CHANGED = 2\n")
    assert kernel_cache_folder(source) != before
    path.write_text(FILES[name])
    assert kernel_cache_folder(source) == before


def test_a_change_that_no_kernel_sees_leaves_the_cache(source: Path) -> None:
    before = kernel_cache_folder(source)
    (source / "reports/__init__.py").write_text("CHANGED = 2\n")
    assert kernel_cache_folder(source) == before


def test_the_environment_may_name_another_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    assert use_kernel_cache() == tmp_path
    monkeypatch.delenv("NUMBA_CACHE_DIR")
    assert use_kernel_cache() == kernel_cache_folder()
    assert os.environ["NUMBA_CACHE_DIR"] == str(kernel_cache_folder())


def test_run_as_a_program_it_prints_the_folder() -> None:
    command = [sys.executable, "-m", "comity.kernel_cache"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert done.stdout == f"{kernel_cache_folder()}\n"
