"""Cycles that balances do not cover: draws, what is taken out, and what is paid back."""

import itertools
from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

import numpy as np
import pytest
from tests.kit.batches import Driver, Payment
from tests.kit.schemes import (
    KG_BANK,
    KG_CENTRAL,
    KG_SMALL,
    RU_BANK,
    RU_CENTRAL,
    RU_SMALL,
    small_scheme,
    with_waterfall,
)

from comity.agreements.netting_terms import (
    AfterShortfall,
    Repaid,
    ResourceKind,
    ResourceTerms,
    ShortfallLayer,
    ShortfallTerms,
)
from comity.agreements.scheme import Scheme
from comity.errors import InvariantError
from comity.payments.codes import (
    CycleFigure,
    CycleState,
    DrawnFrom,
    EventKind,
    ResolutionKind,
    TransferKind,
)
from comity.payments.commands import Outcome
from comity.payments.lifecycle import State as PaymentState
from comity.settlement import State
from comity.settlement.invariants import check_books
from comity.settlement.resource_invariants import draws_are_explained, recourse_sums_to_zero
from comity.settlement.shortfall import draw

ALL = tuple(ShortfallLayer)
COLLATERAL, LINE, FUND = ResourceKind
BANKS = (KG_BANK, KG_SMALL, RU_BANK)


def scheme_with(
    *resources: tuple[str, ResourceKind, int],
    opening: int = 0,
    layers: tuple[ShortfallLayer, ...] = ALL,
    then: AfterShortfall = AfterShortfall.ROLL,
    repaid: Repaid = Repaid.CARRIED_OVER,
    code: str = "KGS",
) -> Scheme:
    """Return the small scheme with a waterfall, and resources in one currency."""
    scheme = with_waterfall(small_scheme(opening), ShortfallTerms(layers, then, repaid))
    terms = tuple(ResourceTerms(bank, code, kind, amount) for bank, kind, amount in resources)
    return replace(scheme, resources=terms)


def gift(payer: str, payee: str, amount: int, **changes: Any) -> Payment:
    return Payment(payer, payee, amount, purpose="GIFT", **changes)


def figures(outcome: Outcome, figure: CycleFigure) -> list[tuple[int, int]]:
    """Return detail and value of every figure of a kind."""
    rows: Any = outcome.events[outcome.events["kind"] == EventKind.CYCLE_FIGURE]
    return [(int(row["detail"]), int(row["value"])) for row in rows if row["after"] == figure]


def settle(scheme: Scheme, *payments: Payment) -> tuple[Driver, Outcome]:
    driver = Driver(scheme).start()
    driver.send(*payments)
    driver.advance("11:29")
    return driver, driver.advance("11:30")


def test_the_journal_says_who_lacked_what_and_what_the_roll_costs_every_survivor() -> None:
    driver, outcome = settle(
        with_openings(scheme_with(), {KG_BANK: 10_00}),
        gift(KG_BANK, RU_BANK, 10_00),
        gift(KG_BANK, RU_BANK, 20_00),
        gift(RU_BANK, KG_SMALL, 5_00),
        gift(RU_BANK, KG_SMALL, 8_00),
    )

    assert figures(outcome, CycleFigure.LACKED) == [(0, 20_00)]
    assert figures(outcome, CycleFigure.CHOICE) == [(0, ResolutionKind.GREATEST)]
    assert figures(outcome, CycleFigure.NEW_POSITION) == [(0, -10_00), (1, 5_00), (2, 5_00)]
    settled, queued = PaymentState.SETTLED, PaymentState.QUEUED
    assert driver.states() == [settled, queued, settled, queued]
    steps = outcome.events[outcome.events["kind"] == EventKind.CYCLE]
    assert steps["after"].tolist() == [CycleState.SETTLING, CycleState.PARTIAL]
    assert int(steps["value"][-1]) == 10_00


def test_draws_are_told_by_layer_with_those_who_are_charged() -> None:
    scheme = scheme_with(
        (KG_BANK, COLLATERAL, 30), (KG_BANK, LINE, 20), (KG_BANK, FUND, 4), (RU_BANK, FUND, 20)
    )
    driver, outcome = settle(scheme, gift(KG_BANK, RU_BANK, 60))

    draws: Any = outcome.events[outcome.events["kind"] == EventKind.DRAW]
    assert [(int(d["detail"]), int(d["after"]), int(d["value"])) for d in draws] == [
        (0, DrawnFrom.COLLATERAL, 30),
        (0, DrawnFrom.CREDIT_LINE, 20),
        (0, DrawnFrom.GUARANTEE_FUND, 10),
    ]
    assert figures(outcome, CycleFigure.CHARGED) == [(0, 4), (2, 6)]
    assert [TransferKind(int(row["kind"])).name for row in outcome.transfers] == [
        "COLLATERAL_DRAWN",
        "CREDIT_DRAWN",
        "FUND_DRAWN",
        "FUND_DRAWN",
        "RECOURSE",
        "CYCLE",
        "CYCLE",
    ]
    assert len(set(outcome.transfers["group"].tolist())) == 1
    assert driver.states() == [PaymentState.SETTLED]


def test_a_slot_of_which_one_currency_settles_ends_in_part() -> None:
    scheme = with_openings(scheme_with(then=AfterShortfall.ABORT), {KG_BANK: 5_00})
    _, outcome = settle(
        scheme, gift(KG_BANK, RU_BANK, 10_00), gift(KG_BANK, RU_BANK, 5_00, currency="RUB")
    )

    assert figures(outcome, CycleFigure.SLOT_ENDED) == [(0, CycleState.PARTIAL)]
    steps = outcome.events[outcome.events["kind"] == EventKind.CYCLE]
    ended = [(int(s["subject"]), int(s["after"])) for s in steps if s["after"] > 5]
    assert ended == [(0, CycleState.ROLLED), (1, CycleState.SETTLED)]


def test_nothing_is_drawn_while_balances_suffice() -> None:
    scheme = scheme_with((KG_BANK, COLLATERAL, 50_00), opening=10_00)
    driver, outcome = settle(scheme, gift(KG_BANK, RU_BANK, 10_00))

    assert not (outcome.events["kind"] == EventKind.DRAW).any()
    assert driver.balance(f"collateral:{KG_BANK}@{KG_CENTRAL}:KGS") == 50_00


def test_a_set_of_which_nothing_can_stay_rolls_whole_and_draws_nothing() -> None:
    scheme = scheme_with((KG_BANK, COLLATERAL, 3_00))
    driver, outcome = settle(scheme, gift(KG_BANK, RU_BANK, 10_00))

    steps = outcome.events[outcome.events["kind"] == EventKind.CYCLE]
    assert steps["after"].tolist() == [CycleState.SETTLING, CycleState.ROLLED]
    assert not len(outcome.transfers)
    assert driver.balance(f"collateral:{KG_BANK}@{KG_CENTRAL}:KGS") == 3_00


def test_cover_one_counts_what_the_waterfall_may_draw() -> None:
    scheme = scheme_with((KG_SMALL, COLLATERAL, 7), (RU_BANK, FUND, 50), (KG_BANK, FUND, 50))
    driver = Driver(scheme).start()
    driver.send(gift(KG_BANK, RU_BANK, 60), gift(KG_SMALL, RU_BANK, 10))
    outcome = driver.advance("11:00")

    assert figures(outcome, CycleFigure.COVER_GROUP) == [(0, 60)]
    assert figures(outcome, CycleFigure.COVER_SURVIVORS) == [(0, 3)]
    assert figures(outcome, CycleFigure.COVER_FUND) == [(0, 50)]
    assert figures(outcome, CycleFigure.COVER_MISSING) == [(0, 13)]


def test_what_is_paid_back_is_told_and_never_comes_out_of_an_overdraft() -> None:
    scheme = scheme_with((KG_BANK, LINE, 50_00), repaid=Repaid.AT_CLOSE)
    accounts = tuple(
        replace(one, limit_minor=5_00)
        if (one.participant, one.currency) == (KG_BANK, "KGS")
        else one
        for one in scheme.accounts
    )
    driver, _ = settle(replace(scheme, accounts=accounts), gift(KG_BANK, RU_BANK, 40_00))
    assert driver.balance(f"drawn:{KG_BANK}@{KG_CENTRAL}:KGS") == -35_00
    driver.send(Payment(RU_BANK, KG_BANK, 15_00, at="12:00"))
    outcome = driver.close()

    repaid: Any = outcome.events[outcome.events["kind"] == EventKind.REPAYMENT]
    assert [(int(r["subject"]), int(r["after"]), int(r["value"])) for r in repaid] == [
        (0, DrawnFrom.CREDIT_LINE, 10_00)
    ]
    assert driver.balance(f"drawn:{KG_BANK}@{KG_CENTRAL}:KGS") == -25_00


def with_openings(scheme: Scheme, openings: dict[str, int]) -> Scheme:
    return replace(
        scheme,
        accounts=tuple(
            replace(one, opening_balance_minor=openings.get(one.participant, 0))
            for one in scheme.accounts
        ),
    )


def keeps(prefixes: tuple[int, ...], queues: list[list[Payment]], means: list[int]) -> bool:
    """Return whether every bank can pay for the first payments of each queue."""
    left = list(means)
    for number, (count, queue) in enumerate(zip(prefixes, queues, strict=True)):
        for payment in queue[:count]:
            left[number] -= payment.amount
            left[BANKS.index(payment.payee)] += payment.amount
    return min(left) >= 0


@pytest.mark.parametrize("seed", range(12))
def test_what_is_taken_out_is_the_least_that_the_order_of_payments_allows(seed: int) -> None:
    chance = Random(seed)
    for _ in range(20):
        openings = {bank: chance.randrange(12) for bank in BANKS}
        collateral = {bank: chance.randrange(1, 6) for bank in BANKS}
        payments = []
        for _ in range(chance.randrange(1, 9)):
            payer, payee = chance.sample([KG_BANK, RU_BANK], 2)
            if chance.random() < 0.5:
                payer, payee = chance.sample([KG_SMALL, RU_BANK], 2)
            payments.append(gift(payer, payee, chance.randrange(1, 20)))
        scheme = scheme_with(*((bank, COLLATERAL, collateral[bank]) for bank in BANKS))
        driver, _ = settle(with_openings(scheme, openings), *payments)

        queues = [[each for each in payments if each.payer == bank] for bank in BANKS]
        means = [openings[bank] + collateral[bank] for bank in BANKS]
        allowed = [
            prefixes
            for prefixes in itertools.product(*(range(len(queue) + 1) for queue in queues))
            if keeps(prefixes, queues, means)
        ]
        greatest = tuple(max(each[bank] for each in allowed) for bank in range(len(BANKS)))
        assert greatest in allowed, "one choice is the greatest for everybody"
        counts = [0] * len(BANKS)
        for payment, state in zip(payments, driver.states(), strict=True):
            counts[BANKS.index(payment.payer)] += state is PaymentState.SETTLED
        assert tuple(counts) == greatest


def drawn_day() -> State:
    """Return a day on which the fund has paid for a debtor."""
    scheme = scheme_with((KG_BANK, COLLATERAL, 5), (RU_BANK, FUND, 20), (KG_SMALL, FUND, 20))
    driver, _ = settle(scheme, gift(KG_BANK, RU_BANK, 25))
    return driver.state


def book(state: State, debit: str, credit: str) -> None:
    books, number_of = state.known_books(), state.known_chart().number_of
    books.balances["posted"][number_of[debit]] -= 1
    books.balances["posted"][number_of[credit]] += 1


def named(kind: str, bank: str) -> str:
    return f"{kind}:{bank}@{KG_CENTRAL}:KGS"


DAMAGE: dict[str, tuple[Callable[[State], None], Callable[[State], None]]] = {
    "collateral that nobody drew is gone": (
        lambda s: book(s, named("collateral", KG_BANK), f"agent:{KG_CENTRAL}:KGS"),
        draws_are_explained,
    ),
    "somebody is charged for nobody": (
        lambda s: book(s, named("guarantee_fund", KG_SMALL), f"agent:{KG_CENTRAL}:KGS"),
        draws_are_explained,
    ),
    "recourse moves without a payment": (
        lambda s: book(s, named("recourse", KG_SMALL), named("recourse", RU_BANK)),
        draws_are_explained,
    ),
    "somebody owes nobody": (
        lambda s: book(s, named("recourse", KG_BANK), f"agent:{KG_CENTRAL}:KGS"),
        recourse_sums_to_zero,
    ),
}


@pytest.mark.parametrize("what", DAMAGE)
def test_damage_to_resources_is_seen(what: str) -> None:
    damage, check = DAMAGE[what]
    state = drawn_day()
    check_books(state)
    damage(state)
    with pytest.raises(InvariantError):
        check(state)


def test_the_fund_does_not_stand_behind_an_account_at_a_correspondent() -> None:
    scheme = scheme_with((RU_BANK, FUND, 50_00), opening=0)
    driver, _ = settle(scheme, gift(RU_SMALL, KG_SMALL, 10_00))

    assert driver.states() == [PaymentState.QUEUED]


def test_no_other_currency_is_drawn() -> None:
    scheme = scheme_with((KG_BANK, COLLATERAL, 50_00), (RU_BANK, FUND, 50_00), code="RUB")
    driver, _ = settle(scheme, gift(KG_BANK, RU_BANK, 10_00))

    assert driver.states() == [PaymentState.QUEUED]
    assert driver.balance(f"collateral:{KG_BANK}@{RU_CENTRAL}:RUB") == 50_00


@pytest.mark.parametrize("opening", [0, 10_00])
def test_linked_legs_in_two_currencies_settle_both_or_neither(opening: int) -> None:
    scheme = scheme_with(opening=0)
    accounts = {(KG_BANK, "KGS"): opening, (RU_BANK, "RUB"): 5_00}
    scheme = replace(
        scheme,
        accounts=tuple(
            replace(one, opening_balance_minor=accounts.get((one.participant, one.currency), 0))
            for one in scheme.accounts
        ),
    )
    driver = Driver(scheme).start()
    driver.send(gift(KG_BANK, RU_BANK, 10_00), gift(RU_BANK, KG_BANK, 5_00, currency="RUB"))
    driver.advance("11:00")
    state = driver.state
    short = [(state.cycles[number], scheme.agreements[2].shortfall) for number in (0, 1)]
    terms = [(cycle, each) for cycle, each in short if each is not None]

    found = draw(state, terms, np.array([1, 0], np.int32))

    assert [one.kept.tolist() for one in found] == [[opening > 0]] * 2
