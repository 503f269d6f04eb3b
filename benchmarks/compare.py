"""Comparisons: from a file of payments to results on disk, many trials at once, beside PSSimPy.

Payments are those of `release.release_day`, written as CSV. Everything a user waits for is timed
but the start of the program, which has a line of its own: reading, trying, figures, documents.
"""

import csv
import io
import json
import os
import subprocess
import sys
import time
from datetime import date, timedelta
from datetime import time as clock
from fractions import Fraction
from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import csv as pyarrow_csv

from benchmarks import alternatives
from benchmarks.measuring import Order, Sample, Stopwatch
from benchmarks.release import release_day
from comity.feeds.payments import load_payments
from comity.queueing import DayColumns
from comity.reports.publication import write_whole
from comity.simulator.comparing import Plan, compare
from comity.simulator.document import Sampling, compare_document
from comity.simulator.figures import FIGURE_COLUMNS, figure_rows
from comity.simulator.hours import Hours
from comity.simulator.options import OPTIONS, Option, with_cycles
from comity.simulator.payment_format import PaymentFormat
from comity.sweeps import Sweep, run_sweep

HALF = Fraction(1, 2)
LEVELS = tuple(Fraction(part, 4) for part in range(5))
SWEEP_DAYS = 20
SWEEP_OPTIONS = (
    OPTIONS["gross"],
    OPTIONS["gross-bypass"],
    OPTIONS["gross-offset"],
    OPTIONS["net-bilateral"],
    with_cycles(OPTIONS["net-bilateral"], 1),
    *(with_cycles(OPTIONS["net-multilateral"], count) for count in (1, 4, 8, 24)),
    OPTIONS["hybrid"],
    OPTIONS["setoff"],
    OPTIONS["correspondent"],
)
TRIALS = SWEEP_DAYS * len(SWEEP_OPTIONS) * len(LEVELS)

_HOURS = Hours(clock(8), clock(18))
_FIRST_DAY = date(2026, 1, 5)
_OPENS_US = 8 * 3_600_000_000
_RESAMPLES = 1_000
_FEW = 2_000
_WARM_UP = 20_000  # more than a batch of the engine, so that every kernel is loaded


def compare_file(order: Order) -> list[Sample]:
    """Read a day, try one option with every figure there is, and write the results."""
    _tried(_written(order.folder, "warm.csv", *_days(_WARM_UP, 1)), order.folder)
    path = _written(order.folder, "day.csv", *_days(order.size, 1))
    watch = Stopwatch()
    _tried(path, order.folder)
    return [watch.sample("compare: a day, file to results", "payments", order.size)]


def compare_beside_pssimpy(order: Order) -> list[Sample]:
    """Take a day by the minute from file to result, and let PSSimPy run it; its loading is free."""
    day, sent = release_day(order.size, participants=alternatives.PARTICIPANTS)
    minutes = day.at_us // 60_000_000
    day = DayColumns(minutes * 60_000_000, day.payer, day.payee, day.amount_minor)
    opening = sent * alternatives.OPENING_PER_CENT // 100
    theirs = alternatives.run_pssimpy(order.folder, day, minutes, opening)
    theirs.per_mille.clear()
    _tried(_written(order.folder, "warm.csv", *_days(_WARM_UP, 1)), order.folder)
    path = _written(order.folder, "day.csv", [day], alternatives.PARTICIPANTS)
    watch = Stopwatch()
    _tried(path, order.folder)
    ours = watch.sample("compare: PSSimPy's day, file to results", "payments", order.size)
    ours.per_mille["times_pssimpy_from_file"] = round(1000 * theirs.cpu_seconds / ours.cpu_seconds)
    return [theirs, ours, _start(order.folder)]


def compare_sweep(order: Order) -> list[Sample]:
    """Try twelve options with five levels on twenty days, over every core of the machine."""
    os.sched_setaffinity(0, range(os.cpu_count() or 1))
    path = _written(order.folder, "days.csv", *_days(order.size, SWEEP_DAYS))
    table = load_payments(path, PaymentFormat())
    plan = Plan(SWEEP_OPTIONS, LEVELS, _HOURS, detailed_at=HALF)
    begun = time.perf_counter()
    cpu = sum(os.times()[:4])
    jobs = len(os.sched_getaffinity(0))
    results, log = run_sweep(table, plan, Sweep(order.folder / "sweep", jobs))
    document = compare_document(table, results, Sampling(1, _RESAMPLES, HALF))
    write_whole(order.folder / "sweep.json", json.dumps(document).encode())
    log.remove()
    seconds, used = time.perf_counter() - begun, sum(os.times()[:4]) - cpu
    peak = Stopwatch().sample("", "", 1).peak_bytes
    return [Sample(f"compare: a sweep, {jobs} processes", "trials", TRIALS, seconds, used, peak)]


def _tried(path: Path, folder: Path, option: Option = OPTIONS["gross"]) -> None:
    table = load_payments(path, PaymentFormat())
    results = compare(table, Plan((option,), (HALF,), _HOURS, detailed_at=HALF))
    document = compare_document(table, results, Sampling(1, _RESAMPLES, HALF))
    write_whole(folder / "compare.json", json.dumps(document).encode())
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(FIGURE_COLUMNS)
    writer.writerows(figure_rows(results))
    write_whole(folder / "figures.csv", text.getvalue().encode())


def _start(folder: Path) -> Sample:
    """Return how long the program takes for two thousand payments: all but nothing is its start."""
    command = (sys.executable, "-c", "from comity.cli import main; main()", "compare")
    words = ("--option", "gross", "--liquidity", "0.5", "--out", folder / "start", "--json")
    small = _written(folder, "few.csv", *_days(_FEW, 1))
    begun, cpu = time.perf_counter(), sum(os.times()[2:4])
    subprocess.run([*command, small, *words], check=True, stdout=subprocess.DEVNULL)
    seconds, used = time.perf_counter() - begun, sum(os.times()[2:4]) - cpu
    return Sample("compare: start, kernels from cache", "starts", 1, seconds, used, 0)


def _days(count: int, days: int) -> tuple[list[DayColumns], int]:
    day, sent = release_day(count)
    return [day] * days, len(sent)


def _written(folder: Path, name: str, days: list[DayColumns], participants: int) -> Path:
    """Write days as CSV, each payment of a later day 1 minor unit dearer than the day before."""
    names = np.array([f"Bank {number:02}" for number in range(participants)])
    parts = []
    for number, day in enumerate(days):
        seconds, rest = np.divmod(day.at_us + _OPENS_US, 1_000_000)
        at = (np.datetime64("1970-01-01T00:00:00") + seconds.astype("timedelta64[s]")).astype(str)
        times = [
            f"{text[11:]}.{part:06}" for text, part in zip(at.tolist(), rest.tolist(), strict=True)
        ]
        on = (_FIRST_DAY + timedelta(days=number)).isoformat()
        parts.append(
            pa.table(
                {
                    "date": [on] * len(times),
                    "time": times,
                    "debtor": names[day.payer],
                    "creditor": names[day.payee],
                    "currency": ["RUB"] * len(times),
                    "amount_minor": day.amount_minor + number,
                }
            )
        )
    path = folder / name
    pyarrow_csv.write_csv(pa.concat_tables(parts), path)
    return path
