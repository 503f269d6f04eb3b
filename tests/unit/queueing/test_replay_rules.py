"""Each release rule against a slow replay in plain Python, and what must hold under all of them."""

import random
from dataclasses import replace

import numpy as np
import pytest
from tests.unit.queueing.plain_replay import (
    RESOLVE_EVERY_US,
    Case,
    Payment,
    Plain,
    outcome,
    outcome_of,
    plain_bypass,
    plain_fifo,
    plain_offset,
    random_case,
)

from comity.queueing import RULES, Replay, SettledBy, replay_day

DAYS = 2_000
A, B, C, D = range(4)
URGENT, NORMAL = 0, 2
NO_RESERVATION = ((0, 0),) * 4


def replayed(case: Case, rule: str) -> Replay:
    return replay_day(
        case.day,
        case.liquidity,
        rule,
        offset_depth=case.depth,
        resolve_every_us=RESOLVE_EVERY_US,
    )


def plain(case: Case, rule: str) -> Plain:
    match rule:
        case "fifo":
            return plain_offset(replace(case, depth=0))
        case "bypass":
            return plain_bypass(case)
        case "offset":
            return plain_offset(case)
        case _:
            return plain_offset(case, RESOLVE_EVERY_US)


def day_of(*payments: Payment, opening: tuple[int, ...], depth: int = 1) -> Case:
    return Case(payments, opening, (0, 0, 0, 0), NO_RESERVATION, depth)


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_settles_as_the_plain_replay_does(rule: str) -> None:
    seen = dict.fromkeys(SettledBy, 0)
    for seed in range(DAYS):
        case = random_case(seed)
        found = replayed(case, rule)
        assert outcome_of(found) == outcome(plain(case, rule)), f"seed {seed}"
        for by, count in enumerate(np.bincount(found.mechanism, minlength=len(SettledBy))):
            seen[SettledBy(by)] += int(count)
    mechanisms = {
        "fifo": {SettledBy.ENTRY, SettledBy.QUEUE},
        "bypass": {SettledBy.ENTRY, SettledBy.QUEUE},
        "offset": {SettledBy.ENTRY, SettledBy.QUEUE, SettledBy.BILATERAL},
        "multilateral": set(SettledBy) - {SettledBy.NOTHING},
    }
    assert {by for by, count in seen.items() if count > DAYS // 20} >= mechanisms[rule]


def test_lists_kept_from_one_resolution_to_the_next_settle_as_new_ones_would() -> None:
    several = 0
    for seed in range(DAYS):
        case = random_case(seed)
        alike = tuple(replace(one, priority=NORMAL) for one in case.payments)
        unreserved = ((0, 0),) * len(case.reserved)
        case = replace(case, payments=alike, reserved=unreserved, depth=1)
        found = replayed(case, "multilateral")
        assert outcome_of(found) == outcome(plain(case, "multilateral")), f"seed {seed}"
        at_us = found.settled_us[found.mechanism == SettledBy.MULTILATERAL]
        several += len(np.unique(at_us)) > 1
    assert several > DAYS // 100


@pytest.mark.parametrize("rule", RULES)
def test_money_is_conserved_and_no_balance_ever_passes_its_limit(rule: str) -> None:
    for seed in range(DAYS // 4):
        case = random_case(seed)
        found = replayed(case, rule)
        assert found.closing_minor.sum() == sum(case.opening)
        assert (found.lowest_minor + np.array(case.caps) >= 0).all(), f"seed {seed}"
        assert (found.lowest_minor <= np.minimum(case.opening, found.closing_minor)).all()


@pytest.mark.parametrize("rule", RULES)
def test_closing_balances_follow_from_what_settled(rule: str) -> None:
    for seed in range(DAYS // 10):
        case = random_case(seed)
        found = replayed(case, rule)
        balances = list(case.opening)
        for one, at_us, by in zip(case.payments, found.settled_us, found.mechanism, strict=True):
            assert (at_us < 0) == (by == SettledBy.NOTHING)
            if at_us >= 0:
                assert at_us >= one.at_us
                assert (by == SettledBy.ENTRY) <= (at_us == one.at_us)
                balances[one.payer] -= one.amount
                balances[one.payee] += one.amount
        assert found.closing_minor.tolist() == balances


def test_under_strict_fifo_the_order_of_trial_does_not_matter() -> None:
    for seed in range(DAYS):
        case, draw = random_case(seed), random.Random(seed)
        expected = outcome(plain_fifo(case, draw.choice))
        found = outcome_of(replayed(case, "fifo"))
        # The lowest balances do depend on it: who pays before it receives sinks lower.
        assert found[:3] == expected[:3], f"seed {seed}"


def test_under_strict_fifo_numbering_accounts_anew_changes_nothing() -> None:
    for seed in range(DAYS // 4):
        case = random_case(seed)
        order = random.Random(seed).sample(range(4), 4)
        back = [order.index(account) for account in range(4)]
        renumbered = Case(
            payments=tuple(
                replace(one, payer=order[one.payer], payee=order[one.payee])
                for one in case.payments
            ),
            opening=tuple(case.opening[account] for account in back),
            caps=tuple(case.caps[account] for account in back),
            reserved=tuple(case.reserved[account] for account in back),
        )
        found = replayed(renumbered, "fifo")
        assert found.settled_us.tolist() == replayed(case, "fifo").settled_us.tolist()


@pytest.mark.parametrize("rule", RULES)
def test_within_a_class_of_an_account_fifo_keeps_the_order(rule: str) -> None:
    if rule == "bypass":
        return
    for seed in range(DAYS // 4):
        case = replace(random_case(seed), depth=1)
        found = replayed(case, rule)
        settled: dict[tuple[int, int], int] = {}
        for one, at_us in zip(case.payments, found.settled_us.tolist(), strict=True):
            before = settled.get((one.payer, one.priority), 0)
            now = at_us if at_us >= 0 else 10**9
            assert now >= before, f"seed {seed}"
            settled[one.payer, one.priority] = now


def test_more_money_can_settle_less_where_there_are_priorities() -> None:
    payments = (Payment(1, A, B, 10), Payment(2, A, C, 9, URGENT), Payment(3, C, D, 9))
    settled = {
        opening: [
            one.amount
            for one, at_us in zip(
                payments,
                replayed(day_of(*payments, opening=(opening, 0, 0, 0)), "fifo").settled_us,
                strict=True,
            )
            if at_us >= 0
        ]
        for opening in (9, 10)
    }
    assert settled == {9: [9, 9], 10: [10]}


def test_an_urgent_payment_goes_before_those_that_wait_and_they_keep_waiting() -> None:
    case = day_of(
        Payment(1, A, B, 5),
        Payment(2, A, B, 4, URGENT),
        Payment(3, C, A, 5),
        opening=(4, 0, 5, 0),
    )
    found = replayed(case, "fifo")
    assert found.settled_us.tolist() == [3, 2, 3]
    assert found.mechanism.tolist() == [SettledBy.QUEUE, SettledBy.ENTRY, SettledBy.ENTRY]


@pytest.mark.parametrize(
    ("priority", "settles"),
    [(0, [7, 10]), (1, [4, 7]), (2, [2, 4])],
    ids=["urgent", "high", "normal"],
)
@pytest.mark.parametrize("rule", RULES)
def test_a_class_leaves_what_is_reserved_for_those_above(
    rule: str, priority: int, settles: list[int]
) -> None:
    # Ten in hand, three reserved for urgent payments and three more for high ones.
    for amount, expected in ((settles[0], True), (settles[1], True), (settles[1] + 1, False)):
        case = replace(
            day_of(Payment(1, A, B, amount, priority), opening=(10, 0, 0, 0)),
            reserved=((3, 3), *NO_RESERVATION[1:]),
        )
        assert (replayed(case, rule).settled_us[0] >= 0) == expected


def test_a_reservation_drawn_on_is_filled_up_before_lower_classes_go() -> None:
    case = replace(
        day_of(
            Payment(1, A, B, 3, URGENT),
            Payment(2, A, B, 1),
            Payment(3, C, A, 3),
            Payment(4, C, A, 1),
            opening=(3, 0, 4, 0),
        ),
        reserved=((3, 0), *NO_RESERVATION[1:]),
    )
    assert replayed(case, "fifo").settled_us.tolist() == [1, 4, 3, 4]


def test_a_credit_cap_is_money_to_pay_with_and_no_more_than_that() -> None:
    case = replace(
        day_of(Payment(1, A, B, 5), Payment(2, A, B, 1), opening=(0,) * 4), caps=(5,) * 4
    )
    found = replayed(case, "fifo")
    assert found.settled_us.tolist() == [1, -1]
    assert found.lowest_minor.tolist() == [-5, 0, 0, 0]


def test_a_ring_that_no_pair_can_break_settles_at_the_next_resolution() -> None:
    ring = (Payment(1, A, B, 8), Payment(2, B, C, 8), Payment(3, C, A, 8), Payment(9, D, A, 1))
    case = day_of(*ring, opening=(0, 0, 0, 1))
    assert replayed(case, "offset").settled_us.tolist() == [-1, -1, -1, 9]
    found = replayed(case, "multilateral")
    assert found.settled_us.tolist() == [6, 6, 6, 9]
    assert found.mechanism.tolist()[:3] == [SettledBy.MULTILATERAL] * 3


def test_a_resolution_comes_after_the_payments_of_its_very_time() -> None:
    ring = (Payment(1, A, B, 8), Payment(2, B, C, 8), Payment(6, C, A, 8))
    case = day_of(*ring, opening=(0,) * 4)
    assert replayed(case, "multilateral").settled_us.tolist() == [6, 6, 6]


def test_a_last_resolution_follows_the_last_payment() -> None:
    case = day_of(Payment(1, A, B, 8), Payment(1, B, C, 8), Payment(1, C, A, 8), opening=(0,) * 4)
    assert replayed(case, "multilateral").settled_us.tolist() == [6, 6, 6]


@pytest.mark.parametrize("rule", RULES)
def test_the_same_day_gives_the_same_bytes(rule: str) -> None:
    for seed in range(20):
        one, other = (replayed(random_case(seed), rule) for _ in range(2))
        assert one.settled_us.tobytes() == other.settled_us.tobytes()
        assert one.mechanism.tobytes() == other.mechanism.tobytes()
        assert one.lowest_minor.tobytes() == other.lowest_minor.tobytes()
