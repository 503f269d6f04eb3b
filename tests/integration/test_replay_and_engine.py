"""A replayed day and the same day in the engine: the same payments settle at the same times."""

from dataclasses import replace

import numpy as np
import pytest
from benchmarks.columns import scheme_of_columns
from numpy.typing import NDArray
from tests.kit.batches import Driver, Payment
from tests.kit.schemes import DAY, account, with_liquidity_saving

from comity.agreements.scheme import Scheme
from comity.agreements.terms import LiquiditySaving, Release
from comity.payments.codes import Mechanism, Priority
from comity.payments.lifecycle import State
from comity.queueing import (
    DayColumns,
    Liquidity,
    Replay,
    SettledBy,
    replay_day,
)
from comity.settlement.schedule import plan_day

BANKS = 6
PAYMENTS = 150
MINUTE_US = 60_000_000
EVERY_MINUTES = 7
OPENING_MINOR = 12
MECHANISMS = {
    SettledBy.NOTHING: Mechanism.NONE,
    SettledBy.ENTRY: Mechanism.GROSS,
    SettledBy.QUEUE: Mechanism.GROSS,
    SettledBy.BILATERAL: Mechanism.BILATERAL,
    SettledBy.MULTILATERAL: Mechanism.MULTILATERAL,
}
SAVINGS = {
    "fifo": None,
    "bypass": LiquiditySaving(0, None, Release.BYPASS),
    "offset": LiquiditySaving(bilateral_depth=4, multilateral_every=None),
    "multilateral": LiquiditySaving(bilateral_depth=1, multilateral_every=EVERY_MINUTES),
}
REACHED = {
    "fifo": (SettledBy.NOTHING, SettledBy.QUEUE),
    "bypass": (SettledBy.NOTHING, SettledBy.QUEUE),
    "offset": (SettledBy.NOTHING, SettledBy.QUEUE, SettledBy.BILATERAL),
    "multilateral": (SettledBy.QUEUE, SettledBy.BILATERAL, SettledBy.MULTILATERAL),
}


def scheme_under(rule: str, reserved: tuple[int, int]) -> Scheme:
    """Return three banks in each of two countries, and one gross agreement under a rule."""
    whole = scheme_of_columns()
    half = len(whole.participants) // 2
    banks = (*whole.participants[: BANKS // 2], *whole.participants[half : half + BANKS // 2])
    few = replace(
        whole,
        participants=banks,
        accounts=tuple(
            replace(
                account(one.bic, "KGS", "CBKGKG20", OPENING_MINOR),
                reserved_urgent_minor=reserved[0],
                reserved_high_minor=reserved[1],
            )
            for one in banks
        ),
    )
    return with_liquidity_saving(few, whole.agreements[0].id, SAVINGS[rule])


def random_day(seed: int) -> tuple[NDArray[np.int64], ...]:
    """Return minutes, payers, payees, amounts and classes; the first at the opening."""
    random = np.random.default_rng(seed)
    minutes = np.sort(random.integers(0, 120, PAYMENTS))
    minutes[0] = 0
    one, other = (
        random.integers(0, BANKS // 2, PAYMENTS),
        random.integers(BANKS // 2, BANKS, PAYMENTS),
    )
    eastward = random.integers(0, 2, PAYMENTS) == 1
    payers, payees = np.where(eastward, one, other), np.where(eastward, other, one)
    return (
        minutes,
        payers,
        payees,
        random.integers(1, 30, PAYMENTS),
        random.integers(0, len(Priority), PAYMENTS),
    )


def in_engine(scheme: Scheme, day: tuple[NDArray[np.int64], ...]) -> Driver:
    driver = Driver(scheme).start()
    opens = scheme.business_day.opens
    start = opens.hour * 60 + opens.minute
    names = [one.bic for one in scheme.participants]
    driver.send(
        *(
            Payment(
                names[payer],
                names[payee],
                amount,
                at=f"{(start + minute) // 60:02d}:{(start + minute) % 60:02d}",
                priority=Priority(priority),
            )
            for minute, payer, payee, amount, priority in zip(
                *(column.tolist() for column in day), strict=True
            )
        )
    )
    driver.advance("17:30")
    return driver


def in_replay(
    rule: str, opens_us: int, day: tuple[NDArray[np.int64], ...], reserved: tuple[int, int]
) -> Replay:
    minutes, payers, payees, amounts, priorities = day
    saving = SAVINGS[rule]
    return replay_day(
        DayColumns(
            at_us=opens_us + minutes * MINUTE_US,
            payer=payers.astype(np.int32),
            payee=payees.astype(np.int32),
            amount_minor=amounts,
            priority=priorities.astype(np.int8),
        ),
        Liquidity(
            np.full(BANKS, OPENING_MINOR),
            reserved_urgent_minor=np.full(BANKS, reserved[0]),
            reserved_high_minor=np.full(BANKS, reserved[1]),
        ),
        rule,
        offset_depth=max(1, saving.bilateral_depth) if saving else 1,
        resolve_every_us=EVERY_MINUTES * MINUTE_US,
    )


@pytest.mark.parametrize("reserved", [(0, 0), (3, 4)])
@pytest.mark.parametrize("rule", SAVINGS)
def test_the_engine_settles_what_the_replay_settles_when_it_does(
    rule: str, reserved: tuple[int, int]
) -> None:
    scheme = scheme_under(rule, reserved)
    seen: set[int] = set()
    for seed in range(12):
        day = random_day(seed)
        live = in_engine(scheme, day).state.known_books().live[:PAYMENTS]
        found = in_replay(rule, int(plan_day(scheme, DAY)["opens_us"]), day, reserved)
        is_settled = live["state"] == State.SETTLED
        at_us = np.where(is_settled, live["payment_final_us"], -1)
        assert at_us.tolist() == found.settled_us.tolist(), f"seed {seed}"
        mechanisms = [int(MECHANISMS[SettledBy(by)]) for by in found.mechanism.tolist()]
        assert live["mechanism"].tolist() == mechanisms, f"seed {seed}"
        seen.update(found.mechanism.tolist())
    assert set(REACHED[rule]) <= seen
