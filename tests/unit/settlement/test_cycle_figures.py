"""What a cycle's cut-off leaves in the journal: figures, hash, and cover one."""

import hashlib
from dataclasses import replace
from typing import Any

import numpy as np
from tests.kit.batches import Driver, Payment
from tests.kit.schemes import KG_BANK, KG_SMALL, RU_BANK, RU_SMALL, small_scheme

from comity.agreements.scheme import Scheme
from comity.payments.codes import CycleFigure, CycleState, EventKind
from comity.payments.lifecycle import State as PaymentState


def figures(driver: Driver, figure: CycleFigure) -> list[tuple[int, int, int]]:
    """Return cycle, detail and value of every figure of a kind."""
    found = []
    for outcome in driver.outcomes:
        events: Any = outcome.events
        chosen = events[(events["kind"] == EventKind.CYCLE_FIGURE) & (events["after"] == figure)]
        found += [(int(e["subject"]), int(e["detail"]), int(e["value"])) for e in chosen]
    return found


def gift(payer: str, payee: str, amount: int, **changes: Any) -> Payment:
    return Payment(payer, payee, amount, purpose="GIFT", **changes)


def with_group(scheme: Scheme, *banks: str) -> Scheme:
    return replace(
        scheme,
        participants=tuple(
            replace(one, group="one-house") if one.bic in banks else one
            for one in scheme.participants
        ),
    )


def test_the_largest_debtor_fails_and_survivors_resources_do_not_pay_for_it() -> None:
    driver = Driver(small_scheme(100_00)).start()
    driver.send(gift(KG_BANK, RU_BANK, 30_00), gift(KG_SMALL, RU_BANK, 20_00))
    driver.advance("11:00")

    assert figures(driver, CycleFigure.COVER_GROUP) == [(0, 0, 30_00)]
    assert figures(driver, CycleFigure.COVER_SURVIVORS) == [(0, 0, 0)]
    assert figures(driver, CycleFigure.COVER_MISSING) == [(0, 0, 30_00)]


def test_affiliates_fail_together() -> None:
    scheme = with_group(small_scheme(100_00), KG_SMALL, RU_BANK)
    driver = Driver(scheme).start()
    driver.send(
        gift(KG_BANK, RU_SMALL, 30_00),
        gift(KG_SMALL, RU_SMALL, 20_00, currency="RUB"),
        gift(RU_BANK, KG_BANK, 50_00, currency="RUB"),
    )
    driver.advance("11:00")

    # In roubles the small Kyrgyz bank pays through the Russian one, whose account answers for it.
    assert figures(driver, CycleFigure.COVER_GROUP) == [(1, 1, 70_00)]


def test_a_sponsored_debtor_is_part_of_its_correspondent() -> None:
    driver = Driver(small_scheme(100_00)).start()
    driver.send(gift(RU_SMALL, KG_SMALL, 70_00), gift(RU_BANK, KG_BANK, 100_00))
    driver.advance("11:00")

    assert figures(driver, CycleFigure.COVER_GROUP) == [(0, 2, 100_00)]
    assert figures(driver, CycleFigure.MULTILATERAL_NET) == [(0, 0, 170_00)]


def test_what_survivors_lack_is_added_to_what_the_failed_group_owes() -> None:
    driver = Driver(small_scheme(10_00)).start()
    driver.send(gift(KG_BANK, RU_BANK, 30_00), gift(KG_SMALL, RU_BANK, 20_00))
    driver.advance("11:00")

    assert figures(driver, CycleFigure.COVER_SURVIVORS) == [(0, 0, 10_00)]
    assert figures(driver, CycleFigure.COVER_MISSING) == [(0, 0, 40_00)]


def test_a_cycle_in_which_nobody_owes_has_no_largest_debtor() -> None:
    driver = Driver(small_scheme(0)).start()
    driver.send(gift(KG_BANK, RU_BANK, 30_00), gift(RU_BANK, KG_BANK, 30_00))
    driver.advance("11:00")

    assert figures(driver, CycleFigure.COVER_GROUP) == []
    assert figures(driver, CycleFigure.MULTILATERAL_NET) == [(0, 0, 0)]


def test_bilateral_and_multilateral_nets_are_kept() -> None:
    driver = Driver(small_scheme(100_00)).start()
    driver.send(
        gift(KG_BANK, RU_BANK, 30_00),
        gift(RU_BANK, KG_SMALL, 20_00),
        gift(RU_BANK, KG_BANK, 5_00),
    )
    driver.advance("11:00")

    assert figures(driver, CycleFigure.BILATERAL_NET) == [(0, 0, 45_00)]
    assert figures(driver, CycleFigure.MULTILATERAL_NET) == [(0, 0, 25_00)]


def test_the_hash_is_of_the_members_in_order_of_acceptance() -> None:
    driver = Driver(small_scheme(100_00)).start()
    driver.send(gift(KG_BANK, RU_BANK, 1_00), Payment(KG_BANK, RU_BANK, 1_00))
    driver.send(gift(KG_SMALL, RU_BANK, 1_00), gift(KG_BANK, RU_BANK, 2_00, at="11:01"))

    words = [value for _, _, value in figures(driver, CycleFigure.MEMBERS_HASH)]
    expected = hashlib.sha256(np.array([0, 2], "<i8").tobytes()).digest()
    assert np.array(words, "<i8").tobytes() == expected


def test_membership_is_by_sequence_and_an_empty_cycle_settles_at_once() -> None:
    driver = Driver(small_scheme(100_00)).start()
    # The second message says an earlier time and counts as arriving with the first, after 11:00.
    driver.send(gift(KG_BANK, RU_BANK, 1_00, at="11:01"))
    driver.send(gift(KG_BANK, RU_BANK, 2_00, at="10:59"))

    assert driver.states() == [PaymentState.ACCEPTED, PaymentState.ACCEPTED]
    steps = [e for o in driver.outcomes for e in o.events if e["kind"] == EventKind.CYCLE]
    ended = [(int(e["subject"]), int(e["after"]), int(e["at_us"])) for e in steps]
    cut_off_us = ended[0][2]
    assert ended == [
        (0, CycleState.CUT_OFF, cut_off_us),
        (0, CycleState.SETTLED, cut_off_us),
        (1, CycleState.CUT_OFF, cut_off_us),
        (1, CycleState.SETTLED, cut_off_us),
    ]


def test_all_currencies_of_a_slot_settle_in_one_act_by_code() -> None:
    driver = Driver(small_scheme(100_00)).start()
    driver.send(gift(KG_BANK, RU_BANK, 1_00, currency="RUB"), gift(KG_BANK, RU_BANK, 2_00))
    outcome = driver.advance("11:30")

    assert figures(driver, CycleFigure.SLOT) == [(0, 0, 0), (1, 0, 0)]
    moved = [int(row["amount_minor"]) for row in outcome.transfers]
    assert moved == [2_00, 2_00, 1_00, 1_00]
