"""What requests to cancel or to change payments say, read plainly; see `oracle`."""

import uuid
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from lxml import etree
from tests.simulation.messages.oracle_document import ANSWER, CANCELLATION, Refusal, name_of
from tests.simulation.messages.oracle_leaves import (
    bank,
    columns,
    days_of,
    leaves,
    microseconds,
    short,
    words,
)

from comity.money import CURRENCIES
from comity.payments.codes import Definition, OrderKind, Priority, QueuePlace
from comity.payments.reasons import Reason

Said = dict[str, str]
"""Texts by path, its names joined by a slash."""

ORDERS_MAX = 1_000
BICFI = "/".join(bank())
PRIORITIES = {"URGT": Priority.URGENT, "HIGH": Priority.HIGH, "NORM": Priority.NORMAL}
PLACES = {"FRST": QueuePlace.FRONT, "LAST": QueuePlace.END}
ANSWERS = {
    "ACSP": OrderKind.AGENT_RESERVED,
    "ACSC": OrderKind.AGENT_SETTLED,
    "RJCT": OrderKind.AGENT_REFUSED,
}
MEANT, NEW = "PmtId/LngBizId", "NewPmtValSet"
UNSAID = {
    "reference_high": 0,
    "reference_low": 0,
    "uetr_high": 0,
    "uetr_low": 0,
    "amount_scaled": -1,
    "from_us": 0,
    "reject_us": 0,
    "value_date": 0,
    "instructed": -1,
    "currency": 0,
    "definition": -1,
    "priority": -1,
    "place": QueuePlace.UNCHANGED,
}


def check_count(document: etree._Element, definition: str) -> None:
    """Refuse a message of too many orders, whatever else it is."""
    every = [one for message in document for one in message]
    count = sum(name_of(one) in {"Mod", "TxInfAndSts"} for one in every)
    count += sum(len(one) for one in every if name_of(one) == "Undrlyg")
    if count > ORDERS_MAX:
        raise Refusal(Reason.MESSAGE_TOO_LARGE)


def orders_of(
    message: etree._Element, definition: str, sender: str, numbers: Mapping[str, int]
) -> tuple[str, list[dict[str, int]], list[str]]:
    """Return the message's identifier, and the orders' columns and texts."""
    once, *each = message
    stated = said_by(once)
    if definition == CANCELLATION:
        identity = stated["Id"]
        if short(stated[f"Assgnr/Agt/{BICFI}"]) != sender:
            raise Refusal(Reason.HEADER_MISMATCH)
        orders = [cancelled(one, sender) for underlying in each for one in underlying]
    else:
        identity = stated["MsgId"]
        orders = [
            answered(one) if definition == ANSWER else modified(one, sender, numbers)
            for one in each
        ]
    rows, texts = [], []
    for position, (row, words_of) in enumerate(orders):
        texts.append("\x1f".join((identity, *words_of)))
        length = len(texts[-1].encode())
        rows.append({**UNSAID, **row, "position": position, "message": 0, "text_length": length})
    return identity, rows, texts


def said_by(element: etree._Element) -> Said:
    return {"/".join(path): text for path, text, _ in leaves(element)}


def cancelled(element: etree._Element, sender: str) -> tuple[dict[str, int], list[str]]:
    said = said_by(element)
    is_whole = name_of(element) == "OrgnlGrpInfAndCxl"
    above = "" if is_whole else "OrgnlGrpInf/"
    message, name = said[f"{above}OrgnlMsgId"], said[f"{above}OrgnlMsgNmId"]
    texts = [
        said.get("GrpCxlId" if is_whole else "CxlId", ""),
        said.get("Case/Id", ""),
        short(said.get(f"Case/Cretr/Agt/{BICFI}", "")),
        message,
        name,
        *(said.get(f"Orgnl{one}", "") for one in ("InstrId", "EndToEndId", "TxId", "UETR")),
        said.get("CxlRsnInf/Rsn/Cd", ""),
        said.get("CxlRsnInf/Rsn/Prtry", ""),
        said.get("CxlRsnInf/AddtlInf", ""),
    ]
    row: dict[str, int] = {"definition": NAMED[name]}
    if is_whole:
        key = words(sender, message)
        return {**row, **columns("reference", key), "kind": OrderKind.CANCEL_MESSAGE}, texts
    reference = said.get("OrgnlTxId") or said["OrgnlEndToEndId"]
    row |= columns("reference", words(sender, message, reference)) | {"kind": OrderKind.CANCEL}
    if "OrgnlUETR" in said:
        row |= uetr_of(said["OrgnlUETR"])
    if "OrgnlIntrBkSttlmAmt" in said:
        (code,) = [code for path, _, code in leaves(element) if path[0] == "OrgnlIntrBkSttlmAmt"]
        row["currency"] = CURRENCIES[code].number if code in CURRENCIES else -1
        row["amount_scaled"] = scaled(said["OrgnlIntrBkSttlmAmt"])
    if "OrgnlIntrBkSttlmDt" in said:
        row["value_date"] = days_of(said["OrgnlIntrBkSttlmDt"])
    return row, texts


def answered(element: etree._Element) -> tuple[dict[str, int], list[str]]:
    """Read what a settlement agent says of one leg."""
    said = said_by(element)
    row = {
        "kind": ANSWERS[said["TxSts"]],
        "reference_low": int(said["OrgnlInstrId"][len("PVP") :]),
        **uetr_of(said["OrgnlUETR"]),
    }
    names = (
        *("StsId", "", "", "OrgnlGrpInf/OrgnlMsgId", "OrgnlGrpInf/OrgnlMsgNmId", "OrgnlInstrId"),
        *("OrgnlEndToEndId", "OrgnlTxId", "OrgnlUETR"),
        *("StsRsnInf/Rsn/Cd", "StsRsnInf/Rsn/Prtry", "StsRsnInf/AddtlInf"),
    )
    return row, [said.get(name, "") for name in names]


def modified(
    element: etree._Element, sender: str, numbers: Mapping[str, int]
) -> tuple[dict[str, int], list[str]]:
    said = said_by(element)
    if short(said[f"{MEANT}/InstgAgt/{BICFI}"]) != sender:
        raise Refusal(Reason.HEADER_MISMATCH)
    names = ("EndToEndId", "TxId", "UETR")
    row: dict[str, Any] = {
        "kind": OrderKind.MODIFY,
        **uetr_of(said[f"{MEANT}/UETR"]),
        "amount_scaled": scaled(said[f"{MEANT}/IntrBkSttlmAmt"]),
        "value_date": days_of(said[f"{MEANT}/IntrBkSttlmDt"]),
        "instructed": numbers.get(short(said[f"{MEANT}/InstdAgt/{BICFI}"]), -1),
    }
    for path, text in said.items():
        if path.endswith(("/FrDtTm", "/ToDtTm")):
            row["from_us" if path.endswith("FrDtTm") else "reject_us"] = moment(text)
    if f"{NEW}/Prty/Cd" in said:
        row["priority"] = PRIORITIES[said[f"{NEW}/Prty/Cd"]]
    if f"{NEW}/Prty/Prtry" in said:
        row["place"] = PLACES[said[f"{NEW}/Prty/Prtry"]]
    references = [said.get(f"{MEANT}/{name}", "") for name in names]
    return row, [*[""] * 6, *references, "", "", ""]


NAMED = {
    "pacs.008.001.08": Definition.PACS_008,
    "pacs.009.001.08": Definition.PACS_009,
    "pacs.004.001.09": Definition.PACS_004,
}


def uetr_of(text: str) -> dict[str, int]:
    return columns("uetr", divmod(uuid.UUID(text).int, 2**64))


def scaled(text: str) -> int:
    return int(Fraction(text) * 10**5)


def moment(text: str) -> int:
    """Return a moment after the beginning of 1970."""
    us = microseconds(text)
    if us <= 0:
        raise Refusal(Reason.SCHEMA_INVALID)
    return us
