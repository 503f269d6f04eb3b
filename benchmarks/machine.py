"""What the machine is: a figure without it says nothing."""

import os
import platform
import statistics
import time
from importlib import metadata
from pathlib import Path

import apsw

SYNCS = 200
_BLOCK = bytes(4096)


def describe(folder: Path) -> dict[str, str]:
    """Return the machine's facts in words, in the order in which they are shown.

    Args:
        folder: on the disk that is measured.
    """
    versions = ("numpy", "numba", "lxml", "apsw")
    return {
        "processor": _processor(),
        "cores": str(os.cpu_count()),
        "memory": f"{_memory_bytes() / 2**30:.0f} GiB",
        "system": f"{platform.system()} {platform.release()}",
        "load": " ".join(f"{one:.2f}" for one in os.getloadavg()),
        "sync": f"{statistics.median(sync_seconds(folder)) * 1000:.2f} ms for 4 KiB appended",
        "python": platform.python_version(),
        "sqlite": apsw.sqlite_lib_version(),
        **{name: metadata.version(name) for name in versions},
    }


def sync_seconds(folder: Path) -> list[float]:
    """Return how long each append of 4 KiB with its sync took."""
    path = folder / "sync"
    taken = []
    with path.open("wb", buffering=0) as file:
        for _ in range(SYNCS):
            start = time.perf_counter()
            file.write(_BLOCK)
            os.fdatasync(file.fileno())
            taken.append(time.perf_counter() - start)
    path.unlink()
    return taken


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor() or "unknown"


def _memory_bytes() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
