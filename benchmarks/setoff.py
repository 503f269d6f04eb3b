"""Set-off with its proof, beside other programs that solve the same networks without one.

Size is the number of single obligations, ten to a party. `random` draws both parties alike;
`scale-free` draws party i with weight i^-0.7, so that a few take part in most. The other programs
run in an environment of their own (`alternatives`), one after the other on the same core, and
must leave the same sum unpaid to the unit. A ratio is their CPU time over ours, in which the proof
that nothing more can be cleared is made and checked.
"""

import numpy as np
from numpy.typing import NDArray

from benchmarks import alternatives
from benchmarks.alternatives import net_debts
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

SMALLER = 10
"""By how much the networks are smaller that slower solvers are given."""

_NAMES = {"ortools": "OR-tools", "highspy": "HiGHS", "networkx": "networkx"}
_TENTHS = 10

Int64s = NDArray[np.int64]


def setoff_random(order: Order) -> list[Sample]:
    """Merge, solve, prove and allocate a random network; solve it with OR-tools."""
    return _measure(order, "random", ("ortools",))


def setoff_scale_free(order: Order) -> list[Sample]:
    """Merge, solve, prove and allocate a scale-free network; solve it with OR-tools."""
    return _measure(order, "scale-free", ("ortools",))


def setoff_small(order: Order) -> list[Sample]:
    """Do the same with a smaller network, which HiGHS solves too."""
    return _measure(order, "smaller, random", ("ortools", "highspy"))


def setoff_smallest(order: Order) -> list[Sample]:
    """Do the same with a network that networkx can solve within a minute."""
    return _measure(order, "smallest, random", ("ortools", "highspy", "networkx"))


def setoff_large(order: Order) -> list[Sample]:
    """Merge, solve, prove and allocate a network as large as memory is judged by."""
    return _measure(order, "large, scale-free", ())


def setoff_with_liquidity(order: Order) -> list[Sample]:
    """Solve and prove a scale-free network where each net debtor has a tenth of its net debt."""
    _warm_up()
    obligations, _ = merge_obligations(*_rows("scale-free", order.size))
    liquidity = np.maximum(net_debts(obligations), 0) // _TENTHS
    watch = Stopwatch()
    setoff = maximise_setoff(obligations, liquidity)
    assert findings_against(obligations, liquidity, setoff) == []
    edges = len(obligations.amounts_minor)
    return [watch.sample("set-off with liquidity, scale-free, proved", "edges", edges)]


def _measure(order: Order, shape: str, others: tuple[str, ...]) -> list[Sample]:
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
    left = int(obligations.amounts_minor.sum()) - cleared
    asked = [_ask(order, one, shape, obligations, left) for one in others if _is_there(one)]
    for package, sample in zip(filter(_is_there, others), asked, strict=True):
        ratio = round(1000 * sample.cpu_seconds / solving.cpu_seconds)
        solving.per_mille[f"times_{package}"] = ratio
    return [merging, solving, proving, allocating, *asked]


def _ask(order: Order, package: str, shape: str, network: Obligations, left: int) -> Sample:
    name = f"{_NAMES[package]} alone, {shape}"
    sample, remaining = alternatives.run_solver(order.folder, package, name, network)
    assert remaining == left, f"{package} leaves {remaining}, comity {left}"
    return sample


def _is_there(package: str) -> bool:
    return alternatives.why_missing(package) is None


def _rows(shape: str, size: int) -> tuple[Int64s, Int64s, Int64s, int]:
    """Return the debtor, creditor and amount of each obligation, and how many parties there are."""
    random = np.random.default_rng(SEED)
    parties = max(2, size // PARTY_OBLIGATIONS)
    if shape.endswith("random"):
        debtors, creditors = random.integers(0, parties, (2, size))
    else:
        chances = np.cumsum(np.arange(1, parties + 1) ** -SCALE_FREE_EXPONENT)
        drawn = np.searchsorted(chances, random.random((2, size)) * chances[-1])
        debtors, creditors = np.minimum(drawn, parties - 1)
    amounts = 1 + random.lognormal(9, 1.6, size).astype(np.int64)
    kept = debtors != creditors
    return debtors[kept], creditors[kept], amounts[kept], parties


def _warm_up() -> None:
    """Load every kernel of the path from its cache, or compile it."""
    debtors, creditors, amounts, parties = _rows("random", WARM_UP)
    obligations, edge_of = merge_obligations(debtors, creditors, amounts, parties)
    for liquidity in (None, np.zeros(parties, np.int64)):
        setoff = maximise_setoff(obligations, liquidity)
        assert findings_against(obligations, liquidity, setoff) == []
        allocate_cleared(edge_of, amounts, setoff.cleared_minor)
