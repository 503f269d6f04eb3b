"""Choices without the order of queues: checked to the unit, posted, and never searched again."""

from dataclasses import replace
from typing import Any

import pytest
from tests.kit.batches import Driver, Payment, batch_of, clock
from tests.kit.schemes import (
    KG_BANK,
    KG_SMALL,
    RU_BANK,
    RU_SMALL,
    small_scheme,
    with_liquidity_saving,
    with_reservations,
)
from tests.unit.settlement.test_engine import events_of
from tests.unit.settlement.test_resolution import crowded, direct_scheme

from comity.agreements import LiquiditySaving, PositionLimit, PositionLimitKind, Release
from comity.agreements.document import DocumentError
from comity.agreements.scheme import Scheme
from comity.errors import RejectedError
from comity.payments.codes import ControlKind, EventKind, Mechanism, ResolutionKind
from comity.payments.commands import CommandBatch, Control
from comity.payments.lifecycle import State as PaymentState
from comity.service.committing import Ledger, rebuild
from comity.service.selecting import SolverChooser, select_due
from comity.settlement import State, apply, new_state
from comity.settlement.refusal import BatchShapeError
from comity.settlement.selecting import SelectionDueError, SelectionRefusedError
from comity.settlement.selection_problems import problems
from comity.storage import MemoryJournal

HOURLY = LiquiditySaving(0, None, selection_every=60)
SELECTED = {"stopped_by": "finished", "nodes": 1}


def choose(at: str, payments: list[int], bound: int, **changes: Any) -> CommandBatch:
    """Return the decision to settle payments in KGS."""
    choice = {"currency": 417, "payments": payments, "bound_minor": bound, **SELECTED, **changes}
    return CommandBatch(controls=(Control(ControlKind.SELECT, clock(at), {"choices": [choice]}),))


def none_chosen(at: str) -> CommandBatch:
    return CommandBatch(controls=(Control(ControlKind.SELECT, clock(at), {"choices": []}),))


def waiting_driver(**changes: Any) -> Driver:
    """Return 08:00 with 0: A to C 50.00, 1: A to C 10.00, 2: C to A 9.00; A has 1.00."""
    scheme = direct_scheme(HOURLY, 0, **changes)
    accounts = tuple(
        replace(one, opening_balance_minor=1_00)
        if (one.participant, one.currency) == (KG_BANK, "KGS")
        else one
        for one in scheme.accounts
    )
    driver = Driver(replace(scheme, accounts=accounts)).start()
    driver.send(
        Payment(KG_BANK, RU_BANK, 50_00, "07:10"),
        Payment(KG_BANK, RU_BANK, 10_00, "07:11"),
        Payment(RU_BANK, KG_BANK, 9_00, "07:12"),
    )
    driver.advance("08:00")
    return driver


def test_a_choice_passes_over_the_head_of_a_queue() -> None:
    driver = waiting_driver()
    events = driver.run(choose("08:00", [1, 2], 19_00)).events
    assert driver.states() == [PaymentState.QUEUED, *[PaymentState.SETTLED] * 2]
    live = driver.state.known_books().live
    assert live["mechanism"][1] == live["mechanism"][2] == Mechanism.SELECTION
    told = events[events["kind"] == EventKind.SELECTION]
    assert [(one["subject"], one["value"], one["after"]) for one in told] == [
        (2, 19_00, ResolutionKind.OPTIMAL)
    ]
    bound = events[events["kind"] == EventKind.SELECTION_BOUND]
    assert bound["value"].tolist() == [19_00]
    assert driver.state.selections[0] == clock("09:00")


def test_the_problem_holds_what_waits_and_the_prefixes_as_seed() -> None:
    (problem,) = problems(waiting_driver().state, clock("08:00"))
    assert problem.payments.tolist() == [0, 1, 2]
    assert not problem.seed.any()
    found = SolverChooser().choose(problem)
    assert (found.value_minor, found.is_optimal) == (19_00, True)


REFUSED: dict[str, tuple[type[RejectedError], str, CommandBatch]] = {
    "what lacks cover": (SelectionRefusedError, "would give", choose("08:00", [0, 2], 59_00)),
    "what does not wait": (SelectionRefusedError, "payment 3", choose("08:00", [3], 10_00)),
    "one twice": (SelectionRefusedError, "out of order or twice", choose("08:00", [1, 1], 20_00)),
    "a bound below it": (SelectionRefusedError, "the bound", choose("08:00", [1, 2], 18_99)),
    "nodes below zero": (
        SelectionRefusedError,
        "the bound",
        choose("08:00", [1, 2], 19_00, nodes=-1),
    ),
    "another currency": (
        SelectionRefusedError,
        "currency 643",
        choose("08:00", [1, 2], 19_00, currency=643),
    ),
    "an unknown end": (DocumentError, "stopped_by", choose("08:00", [], 0, stopped_by="bored")),
    "another time": (SelectionDueError, "expected one of", choose("08:01", [], 0)),
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_choice_that_cannot_be_is_refused_and_changes_nothing(what: str) -> None:
    error, said, batch = REFUSED[what]
    driver = waiting_driver()
    balances = driver.state.known_books().balances.copy()
    if what == "another time":
        error, said = SelectionDueError, "selection"
    with pytest.raises(error, match=said):
        apply(driver.state, batch)
    assert (driver.state.known_books().balances == balances).all()
    driver.run(choose("08:00", [1, 2], 19_00))


def test_nothing_goes_on_before_a_selection_that_is_due() -> None:
    driver = waiting_driver()
    late = batch_of(driver.scheme, [Payment(KG_BANK, RU_BANK, 1_00, "08:01")], first=9)
    for batch in (
        late,
        CommandBatch(controls=(Control(ControlKind.ADVANCE, clock("08:01"), {}),)),
        none_chosen("09:00"),
    ):
        with pytest.raises(SelectionDueError):
            apply(driver.state, batch)
    driver.run(none_chosen("08:00"))
    driver.send(Payment(KG_BANK, RU_BANK, 1_00, "08:01"))


def test_a_selection_stands_alone_in_its_batch() -> None:
    driver = waiting_driver()
    twice = choose("08:00", [], 0).controls * 2
    with pytest.raises(BatchShapeError, match="alone"):
        apply(driver.state, CommandBatch(controls=twice))


def test_limits_of_senders_and_reservations_bind_a_choice() -> None:
    limit = PositionLimit(PositionLimitKind.BILATERAL, KG_BANK, "KGS", RU_BANK, 50)
    with pytest.raises(SelectionRefusedError, match="limit"):
        apply(waiting_driver(position_limits=(limit,)).state, choose("08:00", [1, 2], 19_00))
    scheme = with_reservations(direct_scheme(HOURLY, 1_00), 50, 0)
    driver = Driver(scheme).start()
    driver.send(Payment(KG_BANK, RU_BANK, 10_00, "07:10"), Payment(RU_BANK, KG_BANK, 9_00, "07:11"))
    driver.advance("08:00")
    with pytest.raises(SelectionRefusedError, match="would give 100 and has 50"):
        apply(driver.state, choose("08:00", [0, 1], 19_00))


@pytest.mark.parametrize(
    "saving",
    [
        HOURLY,
        LiquiditySaving(2, 30, multilateral_on_entry=True, selection_every=60),
        LiquiditySaving(0, None, Release.BYPASS, selection_every=60),
    ],
)
@pytest.mark.parametrize("opening", [0, 5_00])
@pytest.mark.parametrize("sponsored", [False, True])
def test_what_the_solver_chooses_settles_and_replays(
    saving: LiquiditySaving, opening: int, sponsored: bool
) -> None:
    limits = (
        PositionLimit(PositionLimitKind.MULTILATERAL, KG_SMALL, "KGS", None, 20_00),
        PositionLimit(PositionLimitKind.BILATERAL, RU_BANK, "KGS", KG_BANK, 30_00),
    )
    scheme = direct_scheme(saving, opening, position_limits=limits)
    if sponsored:
        scheme = small_scheme(opening, position_limits=limits)
        scheme = with_liquidity_saving(scheme, "goods", saving)
    ledger = settled_with_choices(scheme, 60)
    events = [events_of_record(one) for one in ledger.journal.records()]
    again = rebuild(ledger.journal)
    assert again.state.known_books().balances.tobytes() == (
        ledger.state.known_books().balances.tobytes()
    )
    assert events


def events_of_record(record: Any) -> bytes:
    return bytes(record.hash)


def settled_with_choices(scheme: Scheme, count: int) -> Ledger:
    """Settle a crowded morning, with every selection that falls due, and close the day."""
    driver = Driver(scheme).start()
    opening = [*_opening_batches(driver)]
    ledger = Ledger(MemoryJournal(), new_state(), None)
    for batch in opening:
        ledger.commit(batch)
    for number, payment in enumerate(crowded(3, count)):
        select_due(ledger, SolverChooser(), clock(payment.at))
        ledger.commit(batch_of(scheme, [payment], first=number))
    close = clock("18:15")
    select_due(ledger, SolverChooser(), close)
    ledger.commit(CommandBatch(controls=(Control(ControlKind.ADVANCE, close, {}),)))
    return ledger


def _opening_batches(driver: Driver) -> list[CommandBatch]:
    """Return the batch with which a driver opened its day."""
    return driver.batches[:1]


def test_an_agreement_without_selection_takes_no_part() -> None:
    driver = waiting_driver()
    driver.run(none_chosen("08:00"))
    driver.send(
        Payment(KG_BANK, RU_SMALL, 7_00, "08:10", purpose="SCVE"),
    )
    driver.advance("09:00")
    (problem,) = problems(driver.state, clock("09:00"))
    assert problem.payments.tolist() == [0, 1, 2]


def test_the_state_before_a_scheme_has_no_selection() -> None:
    assert State().selections == []
    assert events_of(Driver(small_scheme())) == events_of(Driver(small_scheme()))
