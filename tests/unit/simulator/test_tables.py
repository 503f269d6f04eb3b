"""Results as typed tables: what the document says, with types and units."""

from decimal import Decimal
from fractions import Fraction

import pyarrow as pa
import pytest
from tests.kit.trials import HOURS, random_flows

from comity.simulator.comparing import Plan, compare
from comity.simulator.document import Sampling, compare_document
from comity.simulator.options import OPTIONS, with_cycles
from comity.simulator.tables import COLUMNS, Kind, ResultTable, result_tables

HALF = Fraction(1, 2)


@pytest.fixture(scope="module")
def tables() -> dict[str, ResultTable]:
    names = ("gross", "net-multilateral")
    side = (with_cycles(OPTIONS["net-multilateral"], 1),)
    options = tuple(OPTIONS[name] for name in names)
    plan = Plan(options, (Fraction(0), HALF), HOURS, detailed_at=HALF, side=side)
    table = random_flows(2, 50, days=2)
    results = compare(table, plan)
    document = compare_document(table, results, Sampling(1, 999, HALF))
    return result_tables(document, results)


def test_every_table_is_there_and_none_is_empty(tables: dict[str, ResultTable]) -> None:
    assert list(tables) == list(COLUMNS)
    assert all(one.rows for one in tables.values())
    assert len(tables["figures"].rows) == 2 * 2 * 2
    assert len(tables["series"].rows) == 2 * 97
    assert len(tables["cycles"].rows) == 2


def test_every_figure_has_a_unit_and_a_type(tables: dict[str, ResultTable]) -> None:
    for table in tables.values():
        columns = table.to_columns()
        for one in table.columns:
            assert (one.unit != "") == (one.kind in {Kind.WHOLE, Kind.DECIMAL}), one.name
            kind = {Kind.TEXT: str, Kind.WHOLE: int, Kind.DECIMAL: Decimal, Kind.FLAG: bool}
            cells = [each for each in columns[one.name] if each is not None]
            assert all(type(each) is kind[one.kind] for each in cells), one.name


def test_an_arrow_table_holds_the_same(tables: dict[str, ResultTable]) -> None:
    for name, table in tables.items():
        arrow = table.to_arrow()
        assert arrow.to_pydict() == table.to_columns(), name
        assert arrow.schema.names == list(COLUMNS[name])
    schema = tables["frontier"].to_arrow().schema
    assert schema.field("liquidity_used_minor").type == pa.int64()
    assert schema.field("liquidity_used_minor").metadata == {b"unit": b"minor units"}
    assert schema.field("delay_indicator").type == pa.decimal128(38, 6)
    assert schema.field("is_on_frontier").type == pa.bool_()


def test_the_sum_over_participants_is_the_figure_of_the_option(
    tables: dict[str, ResultTable],
) -> None:
    figures, parts = (tables[name].to_columns() for name in ("figures", "participants"))
    for option in ("gross", "net-multilateral"):
        used = [
            minor
            for name, level, minor in zip(
                figures["option"], figures["level"], figures["liquidity_used_minor"], strict=True
            )
            if (name, level) == (option, Decimal("0.5"))
        ]
        mine = zip(parts["option"], parts["liquidity_used_minor"], strict=True)
        assert sum(minor for name, minor in mine if name == option) == sum(used)
