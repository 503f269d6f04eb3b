"""Leaves of a message, and what single texts of the oracle's mean; see `oracle`."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from hashlib import blake2b

from lxml import etree
from tests.simulation.messages.oracle_document import Refusal, name_of

from comity.payments.reasons import Reason

Leaf = tuple[tuple[str, ...], str, str]  # path, text, currency
EPOCH = date(1970, 1, 1)
DAY_US = 86_400_000_000


def bank(*path: str) -> tuple[str, ...]:
    """Return the path of a bank's BIC."""
    return (*path, "FinInstnId", "BICFI")


INSTRUCTING, INSTRUCTED = bank("InstgAgt"), bank("InstdAgt")


def leaves(element: etree._Element, path: tuple[str, ...] = ()) -> Iterator[Leaf]:
    for child in element:
        here = (*path, name_of(child))
        if len(child):
            yield from leaves(child, here)
        else:
            yield here, child.text or "", child.get("Ccy", "")


def short(bic: str) -> str:
    return bic[:8] if len(bic) == 11 and bic[8:] == "XXX" else bic


def words(*parts: str) -> tuple[int, int]:
    digest = blake2b("\x1f".join(parts).encode(), digest_size=16).digest()
    return int.from_bytes(digest[:8], "little"), int.from_bytes(digest[8:], "little")


def microseconds(text: str) -> int:
    """Return a time in UTC; digits beyond the microsecond are dropped."""
    whole, fraction, zone = re.fullmatch(
        r"\s*([^.Z+]{19})(?:\.(\d+))?(Z|[+-].*?)?\s*", text.replace("Z", "+00:00")
    ).groups()  # type: ignore[union-attr]
    try:
        local = datetime.fromisoformat(whole).replace(tzinfo=UTC)
    except ValueError:
        raise Refusal(Reason.SCHEMA_INVALID) from None
    us = (local - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    us += int(f"{fraction or ''}000000"[:6])
    if zone:
        minutes = int(zone[1:3]) * 60 + int(zone[4:6])
        us -= minutes * 60_000_000 * (1 if zone[0] == "+" else -1)
    return us


def columns(name: str, halves: tuple[int, int]) -> dict[str, int]:
    return {f"{name}_high": halves[0], f"{name}_low": halves[1]}


def days_of(text: str) -> int:
    """Return days since 1970-01-01."""
    return (date.fromisoformat(text.strip()) - EPOCH).days


def times_of(own: Sequence[Leaf], position: int) -> list[tuple[int, int, int, int]]:
    """Return from, till and reject time of a transaction that asks for any, and its place."""
    said = {path: text for path, text, _ in own}
    days = days_of(said[("IntrBkSttlmDt",)])
    asked = [said.get(("SttlmTmReq", name)) for name in ("FrTm", "TillTm", "RjctTm")]
    if not any(asked) or days <= 1:  # A date so old is refused whatever it asks for.
        return []
    midnight = "1970-01-02T"
    from_us, till_us, reject_us = (
        (days - 1) * DAY_US + microseconds(midnight + one) if one else 0 for one in asked
    )
    return [(from_us, till_us, reject_us, position)]
