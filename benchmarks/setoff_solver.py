"""Set off a network with another program and print what it took; run by `alternatives` elsewhere.

All find the least that must remain unpaid when everybody's net debt stays as it is, which is what
comity solves too. Timed is each from the arrays of its arcs to the flows; networkx has no arrays,
so there the graph is made before the clock starts.
"""

import importlib
import json
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

Columns = Any
"""Debtors, creditors, amounts and net debts of a network, as `numpy.load` gives them."""


def _ortools(columns: Columns) -> Callable[[], int]:
    module = importlib.import_module("ortools.graph.python.min_cost_flow")
    debtors, creditors, amounts = _edges(columns)
    debts = columns["net_debts"]

    def solve() -> int:
        solver = module.SimpleMinCostFlow()
        arcs = solver.add_arcs_with_capacity_and_unit_cost(
            debtors, creditors, amounts, np.ones(len(amounts), np.int64)
        )
        solver.set_nodes_supplies(np.arange(len(debts)), debts)
        assert solver.solve() == solver.OPTIMAL
        return int(solver.flows(arcs).sum())

    return solve


def _highs(columns: Columns) -> Callable[[], int]:
    highspy = importlib.import_module("highspy")
    debtors, creditors, amounts = _edges(columns)
    debts = columns["net_debts"].astype(np.float64)

    def solve() -> int:
        edges = len(amounts)
        programme = highspy.HighsLp()
        programme.num_col_, programme.num_row_ = edges, len(debts)
        programme.col_cost_ = np.ones(edges)
        programme.col_lower_, programme.col_upper_ = np.zeros(edges), amounts.astype(np.float64)
        programme.row_lower_ = programme.row_upper_ = debts
        programme.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        programme.a_matrix_.start_ = np.arange(0, 2 * edges + 1, 2, dtype=np.int32)
        ends = np.stack([debtors, creditors], axis=1)
        programme.a_matrix_.index_ = ends.ravel().astype(np.int32)
        programme.a_matrix_.value_ = np.tile([1.0, -1.0], edges)
        solver = highspy.Highs()
        solver.setOptionValue("output_flag", False)
        solver.setOptionValue("threads", 1)
        solver.passModel(programme)
        solver.run()
        assert solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
        return round(float(np.sum(solver.getSolution().col_value)))

    return solve


def _networkx(columns: Columns) -> Callable[[], int]:
    networkx = importlib.import_module("networkx")
    graph = networkx.DiGraph()
    for party, debt in enumerate(columns["net_debts"].tolist()):
        # Here a demand is what comes in less what goes out.
        graph.add_node(party, demand=-debt)
    for debtor, creditor, amount in zip(*(each.tolist() for each in _edges(columns)), strict=True):
        graph.add_edge(debtor, creditor, capacity=amount, weight=1)

    def solve() -> int:
        cost, _ = networkx.network_simplex(graph)
        return int(cost)

    return solve


SOLVERS = {"ortools": _ortools, "highspy": _highs, "networkx": _networkx}


def _edges(columns: Columns) -> tuple[Any, Any, Any]:
    return columns["debtors"], columns["creditors"], columns["amounts_minor"]


def _peak_bytes() -> int:
    """Return the most memory this program held; `getrusage` would count who started it as well."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii"))
    assert found is not None, "Linux says how much a process has held"
    return int(found[1]) * 1024


def main() -> None:
    """Solve the network in a file with the solver named and print one line of JSON."""
    solve = SOLVERS[sys.argv[1]](np.load(sys.argv[2]))
    wall, cpu = time.perf_counter(), time.process_time()
    remaining = solve()
    said = {
        "seconds": time.perf_counter() - wall,
        "cpu_seconds": time.process_time() - cpu,
        "peak_bytes": _peak_bytes(),
        "remaining_minor": remaining,
    }
    print(json.dumps(said))


if __name__ == "__main__":
    main()
