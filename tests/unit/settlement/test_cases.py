"""Screening cases in the engine: two people, what follows, and what is held when lists change."""

from datetime import date
from typing import Any

import numpy as np
import pytest
from tests.kit.batches import Driver, Order, Payment, clock
from tests.kit.days import last_reason
from tests.kit.schemes import DAY, KG_BANK, RU_BANK, RU_SMALL, small_scheme

from comity.agreements.document import DocumentError
from comity.business_calendar import date_to_days
from comity.errors import InvariantError
from comity.payments.codes import CaseState, ControlKind, EventKind, TransferKind
from comity.payments.commands import CommandBatch, Control, Outcome
from comity.payments.lifecycle import State as PaymentState
from comity.payments.reasons import Reason
from comity.settlement.case_decisions import Case, CaseError, GoodParty
from comity.settlement.invariants import check_books, frozen_money_is_blocked
from comity.settlement.refusal import BatchShapeError, DayNotOpenError

TODAY = date_to_days(DAY)
TUESDAY = date(2026, 5, 26)
BLOCKED = "blocked:CBKGKG20:KGS"


def act(driver: Driver, payment: int = 0, **said: Any) -> Outcome:
    body = {
        "payment": payment,
        "verdict": "FALSE_POSITIVE",
        "effect": "",
        "actor": "A. Askarova",
        "reason": "another date of birth",
        "good_until": 0,
        "good": [],
        "entries": [{"list_name": "L", "reference": "1"}],
        "evidence": ["Dbtr/Nm: the name equals"],
        **said,
    }
    control = Control(ControlKind.DECIDE_CASE, driver.state.now_us, body)
    return driver.run(CommandBatch(controls=(control,)))


def both(driver: Driver, payment: int = 0, **said: Any) -> Outcome:
    act(driver, payment, **said)
    return act(driver, payment, **{**said, "actor": "B. Bakirov"})


def case_events(outcome: Outcome) -> list[tuple[int, CaseState, int, int]]:
    events = outcome.events[outcome.events["kind"] == EventKind.CASE]
    return [
        (int(one["subject"]), CaseState(int(one["after"])), int(one["detail"]), int(one["value"]))
        for one in events
    ]


@pytest.fixture
def driver() -> Driver:
    """A day on which a payment of 10.00 som is held."""
    made = Driver(small_scheme()).start()
    made.send(Payment(KG_BANK, RU_BANK, 10_00, hit=3))
    assert made.states() == [PaymentState.HELD_SCREENING]
    return made


def test_two_people_let_a_payment_go_that_concerns_nobody_listed(driver: Driver) -> None:
    first = act(driver)
    assert case_events(first) == [(0, CaseState.OPEN, 1, 0)]
    assert driver.states() == [PaymentState.HELD_SCREENING]
    second = act(driver, actor="B. Bakirov")
    assert case_events(second) == [(0, CaseState.FALSE_POSITIVE, 2, 0)]
    assert driver.states() == [PaymentState.SETTLED]
    assert driver.state.cases == {}


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({}, "both acts of 'A. Askarova', expected another person"),
        ({"actor": "a. ASKAROVA"}, "expected another person"),
        ({"actor": "B", "verdict": "TRUE_MATCH", "effect": "freeze"}, "TRUE_MATCH with freeze"),
        ({"actor": "B", "entries": []}, "on 0 listed entries"),
    ],
)
def test_a_second_act_must_be_another_persons_and_say_the_same(
    driver: Driver, said: dict[str, Any], words: str
) -> None:
    act(driver)
    with pytest.raises(CaseError, match=words):
        act(driver, **said)
    check_books(driver.state)
    assert driver.states() == [PaymentState.HELD_SCREENING]
    assert len(driver.state.cases[0].acts) == 1


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"verdict": "OPEN"}, "verdict"),
        ({"verdict": "LET_GO"}, "verdict"),
        ({"effect": "freeze"}, "effect"),
        ({"verdict": "TRUE_MATCH"}, "effect"),
        ({"verdict": "TRUE_MATCH", "effect": "forget"}, "effect"),
        ({"actor": " "}, "actor"),
        ({"actor": "x" * 71}, "actor"),
        ({"reason": ""}, "reason"),
        ({"good_until": TODAY + 1}, "good"),
        ({"good_until": TODAY + 400, "good": [GoodParty("a", "1", "L", "1")]}, "good_until"),
        ({"good_until": TODAY, "good": [GoodParty("a", "1", "L", "1")]}, "good_until"),
        ({"good_until": TODAY + 9, "good": [GoodParty("a", "", "L", "1")]}, "good"),
        ({"password": "x"}, "expected an object with payment"),
    ],
)
def test_an_act_that_says_what_cannot_be_is_refused(
    driver: Driver, said: dict[str, Any], words: str
) -> None:
    plain: dict[str, Any] = {
        key: [
            {name: getattr(one, name) for name in ("name", "account", "list_name", "reference")}
            for one in value
        ]
        if key == "good"
        else value
        for key, value in said.items()
    }
    with pytest.raises(DocumentError, match=words):
        act(driver, **plain)
    assert driver.state.cases == {}


@pytest.mark.parametrize("payment", [-1, 1, 99])
def test_only_a_payment_held_by_screening_is_a_case(driver: Driver, payment: int) -> None:
    driver.send(Payment(KG_BANK, RU_BANK, 5_00))
    with pytest.raises(CaseError, match="expected"):
        act(driver, payment)


def test_an_act_takes_place_at_the_time_the_books_have_come_to(driver: Driver) -> None:
    driver.advance("09:00")
    body = {"payment": 0}
    late = Control(ControlKind.DECIDE_CASE, clock("09:01"), body)
    with pytest.raises(BatchShapeError, match="the time the books have come to"):
        driver.run(CommandBatch(controls=(late,)))
    beside = Control(ControlKind.ADVANCE, clock("09:00"), {})
    act_now = Control(ControlKind.DECIDE_CASE, clock("09:00"), body)
    with pytest.raises(BatchShapeError, match="beside others"):
        driver.run(CommandBatch(controls=(beside, act_now)))


def test_one_person_escalates_and_what_was_proposed_is_gone(driver: Driver) -> None:
    act(driver)
    outcome = act(driver, verdict="ESCALATED")
    assert case_events(outcome) == [(0, CaseState.ESCALATED, 2, 0)]
    with pytest.raises(CaseError, match="escalated already"):
        act(driver, verdict="ESCALATED", actor="C")
    assert case_events(act(driver)) == [(0, CaseState.ESCALATED, 3, 0)]
    with pytest.raises(CaseError, match="another person"):
        act(driver)
    act(driver, actor="C. Chynybaev")
    assert driver.states() == [PaymentState.SETTLED]


def test_a_true_match_moves_the_money_to_the_blocked_account(driver: Driver) -> None:
    before = driver.balance(f"settlement:{KG_BANK}@CBKGKG20:KGS")
    outcome = both(driver, verdict="TRUE_MATCH", effect="freeze")
    assert case_events(outcome) == [(0, CaseState.TRUE_MATCH, 2, 10_00)]
    assert driver.states() == [PaymentState.FROZEN]
    assert last_reason(driver, 0) is Reason.FROZEN_BY_LIST
    assert driver.balance(BLOCKED) == 10_00
    assert driver.balance(f"settlement:{KG_BANK}@CBKGKG20:KGS") == before - 10_00
    assert outcome.transfers["kind"].tolist() == [TransferKind.SET_ASIDE]
    driver.close()
    assert driver.states() == [PaymentState.FROZEN]
    assert driver.balance(BLOCKED) == 10_00


def test_a_sponsored_banks_money_is_blocked_through_its_correspondent() -> None:
    driver = Driver(small_scheme()).start()
    driver.send(Payment(RU_SMALL, RU_BANK, 10_00, hit=3))
    outcome = both(driver, verdict="TRUE_MATCH", effect="freeze")
    assert outcome.transfers["kind"].tolist() == [TransferKind.LORO, TransferKind.SET_ASIDE]
    assert driver.balance(BLOCKED) == 10_00


def test_a_freeze_without_cover_blocks_nothing_and_says_so() -> None:
    driver = Driver(small_scheme()).start()
    driver.send(Payment(KG_BANK, RU_BANK, 9_000_000_00, hit=3))
    outcome = both(driver, verdict="TRUE_MATCH", effect="freeze")
    assert case_events(outcome) == [(0, CaseState.TRUE_MATCH, 2, 0)]
    assert driver.states() == [PaymentState.FROZEN]
    assert len(outcome.transfers) == 0


def test_a_list_that_rejects_ends_the_payment_with_a_reason_that_names_no_list(
    driver: Driver,
) -> None:
    both(driver, verdict="TRUE_MATCH", effect="reject")
    assert driver.states() == [PaymentState.REJECTED]
    assert last_reason(driver, 0) is Reason.REFUSED_BY_LIST


def test_a_list_that_wants_a_report_lets_the_payment_go_on(driver: Driver) -> None:
    outcome = both(driver, verdict="TRUE_MATCH", effect="report")
    assert case_events(outcome) == [(0, CaseState.TRUE_MATCH, 2, 0)]
    assert driver.states() == [PaymentState.SETTLED]


def test_what_is_frozen_is_told_to_nobody(driver: Driver) -> None:
    outcome = both(driver, verdict="TRUE_MATCH", effect="freeze")
    steps = outcome.events[outcome.events["kind"] == EventKind.PAYMENT]
    assert steps["rests"].tolist() == [0]


def test_nothing_is_decided_between_days_and_what_is_held_settles_on_a_later_one(
    driver: Driver,
) -> None:
    act(driver)
    driver.close()
    with pytest.raises(DayNotOpenError, match="no business day is open"):
        act(driver, actor="B. Bakirov")
    assert driver.states() == [PaymentState.HELD_SCREENING]
    driver.start(TUESDAY)
    act(driver, actor="B. Bakirov")
    assert driver.states() == [PaymentState.SETTLED]
    driver.close(TUESDAY)


def test_a_payment_let_go_before_its_date_waits_for_it() -> None:
    driver = Driver(small_scheme()).start()
    driver.send(Payment(KG_BANK, RU_BANK, 10_00, hit=3, value_date=TUESDAY))
    both(driver)
    assert driver.states() == [PaymentState.WAREHOUSED]
    driver.close()
    driver.start(TUESDAY)
    assert driver.states() == [PaymentState.SETTLED]


def test_a_request_to_cancel_is_answered_once_the_case_is_decided(driver: Driver) -> None:
    driver.send(Order(KG_BANK, 1, at="09:00"))
    assert driver.answers_to(0) == ["PENDING"]
    both(driver, verdict="TRUE_MATCH", effect="freeze")
    assert driver.answers_to(0) == ["PENDING"], "frozen looks like held"


def test_good_parties_are_kept_until_their_day(driver: Driver) -> None:
    party = {"name": "vimislov", "account": "KG12", "list_name": "L", "reference": "1"}
    both(driver, good_until=TODAY + 30, good=[party])
    assert driver.state.good_parties == {GoodParty(**party): TODAY + 30}


def test_lists_that_change_hold_what_waits_and_nobody_else_is_held_up() -> None:
    driver = Driver(small_scheme()).start()
    driver.send(
        Payment(KG_BANK, RU_BANK, 9_000_000_00),
        Payment(KG_BANK, RU_BANK, 10_00),
        Payment(KG_BANK, RU_BANK, 5_00, value_date=TUESDAY),
        Payment(KG_BANK, RU_BANK, 7_00, purpose="GIFT"),
    )
    assert driver.states() == [
        PaymentState.QUEUED,
        PaymentState.QUEUED,
        PaymentState.WAREHOUSED,
        PaymentState.ACCEPTED,
    ]
    now = driver.state.now_us
    lists = Control(ControlKind.ADOPT_LISTS, now, {"versions": ["newer"]})
    found = Control(ControlKind.RESCREEN, now, {"payments": [0, 2, 3]})
    driver.run(CommandBatch(controls=(lists, found)))
    assert driver.states() == [
        PaymentState.HELD_SCREENING,
        PaymentState.SETTLED,
        PaymentState.HELD_SCREENING,
        PaymentState.HELD_SCREENING,
    ]
    assert driver.state.list_versions == ("newer",)
    both(driver, 3)
    assert driver.states()[3] is PaymentState.ACCEPTED
    driver.close()


@pytest.mark.parametrize("payments", [[0], [1, 1], [2], [-1]])
def test_only_what_waits_is_held_when_lists_change(payments: list[int]) -> None:
    driver = Driver(small_scheme()).start()
    driver.send(Payment(KG_BANK, RU_BANK, 10_00), Payment(KG_BANK, RU_BANK, 9_000_000_00))
    control = Control(ControlKind.RESCREEN, driver.state.now_us, {"payments": payments})
    with pytest.raises((CaseError, DocumentError)):
        driver.run(CommandBatch(controls=(control,)))
    assert driver.states() == [PaymentState.SETTLED, PaymentState.QUEUED]


def test_the_same_commands_cause_the_same_events(driver: Driver) -> None:
    both(driver, verdict="TRUE_MATCH", effect="freeze")
    again = Driver(small_scheme())
    for batch in driver.batches:
        again.run(batch)
    for one, other in zip(driver.outcomes, again.outcomes, strict=True):
        assert one.events.tobytes() == other.events.tobytes()
        assert one.transfers.tobytes() == other.transfers.tobytes()


@pytest.mark.parametrize("damage", ["balance", "state", "case"])
def test_damage_to_frozen_money_is_seen(driver: Driver, damage: str) -> None:
    both(driver, verdict="TRUE_MATCH", effect="freeze")
    frozen_money_is_blocked(driver.state)
    books = driver.state.known_books()
    if damage == "balance":
        books.balances["posted"][driver.state.known_chart().number_of[BLOCKED]] -= 1
    elif damage == "state":
        books.live["state"][0] = np.int8(PaymentState.REJECTED)
    else:
        driver.state.cases[0] = Case([])
    with pytest.raises(InvariantError, match="I13"):
        frozen_money_is_blocked(driver.state)
