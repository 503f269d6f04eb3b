"""Cycles that settle pair by pair: order, groups, what rolls, and what the journal says of it."""

from dataclasses import replace
from random import Random
from typing import Any

import pytest
from tests.kit.batches import Driver, Payment
from tests.kit.schemes import (
    KG_BANK,
    KG_SMALL,
    RU_BANK,
    RU_SMALL,
    small_scheme,
    with_netting,
)

from comity.agreements.netting_terms import CycleNetting
from comity.agreements.scheme import Scheme
from comity.payments.codes import CycleFigure, CycleState, EventKind, Mechanism, TransferKind
from comity.payments.commands import Outcome
from comity.payments.lifecycle import State as PaymentState

BANKS = (KG_BANK, KG_SMALL, RU_BANK)


def bilateral(opening: int = 0) -> Scheme:
    return with_netting(small_scheme(opening), CycleNetting.BILATERAL)


def gift(payer: str, payee: str, amount: int, **changes: Any) -> Payment:
    return Payment(payer, payee, amount, purpose="GIFT", **changes)


def settle(scheme: Scheme, *payments: Payment) -> tuple[Driver, Outcome]:
    driver = Driver(scheme).start()
    driver.send(*payments)
    driver.advance("11:29")
    return driver, driver.advance("11:30")


def pairs_told(outcome: Outcome) -> list[tuple[int, int, int, int]]:
    """Return debtor, creditor, net and group of each pair that settled, in order."""
    rows: Any = outcome.events[outcome.events["kind"] == EventKind.CYCLE_FIGURE]
    owing = rows[rows["after"] == CycleFigure.PAIR_DEBTOR]
    owed = rows[rows["after"] == CycleFigure.PAIR_CREDITOR]
    return [
        (int(one["detail"]), int(other["detail"]), int(one["value"]), int(other["value"]))
        for one, other in zip(owing, owed, strict=True)
    ]


def test_each_pair_pays_its_net_in_a_group_of_its_own() -> None:
    driver, outcome = settle(
        bilateral(100_00),
        gift(KG_BANK, RU_BANK, 30_00),
        gift(RU_BANK, KG_BANK, 10_00),
        gift(RU_BANK, KG_SMALL, 5_00),
    )

    moves = outcome.transfers
    assert moves["amount_minor"].tolist() == [20_00, 5_00]
    assert set(moves["kind"].tolist()) == {TransferKind.BILATERAL_NET}
    groups = moves["group"].tolist()
    assert groups[0] != groups[1]
    assert pairs_told(outcome) == [(0, 2, 20_00, groups[0]), (2, 1, 5_00, groups[1])]
    live = driver.state.known_books().live
    assert set(live["mechanism"][:3].tolist()) == {Mechanism.BILATERAL_CYCLE}


def test_a_pair_waits_for_what_another_pays_in_within_the_same_cycle() -> None:
    driver, outcome = settle(
        with_balance(bilateral(), KG_BANK, 8_00),
        gift(RU_BANK, KG_SMALL, 8_00),
        gift(KG_BANK, RU_BANK, 8_00),
    )

    assert driver.states() == [PaymentState.SETTLED] * 2
    assert [pair[:3] for pair in pairs_told(outcome)] == [(0, 2, 8_00), (2, 1, 8_00)]


def test_of_two_pairs_that_compete_the_one_with_the_earlier_payment_goes_first() -> None:
    driver, outcome = settle(
        with_balance(bilateral(), RU_BANK, 8_00),
        gift(RU_BANK, KG_SMALL, 8_00),
        gift(RU_BANK, KG_BANK, 8_00),
    )

    assert driver.states() == [PaymentState.SETTLED, PaymentState.QUEUED]
    steps = outcome.events[outcome.events["kind"] == EventKind.CYCLE]
    assert steps["after"].tolist() == [CycleState.SETTLING, CycleState.PARTIAL]
    assert int(steps["value"][-1]) == 8_00


def test_a_pair_that_evens_out_settles_without_money() -> None:
    driver, outcome = settle(
        bilateral(), gift(KG_BANK, RU_BANK, 5_00), gift(RU_BANK, KG_BANK, 5_00)
    )

    assert driver.states() == [PaymentState.SETTLED] * 2
    assert not len(outcome.transfers)
    assert pairs_told(outcome) == [(0, 2, 0, -1)]


def test_a_sponsored_bank_pays_through_its_correspondent() -> None:
    scheme = with_balance(bilateral(), RU_SMALL, 8_00)
    _, outcome = settle(with_balance(scheme, KG_BANK, 8_00), gift(RU_SMALL, KG_SMALL, 8_00))

    kinds = [TransferKind(int(row["kind"])) for row in outcome.transfers]
    assert kinds == [TransferKind.LORO, TransferKind.BILATERAL_NET]


def test_what_a_correspondent_owes_its_customer_must_be_covered_too() -> None:
    driver, _ = settle(bilateral(), gift(KG_BANK, RU_SMALL, 8_00))
    assert driver.states() == [PaymentState.QUEUED]


def test_what_a_customer_owes_its_correspondent_must_be_covered_on_its_own_account() -> None:
    rich = with_balance(bilateral(), KG_BANK, 50_00)
    driver, _ = settle(rich, gift(RU_SMALL, KG_BANK, 8_00))
    assert driver.states() == [PaymentState.QUEUED]


@pytest.mark.parametrize("seed", range(8))
def test_no_pair_that_is_left_is_covered_and_each_settles_whole(seed: int) -> None:
    chance = Random(seed)
    for _ in range(15):
        scheme = bilateral()
        balances = {bank: chance.randrange(12) for bank in BANKS}
        for bank, amount in balances.items():
            scheme = with_balance(scheme, bank, amount)
        payments = []
        for _ in range(chance.randrange(1, 10)):
            payer = chance.choice([KG_BANK, KG_SMALL])
            sides = [payer, RU_BANK]
            chance.shuffle(sides)
            payments.append(gift(sides[0], sides[1], chance.randrange(1, 20)))
        driver, _ = settle(scheme, *payments)

        left = dict(balances)
        by_pair: dict[tuple[str, ...], set[PaymentState]] = {}
        nets: dict[tuple[str, ...], dict[str, int]] = {}
        for payment, state in zip(payments, driver.states(), strict=True):
            pair = tuple(sorted((payment.payer, payment.payee)))
            by_pair.setdefault(pair, set()).add(state)
            net = nets.setdefault(pair, dict.fromkeys(pair, 0))
            net[payment.payer] -= payment.amount
            net[payment.payee] += payment.amount
        assert all(len(states) == 1 for states in by_pair.values()), "a pair settles whole"
        settled = [pair for pair, states in by_pair.items() if PaymentState.SETTLED in states]
        for pair in settled:
            for bank, amount in nets[pair].items():
                left[bank] += amount
        assert min(left.values()) >= 0
        for pair in by_pair.keys() - set(settled):
            debtor, owes = min(nets[pair].items(), key=lambda item: item[1])
            assert left[debtor] + owes < 0, "it could have settled"


def with_balance(scheme: Scheme, bank: str, amount: int) -> Scheme:
    return replace(
        scheme,
        accounts=tuple(
            replace(one, opening_balance_minor=amount) if one.participant == bank else one
            for one in scheme.accounts
        ),
    )
