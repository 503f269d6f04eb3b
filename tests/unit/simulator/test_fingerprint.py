"""Fingerprints: what changes them, what does not, and what they refuse."""

import hashlib
import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.simulator.small_tables import table_of

from comity.errors import LimitExceededError, UsageError
from comity.simulator.fingerprint import (
    DEPTH_MAX,
    canonical_json,
    fingerprint_document,
    fingerprint_table,
)
from comity.simulator.payment_table import COLUMNS

DOCUMENT = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=12,
)


def test_a_document_is_hashed_as_the_text_that_stands_here() -> None:
    document = {"b": [1, True, None], "a": {"share": "0.25", "имя": 'A"'}}
    text = '{"a":{"share":"0.25","имя":"A\\""},"b":[1,true,null]}'
    assert canonical_json(document) == text.encode()
    assert fingerprint_document(document) == hashlib.sha256(text.encode()).hexdigest()


@given(DOCUMENT)
def test_the_canonical_text_says_the_same_and_only_one_text_does(document: Any) -> None:
    text = canonical_json(document)
    assert json.loads(text) == document
    assert canonical_json(json.loads(text)) == text


@given(st.dictionaries(st.text(max_size=4), DOCUMENT))
def test_the_order_of_keys_does_not_count(document: dict[str, Any]) -> None:
    turned = dict(reversed(document.items()))
    assert fingerprint_document(turned) == fingerprint_document(document)


def test_a_number_and_its_text_are_not_the_same_nor_are_true_and_one() -> None:
    different: list[object] = [1, "1", True, "1.0", None, []]
    prints = {fingerprint_document([each]) for each in different}
    assert len(prints) == 6


@pytest.mark.parametrize(
    ("document", "what"),
    [
        ({"a": [0, 0.5]}, r"document\.a\[1\]: found 0\.5, expected a JSON value without floats"),
        ({"a": Decimal("0.5")}, r"document\.a: found Decimal"),
        ({"a": np.int64(1)}, r"document\.a: found np\.int64"),
        ({"a": b"x"}, r"document\.a: found b'x'"),
        ({"a": {1: "x"}}, r"document\.a: found the key 1, expected text"),
        ({"a": 2**63}, r"document\.a: found 0x8000000000000000, expected an integer of 64 bits"),
        (["\ud800"], r"document\[0\]: found '\\ud800'"),
        ({"\udc00": 1}, "document: found"),
    ],
)
def test_what_has_no_one_text_is_refused_with_its_place(document: Any, what: str) -> None:
    with pytest.raises(UsageError, match=what):
        fingerprint_document(document)


def test_depth_has_a_limit_and_a_circle_meets_it() -> None:
    nested: list[Any] = []
    for _ in range(DEPTH_MAX - 1):
        nested = [nested]
    assert fingerprint_document(nested)
    with pytest.raises(LimitExceededError, match="DEPTH_MAX: found 65, allowed 64"):
        fingerprint_document([nested])
    circle: list[Any] = []
    circle.append(circle)
    with pytest.raises(LimitExceededError, match="DEPTH_MAX"):
        fingerprint_document(circle)


def test_a_table_is_hashed_as_the_page_says() -> None:
    table = table_of([1, 2], [5, 3])
    head = {
        "columns": sorted(COLUMNS),
        "countries": ["", ""],
        "parties": ["A", "B"],
        "payments": 2,
    }
    hashed = json.dumps(head, separators=(",", ":")).encode() + b"\n"
    for name in sorted(COLUMNS):
        for each in getattr(table, name).tolist():
            hashed += each.to_bytes(8, "little", signed=True)
    assert fingerprint_table(table) == hashlib.sha256(hashed).hexdigest()


@pytest.mark.parametrize("name", COLUMNS)
def test_one_other_value_in_any_column_is_another_fingerprint(name: str) -> None:
    table = table_of([1, 2], [5, 3])
    column = getattr(table, name).copy()
    column[1] += 1
    other = replace(table, **{name: column})
    assert fingerprint_table(other) != fingerprint_table(table)


def test_a_name_that_is_a_bic_tells_the_country_and_another_country_is_another_table() -> None:
    table = table_of([1, 2], [5, 3], parties=("ALATKG20", "Alatoo"))
    assert table.countries == ("KG", "")
    assert fingerprint_table(replace(table, countries=("KG", "RU"))) != fingerprint_table(table)


def test_the_parties_count_and_neither_the_source_nor_the_width_of_a_column_does() -> None:
    table = table_of([1, 2], [5, 3])
    own = fingerprint_table(table)
    assert fingerprint_table(table_of([1, 2], [5, 3], parties=("A", "C"))) != own
    assert fingerprint_table(table_of([1, 2], [5, 3], parties=("A,B", ""))) != own
    assert fingerprint_table(replace(table, hash="f" * 64)) == own
    wide: Any = table.day.astype(np.int64)
    assert fingerprint_table(replace(table, day=wide)) == own
    strided = np.repeat(table.time_us, 2)[::2]
    assert fingerprint_table(replace(table, time_us=strided)) == own
