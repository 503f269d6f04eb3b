"""Header and document side by side, as everything leaves comity."""

from dataclasses import dataclass
from typing import Final

from comity.errors import LimitExceededError, UsageError
from comity.messages.definitions import HEADER, MESSAGE_BYTES_MAX, NAMESPACE
from comity.messages.timestamps import format_time
from comity.messages.writing.markup import agent, leaf

WRAPPER: Final = "BizMsg"
"""The element around header and document; it has no namespace."""

REFERENCE_MAX: Final = 35
"""Longest reference ISO 20022 has room for, in characters."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """From whom to whom a message goes.

    Attributes:
        sender: BIC.
        receiver: BIC.
        message_id: BizMsgIdr and MsgId, 1 … 35 characters, unique for the sender.
        created_us: UTC microseconds; the caller's clock, so that a replay writes the same bytes.
    """

    sender: str
    receiver: str
    message_id: str
    created_us: int

    def __post_init__(self) -> None:
        """Refuse a message identifier there is no room for."""
        if not self.message_id.strip():
            raise UsageError("message_id: found nothing, expected a reference")
        if len(self.message_id) > REFERENCE_MAX:
            raise LimitExceededError(
                "REFERENCE_MAX", found=len(self.message_id), allowed=REFERENCE_MAX
            )


def business_message(envelope: Envelope, definition_id: str, body: str) -> bytes:
    """Return header and document in one wrapper, UTF-8.

    Args:
        envelope: the header's values.
        definition_id: such as `pacs.002.001.10`.
        body: what stands inside `Document`.

    Raises:
        LimitExceededError: the message would be longer than is read; send several.
    """
    header = (
        f"<Fr>{agent('FIId', envelope.sender)}</Fr><To>{agent('FIId', envelope.receiver)}</To>"
        f"{leaf('BizMsgIdr', envelope.message_id)}<MsgDefIdr>{definition_id}</MsgDefIdr>"
        f"<CreDt>{format_time(envelope.created_us)}</CreDt>"
    )
    text = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<{WRAPPER}>'
        f'<AppHdr xmlns="{NAMESPACE}{HEADER}">{header}</AppHdr>'
        f'<Document xmlns="{NAMESPACE}{definition_id}">{body}</Document></{WRAPPER}>\n'
    )
    data = text.encode()
    if len(data) > MESSAGE_BYTES_MAX:
        raise LimitExceededError("MESSAGE_BYTES_MAX", found=len(data), allowed=MESSAGE_BYTES_MAX)
    return data


def message_identification(envelope: Envelope) -> str:
    """Return MsgId and CreDtTm, with which every group header begins."""
    return (
        f"{leaf('MsgId', envelope.message_id)}<CreDtTm>{format_time(envelope.created_us)}</CreDtTm>"
    )
