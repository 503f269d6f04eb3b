"""What a return says of its original, to hold against that one's row.

References are one digest; amount and date are columns of a row of their own, which only those
returns have that say any of them.

A bank knows a payment it received under the MsgId it was forwarded in. Those identifiers are made
here (`comity.service.delivery`) and stand in no row, so that a return that quotes one is known by
its original's UETR alone.
"""

import re
from typing import Final

from comity.messages.digests import digest
from comity.messages.timestamps import parse_date_days
from comity.money import AMOUNT_MINOR_MAX, CURRENCIES

NOT_STATED: Final = bytes(18)
"""The columns of a return that does not say in which message its original was sent."""

_SEPARATOR: Final = b"\x1f"
_FORWARDED: Final = re.compile(rb"R[0-9]{7,}-P[0-9]{4,}-pacs00[0-9]c?[A-Z]{3}-[0-9]{4,}")
_NO_CURRENCY: Final = bytes(2)
_NO_PAYMENT_HAS_IT: Final = -1
_DECIMALS_MAX: Final = 5


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


def read_quoted(
    position: int, quantity: bytes, code: str, day: bytes
) -> list[tuple[int, int, int, int]]:
    """Return position and the columns amount_minor, value_date and currency of a `QUOTED_ROW`.

    Args:
        position: place of the return in its message.
        quantity: OrgnlIntrBkSttlmAmt, empty where it is not given.
        code: its currency.
        day: OrgnlIntrBkSttlmDt, empty where it is not given; without both there is no row.
    """
    if not quantity and not day:
        return []
    minor, number = _quoted_amount(quantity, code) if quantity else (0, 0)
    days = parse_date_days(day.decode()) if day else 0
    return [(position, minor, _NO_PAYMENT_HAS_IT if day and days <= 0 else days, number)]


def _quoted_amount(quantity: bytes, code: str) -> tuple[int, int]:
    """Return minor units, -1 for an amount that no payment has, and the currency's number."""
    known = CURRENCIES.get(code)
    if known is None:
        return _NO_PAYMENT_HAS_IT, 0
    whole, _, decimals = quantity.partition(b".")
    scaled = int(whole + decimals.ljust(_DECIMALS_MAX, b"0"))
    minor, rest = divmod(scaled, 10 ** (_DECIMALS_MAX - known.exponent))
    is_one = not rest and 0 < minor <= AMOUNT_MINOR_MAX
    return (minor if is_one else _NO_PAYMENT_HAS_IT), known.number
