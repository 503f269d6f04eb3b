"""Row layouts of payments, messages, events and transfers.

Each table is a numpy structured array without padding, so that its bytes are its meaning: they
go into the journal as they are and come back as they were. Times are microseconds since
1970-01-01 UTC, dates are days since 1970-01-01, amounts are minor units, currencies are ISO 4217
numbers. Participants are numbered in the order of the arrangement's directory.
"""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Rows: TypeAlias = NDArray[Any]
"""A one-dimensional structured array of one of the layouts below."""

PAYMENT_ROW = np.dtype(
    [
        ("uetr_high", "<u8"),  # the two halves of the UETR; of a return, its original's
        ("uetr_low", "<u8"),
        ("reference_high", "<u8"),  # BLAKE2b-128 of (sender, MsgId, TxId), of a return RtrId
        ("reference_low", "<u8"),
        ("body_high", "<u8"),  # BLAKE2b-128 of the canonical transaction
        ("body_low", "<u8"),
        ("amount_minor", "<i8"),  # IntrBkSttlmAmt, RtrdIntrBkSttlmAmt
        ("text_start", "<i8"),  # canonical transaction in the batch's text
        ("text_length", "<i4"),
        ("value_date", "<i4"),  # IntrBkSttlmDt
        ("message", "<i4"),  # row of the batch's messages
        ("position", "<i4"),  # 0-based place in the message
        ("instructing", "<i4"),  # participant number, -1 unknown
        ("instructed", "<i4"),
        ("debtor_agent", "<i4"),
        ("creditor_agent", "<i4"),
        ("screening_hit", "<i4"),  # number of the list entry hit, -1 none
        ("purpose", "<i4"),  # four ASCII letters packed, 0 missing; of a return its reason
        ("currency", "<i2"),  # of IntrBkSttlmAmt; 0 unknown
        ("debtor_currency", "<i2"),  # of the debtor's account
        ("instructed_currency", "<i2"),  # of InstdAmt: what was invoiced
        ("fault", "<i2"),  # Reason found before the engine, 0 none
        ("definition", "<i1"),  # Definition
        ("priority", "<i1"),  # Priority
        ("counter_currency", "<i2"),  # payment versus payment: what is wanted in return, 0 nothing
        ("counter_minor", "<i8"),  # and how much of it; a return: reference_high it quotes
        ("trade", "<u8"),  # BLAKE2b-64 of the trade's reference, 0 none; reference_low it quotes
    ]
)
"""One instruction as it arrived."""

MESSAGE_ROW = np.dtype(
    [
        ("sha256_0", "<u8"),  # of the file's bytes, as four little-endian words
        ("sha256_1", "<u8"),
        ("sha256_2", "<u8"),
        ("sha256_3", "<u8"),
        ("key_high", "<u8"),  # BLAKE2b-128 of (sender, BizMsgIdr or MsgId); 0 unknown
        ("key_low", "<u8"),
        ("arrival_us", "<i8"),  # header CreDt, else GrpHdr/CreDtTm; 0 unreadable
        ("byte_count", "<i8"),
        ("text_start", "<i8"),  # see messages: path, identifiers, what was wrong
        ("text_length", "<i4"),
        ("sender", "<i4"),  # participant number, -1 unknown
        ("payment_count", "<i4"),
        ("fault", "<i2"),  # Reason, 0 when the message could be read
        ("definition", "<i1"),
        ("reserved", "<i1"),
    ]
)
"""One message file as it was read; refused messages have a row too, and no payments."""

TIMES_ROW = np.dtype(
    [
        ("from_us", "<i8"),  # SttlmTmReq on IntrBkSttlmDt, UTC microseconds: FrTm, 0 none
        ("till_us", "<i8"),  # TillTm, 0 none
        ("reject_us", "<i8"),  # RjctTm, 0 none
        ("payment", "<i4"),  # row of the batch's payments
    ]
)
"""When a payment may and should settle; only those that ask for a time have one."""

QUOTED_ROW = np.dtype(
    [
        ("amount_minor", "<i8"),  # OrgnlIntrBkSttlmAmt; 0 not said, -1 one that no payment has
        ("payment", "<i4"),  # row of the batch's payments, a return
        ("value_date", "<i4"),  # OrgnlIntrBkSttlmDt; 0 not said, below 0 one that no payment has
        ("currency", "<i2"),  # of that amount; 0 not said, or none that there is
    ]
)
"""What a return says of its original's amount and date; only those that say any have one."""

ORDER_ROW = np.dtype(
    [
        ("reference_high", "<u8"),  # BLAKE2b-128 of (sender, MsgId, TxId) of the payment meant,
        ("reference_low", "<u8"),  # or of (sender, MsgId) where a whole message is; 0 not said
        ("uetr_high", "<u8"),  # its UETR, 0 not said
        ("uetr_low", "<u8"),
        ("amount_scaled", "<i8"),  # its amount in 1/100,000 of a major unit, -1 not said
        ("from_us", "<i8"),  # new time from which it may settle, 0 unchanged
        ("reject_us", "<i8"),  # new time at which it is given back, 0 unchanged
        ("text_start", "<i8"),  # see messages.orders
        ("text_length", "<i4"),
        ("message", "<i4"),  # row of the batch's messages
        ("position", "<i4"),  # 0-based place in the message
        ("value_date", "<i4"),  # IntrBkSttlmDt of the payment meant, 0 not said
        ("instructed", "<i4"),  # its instructed agent, -1 not said or unknown
        ("currency", "<i2"),  # of its amount, 0 not said
        ("definition", "<i1"),  # Definition it came in, -1 not said
        ("kind", "<i1"),  # OrderKind
        ("priority", "<i1"),  # new Priority, -1 unchanged
        ("place", "<i1"),  # QueuePlace
    ]
)
"""What a bank orders to be done with a payment of its own; `message` is its carrier."""

ORDER_SCALE = 5
"""Decimals of a scaled amount: no currency has more."""

EVENT_ROW = np.dtype(
    [
        ("at_us", "<i8"),
        ("value", "<i8"),  # meaning by kind, see EventKind
        ("subject", "<i4"),  # payment, message, cycle … number, by kind
        ("reason", "<i2"),  # Reason
        ("detail", "<i2"),  # meaning by kind
        ("kind", "<i1"),  # EventKind
        ("before", "<i1"),  # State (or the other machine's state), -1 none
        ("after", "<i1"),
        ("rests", "<i1"),  # 1: the subject stays here once the command is done; told outward
    ]
)
"""One fact; its sequence is its place in the journal, counted without a gap."""

TRANSFER_ROW = np.dtype(
    [
        ("at_us", "<i8"),
        ("amount_minor", "<i8"),  # above zero
        ("payment", "<i8"),  # payment number, -1 when no single payment
        ("group", "<i8"),  # transfers of one group post together or not at all
        ("debit", "<i4"),  # account number
        ("credit", "<i4"),
        ("kind", "<i4"),  # TransferKind
        ("business_day", "<i4"),
    ]
)
"""One movement of money between two accounts of one currency."""

LAYOUTS = {
    "payment": PAYMENT_ROW,
    "message": MESSAGE_ROW,
    "times": TIMES_ROW,
    "quoted": QUOTED_ROW,
    "order": ORDER_ROW,
    "event": EVENT_ROW,
    "transfer": TRANSFER_ROW,
}


def no_rows(layout: np.dtype[Any]) -> Rows:
    """Return an empty table of the layout."""
    return np.zeros(0, layout)
