"""Measurements as a table for people and as JSON for programs, targets beside."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.measuring import Measurement

TARGETS = {
    "files to durable": 12_000,
    "columns to durable": 300_000,
    "screening: lists loaded and indexed": 800,
    "screening: payments, every name new": 2_000,
    "resume from the journal": 100_000,
    "engine: strict FIFO": 1_000_000,
    "engine: and multilateral every minute": 500_000,
    "compare: a day, file to results": 333_334,
    "compare: a sweep, 2 processes": 20,
    "release: strict FIFO": 10_000_000,
    "release: strict FIFO, large": 10_000_000,
    "release: bypass": 4_000_000,
    "release: and multilateral every minute": 1_250_000,
    "release: the same, tight": 1_250_000,
}
"""Units a second that a measurement is to reach at least."""

PER_MILLE_TARGETS = {
    "last_fifth": 800,
    "recall": 990,
    "times_pssimpy": 10_000_000,
    "times_pssimpy_from_file": 200_000,
}
"""What a ratio is to reach at least, per mille: speed of the last fifth of the batches over that of
the first, and our speed over that of PSSimPy, of kernels alone and from file to results."""

SOLVER_TARGETS = {
    "set-off, random, proved": {"times_ortools": 833},
    "set-off, scale-free, proved": {"times_ortools": 1_000},
}
"""The same by measurement: with the proof in at most 1.2 times the time of OR-tools, or in less."""

PEAK_TARGETS = {
    "screening: lists loaded and indexed": 500_000_000,
    "set-off, large, scale-free, proved": 2_000_000_000,
    "compare: a day, file to results": 1_500_000_000,
}
"""Bytes that a measurement may hold at most."""

_IN_TENTHS = frozenset({"recall", "recall_of_kind", "false_hits"})
"""Shares of which a tenth of a percent counts."""

_TIMES = "times_"
"""How the name of a ratio begins that is shown as so many times, not as a share."""

PEAK_BYTES_TARGET = 10**9
"""What a day of a million payments may hold in memory."""

_MEGABYTE = 1_000_000
_WHOLE_FROM = 10  # smaller figures are shown with a fraction
_WIDTH_IN_FILES = 160


def print_table(machine: Mapping[str, str], found: Sequence[Measurement]) -> None:
    """Print the machine and one line a measurement."""
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=_WIDTH_IN_FILES)
    width = max(map(len, machine))
    for name, value in machine.items():
        console.print(f"{name:<{width}}  {value}", markup=False)
    table = Table(title="Units a second: median of the runs, slowest and fastest in brackets")
    table.add_column("measured")
    for heading in ("size", "runs", "wall", "CPU", "seconds", "peak MB", "target"):
        table.add_column(heading, justify="right")
    for one in found:
        table.add_row(*_cells(one))
    console.print(table)
    console.print(
        "CPU: units a second of the process's own CPU time, which other load delays less."
    )


def _cells(one: Measurement) -> tuple[str, ...]:
    target = TARGETS.get(one.name)
    wanted = [f"{target:,}"] if target else []
    wanted += [_ratio(one.name, key, value) for key, value in one.per_mille.items()]
    if one.name in PEAK_TARGETS:
        wanted.append(f"≤ {PEAK_TARGETS[one.name] / _MEGABYTE:,.0f} MB")
    return (
        one.name,
        f"{one.count:,} {one.unit}",
        str(len(one.runs)),
        f"{_rate(one.median)} [{_rate(min(one.runs))}–{_rate(max(one.runs))}]",
        _rate(one.cpu_median),
        f"{one.seconds:,.2f}",
        f"{one.peak_bytes / _MEGABYTE:,.0f}",
        ", ".join(wanted),
    )


def _ratio(measured: str, key: str, per_mille: int) -> str:
    target = SOLVER_TARGETS.get(measured, PER_MILLE_TARGETS).get(key)
    words = f"{key.removeprefix(_TIMES).replace('_', ' ')} {_ratio_words(key, per_mille)}"
    return f"{words} (≥ {_ratio_words(key, target)})" if target else words


def _ratio_words(key: str, per_mille: int) -> str:
    value = per_mille / 1000
    if not key.startswith(_TIMES):
        return f"{value:.1%}" if key in _IN_TENTHS else f"{value:.0%}"
    return f"{value:,.0f}×" if value >= _WHOLE_FROM else f"{value:.2f}×"


def _rate(per_second: float) -> str:
    return f"{per_second:,.0f}" if per_second >= _WHOLE_FROM else f"{per_second:.2f}"


def to_document(machine: Mapping[str, str], found: Sequence[Measurement]) -> dict[str, Any]:
    """Return the same as JSON values; rates are units a second, memory is bytes."""
    return {
        "machine": dict(machine),
        "peak_bytes_target": PEAK_BYTES_TARGET,
        "measurements": [
            {
                "name": one.name,
                "unit": one.unit,
                "count": one.count,
                "runs_per_second": list(one.runs),
                "median_per_second": one.median,
                "cpu_median_per_second": one.cpu_median,
                "seconds": one.seconds,
                "peak_bytes": one.peak_bytes,
                "per_mille": one.per_mille,
                "target_per_second": TARGETS.get(one.name),
            }
            for one in found
        ],
    }
