"""The answer to a message that could not be read: admi.002."""

from typing import Final

from comity.messages.definitions import ADMI_002
from comity.messages.timestamps import format_time
from comity.messages.writing.envelope import REFERENCE_MAX, Envelope, business_message
from comity.messages.writing.markup import container, cut, leaf
from comity.payments.reasons import REASONS, Reason

NO_REFERENCE: Final = "NOTPROVIDED"
"""Stands for the reference of a message that could not be read so far."""

_DESCRIPTION_MAX: Final = 350


def write_rejection(envelope: Envelope, reference: str, reason: Reason, text: str) -> bytes:
    """Return an admi.002 for one refused message.

    Args:
        envelope: to the sender of the refused message.
        reference: its BizMsgIdr or MsgId, empty where neither could be read.
        reason: one of the reasons of whole messages.
        text: what was found and expected; shortened to its place.
    """
    said = REASONS[reason]
    words = f"{said.text}: {text}" if text else said.text
    body = container(
        "admi.002.001.01",
        container("RltdRef", leaf("Ref", cut(reference, REFERENCE_MAX) or NO_REFERENCE)),
        container(
            "Rsn",
            leaf("RjctgPtyRsn", said.code),
            leaf("RjctnDtTm", format_time(envelope.created_us)),
            leaf("RsnDesc", cut(words, _DESCRIPTION_MAX)),
        ),
    )
    return business_message(envelope, ADMI_002, body)
