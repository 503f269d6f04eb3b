"""Settle a day with PSSimPy and print what it took; run by `alternatives` in another environment.

A FIFO queue, no credit, and windows of a quarter of an hour. Its queue is tested whole before any
payment of it settles, so it may overdraw: how much it settles must not be compared with ours.
"""

import importlib
import json
import re
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

_OPENS = 8
_CLOSES = 17


def simulation(path: str) -> Any:
    """Return PSSimPy's simulation of the day in a file of columns."""
    columns = np.load(path)
    names = [f"bank{number}" for number in range(len(columns["opening_minor"]))]
    at = columns["minutes"].tolist()
    payments = {
        "sender_account": [names[number] for number in columns["payer"]],
        "recipient_account": [names[number] for number in columns["payee"]],
        "amount": columns["amount_minor"].astype(float).tolist(),
        "time": [f"{_OPENS + minute // 60:02d}:{minute % 60:02d}" for minute in at],
    }
    accounts = {
        "id": names,
        "owner": names,
        "balance": columns["opening_minor"].astype(float).tolist(),
        "posted_collateral": [0.0] * len(names),
    }
    return importlib.import_module("PSSimPy.simulator").BasicSim(
        name="day",
        banks={"name": names},
        accounts=accounts,
        transactions=payments,
        open_time=f"{_OPENS:02d}:00",
        close_time=f"{_CLOSES:02d}:00",
        queue=importlib.import_module("PSSimPy.queues").FIFOQueue(),
        credit_facility=importlib.import_module("PSSimPy.credit_facilities").SimpleCollateralized(),
    )


def _peak_bytes() -> int:
    """Return the most memory this program held; `getrusage` would count who started it as well."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii"))
    assert found is not None, "Linux says how much a process has held"
    return int(found[1]) * 1024


def main() -> None:
    """Settle the day named on the command line and print one line of JSON."""
    day = simulation(sys.argv[1])
    wall, cpu = time.perf_counter(), time.process_time()
    day.run()
    said = {
        "seconds": time.perf_counter() - wall,
        "cpu_seconds": time.process_time() - cpu,
        "peak_bytes": _peak_bytes(),
    }
    print(json.dumps(said))


if __name__ == "__main__":
    main()
