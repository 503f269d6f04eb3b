"""What the engine is told, and what it answers: batches of columns, packed for the journal.

Everything the engine reads comes in a `CommandBatch`, so that the journal alone replays the
books. Controls of a batch come before its payments; the payments come in the order of their
messages.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from comity.payments.codes import ControlKind
from comity.payments.rows import (
    EVENT_ROW,
    MESSAGE_ROW,
    ORDER_ROW,
    PAYMENT_ROW,
    QUOTED_ROW,
    TIMES_ROW,
    TRANSFER_ROW,
    Rows,
    no_rows,
)


@dataclass(frozen=True, slots=True)
class Control:
    """A command that is not a payment.

    Attributes:
        kind: what is to be done.
        at_us: its own time, UTC microseconds.
        body: the document with everything needed to do it; only JSON values, no floats.
    """

    kind: ControlKind
    at_us: int
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CommandBatch:
    """The unit of work: controls, then messages with their payments or orders.

    Attributes:
        controls: done first, in order.
        messages: `MESSAGE_ROW` table.
        payments: `PAYMENT_ROW` table; `message` points into `messages`, in ascending order.
        orders: `ORDER_ROW` table; likewise. A message has payments or orders, never both.
        times: `TIMES_ROW` table; `payment` points into `payments`, ascending, each once.
        quoted: `QUOTED_ROW` table; likewise, and every payment named is a return.
        text: bytes that `text_start` and `text_length` of these tables point into.
    """

    controls: tuple[Control, ...] = ()
    messages: Rows = field(default_factory=lambda: no_rows(MESSAGE_ROW))
    payments: Rows = field(default_factory=lambda: no_rows(PAYMENT_ROW))
    orders: Rows = field(default_factory=lambda: no_rows(ORDER_ROW))
    times: Rows = field(default_factory=lambda: no_rows(TIMES_ROW))
    quoted: Rows = field(default_factory=lambda: no_rows(QUOTED_ROW))
    text: bytes = b""

    def text_of(self, row: Any) -> str:
        """Return the text a row of `messages`, `payments` or `orders` points to."""
        start = int(row["text_start"])
        return self.text[start : start + int(row["text_length"])].decode()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a batch caused: facts in order, and the money that moved, in order."""

    events: Rows = field(default_factory=lambda: no_rows(EVENT_ROW))
    transfers: Rows = field(default_factory=lambda: no_rows(TRANSFER_ROW))


def pack_controls(controls: tuple[Control, ...]) -> bytes:
    """Return controls as canonical JSON: sorted keys, no blanks, UTF-8."""
    document = [[int(one.kind), one.at_us, one.body] for one in controls]
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def unpack_controls(data: bytes) -> tuple[Control, ...]:
    """Return the controls that `pack_controls` packed."""
    return tuple(Control(ControlKind(kind), at_us, body) for kind, at_us, body in json.loads(data))
