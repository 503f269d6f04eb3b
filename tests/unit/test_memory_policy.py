"""Freed memory stays in the process where the C library can keep it; elsewhere nothing breaks."""

import ctypes
import os
import platform
import subprocess
import sys

import pytest

from comity.memory_policy import keep_freed_memory

_TOUCH_AGAIN = """
import mmap, resource
from comity.memory_policy import keep_freed_memory
print(keep_freed_memory())
def faults_of_a_block():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    block = bytearray(16 << 20)
    block[:: mmap.PAGESIZE] = bytes(b"x" * len(block[:: mmap.PAGESIZE]))
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before
faults_of_a_block()
print(faults_of_a_block() * mmap.PAGESIZE < 8 << 20)
"""


def _environment(**more: str) -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("MALLOC_", "GLIBC_TUNABLES"))
    }
    return kept | more


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc can be told")
def test_a_block_taken_again_is_not_fetched_again() -> None:
    command = [sys.executable, "-c", _TOUCH_AGAIN]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=_environment())
    assert done.stdout.split() == ["True", "True"]


def test_an_environment_that_tunes_malloc_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(name: object) -> None:
        raise AssertionError(f"{name} must not be loaded")

    monkeypatch.setattr(ctypes, "CDLL", refused)
    monkeypatch.setenv("MALLOC_ARENA_MAX", "1")
    assert not keep_freed_memory()


@pytest.mark.parametrize("error", [OSError, TypeError])
def test_without_such_a_c_library_nothing_is_changed(
    monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    def missing(name: object) -> None:
        raise error(f"no library {name}")

    _clear(monkeypatch)
    monkeypatch.setattr(ctypes, "CDLL", missing)
    assert not keep_freed_memory()


def test_a_c_library_without_the_setting_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    _clear(monkeypatch)
    monkeypatch.setattr(ctypes, "CDLL", lambda name: object())
    assert not keep_freed_memory()


def test_what_the_environment_sets_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MALLOC_ARENA_MAX", "1")
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "3")
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    monkeypatch.delenv("NUMPY_MADVISE_HUGEPAGE", raising=False)
    keep_freed_memory()
    assert (os.environ["OPENBLAS_NUM_THREADS"], os.environ["OMP_NUM_THREADS"]) == ("3", "1")
    assert os.environ["NUMPY_MADVISE_HUGEPAGE"] == "0"


def _clear(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.startswith(("MALLOC_", "GLIBC_TUNABLES")):
            monkeypatch.delenv(name)
