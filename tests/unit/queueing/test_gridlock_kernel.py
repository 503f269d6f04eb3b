"""The greatest prefixes against a search through all of them."""

import random

import pytest
from tests.unit.queueing.gridlock_cases import (
    FEATURES,
    Case,
    Waiting,
    all_allowed,
    join,
    lengths_of,
    random_case,
    random_cases,
    renumbered,
    resolve,
    settled,
    sharers,
)

from comity.queueing import Answer

BLOCK = 5 << len(FEATURES)
"""Cases a test; five of each combination of features."""


@pytest.mark.parametrize("first", range(0, 4 * BLOCK, BLOCK))
def test_no_choice_of_prefixes_passes_the_greatest_under_any_combination_of_limits(
    first: int,
) -> None:
    partial = linked_and_limited = 0
    for features, case in random_cases(BLOCK, first):
        allowed, found = all_allowed(case), resolve(case)
        greatest = join(allowed)
        assert greatest in allowed, "what is allowed is closed under the componentwise maximum"
        assert tuple(found.lengths.tolist()) == greatest, (first, features)
        assert found.kind is Answer.GREATEST
        assert found.bound.tolist() == found.lengths.tolist()
        is_partial = 0 < sum(greatest) < len(case.waiting())
        has_links = any(one.link >= 0 for one in case.waiting())
        has_limits = bool(case.bilateral or case.multilateral or case.floors)
        partial += is_partial
        linked_and_limited += is_partial and has_links and has_limits
    # Cases in which all or nothing settles would prove little.
    assert partial > BLOCK // 3
    assert linked_and_limited > BLOCK // 10


def test_where_no_queue_shares_an_account_the_short_way_finds_the_greatest_too() -> None:
    wanted = [
        FEATURES.index(name) for name in ("multilateral", "floors", "overdrawn", "odd payees")
    ]
    partial = 0
    for seed in range(2_000):
        features = sum(1 << bit for at, bit in enumerate(wanted) if seed >> at & 1)
        case = random_case(50_000 + seed, features)
        found = resolve(case)
        greatest = join(all_allowed(case))
        assert tuple(found.lengths.tolist()) == greatest, seed
        assert found.bound.tolist() == found.lengths.tolist()
        partial += 0 < sum(greatest) < len(case.waiting())
    assert partial > 700


@pytest.mark.parametrize("several", [False, True])
def test_asking_again_after_settlement_finds_nothing_more(several: bool) -> None:
    for _, case in random_cases(BLOCK, 10_000, shared_by_several=several):
        rest = settled(case, lengths_of(case))
        assert not any(lengths_of(rest))


@pytest.mark.parametrize("several", [False, True])
def test_the_choice_does_not_depend_on_how_queues_are_numbered(several: bool) -> None:
    for seed, (_, case) in enumerate(random_cases(BLOCK, 20_000, shared_by_several=several)):
        order = list(range(len(case.queues)))
        random.Random(seed).shuffle(order)
        lengths = lengths_of(case)
        assert lengths_of(renumbered(case, order)) == tuple(lengths[old] for old in order)


def test_more_money_in_one_account_never_shortens_a_prefix() -> None:
    grown = 0
    for seed, (_, case) in enumerate(random_cases(BLOCK, 30_000)):
        richer = random.Random(seed).randrange(len(case.available))
        before = lengths_of(case)
        case.available[richer] += random.Random(seed).randrange(1, 12)
        after = lengths_of(case)
        assert all(more >= less for more, less in zip(after, before, strict=True))
        grown += after != before
    assert grown > BLOCK // 20


@pytest.mark.parametrize("first", range(40_000, 40_000 + 2 * BLOCK, BLOCK))
def test_where_several_queues_share_an_account_none_could_go_further_by_itself(first: int) -> None:
    maximal = below_bound = 0
    for _, case in random_cases(BLOCK, first, shared_by_several=True):
        allowed, found, sharing = all_allowed(case), resolve(case), sharers(case)
        lengths = tuple(found.lengths.tolist())
        assert lengths in allowed
        assert (found.kind is Answer.MAXIMAL) == bool(sharing)
        bound = found.bound.tolist()
        assert all(own <= most for one in allowed for own, most in zip(one, bound, strict=True))
        for other in allowed:
            longer = {at for at, length in enumerate(lengths) if other[at] > length}
            shorter = any(other[at] < length for at, length in enumerate(lengths))
            assert not longer or shorter or len(longer & sharing) > 1
        maximal += bool(sharing)
        below_bound += lengths != tuple(bound)
    assert maximal > BLOCK // 8
    assert below_bound > BLOCK // 20


def test_whether_a_set_of_sharing_queues_fits_exactly_is_left_to_the_exact_search() -> None:
    # Four queues share an account that holds nothing until B pays it 10, which B does only after
    # receiving 10. Only 7 + 3 come to exactly that: a subset sum, which no quick rule finds.
    case = Case(
        [
            [Waiting(0, 4, 9)],
            [Waiting(1, 4, 7)],
            [Waiting(2, 4, 3)],
            [Waiting(3, 4, 8)],
            [Waiting(4, 5, 10)],
            [],
        ],
        available=[10, 10, 10, 10, 0, 0],
        shared_of=[0, 0, 0, 0, -1, 0],
        shared=[0],
    )
    assert (0, 1, 1, 0, 1, 0) in all_allowed(case)
    assert resolve(case).kind is Answer.MAXIMAL
    assert lengths_of(case) == (0, 0, 0, 0, 0, 0)


def test_the_same_case_gives_the_same_answer_each_time() -> None:
    case = random_case(7, (1 << len(FEATURES)) - 1, shared_by_several=True)
    first, second = resolve(case), resolve(case)
    assert first.payments.tolist() == second.payments.tolist()
    assert first.sent_minor.tolist() == second.sent_minor.tolist()
