"""A sweep: all tasks of a comparison, wherever they run, gone on with where it was broken off."""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from comity import __version__
from comity.simulator.comparing import DayResult, Plan, Results, Task, collect, tasks_of
from comity.simulator.document import option_document, plan_document, share_text
from comity.simulator.fingerprint import fingerprint_document, fingerprint_table
from comity.simulator.payment_table import PaymentTable
from comity.sweeps.cluster import run_on_cluster
from comity.sweeps.processes import run_here, run_in_processes
from comity.sweeps.progress_log import ProgressLog

WORTH_PROCESSES: Final = 100
"""Tasks from which on starting processes takes less time than it saves."""

Progress = Callable[[int, int], None]


class SweepInterrupted(KeyboardInterrupt):
    """A person broke the sweep off; what is done is kept.

    Attributes:
        done: tasks that are kept.
        total: of all.
    """

    def __init__(self, done: int, total: int) -> None:
        super().__init__(f"{done} of {total} parts are done and kept")
        self.done = done
        self.total = total


@dataclass(frozen=True, slots=True)
class Sweep:
    """Where a comparison runs.

    Attributes:
        out: folder of the results, in which what is done is kept until all is.
        jobs: processes on this machine; 1 for this process alone; None for as many as it has
            cores, where there is enough to do.
        cluster: address of a Dask scheduler; None for this machine.
    """

    out: Path
    jobs: int | None = None
    cluster: str | None = None


def run_sweep(
    table: PaymentTable, plan: Plan, sweep: Sweep, progress: Progress = lambda done, total: None
) -> tuple[Results, ProgressLog]:
    """Do every task of a plan that is not done yet.

    Returns:
        The results, the same bytes wherever tasks ran; and the log of what is done, to be removed
        once the results are written.

    Raises:
        UsageError: an option cannot settle these payments, or the cluster cannot be used.
        UnavailableError: workers died again and again, or the cluster is not there.
        SweepInterrupted: it was broken off; the same call goes on where it stopped.
    """
    tasks = tasks_of(table, plan)
    key = sweep_key(table, plan)
    with ProgressLog(sweep.out, key) as log:
        done = {number: part for number, part in log.read().items() if number < len(tasks)}
        progress(len(done), len(tasks))
        left = [(number, task) for number, task in enumerate(tasks) if number not in done]
        try:
            for number, part in _run(table, plan, sweep, key, left):
                log.write(number, part)
                done[number] = part
                progress(len(done), len(tasks))
        except KeyboardInterrupt as error:
            raise SweepInterrupted(len(done), len(tasks)) from error
    return collect(table, plan, [done[number] for number in range(len(tasks))]), log


def sweep_key(table: PaymentTable, plan: Plan) -> str:
    """Return what a sweep is known by: its payments, its plan and the version of comity."""
    return fingerprint_document(
        {
            "payments": fingerprint_table(table),
            "plan": plan_document(plan),
            "beside": [option_document(one) for one in plan.side],
            "detailed_at": share_text(plan.detailed_at),
            "version": __version__,
        }
    )


def _run(
    table: PaymentTable, plan: Plan, sweep: Sweep, key: str, tasks: Sequence[tuple[int, Task]]
) -> Iterator[tuple[int, tuple[DayResult, ...]]]:
    if not tasks:
        return iter(())
    if sweep.cluster is not None:
        return run_on_cluster(sweep.cluster, key, table, plan, tasks)
    jobs = sweep.jobs
    if jobs is None:
        jobs = len(os.sched_getaffinity(0)) if len(tasks) >= WORTH_PROCESSES else 1
    if jobs == 1 or len(tasks) == 1:
        return run_here(table, plan, tasks)
    return run_in_processes(table, plan, tasks, jobs)
