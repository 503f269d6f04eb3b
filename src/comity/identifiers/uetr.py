"""Unique end-to-end transaction references: UUIDs of version 4, kept as two 64-bit halves."""

import re

UETR_PATTERN = r"[a-f0-9]{8}-[a-f0-9]{4}-4[a-f0-9]{3}-[89ab][a-f0-9]{3}-[a-f0-9]{12}"
"""UUIDv4Identifier of the ISO 20022 schemas: lower case only."""

_UETR = re.compile(UETR_PATTERN, re.ASCII)
_HALF_BITS = 64


def is_uetr(text: str) -> bool:
    """Return whether the text is a UETR as ISO 20022 writes it."""
    return _UETR.fullmatch(text) is not None


def split_uetr(text: str) -> tuple[int, int]:
    """Return the high and low 64 bits of a valid UETR, each in 0 … 2^64 − 1."""
    value = int(text.replace("-", ""), 16)
    return value >> _HALF_BITS, value & ((1 << _HALF_BITS) - 1)


def format_uetr(high: int, low: int) -> str:
    """Return the text of a UETR from its two 64-bit halves; the reverse of `split_uetr`."""
    digits = f"{high:016x}{low:016x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
