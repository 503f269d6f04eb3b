"""Orders of senders: found, decided, carried out and answered, whatever way batches are cut."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest
from tests.kit.batches import Driver, Order, Payment, Sent, batch_of
from tests.kit.schemes import (
    DAY,
    KG_BANK,
    RU_BANK,
    small_scheme,
    with_liquidity_saving,
)
from tests.unit.settlement.test_engine import TUESDAY, events_of, random_payments

from comity.agreements import (
    Agreement,
    AmountLimits,
    CycleShortfall,
    LiquiditySaving,
    PositionLimit,
    PositionLimitKind,
    Release,
    Scheme,
)
from comity.payments.codes import (
    Definition,
    EventKind,
    OrderKind,
    OrderStatus,
    Priority,
    QueuePlace,
)
from comity.payments.commands import CommandBatch
from comity.payments.lifecycle import State as PaymentState
from comity.settlement import apply
from comity.settlement.chart import NO_ACCOUNT
from comity.settlement.orders import HELD, conclude_pending
from comity.settlement.refusal import BatchShapeError
from comity.settlement.writing import Writer

CAPS = (
    PositionLimit(PositionLimitKind.NET_DEBIT_CAP, KG_BANK, "KGS", None, 20_00, pool="main"),
    PositionLimit(PositionLimitKind.NET_DEBIT_CAP, RU_BANK, "RUB", None, 5_00, pool="main"),
)
SCHEMES: dict[str, Callable[[], Scheme]] = {
    "strict order": lambda: small_scheme(20_00),
    "offsets": lambda: with_liquidity_saving(small_scheme(10_00), "goods", LiquiditySaving(2, 60)),
    "overtaking": lambda: with_liquidity_saving(
        small_scheme(10_00), "goods", LiquiditySaving(0, None, Release.BYPASS)
    ),
    "resolved on entry": lambda: with_liquidity_saving(
        small_scheme(10_00), "goods", LiquiditySaving(0, None, multilateral_on_entry=True)
    ),
    "caps": lambda: small_scheme(20_00, position_limits=CAPS),
}


def with_orders(seed: int, payments: list[Payment]) -> list[Sent]:
    """Return payments with orders on random earlier, later and unknown ones among them."""
    dice = random.Random(seed)
    sent: list[Sent] = []
    for payment in payments:
        sent.append(with_times(dice, payment))
        while dice.random() < 0.4:
            back = dice.randrange(-3, min(30, len(sent)) + 1)
            meant = len(sent) - back
            known = sent[meant - 1] if 0 < meant <= len(sent) else payment
            by = known.payer if isinstance(known, Payment) and dice.random() < 0.9 else RU_BANK
            kind = dice.choice(
                [OrderKind.CANCEL, OrderKind.CANCEL_MESSAGE, *[OrderKind.MODIFY] * 4]
            )
            key, content = (1_000, dice.randrange(2)) if dice.random() < 0.2 else (-1, -1)
            order = Order(by, meant, payment.at, kind, key=key, content=content)
            if kind is OrderKind.MODIFY and isinstance(known, Payment):
                order = with_changes(dice, order, known)
            sent.append(order)
            if isinstance(known, Payment) and dice.random() < 0.3:
                sent.append(returning(dice, known, meant, payment.at))
    return sent


def returning(dice: random.Random, known: Payment, number: int, at: str) -> Payment:
    """Return a return of a payment, in part mostly, that sometimes quotes what is wrong."""
    amount = max(1, known.amount // dice.randrange(1, 4))
    said = dice.choice([0, known.amount, known.amount + 1])
    return Payment(
        known.payee,
        known.payer,
        amount,
        at,
        known.currency,
        purpose="AC04",
        definition=Definition.PACS_004,
        uetr=number,
        quoted_amount=(said, known.currency if said else ""),
        quoted_date=dice.choice([None, known.value_date, DAY, TUESDAY]),
    )


def with_changes(dice: random.Random, order: Order, known: Payment) -> Order:
    """Return an order that changes one thing or another of a payment, sometimes what cannot be."""
    times = with_times(dice, known)
    return replace(
        order,
        payee=known.payee,
        priority=dice.choice([-1, *Priority]),
        place=dice.choice([QueuePlace.UNCHANGED, QueuePlace.UNCHANGED, *QueuePlace]),
        from_at=times.from_at,
        reject_at=times.reject_at,
    )


def with_times(dice: random.Random, payment: Payment) -> Payment:
    """Return a payment that mostly asks for no time, sometimes for one that cannot be."""
    minute = int(payment.at[:2]) * 60 + int(payment.at[3:])
    times = [
        f"{at // 60:02}:{at % 60:02}" if dice.random() < 0.25 and at < 24 * 60 else ""
        for at in sorted(minute + dice.randrange(-10, 240) for _ in range(3))
    ]
    return replace(payment, from_at=times[0], till_at=times[1], reject_at=times[2])


@pytest.mark.parametrize("name", SCHEMES)
@pytest.mark.parametrize("seed", range(6))
def test_a_batch_of_many_causes_what_many_batches_of_one_cause(name: str, seed: int) -> None:
    sent = with_orders(seed, random_payments(seed, 50))
    drivers = [Driver(SCHEMES[name]()).start() for _ in range(3)]
    for driver, size in zip(drivers, (1, 7, len(sent)), strict=True):
        for start in range(0, len(sent), size):
            driver.send(*sent[start : start + size])
        driver.close()
        driver.start(TUESDAY).close(TUESDAY)
    assert len({events_of(driver) for driver in drivers}) == 1
    assert drivers[0].state.answers == drivers[1].state.answers == drivers[2].state.answers
    statuses = {status for status, _ in drivers[0].state.answers.values()}
    assert OrderStatus.REFUSED in statuses


def test_a_payment_of_a_later_message_of_the_same_batch_is_not_there_yet() -> None:
    driver = Driver(small_scheme(0)).start()
    driver.send(Order(KG_BANK, 2), Payment(KG_BANK, RU_BANK, 5_00), Order(KG_BANK, 2))
    assert driver.answers_to(0) == ["REFUSED NO_ORIGINAL"]
    assert driver.answers_to(1) == ["DONE"]


AGREES: dict[str, dict[str, Any]] = {
    "amount": {"amount_scaled": 500_000},
    "date": {"value_date": DAY},
    "uetr": {"uetr": 1},
    "definition": {"definition": Definition.PACS_008},
}
DIFFERS: dict[str, dict[str, Any]] = {
    "amount": {"amount_scaled": 500_001},
    "date": {"value_date": date(2026, 5, 26)},
    "uetr": {"uetr": 2},
    "definition": {"definition": Definition.PACS_009},
    "bank": {"by": RU_BANK},
    "an unknown bank": {"by": "ZZZZKG20"},
}


def answer_to(said: dict[str, Any]) -> list[str]:
    driver = Driver(small_scheme(0)).start()
    driver.send(Payment(KG_BANK, RU_BANK, 5_00))
    driver.send(replace(Order(KG_BANK, 1), **said))
    return driver.answers_to(0)


@pytest.mark.parametrize("what", AGREES)
def test_what_an_order_says_of_its_payment_may_be_said(what: str) -> None:
    assert answer_to(AGREES[what]) == ["DONE"]


@pytest.mark.parametrize("what", DIFFERS)
def test_what_an_order_says_of_its_payment_must_be_so(what: str) -> None:
    assert answer_to(DIFFERS[what]) == ["REFUSED NO_ORIGINAL"]


def test_a_cover_payment_is_a_pacs_009_to_who_cancels_it() -> None:
    driver = Driver(small_scheme(0)).start()
    driver.send(Payment(KG_BANK, RU_BANK, 5_00, definition=Definition.PACS_009_COV))
    driver.send(Order(KG_BANK, 1, definition=Definition.PACS_009))
    assert driver.answers_to(0) == ["DONE"]


def test_an_order_again_gets_its_answer_again_and_does_nothing_more() -> None:
    driver = Driver(small_scheme(0)).start()
    driver.send(Payment(KG_BANK, RU_BANK, 5_00))
    driver.send(Order(KG_BANK, 1, key=77, content=1))
    again = driver.send(Order(KG_BANK, 1, key=77, content=1)).events
    assert again["kind"].tolist() == [EventKind.MESSAGE, EventKind.ORDER_REPEATED]
    assert again[1]["subject"] == 0
    assert (again[1]["after"], again[1]["value"]) == (OrderStatus.DONE, 0)
    assert driver.answers_to(1) == [], "the repetition is no order of its own"


def test_an_order_again_is_answered_as_it_stands_now() -> None:
    driver = Driver(small_scheme(20_00)).start()
    driver.send(Payment(KG_BANK, RU_BANK, 5_00, purpose="GIFT"))
    driver.send(Order(KG_BANK, 1, "11:10", key=77, content=1))
    driver.advance("12:00")
    again = driver.send(Order(KG_BANK, 1, "12:10", key=77, content=1)).events
    assert (again[1]["kind"], again[1]["after"]) == (EventKind.ORDER_REPEATED, OrderStatus.REFUSED)


def test_the_key_of_an_order_with_other_content_is_refused() -> None:
    driver = Driver(small_scheme(0)).start()
    driver.send(Payment(KG_BANK, RU_BANK, 5_00), Payment(KG_BANK, RU_BANK, 6_00))
    driver.send(Order(KG_BANK, 1, key=77, content=1))
    driver.send(Order(KG_BANK, 2, key=77, content=2))
    assert driver.answers_to(1) == ["REFUSED DUPLICATE_REFERENCE"]
    assert driver.states()[1] is PaymentState.QUEUED


def test_every_payment_of_a_message_is_answered_for_itself() -> None:
    driver = Driver(small_scheme(10_00)).start()
    batch = batch_of(driver.scheme, [Payment(KG_BANK, RU_BANK, amount) for amount in (4, 9_00_00)])
    batch.payments["message"] = 0
    driver.run(replace(batch, messages=batch.messages[:1]))
    driver.sent = 2
    driver.send(Order(KG_BANK, 1, kind=OrderKind.CANCEL_MESSAGE))
    assert driver.answers_to(0) == ["FORWARDED", "DONE"]
    assert driver.states() == [PaymentState.SETTLED, PaymentState.CANCELLED]


def test_a_withdrawn_payment_is_told_by_the_answer_alone() -> None:
    driver = Driver(small_scheme(0)).start()
    driver.send(Payment(KG_BANK, RU_BANK, 5_00))
    events = driver.send(Order(KG_BANK, 1)).events
    steps = events[events["kind"] == EventKind.PAYMENT]
    assert steps["after"].tolist() == [PaymentState.CANCELLED]
    assert steps["rests"].tolist() == [0]


def test_a_withdrawn_payment_gives_its_room_under_the_ceiling_back() -> None:
    driver = Driver(with_day_ceiling(small_scheme(0), 10_00)).start()
    driver.send(Payment(KG_BANK, RU_BANK, 7_00), Payment(KG_BANK, RU_BANK, 7_00))
    assert driver.states()[1] is PaymentState.REJECTED
    driver.send(Order(KG_BANK, 1), Payment(KG_BANK, RU_BANK, 7_00))
    assert driver.states()[2] is PaymentState.QUEUED


def with_day_ceiling(scheme: Scheme, day_max_minor: int) -> Scheme:
    limits = (AmountLimits("KGS", None, day_max_minor),)
    return replace(
        scheme, agreements=tuple(replace(one, limits=limits) for one in scheme.agreements)
    )


def test_what_stood_behind_is_offset_with_who_is_paid() -> None:
    scheme = with_liquidity_saving(small_scheme(0), "goods", LiquiditySaving(1, None))
    driver = Driver(scheme).start()
    driver.send(Payment(KG_BANK, RU_BANK, 90_00, priority=Priority.HIGH))
    driver.send(Payment(KG_BANK, RU_BANK, 5_00), Payment(RU_BANK, KG_BANK, 5_00))
    driver.send(Order(KG_BANK, 1))
    assert driver.states()[1:] == [PaymentState.SETTLED] * 2


def test_what_stood_behind_is_resolved_on_entry() -> None:
    scheme = small_scheme(0)
    saving = LiquiditySaving(0, None, multilateral_on_entry=True)
    driver = Driver(with_liquidity_saving(scheme, "goods", saving)).start()
    driver.send(Payment(KG_BANK, RU_BANK, 90_00, priority=Priority.HIGH))
    driver.send(Payment(KG_BANK, RU_BANK, 5_00), Payment(RU_BANK, KG_BANK, 5_00))
    assert driver.states() == [PaymentState.QUEUED] * 3
    driver.send(Order(KG_BANK, 1))
    assert driver.states()[1:] == [PaymentState.SETTLED] * 2


def test_one_in_the_middle_of_a_queue_that_may_be_overtaken_leaves_its_tree() -> None:
    scheme = small_scheme(0)
    saving = LiquiditySaving(0, None, Release.BYPASS)
    driver = Driver(with_liquidity_saving(scheme, "goods", saving)).start()
    driver.send(*(Payment(KG_BANK, RU_BANK, amount) for amount in (9_00, 5_00, 7_00)))
    driver.send(Order(KG_BANK, 2), Payment(RU_BANK, KG_BANK, 1), Order(RU_BANK, 5))
    assert [one.name for one in driver.states()] == ["QUEUED", "CANCELLED", "QUEUED", "CANCELLED"]


@pytest.mark.parametrize("held", sorted(HELD))
def test_what_is_held_is_answered_as_what_is_locked(held: PaymentState) -> None:
    locked = Driver(small_scheme(20_00)).start()
    locked.send(Payment(KG_BANK, RU_BANK, 5_00, purpose="GIFT"))
    locked.send(Order(KG_BANK, 1, "11:10"))
    driver = Driver(small_scheme(20_00)).start()
    driver.send(Payment(KG_BANK, RU_BANK, 5_00, hit=0))
    driver.state.known_books().live["state"][0] = held
    if held is PaymentState.FROZEN:
        driver.state.frozen[0] = (NO_ACCOUNT, 0)
    driver.send(Order(KG_BANK, 1, "11:10"))
    answers = [each.outcomes[-1].events[-1].tobytes() for each in (locked, driver)]
    assert answers[0] == answers[1], "byte for byte, also inside"
    assert driver.answers_to(0) == ["PENDING"]


@pytest.mark.parametrize(
    ("after", "answers"),
    [
        (PaymentState.WAREHOUSED, ["PENDING", "DONE"]),
        (PaymentState.REJECTED, ["PENDING", "REFUSED ALREADY_ENDED"]),
        (PaymentState.FROZEN, ["PENDING"]),
    ],
)
def test_a_cancellation_is_decided_when_the_hold_ends(
    after: PaymentState, answers: list[str]
) -> None:
    driver = Driver(small_scheme(20_00)).start()
    driver.send(Payment(KG_BANK, RU_BANK, 5_00, hit=0), Order(KG_BANK, 1))
    driver.state.known_books().live["state"][0] = after
    writer = Writer()
    conclude_pending(driver.state, writer, driver.state.now_us)
    driver.outcomes.append(writer.outcome())
    assert driver.answers_to(0) == answers


def test_what_failed_with_its_cycle_has_ended() -> None:
    driver = Driver(with_shortfall_failing(small_scheme(0))).start()
    driver.send(Payment(KG_BANK, RU_BANK, 5_00, purpose="GIFT"), Order(KG_BANK, 1, "11:10"))
    driver.close()
    assert driver.answers_to(0) == ["PENDING", "REFUSED ALREADY_ENDED"]


def with_shortfall_failing(scheme: Scheme) -> Scheme:
    def changed(one: Agreement) -> Agreement:
        return replace(
            one, settlement=replace(one.settlement, cycle_shortfall=CycleShortfall.REJECT)
        )

    return replace(scheme, agreements=tuple(map(changed, scheme.agreements)))


def test_money_held_until_the_fixing_is_locked_over_night() -> None:
    driver = Driver(small_scheme(900_00)).start()
    driver.send(
        Payment(KG_BANK, RU_BANK, 5_00, currency="RUB", debtor_currency="KGS", purpose="LOAN")
    )
    assert driver.states() == [PaymentState.RESERVED]
    driver.send(Order(KG_BANK, 1))
    assert driver.answers_to(0) == ["PENDING"]
    driver.close()
    driver.start(TUESDAY).close(TUESDAY)
    assert driver.states() == [PaymentState.SETTLED]
    assert driver.answers_to(0) == ["PENDING", "REFUSED SETTLED_MEANWHILE"]


def test_one_that_waits_for_a_rate_stands_in_no_list_and_can_be_withdrawn() -> None:
    driver = Driver(small_scheme(900_00), rates=()).start()
    driver.send(
        Payment(KG_BANK, RU_BANK, 5_00, currency="RUB", debtor_currency="KGS", purpose="LOAN")
    )
    assert driver.states() == [PaymentState.QUEUED]
    driver.send(Order(KG_BANK, 1))
    assert driver.answers_to(0) == ["DONE"]


# --- refused batches ---------------------------------------------------------------------------

BAD: dict[str, tuple[str, Callable[[CommandBatch], object]]] = {
    "an unknown kind": ("orders.kind: found 9", lambda batch: batch.orders["kind"].fill(9)),
    "an unknown class": (
        "orders.priority: found 7",
        lambda batch: batch.orders["priority"].fill(7),
    ),
    "a time of no payment": (
        "times.payment: found rows",
        lambda batch: batch.times["payment"].fill(1),
    ),
    "a time before all time": (
        "times.from_us: found -1",
        lambda batch: batch.times["from_us"].fill(-1),
    ),
    "an unknown place": ("orders.place: found 8", lambda batch: batch.orders["place"].fill(8)),
    "no message": ("orders.message: found rows", lambda batch: batch.orders["message"].fill(5)),
    "a message with payments": (
        "orders.message: found message 0 with payments",
        lambda batch: batch.orders["message"].fill(0),
    ),
}


@pytest.mark.parametrize("what", BAD)
def test_orders_that_there_cannot_be_are_refused_before_anything_changes(what: str) -> None:
    words, spoil = BAD[what]
    driver = Driver(small_scheme(0)).start()
    timed = Payment(KG_BANK, RU_BANK, 1, till_at="12:00")
    batch = batch_of(driver.scheme, [timed, Order(KG_BANK, 1)])
    spoil(batch)
    with pytest.raises(BatchShapeError, match=words):
        apply(driver.state, batch)
    assert (driver.state.payment_count, driver.state.order_count) == (0, 0)


@pytest.mark.parametrize(
    ("table", "layout"),
    [("orders", "ORDER_ROW"), ("times", "TIMES_ROW"), ("quoted", "QUOTED_ROW")],
)
def test_tables_of_another_layout_are_refused(table: str, layout: str) -> None:
    driver = Driver(small_scheme(0)).start()
    batch = batch_of(driver.scheme, [Order(KG_BANK, 1)])
    changed: dict[str, Any] = {table: np.zeros(1, np.int64)}
    with pytest.raises(BatchShapeError, match=f"expected {layout}"):
        apply(driver.state, replace(batch, **changed))
