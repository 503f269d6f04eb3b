"""Overtaking against a plain model, where one agreement allows it and another does not."""

import random
from collections import deque
from dataclasses import dataclass, field, replace

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

from comity.agreements import LiquiditySaving, Release
from comity.agreements.scheme import Scheme
from comity.payments.codes import Priority
from comity.payments.lifecycle import State as PaymentState

BANKS = (KG_BANK, KG_SMALL, RU_BANK, RU_SMALL)
MAY_BE_OVERTAKEN, NOT_OVERTAKEN = "GDDS", "SCVE"  # goods, services


@dataclass
class PlainQueues:
    """Queues as lists; each tried from its beginning until nothing moves."""

    money: dict[str, int]
    sent: list[Payment] = field(default_factory=list)
    waiting: dict[str, list[int]] = field(default_factory=lambda: {bank: [] for bank in BANKS})

    def enter(self, payment: Payment) -> None:
        self.sent.append(payment)
        number, queue = len(self.sent) - 1, self.waiting[payment.payer]
        before = [one for one in queue if self.sent[one].priority <= payment.priority]
        stopped = any(self.sent[one].purpose == NOT_OVERTAKEN for one in before)
        if not stopped and self.covers(number):
            self.cascade(self.settle(number))
        else:
            queue.append(number)
            queue.sort(key=lambda one: (self.sent[one].priority, one))

    def covers(self, number: int) -> bool:
        return self.money[self.sent[number].payer] >= self.sent[number].amount

    def settle(self, number: int) -> str:
        payment = self.sent[number]
        self.money[payment.payer] -= payment.amount
        self.money[payment.payee] += payment.amount
        return payment.payee

    def next_of(self, bank: str) -> int | None:
        for number in self.waiting[bank]:
            if self.covers(number):
                return number
            if self.sent[number].purpose == NOT_OVERTAKEN:
                return None
        return None

    def cascade(self, paid: str) -> None:
        work = deque([paid])
        while work:
            bank = work.popleft()
            while (number := self.next_of(bank)) is not None:
                self.waiting[bank].remove(number)
                payee = self.settle(number)
                if payee not in work:
                    work.append(payee)


def overtaking_scheme(opening: int) -> Scheme:
    accounts = tuple(account(bank, "KGS", KG_CENTRAL, opening) for bank in BANKS)
    centrals = (
        account(RU_CENTRAL, "KGS", KG_CENTRAL, 0),
        account(KG_CENTRAL, "RUB", RU_CENTRAL, 0),
    )
    scheme = small_scheme(0, accounts=accounts + centrals)
    return with_liquidity_saving(scheme, "goods", LiquiditySaving(0, None, Release.BYPASS))


def random_day(seed: int, count: int) -> list[Payment]:
    dice = random.Random(seed)
    payments = []
    for number in range(count):
        payer, payee = dice.choice(BANKS[:2]), dice.choice(BANKS[2:])
        if dice.random() < 0.5:
            payer, payee = payee, payer
        purpose = dice.choice((MAY_BE_OVERTAKEN, MAY_BE_OVERTAKEN, NOT_OVERTAKEN))
        # Normal payments for services would go to a cycle.
        classes = tuple(Priority) if purpose == MAY_BE_OVERTAKEN else tuple(Priority)[:2]
        at = f"{8 + number // 60:02}:{number % 60:02}"
        amount, priority = dice.randrange(1, 40), dice.choice(classes)
        payments.append(Payment(payer, payee, amount, at, purpose=purpose, priority=priority))
    return payments


@pytest.mark.parametrize("first", range(0, 40, 10))
def test_only_payments_whose_agreement_says_so_are_overtaken(first: int) -> None:
    overtaken = 0
    for seed in range(first, first + 10):
        opening = random.Random(seed).choice((0, 10, 30))
        driver = Driver(overtaking_scheme(opening)).start()
        plain = PlainQueues(dict.fromkeys(BANKS, opening))
        for number, payment in enumerate(random_day(seed, 80)):
            driver.send(payment)
            plain.enter(payment)
            left = sorted(one for queue in plain.waiting.values() for one in queue)
            states = driver.states()
            found = [at for at, state in enumerate(states) if state is PaymentState.QUEUED]
            assert found == left, f"seed {seed}, after payment {number}"
            overtaken += any(queue != sorted(queue) for queue in plain.waiting.values())
    assert overtaken


@pytest.mark.parametrize("seed", range(3))
def test_one_batch_settles_as_many_do_where_payments_overtake(seed: int) -> None:
    payments = random_day(seed, 200)
    one, many = (Driver(overtaking_scheme(10)).start() for _ in range(2))
    one.run(batch_of(one.scheme, payments))
    for payment in payments:
        many.send(payment)
    assert one.states() == many.states()
    assert one.outcomes[-1].events.tobytes() == b"".join(
        outcome.events.tobytes() for outcome in many.outcomes[1:]
    )


def test_a_scheme_in_which_nobody_is_overtaken_has_no_trees() -> None:
    driver = Driver(with_liquidity_saving(small_scheme(0), "goods", LiquiditySaving(1, 1))).start()
    assert not len(driver.state.known_books().trees.blocks)


def test_thousands_that_wait_keep_their_order_while_trees_grow() -> None:
    driver = Driver(overtaking_scheme(0)).start()
    waiting = [Payment(KG_BANK, RU_BANK, 1000 - n) for n in range(300)]
    for start in range(0, 300, 7):
        driver.send(*waiting[start : start + 7])
    driver.send(replace(waiting[0], payer=RU_BANK, payee=KG_BANK, amount=1, priority=Priority.HIGH))
    assert set(driver.states()) == {PaymentState.QUEUED}
    driver.close()
