"""Gridlock resolution in figures: the rules one by one, counterexamples, and what is refused."""

import itertools
from dataclasses import replace
from random import Random

import numpy as np
import pytest
from tests.unit.queueing.gridlock_cases import (
    Case,
    Vector,
    Waiting,
    all_allowed,
    join,
    lengths_of,
    random_cases,
    resolve,
)
from tests.unit.queueing.linked_queues import blank_payments, put, take

from comity.errors import LimitExceededError, UsageError
from comity.money import AMOUNT_MINOR_MAX, BALANCE_MINOR_MAX
from comity.payments.codes import Priority
from comity.queueing import (
    NO_PARTNER,
    NOBODY,
    OUTSIDE,
    PARTNER_ABSENT,
    Answer,
    BilateralLimits,
    Limits,
    Queued,
    list_waiting,
    new_queues_by_class,
    pair_legs,
    queue_payments,
    resolve_gridlock,
    set_limits,
)

A, B, C = 0, 1, 2


def waiting(*payments: tuple[int, int, int]) -> list[list[Waiting]]:
    """Return three queues from (payer, payee, amount), numbered in order of arrival."""
    queues: list[list[Waiting]] = [[], [], []]
    for number, (payer, payee, amount) in enumerate(payments):
        queues[payer].append(Waiting(number, payee, amount))
    return queues


# The rules


def test_a_ring_without_any_money_settles() -> None:
    found = resolve(Case(waiting((A, B, 10), (B, C, 10), (C, A, 10)), [0, 0, 0]))
    assert found.kind is Answer.GREATEST
    assert found.payments.tolist() == [0, 1, 2]
    assert (found.count, found.total_minor) == (3, 30)
    assert found.sent_minor.tolist() == [10, 10, 10]


def test_a_ring_that_lacks_one_unit_waits_and_with_it_settles() -> None:
    ring = waiting((A, B, 11), (B, C, 10), (C, A, 10))
    assert lengths_of(Case(ring, [0, 0, 0])) == (0, 0, 0)
    assert lengths_of(Case(ring, [1, 0, 0])) == (1, 1, 1)


def test_a_large_payment_at_the_head_holds_back_what_stands_behind_it() -> None:
    assert lengths_of(Case(waiting((A, B, 10), (A, C, 1)), [9, 0, 0])) == (0, 0, 0)


def test_payments_come_queue_by_queue_each_in_its_order() -> None:
    queues = waiting((B, A, 1), (A, B, 1), (B, C, 1), (A, C, 1))
    assert resolve(Case(queues, [9, 9, 9])).payments.tolist() == [1, 3, 0, 2]


def test_a_bilateral_limit_counts_what_comes_back() -> None:
    pair = waiting((A, B, 10), (B, A, 4))
    assert lengths_of(Case(pair, [99, 99, 0], bilateral={(A, B): 5})) == (0, 1, 0)
    assert lengths_of(Case(pair, [99, 99, 0], bilateral={(A, B): 6})) == (1, 1, 0)


def test_a_bilateral_limit_does_not_hold_for_other_payees() -> None:
    queues = waiting((A, C, 10), (A, B, 10))
    assert lengths_of(Case(queues, [99, 0, 0], bilateral={(A, B): 0})) == (1, 0, 0)


def test_a_multilateral_limit_counts_all_payees_and_all_payers() -> None:
    queues = waiting((A, B, 10), (A, C, 10), (C, A, 4))
    assert lengths_of(Case(queues, [99, 99, 99], multilateral=[15, 99, 99])) == (1, 0, 1)
    assert lengths_of(Case(queues, [99, 99, 99], multilateral=[16, 99, 99])) == (2, 0, 1)


def test_a_high_payment_uses_the_reserve_and_a_normal_one_leaves_it() -> None:
    queues = [[Waiting(0, B, 7, 0), Waiting(1, B, 2, 1)], [], []]
    floors = [[0, 2], [0, 0], [0, 0]]
    assert lengths_of(Case(queues, [10, 0, 0], floors=floors)) == (1, 0, 0)
    assert lengths_of(Case(queues, [11, 0, 0], floors=floors)) == (2, 0, 0)


def test_both_legs_settle_or_none() -> None:
    one, other = Waiting(0, B, 10, link=1), Waiting(1, A, 20, link=0)
    assert lengths_of(Case([[one], [other], []], [10, 10, 0])) == (1, 1, 0)
    assert lengths_of(Case([[one], [other], []], [10, 9, 0])) == (0, 0, 0)


def test_a_leg_whose_partner_stands_too_far_back_holds_its_own_queue() -> None:
    far = [Waiting(2, C, 99), Waiting(1, A, 5, link=0)]
    case = Case([[Waiting(0, B, 5, link=1), Waiting(3, C, 1)], far, []], [10, 10, 0])
    assert lengths_of(case) == (0, 0, 0)


def test_a_leg_whose_partner_does_not_wait_stays() -> None:
    case = Case([[Waiting(3, C, 1), Waiting(0, B, 5, link=77)], [], []], [10, 0, 0])
    assert lengths_of(case) == (1, 0, 0)


def test_a_payment_to_oneself_needs_nothing_and_moves_nothing() -> None:
    assert lengths_of(Case(waiting((A, A, 10), (A, B, 1)), [0, 0, 0])) == (1, 0, 0)


def test_money_for_an_account_without_a_queue_leaves_the_queues() -> None:
    case = Case(waiting((A, OUTSIDE, 10), (A, OUTSIDE, 1)), [10, 0, 0])
    assert lengths_of(case) == (1, 0, 0)


def test_without_payments_and_without_queues_nothing_settles() -> None:
    assert lengths_of(Case([[], [], []], [0, -5, 9])) == (0, 0, 0)
    empty = resolve(Case([], []))
    assert (empty.count, empty.total_minor, empty.kind) == (0, 0, Answer.GREATEST)


def test_who_starts_overdrawn_sends_only_what_lifts_it_to_zero() -> None:
    queues = waiting((A, B, 10), (B, A, 15))
    assert lengths_of(Case(queues, [-5, 5, 0])) == (1, 1, 0)
    assert lengths_of(Case(queues, [-6, 5, 0])) == (0, 0, 0)


def test_who_starts_overdrawn_still_receives() -> None:
    assert lengths_of(Case(waiting((B, A, 3), (A, B, 1)), [-5, 3, 0])) == (0, 1, 0)


def test_where_everybody_starts_overdrawn_nobody_sends() -> None:
    ring = waiting((A, B, 10), (B, C, 10), (C, A, 10))
    assert lengths_of(Case(ring, [-1, -1, -1])) == (0, 0, 0)


def test_a_limit_already_passed_stops_who_draws_on_it_and_nobody_else() -> None:
    queues = waiting((A, C, 1), (A, B, 1), (B, A, 2))
    assert lengths_of(Case(queues, [9, 9, 9], bilateral={(A, B): -2})) == (1, 1, 0)
    assert lengths_of(Case(queues, [9, 9, 9], bilateral={(A, B): -1})) == (2, 1, 0)


# Counterexamples: where no greatest choice exists


def maximal_among(allowed: list[Vector]) -> list[Vector]:
    """Return the choices that no other one passes."""
    return [
        one
        for one in allowed
        if not any(
            other != one and all(a >= b for a, b in zip(other, one, strict=True))
            for other in allowed
        )
    ]


def each_up_to(*lengths: int) -> list[Vector]:
    """Return all vectors of prefixes of queues of these lengths."""
    return list(itertools.product(*(range(length + 1) for length in lengths)))


def test_a_ceiling_over_a_corridor_leaves_two_answers_of_which_the_earlier_payment_wins() -> None:
    # A and C pay B 10 each; both may send 10 together.
    case = Case(waiting((A, B, 10), (C, B, 10)), [10, 0, 10], shared_of=[0, -1, 0], shared=[10])
    assert maximal_among(all_allowed(case)) == [(0, 0, 1), (1, 0, 0)]
    assert join(all_allowed(case)) not in all_allowed(case)
    found = resolve(case)
    assert (found.kind, found.payments.tolist(), found.bound.tolist()) == (
        Answer.MAXIMAL,
        [0],
        [1, 0, 1],
    )
    later_first = Case([case.queues[C], [], case.queues[A]], [10, 0, 10], shared_of=[0, -1, 0])
    assert resolve(replace(later_first, shared=[10])).payments.tolist() == [0]


@pytest.mark.parametrize("part", range(8))
def test_more_money_in_one_resolution_never_settles_less_of_any_queue(part: int) -> None:
    """Whatever limits there are besides, as long as there is a greatest choice at all."""
    grown = 0
    for seed, (_, case) in enumerate(random_cases(64, first=5_000 + 64 * part)):
        dice = Random(seed)
        more = [one + dice.choice((0, 1, 5)) for one in case.available]
        before, after = resolve(case), resolve(replace(case, available=more))
        assert (before.kind, after.kind) == (Answer.GREATEST, Answer.GREATEST)
        assert (after.lengths >= before.lengths).all(), case
        assert after.total_minor >= before.total_minor
        grown += after.count > before.count
    assert grown, "in some of the cases it settles more"


def test_a_cap_on_what_a_receiver_may_gather_has_no_greatest_choice() -> None:
    # A and C pay B 10 each; B may hold no more than 10 above its start. Receipts tighten it.
    allowed = [one for one in each_up_to(1, 1) if 10 * one[0] + 10 * one[1] <= 10]
    assert maximal_among(allowed) == [(0, 1), (1, 0)]
    assert join(allowed) not in allowed


def test_one_limit_over_two_currencies_has_no_greatest_choice() -> None:
    # A bank has 10 to send in each of two currencies and a limit of 10 over both together.
    allowed = [one for one in each_up_to(1, 1) if 10 * one[0] + 10 * one[1] <= 10]
    assert maximal_among(allowed) == [(0, 1), (1, 0)]
    assert join(allowed) not in allowed


def test_separate_queues_for_each_priority_on_one_balance_have_no_greatest_choice() -> None:
    # One balance of 10; queue A is for high payments, queue C for normal ones.
    split = Case(waiting((C, B, 10), (A, B, 10)), [99, 0, 99], shared_of=[0, -1, 0], shared=[10])
    classes = replace(split, queues=[[Waiting(1, B, 10, 0)], [], [Waiting(0, B, 10, 1)]])
    classes = replace(classes, floors=[[0, 0]] * 3)
    assert len(maximal_among(all_allowed(classes))) == 2
    found = resolve(classes)
    # The normal payment came first, but the high one has precedence.
    assert (found.kind, found.payments.tolist()) == (Answer.MAXIMAL, [1])
    # In one strictly ordered queue the greatest choice exists.
    one_queue = Case(
        [[Waiting(1, B, 10, 0), Waiting(0, B, 10, 1)], [], []], [10, 0, 0], floors=[[0, 0]] * 3
    )
    assert resolve(one_queue).kind is Answer.GREATEST
    assert lengths_of(one_queue) == (1, 0, 0)


def test_an_account_that_one_queue_draws_on_and_others_feed_keeps_the_answer_exact() -> None:
    # B banks with A: what C pays B comes to A's settlement account and lets A pay.
    case = Case(waiting((A, C, 10), (C, B, 10)), [99, 0, 10], shared_of=[0, 0, -1], shared=[0])
    found = resolve(case)
    assert (found.kind, found.lengths.tolist()) == (Answer.GREATEST, [1, 0, 1])


def test_within_one_correspondent_its_account_is_not_drawn_on() -> None:
    case = Case(waiting((A, B, 10), (B, C, 5)), [10, 0, 0], shared_of=[0, 0, -1], shared=[-1])
    assert resolve(case).kind is Answer.GREATEST
    assert lengths_of(case) == (1, 0, 0)


def test_after_an_early_payment_yielded_others_still_use_what_is_left() -> None:
    # The account has 10. The last to come yields first: 9 (number 2), then 8; then 2 fits again.
    case = Case(
        [[Waiting(0, B, 8), Waiting(3, B, 9)], [], [Waiting(1, B, 4), Waiting(2, B, 9)]],
        [99, 0, 99],
        shared_of=[0, -1, 0],
        shared=[10],
    )
    assert resolve(case).payments.tolist() == [0]
    with_less = replace(case, shared=[7])
    assert resolve(with_less).payments.tolist() == [1]


# Linked queues as the engine holds them


def test_linked_queues_become_columns_in_their_order() -> None:
    queues, payments = new_queues_by_class(4, 9), blank_payments(9)
    payments.priority[2] = Priority.HIGH
    for payment, queue in ((0, 1), (1, 3), (2, 1), (8, 1)):
        put(queues, queue, payment, payments.priority[payment])
    starts, numbers = list_waiting(queues, 9)
    assert starts.tolist() == [0, 0, 3, 3, 4]
    assert numbers.tolist() == [2, 0, 8, 1]
    assert list_waiting(queues, 2)[1].tolist() == [2, 0, 1]
    take(queues, payments, 1, NOBODY)
    assert list_waiting(queues, 9)[1].tolist() == [0, 8, 1]


def test_legs_are_paired_by_position_wherever_they_wait() -> None:
    payments = np.array([30, 10, 20, 40], np.int32)
    links = np.array([20, -1, 30, 99], np.int32)
    assert pair_legs(payments, links).tolist() == [2, NO_PARTNER, 0, PARTNER_ABSENT]
    assert pair_legs(payments, np.full(4, -1, np.int32)).tolist() == [NO_PARTNER] * 4


# Bounds and refusals


def columns(amounts: list[int], payees: list[int], **more: list[int]) -> Queued:
    """Return payments of queue 0 alone, of three queues."""
    count = len(amounts)
    starts = np.array([0, count, count, count], np.int32)
    return queue_payments(
        (starts, np.arange(count, dtype=np.int32)),
        payees=payees,
        amounts_minor=amounts,
        classes=more.get("classes"),
        partners=more.get("partners"),
    )


def test_the_greatest_sums_that_fit_are_added_without_wrapping() -> None:
    most = BALANCE_MINOR_MAX
    ring = Case(waiting((A, B, most), (B, A, most)), [most, most, 0])
    assert lengths_of(ring) == (1, 1, 0)
    assert resolve(ring).total_minor == 2 * most
    owing = Case(waiting((A, B, most), (B, A, most)), [-most, -most, 0])
    assert lengths_of(owing) == (0, 0, 0)
    full = columns([AMOUNT_MINOR_MAX] * 4000, [B] * 4000)
    found = resolve_gridlock(full, set_limits([BALANCE_MINOR_MAX, most, 0]))
    assert (found.count, found.total_minor) == (4000, 4000 * AMOUNT_MINOR_MAX)


@pytest.mark.parametrize(
    "amounts",
    [[BALANCE_MINOR_MAX, 1], [BALANCE_MINOR_MAX + 1], [2**63 - 1], [10**18] * 5],
)
def test_sums_that_could_wrap_are_refused_by_the_name_of_the_limit(amounts: list[int]) -> None:
    with pytest.raises(LimitExceededError, match="BALANCE_MINOR_MAX"):
        resolve_gridlock(columns(amounts, [B] * len(amounts)), set_limits([0, 0, 0]))


def test_receipts_of_one_account_from_many_queues_are_summed_for_the_bound() -> None:
    most = BALANCE_MINOR_MAX
    with pytest.raises(LimitExceededError):
        resolve(Case(waiting((A, C, most), (B, C, 1)), [0, 0, 0]))
    shared = Case(waiting((A, OUTSIDE, most), (B, OUTSIDE, 1)), [0, 0, 0], shared=[0])
    with pytest.raises(LimitExceededError):
        resolve(replace(shared, shared_of=[0, 0, -1]))


@pytest.mark.parametrize("beyond", [BALANCE_MINOR_MAX + 1, -BALANCE_MINOR_MAX - 1, -(2**63)])
@pytest.mark.parametrize("where", ["available", "multilateral", "bilateral", "shared"])
def test_a_limit_beyond_the_greatest_balance_is_refused(where: str, beyond: int) -> None:
    case = Case(waiting((A, B, 1)), [0, 0, 0], shared_of=[-1, -1, -1], shared=[0])
    beyond_all = {
        "available": replace(case, available=[0, beyond, 0]),
        "multilateral": replace(case, multilateral=[0, 0, beyond]),
        "bilateral": replace(case, bilateral={(A, B): beyond}),
        "shared": replace(case, shared=[beyond]),
    }
    with pytest.raises(LimitExceededError):
        resolve(beyond_all[where])


@pytest.mark.parametrize(
    ("queued", "message"),
    [
        (columns([0], [B]), "amounts_minor: position 0: found 0, expected above zero"),
        (columns([1, -3], [B, B], classes=[0, 0]), "amounts_minor: position 1: found -3"),
        (columns([1], [3]), "payees: position 0: found 3, expected a queue or OUTSIDE"),
        (columns([1], [-2]), "payees: position 0: found -2"),
        (columns([1, 1], [B]), "payees: found 1 entries, expected 2"),
        (columns([1], [B], classes=[2]), "classes: position 0: found 2"),
        (columns([1], [B], classes=[-1]), "classes: position 0: found -1"),
        (columns([1], [B]), "classes: position 0: found -1"),
        (columns([1], [B], classes=[0], partners=[0]), "partners: position 0: found 0"),
        (columns([1], [B], classes=[0], partners=[1]), "partners: position 0: found 1"),
        (columns([1, 1], [B, B], classes=[0, 0], partners=[1, -1]), "partners: position 0"),
    ],
)
def test_columns_that_do_not_fit_are_refused_with_place_and_value(
    queued: Queued, message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        resolve_gridlock(queued, set_limits([0, 0, 0], floors_minor=[[0, 0]] * 3))


def two_pairs() -> Limits:
    """Return limits with two pairs of one payer, the wrong way round."""
    limits = set_limits([0, 0, 0])
    return limits._replace(
        bilateral_starts=np.array([0, 2, 2, 2], np.int32),
        bilateral_payees=np.array([C, B], np.int32),
        bilateral_minor=np.zeros(2, np.int64),
    )


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        (set_limits([0, 0]), "starts: found 4 entries, expected 3"),
        (set_limits([0, 0, 0], multilateral_minor=[0]), "multilateral_minor: found 1 entries"),
        (set_limits([0, 0, 0], floors_minor=[[-1]] * 3), "floors_minor: queue 0: found -1"),
        (set_limits([0, 0, 0], floors_minor=[[0]]), "floors_minor: found 1 entries, expected 3"),
        (
            set_limits([0, 0, 0])._replace(shared_of=np.array([-1, 0, -1], np.int32)),
            "shared_of: queue 1: found 0",
        ),
        (two_pairs(), "bilateral limits: queue 0: found 1"),
    ],
)
def test_limits_that_do_not_fit_are_refused_with_place_and_value(
    limits: Limits, message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        resolve_gridlock(columns([1], [B], classes=[0]), limits)


@pytest.mark.parametrize("starts", [[0, 2, 1, 1], [1, 1, 1, 1], [0, 0, 0, 0], [0, 5, 5, 5]])
def test_starts_that_do_not_rise_to_the_number_of_payments_are_refused(starts: list[int]) -> None:
    queued = columns([1], [B])._replace(starts=np.array(starts, np.int32))
    with pytest.raises(UsageError, match="starts: queue"):
        resolve_gridlock(queued, set_limits([0, 0, 0]))


def test_two_limits_for_one_pair_are_refused() -> None:
    twice = np.array([A, A], np.int32), np.array([B, B], np.int32), np.array([1, 2], np.int64)
    with pytest.raises(UsageError, match="found two from queue 0 to queue 1"):
        set_limits([0, 0, 0], bilateral=BilateralLimits(*twice))


def test_nothing_given_is_changed() -> None:
    queued, limits = columns([5, 5], [B, C], partners=[-1, -2]), set_limits([7, 0, 0])
    given = [np.asarray(column) for column in (*queued, *limits)]
    before = [column.copy() for column in given]
    assert resolve_gridlock(queued, limits).lengths.tolist() == [1, 0, 0]
    for was, column in zip(before, given, strict=True):
        assert np.array_equal(was, column)


def test_a_read_only_column_is_copied_so_that_nothing_is_compiled_anew() -> None:
    amounts = np.array([5], np.int64)
    amounts.setflags(write=False)
    listed = np.array([0, 1], np.int32), np.array([0], np.int32)
    queued = queue_payments(listed, payees=[0], amounts_minor=amounts)
    assert queued.amounts_minor.flags.writeable
    assert queued.starts is listed[0], "what fits is taken as it is"
