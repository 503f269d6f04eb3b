"""What a leg of payment versus payment wants in return, read from its message.

The usage guideline says the form: `/PVP/`, the trade's reference, `/`, a currency and an amount.
Both banks name the trade alike, and each names what the other pays.
"""

import hashlib
import struct
from typing import Final

from comity.money import AMOUNT_MINOR_MAX, CURRENCIES
from comity.payments.reasons import Reason

NO_COUNTER: Final = bytes(18)
"""The columns of a payment that wants nothing in return."""

_COLUMNS: Final = struct.Struct("<hqQ")
_CURRENCY_LETTERS: Final = 3
_TRADE_BYTES: Final = 8


def read_counter(line: bytes, currency: str) -> tuple[bytes, Reason]:
    """Return the columns counter_currency, counter_minor and trade, and what is wrong with them.

    Args:
        line: text that the guideline's schema has passed.
        currency: what the leg itself pays in.
    """
    trade, _, amount = line.decode().removeprefix("/PVP/").partition("/")
    code, quantity = amount[:_CURRENCY_LETTERS], amount[_CURRENCY_LETTERS:]
    wanted = CURRENCIES.get(code)
    minor = 0
    if wanted is not None and code != currency:
        minor = _minor(quantity, wanted.exponent)
    fault = Reason.NONE if 0 < minor <= AMOUNT_MINOR_MAX else Reason.COUNTER_INVALID
    number = wanted.number if wanted is not None else 0
    return _COLUMNS.pack(number, 0 if fault else minor, trade_key(trade)), fault


def trade_key(reference: str) -> int:
    """Return the key of a trade's reference, never 0."""
    digest = hashlib.blake2b(reference.encode(), digest_size=_TRADE_BYTES).digest()
    return int.from_bytes(digest, "little") or 1


def _minor(quantity: str, exponent: int) -> int:
    """Return a quantity in minor units, 0 where it has too many decimals."""
    whole, _, decimals = quantity.partition(".")
    missing = exponent - len(decimals)
    return int(whole + decimals) * 10**missing if missing >= 0 else 0
