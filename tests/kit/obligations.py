"""Networks of obligations, made at random in the shapes that real ones have, and solved elsewhere.

Other people's solvers of the same problem are here too, each in the formulation that is most
natural to it, so that nothing but the problem is shared with comity.
"""

from collections.abc import Sequence

import highspy
import numpy as np
from numpy.typing import NDArray
from ortools.graph.python import min_cost_flow  # type: ignore[import-untyped]  # has no types

from comity.netting import Obligations, merge_obligations

Int64s = NDArray[np.int64]
Row = tuple[int, int, int]
"""Debtor, creditor, amount in minor units."""

WITNESS = ((0, 1, 10), (1, 0, 8), (1, 2, 10), (2, 0, 10))
"""Clearing pairs first leaves a network in which less can be cleared than at once: 22 of 30."""


def merged(rows: Sequence[Row], party_count: int) -> Obligations:
    """Return the edges of single obligations."""
    columns = np.array(rows, np.int64).reshape(-1, 3)
    return merge_obligations(columns[:, 0], columns[:, 1], columns[:, 2], party_count)[0]


def net_debts(obligations: Obligations) -> Int64s:
    """Return by party what it owes less what it is owed."""
    debts = np.zeros(obligations.party_count, np.int64)
    np.add.at(debts, obligations.debtors, obligations.amounts_minor)
    np.subtract.at(debts, obligations.creditors, obligations.amounts_minor)
    return debts


def random_network(shape: str, parties: int, rows: int, seed: int) -> Obligations:
    """Return a network of one shape: `random`, `scale-free` or `core-periphery`."""
    random = np.random.default_rng(seed)
    weights: NDArray[np.floating]
    match shape:
        case "random":
            weights = np.full(parties, 1.0)
        case "scale-free":
            weights = np.arange(1, parties + 1) ** -0.7
        case _:
            # A tenth of the parties takes part in nine of ten obligations.
            weights = np.where(np.arange(parties) < parties // 10, 81.0, 1.0)
    chances = weights / weights.sum()
    debtors = random.choice(parties, rows, p=chances)
    creditors = random.choice(parties, rows, p=chances)
    amounts = 1 + random.lognormal(9, 1.6, rows).astype(np.int64)
    kept = debtors != creditors
    return merge_obligations(debtors[kept], creditors[kept], amounts[kept], parties)[0]


def cleared_by_ortools(obligations: Obligations, liquidity: Int64s | None = None) -> int:
    """Return the greatest sum that can be cleared: a circulation where each unit cleared gains."""
    parties = obligations.party_count
    flow = min_cost_flow.SimpleMinCostFlow()
    amounts = obligations.amounts_minor
    arcs = flow.add_arcs_with_capacity_and_unit_cost(
        obligations.debtors, obligations.creditors, amounts, np.full(len(amounts), -1)
    )
    if liquidity is not None:
        every, node = np.arange(parties), np.full(parties, parties)
        free = np.zeros(parties, np.int64)
        flow.add_arcs_with_capacity_and_unit_cost(node, every, liquidity, free)
        unbounded = np.full(parties, int(amounts.sum() + liquidity.sum()))
        flow.add_arcs_with_capacity_and_unit_cost(every, node, unbounded, free)
    flow.set_nodes_supplies(np.arange(parties + 1), np.zeros(parties + 1, np.int64))
    assert flow.solve() == flow.OPTIMAL
    return int(flow.flows(arcs).sum())


def cleared_by_highs(obligations: Obligations, liquidity: Int64s | None = None) -> int:
    """Return the greatest sum that can be cleared: a linear programme, one row a party."""
    edges, parties = len(obligations.amounts_minor), obligations.party_count
    programme = highspy.HighsLp()
    programme.num_col_, programme.num_row_ = edges, parties
    programme.col_cost_ = np.full(edges, -1.0)
    programme.col_lower_ = np.zeros(edges)
    programme.col_upper_ = obligations.amounts_minor.astype(np.float64)
    # What a party pays less what it receives: zero, or at most its liquidity.
    free = np.full(parties, -highspy.kHighsInf)
    programme.row_lower_ = np.zeros(parties) if liquidity is None else free
    programme.row_upper_ = np.zeros(parties) if liquidity is None else liquidity.astype(np.float64)
    programme.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    programme.a_matrix_.start_ = np.arange(0, 2 * edges + 1, 2, dtype=np.int32)
    ends = np.stack([obligations.debtors, obligations.creditors], axis=1)
    programme.a_matrix_.index_ = ends.ravel().astype(np.int32)
    programme.a_matrix_.value_ = np.tile([1.0, -1.0], edges)
    solver = highspy.Highs()  # type: ignore[no-untyped-call]  # its constructor has no types
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.passModel(programme)
    solver.run()
    assert solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return round(float(np.sum(solver.getSolution().col_value)))


def cleared_by_trying(rows: Sequence[Row], liquidity: Sequence[int] | None, parties: int) -> int:
    """Return the greatest sum among all ways to clear whole units, tried one by one."""
    if not rows:
        return 0
    ranges = [np.arange(amount + 1) for _, _, amount in rows]
    ways = np.stack([one.ravel() for one in np.meshgrid(*ranges)], axis=1)
    paid = np.zeros((len(ways), parties), np.int64)
    for column, (debtor, creditor, _) in enumerate(rows):
        paid[:, debtor] += ways[:, column]
        paid[:, creditor] -= ways[:, column]
    possible = (paid == 0) if liquidity is None else (paid <= np.array(liquidity))
    return int(ways[possible.all(axis=1)].sum(axis=1).max())
