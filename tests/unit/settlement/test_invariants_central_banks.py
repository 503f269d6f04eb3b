"""Each invariant of what central banks owe sees its damage, with a balance that is carried on."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from tests.kit.batches import Driver, Payment
from tests.kit.schemes import (
    CARRIED,
    KG_BANK,
    KG_CENTRAL,
    RU_BANK,
    RU_CENTRAL,
    small_scheme,
    with_carried_balance,
    with_terms,
)

from comity.agreements import SettlementAsset
from comity.errors import InvariantError
from comity.payments.lifecycle import State as PaymentState
from comity.settlement import State
from comity.settlement import invariants_central_banks as checks
from comity.settlement.invariants import check_books, final_times_are_consistent
from comity.settlement.state import Accrual

CARRIED_ON, HELD = range(2)
KG_INTEREST = f"interest:investment:{KG_CENTRAL}:{RU_CENTRAL}"
RU_INTEREST = f"interest:investment:{RU_CENTRAL}:{KG_CENTRAL}"
KG_CLEARING = f"clearing:investment:{KG_CENTRAL}:{RU_CENTRAL}"


def driver_with_a_balance() -> Driver:
    """Return Tuesday morning: a payment of Monday is carried on, one of Tuesday is held."""
    scheme = with_terms(
        small_scheme(500_00),
        "investment",
        asset=SettlementAsset.CARRIED_BALANCE,
        credit_line_minor=400_00,
    )
    scheme = with_carried_balance(scheme, "investment", CARRIED)
    driver = Driver(scheme).start()
    driver.send(Payment(KG_BANK, RU_BANK, 100_00, "08:00", "RUB", "KGS", "LOAN"))
    driver.advance("17:30")
    driver.send(Payment(RU_BANK, KG_BANK, 1_00, "17:31"))
    assert driver.states()[0] is PaymentState.SETTLED
    return driver


def book(state: State, debit: str, credit: str, amount: int) -> None:
    numbers = state.known_chart().number_of
    posted = state.known_books().balances["posted"]
    posted[numbers[debit]] -= amount
    posted[numbers[credit]] += amount


def set_live(state: State, field: str, value: int) -> None:
    state.known_books().live[field][CARRIED_ON] = value


def hold(state: State) -> None:
    number = state.known_chart().number_of[KG_CLEARING]
    state.known_books().balances["held"][number] += 1


def lose(state: State) -> None:
    lists: Any = state.known_books().carried_lists
    lists["head"] = lists["tail"] = -1


def list_elsewhere(state: State) -> None:
    lists = state.known_books().carried_lists
    at = int(np.flatnonzero(lists["head"] >= 0)[0])
    lists[[0, at]] = lists[[at, 0]]


def book_interest(state: State) -> None:
    book(state, KG_INTEREST, RU_INTEREST, 5)
    state.accruals["investment"].booked_minor += 5


BROKEN: dict[str, tuple[Callable[[State], None], str, Callable[[State], None]]] = {
    "interest nobody owes": (
        checks.interest_is_what_accrued,
        "I6",
        lambda s: book(s, KG_INTEREST, RU_INTEREST, 1),
    ),
    "interest that has not accrued": (
        checks.interest_is_what_accrued,
        "I6",
        book_interest,
    ),
    "interest of one side only": (
        checks.clearing_pairs_sum_to_zero,
        "I8",
        lambda s: book(s, KG_INTEREST, KG_CLEARING, 1),
    ),
    "a credit line held for nobody": (checks.line_holds_are_explained, "I9", hold),
    "a carried payment in no list": (checks.carried_payments_are_listed, "I9", lose),
    "a carried payment in another list": (
        checks.carried_payments_are_listed,
        "I9",
        list_elsewhere,
    ),
    "a balance that no payment explains": (
        checks.clearing_holds_what_is_owed,
        "I6",
        lambda s: set_live(s, "interbank_final_us", 1),
    ),
    "an intermediary that pays out twice": (
        checks.intermediaries_hold_what_is_due,
        "I6",
        lambda s: book(s, f"intermediary:{RU_CENTRAL}", f"agent:{RU_CENTRAL}:RUB", 1),
    ),
    "final between the banks before it is final": (
        final_times_are_consistent,
        "I5",
        lambda s: set_live(s, "interbank_final_us", 1),
    ),
}


@pytest.mark.parametrize("what", BROKEN)
def test_an_invariant_sees_its_damage(what: str) -> None:
    check, number, damage = BROKEN[what]
    state = driver_with_a_balance().state
    state.accruals.setdefault("investment", Accrual(1))
    check_books(state)
    damage(state)
    with pytest.raises(InvariantError, match=number):
        check(state)
