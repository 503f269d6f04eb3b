"""Legs of trades that one of their banks wants back, when something else ends them first."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.kit.batches import Driver, Order, Payment
from tests.kit.schemes import DAY, KG_BANK, RU_BANK, small_scheme

from comity.agreements import PaymentVersusPayment, Scheme, UnsettledAtClose
from comity.payments.codes import Definition, OrderStatus
from comity.payments.lifecycle import State as PaymentState
from comity.payments.reasons import Reason

TUESDAY = DAY + timedelta(days=1)
SOMS = Payment(
    KG_BANK, RU_BANK, 60_00, definition=Definition.PACS_009, trade=7, counter=("RUB", 40_00)
)
ROUBLES = replace(
    SOMS, payer=RU_BANK, payee=KG_BANK, amount=40_00, currency="RUB", counter=("KGS", 60_00)
)


def linking(at_close: UnsettledAtClose) -> Scheme:
    """Return the scheme with legs under its agreement on goods, and accounts without money."""
    scheme = small_scheme(0)
    return replace(
        scheme,
        agreements=tuple(
            replace(
                one,
                payment_versus_payment=PaymentVersusPayment(None, None),
                settlement=replace(one.settlement, unsettled_at_close=at_close),
            )
            if one.id == "goods"
            else one
            for one in scheme.agreements
        ),
    )


def matched(at_close: UnsettledAtClose = UnsettledAtClose.EXPIRE) -> Driver:
    """Return a driver in which the first two payments are a matched trade that is not covered."""
    driver = Driver(linking(at_close)).start()
    driver.send(SOMS, ROUBLES)
    assert driver.states() == [PaymentState.QUEUED] * 2
    return driver


@pytest.mark.parametrize(
    ("at_close", "after", "answer"),
    [
        (UnsettledAtClose.EXPIRE, PaymentState.EXPIRED, "REFUSED ALREADY_ENDED"),
        (UnsettledAtClose.ROLL, PaymentState.CANCELLED, "DONE"),
    ],
)
def test_at_the_close_what_one_bank_asks_of_a_trade_is_decided(
    at_close: UnsettledAtClose, after: PaymentState, answer: str
) -> None:
    driver = matched(at_close)
    driver.send(Order(KG_BANK, 1, "09:00"))
    driver.close()
    assert driver.answers_to(0) == ["PENDING", answer]
    assert driver.states()[0] is after
    driver.start(TUESDAY).close(TUESDAY)
    assert driver.answers_to(0) == ["PENDING", answer]


def test_the_leg_of_the_other_bank_rolls_by_itself() -> None:
    driver = matched(UnsettledAtClose.ROLL)
    driver.send(Order(KG_BANK, 1, "09:00"))
    driver.close()
    assert driver.states() == [PaymentState.CANCELLED, PaymentState.WAREHOUSED]
    driver.start(TUESDAY)
    assert driver.states()[1] is PaymentState.QUEUED


def test_a_leg_too_many_of_a_trade_has_ended_and_binds_nobody() -> None:
    driver = matched()
    driver.send(replace(SOMS, at="08:30"), Order(KG_BANK, 3, "09:00"))
    assert driver.states()[2] is PaymentState.REJECTED
    assert driver.answers_to(0) == ["REFUSED ALREADY_ENDED"]
    driver.send(Order(RU_BANK, 2, "09:05"))
    assert driver.answers_to(1) == ["PENDING"]
    assert driver.states()[:2] == [PaymentState.QUEUED] * 2


def test_a_leg_of_another_day_is_withdrawn_without_the_pair_of_today() -> None:
    driver = matched()
    driver.send(replace(SOMS, at="08:30", value_date=TUESDAY), Order(KG_BANK, 3, "09:00"))
    assert driver.answers_to(0) == [OrderStatus.DONE.name]
    assert driver.states() == [PaymentState.QUEUED] * 2 + [PaymentState.CANCELLED]
    reasons = [int(event["reason"]) for one in driver.outcomes for event in one.events]
    assert reasons.count(Reason.CANCELLED_BY_SENDER) == 1
