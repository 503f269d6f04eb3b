"""Returns that their senders withdraw: what they counted against their originals is free again."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tests.kit.batches import Driver, Order, Payment
from tests.kit.schemes import DAY, KG_BANK, RATE, RU_BANK, RU_SMALL, small_scheme
from tests.unit.settlement.test_returns import (
    TUESDAY,
    back,
    investment,
    reasons_of,
    returned_in,
    two_way,
)

from comity.agreements import ReturnsAt
from comity.payments.codes import Definition, EventKind, OrderKind, OrderStatus, Priority
from comity.payments.lifecycle import State as PaymentState
from comity.payments.reasons import Reason

LATE = DAY + timedelta(days=7)


def queued() -> Driver:
    """Return a driver in which the second payment is a return that waits for cover."""
    driver = Driver(small_scheme()).start()
    driver.send(
        Payment(KG_BANK, RU_BANK, 60_00),
        Payment(RU_BANK, KG_BANK, 1_060_00, "08:30", priority=Priority.URGENT),
        back(60_00, "08:31", reference=50),
    )
    assert driver.states()[2] is PaymentState.QUEUED
    assert returned_in(driver) == (60_00, 0)
    return driver


def capped() -> Driver:
    """Return one in which a return waits for its cycle."""
    driver = Driver(small_scheme()).start()
    driver.send(Payment(KG_BANK, RU_BANK, 60_00, purpose="GIFT"))
    driver.advance("11:30")
    driver.send(back(60_00, "11:40", reference=50))
    assert driver.states() == [PaymentState.SETTLED, PaymentState.ACCEPTED]
    return driver


def dated() -> Driver:
    """Return one in which a return waits for Tuesday."""
    driver = Driver(small_scheme()).start()
    driver.send(Payment(KG_BANK, RU_BANK, 60_00), back(60_00, value_date=TUESDAY, reference=50))
    assert driver.states()[1] is PaymentState.WAREHOUSED
    return driver


def without_rate() -> Driver:
    """Return one in which a return of two currencies waits for the day's rate."""
    scheme = investment(small_scheme(), returns_at=ReturnsAt.CURRENT_FIXING)
    driver = Driver(scheme, rates=(replace(RATE, effective_on=DAY),)).start()
    driver.send(two_way(60_00))
    driver.close()
    driver.start(LATE)
    driver.send_on(LATE, back(60_00, currency="RUB", value_date=LATE, reference=50))
    assert reasons_of(driver)[1] is Reason.RATE_MISSING
    return driver


WAITING: dict[str, Callable[[], Driver]] = {
    "in a queue": queued,
    "for its cycle": capped,
    "for its date": dated,
    "for a rate": without_rate,
}


@pytest.mark.parametrize("where", WAITING)
def test_a_return_that_waits_is_withdrawn_and_can_be_made_again(where: str) -> None:
    driver = WAITING[where]()
    number = driver.state.payment_count - 1
    day = LATE if where == "for a rate" else DAY
    driver.send_on(day, Order(RU_BANK, 50, "11:45", definition=Definition.PACS_004, uetr=1))
    assert driver.answers_to(0) == ["DONE"]
    assert driver.states()[number] is PaymentState.CANCELLED
    assert returned_in(driver) == (0, 0)
    again = back(60_00, "11:46", reference=51, value_date=day)
    if where == "for a rate":
        again = replace(again, currency="RUB")
    driver.send_on(day, again)
    assert returned_in(driver)[0] == 60_00
    assert driver.states()[-1] is not PaymentState.REJECTED


def test_what_stands_behind_a_withdrawn_return_goes() -> None:
    driver = queued()
    driver.send(Payment(KG_BANK, RU_BANK, 10_00, "08:40"), Payment(RU_BANK, KG_BANK, 9_00, "08:41"))
    assert driver.states()[4] is PaymentState.QUEUED
    driver.send(Order(RU_BANK, 50, "08:45", definition=Definition.PACS_004))
    assert driver.states()[4] is PaymentState.SETTLED


MEANT: dict[str, dict[str, Any]] = {
    "by the payer of its original": {"by": KG_BANK},
    "by a bank that has nothing to do with it": {"by": RU_SMALL},
    "as a customer's transfer": {"definition": Definition.PACS_008},
    "with another UETR": {"uetr": 2},
    "with its original's reference": {"original": 1},
    "with its original's amount": {"amount_scaled": 61_00_000},
    "of another date": {"value_date": TUESDAY},
}


@pytest.mark.parametrize("what", MEANT)
def test_another_return_is_not_meant(what: str) -> None:
    driver = queued()
    right = Order(RU_BANK, 50, "08:45", definition=Definition.PACS_004)
    driver.send(replace(right, **MEANT[what]))
    assert driver.answers_to(0) == ["REFUSED NO_ORIGINAL"]
    assert driver.states()[2] is PaymentState.QUEUED
    assert returned_in(driver) == (60_00, 0)


def test_what_is_said_of_it_may_be_right() -> None:
    driver = queued()
    driver.send(
        Order(
            RU_BANK,
            50,
            "08:45",
            definition=Definition.PACS_004,
            uetr=1,
            amount_scaled=60_00_000,
            value_date=DAY,
        )
    )
    assert driver.answers_to(0) == ["DONE"]


def test_every_return_of_a_message_is_withdrawn() -> None:
    driver = queued()
    message = driver.sent
    driver.send(
        Order(
            RU_BANK,
            message,
            "08:45",
            kind=OrderKind.CANCEL_MESSAGE,
            definition=Definition.PACS_004,
        )
    )
    assert driver.answers_to(0) == ["DONE"]
    assert returned_in(driver) == (0, 0)


def test_in_a_cycle_after_the_cut_off_it_is_locked_and_becomes_final() -> None:
    driver = capped()
    driver.advance("15:00")
    assert driver.states()[1] is PaymentState.IN_CYCLE
    driver.send(Order(RU_BANK, 50, "15:01", definition=Definition.PACS_004))
    driver.advance("15:30")
    assert driver.answers_to(0) == ["PENDING", "REFUSED SETTLED_MEANWHILE"]
    assert returned_in(driver) == (60_00, 0)


def test_a_final_return_stays_and_nobody_is_asked_to_give_it_back() -> None:
    driver = Driver(small_scheme()).start()
    driver.send(Payment(KG_BANK, RU_BANK, 60_00), back(60_00, reference=50))
    outcome = driver.send(Order(RU_BANK, 50, "09:10", definition=Definition.PACS_004))
    assert driver.answers_to(0) == ["REFUSED RETURN_FINAL"]
    assert driver.states() == [PaymentState.SETTLED] * 2
    orders = outcome.events[outcome.events["kind"] == EventKind.ORDER]
    assert OrderStatus.FORWARDED not in orders["after"]


def test_one_held_for_screening_is_answered_as_if_it_were_locked() -> None:
    driver = Driver(small_scheme()).start()
    driver.send(Payment(KG_BANK, RU_BANK, 60_00), back(60_00, hit=3, reference=50))
    driver.send(Order(RU_BANK, 50, "09:10", definition=Definition.PACS_004))
    assert driver.answers_to(0) == ["PENDING"]


def test_one_that_was_refused_has_ended() -> None:
    driver = Driver(small_scheme()).start()
    driver.send(Payment(KG_BANK, RU_BANK, 60_00), back(60_01, reference=50))
    driver.send(Order(RU_BANK, 50, "09:10", definition=Definition.PACS_004))
    assert driver.answers_to(0) == ["REFUSED ALREADY_ENDED"]
