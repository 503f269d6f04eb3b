"""What stands around the transactions of a message, read without parsing it again.

A bank's system writes header, wrapper and group header with the same markup in every message; only
texts differ. The first such frame passes parser and schema; another one that repeats its markup
byte for byte, with texts of the plain form of their types, is as valid as that one was. Whatever
differs is not refused here but parsed.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from comity.messages.definitions import GROUP_HEADER_TYPE, HEADER
from comity.messages.group_header import (
    BusinessHeader,
    GroupHeader,
    LeafText,
    read_business_header,
    read_group_header,
)
from comity.messages.leaf_types import LeafPatterns, compiled, leaf_patterns
from comity.messages.skeleton import TEXT, RawMessage, unescape

FRAMES_MAX: Final = 1_000
"""Most frames a reader keeps before it starts afresh."""

FRAME_BYTES_MAX: Final = 20_000
"""Longest frame that is kept."""

_BLANKS: Final = re.compile(rb">[ \t\r\n]+<")
_WHITE: Final = b" \t\r\n"
_SEPARATOR: Final = b"\x1f"


@dataclass(frozen=True, slots=True)
class Framed:
    """What a frame says.

    Attributes:
        definition_id: of the document.
        header: the business header, None where there is none.
        group: the group header.
    """

    definition_id: str
    header: BusinessHeader | None
    group: GroupHeader


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where the texts of a frame belong: those of the header come first.

    Attributes:
        definition_id: of the document.
        forms: plain forms of the texts.
        leaves: path and currency of each, in document order.
        header_count: how many of them are the business header's; 0 where there is none.
    """

    definition_id: str
    forms: tuple[re.Pattern[bytes], ...]
    leaves: tuple[tuple[tuple[str, ...], str], ...]
    header_count: int


class Frames:
    """Frames that parser and schema have passed."""

    def __init__(self) -> None:
        self._kept: dict[tuple[bytes, bytes], _Frame] = {}
        self._patterns: dict[str, LeafPatterns] = {}

    def read(self, raw: RawMessage) -> Framed | None:
        """Return what the frame of a message says, None if no frame like it was ever passed.

        Raises:
            MessageRefusedError: the header announces another definition.
        """
        key, texts = _split(raw)
        frame = self._kept.get(key)
        if frame is None or not all(map(_matches, frame.forms, texts)):
            return None
        joined = _SEPARATOR.join(texts)
        values = (unescape(joined) if b"&" in joined else joined).decode().split("\x1f")
        leaves = [
            (path, text, currency)
            for (path, currency), text in zip(frame.leaves, values, strict=True)
        ]
        head, group = leaves[: frame.header_count], leaves[frame.header_count :]
        header = read_business_header(head, frame.definition_id) if head else None
        return Framed(frame.definition_id, header, read_group_header(group))

    def keep(
        self,
        raw: RawMessage,
        definition_id: str,
        *,
        header: Sequence[LeafText],
        group: Sequence[LeafText],
    ) -> None:
        """Keep the frame of a message that follows its schema, if its bytes say what its tree says.

        Args:
            raw: a file of which the parser saw as many transactions as `raw` has.
            definition_id: of its document.
            header: leaves of its business header, in document order; empty where there is none.
            group: leaves of its group header.
        """
        if len(raw.before) + len(raw.after) > FRAME_BYTES_MAX:
            return
        key, texts = _split(raw)
        leaves = (*header, *group)
        forms = [
            *self._forms(HEADER, "Header", header),
            *self._forms(definition_id, GROUP_HEADER_TYPE[definition_id], group),
        ]
        plain = tuple(form for form in forms if form is not None)
        # A header behind the document, or texts of a wrapper, would not be found in their places.
        if len(texts) != len(leaves) or len(plain) != len(leaves):
            return
        if not all(map(_matches, plain, texts)):
            return
        if [unescape(text).decode() for text in texts] != [text for _, text, _ in leaves]:
            return
        if len(self._kept) >= FRAMES_MAX:
            self._kept.clear()
        places = tuple((path, currency) for path, _, currency in leaves)
        self._kept[key] = _Frame(definition_id, plain, places, len(header))

    def _forms(
        self, definition_id: str, type_name: str, leaves: Iterable[LeafText]
    ) -> list[re.Pattern[bytes] | None]:
        if definition_id not in self._patterns:
            self._patterns[definition_id] = leaf_patterns(definition_id, type_name)
        patterns = self._patterns[definition_id]
        return [compiled(patterns[path]) if path in patterns else None for path, _, _ in leaves]


def _split(raw: RawMessage) -> tuple[tuple[bytes, bytes], list[bytes]]:
    """Return the markup around the transactions, without blanks between tags, and its texts."""
    parts = TEXT.split(_BLANKS.sub(b"><", raw.before).rstrip(_WHITE))
    after = _BLANKS.sub(b"><", raw.after).strip(_WHITE)
    return (b">\x00</".join(parts[::2]), after), parts[1::2]


def _matches(form: re.Pattern[bytes], text: bytes) -> bool:
    return form.fullmatch(text) is not None
