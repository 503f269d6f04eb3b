"""Tasks over processes of one machine."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from typing import Final

from comity.errors import UnavailableError
from comity.simulator.comparing import DayResult, Plan, Task, run_task, set_stages
from comity.simulator.payment_table import PaymentTable
from comity.simulator.staging import Stage

BREAKS_MAX: Final = 3
"""How often workers may die before a sweep gives up."""

_ORPHANED: Final = 1

_stages: dict[str, Stage] = {}
"""Of a worker process: the options, set up once."""


def run_here(
    table: PaymentTable, plan: Plan, tasks: Sequence[tuple[int, Task]]
) -> Iterator[tuple[int, tuple[DayResult, ...]]]:
    """Do tasks one behind another in this process; yield number and results."""
    stages = set_stages(table, plan)
    for number, task in tasks:
        yield number, run_task(stages[task.option], task)


def run_in_processes(
    table: PaymentTable, plan: Plan, tasks: Sequence[tuple[int, Task]], jobs: int
) -> Iterator[tuple[int, tuple[DayResult, ...]]]:
    """Do tasks in so many processes; yield number and results as they come.

    A worker that dies costs what it was doing; its task is given to another.

    Raises:
        UnavailableError: workers died `BREAKS_MAX` times.
    """
    # The first is done here: it refuses what cannot be compared, and compiles once what is not
    # compiled yet.
    yield from run_here(table, plan, tasks[:1])
    left = dict(tasks[1:])
    for _ in range(BREAKS_MAX):
        try:
            for number, part in _run_pool(table, plan, left, jobs):
                del left[number]
                yield number, part
        except BrokenProcessPool:
            continue
        return
    raise UnavailableError(
        f"workers: found {BREAKS_MAX} times that one died, expected them to last; see whether"
        " memory suffices, give fewer --jobs, and run the same command again: what is done is kept"
    )


def _run_pool(
    table: PaymentTable, plan: Plan, tasks: dict[int, Task], jobs: int
) -> Iterator[tuple[int, tuple[DayResult, ...]]]:
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(
        min(jobs, max(len(tasks), 1)), context, initializer=_begin, initargs=(table, plan)
    )
    try:
        futures = [pool.submit(_do, number, task) for number, task in tasks.items()]
        for future in as_completed(futures):
            yield future.result()
    except BaseException:
        for process in list((pool._processes or {}).values()):
            process.terminate()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _begin(table: PaymentTable, plan: Plan) -> None:
    """Set a worker up; that a person breaks the sweep off is for the process that started it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _stages.clear()
    _stages.update(set_stages(table, plan))


def _end_with_parent() -> None:
    """End this process once the one that started it is gone: nobody would read what it finds.

    A killed parent closes nothing, and every worker holds the writing end of the queue that all of
    them read, so that none would ever see its end.
    """
    parent = multiprocessing.parent_process()
    assert parent is not None, "workers are started by a process"
    parent.join()
    os._exit(_ORPHANED)


def _do(number: int, task: Task) -> tuple[int, tuple[DayResult, ...]]:
    return number, run_task(_stages[task.option], task)
