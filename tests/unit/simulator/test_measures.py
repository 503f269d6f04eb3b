"""What a trial cost: by hand for three banks, and against the bounds on random days."""

from dataclasses import replace
from datetime import time
from fractions import Fraction

import numpy as np
import pytest
from tests.kit.payment_tables import random_table, table_of

from comity.payments.codes import Mechanism
from comity.payments.lifecycle import State as PaymentState
from comity.simulator.hours import Hours
from comity.simulator.measures import CurrencyMeasures, TrialMeasures, bounds_of, measure_trial
from comity.simulator.options import OPTIONS, Option, with_cycles
from comity.simulator.payment_table import PaymentTable
from comity.simulator.staging import Stage, currencies_needed, stage_option
from comity.simulator.trial import Trial, run_trial

HOURS = Hours(time(8), time(18))
RUB = 643
MINUTE_US = 60_000_000
HOUR_US = 60 * MINUTE_US

ENDS = {PaymentState.SETTLED, PaymentState.EXPIRED, PaymentState.FAILED_SETTLEMENT}

# A ring of three, and a payment behind it. From 08:00 to 18:00 are 600 minutes.
THREE_BANKS = (
    "08:00 A B 80.00 RUB",
    "09:00 B C 80.00 RUB",
    "10:00 C A 80.00 RUB",
    "11:00 A B 20.00 RUB",
)


def stage_of(table: PaymentTable, option: Option) -> Stage:
    return stage_option(option, table, HOURS, currencies_needed(table, [option]))


def measured(
    table: PaymentTable, option: Option, opening: list[int] | None
) -> tuple[Trial, TrialMeasures]:
    stage = stage_of(table, option)
    opening_minor = None if opening is None else np.array(opening, np.int64)
    (trial,) = run_trial(stage, [int(table.day[0])], opening_minor)
    return trial, measure_trial(stage, slice(0, len(table)), trial)


def tried(
    table: PaymentTable, name: str, opening: list[int] | None
) -> tuple[Trial, CurrencyMeasures]:
    trial, measures = measured(table, OPTIONS[name], opening)
    (found,) = measures.currencies
    return trial, found


def test_three_banks_gross_with_enough() -> None:
    """A has 80: everything settles on arrival; A goes down by 80, nobody else below its opening."""
    trial, found = tried(table_of(*THREE_BANKS), "gross", [80_00, 0, 0])
    assert trial.settled_us.tolist() == [each * HOUR_US for each in (8, 9, 10, 11)]
    assert found.used_minor.tolist() == [80_00, 0, 0]
    assert (found.liquidity_used_minor, found.available_minor) == (80_00, 80_00)
    assert found.turnover_ratio == Fraction(260, 80)
    assert found.usage == 1
    assert found.delay == 0
    assert found.waited_us == (0, 0, 0)
    assert found.mean_wait_us == found.age_max_us == 0
    assert found.mechanisms == {Mechanism.GROSS: 260_00}
    assert (found.transfers, found.moved_minor) == (4, 260_00)
    # By 09:00: 80 + 80 of 260; by 10:00 all three of 80; by 11:00 everything.
    expected = [160, 240, 260, 260, 260, 260, 260, 260, 260, 260]
    assert [share * 260 for share in found.throughput] == expected


def test_three_banks_gross_with_too_little() -> None:
    """A has 20: its first payment waits for ever, and the last behind it; the rest has no cover."""
    trial, found = tried(table_of(*THREE_BANKS), "gross", [20_00, 0, 0])
    assert set(trial.state.tolist()) == {PaymentState.EXPIRED}
    assert (found.settled, found.unsettled_minor) == (0, 260_00)
    assert found.delay == 1
    assert found.used_minor.tolist() == [0, 0, 0]
    assert found.turnover_ratio is None
    assert found.usage == 0
    assert found.mean_wait_us is None
    assert found.age_max_us == 10 * HOUR_US
    # 80·600 + 80·540 + 80·480 + 20·420 minutes of value, over 600 minutes.
    waited = 80 * 600 + 80 * 540 + 80 * 480 + 20 * 420
    assert found.queue_average_minor == Fraction(100 * waited, 600)


def test_three_banks_bypassing() -> None:
    """The 20 of 11:00 pass the 80 that wait; B then has 20 and still lacks 60."""
    trial, found = tried(table_of(*THREE_BANKS), "gross-bypass", [20_00, 0, 0])
    assert trial.settled_us.tolist() == [-1, -1, -1, 11 * HOUR_US]
    assert (found.settled_minor, found.used_minor.tolist()) == (20_00, [20_00, 0, 0])


def test_three_banks_offsetting() -> None:
    """At 10:00 the ring closes: the resolution of that minute settles it without money."""
    trial, found = tried(table_of(*THREE_BANKS), "gross-offset", [20_00, 0, 0])
    assert trial.settled_us.tolist() == [10 * HOUR_US] * 3 + [11 * HOUR_US]
    assert found.used_minor.tolist() == [20_00, 0, 0]
    assert found.mechanisms == {Mechanism.MULTILATERAL: 240_00, Mechanism.GROSS: 20_00}


def test_three_banks_netted() -> None:
    """One cycle before the close: A owes 20 net, B is owed 20, C nothing."""
    table = table_of(*THREE_BANKS)
    option = with_cycles(OPTIONS["net-multilateral"], 1)
    trial, measures = measured(table, option, [20_00, 0, 0])
    (found,) = measures.currencies
    settles = 18 * HOUR_US - MINUTE_US
    assert trial.settled_us.tolist() == [settles] * 4
    assert found.used_minor.tolist() == [20_00, 0, 0]
    assert found.moved_minor < 260_00
    longest = settles - 8 * HOUR_US
    assert found.waited_us == (settles - 9 * HOUR_US, longest, longest)
    assert found.mechanisms == {Mechanism.CYCLE: 260_00}


def test_trades_bear_risk_unless_they_settle_versus_payment() -> None:
    """A pays roubles at 09:00 and gets its soms at 11:00: two hours of 100 soms at risk."""
    table = table_of(
        "09:00 A B 80.00 RUB link=1",
        "11:00 B A 100.00 KGS link=1",
    )
    opening = [200_00] * 4
    _, gross = measured(table, OPTIONS["gross"], opening)
    assert gross.fx_exposure == {417: Fraction(2 * 100_00), 643: Fraction(0)}
    trial, versus = measured(table, OPTIONS["pvp"], opening)
    assert trial.settled_us.tolist() == [11 * HOUR_US] * 2
    assert versus.fx_exposure == {417: Fraction(0), 643: Fraction(0)}


@pytest.mark.parametrize("seed", range(25))
def test_with_credit_without_end_gross_uses_the_upper_bound_to_the_unit(seed: int) -> None:
    table = random_table(seed, 60)
    _, found = tried(table, "gross", None)
    bounds = bounds_of(table, slice(0, len(table)))[RUB]
    assert found.settled == len(table)
    assert found.used_minor.tolist() == bounds.upper_minor.tolist()
    assert found.delay == 0


@pytest.mark.parametrize("seed", range(25))
def test_one_cycle_after_the_last_payment_uses_the_lower_bound_to_the_unit(seed: int) -> None:
    table = random_table(seed, 60)
    option = with_cycles(OPTIONS["net-multilateral"], 1)
    rows = slice(0, len(table))
    _, measures = measured(table, option, None)
    (found,) = measures.currencies
    assert found.settled == len(table)
    assert found.used_minor.tolist() == bounds_of(table, rows)[RUB].lower_minor.tolist()


@pytest.mark.parametrize("seed", range(100))
def test_bounds_are_the_peak_and_the_end_of_what_each_party_has_sent_net(seed: int) -> None:
    """Reckoned apart: a column for each party, a row after each payment."""
    table = random_table(seed, 80)
    parties = np.arange(len(table.parties))
    sent = np.equal.outer(table.debtor, parties) * table.amount_minor[:, None]
    received = np.equal.outer(table.creditor, parties) * table.amount_minor[:, None]
    net = np.cumsum(sent - received, axis=0)
    found = bounds_of(table, slice(0, len(table)))[RUB]
    assert found.upper_minor.tolist() == np.maximum(net.max(axis=0), 0).tolist()
    assert found.lower_minor.tolist() == np.maximum(net[-1], 0).tolist()


@pytest.mark.parametrize(
    "name", [one.name for one in OPTIONS.values() if not (one.links or one.has_two_currencies)]
)
def test_no_option_uses_more_than_there_is_or_loses_a_payment(name: str) -> None:
    for seed in range(4):
        table = random_table(seed, 80)
        stage = stage_of(table, OPTIONS[name])
        bounds = stage.bounds(slice(0, len(table)))
        opening = bounds[RUB].lower_minor + (bounds[RUB].upper_minor - bounds[RUB].lower_minor) // 2
        trial, found = tried(table, name, opening.tolist())
        lent = stage.setting([int(table.day[0])], bounds, opening).overdraft_minor[:, 0]
        assert (found.used_minor <= opening + lent).all()
        assert len(trial.state) == len(table)
        assert found.settled + int((~trial.is_settled).sum()) == len(table)
        assert set(trial.state.tolist()) <= ENDS
        assert sum(found.mechanisms.values()) + found.set_off_minor == found.settled_minor


def test_equal_times_keep_their_order_and_one_message_is_one_moment() -> None:
    table = table_of("09:00 A B 5.00 RUB", "09:00 B C 5.00 RUB", "09:00 C A 5.00 RUB")
    _, found = tried(table, "gross", [5_00, 0, 0])
    assert found.settled == 3
    backwards = replace(
        table,
        debtor=table.debtor[::-1].copy(),
        creditor=table.creditor[::-1].copy(),
    )
    _, found = tried(backwards, "gross", [5_00, 0, 0])
    assert found.settled == 3, "what waits is released by what comes"


def test_more_money_can_settle_less_over_a_day_with_priorities() -> None:
    """With 10, A pays B at once and cannot pay C urgently; with 9 it can, and C pays D."""
    table = table_of("09:00 A B 10.00 RUB", "10:00 A C 9.00 RUB urgent", "11:00 C D 9.00 RUB")
    _, less = tried(table, "gross", [9_00, 0, 0, 0])
    _, more = tried(table, "gross", [10_00, 0, 0, 0])
    assert (less.settled_minor, more.settled_minor) == (18_00, 10_00)
