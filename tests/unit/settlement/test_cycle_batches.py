"""Cycles of every kind: how the batches are cut does not matter, and money goes round in none."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from tests.kit.batches import Driver, batch_of
from tests.kit.schemes import (
    KG_BANK,
    RU_BANK,
    RU_SMALL,
    small_scheme,
    with_asset,
    with_netting,
    with_waterfall,
)
from tests.unit.settlement.test_engine import TUESDAY, events_of, random_payments

from comity.agreements import (
    AfterShortfall,
    CycleNetting,
    Repaid,
    ResourceKind,
    ResourceTerms,
    Scheme,
    ShortfallLayer,
    ShortfallTerms,
)
from comity.payments.codes import CycleState, EventKind, Mechanism

RESOURCES = tuple(
    ResourceTerms(bank, code, kind, 15_00)
    for bank, code in ((KG_BANK, "KGS"), (RU_BANK, "KGS"), (RU_BANK, "RUB"), (RU_SMALL, "RUB"))
    for kind in ResourceKind
)


def scarce() -> Scheme:
    return replace(small_scheme(40_00), resources=RESOURCES)


def with_layers(then: AfterShortfall, repaid: Repaid) -> Scheme:
    return with_waterfall(scarce(), ShortfallTerms(tuple(ShortfallLayer), then, repaid))


WAYS: dict[str, Callable[[], Scheme]] = {
    "plain": scarce,
    "roll": lambda: with_layers(AfterShortfall.ROLL, Repaid.AT_CLOSE),
    "abort": lambda: with_layers(AfterShortfall.ABORT, Repaid.CARRIED_OVER),
    "bilateral": lambda: with_netting(scarce(), CycleNetting.BILATERAL),
    "asset": lambda: with_asset(scarce(), "KGS"),
}


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("way", WAYS)
def test_a_batch_of_many_causes_what_many_batches_of_one_cause(way: str, seed: int) -> None:
    payments = random_payments(seed, 60)
    whole, parts = Driver(WAYS[way]()).start(), Driver(WAYS[way]()).start()
    whole.run(batch_of(whole.scheme, payments))
    for payment in payments:
        parts.send(payment)
    for driver in (whole, parts):
        driver.close()
        driver.start(TUESDAY).close(TUESDAY)
    assert events_of(whole) == events_of(parts)


def test_the_random_days_reach_every_outcome() -> None:
    found: set[tuple[str, int]] = set()
    mechanisms: set[int] = set()
    for way, make in WAYS.items():
        for seed in range(6):
            driver = Driver(make()).start()
            driver.run(batch_of(driver.scheme, random_payments(seed, 60)))
            driver.close()
            for outcome in driver.outcomes:
                steps = outcome.events[outcome.events["kind"] == EventKind.CYCLE]
                found |= {(way, int(after)) for after in np.unique(steps["after"])}
            live = driver.state.known_books().live[: driver.state.payment_count]
            mechanisms |= set(live["mechanism"].tolist())
    assert ("roll", CycleState.PARTIAL) in found
    assert ("bilateral", CycleState.PARTIAL) in found
    assert {way for way, after in found if after == CycleState.SETTLED} == set(WAYS)
    assert {Mechanism.CYCLE, Mechanism.BILATERAL_CYCLE} <= mechanisms
