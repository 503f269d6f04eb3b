"""Set-off clears the greatest sum, always the same way, and changes nobody's net position."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kit.obligations import (
    WITNESS,
    Row,
    cleared_by_trying,
    merged,
    net_debts,
    random_network,
)

from comity.errors import LimitExceededError
from comity.netting import Obligations, SetOffError, findings_against, maximise_setoff
from comity.netting.setoff import OBLIGATIONS_MINOR_MAX

PARTIES = 5
PAIRS = st.tuples(st.integers(0, PARTIES - 1), st.integers(0, PARTIES - 1)).filter(
    lambda pair: pair[0] != pair[1]
)
SMALL = st.lists(st.tuples(PAIRS, st.integers(1, 3)), max_size=6).map(
    lambda rows: [(debtor, creditor, amount) for (debtor, creditor), amount in rows]
)
LARGE = st.lists(st.tuples(PAIRS, st.integers(1, 10**17)), max_size=20).map(
    lambda rows: [(debtor, creditor, amount) for (debtor, creditor), amount in rows]
)


def cleared_and_proved(obligations: Obligations) -> int:
    setoff = maximise_setoff(obligations)
    assert findings_against(obligations, None, setoff) == []
    return int(setoff.cleared_minor.sum())


def test_the_witness_clears_thirty() -> None:
    assert cleared_and_proved(merged(WITNESS, 3)) == 30


def test_a_circle_clears_its_least_obligation_all_around() -> None:
    obligations = merged([(0, 1, 7), (1, 2, 5), (2, 0, 9)], 3)
    assert maximise_setoff(obligations).cleared_minor.tolist() == [5, 5, 5]


def test_a_chain_clears_nothing_and_its_levels_say_why() -> None:
    setoff = maximise_setoff(merged([(0, 1, 7), (1, 2, 5)], 3))
    assert setoff.cleared_minor.tolist() == [0, 0]
    assert setoff.potentials.tolist() == [0, 1, 2]


def test_nothing_is_set_off_where_nothing_is_owed() -> None:
    for parties in (0, 3):
        setoff = maximise_setoff(merged([], parties))
        assert setoff.cleared_minor.tolist() == []
        assert setoff.potentials.tolist() == [0] * parties
        assert findings_against(merged([], parties), None, setoff) == []


def test_parties_without_obligations_change_nothing() -> None:
    few, many = merged(WITNESS, 3), merged(WITNESS, 9)
    assert (
        maximise_setoff(few).cleared_minor.tolist() == maximise_setoff(many).cleared_minor.tolist()
    )


@given(SMALL)
@settings(max_examples=300)
def test_no_other_way_clears_more(rows: list[Row]) -> None:
    assert cleared_and_proved(merged(rows, PARTIES)) == cleared_by_trying(rows, None, PARTIES)


@given(LARGE)
def test_every_party_pays_by_set_off_what_it_receives_by_it(rows: list[Row]) -> None:
    obligations = merged(rows, PARTIES)
    setoff = maximise_setoff(obligations)
    assert findings_against(obligations, None, setoff) == []
    left = obligations._replace(amounts_minor=obligations.amounts_minor - setoff.cleared_minor)
    assert net_debts(left).tolist() == net_debts(obligations).tolist()
    assert not setoff.drawn_minor.any()
    assert not setoff.returned_minor.any()


@given(LARGE)
def test_levels_start_at_zero_and_what_is_left_leads_upwards(rows: list[Row]) -> None:
    obligations = merged(rows, PARTIES)
    cleared, potentials, _, _ = maximise_setoff(obligations)
    assert potentials.min() == 0
    rises = potentials[obligations.creditors] - potentials[obligations.debtors]
    assert (rises[cleared < obligations.amounts_minor] >= 1).all()
    assert (rises[cleared > 0] <= 1).all()


@given(LARGE, st.randoms(use_true_random=False))
def test_the_order_of_obligations_does_not_matter(rows: list[Row], random: object) -> None:
    expected = maximise_setoff(merged(rows, PARTIES))
    random.shuffle(rows)  # type: ignore[attr-defined]  # hypothesis gives a random.Random
    for one, other in zip(expected, maximise_setoff(merged(rows, PARTIES)), strict=True):
        assert one.tolist() == other.tolist()


def test_the_same_network_is_set_off_the_same_way_again() -> None:
    obligations = random_network("scale-free", 300, 3_000, 5)
    first, second = maximise_setoff(obligations), maximise_setoff(obligations)
    assert all((one == other).all() for one, other in zip(first, second, strict=True))


def test_what_one_component_clears_does_not_depend_on_another() -> None:
    one = random_network("random", 50, 400, 1)
    alone = maximise_setoff(one).cleared_minor
    other = random_network("random", 50, 400, 2)
    both = Obligations(
        np.concatenate([other.debtors, one.debtors + 50]),
        np.concatenate([other.creditors, one.creditors + 50]),
        np.concatenate([other.amounts_minor, one.amounts_minor]),
        100,
    )
    assert maximise_setoff(both).cleared_minor[-len(alone) :].tolist() == alone.tolist()


def test_set_off_takes_columns_that_may_not_be_written_and_leaves_them_as_they_are() -> None:
    obligations = merged(WITNESS, 3)
    for column in obligations[:3]:
        column.flags.writeable = False
    before = [column.tolist() for column in obligations[:3]]
    assert cleared_and_proved(obligations) == 30
    assert [column.tolist() for column in obligations[:3]] == before


def test_sums_up_to_the_limit_are_exact_and_one_more_is_refused() -> None:
    half = OBLIGATIONS_MINOR_MAX // 2
    assert cleared_and_proved(merged([(0, 1, half), (1, 0, half)], 2)) == OBLIGATIONS_MINOR_MAX
    above = merged([(0, 1, half), (1, 0, half)], 2)
    above.amounts_minor[0] += 1
    with pytest.raises(LimitExceededError, match=str(OBLIGATIONS_MINOR_MAX + 1)):
        maximise_setoff(above)


@pytest.mark.parametrize(
    ("debtors", "creditors", "amounts"),
    [
        ([1, 0], [0, 1], [1, 1]),  # not in order
        ([0, 0], [1, 1], [1, 1]),  # a pair twice
        ([0, 1], [0, 0], [1, 1]),  # owed to itself
        ([0, 1], [1, 2], [1, 1]),  # no such party
        ([-1, 1], [1, 0], [1, 1]),
        ([0, 1], [1, 0], [0, 1]),  # nothing owed
        ([0, 1], [1, 0], [1]),
    ],
)
def test_edges_that_are_not_canonical_are_refused(
    debtors: list[int], creditors: list[int], amounts: list[int]
) -> None:
    columns = np.array(debtors, np.int32), np.array(creditors, np.int32), np.array(amounts)
    with pytest.raises(SetOffError):
        maximise_setoff(Obligations(*columns, 2))
