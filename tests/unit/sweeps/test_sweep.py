"""The same results wherever tasks run, and nothing lost or trusted blindly on the way."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures.process import BrokenProcessPool
from datetime import time as clock
from fractions import Fraction
from pathlib import Path

import pytest
from tests.kit.payment_tables import random_table

from comity.errors import UnavailableError
from comity.simulator.comparing import DayResult, Plan, Results, compare
from comity.simulator.document import Sampling, compare_document
from comity.simulator.hours import Hours
from comity.simulator.options import OPTIONS, with_cycles
from comity.simulator.payment_table import PaymentTable
from comity.sweeps import Sweep, SweepInterrupted, processes, run_sweep, sweep
from comity.sweeps.progress_log import FOLDER
from comity.sweeps.records import decode_record, encode_record

TABLE = random_table(4, 60, days=3)
PLAN = Plan(
    tuple(OPTIONS[name] for name in ("gross", "net-multilateral", "setoff", "correspondent")),
    (Fraction(0), Fraction(1, 2)),
    Hours(clock(8), clock(18)),
    detailed_at=Fraction(1, 2),
    side=(with_cycles(OPTIONS["net-multilateral"], 2),),
)
TASKS = 4 * 2 * 3 + 3


def said(results: Results) -> str:
    return json.dumps(compare_document(TABLE, results, Sampling(1, 1000, Fraction(1, 2))))


EXPECTED = said(compare(TABLE, PLAN))


def log_of(folder: Path) -> Path:
    (path,) = (folder / FOLDER).glob("*/done.jsonl")
    return path


@pytest.mark.parametrize("jobs", [1, 2, 3])
def test_the_results_are_the_same_over_any_number_of_processes(tmp_path: Path, jobs: int) -> None:
    told: list[tuple[int, int]] = []
    found, log = run_sweep(TABLE, PLAN, Sweep(tmp_path, jobs), lambda *each: told.append(each))
    assert said(found) == EXPECTED
    assert told == [(done, TASKS) for done in range(TASKS + 1)]
    assert len(log.read()) == TASKS
    log.remove()
    assert list(tmp_path.iterdir()) == []


def test_every_result_comes_back_from_its_text_exactly() -> None:
    for one in compare(TABLE, PLAN).results:
        text = json.dumps(encode_record((one,)))
        (again,) = decode_record(tuple[DayResult, ...], json.loads(text))
        assert json.dumps(encode_record((again,))) == text
        assert again.level == one.level
        assert again.measures.currencies[0].delay == one.measures.currencies[0].delay
        assert again.measures.credit == one.measures.credit
        assert (again.details is None) == (one.level == 0)


def broken_off(table: PaymentTable, plan: Plan, tasks: list[object]) -> Iterator[object]:
    """Do seven tasks, then behave as if somebody pressed Ctrl-C."""
    for number, each in enumerate(processes.run_here(table, plan, tasks)):  # type: ignore[arg-type]
        if number == 7:
            raise KeyboardInterrupt
        yield each


def test_what_is_broken_off_goes_on_where_it_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(sweep, "run_here", broken_off)
        with pytest.raises(SweepInterrupted, match="7 of 27 parts are done and kept"):
            run_sweep(TABLE, PLAN, Sweep(tmp_path, 1))
    told: list[int] = []
    found, _ = run_sweep(TABLE, PLAN, Sweep(tmp_path, 1), lambda done, _: told.append(done))
    assert told == list(range(7, TASKS + 1))
    assert said(found) == EXPECTED


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[: len(data) // 2],
        lambda data: data.replace(b'"settled_minor":', b'"settled_minor":1', 1),
        lambda data: b"\xff\xfe nonsense\n" + data[100:],
        lambda data: b"",
    ],
    ids=["torn", "changed", "nonsense", "empty"],
)
def test_what_is_kept_is_checked_and_done_again_where_it_is_damaged(
    tmp_path: Path, damage: object
) -> None:
    run_sweep(TABLE, PLAN, Sweep(tmp_path, 1))
    path = log_of(tmp_path)
    path.write_bytes(damage(path.read_bytes()))  # type: ignore[operator]
    told: list[int] = []
    found, log = run_sweep(TABLE, PLAN, Sweep(tmp_path, 1), lambda done, _: told.append(done))
    assert told[0] < TASKS
    assert said(found) == EXPECTED
    assert len(log.read()) == TASKS


def test_what_is_kept_of_other_payments_or_another_plan_is_not_taken(tmp_path: Path) -> None:
    run_sweep(random_table(5, 60, days=3), PLAN, Sweep(tmp_path, 1))
    told: list[int] = []
    run_sweep(TABLE, PLAN, Sweep(tmp_path, 1), lambda done, _: told.append(done))
    assert told[0] == 0
    # A line of another sweep that somebody copied has another checksum.
    one, other = sorted((tmp_path / FOLDER).glob("*/done.jsonl"))
    one.write_bytes(other.read_bytes())
    for table in (TABLE, random_table(5, 60, days=3)):
        again: list[int] = []
        run_sweep(table, PLAN, Sweep(tmp_path, 1), lambda done, _: again.append(done))  # noqa: B023
        assert again[0] in {0, TASKS}


def test_workers_that_always_die_end_the_sweep_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_: object) -> Iterator[object]:
        raise BrokenProcessPool

    monkeypatch.setattr(processes, "_run_pool", dies)
    with pytest.raises(UnavailableError, match="fewer --jobs, and run the same command again"):
        run_sweep(TABLE, PLAN, Sweep(tmp_path, 2))
    assert len(log_of(tmp_path).read_bytes().split()) == 2  # the first task's checksum and line


# Slower: real processes, really killed.

PAYMENTS = 2_000
OPTIONS_ASKED = (
    *("--option", "gross", "--option", "net-multilateral", "--option", "correspondent"),
    *("--option", "gross-offset"),  # takes longest: whoever interrupts finds it at work
)
COMMAND = (sys.executable, "-c", "from comity.cli import main; main()", "compare")


@pytest.fixture
def payments(tmp_path: Path) -> Path:
    path = tmp_path / "pays.csv"
    lines = ["date,time,debtor,creditor,currency,amount_minor"]
    for number in range(PAYMENTS):
        day, minute = divmod(number, 100)
        payer = number * 7 % 11
        payee = (payer + 1 + number % 9) % 11
        at = f"2026-01-{day + 1:02},{9 + minute // 20:02}:{minute % 20:02}"
        lines.append(f"{at},B{payer},B{payee},RUB,{number % 977 + 1}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def started(payments: Path, out: Path, jobs: int) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.Popen(
        [*COMMAND, payments, *OPTIONS_ASKED, "--out", out, "--jobs", str(jobs)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        start_new_session=True,
    )


def ended(process: subprocess.Popen[bytes]) -> tuple[int, bytes]:
    """Wait for a process; return its code and what it said on standard error."""
    _, words = process.communicate(timeout=300)
    return process.returncode, words


def wait_for_lines(out: Path, count: int) -> None:
    for _ in range(1200):
        logs = list((out / FOLDER).glob("*/done.jsonl"))
        if logs and logs[0].read_bytes().count(b"\n") >= 2 * count:
            return
        time.sleep(0.05)
    raise AssertionError("the sweep did not get so far")


def wait_for_end_of_group(group: int) -> None:
    """Wait until no process of a group is left: workers end with the one that started them."""
    for _ in range(200):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)
    raise AssertionError("workers were left behind")


@pytest.mark.slow
def test_killed_or_stopped_by_hand_it_goes_on_and_ends_in_the_same_bytes(
    tmp_path: Path, payments: Path
) -> None:
    straight, out = tmp_path / "straight", tmp_path / "out"
    assert ended(started(payments, straight, 1))[0] == 0
    killed = started(payments, out, 2)
    wait_for_lines(out, 5)
    killed.kill()
    assert ended(killed)[0] == -signal.SIGKILL
    wait_for_end_of_group(killed.pid)
    stopped = started(payments, out, 2)
    wait_for_lines(out, 40)
    stopped.send_signal(signal.SIGINT)
    code, words = ended(stopped)
    assert code == 130, words.decode()
    assert b"are done and kept; run the same command again to go on" in words
    assert not (out / "compare.json").exists()
    assert ended(started(payments, out, 2))[0] == 0
    for name in ("compare.json", "figures.csv", "report.html"):
        assert (out / name).read_bytes() == (straight / name).read_bytes()
    assert not (out / FOLDER).exists()


@pytest.mark.slow
def test_a_cluster_that_loses_a_worker_ends_in_the_same_results(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    scheduler_file = tmp_path / "scheduler.json"
    words = ("--host", "127.0.0.1", "--scheduler-file", str(scheduler_file))
    scheduler = [sys.executable, "-m", "distributed.cli.dask_scheduler", *words]
    worker = [sys.executable, "-m", "distributed.cli.dask_worker", *words[:2], "--nthreads", "1"]
    worker += ["--no-dashboard", "--no-nanny", "--scheduler-file", str(scheduler_file)]
    running = [subprocess.Popen([*scheduler, "--no-dashboard", "--port", "0"], env=environment)]
    try:
        running += [subprocess.Popen(worker, env=environment, cwd=tmp_path) for _ in range(2)]
        for _ in range(600):
            if scheduler_file.is_file() and scheduler_file.stat().st_size:
                break
            time.sleep(0.05)
        address = json.loads(scheduler_file.read_text(encoding="utf-8"))["address"]

        def told(done: int, _: int) -> None:
            if done == 3:
                running[1].kill()

        found, _ = run_sweep(TABLE, PLAN, Sweep(tmp_path / "out", cluster=address), told)
        assert said(found) == EXPECTED
        assert running[1].wait(30) == -signal.SIGKILL
    finally:
        for process in running:
            process.kill()
            process.wait(30)


def test_without_a_scheduler_the_cluster_is_unavailable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("comity.sweeps.cluster.CONNECT_SECONDS", 1)
    with pytest.raises(UnavailableError, match="found no scheduler at"):
        run_sweep(TABLE, PLAN, Sweep(tmp_path, cluster="tcp://127.0.0.1:1"))
