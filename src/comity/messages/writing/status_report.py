"""What became of instructions, told to their sender: pacs.002.

What is held for screening, held for review or frozen is told in the same words, so that nobody
learns from a status report that a list was hit.
"""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Final, NamedTuple

from comity.errors import LimitExceededError
from comity.messages.definitions import DEFINITION_ID, PACS_002, STATUS_LINES_MAX
from comity.messages.excerpts import leaf_mark, leaf_text
from comity.messages.timestamps import format_time
from comity.messages.writing.envelope import Envelope, business_message, message_identification
from comity.messages.writing.markup import agent, container, day, escape, is_plain, leaf
from comity.messages.writing.told import reason_information, references_of
from comity.payments.codes import Definition
from comity.payments.lifecycle import STATUS_OUTWARD, State
from comity.payments.reasons import Reason

HELD: Final = frozenset({State.HELD_SCREENING, State.HELD_REVIEW, State.FROZEN})
"""States that look the same outward."""

_MOVED: Final = "ACWC"
_KEPT_MAX: Final = 4_096
_MAY_MOVE: Final = frozenset({State.WAREHOUSED, State.ACCEPTED, State.QUEUED})
_INSTRUCTING: Final = leaf_mark("InstgAgt", "FinInstnId", "BICFI")
_INSTRUCTED: Final = leaf_mark("InstdAgt", "FinInstnId", "BICFI")


class StatusLine(NamedTuple):
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


def status_outward(state: State, new_date: date | None) -> str:
    """Return the TxSts of a state, or ACWC where the settlement date was moved."""
    if new_date is not None and state in _MAY_MOVE:
        return _MOVED
    return STATUS_OUTWARD[state]


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
    """Return TxInfAndSts; there may be millions a day, so no element has a call of its own."""
    canonical, message_id, definition, state, reason, new_date, at_us = line
    instruction, end_to_end_id, tx_id, uetr = references_of(canonical)
    instructing = leaf_text(canonical, _INSTRUCTING)
    instructed = leaf_text(canonical, _INSTRUCTED)
    if not is_plain(f"{message_id}{instruction}{end_to_end_id}{tx_id}{uetr}"):
        message_id, instruction, uetr = escape(message_id), escape(instruction), escape(uetr)
        end_to_end_id, tx_id = escape(end_to_end_id), escape(tx_id)
    status, effective = _status(state, reason, new_date)
    at = "" if at_us is None or state in HELD else _accepted_at(at_us)
    return (
        "<TxInfAndSts><OrgnlGrpInf>"
        f"{message_id and f'<OrgnlMsgId>{message_id}</OrgnlMsgId>'}"
        f"<OrgnlMsgNmId>{DEFINITION_ID[definition]}</OrgnlMsgNmId></OrgnlGrpInf>"
        f"{instruction and f'<OrgnlInstrId>{instruction}</OrgnlInstrId>'}"
        f"{end_to_end_id and f'<OrgnlEndToEndId>{end_to_end_id}</OrgnlEndToEndId>'}"
        f"{tx_id and f'<OrgnlTxId>{tx_id}</OrgnlTxId>'}"
        f"{uetr and f'<OrgnlUETR>{uetr}</OrgnlUETR>'}"
        f"{status}{at}{effective}"
        f"{instructing and agent('InstgAgt', instructing)}"
        f"{instructed and agent('InstdAgt', instructed)}"
        "</TxInfAndSts>"
    )


@lru_cache(maxsize=_KEPT_MAX)
def _status(state: State, reason: Reason, new_date: date | None) -> tuple[str, str]:
    """Return TxSts with StsRsnInf, and FctvIntrBkSttlmDt."""
    status = status_outward(state, new_date)
    effective = ""
    if status == _MOVED and new_date is not None:
        effective = container("FctvIntrBkSttlmDt", day("Dt", new_date))
    return leaf("TxSts", status) + (
        "" if state in HELD else reason_information("StsRsnInf", reason)
    ), effective


@lru_cache(maxsize=_KEPT_MAX)
def _accepted_at(at_us: int) -> str:
    return leaf("AccptncDtTm", format_time(at_us))
