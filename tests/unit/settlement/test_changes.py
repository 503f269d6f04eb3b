"""Changes of waiting payments, where a day told as text does not reach."""

from dataclasses import replace
from typing import Any

import pytest
from tests.kit.batches import Driver, Order, Payment
from tests.kit.schemes import (
    DAY,
    KG_BANK,
    RU_BANK,
    small_scheme,
    with_liquidity_saving,
)
from tests.unit.settlement.test_engine import TUESDAY

from comity.agreements import LiquiditySaving, Release
from comity.payments.codes import Definition, EventKind, Mechanism, OrderKind, Priority, QueuePlace
from comity.payments.lifecycle import State as PaymentState
from comity.payments.reasons import Reason
from comity.settlement.chart import NO_ACCOUNT
from comity.settlement.orders import HELD
from comity.settlement.state import queued_payments

NORMAL_IN_CYCLES = "SCVE"


def change(original: int, at: str = "08:00", **changes: Any) -> Order:
    order = Order(KG_BANK, original, at, OrderKind.MODIFY, payee=RU_BANK)
    return replace(order, **changes)


def queue_of(driver: Driver) -> list[int]:
    """Return the payments of the queue of the first bank in the first currency."""
    return [int(one) for one in queued_payments(driver.state.known_books(), 0)]


@pytest.mark.parametrize("release", Release)
@pytest.mark.parametrize(
    ("place", "order"), [(QueuePlace.FRONT, [3, 2, 0, 1]), (QueuePlace.END, [3, 0, 1, 2])]
)
def test_a_place_is_taken_within_the_class(
    release: Release, place: QueuePlace, order: list[int]
) -> None:
    saving = LiquiditySaving(1, None, release)
    driver = Driver(with_liquidity_saving(small_scheme(0), "goods", saving)).start()
    driver.send(*(Payment(KG_BANK, RU_BANK, amount) for amount in (9_00, 5_00, 7_00)))
    driver.send(Payment(KG_BANK, RU_BANK, 6_00, priority=Priority.HIGH))
    driver.send(change(3, place=place))
    assert queue_of(driver) == order


def test_a_queue_with_trees_can_be_turned_over_many_times() -> None:
    saving = LiquiditySaving(0, None, Release.BYPASS)
    driver = Driver(with_liquidity_saving(small_scheme(0), "goods", saving)).start()
    for number in range(1, 40):
        driver.send(Payment(KG_BANK, RU_BANK, 100 + number))
    for number in range(1, 40):
        driver.send(change(number, place=QueuePlace.FRONT))
    assert queue_of(driver) == list(range(38, -1, -1))
    driver.send(Payment(RU_BANK, KG_BANK, 1))


def test_a_class_that_settles_gross_takes_a_payment_out_of_its_cycle() -> None:
    driver = Driver(small_scheme(20_00)).start()
    driver.send(Payment(KG_BANK, RU_BANK, 5_00, purpose=NORMAL_IN_CYCLES))
    assert driver.states() == [PaymentState.ACCEPTED]
    events = driver.send(change(1, priority=Priority.HIGH)).events
    assert driver.states() == [PaymentState.SETTLED]
    steps = events[events["kind"] == EventKind.PAYMENT]
    assert steps["rests"].tolist() == [0, 1], "it is not said to wait"
    assert driver.state.known_books().live["mechanism"][0] == Mechanism.GROSS


def test_one_without_cover_is_said_to_wait_for_it() -> None:
    driver = Driver(small_scheme(0)).start()
    driver.send(Payment(KG_BANK, RU_BANK, 5_00, purpose=NORMAL_IN_CYCLES))
    events = driver.send(change(1, priority=Priority.URGENT)).events
    steps = events[events["kind"] == EventKind.PAYMENT]
    assert (steps["reason"].tolist(), steps["rests"].tolist()) == ([Reason.NO_COVER], [1])


def test_a_class_that_settles_in_cycles_takes_a_payment_out_of_its_queue() -> None:
    driver = Driver(small_scheme(4_00)).start()
    driver.send(
        Payment(KG_BANK, RU_BANK, 5_00, purpose=NORMAL_IN_CYCLES, priority=Priority.HIGH),
        Payment(KG_BANK, RU_BANK, 4_00),
    )
    driver.send(change(1, priority=Priority.NORMAL))
    assert driver.states() == [PaymentState.QUEUED, PaymentState.SETTLED]
    driver.send(Payment(RU_BANK, KG_BANK, 5_00, "10:00", purpose="GIFT"))
    driver.advance("11:30")
    assert driver.state.known_books().live["mechanism"][0] == Mechanism.CYCLE


@pytest.mark.parametrize("held", sorted(HELD))
def test_what_is_held_is_changed_like_what_waits_for_its_date(held: PaymentState) -> None:
    driver = Driver(small_scheme(0)).start()
    driver.send(Payment(KG_BANK, RU_BANK, 5_00, hit=0))
    driver.send(Payment(KG_BANK, RU_BANK, 5_00, value_date=TUESDAY))
    driver.state.known_books().live["state"][0] = held
    if held is PaymentState.FROZEN:
        driver.state.frozen[0] = (NO_ACCOUNT, 0)
    for number in (1, 2):
        driver.send(change(number, priority=Priority.HIGH, reject_at="12:00"))
        driver.send(change(number, place=QueuePlace.FRONT))
    assert [driver.answers_to(each) for each in range(4)] == [
        ["DONE"],
        ["REFUSED NOT_CHANGEABLE"],
    ] * 2
    assert driver.state.known_books().live["priority"][:2].tolist() == [Priority.HIGH] * 2


def test_a_change_before_the_date_holds_on_the_date() -> None:
    driver = Driver(small_scheme(0)).start()
    driver.send(
        Payment(KG_BANK, RU_BANK, 5_00, value_date=TUESDAY),
        Payment(KG_BANK, RU_BANK, 5_00, value_date=TUESDAY),
    )
    driver.send(change(2, priority=Priority.HIGH))
    driver.send_on(DAY, change(1, "09:00", from_at="", reject_at=""))
    driver.close()
    driver.start(TUESDAY)
    assert queue_of(driver) == [1, 0]


def test_what_is_locked_or_has_ended_is_not_changed() -> None:
    driver = Driver(small_scheme(20_00)).start()
    driver.send(Payment(KG_BANK, RU_BANK, 5_00, purpose="GIFT"))
    driver.send(Payment(KG_BANK, RU_BANK, 0))
    driver.send(change(1, "11:10", priority=Priority.HIGH), change(2, priority=Priority.HIGH))
    assert driver.answers_to(0) == ["REFUSED NOT_CHANGEABLE"]
    assert driver.answers_to(1) == ["REFUSED ALREADY_ENDED"]


def test_the_amount_tells_two_payments_of_one_uetr_apart() -> None:
    driver = Driver(small_scheme(0)).start()
    for amount, definition in ((5_00, Definition.PACS_008), (6_00, Definition.PACS_009_COV)):
        driver.send(Payment(KG_BANK, RU_BANK, amount, uetr=7, definition=definition))
    driver.send(change(7, priority=Priority.HIGH, amount_scaled=600_000))
    assert queue_of(driver) == [1, 0]


def test_all_or_nothing_of_an_order_is_done() -> None:
    driver = Driver(small_scheme(0)).start()
    driver.send(Payment(KG_BANK, RU_BANK, 5_00))
    driver.send(change(1, priority=Priority.HIGH, reject_at="08:00"))
    assert driver.answers_to(0) == ["REFUSED REJECT_TIME_PASSED"]
    assert driver.state.known_books().live["priority"][0] == Priority.NORMAL
