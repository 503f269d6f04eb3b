"""What a resolution over two currencies settles, against every vector of prefixes."""

import random
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest
from tests.kit.batches import Driver, Payment
from tests.kit.schemes import KG_BANK, KG_SMALL, RU_BANK, RU_SMALL
from tests.unit.settlement.test_resolution import direct_scheme

from comity.agreements import LiquiditySaving, PaymentVersusPayment, Scheme
from comity.payments.codes import Definition, Mechanism
from comity.settlement.invariants_pairs import other_legs
from comity.settlement.state import State, queued_payments

BANKS = ((KG_BANK, KG_SMALL), (RU_BANK, RU_SMALL))


def linking_scheme(dice: random.Random) -> Scheme:
    """Return a scheme of direct banks with little money, resolved every hour."""
    scheme = direct_scheme(LiquiditySaving(0, 60), 0)
    terms = PaymentVersusPayment(None, None)
    return replace(
        scheme,
        accounts=tuple(
            replace(one, opening_balance_minor=dice.choice((0, 0, 3_00, 9_00)))
            for one in scheme.accounts
        ),
        agreements=tuple(
            replace(one, payment_versus_payment=terms) if one.id == "goods" else one
            for one in scheme.agreements
        ),
    )


def crossing(dice: random.Random, trades: int) -> list[Payment]:
    """Return trades with both their legs, and plain payments between them, before nine."""
    found: list[Payment] = []
    for trade in range(1, trades + 1):
        one, other = dice.choice(BANKS[0]), dice.choice(BANKS[1])
        payer, payee = dice.choice(((one, other), (other, one)))
        amounts = dice.randrange(1, 12) * 100, dice.randrange(1, 12) * 100
        leg = Payment(
            *(payer, payee, amounts[0]),
            currency="KGS",
            definition=Definition.PACS_009,
            trade=trade,
            counter=("RUB", amounts[1]),
        )
        back = replace(
            leg,
            payer=payee,
            payee=payer,
            amount=amounts[1],
            currency="RUB",
            counter=("KGS", amounts[0]),
        )
        found += [leg, back]
    for _ in range(5):
        one, other = dice.choice(BANKS[0]), dice.choice(BANKS[1])
        payer, payee = dice.choice(((one, other), (other, one)))
        code = dice.choice(("KGS", "RUB"))
        found.append(Payment(payer, payee, dice.randrange(1, 12) * 100, currency=code))
    dice.shuffle(found)
    return found


def is_allowed(state: State, chosen: list[list[int]], others: dict[int, int]) -> bool:
    """Return whether prefixes, queue by queue, could settle in one moment."""
    books = state.known_books()
    together = {one for payments in chosen for one in payments}
    if any(others.get(one, one) not in together for one in together):
        return False
    net: dict[int, int] = {}
    for one in together:
        row: Any = books.live[one]
        net[int(row["payer"])] = net.get(int(row["payer"]), 0) + int(row["debit_minor"])
        net[int(row["payee"])] = net.get(int(row["payee"]), 0) - int(row["debit_minor"])
    for payments in chosen:
        if not payments:
            continue
        place = int(books.live[payments[0]]["payer"])
        balance = books.balances[books.places[place]["settlement"]]
        if balance["posted"] - balance["held"] + balance["limit"] < net[place]:
            return False
    return True


@pytest.mark.parametrize("first", range(0, 60, 15))
def test_what_settles_together_is_the_greatest_of_all_vectors_over_both_currencies(
    first: int,
) -> None:
    across = 0
    for seed in range(first, first + 15):
        dice = random.Random(seed)
        driver = Driver(linking_scheme(dice)).start()
        for payment in crossing(dice, 3):
            driver.send(payment)
        state = driver.state
        others = other_legs(state)
        books = state.known_books()
        queues = [
            queued_payments(books, queue).tolist()
            for queue in np.flatnonzero(books.queues.length).tolist()
        ]
        allowed = [
            lengths
            for lengths in product(*(range(len(queue) + 1) for queue in queues))
            if is_allowed(state, [q[:n] for q, n in zip(queues, lengths, strict=True)], others)
        ]
        greatest = tuple(np.array(allowed).max(axis=0).tolist()) if queues else ()
        assert greatest in allowed, "there is one that is greatest for every queue"
        driver.advance("09:00")
        for queue, length in zip(queues, greatest, strict=True):
            mechanisms = driver.state.known_books().live["mechanism"][queue[:length]]
            assert (mechanisms == Mechanism.MULTILATERAL).all(), f"seed {seed}"
            across += sum(one in others for one in queue[:length])
    assert across, "some of what settles together are legs"
