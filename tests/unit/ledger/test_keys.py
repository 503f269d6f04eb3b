"""Key runs find what was added, whatever the order and however often runs have merged."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from comity.ledger import HashColumn, KeyRuns, mix_key

HASHES = st.lists(st.integers(0, 2**64 - 1) | st.integers(0, 20), max_size=40)


def column(values: list[int]) -> HashColumn:
    return HashColumn(np.array(values, np.uint64))


@given(st.lists(HASHES, max_size=12), HASHES)
def test_runs_answer_like_a_dictionary(batches: list[list[int]], asked: list[int]) -> None:
    runs, known = KeyRuns(), dict[int, list[int]]()
    number = 0
    for batch in batches:
        numbers = np.arange(number, number + len(batch), dtype=np.int64)
        number += len(batch)
        runs.add(column(batch), numbers, np.ones(len(batch), np.bool_))
        for value, owner in zip(batch, numbers.tolist(), strict=True):
            known.setdefault(value, []).append(owner)
    assert runs.contains(column(asked)).tolist() == [value in known for value in asked]
    for value in [*asked, *known]:
        assert runs.candidates(value) == known.get(value, [])
    assert len(runs) == number


@given(HASHES)
def test_a_column_is_in_order_of_its_hashes_and_rows_of_one_as_given(values: list[int]) -> None:
    ordered = column(values)
    assert ordered.order.tolist() == sorted(range(len(values)), key=values.__getitem__)
    assert ordered.ascending.tolist() == sorted(values)


@given(HASHES)
def test_a_column_knows_what_stands_in_it_twice(values: list[int]) -> None:
    assert column(values).repeated().tolist() == [values.count(one) > 1 for one in values]


def test_only_chosen_rows_are_added() -> None:
    runs = KeyRuns()
    runs.add(column([5, 6, 7]), np.array([1, 2, 3]), np.array([True, False, True]))
    assert runs.contains(column([7, 6, 5])).tolist() == [True, False, True]


def test_the_order_of_a_key_s_parts_matters() -> None:
    one, two = np.array([1], np.int64), np.array([2], np.int64)
    assert mix_key(one, two) != mix_key(two, one)
    assert mix_key(np.array([-1], np.int64)).dtype == np.uint64
