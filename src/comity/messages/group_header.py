"""What stands once in a message: the business header and the group header, as texts by path."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from lxml import etree

from comity.identifiers import normalise_bic
from comity.messages.catalogue import LEAF_BY_PATH, ORDER
from comity.messages.interchange import local_name
from comity.messages.refusal import MessageRefusedError
from comity.messages.skeleton import Inherited
from comity.messages.timestamps import parse_time_us
from comity.payments.reasons import Reason

LeafText: TypeAlias = tuple[tuple[str, ...], str, str]
"""Path below the header, text, and currency (empty where there is none)."""

_TOTALS: Final = (("TtlIntrBkSttlmAmt",), ("TtlRtrdIntrBkSttlmAmt",))
_INHERITED: Final = ("PmtTpInf", "IntrBkSttlmDt", "InstgAgt", "InstdAgt")


@dataclass(frozen=True, slots=True)
class BusinessHeader:
    """The business application header.

    Attributes:
        sender: BIC of `Fr`, without a head office's branch code.
        identifier: BizMsgIdr.
        created: CreDt as written.
        arrival_us: CreDt in UTC microseconds.
    """

    sender: str
    identifier: str
    created: str
    arrival_us: int


@dataclass(frozen=True, slots=True)
class GroupHeader:
    """The group header of a credit transfer or a return.

    Attributes:
        message_id: MsgId.
        created: CreDtTm as written.
        created_us: CreDtTm in UTC microseconds; without an offset it counts as UTC.
        count: NbOfTxs.
        control_sum: CtrlSum as written, empty if absent.
        total: TtlIntrBkSttlmAmt (of returns TtlRtrdIntrBkSttlmAmt) as written, empty if absent.
        total_currency: its currency.
        instructing: BIC of InstgAgt, empty if absent.
        inherited: leaves that its transactions take over, in document order.
    """

    message_id: str
    created: str
    created_us: int
    count: int
    control_sum: str
    total: str
    total_currency: str
    instructing: str
    inherited: tuple[Inherited, ...]


def read_business_header(leaves: Iterable[LeafText], definition_id: str) -> BusinessHeader:
    """Return what the leaves of a header that follows its schema say.

    Raises:
        MessageRefusedError: it announces another message definition than the document's, or its
            time is none.
    """
    texts = {path: text for path, text, _ in leaves}
    announced = texts[("MsgDefIdr",)]
    if announced != definition_id:
        raise MessageRefusedError(
            Reason.HEADER_MISMATCH,
            f"MsgDefIdr: found {announced!r}, expected {definition_id!r} as the "
            "document's namespace says",
        )
    sender = texts.get(("Fr", "FIId", "FinInstnId", "BICFI"))
    if sender is None:
        sender = texts[("Fr", "OrgId", "Id", "OrgId", "AnyBIC")]
    created = texts[("CreDt",)]
    return BusinessHeader(
        sender=normalise_bic(sender),
        identifier=texts[("BizMsgIdr",)],
        created=created,
        arrival_us=_time_us(created, "CreDt", offset_required=True),
    )


def read_group_header(leaves: Sequence[LeafText]) -> GroupHeader:
    """Return what the leaves of a group header that follows its schema say."""
    texts = {path: text for path, text, _ in leaves}
    currencies = {path: currency for path, _, currency in leaves}
    created = texts[("CreDtTm",)]
    total = next((one for one in _TOTALS if one in texts), _TOTALS[0])
    return GroupHeader(
        message_id=texts[("MsgId",)],
        created=created,
        created_us=_time_us(created, "CreDtTm", offset_required=False),
        count=int(texts[("NbOfTxs",)]),
        control_sum=texts.get(("CtrlSum",), ""),
        total=texts.get(total, ""),
        total_currency=currencies.get(total, ""),
        instructing=texts.get(("InstgAgt", "FinInstnId", "BICFI"), ""),
        inherited=_inherited(leaves),
    )


def _time_us(text: str, field: str, *, offset_required: bool) -> int:
    us = parse_time_us(text, offset_required=offset_required)
    if us is None:
        raise MessageRefusedError(Reason.SCHEMA_INVALID, f"{field}: found no time in {text!r}")
    return us


def _inherited(leaves: Iterable[LeafText]) -> tuple[Inherited, ...]:
    offered = [
        Inherited(LEAF_BY_PATH[path].code, text.encode())
        for path, text, _ in leaves
        if path[0] in _INHERITED
    ]
    return tuple(sorted(offered, key=lambda one: ORDER[one.code]))


def leaves_of(above: etree._Element) -> list[LeafText]:
    """Return the leaves below an element whose schema bounds its depth, in document order."""
    found: list[LeafText] = []
    _collect(above, (), found)
    return found


def _collect(above: etree._Element, path: tuple[str, ...], found: list[LeafText]) -> None:
    for element in above:
        here = (*path, local_name(element))
        if len(element):
            _collect(element, here, found)
        else:
            found.append((here, element.text or "", element.get("Ccy", "")))
