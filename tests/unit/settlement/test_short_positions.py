"""Short positions: values rounded against the bank, and random days held against the invariants."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from math import floor
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.kit.batches import Driver, Payment
from tests.kit.schemes import (
    DAY,
    KG_BANK,
    KG_CENTRAL,
    KG_SMALL,
    RATE,
    RU_BANK,
    RU_CENTRAL,
    RU_SMALL,
    account,
    small_scheme,
)

from comity.agreements import (
    AccountKind,
    Haircut,
    LiquiditySaving,
    PaymentVersusPayment,
    PositionLimit,
    PositionLimitKind,
    Release,
    Scheme,
    UnsettledAtClose,
)
from comity.agreements.rules_scheme import find_violations
from comity.errors import InvariantError
from comity.payments.codes import Priority
from comity.payments.lifecycle import State as PaymentState
from comity.settlement.invariants_shorts import nobody_is_shorter_than_allowed
from comity.settlement.short_positions import cautious_ratio, value_banks

BANKS = (KG_BANK, KG_SMALL, RU_BANK, RU_SMALL)
OTHER = {"KGS": "RUB", "RUB": "KGS"}
SHORT = PositionLimitKind.SHORT_POSITIONS
LATER = RATE.effective_on + timedelta(days=2)
DEARER = replace(RATE, numerator=13, denominator=10, effective_on=LATER)
TOO_DEAR = replace(RATE, numerator=3, denominator=2, effective_on=LATER)
"""A jump of more than 10 % values nothing, so that nobody becomes shorter that day."""


def short_scheme(
    opening: int, each: int, together: int, percent: int, at_close: UnsettledAtClose
) -> Scheme:
    """Return four banks whose accounts may be below zero, one of them without the tests."""
    scheme = small_scheme()
    goods = next(one for one in scheme.agreements if one.id == "goods")
    goods = replace(
        goods,
        payment_versus_payment=PaymentVersusPayment(None, None),
        settlement=replace(goods.settlement, unsettled_at_close=at_close),
    )
    return replace(
        scheme,
        agreements=(goods,),
        accounts=tuple(
            account(bank, code, agent, opening, each)
            for code, agent in (("KGS", KG_CENTRAL), ("RUB", RU_CENTRAL))
            for bank in BANKS
        ),
        position_limits=tuple(
            PositionLimit(SHORT, bank, "RUB", None, together)
            for bank in (KG_BANK, RU_BANK, RU_SMALL)
        ),
        haircuts=(Haircut("KGS", Decimal(percent)),),
    )


def random_day(dice: Random, count: int, first_trade: int) -> list[Payment]:
    """Return payments and trades in order of time; some legs come late or never."""
    found: list[Payment] = []
    waiting: list[Payment] = []
    for number, minute in enumerate(sorted(dice.randrange(10 * 60) for _ in range(count))):
        at = f"{7 + minute // 60:02}:{minute % 60:02}"
        if waiting and dice.random() < 0.6:
            found.append(replace(waiting.pop(dice.randrange(len(waiting))), at=at))
            continue
        payer, payee = dice.sample([BANKS[0], BANKS[1]], 1) + dice.sample([BANKS[2], BANKS[3]], 1)
        if dice.random() < 0.5:
            payer, payee = payee, payer
        code, amount = dice.choice(("KGS", "RUB")), dice.randrange(1, 80_00)
        one = Payment(payer, payee, amount, at, code, priority=dice.choice(tuple(Priority)))
        if dice.random() < 0.8:
            worth = {"KGS": 0.8, "RUB": 1.25}[code] * dice.uniform(0.9, 1.1)
            back = max(1, round(amount * worth))
            trade = first_trade + number
            one = replace(one, trade=trade, counter=(OTHER[code], back))
            waiting.append(
                Payment(payee, payer, back, at, OTHER[code], trade=trade, counter=(code, amount))
            )
        found.append(one)
    return found


@pytest.mark.parametrize("seed", range(60))
def test_on_random_days_the_tests_hold_and_nothing_waits_that_may_go(seed: int) -> None:
    """The driver checks every invariant after each payment; the rate moves on the second day."""
    dice = Random(seed)
    at_close = dice.choice(tuple(UnsettledAtClose))
    scheme = short_scheme(
        dice.choice((0, 10_00, 40_00)),
        dice.choice((0, 30_00, 100_00)),
        dice.choice((0, 40_00, 200_00)),
        dice.choice((0, 8, 40)),
        at_close,
    )
    assert find_violations(scheme) == ()
    driver = Driver(scheme, rates=dice.choice(((), (RATE, DEARER), (RATE, TOO_DEAR))))
    for day in (DAY, DAY + timedelta(days=1)):
        driver.start(day)
        for payment in random_day(dice, 40, 1 + 1000 * day.day):
            driver.send_on(day, replace(payment, value_date=day))
        driver.close(day)
    if seed in {3, 4}:
        states = driver.states()
        assert PaymentState.SETTLED in states
        assert len(set(states)) > 1


def test_without_a_rate_nobody_becomes_short() -> None:
    scheme = short_scheme(0, 100_00, 100_00, 0, UnsettledAtClose.EXPIRE)
    for rates, state in (((), PaymentState.QUEUED), ((RATE,), PaymentState.SETTLED)):
        driver = Driver(scheme, rates=rates).start()
        driver.send(
            Payment(KG_BANK, RU_BANK, 49_00, "08:00", "KGS", trade=7, counter=("RUB", 40_00)),
            Payment(RU_BANK, KG_BANK, 40_00, "08:01", "RUB", trade=7, counter=("KGS", 49_00)),
        )
        # At 1.2263 these 40 roubles are 49.05 som: the Kyrgyz bank is covered, the Russian not.
        assert driver.states() == [PaymentState.QUEUED] * 2
        driver.send(Payment(KG_SMALL, RU_BANK, 1_00, "08:02", "RUB"))
        assert driver.states()[:2] == [state if rates else PaymentState.QUEUED] * 2


@given(
    st.integers(-(2**50) + 1, 2**50 - 1),
    st.fractions(Fraction(1, 10**7), Fraction(10**7)),
    st.integers(0, 99),
)
def test_values_are_exact_and_rounded_against_the_bank(
    position: int, value: Fraction, percent: int
) -> None:
    driver = Driver(short_scheme(0, 100_00, 100_00, 0, UnsettledAtClose.EXPIRE)).start()
    books = driver.state.known_books()
    cut = Fraction(percent, 100)
    worth = books.shorts.worth
    worth["value_of"] = worth["long_of"] = worth["short_of"] = 0
    exact = True
    for name, part, up in (
        ("value", value, True),
        ("long", value * (1 - cut), False),
        ("short", value * (1 + cut), True),
    ):
        of, per = cautious_ratio(part, up=up)
        assert 0 <= of < 2**31
        assert 0 < per < 2**31
        assert (Fraction(of, per) >= part) if up else (Fraction(of, per) <= part)
        exact &= Fraction(of, per) == part
        worth[0][f"{name}_of"], worth[0][f"{name}_per"] = of, per
    place = books.places[0]
    books.balances[place["settlement"]]["posted"] = position
    found = value_banks(books)[0]
    net = position * value * (1 - cut if position > 0 else 1 + cut)
    most = 1 << 55
    owed = max(Fraction(0), -position * value)
    assert int(found["net_minor"]) <= max(Fraction(-most), min(Fraction(most), net))
    assert int(found["short_minor"]) >= min(Fraction(most), owed)
    if exact and abs(net) < most and position > -(2**50):
        assert int(found["net_minor"]) == floor(net)
        assert int(found["short_minor"]) == max(0, -floor(position * value))


def test_a_bank_shorter_than_allowed_is_noticed() -> None:
    driver = Driver(short_scheme(0, 100_00, 40_00, 10, UnsettledAtClose.EXPIRE)).start()
    books = driver.state.known_books()
    kyrgyz, russian = books.places[0]["settlement"], books.places[1]["settlement"]
    assert driver.state.known_chart().accounts[kyrgyz].owner == KG_BANK
    books.balances["posted"][kyrgyz] = -30_00
    with pytest.raises(InvariantError, match="I4: participant 0 is worth -2692 after haircuts"):
        nobody_is_shorter_than_allowed(driver.state)
    books.balances["posted"][russian] = 100_00
    nobody_is_shorter_than_allowed(driver.state)
    books.balances["posted"][kyrgyz] = -60_00
    with pytest.raises(InvariantError, match="I4: participant 0 is short of 4893, allowed 4000"):
        nobody_is_shorter_than_allowed(driver.state)


RULES = [
    ("currency", {"currency": "KGS"}, {}, "expected RUB, the valuation_currency"),
    ("percent", {}, {"haircuts": (Haircut("KGS", Decimal(100)),)}, "found 100, expected 0 to"),
    ("currency", {}, {"haircuts": (Haircut("USD", Decimal(1)),)}, "found USD, expected a currency"),
]


@pytest.mark.parametrize(("field", "limit", "changes", "said"), RULES)
def test_what_does_not_fit_is_refused(
    field: str, limit: dict[str, Any], changes: dict[str, Any], said: str
) -> None:
    scheme = short_scheme(0, 100_00, 40_00, 10, UnsettledAtClose.EXPIRE)
    limits = tuple(replace(one, **limit) for one in scheme.position_limits)
    scheme = replace(scheme, position_limits=limits, **changes)
    found = [
        f"{each.path[-1]}: found {each.found}, expected {each.expected}"
        for each in find_violations(scheme)
    ]
    assert any(each.startswith(field) and said in each for each in found), found


@pytest.mark.parametrize(
    ("account_changes", "said"),
    [
        ({"limit_minor": None}, "how short it may be"),
        ({"kind": AccountKind.LORO, "agent": RU_SMALL}, "settlement: its holder has a limit"),
    ],
)
def test_accounts_that_no_test_would_bound_are_refused(
    account_changes: dict[str, Any], said: str
) -> None:
    scheme = short_scheme(0, 100_00, 40_00, 10, UnsettledAtClose.EXPIRE)
    first, *others = scheme.accounts
    scheme = replace(scheme, accounts=(replace(first, **account_changes), *others))
    assert any(said in each.expected for each in find_violations(scheme))


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"liquidity_saving": LiquiditySaving(2, None)}, "liquidity_saving"),
        ({"liquidity_saving": LiquiditySaving(0, 30)}, "liquidity_saving"),
        ({"id": "remittances"}, "mode"),
        ({"id": "investment"}, "tier"),
    ],
)
def test_agreements_that_take_money_without_the_tests_are_refused(
    changes: dict[str, Any], path: str
) -> None:
    scheme = short_scheme(0, 100_00, 40_00, 10, UnsettledAtClose.EXPIRE)
    name = changes.get("id", "goods")
    (one,) = (each for each in small_scheme().agreements if each.id == name)
    scheme = replace(scheme, agreements=(replace(one, **changes),))
    assert any(path in map(str, each.path) for each in find_violations(scheme))


def test_overtaking_is_allowed() -> None:
    scheme = short_scheme(0, 100_00, 40_00, 10, UnsettledAtClose.EXPIRE)
    saving = LiquiditySaving(0, None, Release.BYPASS)
    agreements = tuple(replace(one, liquidity_saving=saving) for one in scheme.agreements)
    assert find_violations(replace(scheme, agreements=agreements)) == ()


def test_haircuts_alone_are_refused() -> None:
    scheme = replace(
        short_scheme(0, 100_00, 40_00, 10, UnsettledAtClose.EXPIRE), position_limits=()
    )
    (found,) = find_violations(scheme)
    assert "no haircut without a limit of kind short_positions" in found.expected
