"""Netting and counter-flows: two countries by hand, and random days against a plain loop."""

from collections import defaultdict
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from tests.kit.payment_tables import table_of
from tests.kit.trials import random_flows, with_purposes

from comity.netting import greatest_netting_share
from comity.payments.purposes import purpose_group, unpack_purpose
from comity.simulator import flows
from comity.simulator.flows import Flow, PairFlow, flows_of
from comity.simulator.payment_table import PaymentTable

# A and B are of KG, C of RU. Goods are paid for in Russia, families send home.
COUNTER_FLOWS = (
    "09:00 A C 100.00 RUB",  # goods
    "10:00 B C 60.00 RUB",  # goods
    "11:00 C A 90.00 RUB",  # support of a family
    "12:00 C B 30.00 RUB",  # no purpose
    "13:00 A B 20.00 RUB",  # goods, within KG
)


def counter_flows() -> PaymentTable:
    table = with_purposes(table_of(*COUNTER_FLOWS), "GDDS", "SUPP", "DEPD", "", "GDDS")
    return replace(table, countries=("KG", "KG", "RU"))


def test_counter_flows_of_other_purposes_restore_balance() -> None:
    """There 160, back 120: together 80 of 280 … 240 of 280; each purpose by itself nothing."""
    (found,) = flows_of(counter_flows())
    assert found.is_by_country
    (pair,) = found.pairs
    assert (pair.one, pair.other) == ("KG", "RU")
    assert pair.total == PairFlow("", 160_00, 120_00, 40_00)
    assert pair.total.bound == Fraction(240, 280) == greatest_netting_share(160, 120)
    assert pair.bound_apart == 0
    assert pair.purposes == (
        PairFlow("goods", 160_00, 0, 160_00),
        PairFlow("remittances", 0, 90_00, 90_00),
        PairFlow("unstated", 0, 30_00, 30_00),
    )
    assert (found.pairs_left_out, found.left_out_minor) == (0, 0)


def test_netting_among_parties_by_purpose_and_all_together() -> None:
    """Goods: A −120, B −40, C +160. All: A −30, B −10, C +40: 40 of 300 remain."""
    (found,) = flows_of(counter_flows())
    assert (found.value_minor, found.net_minor) == (300_00, 40_00)
    assert found.netting_ratio == Fraction(260, 300)
    assert found.purposes == (
        Flow("goods", 3, 180_00, 160_00),
        Flow("remittances", 1, 90_00, 90_00),
        Flow("unstated", 1, 30_00, 30_00),
    )
    assert found.purposes[0].netting_ratio == Fraction(20, 180)
    assert found.netting_ratio_apart == Fraction(20, 300)
    assert found.sent_minor == (120_00, 60_00, 120_00)


def test_a_day_is_netted_by_itself() -> None:
    """What flows there on Monday and back on Tuesday nets nothing."""
    table = table_of("09:00 A B 50.00 RUB", "10:00 B A 50.00 RUB")
    (same,) = flows_of(table)
    assert (same.netting_ratio, same.pairs[0].total.bound) == (Fraction(1),) * 2
    (apart,) = flows_of(replace(table, day=table.day + np.array([0, 1], np.int32)))
    assert (apart.netting_ratio, apart.pairs[0].total.bound) == (Fraction(0),) * 2


def test_all_but_the_greatest_pairs_are_counted_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flows, "PAIRS_MAX", 1)
    (found,) = flows_of(replace(counter_flows(), countries=()))
    assert [(one.one, one.other) for one in found.pairs] == [("A", "C")]
    assert (found.pairs_left_out, found.left_out_minor) == (2, 110_00)


@pytest.mark.parametrize("seed", range(12))
def test_flows_are_what_a_plain_loop_says(seed: int) -> None:
    table = random_flows(seed, 50, days=3, with_countries=seed % 2 == 0)
    (found,) = flows_of(table)
    names = table.countries if found.is_by_country else table.parties
    by_kind: dict[tuple[int, str], dict[int, int]] = defaultdict(lambda: defaultdict(int))
    by_day: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    pairs: dict[tuple[str, ...], dict[tuple[int, str], int]] = {}
    for at in range(len(table)):
        day, amount = int(table.day[at]), int(table.amount_minor[at])
        payer, payee = int(table.debtor[at]), int(table.creditor[at])
        code = unpack_purpose(int(table.purpose[at]))
        kind = str(purpose_group(code) or "other") if code else "unstated"
        for party, sign in ((payer, 1), (payee, -1)):
            by_kind[day, kind][party] += sign * amount
            by_day[day][party] += sign * amount
        if names[payer] != names[payee]:
            key = tuple(sorted((names[payer], names[payee])))
            sign = 1 if names[payer] == key[0] else -1
            differences = pairs.setdefault(key, defaultdict(int))
            differences[day, kind] += sign * amount

    def owed(nets: dict[int, int]) -> int:
        return sum(max(0, each) for each in nets.values())

    assert found.net_minor == sum(map(owed, by_day.values()))
    for one in found.purposes:
        mine = [owed(nets) for (_, kind), nets in by_kind.items() if kind == one.kind]
        assert one.net_minor == sum(mine)
    assert {(pair.one, pair.other) for pair in found.pairs} == set(pairs)
    for pair in found.pairs:
        differences = pairs[pair.one, pair.other]
        days = {day for day, _ in differences}
        sums = [sum(v for (d, _), v in differences.items() if d == day) for day in days]
        assert pair.total.unbalanced_minor == sum(map(abs, sums))
        assert sum(each.unbalanced_minor for each in pair.purposes) == sum(
            map(abs, differences.values())
        )
        assert pair.total.there_minor - pair.total.back_minor == sum(differences.values())
