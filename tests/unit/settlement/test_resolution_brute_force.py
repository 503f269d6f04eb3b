"""What the engine resolves, with reservations and sender limits, against every prefix vector."""

import random
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.kit.batches import Driver
from tests.kit.schemes import KG_BANK, KG_SMALL, RU_BANK, RU_SMALL, with_reservations
from tests.unit.settlement.test_resolution import crowded, direct_scheme

from comity.agreements import LiquiditySaving, PositionLimit, PositionLimitKind
from comity.payments.codes import Mechanism
from comity.settlement.state import State, queued_payments

BANKS = (KG_BANK, KG_SMALL, RU_BANK, RU_SMALL)
Int64s = NDArray[np.int64]
EVERY_HOUR = LiquiditySaving(0, 60)


def random_limits(dice: random.Random) -> tuple[PositionLimit, ...]:
    """Return a few limits of either kind."""
    found = {}
    for _ in range(dice.randrange(4)):
        payer, payee = dice.sample(BANKS, 2)
        kind = dice.choice((PositionLimitKind.BILATERAL, PositionLimitKind.MULTILATERAL))
        counterparty = payee if kind is PositionLimitKind.BILATERAL else None
        limit = dice.choice((0, 5_00, 20_00))
        found[kind, payer, counterparty] = PositionLimit(kind, payer, "KGS", counterparty, limit)
    return tuple(found.values())


def flows_of(state: State, payments: Any) -> Int64s:
    """Return what payments move from each participant to each other one."""
    live, chart = state.known_books().live[payments], state.known_chart()
    width, count = len(chart.currencies), len(chart.participants)
    flows = np.zeros((count, count), np.int64)
    np.add.at(flows, (live["payer"] // width, live["payee"] // width), live["debit_minor"])
    return flows


def is_allowed(state: State, chosen: list[list[int]], limits: tuple[PositionLimit, ...]) -> bool:
    """Return whether prefixes, by participant, could settle together; from the plain figures."""
    books = state.known_books()
    flows = flows_of(state, [one for payments in chosen for one in payments])
    net = flows.sum(axis=1) - flows.sum(axis=0)
    final = books.live["payment_final_us"][: state.payment_count] > 0
    sent = flows + flows_of(state, np.flatnonzero(final))
    for participant, payments in enumerate(chosen):
        if not payments:
            continue
        account = books.places[participant * books.terms.shape[1]]["settlement"]
        balance, last = books.balances[account], int(books.live[payments[-1]]["priority"])
        free = balance["posted"] - balance["held"] + balance["limit"]
        if free - books.floors[account, last] < net[participant]:
            return False
    return all(keeps(state, one, flows, sent) for one in limits)


def keeps(state: State, limit: PositionLimit, flows: Int64s, sent: Int64s) -> bool:
    """Return whether a limit holds with what was sent, or nothing chosen draws on it."""
    directory = state.known_chart().directory
    payer = directory[limit.participant]
    if limit.counterparty is None:
        net = sent[payer].sum() - sent[:, payer].sum()
        return bool(net <= limit.limit_minor or not flows[payer].any())
    payee = directory[limit.counterparty]
    net = sent[payer, payee] - sent[payee, payer]
    return bool(net <= limit.limit_minor or not flows[payer, payee])


@pytest.mark.parametrize("first", range(0, 60, 15))
def test_the_engine_settles_the_greatest_of_all_prefix_vectors(first: int) -> None:
    together = 0
    for seed in range(first, first + 15):
        dice = random.Random(seed)
        limits = random_limits(dice)
        scheme = direct_scheme(EVERY_HOUR, dice.choice((0, 2_00, 8_00)), position_limits=limits)
        scheme = with_reservations(scheme, *dice.choice(((0, 0), (1_00, 1_00))))
        driver = Driver(scheme).start()
        for payment in crowded(seed, 10):
            driver.send(replace(payment, purpose="GDDS"))
        state = driver.state
        queues = [queued_payments(state.known_books(), 2 * one).tolist() for one in range(6)]
        allowed = [
            lengths
            for lengths in product(*(range(len(one) + 1) for one in queues))
            if is_allowed(state, [one[:n] for one, n in zip(queues, lengths, strict=True)], limits)
        ]
        greatest = tuple(map(max, zip(*allowed, strict=True)))
        assert greatest in allowed, "the longest prefixes of all queues are allowed together"
        expected = sorted(
            one for queue, n in zip(queues, greatest, strict=True) for one in queue[:n]
        )
        driver.advance("09:00")
        mechanisms = state.known_books().live["mechanism"][: state.payment_count]
        assert np.flatnonzero(mechanisms == Mechanism.MULTILATERAL).tolist() == expected
        together += len(expected)
    assert together
