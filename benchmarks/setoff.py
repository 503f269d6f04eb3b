"""Set-off with its proof, beside OR-tools solving the same network without one.

Size is the number of single obligations, ten to a party. `random` draws both parties alike;
`scale-free` draws party i with weight i^-0.7, so that a few take part in most. OR-tools' min-cost
flow is timed from its arcs to its flows, in a process of its own after comity's; it has to be there
(`requirements/test.txt`). What both clear must be the same to the unit.
"""

import importlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.measuring import Order, Sample, Stopwatch
from comity.netting import (
    Obligations,
    allocate_cleared,
    findings_against,
    maximise_setoff,
    merge_obligations,
)

PARTY_OBLIGATIONS = 10
SCALE_FREE_EXPONENT = 0.7
SEED = 3
WARM_UP = 1_000

Int64s = NDArray[np.int64]


def setoff_random(order: Order) -> list[Sample]:
    """Merge, solve, prove and allocate a random network."""
    return _measure(order, "random")


def setoff_scale_free(order: Order) -> list[Sample]:
    """Merge, solve, prove and allocate a scale-free network."""
    return _measure(order, "scale-free")


def setoff_with_liquidity(order: Order) -> list[Sample]:
    """Solve and prove a scale-free network where each net debtor has a tenth of its net debt."""
    _warm_up()
    obligations, _ = merge_obligations(*_rows("scale-free", order.size))
    liquidity = np.maximum(_net_debts(obligations), 0) // 10
    watch = Stopwatch()
    setoff = maximise_setoff(obligations, liquidity)
    assert findings_against(obligations, liquidity, setoff) == []
    edges = len(obligations.amounts_minor)
    return [watch.sample("set-off with liquidity, scale-free, proved", "edges", edges)]


def ortools_random(order: Order) -> list[Sample]:
    """Solve the random network with OR-tools."""
    return _measure_ortools(order, "random")


def ortools_scale_free(order: Order) -> list[Sample]:
    """Solve the scale-free network with OR-tools."""
    return _measure_ortools(order, "scale-free")


def _measure(order: Order, shape: str) -> list[Sample]:
    _warm_up()
    debtors, creditors, amounts, parties = _rows(shape, order.size)
    watch = Stopwatch()
    obligations, edge_of = merge_obligations(debtors, creditors, amounts, parties)
    edges = len(obligations.amounts_minor)
    merging = watch.sample(f"merge obligations, {shape}", "obligations", len(amounts))
    watch = Stopwatch()
    setoff = maximise_setoff(obligations)
    findings = findings_against(obligations, None, setoff)
    solving = watch.sample(f"set-off, {shape}, proved", "edges", edges)
    watch = Stopwatch()
    findings += findings_against(obligations, None, setoff)
    proving = watch.sample(f"check the proof, {shape}", "edges", edges)
    watch = Stopwatch()
    shares = allocate_cleared(edge_of, amounts, setoff.cleared_minor)
    allocating = watch.sample(f"allocate to obligations, {shape}", "obligations", len(amounts))
    cleared = int(setoff.cleared_minor.sum())
    assert findings == []
    assert int(shares.sum()) == cleared
    _file_of_sum(order, shape).write_text(str(cleared), encoding="ascii")
    return [merging, solving, proving, allocating]


def _measure_ortools(order: Order, shape: str) -> list[Sample]:
    solver: Any = importlib.import_module("ortools.graph.python.min_cost_flow").SimpleMinCostFlow()
    obligations, _ = merge_obligations(*_rows(shape, order.size))
    debtors, creditors, amounts, parties = obligations
    supplies = _net_debts(obligations)
    watch = Stopwatch()
    # The least that must remain, as comity solves it too.
    arcs = solver.add_arcs_with_capacity_and_unit_cost(
        debtors, creditors, amounts, np.ones(len(amounts), np.int64)
    )
    solver.set_nodes_supplies(np.arange(parties), supplies)
    assert solver.solve() == solver.OPTIMAL
    remaining = int(solver.flows(arcs).sum())
    sample = watch.sample(f"OR-tools alone, {shape}", "edges", len(amounts))
    expected = _file_of_sum(order, shape)
    if expected.is_file():
        assert int(amounts.sum()) - remaining == int(expected.read_text(encoding="ascii"))
    return [sample]


def _file_of_sum(order: Order, shape: str) -> Path:
    return order.folder / f"setoff-{shape}-{order.size}"


def _rows(shape: str, size: int) -> tuple[Int64s, Int64s, Int64s, int]:
    """Return the debtor, creditor and amount of each obligation, and how many parties there are."""
    random = np.random.default_rng(SEED)
    parties = max(2, size // PARTY_OBLIGATIONS)
    if shape == "random":
        debtors, creditors = random.integers(0, parties, (2, size))
    else:
        chances = np.cumsum(np.arange(1, parties + 1) ** -SCALE_FREE_EXPONENT)
        drawn = np.searchsorted(chances, random.random((2, size)) * chances[-1])
        debtors, creditors = np.minimum(drawn, parties - 1)
    amounts = 1 + random.lognormal(9, 1.6, size).astype(np.int64)
    kept = debtors != creditors
    return debtors[kept], creditors[kept], amounts[kept], parties


def _net_debts(obligations: Obligations) -> Int64s:
    debts = np.zeros(obligations.party_count, np.int64)
    np.add.at(debts, obligations.debtors, obligations.amounts_minor)
    np.subtract.at(debts, obligations.creditors, obligations.amounts_minor)
    return debts


def _warm_up() -> None:
    """Load every kernel of the path from its cache, or compile it."""
    debtors, creditors, amounts, parties = _rows("random", WARM_UP)
    obligations, edge_of = merge_obligations(debtors, creditors, amounts, parties)
    for liquidity in (None, np.zeros(parties, np.int64)):
        setoff = maximise_setoff(obligations, liquidity)
        assert findings_against(obligations, liquidity, setoff) == []
        allocate_cleared(edge_of, amounts, setoff.cleared_minor)
