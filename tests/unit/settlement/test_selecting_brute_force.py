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
from tests.kit.schemes import small_scheme
from tests.unit.settlement.test_legs_brute_force import crossing, linking_scheme
from tests.unit.settlement.test_legs_machine import LIMITS, random_day, random_rules, scheme_of
from tests.unit.settlement.test_selecting_linked import HOURLY, decided, with_saving

from comity.agreements import (
    LiquiditySaving,
    PaymentVersusPayment,
    QueueThreshold,
    Release,
    Scheme,
)
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


def scheme_in(dice: random.Random, *, is_sponsored: bool) -> Scheme:
    """Return a scheme of little money whose goods are linked, with sponsored banks or without."""
    scheme = linking_scheme(dice)
    if not is_sponsored:
        return scheme
    accounts = tuple(
        replace(one, opening_balance_minor=dice.choice((0, 3_00, 9_00)))
        for one in small_scheme(0).accounts
    )
    return replace(scheme, accounts=accounts)


def subsets(count: int) -> NDArray[np.bool_]:
    """Return all subsets of so many payments, one a row."""
    return (np.arange(2**count)[:, None] >> np.arange(count) & 1).astype(np.bool_)


def could_settle(state: State) -> list[int]:
    """Return what waits, without what a correspondent pays to its own customer."""
    books = state.known_books()
    queued = np.sort(all_queued(books))
    payer, payee = (books.places[books.live[each][queued]] for each in ("payer", "payee"))
    within = (payer["loro"] < 0) & (payer["settlement"] == payee["settlement"])
    found: list[int] = queued[~within].tolist()
    return found


def taken_of_accounts(state: State, queued: list[int]) -> NDArray[np.int64]:
    """Return by payment, then by account, what settling it takes; below zero what it brings.

    Sponsored banks have an account at their correspondent, and draw on the one that it has.
    """
    books = state.known_books()
    taken = np.zeros((len(queued), len(books.balances)), np.int64)
    for at, payment in enumerate(queued):
        row: Any = books.live[payment]
        for sign, end in ((1, "payer"), (-1, "payee")):
            place = books.places[row[end]]
            taken[at, place["settlement"]] += sign * int(row["debit_minor"])
            if place["loro"] >= 0:
                taken[at, place["loro"]] += sign * int(row["debit_minor"])
    return taken


def best_of_all(state: State, queued: list[int]) -> tuple[int, NDArray[np.bool_]]:
    """Return the greatest worth of queued payments that can settle in one moment, and all of these.

    Told from balances, sender limits and pairs alone.
    """
    books = state.known_books()
    chosen = subsets(len(queued))
    live: Any = books.live[queued]
    amounts = live["debit_minor"].astype(np.int64)
    taken, balances = taken_of_accounts(state, queued), books.balances
    free = balances["posted"] - balances["held"] + balances["limit"]
    free = np.where(balances["unlimited"] != 0, BALANCE_MINOR_MAX, free)
    draws = chosen.astype(np.int64) @ (taken > 0) > 0
    allowed = (~draws | (chosen @ taken <= free)).all(axis=1)
    for payer, payee, row in sender_limits(state):
        there = np.isin(live["payer"], payer) & np.isin(live["payee"], payee)
        back = np.isin(live["payee"], payer) & np.isin(live["payer"], payee)
        sent = chosen @ (np.where(there, amounts, 0) - np.where(back, amounts, 0))
        left = int(row["limit_minor"]) - int(row["sent_minor"])
        allowed &= ~(chosen & there).any(axis=1) | (sent <= left)
    for leg, other in other_legs(state).items():
        if leg in queued:
            has_other = chosen[:, queued.index(other)] if other in queued else False
            allowed &= chosen[:, queued.index(leg)] == has_other
    width = int(books.counters[COUNTER_CURRENCIES])
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
    across, better = 0, 0
    for seed in range(first, first + 15):
        dice = random.Random(seed)
        scheme = with_saving(scheme_in(dice, is_sponsored=seed % 3 == 2), HOURLY)
        scheme = replace(scheme, position_limits=dice.choice(((), LIMITS)))
        driver = Driver(scheme).start()
        for payment in crossing(dice, 3):
            driver.send(payment)
        driver.advance("08:00")
        queued = could_settle(driver.state)
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
        better += chosen.value_minor > seed_worth
    assert across, "some of what settles together are legs"
    assert better, "order may be passed over"


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


def test_the_start_is_the_greatest_prefixes_over_both_currencies() -> None:
    seeded = 0
    for seed in range(30):
        dice = random.Random(seed)
        driver = Driver(with_saving(linking_scheme(dice), HOURLY)).start()
        for payment in crossing(dice, 3):
            driver.send(payment)
        driver.advance("08:00")
        for problem in problems(driver.state, clock("08:00")):
            legs = problem.seed[problem.links]
            assert (legs[:, 0] == legs[:, 1]).all()
            seeded += int(legs.sum())
    assert seeded, "some trade stands first in both queues"


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
