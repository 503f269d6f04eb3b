"""Times that senders ask for, where a day told as text does not reach."""

import pytest
from tests.kit.batches import Driver, Payment
from tests.kit.schemes import KG_BANK, RU_BANK, small_scheme, with_liquidity_saving
from tests.unit.settlement.test_engine import TUESDAY
from tests.unit.settlement.test_orders import with_day_ceiling

from comity.agreements import LiquiditySaving, Release
from comity.errors import InvariantError
from comity.payments.codes import EventKind
from comity.payments.lifecycle import State as PaymentState
from comity.payments.reasons import Reason
from comity.settlement.invariants import whoever_waits_is_listed_once


def test_many_that_ask_for_one_time_enter_in_order_of_arrival() -> None:
    driver = Driver(small_scheme(0)).start()
    driver.send(*(Payment(KG_BANK, RU_BANK, 1_00, from_at="10:00") for _ in range(3)))
    driver.send(Payment(KG_BANK, RU_BANK, 9_00, "09:00"))
    driver.advance("10:00")
    driver.send(Payment(RU_BANK, KG_BANK, 1_00, "10:05", from_at="10:30"))
    assert driver.states() == [PaymentState.QUEUED] * 5


@pytest.mark.parametrize("release", Release)
def test_many_are_given_back_in_one_pass_from_anywhere_in_a_queue(release: Release) -> None:
    scheme = with_liquidity_saving(small_scheme(5_00), "goods", LiquiditySaving(1, None, release))
    driver = Driver(scheme).start()
    for reject in ("10:00", "", "10:00", "11:00", "", "10:00"):
        driver.send(Payment(KG_BANK, RU_BANK, 9_00, reject_at=reject))
    driver.send(Payment(KG_BANK, RU_BANK, 5_00, "09:30"))
    driver.advance("10:00")
    ended = [number for number, one in enumerate(driver.states()) if one is PaymentState.EXPIRED]
    assert ended == [0, 2, 5]
    driver.advance("11:00")
    assert driver.states()[3] is PaymentState.EXPIRED


def test_what_is_given_back_lets_go_what_stood_behind_it() -> None:
    driver = Driver(small_scheme(5_00)).start()
    driver.send(Payment(KG_BANK, RU_BANK, 9_00, reject_at="10:00"), Payment(KG_BANK, RU_BANK, 5_00))
    events = driver.advance("10:00").events
    steps = events[events["kind"] == EventKind.PAYMENT]
    assert steps["after"].tolist() == [PaymentState.EXPIRED, PaymentState.SETTLED]
    assert steps["reason"][0] == Reason.NOT_SETTLED_BY_REJECT_TIME
    assert steps["rests"].tolist() == [1, 1], "both are told"


def test_what_is_given_back_gives_its_room_under_the_ceiling_back() -> None:
    driver = Driver(with_day_ceiling(small_scheme(0), 10_00)).start()
    driver.send(Payment(KG_BANK, RU_BANK, 7_00, reject_at="10:00"))
    driver.send(Payment(KG_BANK, RU_BANK, 7_00, "10:01"))
    assert driver.states()[1] is PaymentState.QUEUED


def test_what_is_held_for_screening_ends_at_its_time_like_any_other() -> None:
    """No tipping-off: whoever asked for a time gets its payment back at that time."""
    driver = Driver(small_scheme(0)).start()
    driver.send(Payment(KG_BANK, RU_BANK, 7_00, hit=0, reject_at="10:00"))
    driver.advance("10:00")
    assert driver.states() == [PaymentState.EXPIRED]


def test_a_from_time_awaited_counts_for_no_resolution() -> None:
    saving = LiquiditySaving(0, None, multilateral_on_entry=True)
    driver = Driver(with_liquidity_saving(small_scheme(0), "goods", saving)).start()
    driver.send(Payment(KG_BANK, RU_BANK, 7_00, from_at="10:00"))
    driver.send(Payment(RU_BANK, KG_BANK, 7_00))
    assert driver.states() == [PaymentState.QUEUED] * 2
    driver.advance("10:00")
    assert driver.states() == [PaymentState.SETTLED] * 2


def test_times_of_yesterday_are_not_due_today() -> None:
    driver = Driver(small_scheme(0)).start()
    driver.send(Payment(KG_BANK, RU_BANK, 7_00, hit=0, from_at="10:00", till_at="11:00"))
    driver.close()
    driver.start(TUESDAY).close(TUESDAY)
    assert driver.states() == [PaymentState.HELD_SCREENING]


def test_a_repetition_asks_for_no_time() -> None:
    driver = Driver(small_scheme(0)).start()
    for _ in range(2):
        driver.send(Payment(KG_BANK, RU_BANK, 7_00, reference=5, uetr=5, body=5, reject_at="10:00"))
    assert len(driver.state.times) == 1


@pytest.mark.parametrize("damage", ["another time", "twice", "nowhere"])
def test_who_awaits_a_time_is_due_to_enter_then_and_once(damage: str) -> None:
    driver = Driver(small_scheme(0)).start()
    driver.send(Payment(KG_BANK, RU_BANK, 7_00, from_at="10:00"))
    whoever_waits_is_listed_once(driver.state)
    ((key, parts),) = driver.state.due.items()
    match damage:
        case "another time":
            driver.state.due[key[0], key[1] + 1] = driver.state.due.pop(key)
        case "twice":
            parts.append(parts[0])
        case _:
            driver.state.due.clear()
    with pytest.raises(InvariantError, match="I9"):
        whoever_waits_is_listed_once(driver.state)
