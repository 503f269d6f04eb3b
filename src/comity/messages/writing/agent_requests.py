"""What a settlement agent is asked about a leg that it settles in its own system.

It is asked to reserve by the sender's own pacs.009, to settle by a camt.007 that names the time
from which it may, to forget it by a camt.056, and to say what became of it by a pacs.028. Its
answer bears the reference under which it was asked.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final, NamedTuple

from comity.errors import LimitExceededError
from comity.messages.catalogue import CURRENCY, FIELD, ORDER, VALUE
from comity.messages.definitions import CAMT_007, ORDER_LINES_MAX, PACS_028
from comity.messages.excerpts import leaf_mark, leaf_text
from comity.messages.timestamps import format_time
from comity.messages.writing.envelope import Envelope, business_message, message_identification
from comity.messages.writing.markup import agent, container, leaf
from comity.messages.writing.told import references_of

_INSTRUCTION, _SETTLEMENT_DATE = "pi", "dt"
_AMOUNT: Final = leaf_mark("IntrBkSttlmAmt")
_DATE: Final = leaf_mark("IntrBkSttlmDt")
_INSTRUCTING: Final = leaf_mark("InstgAgt", "FinInstnId", "BICFI")
_INSTRUCTED: Final = leaf_mark("InstdAgt", "FinInstnId", "BICFI")


class AskedLine(NamedTuple):
    """A leg that an agent is asked about.

    Attributes:
        transaction: its canonical text, with the reference under which the agent is asked.
        at_us: when it is asked, UTC microseconds.
    """

    transaction: str
    at_us: int


def as_asked(canonical: str, reference: str, day: date) -> str:
    """Return a payment as its agent is asked about it.

    Args:
        canonical: its text.
        reference: takes the place of InstrId, which was its first sender's.
        day: on which it is to settle; the one that was sent may have been moved.
    """
    said = {_INSTRUCTION: reference, _SETTLEMENT_DATE: day.isoformat()}
    kept = [field for field in canonical.split(FIELD)[1:] if field.partition(VALUE)[0] not in said]
    kept += [f"{code}{VALUE}{text}" for code, text in said.items()]
    kept.sort(key=lambda one: ORDER[one.partition(VALUE)[0]])
    return "".join(f"{FIELD}{one}" for one in kept)


def write_settlement_request(envelope: Envelope, lines: Sequence[AskedLine]) -> bytes:
    """Return a camt.007 by which what is reserved may settle from now on.

    Args:
        envelope: from the settlement system to the agent.
        lines: 1 … `ORDER_LINES_MAX` legs.

    Raises:
        LimitExceededError: too many lines for one message.
    """
    _check_count(len(lines))
    head = container("MsgHdr", message_identification(envelope))
    body = container("ModfyTx", head, *map(_modification, lines))
    return business_message(envelope, CAMT_007, body)


def write_status_request(envelope: Envelope, lines: Sequence[AskedLine]) -> bytes:
    """Return a pacs.028 that asks what became of legs; limits as above."""
    _check_count(len(lines))
    head = container("GrpHdr", message_identification(envelope))
    body = container("FIToFIPmtStsReq", head, *map(_question, lines))
    return business_message(envelope, PACS_028, body)


def _check_count(count: int) -> None:
    if not 0 < count <= ORDER_LINES_MAX:
        raise LimitExceededError("ORDER_LINES_MAX", found=count, allowed=ORDER_LINES_MAX)


def _modification(line: AskedLine) -> str:
    _, end_to_end, tx_id, uetr = references_of(line.transaction)
    quantity = leaf_text(line.transaction, _AMOUNT).partition(CURRENCY)[0]
    meant = container(
        "LngBizId",
        leaf("TxId", tx_id),
        leaf("UETR", uetr),
        leaf("IntrBkSttlmAmt", quantity),
        leaf("IntrBkSttlmDt", leaf_text(line.transaction, _DATE)),
        agent("InstgAgt", leaf_text(line.transaction, _INSTRUCTING)),
        agent("InstdAgt", leaf_text(line.transaction, _INSTRUCTED)),
        leaf("EndToEndId", end_to_end),
    )
    validity = container("PrcgVldtyTm", leaf("FrDtTm", format_time(line.at_us)))
    return container("Mod", container("PmtId", meant), container("NewPmtValSet", validity))


def _question(line: AskedLine) -> str:
    instruction, end_to_end, tx_id, uetr = references_of(line.transaction)
    return container(
        "TxInf",
        leaf("StsReqId", instruction),
        leaf("OrgnlInstrId", instruction),
        leaf("OrgnlEndToEndId", end_to_end),
        leaf("OrgnlTxId", tx_id),
        leaf("OrgnlUETR", uetr),
    )
