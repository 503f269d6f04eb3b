"""Who, whither, what for: three banks by hand, and random days against a plain loop."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import pytest
from tests.kit.payment_tables import table_of
from tests.kit.trials import HOURS, random_flows, trial_of, with_purposes

from comity.payments.purposes import pack_purpose
from comity.simulator import breakdowns
from comity.simulator.breakdowns import (
    Part,
    add_breakdowns,
    break_down,
    group_payments,
    part_of,
)
from comity.simulator.options import OPTIONS
from comity.simulator.payment_table import PaymentTable
from comity.simulator.trial import Trial

MINUTE_US = 60_000_000

# A has 20 at 08:00 and must wait for its first payment, not for the small one behind it.
THREE_BANKS = (
    "08:00 A B 80.00 RUB",  # goods; waits until the ring closes at 10:00
    "09:00 B C 80.00 RUB",  # goods; likewise
    "10:00 C A 80.00 RUB",  # support of a family; closes the ring
    "11:00 A B 20.00 RUB",  # no purpose; at once
    "12:00 B A 50.00 RUB",  # goods; B has 20 and waits for ever
)


def three_banks() -> tuple[PaymentTable, Trial]:
    table = with_purposes(table_of(*THREE_BANKS), "GDDS", "GDDS", "DEPD", "", "SUPP")
    table = replace(table, countries=("KG", "RU", "RU"))
    return table, trial_of(table, OPTIONS["gross-offset"], [20_00, 0, 0])


def test_three_banks_by_corridor() -> None:
    """KG→RU 80 + 20, RU→RU 80, RU→KG 80 + 50, of which the 50 stay. From 08:00 to 18:00."""
    table, trial = three_banks()
    groups = group_payments(table)
    found = break_down(table, groups, slice(0, 5), trial)
    ways = [(one.debtor, one.creditor, one.corridors) for one in groups.corridors]
    assert groups.is_by_country
    assert ways == [("RU", "KG", 1), ("KG", "RU", 1), ("RU", "RU", 1)]
    back, there, within = (part_of(found.corridors, [place]) for place in range(3))
    # 50 from 12:00 to the close of a possible 50·360 + 80·480 minutes.
    assert back == Part(2, 130_00, 1, 80_00, Fraction(50 * 360, 50 * 360 + 80 * 480), Fraction(0))
    assert (back.unsettled, back.unsettled_minor) == (1, 50_00)
    # 80 waited two hours, 20 nothing.
    mean = Fraction(80 * 120, 100) * MINUTE_US
    assert there == Part(2, 100_00, 2, 100_00, Fraction(80 * 120, 80 * 600 + 20 * 420), mean)
    assert within == Part(1, 80_00, 1, 80_00, Fraction(60, 540), Fraction(60 * MINUTE_US))


def test_three_banks_by_purpose_and_by_party() -> None:
    """Goods 160, of which one code 50 stays; A pays 100 and gets 80."""
    table, trial = three_banks()
    groups = group_payments(table)
    found = break_down(table, groups, slice(0, 5), trial)
    by_purpose = {
        packed: part_of(found.purposes, [place])
        for place, (_, packed) in enumerate(groups.purposes)
    }
    assert by_purpose[pack_purpose("GDDS")].value_minor == 160_00
    assert by_purpose[pack_purpose("DEPD")].mean_wait_us == 0
    assert by_purpose[pack_purpose("SUPP")].delay == 1
    assert by_purpose[0].settled_minor == 20_00
    sent = [part_of(found.senders, [place]).settled_minor for place in range(3)]
    assert sent == [100_00, 80_00, 80_00]
    assert found.received_minor.tolist() == [80_00, 100_00, 80_00]
    total = part_of(found.senders, range(3))
    assert (total.payments, total.value_minor, total.unsettled_minor) == (5, 310_00, 50_00)


def test_where_a_country_is_not_known_corridors_are_between_parties() -> None:
    table, _ = three_banks()
    groups = group_payments(replace(table, countries=("KG", "", "RU")))
    assert not groups.is_by_country
    assert {(one.debtor, one.creditor) for one in groups.corridors} == {
        ("A", "B"),
        ("B", "A"),
        ("B", "C"),
        ("C", "A"),
    }
    assert not group_payments(replace(table, countries=("KG", "KG", "KG"))).is_by_country


def test_all_but_the_greatest_corridors_stand_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(breakdowns, "CORRIDORS_MAX", 1)
    table, trial = three_banks()
    table = replace(table, countries=())
    groups = group_payments(table)
    assert [(one.debtor, one.creditor, one.corridors) for one in groups.corridors] == [
        ("A", "B", 1),
        (None, None, 3),
    ]
    found = break_down(table, groups, slice(0, 5), trial)
    assert part_of(found.corridors, [1]).value_minor == 210_00


def by_loop(table: PaymentTable, trial: Trial, keys: Sequence[object]) -> dict[object, Part]:
    """Return the figures of each key's payments, one payment after the other."""
    rows: dict[object, list[int]] = {}
    for place, key in enumerate(keys):
        rows.setdefault(key, []).append(place)
    closes_us, found = HOURS.closes_us, {}
    for key, places in rows.items():
        amounts = {at: int(table.amount_minor[at]) for at in places}
        final = [at for at in places if trial.is_settled[at]]
        waits = {at: int(trial.settled_us[at] - trial.entered_us[at]) for at in final}
        spans = {at: closes_us - int(trial.entered_us[at]) for at in places}
        settled = sum(amounts[at] for at in final)
        waited = sum(amounts[at] * waits[at] for at in final)
        possible = sum(amounts[at] * spans[at] for at in places)
        lost = sum(amounts[at] * spans[at] for at in places if at not in waits)
        found[key] = Part(
            len(places),
            sum(amounts.values()),
            len(final),
            settled,
            Fraction(waited + lost, possible) if possible else None,
            Fraction(waited, settled) if settled else None,
        )
    return found


@pytest.mark.parametrize("name", ["gross", "gross-offset", "net-multilateral"])
@pytest.mark.parametrize("seed", range(6))
def test_every_group_is_what_a_plain_loop_says(seed: int, name: str) -> None:
    table = random_flows(seed, 70, with_countries=seed % 2 == 0)
    trial = trial_of(table, OPTIONS[name], Fraction(1, 4))
    groups = group_payments(table)
    found = break_down(table, groups, slice(0, len(table)), trial)
    names = table.countries if groups.is_by_country else table.parties
    ways = zip(table.debtor.tolist(), table.creditor.tolist(), strict=True)
    corridors = by_loop(table, trial, [(names[payer], names[payee]) for payer, payee in ways])
    assert {
        (one.debtor, one.creditor): part_of(found.corridors, [place])
        for place, one in enumerate(groups.corridors)
    } == corridors
    values = [
        part.value_minor for part in (corridors[o.debtor, o.creditor] for o in groups.corridors)
    ]
    assert values == sorted(values, reverse=True)
    assert {
        packed: part_of(found.purposes, [place])
        for place, (_, packed) in enumerate(groups.purposes)
    } == by_loop(table, trial, table.purpose.tolist())
    senders = by_loop(table, trial, table.debtor.tolist())
    assert {
        place: part_of(found.senders, [place]) for place in set(table.debtor.tolist())
    } == senders
    (whole,) = by_loop(table, trial, [0] * len(table)).values()
    assert part_of(found.purposes, range(len(groups.purposes))) == whole
    assert sum(found.received_minor.tolist()) == whole.settled_minor


def test_days_add_up_and_shares_are_of_the_sums() -> None:
    table = random_flows(3, 40)
    trial = trial_of(table, OPTIONS["gross"], Fraction(1, 3))
    part = break_down(table, group_payments(table), slice(0, len(table)), trial)
    both = add_breakdowns([part, part])
    assert both.received_minor.tolist() == (part.received_minor * 2).tolist()
    assert both.senders.payments.tolist() == (part.senders.payments * 2).tolist()
    assert part_of(both.purposes, [0]).value_minor == 2 * part_of(part.purposes, [0]).value_minor
    assert part_of(both.purposes, [0]).delay == part_of(part.purposes, [0]).delay
