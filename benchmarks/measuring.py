"""One measurement, and the process it is taken in.

Every run is a fresh process pinned to one core, so that nothing is left over from the run before
and the peak of memory belongs to what was measured. Both wall and CPU time are taken: where other
programs share the machine, the second says what the first would be without them.
"""

import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

_RUN = Path(__file__).with_name("run.py")
_MICRO = 1_000_000


@dataclass(frozen=True, slots=True)
class Sample:
    """What one run says of one thing.

    Attributes:
        name: what was measured.
        unit: what is counted, such as `payments` or `MB`.
        count: how many of them.
        seconds: wall time.
        cpu_seconds: time of the process on its core, in the kernel included.
        peak_bytes: most memory the process had held by the end.
        per_mille: further ratios, such as the last fifth's speed over the first's.
    """

    name: str
    unit: str
    count: int
    seconds: float
    cpu_seconds: float
    peak_bytes: int
    per_mille: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Order:
    """What a worker process is asked to measure.

    Attributes:
        benchmark: name, a key of `suite.BENCHMARKS`.
        size: in the benchmark's own unit.
        folder: where it may read and write.
    """

    benchmark: str
    size: int
    folder: Path


@dataclass(frozen=True, slots=True)
class Measurement:
    """Several runs of the same.

    Attributes:
        name: what was measured.
        unit: what is counted.
        count: how many of them in each run.
        runs: units a second by run, wall time.
        cpu_runs: the same by CPU time.
        peak_bytes: largest peak of memory of any run.
        per_mille: medians of further ratios.
    """

    name: str
    unit: str
    count: int
    runs: tuple[float, ...]
    cpu_runs: tuple[float, ...]
    peak_bytes: int
    per_mille: dict[str, int]

    @property
    def median(self) -> float:
        """Units a second, wall time."""
        return statistics.median(self.runs)

    @property
    def cpu_median(self) -> float:
        """Units a second of CPU time."""
        return statistics.median(self.cpu_runs)

    @property
    def seconds(self) -> float:
        """Median wall time of a run."""
        return self.count / self.median


class Stopwatch:
    """Wall and CPU time since it was made."""

    def __init__(self) -> None:
        self._wall = time.perf_counter()
        self._cpu = time.process_time()

    def sample(self, name: str, unit: str, count: int, **per_mille: int) -> Sample:
        """Return what has been measured until now."""
        seconds = time.perf_counter() - self._wall
        cpu_seconds = time.process_time() - self._cpu
        peak_bytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        return Sample(name, unit, count, seconds, cpu_seconds, peak_bytes, per_mille)


@contextmanager
def pinned() -> Iterator[int]:
    """Keep this process on one core, the last that it may use, and give its number."""
    allowed = os.sched_getaffinity(0)
    core = max(allowed)
    os.sched_setaffinity(0, {core})
    try:
        yield core
    finally:
        os.sched_setaffinity(0, allowed)


def run_worker(order: Order) -> list[Sample]:
    """Measure in a process of its own and return what it says.

    Raises:
        SystemExit: the worker failed; what it printed on standard error has been shown.
    """
    command = (
        sys.executable,
        str(_RUN),
        "--worker",
        order.benchmark,
        str(order.size),
        str(order.folder),
    )
    done = subprocess.run(command, check=False, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        sys.exit(f"{order.benchmark}: the worker ended with {done.returncode}")
    return [Sample(**one) for one in json.loads(done.stdout.splitlines()[-1])]


def tell(samples: Sequence[Sample]) -> None:
    """Print what a worker has measured, for the process that started it."""
    print(json.dumps([asdict(one) for one in samples]))


def summarise(runs: Sequence[Sequence[Sample]]) -> list[Measurement]:
    """Return one measurement for each thing that every run measured."""
    return [_summary(samples) for samples in zip(*runs, strict=True)]


def _summary(samples: Sequence[Sample]) -> Measurement:
    first = samples[0]
    assert all(one.name == first.name for one in samples), "runs measure the same in one order"
    return Measurement(
        name=first.name,
        unit=first.unit,
        count=first.count,
        runs=tuple(one.count / one.seconds for one in samples),
        cpu_runs=tuple(one.count / max(one.cpu_seconds, 1 / _MICRO) for one in samples),
        peak_bytes=max(one.peak_bytes for one in samples),
        per_mille={
            key: int(statistics.median(one.per_mille[key] for one in samples))
            for key in first.per_mille
        },
    )
