"""What a settlement agent says of legs that it settles in its own system, read from a pacs.002.

An answer names the leg by the reference under which its agent was asked, which is the number of the
trade, and by its UETR.
"""

from typing import Final

from lxml import etree

from comity.messages.order_elements import Found, text_of, uetr_of
from comity.payments.codes import OrderKind

ASKED_PREFIX: Final = "PVP"
"""Begins the InstrId of whatever an agent is asked; the number of the trade follows."""

_SAID: Final = {
    "ACSP": OrderKind.AGENT_RESERVED,
    "ACSC": OrderKind.AGENT_SETTLED,
    "RJCT": OrderKind.AGENT_REFUSED,
}


def asked_reference(pair: int) -> str:
    """Return the InstrId under which an agent is asked about a trade, by its number."""
    return f"{ASKED_PREFIX}{pair}"


def read_answer(element: etree._Element) -> Found:
    """Return the row and the text of one `TxInfAndSts` that follows its schema."""
    said = {
        "order_id": text_of(element, "StsId"),
        "original_message_id": text_of(element, "OrgnlGrpInf/OrgnlMsgId"),
        "original_definition_id": text_of(element, "OrgnlGrpInf/OrgnlMsgNmId"),
        "instruction_id": text_of(element, "OrgnlInstrId"),
        "end_to_end_id": text_of(element, "OrgnlEndToEndId"),
        "tx_id": text_of(element, "OrgnlTxId"),
        "uetr": text_of(element, "OrgnlUETR"),
        "reason_code": text_of(element, "StsRsnInf/Rsn/Cd"),
        "reason_own": text_of(element, "StsRsnInf/Rsn/Prtry"),
        "information": text_of(element, "StsRsnInf/AddtlInf"),
    }
    columns = {
        "kind": _SAID[text_of(element, "TxSts")],
        "reference_low": int(said["instruction_id"].removeprefix(ASKED_PREFIX)),
        **uetr_of(said["uetr"]),
    }
    return columns, said
