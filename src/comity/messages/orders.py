"""What banks order to be done with payments of their own: from a message's tree to order rows.

Orders are few, so each is read from the tree. A row says which payment is meant and what is to be
done; its text keeps what the answer, or whoever the order is passed on to, must be told. It is
`ORDER_FIELDS` in their order, separated by U+001F, empty where the message is silent.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from lxml import etree

from comity.identifiers import normalise_bic
from comity.messages.agent_answers import read_answer
from comity.messages.definitions import (
    CAMT_056,
    MESSAGE_ORDERS_MAX,
    PACS_002,
    PACS_004,
    PACS_008,
    PACS_009,
)
from comity.messages.digests import digest
from comity.messages.extraction import amount_minor
from comity.messages.interchange import local_name
from comity.messages.order_elements import Found, find, text_of, uetr_of
from comity.messages.refusal import MessageRefusedError
from comity.messages.timestamps import parse_date_days, parse_time_us
from comity.money import CURRENCIES
from comity.payments.codes import Definition, OrderKind, Priority, QueuePlace
from comity.payments.reasons import Reason
from comity.payments.rows import ORDER_ROW, ORDER_SCALE, Rows

FIELD: Final = "\x1f"
"""Separates the fields of an order's text; no text of XML holds it."""

ORDER_FIELDS: Final = (
    "message_id",  # Assgnmt/Id, MsgHdr/MsgId or GrpHdr/MsgId of the order's message
    "order_id",  # CxlId, GrpCxlId, StsId
    "case_id",  # Case/Id
    "case_creator",  # Case/Cretr, BIC
    "original_message_id",  # OrgnlMsgId
    "original_definition_id",  # OrgnlMsgNmId
    "instruction_id",  # OrgnlInstrId
    "end_to_end_id",  # OrgnlEndToEndId, EndToEndId
    "tx_id",  # OrgnlTxId, TxId
    "uetr",  # OrgnlUETR, UETR
    "reason_code",  # CxlRsnInf/Rsn/Cd, StsRsnInf/Rsn/Cd
    "reason_own",  # the same, Prtry
    "information",  # the same, AddtlInf
)
"""What an order's text holds, in this order."""

_CANCELLATIONS: Final = "Undrlyg"
_MODIFICATION: Final = "Mod"
_ANSWER: Final = "TxInfAndSts"
_PRIORITIES: Final = {"URGT": Priority.URGENT, "HIGH": Priority.HIGH, "NORM": Priority.NORMAL}
_PLACES: Final = {"FRST": QueuePlace.FRONT, "LAST": QueuePlace.END}
_DEFINITIONS: Final = {
    PACS_008: Definition.PACS_008,
    PACS_009: Definition.PACS_009,
    PACS_004: Definition.PACS_004,
}
_KEY_BYTES: Final = 8


@dataclass(frozen=True, slots=True)
class OrdersRead:
    """The orders of one message.

    Attributes:
        message_id: of the message.
        definition: of the message.
        rows: `ORDER_ROW` table; `message` and `text_start` are filled in by the batch.
        texts: what they say, UTF-8.
    """

    message_id: str
    definition: Definition
    rows: Rows
    texts: tuple[bytes, ...]


def check_order_count(document: etree._Element) -> None:
    """Refuse a message with more orders than are read of one.

    Raises:
        MessageRefusedError: there are too many.
    """
    children = [one for message in document for one in message]
    count = sum(len(one) for one in children if local_name(one) == _CANCELLATIONS)
    count += sum(local_name(one) in (_MODIFICATION, _ANSWER) for one in children)
    if count > MESSAGE_ORDERS_MAX:
        raise MessageRefusedError(
            Reason.MESSAGE_TOO_LARGE,
            f"found {count} orders, allowed {MESSAGE_ORDERS_MAX}; send several messages",
        )


def split_order_text(text: str) -> dict[str, str]:
    """Return what an order's text says, by the names of `ORDER_FIELDS`."""
    return dict(zip(ORDER_FIELDS, text.split(FIELD), strict=True))


def read_orders(
    document: etree._Element,
    definition_id: str,
    sender: str,
    participants: Mapping[bytes, int],
) -> OrdersRead:
    """Return the orders of a document that follows its schema.

    Args:
        document: the element.
        definition_id: of the document, one of those that order something.
        sender: BIC of the business header's `Fr`, without a head office's branch code.
        participants: number by BIC, -1 unknown.

    Raises:
        MessageRefusedError: it speaks for another bank than the sender, or a time is none.
    """
    message: Any = document[0]
    if definition_id == CAMT_056:
        definition, message_id = Definition.CAMT_056, text_of(message, "Assgnmt/Id")
        _check_sender("Assgnr", text_of(message, "Assgnmt/Assgnr/Agt/FinInstnId/BICFI"), sender)
        found = [
            _whole_message(one, sender)
            if local_name(one) == "OrgnlGrpInfAndCxl"
            else _one(one, sender)
            for underlying in message[1:]
            for one in underlying
        ]
    elif definition_id == PACS_002:
        definition, message_id = Definition.PACS_002, text_of(message, "GrpHdr/MsgId")
        found = [read_answer(one) for one in message[1:]]
    else:
        definition, message_id = Definition.CAMT_007, text_of(message, "MsgHdr/MsgId")
        found = [_modification(one, sender, participants) for one in message[1:]]
    rows, texts = _table(found, message_id)
    return OrdersRead(message_id, definition, rows, texts)


def _check_sender(name: str, found: str, sender: str) -> None:
    if normalise_bic(found) != sender:
        raise MessageRefusedError(
            Reason.HEADER_MISMATCH,
            f"{name}: found {normalise_bic(found)}, expected {sender} as in the header",
        )


def _table(found: Sequence[Found], message_id: str) -> tuple[Rows, tuple[bytes, ...]]:
    rows = np.zeros(len(found), ORDER_ROW)
    texts = []
    for position, (columns, said) in enumerate(found):
        text = FIELD.join({**said, "message_id": message_id}.get(name, "") for name in ORDER_FIELDS)
        texts.append(text.encode())
        for name, value in {**_UNSAID, **columns}.items():
            rows[position][name] = value
        rows[position]["position"] = position
        rows[position]["text_length"] = len(texts[-1])
    return rows, tuple(texts)


_UNSAID: Final[Mapping[str, int]] = {
    "amount_scaled": -1,
    "instructed": -1,
    "definition": -1,
    "priority": -1,
    "place": QueuePlace.UNCHANGED,
}


def _whole_message(element: etree._Element, sender: str) -> Found:
    said = {
        "order_id": text_of(element, "GrpCxlId"),
        "original_message_id": text_of(element, "OrgnlMsgId"),
        "original_definition_id": text_of(element, "OrgnlMsgNmId"),
        **_case_and_reason(element),
    }
    columns = _key((sender, said["original_message_id"])) | {
        "kind": OrderKind.CANCEL_MESSAGE,
        "definition": _definition(said),
    }
    return columns, said


def _one(element: etree._Element, sender: str) -> Found:
    said = {
        "order_id": text_of(element, "CxlId"),
        "original_message_id": text_of(element, "OrgnlGrpInf/OrgnlMsgId"),
        "original_definition_id": text_of(element, "OrgnlGrpInf/OrgnlMsgNmId"),
        "instruction_id": text_of(element, "OrgnlInstrId"),
        "end_to_end_id": text_of(element, "OrgnlEndToEndId"),
        "tx_id": text_of(element, "OrgnlTxId"),
        "uetr": text_of(element, "OrgnlUETR"),
        **_case_and_reason(element),
    }
    reference = said["tx_id"] or said["end_to_end_id"]
    columns = _key((sender, said["original_message_id"], reference)) | {
        "kind": OrderKind.CANCEL,
        "definition": _definition(said),
        **uetr_of(said["uetr"]),
        **_amount(element),
        **_date(text_of(element, "OrgnlIntrBkSttlmDt")),
    }
    return columns, said


def _modification(element: etree._Element, sender: str, participants: Mapping[bytes, int]) -> Found:
    meant, new = "PmtId/LngBizId", "NewPmtValSet"
    _check_sender("InstgAgt", text_of(element, f"{meant}/InstgAgt/FinInstnId/BICFI"), sender)
    instructed = text_of(element, f"{meant}/InstdAgt/FinInstnId/BICFI")
    said = {
        "end_to_end_id": text_of(element, f"{meant}/EndToEndId"),
        "tx_id": text_of(element, f"{meant}/TxId"),
        "uetr": text_of(element, f"{meant}/UETR"),
    }
    amount = text_of(element, f"{meant}/IntrBkSttlmAmt")
    columns = {
        "kind": OrderKind.MODIFY,
        **uetr_of(said["uetr"]),
        "amount_scaled": amount_minor(amount.encode(), ORDER_SCALE),
        **_date(text_of(element, f"{meant}/IntrBkSttlmDt")),
        "instructed": participants[instructed.encode()],
        "from_us": _moment(element, f"{new}/PrcgVldtyTm", "FrDtTm"),
        "reject_us": _moment(element, f"{new}/PrcgVldtyTm", "ToDtTm"),
    }
    columns["priority"] = _PRIORITIES.get(text_of(element, f"{new}/Prty/Cd"), -1)
    columns["place"] = _PLACES.get(text_of(element, f"{new}/Prty/Prtry"), QueuePlace.UNCHANGED)
    return columns, said


def _moment(element: etree._Element, above: str, name: str) -> int:
    """Return a moment that stands alone or in a range, 0 where there is none."""
    text = text_of(element, f"{above}/{name}") or text_of(element, f"{above}/DtTmRg/{name}")
    if not text:
        return 0
    us = parse_time_us(text, offset_required=True)
    if us is None or us <= 0:
        raise MessageRefusedError(Reason.SCHEMA_INVALID, f"{name}: found no time in {text!r}")
    return us


def _case_and_reason(element: etree._Element) -> dict[str, str]:
    return {
        "case_id": text_of(element, "Case/Id"),
        "case_creator": normalise_bic(text_of(element, "Case/Cretr/Agt/FinInstnId/BICFI")),
        "reason_code": text_of(element, "CxlRsnInf/Rsn/Cd"),
        "reason_own": text_of(element, "CxlRsnInf/Rsn/Prtry"),
        "information": text_of(element, "CxlRsnInf/AddtlInf"),
    }


def _definition(said: Mapping[str, str]) -> Definition:
    return _DEFINITIONS[said["original_definition_id"]]


def _key(parts: Sequence[str]) -> dict[str, int]:
    """Return the key of a payment's reference, or of a message, as `extraction` makes it."""
    found = digest(FIELD.join(parts).encode())
    return {
        "reference_high": int.from_bytes(found[:_KEY_BYTES], "little"),
        "reference_low": int.from_bytes(found[_KEY_BYTES:], "little"),
    }


def _amount(element: etree._Element) -> dict[str, int]:
    found = find(element, "OrgnlIntrBkSttlmAmt")
    if found is None:
        return {}
    currency = CURRENCIES.get(str(found.get("Ccy")))
    # A currency that no payment has is another one than the payment's.
    number = currency.number if currency is not None else -1
    return {
        "currency": number,
        "amount_scaled": amount_minor(str(found.text).encode(), ORDER_SCALE),
    }


def _date(text: str) -> dict[str, int]:
    return {"value_date": parse_date_days(text)} if text else {}
