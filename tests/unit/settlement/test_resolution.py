"""Resolution on entry: the same events however batches are cut, and nothing left that could go."""

import random

import numpy as np
import pytest
from tests.kit.batches import Driver, Payment, batch_of
from tests.kit.schemes import (
    KG_BANK,
    KG_CENTRAL,
    KG_SMALL,
    RU_BANK,
    RU_CENTRAL,
    RU_SMALL,
    account,
    small_scheme,
    with_liquidity_saving,
)
from tests.unit.settlement.test_engine import TUESDAY, events_of, random_payments

from comity.agreements import LiquiditySaving, QueueThreshold
from comity.agreements.scheme import Scheme
from comity.errors import InvariantError
from comity.payments.codes import EventKind, Mechanism, Priority
from comity.payments.lifecycle import State as PaymentState
from comity.settlement.exhaustion import no_set_could_move, waiting_is_counted

ON_ENTRY = LiquiditySaving(0, None, multilateral_on_entry=True)
FROM_50 = LiquiditySaving(0, None, multilateral_threshold=(QueueThreshold("KGS", 50_00),))
SAVINGS = {
    "on entry": ON_ENTRY,
    "on entry with offset": LiquiditySaving(3, None, multilateral_on_entry=True),
    "on entry and every hour": LiquiditySaving(0, 60, multilateral_on_entry=True),
    "from 50": FROM_50,
}


def direct_scheme(saving: LiquiditySaving, opening: int, **changes: object) -> Scheme:
    """Return the scheme with an account of its own in KGS for every bank."""
    banks = (KG_BANK, KG_SMALL, RU_BANK, RU_SMALL)
    accounts = [account(bank, "KGS", KG_CENTRAL, opening) for bank in banks]
    accounts += [account(bank, "RUB", RU_CENTRAL, opening) for bank in banks]
    accounts += [
        account(RU_CENTRAL, "KGS", KG_CENTRAL, 0),
        account(KG_CENTRAL, "RUB", RU_CENTRAL, 0),
    ]
    return with_liquidity_saving(
        small_scheme(0, accounts=tuple(accounts), **changes), "goods", saving
    )


def crowded(seed: int, count: int) -> list[Payment]:
    """Return payments of which most wait, each with some others in the other direction."""
    dice = random.Random(seed)
    payments = []
    for minute in range(count):
        payer, payee = dice.choice((KG_BANK, KG_SMALL)), dice.choice((RU_BANK, RU_SMALL))
        if dice.random() < 0.5:
            payer, payee = payee, payer
        payments.append(
            Payment(
                payer,
                payee,
                dice.choice((5_00, 10_00, 10_00, 15_00, dice.randrange(1, 30_00))),
                f"{8 + minute // 60:02}:{minute % 60:02}",
                purpose=dice.choice((*["GDDS"] * 19, "SCVE")),
                priority=dice.choice((Priority.HIGH, Priority.NORMAL, Priority.NORMAL)),
            )
        )
    return payments


@pytest.mark.parametrize("saving", SAVINGS.values(), ids=SAVINGS)
@pytest.mark.parametrize("seed", range(3))
def test_however_batches_are_cut_the_same_is_resolved(saving: LiquiditySaving, seed: int) -> None:
    scheme = with_liquidity_saving(small_scheme(20_00), "goods", saving)
    payments = random_payments(seed, 60)
    whole, parts = Driver(scheme).start(), Driver(scheme).start()
    whole.run(batch_of(scheme, payments))
    for payment in payments:
        parts.send(payment)
    for driver in (whole, parts):
        driver.close()
        driver.start(TUESDAY).close(TUESDAY)
    assert events_of(whole) == events_of(parts)


@pytest.mark.parametrize("opening", [0, 1_00, 5_00, 20_00])
def test_after_each_payment_no_set_of_what_waits_could_settle(opening: int) -> None:
    # The driver checks every invariant after each command, among them that one.
    together = 0
    for seed in range(4):
        driver = Driver(direct_scheme(ON_ENTRY, opening)).start()
        for payment in crowded(seed, 80):
            driver.send(payment)
        live = driver.state.known_books().live[:80]
        together += int((live["mechanism"] == Mechanism.MULTILATERAL).sum())
    assert together > 0


def test_nothing_is_resolved_while_less_than_the_threshold_waits() -> None:
    driver = Driver(direct_scheme(FROM_50, 0)).start()
    driver.send(Payment(KG_BANK, RU_BANK, 25_00), Payment(RU_BANK, KG_BANK, 24_99))
    assert driver.states() == [PaymentState.QUEUED] * 2
    driver.send(Payment(KG_SMALL, RU_BANK, 1, at="08:01"))
    assert driver.states() == [PaymentState.QUEUED] * 3, "50.00 wait, and A lacks a minor unit"
    driver.send(Payment(RU_BANK, KG_BANK, 1, at="08:02"))
    assert driver.states() == [
        *[PaymentState.SETTLED] * 2,
        PaymentState.QUEUED,
        PaymentState.SETTLED,
    ]


def test_a_payment_that_completes_a_set_never_rests_in_the_queue() -> None:
    driver = Driver(direct_scheme(ON_ENTRY, 0)).start()
    driver.send(Payment(KG_BANK, RU_BANK, 10_00))
    events = driver.send(Payment(RU_BANK, KG_BANK, 10_00)).events
    steps = events[(events["kind"] == EventKind.PAYMENT) & (events["subject"] == 1)]
    rests = steps["rests"].tolist()
    assert rests == [0] * (len(rests) - 1) + [1]
    assert PaymentState(steps["after"][-1]) is PaymentState.SETTLED


def test_what_cannot_be_part_of_a_set_makes_no_resolution_due() -> None:
    driver = Driver(direct_scheme(ON_ENTRY, 0)).start()
    driver.send(Payment(KG_BANK, RU_BANK, 10_00), Payment(KG_BANK, RU_SMALL, 10_00))
    books = driver.state.known_books()
    assert not books.entries["wanted"].any()
    driver.send(Payment(RU_BANK, KG_BANK, 9_99))
    assert books.entries["waiting_minor"].tolist() == [29_99, 0]


def test_a_count_of_what_waits_that_is_wrong_is_seen() -> None:
    for name, field in (("waiting", "sent_minor"), ("entries", "waiting_minor")):
        driver = Driver(direct_scheme(ON_ENTRY, 0)).start()
        driver.send(Payment(KG_BANK, RU_BANK, 10_00))
        getattr(driver.state.known_books(), name)[field][0] += 1
        with pytest.raises(InvariantError, match="I9"):
            waiting_is_counted(driver.state)


def test_a_set_that_could_settle_and_waits_is_seen() -> None:
    driver = Driver(direct_scheme(FROM_50, 0)).start()
    driver.send(Payment(KG_BANK, RU_BANK, 10_00), Payment(RU_BANK, KG_BANK, 10_00))
    no_set_could_move(driver.state)
    entries = driver.state.known_books().entries
    entries["from_minor"] = np.minimum(entries["from_minor"], 20_00)
    with pytest.raises(InvariantError, match="still to be resolved"):
        no_set_could_move(driver.state)
    entries["wanted"] = 0
    with pytest.raises(InvariantError, match="could settle"):
        no_set_could_move(driver.state)
