"""Names as people write them into files: what is one, and how a fault shows what is not."""

from collections.abc import Iterator
from typing import Final
from unicodedata import is_normalized

TEXT_CHARACTERS_MAX: Final = 140
"""Longest name, id or link (Max140Text of ISO 20022)."""

_SHOWN_CHARACTERS_MAX: Final = 60


def shown(text: str) -> str:
    """Return a text quoted for a fault, shortened if it is long."""
    return repr(text if len(text) <= _SHOWN_CHARACTERS_MAX else text[:_SHOWN_CHARACTERS_MAX] + "…")


def name_fault(text: str, *, missing: str = "a name") -> tuple[str, str] | None:
    """Return what was found and expected where a text is no name, id or link; None if it is one.

    Args:
        text: the cell.
        missing: what is expected in place of nothing.
    """
    if not text:
        return "nothing", missing
    if len(text) > TEXT_CHARACTERS_MAX:
        return f"{len(text)} characters", f"at most {TEXT_CHARACTERS_MAX}"
    if text != text.strip():
        return shown(text), "no spaces before or after it"
    if not text.isprintable():
        sign = next(sign for sign in text if not sign.isprintable())
        return f"U+{ord(sign):04X} in {shown(text)}", "signs that can be seen, and plain spaces"
    if not is_normalized("NFC", text):
        return shown(text), "composed letters (Unicode NFC), so that one name has one spelling"
    return None


def find_wrong_bytes(data: bytes) -> Iterator[tuple[int, str]]:
    """Yield each line that is not UTF-8, from 1, with its first wrong byte in words."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        for number, line in enumerate(data.split(b"\n"), start=1):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError as error:
                yield number, f"byte 0x{line[error.start]:02x} at position {error.start + 1}"
