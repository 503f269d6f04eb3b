"""comity, OR-tools and HiGHS agree to the unit on every shape of network."""

import numpy as np
import pytest
from tests.kit.obligations import cleared_by_highs, cleared_by_ortools, net_debts, random_network

from comity.netting import findings_against, maximise_setoff

SHAPES = ("random", "scale-free", "core-periphery")


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(("parties", "rows"), [(30, 60), (200, 1_500)])
def test_three_solvers_clear_the_same_sum(shape: str, seed: int, parties: int, rows: int) -> None:
    agree(shape, parties, rows, seed)


@pytest.mark.slow
@pytest.mark.parametrize("shape", SHAPES)
def test_three_solvers_clear_the_same_sum_among_ten_thousand(shape: str) -> None:
    agree(shape, 10_000, 50_000, 1)


def agree(shape: str, parties: int, rows: int, seed: int) -> None:
    obligations = random_network(shape, parties, rows, seed)
    some = np.maximum(net_debts(obligations), 0) // 4
    for liquidity in (None, some):
        setoff = maximise_setoff(obligations, liquidity)
        assert findings_against(obligations, liquidity, setoff) == []
        cleared = int(setoff.cleared_minor.sum())
        assert cleared == cleared_by_ortools(obligations, liquidity)
        assert cleared == cleared_by_highs(obligations, liquidity)
