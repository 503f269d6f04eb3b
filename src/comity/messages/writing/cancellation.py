"""Requests to cancel payments: how they stand (camt.029), and passed on to the other bank.

A request that cannot be met yet is answered in the same words whatever the payment is locked or
held by, so that nobody learns from the answer that a list was hit.
"""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from comity.errors import LimitExceededError
from comity.messages.definitions import CAMT_029, CAMT_056, DEFINITION_ID, ORDER_LINES_MAX
from comity.messages.excerpts import leaf_mark, leaf_text
from comity.messages.timestamps import format_time
from comity.messages.writing.envelope import Envelope, business_message
from comity.messages.writing.markup import agent, container, escape, leaf
from comity.messages.writing.told import reason_information, references_of
from comity.payments.codes import Definition, OrderStatus
from comity.payments.reasons import Reason

_CONFIRMATIONS: Final = {
    OrderStatus.DONE: ("CNCL", "ACCR"),
    OrderStatus.PENDING: ("PDCR", "PDCR"),
    OrderStatus.REFUSED: ("RJCR", "RJCR"),
    OrderStatus.FORWARDED: ("PDCR", "PDCR"),
}
"""Confirmation of the whole answer, and status of each transaction."""

_AMOUNT: Final = leaf_mark("IntrBkSttlmAmt")
_DATE: Final = leaf_mark("IntrBkSttlmDt")


class ResolutionLine(NamedTuple):
    """How a request stands with one payment.

    Attributes:
        said: what the request says, by the names of `comity.messages.orders.ORDER_FIELDS`.
        status: of the request.
        reason: why it is refused, NONE where it is not.
        transaction: canonical text of the payment, empty where there is none.
        message_id: MsgId the payment came in.
        definition: what it came as.
    """

    said: Mapping[str, str]
    status: OrderStatus
    reason: Reason
    transaction: str = ""
    message_id: str = ""
    definition: Definition = Definition.PACS_008


class RequestLine(NamedTuple):
    """A request that is passed on.

    Attributes:
        said: what the request says, by the names of `comity.messages.orders.ORDER_FIELDS`.
        transaction: canonical text of the payment.
    """

    said: Mapping[str, str]
    transaction: str


def write_resolution(envelope: Envelope, lines: Sequence[ResolutionLine]) -> bytes:
    """Return a camt.029 on 1 … `ORDER_LINES_MAX` requests that are confirmed alike.

    Raises:
        LimitExceededError: too many lines for one message.
    """
    _check_count(len(lines))
    confirmations = {_CONFIRMATIONS[line.status][0] for line in lines}
    assert len(confirmations) == 1, "an answer confirms one thing"
    body = container(
        "RsltnOfInvstgtn",
        _assignment(envelope),
        container("Sts", leaf("Conf", confirmations.pop())),
        *map(_resolved, lines),
    )
    return business_message(envelope, CAMT_029, body)


def write_cancellation_request(envelope: Envelope, lines: Sequence[RequestLine]) -> bytes:
    """Return a camt.056 on 1 … `ORDER_LINES_MAX` payments that the receiver has been paid.

    Payments are named by what they bear from end to end: the message they came in is not the one
    in which they went on.

    Raises:
        LimitExceededError: too many lines for one message.
    """
    _check_count(len(lines))
    requests = container("Undrlyg", *map(_request, lines))
    body = container("FIToFIPmtCxlReq", _assignment(envelope), requests)
    return business_message(envelope, CAMT_056, body)


def confirmation(status: OrderStatus) -> str:
    """Return the code by which an answer confirms a request of this status."""
    return _CONFIRMATIONS[status][0]


def _check_count(count: int) -> None:
    if not 0 < count <= ORDER_LINES_MAX:
        raise LimitExceededError("ORDER_LINES_MAX", found=count, allowed=ORDER_LINES_MAX)


def _assignment(envelope: Envelope) -> str:
    return container(
        "Assgnmt",
        leaf("Id", envelope.message_id),
        container("Assgnr", agent("Agt", envelope.sender)),
        container("Assgne", agent("Agt", envelope.receiver)),
        leaf("CreDtTm", format_time(envelope.created_us)),
    )


def _case(name: str, said: Mapping[str, str]) -> str:
    if not said["case_id"]:
        return ""
    creator = container("Cretr", agent("Agt", said["case_creator"]))
    return container(name, leaf("Id", said["case_id"]), creator)


def _resolved(line: ResolutionLine) -> str:
    """Return CxlDtls: of a payment, of a transaction that there is not, or of a whole message."""
    said = line.said
    status, reason = _CONFIRMATIONS[line.status][1], reason_information("CxlStsRsnInf", line.reason)
    identified = bool(said["end_to_end_id"] or said["tx_id"])
    if not line.transaction and not identified:
        original = container(
            "OrgnlGrpInfAndSts",
            leaf("OrgnlGrpCxlId", said["order_id"]),
            _case("RslvdCase", said),
            leaf("OrgnlMsgId", said["original_message_id"]),
            leaf("OrgnlMsgNmId", said["original_definition_id"]),
            leaf("GrpCxlSts", status),
            reason,
        )
        return container("CxlDtls", original)
    message_id, definition_id = said["original_message_id"], said["original_definition_id"]
    names = tuple(said[name] for name in ("instruction_id", "end_to_end_id", "tx_id", "uetr"))
    if line.transaction:
        message_id, definition_id = line.message_id, DEFINITION_ID[line.definition]
        names = references_of(line.transaction)
    instruction, end_to_end, tx_id, uetr = names
    return container(
        "CxlDtls",
        container(
            "TxInfAndSts",
            leaf("CxlStsId", said["order_id"]),
            _case("RslvdCase", said),
            container(
                "OrgnlGrpInf",
                leaf("OrgnlMsgId", message_id),
                leaf("OrgnlMsgNmId", definition_id),
            ),
            leaf("OrgnlInstrId", instruction),
            leaf("OrgnlEndToEndId", end_to_end),
            leaf("OrgnlTxId", tx_id),
            leaf("OrgnlUETR", uetr),
            leaf("TxCxlSts", status),
            reason,
        ),
    )


def _request(line: RequestLine) -> str:
    said, canonical = line.said, line.transaction
    instruction, end_to_end, tx_id, uetr = references_of(canonical)
    quantity, _, code = leaf_text(canonical, _AMOUNT).partition("\x1d")
    return container(
        "TxInf",
        leaf("CxlId", said["order_id"]),
        _case("Case", said),
        leaf("OrgnlInstrId", instruction),
        leaf("OrgnlEndToEndId", end_to_end),
        leaf("OrgnlTxId", tx_id),
        leaf("OrgnlUETR", uetr),
        f'<OrgnlIntrBkSttlmAmt Ccy="{code}">{escape(quantity)}</OrgnlIntrBkSttlmAmt>',
        leaf("OrgnlIntrBkSttlmDt", leaf_text(canonical, _DATE)),
        container(
            "CxlRsnInf",
            container("Rsn", leaf("Cd", said["reason_code"]), leaf("Prtry", said["reason_own"])),
            leaf("AddtlInf", said["information"]),
        ),
    )
