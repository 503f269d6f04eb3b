"""The invariants of payment versus payment see the damage they are there for."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from tests.kit.batches import Driver, Order, Payment
from tests.kit.schemes import KG_BANK, RU_BANK, RU_CENTRAL, small_scheme, with_outside

from comity.agreements import PaymentVersusPayment
from comity.errors import InvariantError
from comity.payments.codes import Definition, OrderKind, PairState
from comity.payments.lifecycle import State as PaymentState
from comity.settlement import State
from comity.settlement.invariants import no_queue_could_move, whoever_waits_is_listed_once
from comity.settlement.invariants_pairs import (
    both_legs_settle_or_none,
    pairs_are_counted,
    what_an_agent_may_settle_is_held,
)
from comity.settlement.tables import PAIRS_AT_AGENT, PAIRS_QUEUED, PAIRS_UNMATCHED

FIRST, SECOND, QUEUED, OTHER, ALONE = range(5)


def leg(trade: int, amount: int, wanted: int, *, back: bool = False) -> Payment:
    """Return a leg in som that wants roubles, or the other one."""
    one = Payment(
        *(KG_BANK, RU_BANK, amount),
        trade=trade,
        counter=("RUB", wanted),
        definition=Definition.PACS_009,
    )
    if not back:
        return one
    counter = ("KGS", amount)
    return replace(
        one, payer=RU_BANK, payee=KG_BANK, amount=wanted, currency="RUB", counter=counter
    )


def driver_at_noon() -> Driver:
    """Return a day with a settled pair, a queued one, and a leg without the other."""
    scheme = small_scheme(50_00)
    terms = PaymentVersusPayment(None, None)
    linking = tuple(
        replace(one, payment_versus_payment=terms) if one.id == "goods" else one
        for one in scheme.agreements
    )
    driver = Driver(replace(scheme, agreements=linking)).start()
    for payment in (
        leg(1, 10_00, 8_00),
        leg(1, 10_00, 8_00, back=True),
        leg(2, 10_00, 60_00),
        leg(2, 10_00, 60_00, back=True),
        leg(3, 1_00, 1_00),
    ):
        driver.send(payment)
    expected = [PaymentState.SETTLED] * 2 + [PaymentState.QUEUED] * 3
    assert driver.states() == expected
    return driver


def set_pair(pair: int, field: str, value: int) -> Callable[[State], None]:
    def change(state: State) -> None:
        state.known_books().pairs.rows[field][pair] = value

    return change


def set_count(counter: int) -> Callable[[State], None]:
    def change(state: State) -> None:
        state.known_books().pairs.counts[counter] += 1

    return change


def set_live(payment: int, field: str, value: int) -> Callable[[State], None]:
    def change(state: State) -> None:
        state.known_books().live[field][payment] = value

    return change


def want_more(state: State) -> None:
    state.known_books().rows["counter_minor"][QUEUED] += 1


def free_slot(state: State) -> None:
    slots = state.known_books().pairs.slots
    slots["pair"][slots["pair"] == 0] = -1


DAMAGES: dict[str, tuple[Callable[[State], None], Callable[[State], None]]] = {
    "one leg only": (both_legs_settle_or_none, set_live(SECOND, "state", PaymentState.QUEUED)),
    "at two times": (both_legs_settle_or_none, set_live(FIRST, "payment_final_us", 1)),
    "leg alone": (both_legs_settle_or_none, set_live(ALONE, "state", PaymentState.SETTLED)),
    "pair not settled": (both_legs_settle_or_none, set_pair(0, "state", PairState.EXPIRED)),
    "other terms": (both_legs_settle_or_none, want_more),
    "first has ended": (pairs_are_counted, set_live(ALONE, "state", PaymentState.EXPIRED)),
    "other has ended": (pairs_are_counted, set_live(OTHER, "state", PaymentState.EXPIRED)),
    "leg in no queue": (pairs_are_counted, set_pair(1, "first", ALONE)),
    "pair has ended": (pairs_are_counted, set_pair(1, "state", PairState.RELEASED)),
    "one unmatched more": (pairs_are_counted, set_count(PAIRS_UNMATCHED)),
    "one queued more": (pairs_are_counted, set_count(PAIRS_QUEUED)),
    "trade forgotten": (pairs_are_counted, free_slot),
    "leg in no list": (whoever_waits_is_listed_once, set_pair(2, "state", PairState.EXPIRED)),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_damage_is_seen(name: str) -> None:
    check, damage = DAMAGES[name]
    state = driver_at_noon().state
    check(state)
    damage(state)
    with pytest.raises(InvariantError):
        check(state)


def driver_at_agent() -> Driver:
    """Return a day with a pair whose agent has reserved, one it was asked about, and a queued one.

    Roubles are settled outside.
    """
    driver = Driver(with_outside(small_scheme(20_00), "RUB")).start()
    for trade, amount in ((1, 10_00), (2, 5_00), (3, 9_00)):
        driver.send(leg(trade, amount, 8_00), leg(trade, amount, 8_00, back=True))
    driver.send(Order(RU_CENTRAL, 0, kind=OrderKind.AGENT_RESERVED, uetr=2))
    reserved, queued = PaymentState.RESERVED, PaymentState.QUEUED
    assert driver.states() == [reserved, reserved, reserved, queued, queued, queued]
    return driver


AT_AGENT: dict[str, tuple[Callable[[State], None], Callable[[State], None]]] = {
    "less is held": (what_an_agent_may_settle_is_held, set_live(2, "held_minor", 4_99)),
    "not reserved here": (
        what_an_agent_may_settle_is_held,
        set_live(2, "state", PaymentState.QUEUED),
    ),
    "not reserved there": (
        what_an_agent_may_settle_is_held,
        set_live(1, "state", PaymentState.QUEUED),
    ),
    "reserved too early": (
        what_an_agent_may_settle_is_held,
        set_live(3, "state", PaymentState.RESERVED),
    ),
    "one settled here": (both_legs_settle_or_none, set_live(0, "state", PaymentState.SETTLED)),
    "one at an agent more": (pairs_are_counted, set_count(PAIRS_AT_AGENT)),
    "never asked": (pairs_are_counted, set_pair(1, "agent_us", 0)),
    "leg in no list": (whoever_waits_is_listed_once, set_pair(0, "state", PairState.EXPIRED)),
    "could be held": (no_queue_could_move, set_live(4, "debit_minor", 1)),
}


@pytest.mark.parametrize("name", AT_AGENT)
def test_damage_is_seen_while_an_agent_decides(name: str) -> None:
    check, damage = AT_AGENT[name]
    state = driver_at_agent().state
    check(state)
    damage(state)
    with pytest.raises(InvariantError):
        check(state)


def test_a_pair_that_could_go_and_does_not_is_seen() -> None:
    state = driver_at_noon().state
    account = state.known_chart().number_of["settlement:CCCCRUM0@CBRURUM0:RUB"]
    state.known_books().balances["posted"][account] += 60_00
    with pytest.raises(InvariantError, match="I15"):
        no_queue_could_move(state)
