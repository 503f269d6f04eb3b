"""Random days that mix dealers, trades, returns and orders: after each step the books prove."""

import random
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from tests.kit.batches import Driver, Order, Payment, Sent
from tests.kit.dealing import quote, with_dealers, with_named
from tests.kit.schemes import DAY, KG_BANK, KG_SMALL, RU_BANK
from tests.unit.settlement.test_legs_machine import random_day, random_rules, scheme_of
from tests.unit.settlement.test_orders import returning, with_changes

from comity.agreements import Scheme
from comity.payments.codes import Definition, EventKind, Mechanism, OrderKind, OrderStatus
from comity.payments.lifecycle import State as PaymentState
from comity.payments.reasons import Reason
from comity.settlement import State, apply, new_state
from comity.settlement.invariants import check_books

TUESDAY = DAY + timedelta(days=1)
PAYMENTS = 40
QUOTES = (
    f"{KG_BANK} RUB/KGS sell 1.23",
    f"{KG_BANK} RUB/KGS buy 1.21 until=12:00",
    f"{RU_BANK} RUB/KGS sell 1.24 max=40.00",
    f"{RU_BANK} RUB/KGS buy 1.20 from=09:00",
)


def mixed_scheme(dice: random.Random) -> Scheme:
    """Return a scheme in which legs are linked, and tuition is paid through dealers."""
    rules = replace(random_rules(dice), opening=dice.choice((10_00, 60_00, 300_00)))
    scheme = with_dealers(scheme_of(rules), unsettled_at_close=rules.at_close)
    return with_named(scheme, KG_SMALL, RU_BANK) if dice.random() < 0.3 else scheme


def mixed_day(dice: random.Random) -> list[Sent]:
    """Return payments, legs, dealt payments, returns and orders in order of time.

    Returns and orders name what came before, and sometimes what comes later or never.
    """
    sent: list[Sent] = []
    for payment in random_day(dice, PAYMENTS):
        sent.append(payment)
        if dice.random() < 0.5:
            sent.append(dealt(dice, payment))
        while dice.random() < 0.4:
            number = len(sent) - dice.randrange(-1, min(20, len(sent)))
            known = sent[number - 1] if number <= len(sent) else payment
            if not isinstance(known, Payment):
                continue
            if dice.random() < 0.6:
                sent.append(order(dice, known, number, payment.at))
            else:
                back = returning(dice, known, number, payment.at)
                sent += [back] * dice.choice((1, 1, 2))
    return sent


def dealt(dice: random.Random, payment: Payment) -> Payment:
    """Return a payment between the same banks out of one currency into the other."""
    home, other = ("KGS", "RUB") if payment.payer in {KG_BANK, KG_SMALL} else ("RUB", "KGS")
    return Payment(
        payment.payer,
        payment.payee,
        dice.randrange(1, 30_00),
        payment.at,
        other,
        debtor_currency=home,
        purpose="EDUC",
    )


def order(dice: random.Random, known: Payment, number: int, at: str) -> Order:
    """Return a request to withdraw or to change a payment, of its sender mostly."""
    kind = dice.choice([OrderKind.CANCEL, OrderKind.CANCEL_MESSAGE, OrderKind.MODIFY])
    asked = Order(known.payer if dice.random() < 0.9 else RU_BANK, number, at, kind)
    return with_changes(dice, asked, known) if kind is OrderKind.MODIFY else asked


def driven(seed: int, size: int) -> Driver:
    """Return a driver behind a random day and a quiet one, sent in batches of a size."""
    dice = random.Random(seed)
    driver = Driver(mixed_scheme(dice))
    driver.quotes = tuple(quote(one.split(), DAY) for one in QUOTES)
    driver.start()
    sent = mixed_day(dice)
    final: dict[int, bytes] = {}
    for start in range(0, len(sent), size):
        driver.send(*sent[start : start + size])
        keep_final(driver.state, final)
    driver.close()
    driver.start(TUESDAY).close(TUESDAY)
    keep_final(driver.state, final)
    return driver


def keep_final(state: State, final: dict[int, bytes]) -> None:
    """Check that what was settled is as it was then, and note what has settled since."""
    live = state.known_books().live
    for number, row in final.items():
        assert live[number].tobytes() == row, f"payment {number} was final"
    settled = np.flatnonzero(live["state"][: state.payment_count] == PaymentState.SETTLED)
    final.update({number: live[number].tobytes() for number in settled.tolist()})


@pytest.mark.parametrize("seed", range(8))
def test_batches_of_any_size_and_the_commands_alone_cause_the_same(seed: int) -> None:
    assert_caused_alike(seed)


@pytest.mark.soak
@pytest.mark.parametrize("start", range(1_000, 3_000, 250))
def test_batches_of_any_size_cause_the_same_for_long(start: int) -> None:
    for seed in range(start, start + 250):
        assert_caused_alike(seed)


def assert_caused_alike(seed: int) -> None:
    drivers = [driven(seed, size) for size in (1, 9)]
    events, transfers = (
        [np.concatenate([getattr(o, name) for o in one.outcomes]).tobytes() for one in drivers]
        for name in ("events", "transfers")
    )
    assert events[0] == events[1]
    assert transfers[0] == transfers[1]
    again = new_state()
    for batch, outcome in zip(drivers[0].batches, drivers[0].outcomes, strict=True):
        assert apply(again, batch).events.tobytes() == outcome.events.tobytes()
    check_books(again)


def test_the_days_hold_what_they_are_to_mix() -> None:
    seen: Counter[str] = Counter()
    for seed in range(8):
        driver = driven(seed, 9)
        books, count = driver.state.known_books(), driver.state.payment_count
        settled = books.live["state"][:count] == PaymentState.SETTLED
        ways = books.live["mechanism"][:count][settled].tolist()
        seen.update(Mechanism(one).name for one in ways)
        is_return = books.rows["definition"][:count] == Definition.PACS_004
        seen["returned"] += int((settled & is_return).sum())
        for outcome in driver.outcomes:
            events = outcome.events
            answers = events[events["kind"] == EventKind.ORDER]["after"].tolist()
            seen.update(OrderStatus(one).name for one in answers)
            reasons = events[events["kind"] == EventKind.PAYMENT]["reason"].tolist()
            seen.update(Reason(one).name for one in reasons)
    wanted = (
        *("GROSS", "CYCLE", "DEALER", "PVP", "returned"),
        *(one.name for one in OrderStatus),
        *("CANCELLED_BY_SENDER", "PVP_TRADE_USED", "RETURN_OF_DEALT"),
        *("RETURN_AMOUNT_CONTRADICTED", "RETURN_DATE_CONTRADICTED"),
    )
    assert [one for one in wanted if not seen[one]] == [], seen
