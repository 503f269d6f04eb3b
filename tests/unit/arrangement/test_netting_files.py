"""`[shortfall]`, `netting`, `resources.csv` and the column `group`: read, or named where wrong."""

from pathlib import Path

import pytest
from tests.unit.arrangement.small_folder import append, edit, faults_of

from comity.agreements import (
    AfterShortfall,
    CycleNetting,
    Repaid,
    ResourceKind,
    ResourceTerms,
    ShortfallLayer,
    ShortfallTerms,
)
from comity.arrangement import load_scheme

PARTICIPANTS, RESOURCES = "participants.csv", "resources.csv"
REMITTANCES, SERVICES = "agreements/remittances.toml", "agreements/services.toml"
WATERFALL = '\n[shortfall]\nlayers = ["own_balance", "collateral"]\nthen = "roll"\n'
HEADER = "participant,currency,kind,amount\n"


def put_up(small: Path, *rows: str) -> None:
    (small / RESOURCES).write_text(HEADER + "".join(f"{row}\n" for row in rows), encoding="utf-8")


def test_a_waterfall_is_read_and_repaid_at_the_close_if_nothing_is_said(small: Path) -> None:
    for name in (REMITTANCES, SERVICES):
        append(small, name, WATERFALL)
    layers = ShortfallLayer.OWN_BALANCE, ShortfallLayer.COLLATERAL
    expected = ShortfallTerms(layers, AfterShortfall.ROLL, Repaid.AT_CLOSE)
    assert [each.shortfall for each in load_scheme(small).agreements] == [
        None,
        None,
        expected,
        expected,
    ]


def test_netting_is_multilateral_unless_it_is_said(small: Path) -> None:
    assert load_scheme(small).agreements[3].settlement.netting is CycleNetting.MULTILATERAL
    for name in (REMITTANCES, SERVICES):
        edit(small, name, 'netting_pool = "main"', 'netting_pool = "main"\nnetting = "bilateral"')
    assert load_scheme(small).agreements[3].settlement.netting is CycleNetting.BILATERAL


def test_resources_are_read_in_order_of_currency_bank_and_kind(small: Path) -> None:
    assert load_scheme(small).resources == ()
    put_up(small, "TOOBKG20,KGS,credit_line,500.00", "TOOBKG20,KGS,collateral,2.50")
    assert load_scheme(small).resources == (
        ResourceTerms("TOOBKG20", "KGS", ResourceKind.COLLATERAL, 250),
        ResourceTerms("TOOBKG20", "KGS", ResourceKind.CREDIT_LINE, 50_000),
    )


def test_a_group_is_a_column_that_may_be_there(small: Path) -> None:
    first, *rows = (small / PARTICIPANTS).read_text(encoding="utf-8").splitlines()
    lines = [f"{first},group", f"{rows[0]},river-house", *(f"{row}," for row in rows[1:])]
    (small / PARTICIPANTS).write_text("\n".join(lines) + "\n", encoding="utf-8")
    found = {one.bic: one.group for one in load_scheme(small).participants}
    assert found == {
        "TOOBKG20": "river-house",
        "SUUBKG20": None,
        "RECHRU20": None,
        "LESNRU20": None,
    }


@pytest.mark.parametrize(
    ("row", "field", "found"),
    [
        ("XXXXKG20,KGS,collateral,1.00", "participant", "XXXXKG20"),
        (
            "SUUBKG20,KGS,collateral,1.00",
            "currency",
            "no settlement account of SUUBKG20 in KGS",
        ),
        ("TOOBKG20,KGS,loan,1.00", "kind", "'loan'"),
        ("TOOBKG20,KGS,collateral,0", "amount", "'0'"),
        (
            "TOOBKG20,KGS,collateral,10000000000000000.01",
            "amount",
            "'10000000000000000.01'",
        ),
    ],
)
def test_a_wrong_resource_is_named(small: Path, row: str, field: str, found: str) -> None:
    put_up(small, row)
    faults = faults_of(small)
    assert [(each.file, each.line, each.field, each.found) for each in faults] == [
        (RESOURCES, 2, field, found)
    ]


def test_a_second_resource_of_a_kind_is_named(small: Path) -> None:
    put_up(small, "TOOBKG20,KGS,collateral,1.00", "TOOBKG20,KGS,collateral,2.00")
    (fault,) = faults_of(small)
    assert (fault.line, fault.field) == (3, "kind")


def test_a_waterfall_is_the_same_in_all_of_a_pool(small: Path) -> None:
    append(small, SERVICES, WATERFALL)
    (fault,) = faults_of(small)
    assert (fault.file, fault.field, fault.found) == (SERVICES, "shortfall", "another waterfall")


def test_draws_are_paid_back_in_one_way(small: Path) -> None:
    edit(small, REMITTANCES, 'netting_pool = "main"', 'netting_pool = "other"')
    append(small, REMITTANCES, WATERFALL)
    append(small, SERVICES, f'{WATERFALL}repaid = "carried_over"\n')
    (fault,) = faults_of(small)
    assert (fault.field, fault.found) == ("shortfall.repaid", "carried_over")


@pytest.mark.parametrize(
    ("table", "field", "found"),
    [
        (WATERFALL.replace('"own_balance", ', ""), "shortfall.layers", "collateral"),
        (WATERFALL.replace("collateral", "own_balance"), "shortfall.layers[2]", None),
        (WATERFALL.replace("collateral", "pawn"), "shortfall.layers[2]", "'pawn'"),
        (WATERFALL.replace("roll", "wait"), "shortfall.then", "'wait'"),
    ],
)
def test_a_wrong_waterfall_is_named(small: Path, table: str, field: str, found: str | None) -> None:
    append(small, REMITTANCES, table)
    append(small, SERVICES, table)
    faults = faults_of(small)
    assert {each.field for each in faults} == {field}
    assert found is None or faults[0].found == found


def test_a_waterfall_needs_cycles_and_multilateral_netting(small: Path) -> None:
    append(small, "agreements/goods.toml", WATERFALL)
    for name in (REMITTANCES, SERVICES):
        edit(small, name, 'netting_pool = "main"', 'netting_pool = "main"\nnetting = "bilateral"')
        append(small, name, WATERFALL)
    found = [(each.field, each.found) for each in faults_of(small)]
    assert found == [
        ("shortfall", "this table with mode = gross"),
        ("shortfall", "this table with netting = bilateral"),
        ("shortfall", "this table with netting = bilateral"),
    ]
