"""The reader and a plain reading of the same bytes must say the same, whatever the bytes are."""

import hashlib
from collections import Counter
from random import Random
from typing import Any
from xml.etree import ElementTree

import pytest
from tests.simulation.messages import oracle, oracle_document
from tests.simulation.messages.hostile import Messages
from tests.unit.messages import instructions as made

from comity.messages import BatchBuilder, MessageReader, read_arrival
from comity.payments.codes import Definition
from comity.payments.commands import CommandBatch
from comity.payments.reasons import Reason


def match_name(name: str) -> int:
    return 7 if "HIT" in name else -1


def match_identifier(identifier: str) -> int:
    return 9 if identifier.startswith("CCCC") else -1


def match_text(text: str) -> int:
    return 11 if "TEXTHIT" in text else -1


JUDGE = oracle.Oracle(made.DIRECTORY, match_name, match_identifier, match_text)


def new_reader() -> MessageReader:
    return MessageReader(made.DIRECTORY, match_name, match_identifier, match_text)


def differences(reader: MessageReader, data: bytes, expected: oracle.Verdict) -> list[str]:
    """Return in words where the reader says something else of the bytes than is expected."""
    builder = BatchBuilder(reader)
    builder.add("m.xml", data)
    batch = builder.take()
    row = batch.messages[0]
    found = Reason(int(row["fault"]))
    if found is not expected.reason:
        return [f"reason: found {found.name}, expected {expected.reason.name}"]
    digest = hashlib.sha256(data).digest()
    of_the_file = {
        f"sha256_{number}": int.from_bytes(digest[8 * number : 8 * number + 8], "little")
        for number in range(4)
    }
    of_the_file |= {"byte_count": len(data), "payment_count": len(expected.rows)}
    if found is not Reason.NONE:
        return _other(row, {**of_the_file, "key_high": 0, "key_low": 0}, "message")
    words = _other(row, of_the_file | expected.message, "message")
    fields = tuple(batch.text_of(row).split("\x1f"))
    if fields != expected.fields:
        words.append(f"fields: found {fields}, expected {expected.fields}")
    if read_arrival(data) != expected.message["arrival_us"]:
        words.append(f"read_arrival: found {read_arrival(data)}, expected {expected.message}")
    words += _others(batch, batch.payments, expected.rows, expected.texts)
    words += _others(batch, batch.orders, expected.orders, expected.order_texts)
    for name, rows in (("times", expected.times), ("quoted", expected.quoted)):
        if getattr(batch, name).tolist() != rows:
            words.append(f"{name}: found {getattr(batch, name).tolist()}, expected {rows}")
    return words


def _others(
    batch: CommandBatch, found: Any, rows: list[dict[str, int]], texts: list[str]
) -> list[str]:
    words = []
    for number, (one, columns) in enumerate(zip(found, rows, strict=True)):
        words += _other(one, columns, f"row {number}")
        text = batch.text_of(one)
        if text != texts[number]:
            words.append(f"text {number}: found {text!r}, expected {texts[number]!r}")
    return words


def _other(row: Any, columns: dict[str, int], name: str) -> list[str]:
    return [
        f"{name} {column}: found {row[column]}, expected {value}"
        for column, value in columns.items()
        if int(row[column]) != int(value)
    ]


def disagreements(seeds: range, *, shapes: int = 24) -> tuple[list[str], Counter[str]]:
    """Return what one reader, living through all cases, read otherwise, and how cases ended.

    The count is by reason, and of what was accepted by definition.
    """
    messages, reader = Messages(seeds.start, shapes), new_reader()
    found: list[str] = []
    seen: Counter[str] = Counter()
    for seed in seeds:
        data = messages.one(Random(seed))
        expected = JUDGE.verdict("m.xml", data)
        words = differences(reader, data, expected)
        found += [f"case {seed} of {seeds}: {one}" for one in words]
        seen[expected.reason.name] += 1
        if expected.message:
            seen[Definition(expected.message["definition"]).name] += 1
    return found, seen


def assert_agreed(seeds: range) -> None:
    found, seen = disagreements(seeds)
    assert found == []
    for reason in (Reason.NONE, Reason.SCHEMA_INVALID, Reason.MALFORMED_XML):
        assert seen[reason.name] > len(seeds) // 20, seen
    assert all(seen[definition.name] for definition in Definition), seen


@pytest.mark.slow
@pytest.mark.parametrize("start", [0, 10_000, 20_000, 30_000])
def test_the_reader_says_of_hostile_messages_what_the_oracle_says(start: int) -> None:
    assert_agreed(range(start, start + 300))


@pytest.mark.soak
@pytest.mark.parametrize("start", range(1_000_000, 1_040_000, 5_000))
def test_the_reader_agrees_with_the_oracle_for_long(start: int) -> None:
    assert_agreed(range(start, start + 5_000))


@pytest.mark.slow
def test_another_parser_sees_the_same_leaves_in_what_was_accepted() -> None:
    messages = Messages(5)
    accepted = 0
    for seed in range(40_000, 40_300):
        data = messages.one(Random(seed))
        if JUDGE.verdict("m.xml", data).reason is not Reason.NONE:
            continue
        accepted += 1
        _, document = oracle_document.found(oracle_document.parsed(data))
        other = next(one for one in ElementTree.fromstring(data).iter(str(document.tag)))
        seen = [(one.tag, one.text, one.attrib) for one in other.iter() if not len(one)]
        expected = [
            (one.tag, one.text, dict(one.attrib)) for one in document.iter() if not len(one)
        ]
        assert seen == expected, seed
    assert accepted > 50
