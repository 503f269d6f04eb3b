"""A result is proved by its potentials alone, and a changed one is refused unless still proved."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.kit.obligations import WITNESS, Row, merged, net_debts, random_network
from tests.unit.netting.test_setoff import PARTIES, SMALL

from comity.netting import Obligations, SetOff, findings_against, maximise_setoff
from comity.netting.setoff import POTENTIAL_MAX, Int64s

COLUMNS = ("cleared_minor", "potentials", "drawn_minor", "returned_minor")


def changed(setoff: SetOff, name: str, at: int, by: int) -> SetOff:
    column: Int64s = getattr(setoff, name).copy()
    column[at] += by
    return setoff._replace(**{name: column})


def is_greatest(obligations: Obligations, liquidity: Int64s | None, setoff: SetOff) -> bool:
    """Say in Python's integers whether the result is possible and its bound is met.

    Potentials beyond what is counted are no proof, whatever they would say.
    """
    edges = list(zip(*(column.tolist() for column in obligations[:3]), strict=True))
    cleared, levels, drawn, returned = (column.tolist() for column in setoff)
    lent = [0] * obligations.party_count if liquidity is None else liquidity.tolist()
    balance = [d - r for d, r in zip(drawn, returned, strict=True)]
    for (debtor, creditor, _), amount in zip(edges, cleared, strict=True):
        balance[debtor] -= amount
        balance[creditor] += amount
    possible = (
        not any(balance)
        and all(0 <= amount <= edge[2] for amount, edge in zip(cleared, edges, strict=True))
        and all(0 <= d <= limit for d, limit in zip(drawn, lent, strict=True))
        and all(r >= 0 for r in returned)
        and all(abs(level) <= POTENTIAL_MAX for level in levels)
    )
    node = levels[-1] if liquidity is not None else max(levels, default=0)
    bound = sum(amount * max(0, 1 + levels[d] - levels[c]) for d, c, amount in edges)
    if liquidity is not None:
        possible = possible and all(level <= node for level in levels)
        bound += sum((node - level) * limit for level, limit in zip(levels, lent, strict=False))
    return possible and bound == sum(cleared)


@given(
    SMALL.filter(bool),
    st.none() | st.lists(st.integers(0, 3), min_size=PARTIES, max_size=PARTIES),
    st.sampled_from(COLUMNS),
    st.integers(0, 10),
    st.sampled_from([-2, -1, 1, 2, 10**18, -(10**18)]),
)
def test_a_change_is_refused_unless_it_still_proves_the_greatest_sum(
    rows: list[Row], liquidity: list[int] | None, name: str, at: int, by: int
) -> None:
    obligations = merged(rows, PARTIES)
    lent = None if liquidity is None else np.array(liquidity)
    setoff = maximise_setoff(obligations, lent)
    assert is_greatest(obligations, lent, setoff)
    other = changed(setoff, name, at % len(getattr(setoff, name)), by)
    accepted = findings_against(obligations, lent, other) == []
    assert accepted == is_greatest(obligations, lent, other)


@pytest.mark.parametrize("with_liquidity", [False, True])
def test_every_single_change_of_a_flow_is_refused(with_liquidity: bool) -> None:
    obligations = random_network("random", 40, 200, 4)
    lent = np.maximum(net_debts(obligations), 0) // 2 if with_liquidity else None
    setoff = maximise_setoff(obligations, lent)
    for name in ("cleared_minor", "drawn_minor", "returned_minor"):
        for at in range(len(getattr(setoff, name))):
            for by in (-1, 1):
                assert findings_against(obligations, lent, changed(setoff, name, at, by))


def test_a_circulation_that_is_not_the_greatest_is_refused_whatever_the_potentials() -> None:
    obligations = merged(WITNESS, 3)
    pairs_first = SetOff(np.array([10, 8, 2, 2]), *np.zeros((3, 3), np.int64))
    for levels in np.ndindex(3, 3, 3):
        claimed = pairs_first._replace(potentials=np.array(levels))
        assert findings_against(obligations, None, claimed)


def test_findings_name_what_is_wrong_how_often_and_where_first() -> None:
    obligations = merged(WITNESS, 3)
    setoff = maximise_setoff(obligations)
    assert findings_against(obligations, None, changed(setoff, "cleared_minor", 0, 1)) == [
        "cleared below zero or above the obligation: 1 times, first edge 0",
        "pays and returns another sum than it receives and draws: 2 times, first party 0",
    ]
    level = setoff._replace(potentials=np.zeros(3, np.int64))
    assert findings_against(obligations, None, level) == [
        "not wholly cleared although it leads less than one level up: 1 times, first edge 1"
    ]


def test_columns_of_another_length_are_refused() -> None:
    obligations = merged(WITNESS, 3)
    setoff = maximise_setoff(obligations)
    for name in COLUMNS:
        short = setoff._replace(**{name: getattr(setoff, name)[:-1]})
        assert findings_against(obligations, None, short) == [
            f"{name} has {len(getattr(setoff, name)) - 1} values,"
            f" expected {len(getattr(setoff, name))}"
        ]
    nothing = np.zeros(3, np.int64)
    assert findings_against(obligations, nothing, setoff) == ["potentials has 3 values, expected 4"]


def test_liquidity_out_of_nowhere_is_refused() -> None:
    obligations = merged(WITNESS, 3)
    setoff = maximise_setoff(obligations, np.array([0, 8, 0]))
    without = setoff._replace(potentials=np.zeros(3, np.int64))
    assert any("liquidity" in one for one in findings_against(obligations, None, without))


@pytest.mark.parametrize("sign", [-1, 1])
def test_potentials_so_large_that_sums_would_wrap_are_refused(sign: int) -> None:
    obligations = merged(WITNESS, 3)
    setoff = maximise_setoff(obligations)
    for size in (POTENTIAL_MAX + 1, 2**63 - 1):
        far = setoff._replace(potentials=np.array([sign * size, 0, 0]))
        assert any("is beyond" in one for one in findings_against(obligations, None, far))


@pytest.mark.parametrize("size", [2**63 - 1, -(2**63), 4 * 10**18, -(4 * 10**18)])
def test_amounts_so_large_that_sums_would_wrap_are_refused(size: int) -> None:
    obligations = merged(WITNESS, 3)
    liquidity = np.array([0, 3, 0])
    setoff = maximise_setoff(obligations, liquidity)
    for name in ("cleared_minor", "drawn_minor", "returned_minor"):
        column = np.full_like(getattr(setoff, name), size)
        assert findings_against(obligations, liquidity, setoff._replace(**{name: column}))
