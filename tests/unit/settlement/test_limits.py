"""Sender limits: enforced however payments settle, and damage to their counts is seen."""

from dataclasses import replace

import numpy as np
import pytest
from tests.kit.batches import Driver, Payment, batch_of
from tests.kit.days import last_reason
from tests.kit.schemes import KG_BANK, RU_BANK, RU_SMALL, small_scheme, with_liquidity_saving
from tests.unit.settlement.test_engine import events_of
from tests.unit.settlement.test_resolution import ON_ENTRY, crowded, direct_scheme

from comity.agreements import LiquiditySaving, PositionLimit, PositionLimitKind, Release
from comity.errors import InvariantError
from comity.payments.lifecycle import State as PaymentState
from comity.payments.reasons import Reason
from comity.settlement.invariants_limits import (
    no_net_debit_cap_is_passed,
    no_sender_limit_is_passed,
)

BILATERAL, MULTILATERAL = PositionLimitKind.BILATERAL, PositionLimitKind.MULTILATERAL
LIMITS = (
    PositionLimit(BILATERAL, KG_BANK, "KGS", RU_BANK, 10_00),
    PositionLimit(MULTILATERAL, KG_BANK, "KGS", None, 20_00),
    PositionLimit(MULTILATERAL, RU_SMALL, "KGS", None, 5_00),
)
SAVINGS = {
    "strict order": LiquiditySaving(1, None),
    "on entry": ON_ENTRY,
    "bypass and every half hour": LiquiditySaving(3, 30, Release.BYPASS),
}


@pytest.mark.parametrize("saving", SAVINGS.values(), ids=SAVINGS)
@pytest.mark.parametrize("opening", [0, 15_00, 500_00])
def test_no_limit_is_passed_however_payments_settle(saving: LiquiditySaving, opening: int) -> None:
    # The driver checks every invariant after each command, among them that nothing could move.
    for seed in range(2):
        scheme = direct_scheme(saving, opening, position_limits=LIMITS)
        payments = crowded(seed, 80)
        whole, parts = Driver(scheme).start(), Driver(scheme).start()
        whole.run(batch_of(scheme, payments))
        for payment in payments:
            parts.send(payment)
        whole.close()
        parts.close()
        assert events_of(whole) == events_of(parts)
        if opening:
            assert PaymentState.SETTLED in parts.states()


def driver_with_limits() -> Driver:
    driver = Driver(small_scheme(position_limits=LIMITS)).start()
    driver.send(Payment(KG_BANK, RU_BANK, 4_00))
    return driver


def test_what_was_sent_is_counted_for_both() -> None:
    limits = driver_with_limits().state.known_books().limits
    assert limits.bilateral["sent_minor"].tolist() == [4_00]
    counts = sorted(limits.multilateral["sent_minor"].tolist())
    assert (counts[0], counts[-1], sum(counts)) == (-4_00, 4_00, 0)


@pytest.mark.parametrize("table", ["bilateral", "multilateral"])
def test_a_limit_that_is_passed_is_seen(table: str) -> None:
    driver = driver_with_limits()
    rows = getattr(driver.state.known_books().limits, table)
    rows["sent_minor"][np.argmin(rows["limit_minor"])] = 10**6
    with pytest.raises(InvariantError, match="allowed"):
        no_sender_limit_is_passed(driver.state)


@pytest.mark.parametrize("table", ["bilateral", "multilateral"])
def test_a_count_that_no_payment_explains_is_seen(table: str) -> None:
    driver = driver_with_limits()
    getattr(driver.state.known_books().limits, table)["sent_minor"][0] += 1
    with pytest.raises(InvariantError, match="settle"):
        no_sender_limit_is_passed(driver.state)


CAPS = (
    PositionLimit(PositionLimitKind.NET_DEBIT_CAP, KG_BANK, "KGS", None, 20_00, pool="main"),
    PositionLimit(PositionLimitKind.NET_DEBIT_CAP, RU_BANK, "KGS", None, 0, pool="main"),
    PositionLimit(PositionLimitKind.NET_DEBIT_CAP, RU_SMALL, "KGS", None, 15_00, pool="main"),
)


@pytest.mark.parametrize("seed", range(4))
def test_caps_hold_in_every_open_cycle_however_batches_are_cut(seed: int) -> None:
    # The driver checks every invariant after each command, those of caps among them.
    scheme = small_scheme(500_00, position_limits=CAPS)
    payments = [replace(one, purpose="GIFT") for one in crowded(seed, 90)]
    whole, parts = Driver(scheme).start(), Driver(scheme).start()
    whole.run(batch_of(scheme, payments))
    for payment in payments:
        parts.send(payment)
    assert PaymentState.QUEUED in parts.states()
    for driver in (whole, parts):
        driver.close()
    assert events_of(whole) == events_of(parts)
    assert whole.states() == parts.states()


def capped_driver() -> Driver:
    driver = Driver(small_scheme(position_limits=CAPS)).start()
    driver.send(
        Payment(KG_BANK, RU_BANK, 15_00, purpose="GIFT"),
        Payment(KG_BANK, RU_BANK, 6_00, purpose="GIFT"),
    )
    assert driver.states() == [PaymentState.ACCEPTED, PaymentState.QUEUED]
    return driver


@pytest.mark.parametrize(
    ("field", "change", "said"),
    [("debit_minor", 1, "counted"), ("cap_minor", -6_00, "owed"), ("cap_minor", 1_00, "has room")],
)
def test_damage_to_caps_is_seen(field: str, change: int, said: str) -> None:
    driver = capped_driver()
    no_net_debit_cap_is_passed(driver.state)
    positions = driver.state.known_books().caps.positions
    key = int(np.flatnonzero(positions["debit_minor"] == 15_00)[0])
    positions[field][key] += change
    with pytest.raises(InvariantError, match=said):
        no_net_debit_cap_is_passed(driver.state)


def test_what_waits_for_room_is_given_the_reason_of_its_own() -> None:
    driver = capped_driver()
    assert last_reason(driver, 1) is Reason.NET_DEBIT_CAP
    driver.close()
    assert driver.states() == [PaymentState.SETTLED] * 2, "it joined the second cycle"


def test_saving_liquidity_helps_within_limits() -> None:
    saving = LiquiditySaving(0, None, multilateral_on_entry=True)
    scheme = with_liquidity_saving(small_scheme(0, position_limits=LIMITS), "goods", saving)
    driver = Driver(scheme).start()
    driver.send(Payment(KG_BANK, RU_BANK, 60_00))
    driver.send(Payment(RU_BANK, KG_BANK, 60_00))
    assert driver.states() == [PaymentState.SETTLED] * 2
