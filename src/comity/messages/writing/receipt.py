"""What became of requests to modify waiting payments: camt.025."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from comity.errors import LimitExceededError
from comity.messages.definitions import CAMT_007, CAMT_025, ORDER_LINES_MAX
from comity.messages.writing.envelope import Envelope, business_message, message_identification
from comity.messages.writing.markup import container, leaf
from comity.messages.writing.told import reason_information
from comity.payments.codes import OrderStatus
from comity.payments.reasons import Reason

_DONE: Final = "DONE"
_REFUSED: Final = "RJCT"


class ReceiptLine(NamedTuple):
    """What became of one request.

    Attributes:
        said: what the request says, by the names of `comity.messages.orders.ORDER_FIELDS`.
        status: DONE or REFUSED.
        reason: why it is refused, NONE where it is not.
    """

    said: Mapping[str, str]
    status: OrderStatus
    reason: Reason


def write_receipt(envelope: Envelope, lines: Sequence[ReceiptLine]) -> bytes:
    """Return a camt.025 on 1 … `ORDER_LINES_MAX` requests.

    Raises:
        LimitExceededError: too many lines for one message.
    """
    if not 0 < len(lines) <= ORDER_LINES_MAX:
        raise LimitExceededError("ORDER_LINES_MAX", found=len(lines), allowed=ORDER_LINES_MAX)
    head = container("MsgHdr", message_identification(envelope))
    return business_message(envelope, CAMT_025, container("Rct", head, *map(_receipt, lines)))


def _receipt(line: ReceiptLine) -> str:
    status = _DONE if line.status is OrderStatus.DONE else _REFUSED
    # ISO's codes of why payments wait or are refused; those of cancellations are none of them.
    is_own = line.reason is Reason.NO_ORIGINAL
    reason = reason_information("StsRsn", line.reason, is_own=is_own)
    return container(
        "RctDtls",
        container("OrgnlMsgId", leaf("MsgId", line.said["message_id"]), leaf("MsgNmId", CAMT_007)),
        container("OrgnlPmtId", leaf("UETR", line.said["uetr"])),
        container("ReqHdlg", container("Sts", leaf("Prtry", status)), reason),
    )
