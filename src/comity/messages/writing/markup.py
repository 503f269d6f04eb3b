"""XML as text: escaping and small elements, the same bytes for the same values every time."""

import re
from datetime import date
from functools import lru_cache
from typing import Final

from comity.errors import LimitExceededError
from comity.money import CURRENCIES, format_amount_minor

WRITTEN_MINOR_MAX: Final = 10**18 - 1
"""Greatest amount ISO 20022 has room for: 18 digits."""

_AGENTS_KEPT: Final = 4_096
_ILLEGAL: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def escape(text: str) -> str:
    """Return the text as XML content; characters XML has no place for become `?`."""
    if is_plain(text):
        return text
    return (
        _ILLEGAL.sub("?", text)
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\r", "&#13;")
    )


def is_plain(text: str) -> bool:
    """Return whether a text stands in XML as it is; may say no of rare text that would."""
    # Whatever Python calls printable, XML allows.
    return text.isprintable() and "&" not in text and "<" not in text and ">" not in text


def leaf(name: str, text: str) -> str:
    """Return an element with a text, nothing for the empty text."""
    return f"<{name}>{escape(text)}</{name}>" if text else ""


def container(name: str, *parts: str) -> str:
    """Return an element around its parts, nothing where there are none."""
    inner = "".join(parts)
    return f"<{name}>{inner}</{name}>" if inner else ""


def cut(text: str, length_max: int) -> str:
    """Return the text, shortened with an ellipsis where it is longer than its place."""
    clean = " ".join(text.split())
    return clean if len(clean) <= length_max else clean[: length_max - 1] + "…"


def amount(name: str, minor: int, code: str) -> str:
    """Return an amount element; ISO amounts bear no sign.

    Args:
        name: of the element.
        minor: whole minor units, 0 … `WRITTEN_MINOR_MAX`.
        code: ISO 4217 code.

    Raises:
        LimitExceededError: there is no room for the amount.
    """
    return f'<{name} Ccy="{code}">{amount_text(minor, code)}</{name}>'


def amount_text(minor: int, code: str) -> str:
    """Return an amount in major units; for its range see `amount`."""
    if not 0 <= minor <= WRITTEN_MINOR_MAX:
        raise LimitExceededError("WRITTEN_MINOR_MAX", found=minor, allowed=WRITTEN_MINOR_MAX)
    return format_amount_minor(minor, CURRENCIES[code].exponent)


@lru_cache(maxsize=_AGENTS_KEPT)
def agent(name: str, bic: str) -> str:
    """Return a bank named by its BIC."""
    return f"<{name}><FinInstnId><BICFI>{escape(bic)}</BICFI></FinInstnId></{name}>"


def day(name: str, value: date) -> str:
    """Return a date element."""
    return f"<{name}>{value.isoformat()}</{name}>"
