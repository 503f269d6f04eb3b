"""What stands in the document for a day worked by hand, and that its sums agree."""

import json
from dataclasses import replace
from fractions import Fraction
from importlib.resources import files
from typing import Any

import jsonschema
import pytest
from tests.kit.payment_tables import table_of
from tests.kit.trials import HOURS, random_flows, with_purposes

from comity.simulator.comparing import Plan, compare
from comity.simulator.document import Sampling, compare_document
from comity.simulator.options import OPTIONS, with_cycles
from comity.simulator.payment_table import PaymentTable

SCHEMA = json.loads(files("comity").joinpath("schemas/compare.schema.json").read_text("utf-8"))
HALF = Fraction(1, 2)
NETTED = OPTIONS["net-multilateral"]

# Between KG (A) and RU (B, C): 80 there, 80 within, 80 and 20 back and there.
THREE_BANKS = (
    "08:00 A B 80.00 RUB",
    "09:00 B C 80.00 RUB",
    "10:00 C A 80.00 RUB",
    "11:00 A B 20.00 RUB",
)


def found(table: PaymentTable, *names: str) -> dict[str, Any]:
    plan = Plan(
        tuple(OPTIONS[name] for name in names),
        (HALF,),
        HOURS,
        detailed_at=HALF,
        side=(with_cycles(NETTED, 2), with_cycles(NETTED, 1)),
    )
    document = compare_document(table, compare(table, plan), Sampling(1, 999, HALF))
    jsonschema.validate(document, SCHEMA)
    return document


def test_three_banks_half_way_between_their_bounds() -> None:
    """A needs 20 to 80 and has 50. The ring closes at 10:00; A pays 20 and is then 20 down."""
    table = with_purposes(table_of(*THREE_BANKS), "GDDS", "GDDS", "DEPD", "")
    document = found(replace(table, countries=("KG", "RU", "RU")), "gross-offset")
    (one,) = document["options"]
    parts = one["breakdowns"]["RUB"]
    assert parts["total"]["value_minor"] == 260_00
    assert parts["corridors_between"] == "countries"
    ways = {(each["debtor"], each["creditor"]): each["value_minor"] for each in parts["corridors"]}
    assert ways == {("KG", "RU"): 100_00, ("RU", "RU"): 80_00, ("RU", "KG"): 80_00}
    assert [(each["purpose"], each["group"]) for each in parts["purposes"]] == [
        (None, None),
        ("DEPD", "remittances"),
        ("GDDS", "goods"),
    ]
    first, *others = parts["participants"]
    assert (first["participant"], first["country"]) == ("A", "KG")
    assert (first["liquidity_available_minor"], first["liquidity_used_minor"]) == (50_00, 20_00)
    assert (first["sent_minor"], first["received_minor"]) == (100_00, 80_00)
    # A provides everything that is used, 1, and sends 100 of 260; B and C provide nothing.
    assert first["relative_provision"] == "0.615385"
    assert [each["relative_provision"] for each in others] == ["-0.307692"] * 2
    assert one["concentration_hhi"] == {"RUB": "1.000000"}
    assert one["queue_peak"] == {"RUB": 2}
    assert one["queue_peak_minor"] == {"RUB": 160_00}
    assert one["mechanisms_share"]["RUB"] == {
        "GROSS": {"payments": 1, "by_number": "0.250000", "by_value": "0.076923"},
        "MULTILATERAL": {"payments": 3, "by_number": "0.750000", "by_value": "0.923077"},
    }
    waits = one["waited_us_by_priority"]["RUB"]["normal"]
    assert (waits["payments"], waits["p99"]) == (4, 2 * 3_600_000_000)
    flows = document["flows"]["RUB"]
    assert (flows["net_minor"], flows["netting_ratio"]) == (20_00, "0.923077")
    assert flows["pairs"][0]["bound"] == "0.888889"


def test_series_begin_and_end_with_what_the_option_cost() -> None:
    document = found(random_flows(6, 60, days=3), "gross", "net-bilateral")
    for one in document["options"]:
        series, parts = one["series"]["RUB"], one["breakdowns"]["RUB"]
        assert len(document["grid_us"]) == len(series["queue"]) == 97
        assert series["settled_minor"][-1] == parts["total"]["settled_value_minor"]
        assert series["queue"][-1] == parts["total"]["unsettled"] == one["unsettled"]["RUB"]
        assert max(series["queue"]) <= 3 * one["queue_peak"]["RUB"]
        for name in ("participants", "corridors", "purposes"):
            for figure in ("payments", "value_minor", "settled_value_minor"):
                assert sum(each[figure] for each in parts[name]) == parts["total"][figure]
        used = sum(each["liquidity_used_minor"] for each in parts["participants"])
        assert used == one["liquidity_used_minor"]["RUB"]
        provided = [Fraction(each["relative_provision"]) for each in parts["participants"]]
        assert abs(sum(provided, Fraction(0))) < Fraction(len(provided), 10**6)
        shares = one["mechanisms_share"]["RUB"].values()
        assert sum(each["payments"] for each in shares) == 180


def test_counts_of_cycles_stand_together_where_there_are_several() -> None:
    document = found(random_flows(6, 60), "gross", "net-multilateral")
    assert [(one["option"], one["cycles"]) for one in document["cycles"]] == [
        ("net-multilateral:1", 1),
        ("net-multilateral:2", 2),
        ("net-multilateral", 4),
    ]
    first = document["cycles"][0]
    assert first["liquidity_used_minor"] == document["flows"]["RUB"]["net_minor"]
    assert len(document["options"]) == 2


def test_without_a_level_for_details_there_are_none() -> None:
    table = random_flows(6, 20)
    results = compare(table, Plan((OPTIONS["gross"],), (HALF,), HOURS))
    document = compare_document(table, results, Sampling(1, 999, HALF))
    assert "flows" not in document
    assert "series" not in document["options"][0]


@pytest.mark.parametrize("name", ["setoff", "correspondent", "hybrid"])
def test_other_ways_of_settling_have_the_same_details(name: str) -> None:
    document = found(random_flows(9, 60, days=2), name)
    parts = document["options"][0]["breakdowns"]["RUB"]
    assert sum(each["value_minor"] for each in parts["corridors"]) == parts["total"]["value_minor"]
