"""Choices over currencies that legs link: both legs or none, against all subsets, and refusals."""

import random
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from tests.kit.batches import Driver, Payment, batch_of, clock
from tests.kit.schemes import KG_BANK, KG_SMALL, RATE, RU_BANK, RU_SMALL
from tests.unit.settlement.test_legs_brute_force import linking_scheme

from comity.agreements import LiquiditySaving
from comity.agreements.document import DocumentError
from comity.agreements.scheme import Scheme
from comity.errors import RejectedError
from comity.fx import OfficialRate
from comity.payments.codes import (
    ControlKind,
    Definition,
    EventKind,
    Mechanism,
    PairState,
    ResolutionKind,
)
from comity.payments.commands import CommandBatch, Control
from comity.payments.lifecycle import State as PaymentState
from comity.service import verify_journal
from comity.service.committing import Ledger, rebuild
from comity.service.selecting import SolverChooser, decide, select_due
from comity.settlement import apply, new_state, selection_problems
from comity.settlement.invariants_pairs import pairs_of_state
from comity.settlement.selecting import SelectionRefusedError
from comity.settlement.selection_problems import problems
from comity.storage import MemoryJournal

KGS, RUB = 417, 643
HOURLY = LiquiditySaving(0, None, selection_every=60)
SELECTED = {"stopped_by": "finished", "nodes": 1}
WORTH = {KGS: Fraction(10000, 12263), RUB: Fraction(1)}
"""What a minor unit is worth in roubles, the unit of valuation, at the only rate there is."""


def trade(at: str) -> tuple[Payment, Payment]:
    """Return both legs of a trade: A is to pay C 50.00 KGS, and C 40.00 RUB."""
    leg = Payment(
        KG_BANK,
        RU_BANK,
        50_00,
        at,
        definition=Definition.PACS_009,
        trade=1,
        counter=("RUB", 40_00),
    )
    back: dict[str, Any] = {"amount": 40_00, "currency": "RUB", "counter": ("KGS", 50_00)}
    return leg, replace(leg, payer=RU_BANK, payee=KG_BANK, **back)


def with_saving(scheme: Scheme, saving: LiquiditySaving) -> Scheme:
    """Return the scheme with the saving for goods, whose legs are linked."""
    return replace(
        scheme,
        agreements=tuple(
            replace(one, liquidity_saving=saving) if one.id == "goods" else one
            for one in scheme.agreements
        ),
    )


def with_openings(scheme: Scheme, **openings: int) -> Scheme:
    """Return the scheme with opening balances such as `AAAAKG20_KGS=5`, all others zero."""
    return replace(
        scheme,
        accounts=tuple(
            replace(one, opening_balance_minor=openings.get(f"{one.participant}_{one.currency}", 0))
            for one in scheme.accounts
        ),
    )


def ring_driver(rates: tuple[OfficialRate, ...] = (RATE,)) -> Driver:
    """Return 08:00 with a trade and what covers both legs, behind two that never go.

    By number: 0 A to C 900.00 KGS and 1 C to A 900.00 RUB wait first; 2 and 3 are the trade,
    A to C 50.00 KGS against 40.00 RUB; 4 C to A 50.00 KGS and 5 A to C 40.00 RUB cover it.
    """
    scheme = with_openings(with_saving(linking_scheme(random.Random(0)), HOURLY))
    driver = Driver(scheme, rates=rates).start()
    driver.send(*ring_payments())
    driver.advance("08:00")
    return driver


def ring_payments() -> tuple[Payment, ...]:
    """Return what waits in the ring, in order of number."""
    return (
        Payment(KG_BANK, RU_BANK, 900_00, "07:00"),
        Payment(RU_BANK, KG_BANK, 900_00, "07:01", "RUB"),
        *trade("07:02"),
        Payment(RU_BANK, KG_BANK, 50_00, "07:04"),
        Payment(KG_BANK, RU_BANK, 40_00, "07:05", "RUB"),
    )


def choose(*choices: dict[str, Any], at: str = "08:00") -> CommandBatch:
    """Return the decision to settle choices."""
    said = [{**SELECTED, **choice} for choice in choices]
    return CommandBatch(controls=(Control(ControlKind.SELECT, clock(at), {"choices": said}),))


def both(payments: list[int], bound: int, **changes: Any) -> dict[str, Any]:
    """Return a choice over KGS and RUB."""
    return {"currencies": [KGS, RUB], "payments": payments, "bound_minor": bound, **changes}


def one(currency: int, payments: list[int], bound: int) -> dict[str, Any]:
    """Return a choice of one currency."""
    return {"currency": currency, "payments": payments, "bound_minor": bound}


RING_WORTH = 2 * 4077 + 2 * 40_00
"""50.00 KGS are 40.7730… RUB."""


def test_linked_currencies_are_one_problem_with_legs_and_values_in_one_unit() -> None:
    (problem,) = problems(ring_driver().state, clock("08:00"))
    assert problem.currencies == (KGS, RUB)
    assert problem.unit == RUB
    assert problem.payments.tolist() == [0, 1, 2, 3, 4, 5]
    assert problem.links.tolist() == [[2, 3]]
    assert problem.weights.tolist() == [733_92, 900_00, 40_77, 40_00, 40_77, 40_00]
    assert not problem.seed.any()


def test_a_problem_that_is_cut_off_parts_no_legs(monkeypatch: pytest.MonkeyPatch) -> None:
    for most, kept in ((3, [[0, 4], [1, 5]]), (4, [[0, 1, 2, 3]])):
        monkeypatch.setattr(selection_problems, "SELECTION_PAYMENTS_MAX", most)
        found = problems(ring_driver().state, clock("08:00"))
        assert [each.payments.tolist() for each in found] == kept


def test_a_trade_settles_out_of_order_and_its_events_say_worth_and_bound() -> None:
    driver = ring_driver()
    events = driver.run(choose(both([2, 3, 4, 5], RING_WORTH + 1))).events
    settled, queued = PaymentState.SETTLED, PaymentState.QUEUED
    assert driver.states() == [queued, queued, *[settled] * 4]
    live = driver.state.known_books().live
    assert (live["mechanism"][2:6] == Mechanism.SELECTION).all()
    (pair,) = pairs_of_state(driver.state, PairState.SETTLED)
    assert (pair["first"], pair["second"]) == (2, 3)
    kinds = (EventKind.SELECTION, EventKind.SELECTION_WORTH, EventKind.SELECTION_BOUND)
    told = events[np.isin(events["kind"], kinds)]
    assert told[["kind", "subject", "value", "detail"]].tolist() == [
        (EventKind.SELECTION, 2, 100_00, KGS),
        (EventKind.SELECTION, 2, 80_00, RUB),
        (EventKind.SELECTION_WORTH, 4, RING_WORTH, RUB),
        (EventKind.SELECTION_BOUND, 1, RING_WORTH + 1, RUB),
    ]
    assert told["after"][:2].tolist() == [ResolutionKind.BOUNDED] * 2
    transfers = driver.outcomes[-1].transfers
    assert len(np.unique(transfers["group"])) == 1


def test_a_choice_that_is_worth_its_bound_is_the_best() -> None:
    events = ring_driver().run(choose(both([2, 3, 4, 5], RING_WORTH))).events
    told = events[events["kind"] == EventKind.SELECTION]
    assert told["after"].tolist() == [ResolutionKind.OPTIMAL] * 2


REFUSED: dict[str, tuple[type[RejectedError], str, CommandBatch]] = {
    "one leg": (
        SelectionRefusedError,
        "currencies 417 and 643: found leg 2 without leg 3, expected both or none",
        choose(both([2, 4], 10**6)),
    ),
    "the other leg": (
        SelectionRefusedError,
        "found leg 3 without leg 2",
        choose(both([3, 5], 10**6)),
    ),
    "a leg in a choice of one currency": (
        SelectionRefusedError,
        "currency 417: found payment 2, expected one that waits and may be chosen",
        choose(one(KGS, [2, 4], 10**6)),
    ),
    "what lacks cover in the second currency": (
        SelectionRefusedError,
        r"participant \d in currency 643 would give 4000 and has 0",
        choose(both([2, 3, 4], 10**6)),
    ),
    "a bound below it": (
        SelectionRefusedError,
        f"found the bound {RING_WORTH - 1}, expected {RING_WORTH} or more",
        choose(both([2, 3, 4, 5], RING_WORTH - 1)),
    ),
    "a currency twice": (
        SelectionRefusedError,
        r"currency 643: found a choice, expected one at most for each of \[417 and 643\]",
        choose(both([], 0), one(RUB, [], 0)),
    ),
    "currencies in another order": (
        SelectionRefusedError,
        "currencies 643 and 417: found a choice",
        choose(both([], 0, currencies=[RUB, KGS])),
    ),
    "no currency": (SelectionRefusedError, "found a choice", choose(both([], 0, currencies=[]))),
    "one currency said as several, unknown": (
        SelectionRefusedError,
        "currency 840",
        choose(both([], 0, currencies=[840])),
    ),
    "both forms at once": (DocumentError, "choices", choose({**both([], 0), "currency": KGS})),
    "no list": (
        DocumentError,
        "a list",
        CommandBatch(controls=(Control(ControlKind.SELECT, clock("08:00"), {"choices": 7}),)),
    ),
    "no choice": (
        DocumentError,
        r"choices\[0\]",
        CommandBatch(controls=(Control(ControlKind.SELECT, clock("08:00"), {"choices": [7]}),)),
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_choice_over_two_currencies_that_cannot_be_is_refused_and_changes_nothing(
    what: str,
) -> None:
    error, said, batch = REFUSED[what]
    driver = ring_driver()
    before = driver.state.known_books().balances.copy()
    with pytest.raises(error, match=said):
        apply(driver.state, batch)
    assert (driver.state.known_books().balances == before).all()
    driver.run(choose(both([2, 3, 4, 5], RING_WORTH)))


def test_choices_of_one_currency_each_settle_while_legs_link_them() -> None:
    # So they stand in journals that were written before currencies were chosen from together.
    driver = ring_driver()
    driver.send(Payment(KG_SMALL, RU_SMALL, 7_00, "08:00"))
    driver.send(Payment(RU_SMALL, KG_SMALL, 7_00, "08:00"))
    driver.run(choose(one(KGS, [6, 7], 14_00), one(RUB, [], 0)))
    assert driver.states()[6:] == [PaymentState.SETTLED] * 2
    assert driver.states()[2:4] == [PaymentState.QUEUED] * 2


def test_without_a_rate_each_currency_is_chosen_by_itself_without_legs() -> None:
    driver = ring_driver(rates=())
    found = problems(driver.state, clock("08:00"))
    assert [(each.currencies, each.unit) for each in found] == [((KGS,), KGS), ((RUB,), RUB)]
    assert [each.payments.tolist() for each in found] == [[0, 4], [1, 5]]
    with pytest.raises(SelectionRefusedError, match="currencies 417 and 643"):
        apply(driver.state, choose(both([2, 3, 4, 5], RING_WORTH)))
    driver.run(decided(driver))
    assert driver.states() == [PaymentState.QUEUED] * 6


def decided(driver: Driver) -> CommandBatch:
    return CommandBatch(controls=(decide(driver.state, SolverChooser()),))


def test_values_that_cannot_be_counted_are_not_added_up() -> None:
    dear = replace(RATE, numerator=1, denominator=10**6)
    driver = ring_driver(rates=(dear,))
    driver.send(*[Payment(KG_SMALL, RU_SMALL, 10**13 - 1, "08:00") for _ in range(3)])
    assert len(problems(driver.state, clock("08:00"))) == 2
    driver.run(decided(driver))


def test_what_an_earlier_choice_releases_may_take_what_a_later_one_counts_on() -> None:
    scheme = with_saving(linking_scheme(random.Random(0)), HOURLY)
    driver = Driver(with_openings(scheme, DDDDRUM0_KGS=50_00, CCCCRUM0_RUB=40_00), rates=())
    driver.start()
    driver.send(
        *trade("07:00"),
        Payment(RU_SMALL, KG_SMALL, 900_00, "07:01"),
        Payment(RU_SMALL, KG_BANK, 50_00, "07:02"),
        Payment(RU_BANK, KG_SMALL, 40_00, "07:03", "RUB"),
    )
    driver.advance("08:00")
    # D's 50.00 KGS cover A's leg; so the trade settles, and takes the roubles of C.
    events = driver.run(choose(one(KGS, [3], 50_00), one(RUB, [4], 40_00))).events
    settled, queued = PaymentState.SETTLED, PaymentState.QUEUED
    assert driver.states() == [settled, settled, queued, settled, queued]
    told = events[events["kind"] == EventKind.SELECTION]
    assert told[["subject", "value", "after"]].tolist() == [
        (1, 50_00, ResolutionKind.OPTIMAL),
        (0, 0, ResolutionKind.BOUNDED),
    ]
    mechanisms = driver.state.known_books().live["mechanism"][:4].tolist()
    assert mechanisms == [Mechanism.PVP, Mechanism.PVP, Mechanism.NONE, Mechanism.SELECTION]


def test_a_trade_of_an_agreement_that_is_not_due_links_nothing() -> None:
    scheme = linking_scheme(random.Random(0))
    scheme = with_saving(with_openings(scheme), LiquiditySaving(0, None, selection_every=45))
    scheme = replace(
        scheme,
        agreements=tuple(
            replace(each, liquidity_saving=HOURLY) if each.id == "services" else each
            for each in scheme.agreements
        ),
    )
    late = Driver(scheme).start()
    late.select_due("07:46")
    late.send(*trade("07:50"))
    late.send(Payment(RU_BANK, KG_BANK, 1_00, "07:51", purpose="SCVE"))
    late.advance("08:00")
    found = problems(late.state, clock("08:00"))
    assert all(len(each.currencies) == 1 and not len(each.links) for each in found)


def test_a_journal_with_a_choice_over_two_currencies_is_proved_without_a_solver() -> None:
    scheme = with_openings(with_saving(linking_scheme(random.Random(0)), HOURLY))
    ledger = Ledger(MemoryJournal(), new_state(), None)
    ledger.commit(Driver(scheme).start().batches[0])
    for payment in ring_payments():
        ledger.commit(batch_of(scheme, [payment], first=ledger.state.payment_count))
    select_due(ledger, SolverChooser(), clock("18:15"))
    ledger.commit(CommandBatch(controls=(Control(ControlKind.ADVANCE, clock("18:15"), {}),)))
    live = ledger.state.known_books().live
    assert (live["mechanism"][2:6] == Mechanism.SELECTION).all()
    assert verify_journal(ledger.journal).findings == []
    again = rebuild(ledger.journal)
    assert again.head == ledger.head
    books, rebuilt = ledger.state.known_books(), again.state.known_books()
    assert rebuilt.balances.tobytes() == books.balances.tobytes()
