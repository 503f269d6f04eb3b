"""The shortfall waterfall: who draws what, whom it costs, and what is taken out."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.errors import UsageError
from comity.money import BALANCE_MINOR_MAX
from comity.netting import (
    Layer,
    LayerSource,
    ShortfallOutcome,
    ShortfallResult,
    settle_shortfall,
)
from comity.netting.shortfall import ChooseKept

OWN, COLLATERAL = LayerSource.OWN_BALANCE, LayerSource.COLLATERAL
CREDIT, FUND = LayerSource.CREDIT_LINE, LayerSource.GUARANTEE_FUND
Payment = tuple[int, int, int]


def column(amounts: Sequence[int]) -> np.ndarray:
    return np.array(amounts, np.int64)


def columns(payments: Sequence[Payment]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return (
        np.array([one[0] for one in payments], np.int32),
        np.array([one[1] for one in payments], np.int32),
        column([one[2] for one in payments]),
    )


def layered(*layers: tuple[LayerSource, Sequence[int]]) -> list[Layer]:
    return [Layer(source, column(available)) for source, available in layers]


def settle(
    payments: Sequence[Payment],
    *layers: tuple[LayerSource, Sequence[int]],
    choose_kept: ChooseKept | None = None,
) -> ShortfallResult:
    return settle_shortfall(*columns(payments), layered(*layers), choose_kept=choose_kept)


def greatest_prefixes(payments: Sequence[Payment]) -> ChooseKept:
    """Return a choice by the rule that a caller is to use: from the tail of whoever is short."""

    def choose(means: np.ndarray) -> np.ndarray:
        kept = [True] * len(payments)
        while True:
            left = means.tolist()
            for keeps, (payer, payee, amount) in zip(kept, payments, strict=True):
                left[payer] -= amount * keeps
                left[payee] += amount * keeps
            short = [party for party, amount in enumerate(left) if amount < 0]
            if not short:
                return np.array(kept, np.bool_)
            its = [at for at, one in enumerate(payments) if kept[at] and one[0] == short[0]]
            kept[its[-1]] = False

    return choose


def test_every_layer_is_drawn_only_when_the_one_before_is_used_up() -> None:
    """Party 0 owes 100: 40 of its own, 30 of collateral, 20 of credit, 10 of the fund."""
    found = settle(
        [(0, 1, 70), (0, 2, 30)],
        (OWN, [40, 0, 0]),
        (COLLATERAL, [30, 9, 9]),
        (CREDIT, [20, 9, 9]),
        (FUND, [4, 12, 8]),
    )
    assert found.outcome is ShortfallOutcome.COVERED
    assert found.drawn_minor[:, 0].tolist() == [40, 30, 20, 10]
    assert found.drawn_minor[:, 1:].sum() == 0
    # Its own contribution of 4 first; the other 6 from 12 and 8, in proportion: 3.6 and 2.4.
    assert found.charged_minor[3].tolist() == [4, 4, 2]
    assert found.recourse_minor.tolist() == [6, -4, -2]


def test_the_order_of_layers_is_the_agreements() -> None:
    found = settle([(0, 1, 10)], (CREDIT, [7, 0]), (OWN, [9, 0]))
    assert found.drawn_minor[:, 0].tolist() == [7, 3]


def test_a_balance_that_suffices_draws_nothing_else() -> None:
    found = settle([(0, 1, 10), (1, 0, 4)], (OWN, [6, 0]), (COLLATERAL, [5, 5]))
    assert found.outcome is ShortfallOutcome.COVERED
    assert found.drawn_minor.tolist() == [[6, 0], [0, 0]]
    assert found.uncovered_minor.tolist() == [0, 0]


def test_a_fund_covers_the_smaller_shortfalls_first() -> None:
    """Party 0 lacks 9, party 1 lacks 4, party 2 lacks 4; the fund has 8."""
    payments = [(0, 3, 9), (1, 3, 4), (2, 3, 4)]
    found = settle(payments, (OWN, [0] * 4), (FUND, [0, 0, 0, 8]))
    assert found.outcome is ShortfallOutcome.ABORTED
    assert found.uncovered_minor.tolist() == [9, 0, 0, 0]


def test_what_cannot_be_covered_is_taken_out_once_and_everybody_sees_the_effect() -> None:
    """0 owes 1 thirty and has ten; without its second payment, 1 lacks what it counted on."""
    payments = [(0, 1, 10), (0, 1, 20), (1, 2, 5), (1, 2, 8), (2, 0, 1)]
    found = settle(payments, (OWN, [10, 0, 0]), choose_kept=greatest_prefixes(payments))
    assert found.outcome is ShortfallOutcome.ROLLED
    assert found.kept.tolist() == [True, False, True, False, True]
    assert found.old_positions_minor.tolist() == [-29, 17, 12]
    assert found.positions_minor.tolist() == [-9, 5, 4]
    assert found.changes_minor.tolist() == [20, -12, -8]
    assert found.uncovered_minor.tolist() == [19, 0, 0]
    assert found.drawn_minor.tolist() == [[9, 0, 0]]


def test_after_a_roll_nobody_draws_more_from_the_fund_than_was_allotted_to_it() -> None:
    """The fund stands before the credit lines, so a survivor might else take another's part."""
    payments = [(0, 1, 30), (1, 2, 34), (3, 2, 6)]
    layers = (FUND, [0, 0, 10, 0]), (CREDIT, [0, 40, 0, 0])
    found = settle(payments, *layers, choose_kept=greatest_prefixes(payments))
    assert found.outcome is ShortfallOutcome.ROLLED
    assert found.kept.tolist() == [False, True, True]
    assert found.drawn_minor.tolist() == [[0, 4, 0, 6], [0, 30, 0, 0]]


def test_without_a_choice_of_payments_an_uncovered_set_is_aborted() -> None:
    found = settle([(0, 1, 11)], (OWN, [10, 0]))
    assert found.outcome is ShortfallOutcome.ABORTED
    assert not found.kept.any()
    assert found.positions_minor.tolist() == [0, 0]
    assert found.drawn_minor.sum() == 0
    assert found.uncovered_minor.tolist() == [1, 0]


def test_a_choice_that_keeps_nothing_aborts_the_set() -> None:
    found = settle([(0, 1, 11)], (OWN, [10, 0]), choose_kept=greatest_prefixes([(0, 1, 11)]))
    assert found.outcome is ShortfallOutcome.ABORTED


def test_a_fund_serves_only_those_who_may_draw() -> None:
    payments = columns([(0, 2, 5), (1, 2, 5)])
    may_draw = np.array([False, True, True])
    layers = [*layered((OWN, [0] * 3)), Layer(FUND, column([0, 0, 20]), may_draw)]
    found = settle_shortfall(*payments, layers)
    assert found.uncovered_minor.tolist() == [5, 0, 0]
    found = settle_shortfall(
        *payments, layers, choose_kept=greatest_prefixes([(0, 2, 5), (1, 2, 5)])
    )
    assert found.drawn_minor.tolist() == [[0, 0, 0], [0, 5, 0]]


def test_a_set_without_payments_is_covered() -> None:
    found = settle([], (OWN, [0, 0]))
    assert found.outcome is ShortfallOutcome.COVERED
    assert found.kept.tolist() == []


def test_a_choice_that_leaves_a_debtor_short_is_refused() -> None:
    with pytest.raises(UsageError, match="leaves party 0 short of 1"):
        settle(
            [(0, 1, 11), (1, 0, 1), (0, 1, 2)],
            (OWN, [10, 0]),
            choose_kept=lambda _: np.array([True, False, False]),
        )


@pytest.mark.parametrize("answer", [np.array([1]), np.array([True, True])])
def test_a_choice_of_another_shape_or_type_is_refused(answer: np.ndarray) -> None:
    with pytest.raises(UsageError, match="choose_kept: found"):
        settle([(0, 1, 11)], (OWN, [10, 0]), choose_kept=lambda _: answer)


@pytest.mark.parametrize(
    ("payments", "layers", "message"),
    [
        ([(0, 2, 1)], [(OWN, [0, 0])], "outside 0 … 1"),
        ([(0, 1, 0)], [(OWN, [0, 0])], "above zero"),
        ([(0, 1, BALANCE_MINOR_MAX), (0, 1, 1)], [(OWN, [0, 0])], "in all"),
        ([(0, 1, 1)], [(OWN, [0, -1])], "layer 0"),
        ([(0, 1, 1)], [(OWN, [0, 1]), (FUND, [BALANCE_MINOR_MAX, 1])], "layer 1"),
        ([(0, 1, 1)], [(OWN, [0, 1]), (FUND, [0])], "layers"),
        ([(0, 1, 1)], [], "layers"),
    ],
)
def test_amounts_and_parties_that_cannot_be_are_refused(
    payments: list[Payment], layers: list[tuple[LayerSource, list[int]]], message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        settle(payments, *layers)


def test_columns_of_unequal_length_are_refused() -> None:
    payers, payees, amounts = columns([(0, 1, 5)])
    with pytest.raises(UsageError, match="2 payers, 1 payees"):
        settle_shortfall(np.append(payers, payers), payees, amounts, layered((OWN, [5, 5])))


PARTIES = 4
AMOUNTS = st.lists(st.integers(0, 12), min_size=PARTIES, max_size=PARTIES)
LAYERS = st.lists(st.tuples(st.sampled_from(list(LayerSource)), AMOUNTS), min_size=1, max_size=4)
PAYMENTS = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(1, 20)).filter(
        lambda one: one[0] != one[1]
    ),
    max_size=12,
)


@given(PAYMENTS, LAYERS)
def test_money_is_conserved_and_no_layer_overdrawn_however_it_ends(
    payments: list[Payment], layers: list[tuple[LayerSource, list[int]]]
) -> None:
    found = settle(payments, *layers, choose_kept=greatest_prefixes(payments))
    assert found.old_positions_minor.sum() == 0
    assert found.positions_minor.sum() == 0
    assert found.recourse_minor.sum() == 0
    assert (found.drawn_minor >= 0).all()
    assert (found.charged_minor >= 0).all()
    # What debtors draw is what creditors receive, and each debtor draws its debit to the unit.
    debits = np.maximum(0, -found.positions_minor)
    assert found.drawn_minor.sum(axis=0).tolist() == debits.tolist()
    assert found.drawn_minor.sum() == np.maximum(0, found.positions_minor).sum()
    for at, (source, available) in enumerate(layers):
        assert (found.charged_minor[at] <= column(available)).all()
        if source is not FUND:
            assert found.charged_minor[at].tolist() == found.drawn_minor[at].tolist()
    if found.outcome is ShortfallOutcome.COVERED:
        assert found.kept.all()
        assert not found.uncovered_minor.any()
    else:
        assert found.uncovered_minor.any()
    assert found.kept.any() == (found.outcome is not ShortfallOutcome.ABORTED) or not payments
