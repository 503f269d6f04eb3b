"""What stands once in a message: the business header and the group header, as texts by path."""

from dataclasses import dataclass

from lxml import etree

from comity.identifiers import normalise_bic
from comity.messages.catalogue import LEAF_BY_PATH, ORDER
from comity.messages.interchange import Interchange, local_name
from comity.messages.refusal import MessageRefusedError
from comity.messages.skeleton import Inherited
from comity.messages.timestamps import parse_time_us
from comity.payments.reasons import Reason

_INHERITED = ("PmtTpInf", "IntrBkSttlmDt", "InstgAgt", "InstdAgt")


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
    """The group header of a credit transfer.

    Attributes:
        message_id: MsgId.
        created: CreDtTm as written.
        created_us: CreDtTm in UTC microseconds; without an offset it counts as UTC.
        count: NbOfTxs.
        control_sum: CtrlSum as written, empty if absent.
        total: TtlIntrBkSttlmAmt as written, empty if absent.
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


def read_business_header(interchange: Interchange) -> BusinessHeader | None:
    """Return the header of a message whose header follows its schema, None if it has none.

    Raises:
        MessageRefusedError: the header announces another message definition.
    """
    if interchange.header is None:
        return None
    texts = {path: text for path, text, _ in _leaves(interchange.header)}
    announced = texts[("MsgDefIdr",)]
    if announced != interchange.definition_id:
        raise MessageRefusedError(
            Reason.HEADER_MISMATCH,
            f"MsgDefIdr: found {announced!r}, expected {interchange.definition_id!r} as the "
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


def read_group_header(message: etree._Element) -> GroupHeader:
    """Return the group header of a document that follows its schema."""
    leaves = list(_leaves(message[0]))
    texts = {path: text for path, text, _ in leaves}
    currencies = {path: currency for path, _, currency in leaves}
    created = texts[("CreDtTm",)]
    total = ("TtlIntrBkSttlmAmt",)
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


def _inherited(leaves: list[tuple[tuple[str, ...], str, str]]) -> tuple[Inherited, ...]:
    offered = [
        Inherited(LEAF_BY_PATH[path].code, text.encode())
        for path, text, _ in leaves
        if path[0] in _INHERITED
    ]
    return tuple(sorted(offered, key=lambda one: ORDER[one.code]))


def _leaves(above: etree._Element) -> list[tuple[tuple[str, ...], str, str]]:
    found: list[tuple[tuple[str, ...], str, str]] = []
    _collect(above, (), found)
    return found


def _collect(
    above: etree._Element, path: tuple[str, ...], found: list[tuple[tuple[str, ...], str, str]]
) -> None:
    # The schema bounds the depth, so the recursion is bounded too.
    for element in above:
        here = (*path, local_name(element))
        if len(element):
            _collect(element, here, found)
        else:
            found.append((here, element.text or "", element.get("Ccy", "")))
