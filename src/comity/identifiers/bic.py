"""Business identifier codes (ISO 9362): syntax, and the branch that means head office."""

import re

BIC_PATTERN = r"[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?"
"""BICFIDec2014Identifier of the ISO 20022 schemas."""

_BIC = re.compile(BIC_PATTERN, re.ASCII)
_HEAD_OFFICE = "XXX"


def is_bic(text: str) -> bool:
    """Return whether the text has the form of a BIC of 8 or 11 characters."""
    return _BIC.fullmatch(text) is not None


def normalise_bic(text: str) -> str:
    """Return the 8-character form where the branch is the head office, else the text.

    `XXX` as the branch names the same institution as no branch at all (ISO 9362).
    """
    return text[:8] if len(text) == 11 and text.endswith(_HEAD_OFFICE) else text
