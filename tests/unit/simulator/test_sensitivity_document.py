"""Figures of payments as sent beside those of the same payments sent at other times."""

from datetime import time
from fractions import Fraction
from itertools import combinations

from tests.kit.payment_tables import random_table, table_of

from comity.simulator.comparing import Plan, compare
from comity.simulator.hours import Hours
from comity.simulator.options import OPTIONS
from comity.simulator.sensitivity_document import (
    Shift,
    sensitivity_document,
    shift_table,
)

HOURS = Hours(time(8), time(18))
HALF = Fraction(1, 2)
EVERYTHING = Shift(Fraction(1), 120, 7)


def test_both_figures_are_those_of_comparisons_by_themselves() -> None:
    table = table_of("09:00 A B 80.00 RUB", "11:00 B A 50.00 RUB", "12:00 A B 30.00 RUB")
    plan = Plan((OPTIONS["gross"],), (Fraction(1),), HOURS)
    moved = shift_table(table, plan, EVERYTHING)
    assert moved.time_us.tolist() != table.time_us.tolist()
    found = sensitivity_document(
        compare(table, plan), compare(moved, plan), EVERYTHING, Fraction(1)
    )
    (entry,) = found["options"]
    # A pays 80, gets 50 back, pays 30: never more than 80 short. B never pays before it is paid.
    assert entry["liquidity_used_minor"]["as_sent"] == 80_00
    # Whatever the order, A sends 110 and gets 50: from 60, if the 50 come first, to 110.
    assert 60_00 <= entry["liquidity_used_minor"]["shifted"] <= 160_00
    assert entry["settled_value_share"] == {"as_sent": "1.000000", "shifted": "1.000000"}
    assert found["turned"] == []
    assert found["share"] == "1.000000"


def test_a_pair_turns_where_the_better_one_becomes_the_worse() -> None:
    names = ("gross", "gross-bypass", "net-multilateral", "setoff")
    plan = Plan(tuple(OPTIONS[name] for name in names), (HALF,), HOURS)
    turned = 0
    for seed in range(12):
        table = random_table(seed, 40)
        moved = shift_table(table, plan, EVERYTHING)
        found = sensitivity_document(compare(table, plan), compare(moved, plan), EVERYTHING, HALF)
        turned += len(found["turned"])
        for measure in ("delay_indicator", "liquidity_used_minor", "settled_value_share"):
            said = {
                (one["currency"], one["one"], one["other"])
                for one in found["turned"]
                if one["measure"] == measure
            }
            assert said == expected(found["options"], measure)
    assert turned > 0


def expected(entries: list[dict[str, object]], measure: str) -> set[tuple[object, object, object]]:
    found = set()
    for one, other in combinations(entries, 2):
        if one["currency"] != other["currency"]:
            continue
        ways = []
        for side in ("as_sent", "shifted"):
            a, b = Fraction(one[measure][side]), Fraction(other[measure][side])  # type: ignore[index]
            ways.append((a > b) - (a < b))
        if ways[0] * ways[1] == -1:
            found.add((one["currency"], one["option"], other["option"]))
    return found
