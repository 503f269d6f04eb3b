"""Tasks on a Dask cluster. Its workers must have the same comity installed."""

from collections.abc import Iterator, Sequence
from typing import Final

from comity.errors import UnavailableError, UsageError
from comity.simulator.comparing import DayResult, Plan, Task, run_task, set_stages
from comity.simulator.payment_table import PaymentTable
from comity.simulator.staging import Stage

CONNECT_SECONDS: Final = 15

_stages: dict[str, dict[str, Stage]] = {}
"""Of a worker: the options of the latest sweep, set up once; by key of the sweep."""


def run_on_cluster(
    address: str, key: str, table: PaymentTable, plan: Plan, tasks: Sequence[tuple[int, Task]]
) -> Iterator[tuple[int, tuple[DayResult, ...]]]:
    """Do tasks on the cluster of a scheduler; yield number and results as they come.

    A worker that is lost costs what it was doing: the scheduler gives its tasks to others.

    Raises:
        UsageError: Dask is not installed.
        UnavailableError: there is no scheduler at the address.
    """
    try:
        # An extra that most installations do without.
        from distributed import Client, as_completed  # noqa: PLC0415
    except ImportError as error:
        raise UsageError(
            "--dask: found no Dask, expected the extra: install comity[dask]"
        ) from error
    try:
        client = Client(address, timeout=CONNECT_SECONDS)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise UnavailableError(f"--dask: found no scheduler at {address} ({error})") from error
    with client:
        inputs = client.scatter([(table, plan)], broadcast=True)[0]  # type: ignore[no-untyped-call]
        futures = [client.submit(_do, key, inputs, *each, pure=False) for each in tasks]
        for future in as_completed(futures):  # type: ignore[no-untyped-call]
            yield future.result()


def _do(
    key: str, inputs: tuple[PaymentTable, Plan], number: int, task: Task
) -> tuple[int, tuple[DayResult, ...]]:
    if key not in _stages:
        _stages.clear()
        _stages[key] = set_stages(*inputs)
    return number, run_task(_stages[key][task.option], task)
