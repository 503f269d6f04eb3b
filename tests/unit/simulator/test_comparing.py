"""Options held side by side: the same money for all, nothing lost, precise refusals."""

from datetime import time
from fractions import Fraction

import numpy as np
import pytest
from tests.kit.payment_tables import random_table, table_of

from comity.errors import UsageError
from comity.simulator.comparing import Plan, compare, sum_over_days
from comity.simulator.hours import Hours
from comity.simulator.options import OPTIONS
from comity.simulator.staging import stage_option

HOURS = Hours(time(8), time(18))
RUB = 643
LEVELS = (Fraction(0), Fraction(1, 3), Fraction(1))
NAMES = ("gross", "gross-bypass", "gross-offset", "net-multilateral")


def plan(*names: str, levels: tuple[Fraction, ...] = LEVELS) -> Plan:
    return Plan(tuple(OPTIONS[name] for name in names), levels, HOURS)


def test_every_day_option_and_level_is_tried_once_with_the_same_money() -> None:
    table = random_table(3, 40, days=3)
    told: list[tuple[int, int]] = []
    found = compare(table, plan(*NAMES), progress=lambda done, total: told.append((done, total)))
    assert len(found.days) == 3
    assert len(found.results) == len(NAMES) * len(LEVELS) * 3
    assert told[-1] == (len(found.results), len(found.results))
    for level in LEVELS:
        money = {
            name: [one.measures.currencies[0].available_minor for one in found.of(name, level)]
            for name in NAMES
        }
        assert all(each == money["gross"] for each in money.values())
    whole = {name: sum_over_days(found.of(name, LEVELS[1]), RUB) for name in NAMES}
    assert {one.payments for one in whole.values()} == {120}
    assert {one.value_minor for one in whole.values()} == {int(table.amount_minor.sum())}


def test_with_the_upper_bound_nobody_waits_and_less_money_never_uses_more() -> None:
    table = random_table(5, 60)
    found = compare(table, plan("gross"))
    (most,) = found.of("gross", Fraction(1))
    assert most.measures.currencies[0].delay == 0
    assert most.measures.currencies[0].settled == len(table)
    for one in found.results:
        measures = one.measures.currencies[0]
        assert measures.liquidity_used_minor <= measures.available_minor


def test_the_same_comparison_gives_the_same_figures() -> None:
    table = random_table(8, 50)
    one, other = (compare(table, plan(*NAMES)) for _ in range(2))
    for first, second in zip(one.results, other.results, strict=True):
        mine, theirs = first.measures.currencies[0], second.measures.currencies[0]
        assert mine.used_minor.tolist() == theirs.used_minor.tolist()
        assert (mine.delay, mine.settled_minor) == (theirs.delay, theirs.settled_minor)


def test_parts_of_a_unit_are_rounded_up() -> None:
    table = table_of("09:00 A B 0.03 RUB", "10:00 B A 0.03 RUB")
    stage = stage_option(OPTIONS["gross"], table, HOURS, [RUB])
    bounds = stage.bounds(slice(0, 2))
    for level, expected in ((Fraction(1, 2), 2), (Fraction(0), 0), (Fraction(1), 3)):
        opening = stage.opening(bounds, level)
        assert opening is not None
        assert opening[:, 0].tolist() == [expected, 0]


def test_sums_over_days_are_weighted_by_value() -> None:
    table = random_table(11, 30, days=2)
    found = compare(table, plan("net-multilateral", levels=(Fraction(1),)))
    days = [one.measures.currencies[0] for one in found.results]
    both = sum_over_days(found.results, RUB)
    delays = [one.delay * one.value_minor for one in days if one.delay is not None]
    assert both.delay == sum(delays, Fraction(0)) / both.value_minor
    assert both.used_minor.tolist() == np.sum([one.used_minor for one in days], axis=0).tolist()
    assert both.age_max_us == max(one.age_max_us for one in days)


@pytest.mark.parametrize(
    ("lines", "names", "words"),
    [
        (("07:00 A B 1.00 RUB",), ("gross",), "payments come from 07:00"),
        (("17:58 A B 1.00 RUB",), ("gross",), "between 08:00 and 17:57"),
        (("09:00 A B 1.00 RUB",), ("pvp",), "found payments in one currency"),
        (("09:00 A B 1.00 RUB", "09:00 B A 1.00 KGS"), ("pvp",), "no payment with a link"),
    ],
)
def test_what_cannot_be_compared_is_refused(
    lines: tuple[str, ...], names: tuple[str, ...], words: str
) -> None:
    with pytest.raises(UsageError, match=words):
        compare(table_of(*lines), plan(*names))
