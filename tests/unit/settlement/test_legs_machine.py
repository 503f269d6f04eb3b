"""Random trades between random payments: both legs or none, whatever rule releases them."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import time
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kit.batches import Driver, Payment, batch_of
from tests.kit.schemes import (
    KG_BANK,
    KG_SMALL,
    RU_BANK,
    RU_SMALL,
    small_scheme,
    with_liquidity_saving,
    with_netting,
    with_reservations,
    with_waterfall,
)

from comity.agreements import (
    AfterShortfall,
    CycleNetting,
    LiquiditySaving,
    PaymentVersusPayment,
    PositionLimit,
    PositionLimitKind,
    QueueThreshold,
    Release,
    Scheme,
    ShortfallLayer,
    ShortfallTerms,
    UnsettledAtClose,
)
from comity.payments.codes import Definition, EventKind, Mechanism, PairState, Priority
from comity.payments.lifecycle import State as PaymentState
from comity.settlement import apply, new_state
from comity.settlement.invariants_pairs import pairs_of_state

SAVINGS = (
    None,
    LiquiditySaving(2, 30),
    LiquiditySaving(0, 60, Release.BYPASS),
    LiquiditySaving(0, None, multilateral_on_entry=True),
    LiquiditySaving(3, None, Release.BYPASS, multilateral_on_entry=True),
    LiquiditySaving(2, 30, multilateral_threshold=(QueueThreshold("KGS", 40_00),)),
)
LIMITS = (
    PositionLimit(PositionLimitKind.BILATERAL, KG_BANK, "KGS", RU_BANK, 30_00),
    PositionLimit(PositionLimitKind.MULTILATERAL, RU_BANK, "RUB", None, 20_00),
)
WATERFALLS = (
    None,
    ShortfallTerms((ShortfallLayer.OWN_BALANCE,), AfterShortfall.ROLL),
    ShortfallTerms((ShortfallLayer.OWN_BALANCE,), AfterShortfall.ABORT),
)
OTHER = {"KGS": "RUB", "RUB": "KGS"}


@dataclass(frozen=True)
class Rules:
    """What a random day settles by."""

    opening: int
    saving: LiquiditySaving | None
    reserved: tuple[int, int]
    limits: tuple[PositionLimit, ...]
    waterfall: ShortfallTerms | None
    terms: PaymentVersusPayment
    at_close: UnsettledAtClose


def random_rules(dice: random.Random) -> Rules:
    """Return a combination of everything that may bind legs."""
    return Rules(
        opening=dice.choice((0, 10_00, 60_00)),
        saving=dice.choice(SAVINGS),
        reserved=dice.choice(((0, 0), (0, 0), (5_00, 5_00))),
        limits=dice.choice(((), (), LIMITS)),
        waterfall=dice.choice(WATERFALLS),
        terms=PaymentVersusPayment(
            dice.choice((None, 20, 90)), dice.choice((None, time(13), time(16)))
        ),
        at_close=dice.choice(tuple(UnsettledAtClose)),
    )


def scheme_of(rules: Rules) -> Scheme:
    """Return the small scheme under these rules; all its one-currency agreements link legs."""
    scheme = small_scheme(rules.opening, position_limits=rules.limits)
    scheme = with_reservations(scheme, *rules.reserved)
    scheme = with_liquidity_saving(scheme, "goods", rules.saving)
    scheme = with_waterfall(with_netting(scheme, CycleNetting.MULTILATERAL), rules.waterfall)
    agreements = tuple(
        one
        if one.has_conversion
        else replace(
            one,
            payment_versus_payment=(
                replace(rules.terms, expires_at=None) if one.id == "remittances" else rules.terms
            ),
            settlement=replace(one.settlement, unsettled_at_close=rules.at_close),
        )
        for one in scheme.agreements
    )
    return replace(scheme, agreements=agreements)


def random_day(dice: random.Random, count: int) -> list[Payment]:
    """Return payments and legs of a day in order of time; some legs never find the other."""
    banks = (KG_BANK, KG_SMALL, RU_BANK, RU_SMALL)
    found: list[Payment] = []
    minutes = sorted(dice.randrange(0, 10 * 60) for _ in range(count))
    waiting: list[Payment] = []
    for minute in minutes:
        at = f"{7 + minute // 60:02}:{minute % 60:02}"
        if waiting and dice.random() < 0.4:
            found.append(answer(dice, waiting.pop(dice.randrange(len(waiting))), at))
            continue
        kyrgyz, russian = dice.choice(banks[:2]), dice.choice(banks[2:])
        payer, payee = dice.choice(((kyrgyz, russian), (russian, kyrgyz)))
        payment = Payment(
            payer,
            payee,
            dice.randrange(1, 40_00),
            at,
            dice.choice(("KGS", "RUB")),
            purpose=dice.choice(("GDDS", "GDDS", "GIFT", "SCVE")),
            priority=dice.choice(tuple(Priority)),
        )
        if dice.random() < 0.5:
            counter = (OTHER[payment.currency], dice.randrange(1, 40_00))
            payment = replace(
                payment,
                trade=dice.randrange(1, 30),
                counter=counter,
                definition=Definition.PACS_009,
            )
            waiting.append(payment)
        found.append(payment)
    return found


def answer(dice: random.Random, leg: Payment, at: str) -> Payment:
    """Return the other leg; now and then its terms differ by a unit."""
    code, amount = leg.counter
    return replace(
        leg,
        payer=leg.payee,
        payee=leg.payer,
        amount=amount + dice.choice((0, 0, 0, 0, 0, 1)),
        currency=code,
        counter=(leg.currency, leg.amount),
        at=at,
        priority=dice.choice(tuple(Priority)),
    )


def settle(rules: Rules, day: Sequence[Payment]) -> Driver:
    """Send the payments one by one; the driver checks every invariant after each."""
    driver = Driver(scheme_of(rules)).start()
    for payment in day:
        driver.send(payment)
    driver.close()
    return driver


def joined(driver: Driver, column: Callable[[Any], Any]) -> bytes:
    return b"".join(column(one).tobytes() for one in driver.outcomes)


@pytest.mark.parametrize("first", range(0, 80, 10))
def test_both_legs_settle_or_none_and_every_invariant_holds_after_each_step(first: int) -> None:
    for seed in range(first, first + 10):
        dice = random.Random(seed)
        state = settle(random_rules(dice), random_day(dice, 60)).state
        for open_state in (PairState.UNMATCHED, PairState.MATCHED):
            assert not len(pairs_of_state(state, open_state)), "no pair outlives its day"


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(1_000, 100_000), cuts=st.lists(st.integers(1, 59), max_size=4))
def test_batches_of_any_size_cause_the_same_events(seed: int, cuts: list[int]) -> None:
    dice = random.Random(seed)
    rules, day = random_rules(dice), random_day(dice, 60)
    one_by_one = settle(rules, day)
    in_batches = Driver(scheme_of(rules)).start()
    bounds = [0, *sorted(set(cuts)), len(day)]
    for start, end in pairwise(bounds):
        in_batches.send(*day[start:end])
    in_batches.close()
    for column in (lambda one: one.events, lambda one: one.transfers):
        assert joined(in_batches, column) == joined(one_by_one, column)


def test_a_pair_settles_in_one_group_that_balances_in_each_currency() -> None:
    dice = random.Random(7)
    rules = replace(random_rules(dice), opening=60_00, waterfall=None, limits=(), saving=None)
    driver = settle(rules, random_day(dice, 80))
    transfers = np.concatenate([one.transfers for one in driver.outcomes])
    books = driver.state.known_books()
    settled = pairs_of_state(driver.state, PairState.SETTLED)
    gross = settled[books.live["mechanism"][settled["first"]] == Mechanism.PVP]
    assert len(gross) > 3
    for pair in gross:
        groups = [
            np.unique(transfers["group"][transfers["payment"] == pair[leg]]).tolist()
            for leg in ("first", "second")
        ]
        assert groups[0] == groups[1]
        assert len(groups[0]) == 1


def test_the_events_of_a_pair_follow_its_states() -> None:
    followers = {
        0: {PairState.UNMATCHED},
        PairState.UNMATCHED: {PairState.MATCHED, PairState.RELEASED, PairState.EXPIRED},
        PairState.MATCHED: {PairState.SETTLED, PairState.RELEASED, PairState.EXPIRED},
    }
    seen: set[PairState] = set()
    mechanisms: set[Mechanism] = set()
    for seed in range(24):
        dice = random.Random(seed)
        rules = random_rules(dice)
        if seed % 2:
            rules = replace(rules, saving=SAVINGS[3], opening=10_00, reserved=(0, 0), limits=())
        driver = settle(rules, random_day(dice, 60))
        states: dict[int, int] = {}
        for event in np.concatenate([one.events for one in driver.outcomes]):
            if event["kind"] == EventKind.PAIR:
                before = states.get(int(event["subject"]), 0)
                after = PairState(event["after"])
                assert after in followers[before], f"seed {seed}: {before} to {after}"
                states[int(event["subject"])] = after
                seen.add(after)
        settled = pairs_of_state(driver.state, PairState.SETTLED)["first"]
        mechanisms |= set(driver.state.known_books().live["mechanism"][settled].tolist())
    assert seen == set(PairState) - {PairState.BOTH_RESERVED}
    assert mechanisms == {Mechanism.PVP, Mechanism.MULTILATERAL, Mechanism.CYCLE}


def test_many_trades_find_their_pairs_in_a_table_that_grows() -> None:
    terms = PaymentVersusPayment(None, None)
    roll = UnsettledAtClose.ROLL
    scheme = scheme_of(Rules(10**9, None, (0, 0), (), None, terms, roll))
    count = 3_000
    legs = [
        Payment(
            *((KG_BANK, RU_BANK) if side == 0 else (RU_BANK, KG_BANK)),
            number + 1,
            "09:00" if side == 0 else "10:00",
            "KGS" if side == 0 else "RUB",
            trade=number + 1,
            counter=("RUB" if side == 0 else "KGS", number + 1),
            definition=Definition.PACS_009,
        )
        for side in (0, 1)
        for number in range(count)
    ]
    driver = Driver(scheme).start()
    for start in range(0, len(legs), 1_000):
        batch = batch_of(scheme, legs[start : start + 1_000], first=start)
        driver.batches.append(batch)
        driver.outcomes.append(apply(driver.state, batch))
    driver.close()
    assert len(pairs_of_state(driver.state, PairState.SETTLED)) == count
    assert set(driver.states()) == {PaymentState.SETTLED}
    again = new_state()
    for batch, outcome in zip(driver.batches, driver.outcomes, strict=True):
        assert apply(again, batch).events.tobytes() == outcome.events.tobytes()
