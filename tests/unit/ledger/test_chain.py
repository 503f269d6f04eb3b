"""The hash chain: whatever is changed in a record, its hash no longer fits."""

from dataclasses import replace

import pytest

from comity.ledger import GENESIS_HASH, Record, chain_record, record_hash


def record(previous: Record | None = None, payload: bytes = b"content") -> Record:
    return chain_record(
        previous,
        counts=(3, 2, 1),
        at_us=5,
        business_day=20_000,
        engine_version="1",
        payload=payload,
    )


def test_a_record_follows_its_predecessor_without_a_gap() -> None:
    first = record()
    second = record(first)
    assert first.previous_hash == GENESIS_HASH
    assert second.previous_hash == first.hash
    assert (second.sequence, second.first_event) == (2, 3)
    assert (second.first_transfer, second.first_payment) == (2, 1)


@pytest.mark.parametrize(
    "field", [name for name in Record.__slots__ if name not in {"hash", "payload"}]
)
def test_a_changed_field_changes_the_hash(field: str) -> None:
    first = record()
    value = getattr(first, field)
    other = value + (b"x" if isinstance(value, bytes) else "x" if isinstance(value, str) else 1)
    changed = replace(first, **{field: other})
    assert record_hash(changed) != first.hash


def test_a_changed_payload_changes_the_hash() -> None:
    first = record()
    assert record_hash(first) == first.hash
    assert record_hash(replace(first, payload=b"Content")) != first.hash


def test_content_cannot_move_between_version_and_payload() -> None:
    first = record(payload=b"1content")
    moved = replace(first, engine_version="11", payload=b"content")
    assert record_hash(moved) != first.hash
