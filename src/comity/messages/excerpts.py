"""Single leaves taken from a canonical text, without taking the whole text apart.

Statements, status reports and statistics need a handful of the dozens of leaves of a payment, for
every payment; finding them is many times quicker than splitting the text.
"""

import re
from typing import Final

from comity.messages.catalogue import FIELD, LEAF_BY_PATH, VALUE
from comity.messages.reading import MESSAGE_FIELD

_MESSAGE_ID_PLACE: Final = 1


def leaf_mark(*path: str) -> str:
    """Return what stands before the text of a leaf, by the leaf's path below its transaction."""
    return f"{FIELD}{LEAF_BY_PATH[path].code}{VALUE}"


def leaf_text(canonical: str, mark: str) -> str:
    """Return the text of the first leaf with a mark, empty where there is none."""
    start = canonical.find(mark)
    if start < 0:
        return ""
    start += len(mark)
    end = canonical.find(FIELD, start)
    return canonical[start:] if end < 0 else canonical[start:end]


def first_leaf_text(canonical: str, marks: tuple[str, ...]) -> str:
    """Return the first text that is there, in the order of the marks; empty where none is."""
    for mark in marks:
        found = leaf_text(canonical, mark)
        if found:
            return found
    return ""


def opening_leaves(*paths: tuple[str, ...]) -> re.Pattern[str]:
    """Return a pattern that matches the beginning of any canonical text, a group a leaf.

    Args:
        paths: leaves that stand before all others, in document order; the group of one that is
            absent is None.
    """
    return re.compile("".join(f"(?:{leaf_mark(*path)}([^{FIELD}]*))?" for path in paths))


def message_id_of(message_text: str) -> str:
    """Return the MsgId in the text of a message row, empty where it could not be read."""
    return message_text.split(MESSAGE_FIELD, _MESSAGE_ID_PLACE + 1)[_MESSAGE_ID_PLACE]
