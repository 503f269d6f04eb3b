"""Nothing that is withheld can be computed: linear algebra against what the program chose."""

from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.disclosure import (
    MARGIN,
    PROTECTION,
    Rule,
    System,
    bounds_of,
    is_protected,
    round_parts,
    round_table,
    suppress,
    table_sums,
    with_margins,
)

ROWS, COLUMNS = ("a", "b", "c"), ("x", "y", "z")
EQUAL: dict[tuple[str, ...], int] = dict.fromkeys(product(ROWS, COLUMNS), 10)


def system_of(values: dict[tuple[str, ...], int]) -> System:
    cells: dict[Any, int] = dict(with_margins(values))
    return System(cells, table_sums(list(cells)))


def is_determined(system: System, withheld: frozenset[object], name: object) -> bool:
    """Return whether the sums and the published cells fix a withheld one, by rank alone."""
    names = sorted(withheld, key=str)
    rows = []
    for each in system.sums:
        row = [0.0] * len(names)
        for part in (*each.parts, each.total):
            if part in withheld:
                row[names.index(part)] += -1.0 if part == each.total else 1.0
        rows.append(row)
    matrix = np.array(rows)
    unit = np.zeros((1, len(names)))
    unit[0, names.index(name)] = 1.0
    return bool(np.linalg.matrix_rank(np.vstack([matrix, unit])) == np.linalg.matrix_rank(matrix))


def tables() -> st.SearchStrategy[dict[tuple[str, ...], int]]:
    return st.fixed_dictionaries({cell: st.integers(0, 1000) for cell in product(ROWS, COLUMNS)})


@settings(max_examples=60, deadline=None)
@given(tables(), st.sets(st.sampled_from(sorted(product(ROWS, COLUMNS))), min_size=1, max_size=3))
def test_no_unsafe_cell_follows_from_what_is_published(
    values: dict[tuple[str, ...], int], unsafe: set[tuple[str, str]]
) -> None:
    system = system_of(values)
    withheld = suppress(system, unsafe)
    primary = {each for each in unsafe if values[each]}
    assert primary <= withheld
    for each in primary:
        assert not is_determined(system, withheld, each)
        down, up = bounds_of(system, withheld, each)
        everything = {cell for cell in values if values[cell]}
        if not everything <= withheld:
            assert down <= -float(PROTECTION)
            assert up >= float(PROTECTION)


def test_one_cell_withheld_alone_is_its_row_less_the_rest() -> None:
    system = system_of(EQUAL)
    assert not is_protected(system, {("a", "x")}, ("a", "x"))
    assert is_determined(system, frozenset({("a", "x")}), ("a", "x"))
    # A rectangle of four hides each of them, and nothing less does.
    withheld = suppress(system, [("a", "x")])
    assert len(withheld) == 4
    assert is_protected(system, withheld, ("a", "x"))


def test_an_empty_cell_is_safe_and_nothing_is_withheld_for_it() -> None:
    assert suppress(system_of({**EQUAL, ("a", "x"): 0}), [("a", "x")]) == frozenset()


@pytest.mark.parametrize(
    ("parties", "largest", "unsafe"),
    [(2, 500, True), (3, 500, False), (3, 850, False), (3, 851, True), (1, 1000, True)],
)
def test_few_parties_or_one_that_is_nearly_all_of_it(
    parties: int, largest: int, unsafe: bool
) -> None:
    assert Rule().is_unsafe(parties, largest) is unsafe


@given(tables(), st.sampled_from([1, 5, 10, 100]))
def test_rounded_cells_are_next_to_their_own_and_add_up(
    values: dict[tuple[str, ...], int], base: int
) -> None:
    exact, rounded = with_margins(values), round_table(values, base)
    assert set(rounded) == set(exact)
    for cell, value in rounded.items():
        assert value % base == 0
        assert abs(value - exact[cell]) < base or value == exact[cell]
    for row in ROWS:
        assert rounded[row, MARGIN] == sum(rounded[row, column] for column in COLUMNS)
    for column in (*COLUMNS, MARGIN):
        assert rounded[MARGIN, column] == sum(rounded[row, column] for row in ROWS)
    assert round_table(values, base) == rounded


def test_parts_of_a_whole_add_up() -> None:
    found = round_parts({"a": 14, "b": 14, "c": 14}, 10)
    assert found[MARGIN] == found["a"] + found["b"] + found["c"]
    assert {found["a"], found["b"], found["c"]} <= {10, 20}
    assert abs(found[MARGIN] - Fraction(42)) < 10
