"""Gross settlement against a plain model, on many random days."""

import random

import pytest
from tests.kit.batches import Driver, Payment, batch_of
from tests.kit.reference import PlainBank, Waiting
from tests.kit.schemes import (
    KG_BANK,
    KG_CENTRAL,
    KG_SMALL,
    RU_BANK,
    RU_CENTRAL,
    RU_SMALL,
    account,
    small_scheme,
)

from comity.payments.codes import Priority
from comity.payments.lifecycle import State as PaymentState

BANKS = {KG_BANK: RU_BANK, KG_SMALL: RU_SMALL, RU_BANK: KG_BANK, RU_SMALL: KG_SMALL}


def direct_scheme(money: dict[str, int], limits: dict[str, int]) -> Driver:
    """Return a driver in which every bank has an account of its own in KGS."""
    accounts = tuple(
        account(bank, "KGS", KG_CENTRAL, money[bank], limits[bank]) for bank in sorted(money)
    )
    centrals = (
        account(RU_CENTRAL, "KGS", KG_CENTRAL, 0),
        account(KG_CENTRAL, "RUB", RU_CENTRAL, 0),
    )
    return Driver(small_scheme(0, accounts=accounts + centrals))


def random_day(seed: int) -> tuple[dict[str, int], dict[str, int], list[Payment]]:
    """Return opening money, limits and payments of a day short of money."""
    dice = random.Random(seed)
    money = {bank: dice.choice((0, 5, 20, 60)) for bank in BANKS}
    limits = {bank: dice.choice((0, 0, 10)) for bank in BANKS}
    kyrgyz, russian = (KG_BANK, KG_SMALL), (RU_BANK, RU_SMALL)
    payments = []
    for minute in range(dice.randrange(5, 40)):
        payer, payee = dice.choice(kyrgyz), dice.choice(russian)
        if dice.random() < 0.5:
            payer, payee = payee, payer
        priority = dice.choice((Priority.HIGH, Priority.NORMAL, Priority.NORMAL))
        at = f"{8 + minute // 60:02}:{minute % 60:02}"
        payments.append(Payment(payer, payee, dice.randrange(1, 40), at, priority=priority))
    return money, limits, payments


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, 300, 50))
def test_strict_queues_end_as_the_plain_model_says(first: int) -> None:
    for seed in range(first, first + 50):
        money, limits, payments = random_day(seed)
        driver = direct_scheme(money, limits).start()
        plain = PlainBank(dict(money), limits)
        for number, payment in enumerate(payments):
            driver.send(payment)
            is_high = payment.priority is Priority.HIGH
            waiting = Waiting(number, payment.payee, payment.amount, is_high)
            plain.pay(waiting, payment.payer)
            states = driver.states()
            found = [at for at, state in enumerate(states) if state is PaymentState.QUEUED]
            assert found == plain.left(), f"seed {seed}, after payment {number}"
        for bank, expected in plain.money.items():
            assert driver.balance(f"settlement:{bank}@{KG_CENTRAL}:KGS") == expected, seed


@pytest.mark.parametrize("seed", range(20))
def test_with_own_accounts_and_one_class_the_order_of_participants_does_not_matter(
    seed: int,
) -> None:
    money, limits, payments = random_day(seed)
    renamed = {KG_BANK: KG_SMALL, KG_SMALL: KG_BANK, RU_BANK: RU_SMALL, RU_SMALL: RU_BANK}
    normal = [Payment(p.payer, p.payee, p.amount, p.at) for p in payments]
    other = [Payment(renamed[p.payer], renamed[p.payee], p.amount, p.at) for p in normal]
    one = direct_scheme(money, limits).start()
    two = direct_scheme(
        {renamed[bank]: money[bank] for bank in money},
        {renamed[bank]: limits[bank] for bank in limits},
    ).start()
    one.run(batch_of(one.scheme, normal))
    two.run(batch_of(two.scheme, other))
    assert one.states() == two.states()
    for bank in BANKS:
        theirs = two.balance(f"settlement:{renamed[bank]}@{KG_CENTRAL}:KGS")
        assert one.balance(f"settlement:{bank}@{KG_CENTRAL}:KGS") == theirs
