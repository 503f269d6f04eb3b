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
from comity.messages.definitions import (
    CAMT_056,
    MESSAGE_ORDERS_MAX,
    PACS_008,
)
from comity.messages.digests import digest
from comity.messages.extraction import amount_minor
from comity.messages.interchange import local_name
from comity.messages.refusal import MessageRefusedError
from comity.messages.timestamps import parse_date_days, parse_time_us
from comity.money import CURRENCIES
from comity.payments.codes import Definition, OrderKind, Priority, QueuePlace
from comity.payments.reasons import Reason
from comity.payments.rows import ORDER_ROW, ORDER_SCALE, Rows

FIELD: Final = "\x1f"
"""Separates the fields of an order's text; no text of XML holds it."""

ORDER_FIELDS: Final = (
    "message_id",  # Assgnmt/Id or MsgHdr/MsgId of the order's message
    "order_id",  # CxlId, GrpCxlId
    "case_id",  # Case/Id
    "case_creator",  # Case/Cretr, BIC
    "original_message_id",  # OrgnlMsgId
    "original_definition_id",  # OrgnlMsgNmId
    "instruction_id",  # OrgnlInstrId
    "end_to_end_id",  # OrgnlEndToEndId, EndToEndId
    "tx_id",  # OrgnlTxId, TxId
    "uetr",  # OrgnlUETR, UETR
    "reason_code",  # CxlRsnInf/Rsn/Cd
    "reason_own",  # CxlRsnInf/Rsn/Prtry
    "information",  # CxlRsnInf/AddtlInf
)
"""What an order's text holds, in this order."""

_CANCELLATIONS: Final = "Undrlyg"
_MODIFICATION: Final = "Mod"
_PRIORITIES: Final = {"URGT": Priority.URGENT, "HIGH": Priority.HIGH, "NORM": Priority.NORMAL}
_PLACES: Final = {"FRST": QueuePlace.FRONT, "LAST": QueuePlace.END}
_UINT64: Final = 2**64 - 1
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
    count += sum(local_name(one) == _MODIFICATION for one in children)
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
        definition, message_id = Definition.CAMT_056, _text(message, "Assgnmt/Id")
        _check_sender("Assgnr", _text(message, "Assgnmt/Assgnr/Agt/FinInstnId/BICFI"), sender)
        found = [
            _whole_message(one, sender)
            if local_name(one) == "OrgnlGrpInfAndCxl"
            else _one(one, sender)
            for underlying in message[1:]
            for one in underlying
        ]
    else:
        definition, message_id = Definition.CAMT_007, _text(message, "MsgHdr/MsgId")
        found = [_modification(one, sender, participants) for one in message[1:]]
    rows, texts = _table(found, message_id)
    return OrdersRead(message_id, definition, rows, texts)


def _check_sender(name: str, found: str, sender: str) -> None:
    if normalise_bic(found) != sender:
        raise MessageRefusedError(
            Reason.HEADER_MISMATCH,
            f"{name}: found {normalise_bic(found)}, expected {sender} as in the header",
        )


def _table(
    found: Sequence[tuple[dict[str, int], dict[str, str]]], message_id: str
) -> tuple[Rows, tuple[bytes, ...]]:
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


def _whole_message(element: etree._Element, sender: str) -> tuple[dict[str, int], dict[str, str]]:
    said = {
        "order_id": _text(element, "GrpCxlId"),
        "original_message_id": _text(element, "OrgnlMsgId"),
        "original_definition_id": _text(element, "OrgnlMsgNmId"),
        **_case_and_reason(element),
    }
    columns = _key((sender, said["original_message_id"])) | {
        "kind": OrderKind.CANCEL_MESSAGE,
        "definition": _definition(said),
    }
    return columns, said


def _one(element: etree._Element, sender: str) -> tuple[dict[str, int], dict[str, str]]:
    said = {
        "order_id": _text(element, "CxlId"),
        "original_message_id": _text(element, "OrgnlGrpInf/OrgnlMsgId"),
        "original_definition_id": _text(element, "OrgnlGrpInf/OrgnlMsgNmId"),
        "instruction_id": _text(element, "OrgnlInstrId"),
        "end_to_end_id": _text(element, "OrgnlEndToEndId"),
        "tx_id": _text(element, "OrgnlTxId"),
        "uetr": _text(element, "OrgnlUETR"),
        **_case_and_reason(element),
    }
    reference = said["tx_id"] or said["end_to_end_id"]
    columns = _key((sender, said["original_message_id"], reference)) | {
        "kind": OrderKind.CANCEL,
        "definition": _definition(said),
        **_uetr(said["uetr"]),
        **_amount(element),
        **_date(_text(element, "OrgnlIntrBkSttlmDt")),
    }
    return columns, said


def _modification(
    element: etree._Element, sender: str, participants: Mapping[bytes, int]
) -> tuple[dict[str, int], dict[str, str]]:
    meant, new = "PmtId/LngBizId", "NewPmtValSet"
    _check_sender("InstgAgt", _text(element, f"{meant}/InstgAgt/FinInstnId/BICFI"), sender)
    instructed = _text(element, f"{meant}/InstdAgt/FinInstnId/BICFI")
    said = {
        "end_to_end_id": _text(element, f"{meant}/EndToEndId"),
        "tx_id": _text(element, f"{meant}/TxId"),
        "uetr": _text(element, f"{meant}/UETR"),
    }
    amount = _text(element, f"{meant}/IntrBkSttlmAmt")
    columns = {
        "kind": OrderKind.MODIFY,
        **_uetr(said["uetr"]),
        "amount_scaled": amount_minor(amount.encode(), ORDER_SCALE),
        **_date(_text(element, f"{meant}/IntrBkSttlmDt")),
        "instructed": participants[instructed.encode()],
        "from_us": _moment(element, f"{new}/PrcgVldtyTm", "FrDtTm"),
        "reject_us": _moment(element, f"{new}/PrcgVldtyTm", "ToDtTm"),
    }
    columns["priority"] = _PRIORITIES.get(_text(element, f"{new}/Prty/Cd"), -1)
    columns["place"] = _PLACES.get(_text(element, f"{new}/Prty/Prtry"), QueuePlace.UNCHANGED)
    return columns, said


def _moment(element: etree._Element, above: str, name: str) -> int:
    """Return a moment that stands alone or in a range, 0 where there is none."""
    text = _text(element, f"{above}/{name}") or _text(element, f"{above}/DtTmRg/{name}")
    if not text:
        return 0
    us = parse_time_us(text, offset_required=True)
    if us is None or us <= 0:
        raise MessageRefusedError(Reason.SCHEMA_INVALID, f"{name}: found no time in {text!r}")
    return us


def _case_and_reason(element: etree._Element) -> dict[str, str]:
    return {
        "case_id": _text(element, "Case/Id"),
        "case_creator": normalise_bic(_text(element, "Case/Cretr/Agt/FinInstnId/BICFI")),
        "reason_code": _text(element, "CxlRsnInf/Rsn/Cd"),
        "reason_own": _text(element, "CxlRsnInf/Rsn/Prtry"),
        "information": _text(element, "CxlRsnInf/AddtlInf"),
    }


def _definition(said: Mapping[str, str]) -> Definition:
    is_customer = said["original_definition_id"] == PACS_008
    return Definition.PACS_008 if is_customer else Definition.PACS_009


def _key(parts: Sequence[str]) -> dict[str, int]:
    """Return the key of a payment's reference, or of a message, as `extraction` makes it."""
    found = digest(FIELD.join(parts).encode())
    return {
        "reference_high": int.from_bytes(found[:_KEY_BYTES], "little"),
        "reference_low": int.from_bytes(found[_KEY_BYTES:], "little"),
    }


def _uetr(text: str) -> dict[str, int]:
    number = int(text.replace("-", "") or "0", 16)
    return {"uetr_high": number >> 64, "uetr_low": number & _UINT64}


def _amount(element: etree._Element) -> dict[str, int]:
    found = _find(element, "OrgnlIntrBkSttlmAmt")
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


def _find(element: etree._Element, path: str) -> Any:
    name = "/".join(f"{{*}}{step}" for step in path.split("/"))
    return element.find(name)


def _text(element: etree._Element, path: str) -> str:
    found = _find(element, path)
    return "" if found is None else str(found.text)
