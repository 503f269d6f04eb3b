"""How a day went: three banks by hand, and random days against a plain loop."""

from datetime import time
from fractions import Fraction

import pytest
from tests.kit.payment_tables import table_of
from tests.kit.trials import HOURS, random_flows, trial_of

from comity.simulator.hours import Hours
from comity.simulator.options import OPTIONS
from comity.simulator.series import STEPS, add_series, follow_day, grid_us

RUB, KGS = 643, 417
MINUTE_US = 60_000_000
NEVER = 10**12

# From 08:00 to 16:00 a step is five minutes; 12 are an hour.
EIGHT_HOURS = Hours(time(8), time(16))
THREE_BANKS = (
    "08:00 A B 80.00 RUB",
    "09:00 B C 80.00 RUB",
    "10:00 C A 80.00 RUB",
    "11:00 A B 20.00 RUB",
)


def hours(values: list[int]) -> list[int]:
    """Return what stands at 08:00, 09:00 … 16:00."""
    return values[::12]


def test_three_banks_whose_ring_closes_at_ten() -> None:
    """A has 20. What waits at 10:00 is over in that very moment; from 11:00 on A is 20 down."""
    table = table_of(*THREE_BANKS)
    trial = trial_of(table, OPTIONS["gross-offset"], [20_00, 0, 0], EIGHT_HOURS)
    found = follow_day(table, slice(0, 4), trial)[RUB]
    assert hours(found.queue.tolist()) == [1, 2, 0, 0, 0, 0, 0, 0, 0]
    assert hours(found.queue_minor.tolist()) == [80_00, 160_00, 0, 0, 0, 0, 0, 0, 0]
    assert hours(found.settled_minor.tolist()) == [0, 0, 240_00] + [260_00] * 6
    assert hours(found.liquidity_minor.tolist()) == [0, 0, 0] + [20_00] * 6
    assert (found.queue_peak, found.queue_peak_minor) == (2, 160_00)
    assert len(found.queue) == len(grid_us(EIGHT_HOURS)) == STEPS + 1


def test_three_banks_that_never_settle_wait_to_the_close() -> None:
    table = table_of(*THREE_BANKS)
    trial = trial_of(table, OPTIONS["gross"], [0, 0, 0], EIGHT_HOURS)
    found = follow_day(table, slice(0, 4), trial)[RUB]
    assert hours(found.queue.tolist()) == [1, 2, 3, 4, 4, 4, 4, 4, 4]
    assert hours(found.queue_minor.tolist())[-1] == 260_00
    assert set(found.settled_minor.tolist()) == set(found.liquidity_minor.tolist()) == {0}
    assert (found.queue_peak, found.queue_peak_minor) == (4, 260_00)


def test_a_trade_is_at_risk_from_the_bound_leg_to_the_final_one() -> None:
    """A's roubles are gone at 09:00, its soms come at 11:00: 100 soms at risk from 09:00 on."""
    table = table_of("09:00 A B 80.00 RUB link=1", "11:00 B A 100.00 KGS link=1")
    trial = trial_of(table, OPTIONS["gross"], [200_00] * 4, EIGHT_HOURS)
    found = follow_day(table, slice(0, 2), trial)
    assert hours(found[KGS].exposure_minor.tolist()) == [0, 100_00, 100_00, 0, 0, 0, 0, 0, 0]
    assert set(found[RUB].exposure_minor.tolist()) == {0}
    versus = trial_of(table, OPTIONS["pvp"], [200_00] * 4, EIGHT_HOURS)
    together = follow_day(table, slice(0, 2), versus)
    assert set(together[KGS].exposure_minor.tolist()) == {0}


@pytest.mark.parametrize("name", ["gross", "gross-bypass", "gross-offset", "net-multilateral"])
@pytest.mark.parametrize("seed", range(5))
def test_every_point_is_what_a_plain_loop_says(seed: int, name: str) -> None:
    table = random_flows(seed, 60)
    trial = trial_of(table, OPTIONS[name], Fraction(1, 4))
    found = follow_day(table, slice(0, len(table)), trial)[RUB]
    amounts = table.amount_minor.tolist()
    ends = [
        settled if final else NEVER
        for settled, final in zip(trial.settled_us.tolist(), trial.is_settled, strict=True)
    ]
    midnight_us = int(table.day[0]) * 24 * 60 * MINUTE_US

    def waiting(at_us: int) -> list[int]:
        return [
            amounts[place]
            for place, entered in enumerate(table.time_us.tolist())
            if entered <= at_us and ends[place] > at_us
        ]

    for place, at_us in enumerate(grid_us(HOURS).tolist()):
        assert found.queue[place] == len(waiting(at_us))
        assert found.queue_minor[place] == sum(waiting(at_us))
        settled = [a for a, end in zip(amounts, ends, strict=True) if end <= at_us]
        assert found.settled_minor[place] == sum(settled)
        change = [0] * len(table.parties)
        for row in trial.posted:
            if row["at_us"] - midnight_us <= at_us:
                for name_of, sign in (("debit", -1), ("credit", 1)):
                    if row[name_of] >= 0:
                        change[row[name_of]] += sign * int(row["amount_minor"])
        assert found.liquidity_minor[place] == sum(max(0, -each) for each in change)
    moments = [waiting(at_us) for at_us in table.time_us.tolist()]
    assert found.queue_peak == max(map(len, moments))
    assert found.queue_peak_minor == max(map(sum, moments))


def test_points_of_days_add_up_and_peaks_do_not() -> None:
    table = table_of(*THREE_BANKS)
    trial = trial_of(table, OPTIONS["gross"], [0, 0, 0], EIGHT_HOURS)
    one = follow_day(table, slice(0, 4), trial)[RUB]
    both = add_series([one, one])
    assert both.queue.tolist() == (2 * one.queue).tolist()
    assert (both.queue_peak, both.queue_peak_minor) == (4, 260_00)
