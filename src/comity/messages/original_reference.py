"""What a return says of its original's references, as one digest to hold against that one's row.

A bank knows a payment it received under the MsgId it was forwarded in. Those identifiers are made
here (`comity.service.delivery`) and stand in no row, so that a return that quotes one is known by
its original's UETR alone.
"""

import re
from typing import Final

from comity.messages.digests import digest

NOT_STATED: Final = bytes(18)
"""The columns of a return that does not say in which message its original was sent."""

_SEPARATOR: Final = b"\x1f"
_FORWARDED: Final = re.compile(rb"R[0-9]{7,}-P[0-9]{4,}-pacs00[0-9]c?[A-Z]{3}-[0-9]{4,}")
_NO_CURRENCY: Final = bytes(2)


def read_original(sender: bytes, message_id: bytes, transaction_id: bytes) -> bytes:
    """Return the columns counter_currency (0), counter_minor and trade of a return.

    Args:
        sender: institution that the return goes to: the one that sent the original.
        message_id: OrgnlMsgId, empty where it is not given.
        transaction_id: OrgnlTxId, else OrgnlEndToEndId.
    """
    if not message_id or _FORWARDED.fullmatch(message_id):
        return NOT_STATED
    return _NO_CURRENCY + digest(_SEPARATOR.join((sender, message_id, transaction_id)))
