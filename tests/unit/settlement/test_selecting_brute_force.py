"""Choices over currencies that legs link, against all subsets; and random days with trades."""

import random
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.kit.batches import Driver, clock
from tests.unit.settlement.test_legs_brute_force import crossing, linking_scheme
from tests.unit.settlement.test_legs_machine import LIMITS, random_day, random_rules, scheme_of
from tests.unit.settlement.test_selecting_linked import HOURLY, decided, with_saving

from comity.agreements import LiquiditySaving, PaymentVersusPayment, QueueThreshold, Release
from comity.money import BALANCE_MINOR_MAX
from comity.netting import SelectionStop
from comity.payments.codes import Mechanism, PairState
from comity.service.selecting import SolverChooser
from comity.settlement import apply, new_state
from comity.settlement.invariants_pairs import other_legs, pairs_of_state
from comity.settlement.selecting import SelectionRefusedError, read_selection
from comity.settlement.selection_choices import SelectionChoice
from comity.settlement.selection_problems import SelectionProblem, problems
from comity.settlement.state import State, all_queued
from comity.settlement.tables import COUNTER_CURRENCIES

WORTH = {417: Fraction(10000, 12263), 643: Fraction(1)}
"""What a minor unit is worth in roubles, the unit of valuation, at the only rate there is."""


def subsets(count: int) -> NDArray[np.bool_]:
    """Return all subsets of so many payments, one a row."""
    return (np.arange(2**count)[:, None] >> np.arange(count) & 1).astype(np.bool_)


def best_of_all(state: State, queued: list[int]) -> tuple[int, NDArray[np.bool_]]:
    """Return the greatest worth of queued payments that can settle in one moment, and all of these.

    Everybody has an account of its own; told from balances, sender limits and pairs alone.
    """
    books = state.known_books()
    width = int(books.counters[COUNTER_CURRENCIES])
    chosen = subsets(len(queued))
    live: Any = books.live[queued]
    amounts = live["debit_minor"].astype(np.int64)
    places = len(books.places)
    sent, got = np.zeros((len(queued), places), np.int64), np.zeros((len(queued), places), np.int64)
    sent[np.arange(len(queued)), live["payer"]] = amounts
    got[np.arange(len(queued)), live["payee"]] = amounts
    net, pays = chosen @ (sent - got), (chosen @ sent) > 0
    accounts = books.places["settlement"]
    balance = books.balances[np.maximum(accounts, 0)]
    free = balance["posted"] - balance["held"] + balance["limit"]
    allowed = (~pays | (net <= free)).all(axis=1)
    for payer, payee, row in sender_limits(state):
        at = np.isin(live["payer"], payer) & np.isin(live["payee"], payee)
        back = np.isin(live["payee"], payer) & np.isin(live["payer"], payee)
        taken = chosen @ (np.where(at, amounts, 0) - np.where(back, amounts, 0))
        draws = (chosen & at).any(axis=1)
        allowed &= ~draws | (taken <= int(row["limit_minor"]) - int(row["sent_minor"]))
    for leg, other in other_legs(state).items():
        if leg in queued:
            allowed &= chosen[:, queued.index(leg)] == chosen[:, queued.index(other)]
    currencies = [state.known_chart().currencies[each] for each in (live["payer"] % width)]
    worth = [
        round(int(amount) * WORTH[code]) for amount, code in zip(amounts, currencies, strict=True)
    ]
    return int((chosen @ np.array(worth))[allowed].max()), chosen[allowed]


def sender_limits(state: State) -> Iterator[tuple[Any, Any, Any]]:
    """Yield payers, payees and the row of each limit of a sender, as places."""
    limits = state.known_books().limits
    everybody = np.arange(len(state.known_books().places))
    for payer, row in enumerate(limits.multilateral):
        if row["limit_minor"] < BALANCE_MINOR_MAX:
            yield [payer], everybody, row
    for payer in range(len(limits.starts) - 1):
        for at in range(limits.starts[payer], limits.starts[payer + 1]):
            yield [payer], [int(limits.payees[at])], limits.bilateral[at]


@pytest.mark.parametrize("first", range(0, 120, 15))
def test_what_the_solver_chooses_is_the_best_of_all_subsets_over_both_currencies(
    first: int,
) -> None:
    across, better, seeded = 0, 0, 0
    for seed in range(first, first + 15):
        dice = random.Random(seed)
        scheme = with_saving(linking_scheme(dice), HOURLY)
        scheme = replace(scheme, position_limits=dice.choice(((), LIMITS)))
        driver = Driver(scheme).start()
        for payment in crossing(dice, 3):
            driver.send(payment)
        driver.advance("08:00")
        queued = np.sort(all_queued(driver.state.known_books())).tolist()
        found = problems(driver.state, clock("08:00"))
        if not any(len(each.currencies) > 1 for each in found):
            continue
        (problem,) = found
        best, allowed = best_of_all(driver.state, queued)
        chosen = SolverChooser().choose(problem)
        assert chosen.is_optimal, f"seed {seed}"
        assert chosen.value_minor == best, f"seed {seed}"
        seed_worth = int(problem.weights[problem.seed].sum())
        assert seed_worth == chosen.seed_value_minor <= best
        is_chosen = np.isin(queued, problem.payments[chosen.selected])
        assert (allowed == is_chosen).all(axis=1).any(), f"seed {seed}"
        check_every_subset(driver.state, problem, queued, allowed, dice)
        driver.run(decided(driver))
        live = driver.state.known_books().live[queued]
        assert (live["mechanism"][is_chosen] == Mechanism.SELECTION).all()
        across += int(chosen.selected[problem.links.ravel()].sum())
        seeded += int(problem.seed[problem.links.ravel()].sum())
        better += chosen.value_minor > seed_worth
    assert across, "some of what settles together are legs"
    assert better, "order may be passed over"
    assert seeded, "prefixes are looked for over both currencies"


def check_every_subset(
    state: State,
    problem: SelectionProblem,
    queued: list[int],
    allowed: NDArray[np.bool_],
    dice: random.Random,
) -> None:
    """Take some subsets of each kind: the engine reads what is allowed and refuses the rest."""
    known = {tuple(row) for row in allowed.tolist()}
    tried = subsets(len(queued)).tolist()
    for row in [*dice.sample(tried, min(8, len(tried))), *dice.sample(sorted(known), 1)]:
        payments = [payment for payment, is_in in zip(queued, row, strict=True) if is_in]
        said = problem_answer(state, problem, payments)
        assert said == (tuple(row) in known), payments


def problem_answer(state: State, problem: SelectionProblem, payments: list[int]) -> bool:
    """Return whether the engine would take a choice, without carrying it out."""
    stopped_by = SelectionStop.FINISHED
    choice = SelectionChoice(problem.currencies, tuple(payments), 10**12, 1, stopped_by)
    try:
        read_selection(state, clock("08:00"), [choice])
    except SelectionRefusedError:
        return False
    return True


SAVINGS = (
    HOURLY,
    LiquiditySaving(2, 30, selection_every=60),
    LiquiditySaving(0, None, Release.BYPASS, selection_every=30),
    LiquiditySaving(0, None, multilateral_on_entry=True, selection_every=60),
    LiquiditySaving(
        0, None, multilateral_threshold=(QueueThreshold("KGS", 40_00),), selection_every=90
    ),
)


@pytest.mark.parametrize("first", range(0, 40, 10))
def test_random_days_with_trades_keep_every_invariant_and_replay_to_the_same_bytes(
    first: int,
) -> None:
    for seed in range(first, first + 10):
        dice = random.Random(seed)
        rules = replace(random_rules(dice), saving=SAVINGS[seed % len(SAVINGS)])
        driver = Driver(scheme_of(rules)).start()
        for payment in random_day(dice, 60):
            driver.select_due(payment.at)
            driver.send(payment)
        driver.select_due("18:15")
        driver.close()
        for open_state in (PairState.UNMATCHED, PairState.MATCHED):
            assert not len(pairs_of_state(driver.state, open_state)), "no pair outlives its day"
        again = new_state()
        for batch, outcome in zip(driver.batches, driver.outcomes, strict=True):
            repeated = apply(again, batch)
            assert repeated.events.tobytes() == outcome.events.tobytes()
            assert repeated.transfers.tobytes() == outcome.transfers.tobytes()


def test_trades_settle_by_selection_in_crowded_days() -> None:
    settled = 0
    for seed in range(6):
        dice = random.Random(seed)
        terms = PaymentVersusPayment(None, None)
        rules = replace(random_rules(dice), saving=HOURLY, opening=10_00, terms=terms)
        driver = Driver(scheme_of(replace(rules, reserved=(0, 0), limits=()))).start()
        for payment in random_day(dice, 60):
            driver.select_due(payment.at)
            driver.send(payment)
        driver.select_due("18:15")
        driver.close()
        legs = pairs_of_state(driver.state, PairState.SETTLED)["first"]
        mechanisms = driver.state.known_books().live["mechanism"][legs]
        settled += int((mechanisms == Mechanism.SELECTION).sum())
    assert settled
