"""SHA-256 of what a result came from: a configuration, and a table of payments.

Two runs with the same fingerprints are to give the same result to the last byte. A fingerprint is
of the content, and not of how it was written down: order of keys, spaces and the width of a column
do not count.
"""

import hashlib
import json
from dataclasses import fields
from typing import Final

import numpy as np

from comity.errors import LimitExceededError, UsageError
from comity.simulator.payment_table import PaymentTable

DEPTH_MAX: Final = 64
"""Objects and lists of a configuration within one another."""
INTEGER_MAX: Final = 2**63 - 1


def canonical_json(document: object) -> bytes:
    """Return the one text of a configuration: JSON in UTF-8, keys in order, without spaces.

    Keys are in order of their code points. Characters stand for themselves, and are not
    normalised; only `"`, the backslash and control characters are escaped. No line end follows.

    Args:
        document: dicts with text as keys, lists, tuples (written as lists), text, integers of 64
            bits, True, False and None. Decimals have to be written as text by whoever makes the
            document, which so decides whether 1.0 and 1.00 are the same.

    Raises:
        UsageError: something else stands in it, a float above all; says where.
        LimitExceededError: more than 64 objects and lists are within one another.
    """
    _check(document, "document", 1)
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()


def fingerprint_document(document: object) -> str:
    """Return the SHA-256 of a configuration's `canonical_json`, 64 hexadecimal digits.

    Raises:
        UsageError: as there.
        LimitExceededError: as there.
    """
    return hashlib.sha256(canonical_json(document)).hexdigest()


def fingerprint_table(table: PaymentTable) -> str:
    """Return the SHA-256 of a table's parties and columns, 64 hexadecimal digits.

    Hashed are the canonical JSON of `{"columns": names, "countries": codes, "parties": names,
    "payments": number}`, a line feed, and then the columns in the order of their names, each as
    signed 64-bit integers, least significant byte first. The table's own `hash`, of its source, is
    left out: the same payments at the same lines of another file have the same fingerprint.
    """
    columns = {field.name: getattr(table, field.name) for field in fields(table)}
    columns = {name: each for name, each in columns.items() if isinstance(each, np.ndarray)}
    names = sorted(columns)
    head = {
        "columns": names,
        "countries": list(table.countries),
        "parties": list(table.parties),
        "payments": len(table),
    }
    digest = hashlib.sha256(canonical_json(head) + b"\n")
    for name in names:
        digest.update(columns[name].astype("<i8").tobytes())
    return digest.hexdigest()


def _check(value: object, where: str, depth: int) -> None:
    match value:
        case None | bool():
            pass
        case str():
            _check_text(value, where)
        case int():
            if not -INTEGER_MAX - 1 <= value <= INTEGER_MAX:
                raise UsageError(f"{where}: found {value:#x}, expected an integer of 64 bits")
        case dict() | list() | tuple():
            _check_parts(value, where, depth)
        case _:
            expected = "a JSON value without floats; write decimals as text"
            raise UsageError(f"{where}: found {value!r}, expected {expected}")


def _check_parts(
    whole: dict[object, object] | list[object] | tuple[object, ...], where: str, depth: int
) -> None:
    if depth > DEPTH_MAX:
        raise LimitExceededError("DEPTH_MAX", found=depth, allowed=DEPTH_MAX)
    if not isinstance(whole, dict):
        for place, each in enumerate(whole):
            _check(each, f"{where}[{place}]", depth + 1)
        return
    for key, each in whole.items():
        if not isinstance(key, str):
            raise UsageError(f"{where}: found the key {key!r}, expected text")
        _check_text(key, where)
        _check(each, f"{where}.{key}", depth + 1)


def _check_text(text: str, where: str) -> None:
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise UsageError(f"{where}: found {text!r}, expected no half of a surrogate pair")
