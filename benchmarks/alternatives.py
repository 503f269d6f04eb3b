"""Other programs on the same input, each in an environment of its own, never in comity's.

`make bench` installs them from `requirements/bench.txt` into `build/bench-venv`; COMITY_BENCH_VENV
names another folder. Where there is none, what needs it is left out with a line that says so.
"""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.measuring import Sample
from comity.netting import Obligations
from comity.queueing import DayColumns

PARTICIPANTS = 20
OPENING_PER_CENT = 5

_ROOT = Path(__file__).resolve().parents[1]
_VARIABLE = "COMITY_BENCH_VENV"
_PSSIMPY_DAY = Path(__file__).with_name("pssimpy_day.py")
_SETOFF_SOLVER = Path(__file__).with_name("setoff_solver.py")


def environment() -> Path:
    """Return where the alternatives are installed, or would be."""
    return Path(os.environ.get(_VARIABLE) or _ROOT / "build" / "bench-venv")


def python() -> Path:
    """Return the interpreter that has them."""
    return environment() / "bin" / "python"


def why_missing(package: str) -> str | None:
    """Return in words why a package cannot be run, or None if it can."""
    if not python().is_file():
        return (
            f"no environment at {environment()}; `make bench` makes it where packages can be "
            f"installed, {_VARIABLE} names another"
        )
    probe = (str(python()), "-c", f"import {package}")
    done = subprocess.run(probe, check=False, capture_output=True, text=True)
    if done.returncode:
        words = done.stderr.strip().splitlines()
        return (
            f"{package} cannot be loaded at {environment()}: {words[-1] if words else 'no reason'}"
        )
    return None


def run_pssimpy(
    folder: Path, day: DayColumns, minutes: NDArray[np.int64], opening_minor: NDArray[np.int64]
) -> Sample:
    """Let PSSimPy settle a day, and return what it says of itself; loading is not counted.

    Args:
        folder: where the day is handed over and PSSimPy writes.
        day: the payments.
        minutes: by payment, minutes since the opening, which is the finest PSSimPy takes.
        opening_minor: by account.
    """
    path = folder / "pssimpy-day.npz"
    np.savez(
        path,
        minutes=minutes,
        payer=day.payer,
        payee=day.payee,
        amount_minor=day.amount_minor,
        opening_minor=opening_minor,
    )
    said = _ask(folder, _PSSIMPY_DAY, path.name)
    return Sample("PSSimPy's day: PSSimPy itself", "payments", len(minutes), **said)


def run_solver(folder: Path, package: str, name: str, network: Obligations) -> tuple[Sample, int]:
    """Let another program set a network off; return what it took, and the sum it leaves unpaid.

    Args:
        folder: where the network is handed over.
        package: which, a key of `setoff_solver.SOLVERS`.
        name: as shown.
        network: the obligations, merged.
    """
    path = folder / "network.npz"
    np.savez(
        path,
        debtors=network.debtors,
        creditors=network.creditors,
        amounts_minor=network.amounts_minor,
        net_debts=net_debts(network),
    )
    said = _ask(folder, _SETOFF_SOLVER, package, path.name)
    remaining = int(said.pop("remaining_minor"))
    return Sample(name, "edges", len(network.amounts_minor), **said), remaining


def net_debts(network: Obligations) -> NDArray[np.int64]:
    """Return by party what it owes less what it is owed."""
    debts = np.zeros(network.party_count, np.int64)
    np.add.at(debts, network.debtors, network.amounts_minor)
    np.subtract.at(debts, network.creditors, network.amounts_minor)
    return debts


def _ask(folder: Path, script: Path, *words: str) -> dict[str, Any]:
    """Run a script in the other environment, on this process's core; return the JSON it prints."""
    command = (str(python()), str(script), *words)
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=folder)
    said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return said
