"""The register of acts on agreements: one JSON object a line, each bound to the one before it.

`previous` is the SHA-256 of the line before, so that no line can be changed, moved or taken out
without every later one showing it. The layout is documented in `docs/agreement-lifecycle.md`.
"""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from comity.agreements.document import DocumentError, decode, encode
from comity.agreements.register import Act
from comity.arrangement.folder import FILE_BYTES_MAX, REGISTER_FILE
from comity.errors import Fault, InputFaultsError

NO_LINE: Final = "0" * 64
"""What stands for the line before the first."""


def load_acts(folder: Path) -> tuple[Act, ...] | None:
    """Return the acts of a folder's register in their order; None where there is no register.

    Raises:
        InputFaultsError: a line is none, or the chain is broken; with its number.
    """
    path = folder / REGISTER_FILE
    if not path.exists():
        return None
    data = path.read_bytes()
    if len(data) > FILE_BYTES_MAX:
        raise _fault(0, "a larger file", f"at most {FILE_BYTES_MAX} bytes")
    acts, previous = [], NO_LINE
    for number, line in enumerate(data.splitlines(), start=1):
        act = _read_line(number, line, previous)
        if act.number != number:
            raise _fault(number, f"act {act.number}", f"act {number}: acts are counted")
        acts.append(act)
        previous = hashlib.sha256(line).hexdigest()
    return tuple(acts)


def register_bytes(acts: Sequence[Act]) -> bytes:
    """Return a register as it stands in its file."""
    lines, previous = [], NO_LINE
    for act in acts:
        body = {**encode(act), "previous": previous}
        line = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        lines.append(line)
        previous = hashlib.sha256(line).hexdigest()
    return b"".join(line + b"\n" for line in lines)


def _read_line(number: int, line: bytes, previous: str) -> Act:
    try:
        body: Any = json.loads(line)
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise _fault(number, "no JSON", "one object a line") from error
    if not isinstance(body, dict):
        raise _fault(number, "no object", "one object a line")
    bound = body.pop("previous", None)
    if bound != previous:
        expected = f"{previous}, the SHA-256 of the line before: a line was changed or taken out"
        raise _fault(number, f"previous {bound!r:.80}", expected)
    try:
        act = decode(Act, body)
    except DocumentError as error:
        raise _fault(number, str(error), "an act as the program writes it") from error
    assert isinstance(act, Act), "the decoder returns the type it was asked for"
    return act


def _fault(line: int, found: str, expected: str) -> InputFaultsError:
    return InputFaultsError([Fault(REGISTER_FILE, line, "", found, expected)])
