"""What became of instructions, told to their sender: pacs.002.

What is held for screening, held for review or frozen is told in the same words, so that nobody
learns from a status report that a list was hit.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from comity.errors import LimitExceededError
from comity.messages.catalogue import split_canonical
from comity.messages.definitions import DEFINITION_ID, PACS_002, STATUS_LINES_MAX
from comity.messages.timestamps import format_time
from comity.messages.writing.envelope import Envelope, business_message, message_identification
from comity.messages.writing.markup import agent, container, cut, day, leaf
from comity.payments.codes import Definition
from comity.payments.lifecycle import STATUS_OUTWARD, State
from comity.payments.reasons import REASONS, Reason

HELD: Final = frozenset({State.HELD_SCREENING, State.HELD_REVIEW, State.FROZEN})
"""States that look the same outward."""

_MOVED: Final = "ACWC"
_ADDITIONAL_MAX: Final = 105
_MAY_MOVE: Final = frozenset({State.WAREHOUSED, State.ACCEPTED, State.QUEUED})


@dataclass(frozen=True, slots=True)
class StatusLine:
    """The status of one transaction.

    Attributes:
        transaction: its canonical text.
        message_id: MsgId it came in.
        definition: what it came as.
        state: where it rests now.
        reason: why, NONE where nothing is to be said.
        new_date: the settlement date it was moved to, None where it was not.
        at_us: when it was accepted or settled, UTC microseconds; None where it was not.
    """

    transaction: str
    message_id: str
    definition: Definition
    state: State
    reason: Reason = Reason.NONE
    new_date: date | None = None
    at_us: int | None = None


def status_outward(line: StatusLine) -> str:
    """Return the TxSts of a line: that of its state, or ACWC for a date that was moved."""
    if line.new_date is not None and line.state in _MAY_MOVE:
        return _MOVED
    return STATUS_OUTWARD[line.state]


def write_status_report(envelope: Envelope, lines: Sequence[StatusLine]) -> bytes:
    """Return a pacs.002 on 1 … `STATUS_LINES_MAX` transactions.

    Raises:
        LimitExceededError: too many lines for one message.
    """
    if not 0 < len(lines) <= STATUS_LINES_MAX:
        raise LimitExceededError("STATUS_LINES_MAX", found=len(lines), allowed=STATUS_LINES_MAX)
    body = (
        f"<FIToFIPmtStsRpt><GrpHdr>{message_identification(envelope)}</GrpHdr>"
        f"{''.join(map(_line, lines))}</FIToFIPmtStsRpt>"
    )
    return business_message(envelope, PACS_002, body)


def _line(line: StatusLine) -> str:
    held = line.state in HELD
    texts = {code: text for code, text, _ in split_canonical(line.transaction)}
    definition_id = DEFINITION_ID[line.definition]
    status = status_outward(line)
    return container(
        "TxInfAndSts",
        container(
            "OrgnlGrpInf",
            leaf("OrgnlMsgId", line.message_id),
            leaf("OrgnlMsgNmId", definition_id),
        ),
        leaf("OrgnlInstrId", texts.get("pi", "")),
        leaf("OrgnlEndToEndId", texts.get("pe", "")),
        leaf("OrgnlTxId", texts.get("pt", "")),
        leaf("OrgnlUETR", texts.get("pu", "")),
        leaf("TxSts", status),
        "" if held else _reason(line.reason),
        "" if held or line.at_us is None else leaf("AccptncDtTm", format_time(line.at_us)),
        container("FctvIntrBkSttlmDt", day("Dt", line.new_date))
        if status == _MOVED and line.new_date is not None
        else "",
        agent("InstgAgt", texts["FB"]) if "FB" in texts else "",
        agent("InstdAgt", texts["TB"]) if "TB" in texts else "",
    )


def _reason(reason: Reason) -> str:
    said = REASONS[reason]
    if not said.code:
        return ""
    code = leaf("Prtry" if said.proprietary else "Cd", said.code)
    words = leaf("AddtlInf", cut(said.text, _ADDITIONAL_MAX))
    return container("StsRsnInf", container("Rsn", code), words)
