"""Counts by mechanism, waits by priority class, and at which level details are taken."""

from fractions import Fraction

import numpy as np
import pytest
from tests.kit.payment_tables import table_of
from tests.kit.trials import HOURS, random_flows, trial_of

from comity.payments.codes import Priority
from comity.simulator.comparing import Plan, compare
from comity.simulator.details import ClassWaits, add_details, detail_trial, percentiles
from comity.simulator.options import OPTIONS, with_cycles

RUB = 643
HOUR_US = 3_600_000_000

# A has 20; the ring closes at 10:00, and the last payment is covered at once.
THREE_BANKS = (
    "08:00 A B 80.00 RUB high",
    "09:00 B C 80.00 RUB",
    "10:00 C A 80.00 RUB",
    "11:00 A B 20.00 RUB",
)


def test_three_banks_by_mechanism_and_by_class() -> None:
    """The high one waits two hours; of the normal 180, 80 waited one hour and 100 nothing."""
    table = table_of(*THREE_BANKS)
    trial = trial_of(table, OPTIONS["gross-offset"], [20_00, 0, 0])
    found = detail_trial(table, slice(0, 4), trial)
    assert found.mechanisms == {RUB: {"GROSS": 1, "MULTILATERAL": 3}}
    assert found.available_minor.tolist() == [[20_00], [0], [0]]
    assert sum(one.settled for one in found.waits[RUB].values()) == 4
    both = add_details([found, found])
    assert both.mechanisms == {RUB: {"GROSS": 2, "MULTILATERAL": 6}}
    assert both.available_minor.tolist() == [[40_00], [0], [0]]
    assert found.waits[RUB] == {
        Priority.HIGH: ClassWaits(1, 1, (2 * HOUR_US,) * 3),
        Priority.NORMAL: ClassWaits(3, 3, (0, HOUR_US, HOUR_US)),
    }


def test_a_percentile_is_the_wait_of_the_value_that_reaches_it() -> None:
    """Of 100: 50 at once, 44 after 1, 5 after 2, 1 after 9. 50 % is 0, 95 % is 2, 99 % is 2."""
    waited, amounts = np.array([9, 0, 2, 1]), np.array([1, 50, 5, 44])
    assert percentiles(waited, amounts) == (0, 2, 2)
    assert percentiles(waited[:0], amounts[:0]) == (0, 0, 0)


@pytest.mark.parametrize("seed", range(8))
def test_percentiles_by_class_are_what_a_plain_loop_says(seed: int) -> None:
    table = random_flows(seed, 60)
    trial = trial_of(table, OPTIONS["gross-offset"], Fraction(1, 4))
    found = detail_trial(table, slice(0, len(table)), trial).waits[RUB]
    for one, waits in found.items():
        mine = [at for at in range(len(table)) if table.priority[at] == one]
        final = [at for at in mine if trial.is_settled[at]]
        pairs = sorted(
            (int(trial.settled_us[at] - trial.entered_us[at]), int(table.amount_minor[at]))
            for at in final
        )
        total, expected = sum(amount for _, amount in pairs), []
        for part in (50, 95, 99):
            reached, waits_at_most = 0, 0
            for wait, amount in pairs:
                if reached * 100 < total * part:
                    reached, waits_at_most = reached + amount, wait
            expected.append(waits_at_most)
        assert waits == ClassWaits(len(mine), len(final), tuple(expected))


def test_details_are_taken_at_one_level_and_side_runs_at_no_other() -> None:
    half = Fraction(1, 2)
    side = with_cycles(OPTIONS["net-multilateral"], 2)
    plan = Plan((OPTIONS["gross"],), (Fraction(0), half), HOURS, detailed_at=half, side=(side,))
    found = compare(random_flows(4, 30, days=2), plan)
    assert [one.details is not None for one in found.results] == [False] * 2 + [True] * 2
    assert [(one.option, one.level) for one in found.side] == [(side.name, half)] * 2
    assert len(found.of(side.name, half)) == 2
    assert found.of(side.name, Fraction(0)) == ()
