"""Messages that something is wrong with as a whole: sent twice, altered, or not to be read."""

from collections.abc import Sequence

import numpy as np

from comity.generation.bundles import Bundle
from comity.generation.profile import DAMAGES_PER_1_000, Damage
from comity.generation.streams import Stream
from comity.generation.traffic import DrawnDay

_ORIGINAL_PAYMENTS_MAX = 10
"""Only small messages are damaged: the point is the fault, not its weight."""


def plan_damages(bundles: Sequence[Bundle], day: DrawnDay) -> tuple[tuple[int, Damage], ...]:
    """Return which messages are taken for an extra one, by place, and what is done to it.

    Args:
        bundles: the day's messages.
        day: whose stream decides which are taken.
    """
    small = [at for at, each in enumerate(bundles) if each.count <= _ORIGINAL_PAYMENTS_MAX]
    order = day.stream(Stream.DAMAGES).permutation(np.array(small, np.int64)).tolist()
    plan: list[tuple[int, Damage]] = []
    for kind, per_1_000 in DAMAGES_PER_1_000.items():
        count = max(1, len(bundles) * per_1_000 // 1_000)
        plan.extend((at, kind) for at in order[:count])
        order = order[count:]
    return tuple(plan)


def damaged_message(name: str, data: bytes, kind: Damage) -> tuple[str, bytes]:
    """Return the name and bytes of one extra message.

    The underscore sorts after the point: at the same instant the original comes first.
    """
    stem = name.removesuffix(".xml")
    new_name = f"{stem}_{kind.name.lower().replace('_', '-')}.xml"
    if kind is Damage.EXACT_DUPLICATE:
        return new_name, data
    if kind is Damage.SAME_REFERENCE:
        return new_name, data.replace(b"<EndToEndId>E", b"<EndToEndId>K")
    return new_name, _unreadable(_with_own_reference(stem, data), kind)


def _with_own_reference(stem: str, data: bytes) -> bytes:
    """Give a copy a reference of its own, so that only its damage is wrong with it."""
    sequence = stem.rpartition("-")[2].encode()
    return data.replace(sequence, b"9" + sequence[1:])


def _unreadable(data: bytes, kind: Damage) -> bytes:
    match kind:
        case Damage.MALFORMED:
            return data[: data.rindex(b"<", 0, len(data) * 3 // 5)]
        case Damage.DOCTYPE:
            declaration = b'<!DOCTYPE Envelope [<!ENTITY e "e">]>\n<Envelope>'
            return data.replace(b"<Envelope>", declaration, 1)
        case Damage.UNKNOWN_NAMESPACE:
            return data.replace(b'.001.08"', b'.001.99"', 1)
        case Damage.SCHEMA_INVALID:
            start = data.index(b"<UETR>")
            return data[:start] + data[data.index(b"</UETR>", start) + len(b"</UETR>") :]
        case Damage.NOT_UTF8:
            return data.replace(b"<EndToEndId>", b"<EndToEndId>\xcf\xcf")  # windows-1251
        case Damage.EXACT_DUPLICATE | Damage.SAME_REFERENCE:
            raise AssertionError("a message that can be read is made by the caller")
