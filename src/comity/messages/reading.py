"""From the bytes of one message file to packed rows and texts.

`MessageReader` reads one file at a time and knows nothing of the others; `comity.messages.batch`
puts what was read into one batch. A message that cannot be read is returned with its reason and
no payment: no input makes the reader raise.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from lxml import etree

from comity.identifiers import normalise_bic
from comity.messages.arrival import read_arrival
from comity.messages.catalogue import FIELD, VALUE
from comity.messages.definitions import HEADER, MESSAGE_PAYMENTS_MAX, PACS_008, READ
from comity.messages.extraction import (
    UNKNOWN,
    Extracted,
    LookUps,
    MessageExtraction,
    Plans,
    digest,
    sums_agree,
)
from comity.messages.group_header import (
    BusinessHeader,
    GroupHeader,
    read_business_header,
    read_group_header,
)
from comity.messages.guideline_schemas import GuidelineSchemas
from comity.messages.interchange import (
    Interchange,
    checked_bytes,
    namespace,
    open_interchange,
    safe_parser,
)
from comity.messages.refusal import MessageRefusedError
from comity.messages.skeleton import (
    RawMessage,
    UnusualMarkupError,
    is_plain,
    rewritten_transactions,
    split_raw,
    without_blanks,
)
from comity.payments.codes import Definition
from comity.payments.reasons import Reason
from comity.payments.rows import PAYMENT_ROW, Rows

_PLAIN_MIN: Final = 3
"""Fewest transactions for which it pays to parse only one of each kind."""

_INSTRUCTING: Final = f"{FIELD}FB{VALUE}".encode()

MESSAGE_FIELD: Final = "\x1f"
"""Separates the fields of a message row's text."""


@dataclass(frozen=True, slots=True)
class ReadMessage:
    """One file as it was read.

    Attributes:
        sha256: of the file's bytes.
        byte_count: their number.
        key: BLAKE2b-128 of sender and BizMsgIdr or MsgId; zeros for a refused message, whose
            identifier stays free for its correction.
        arrival_us: UTC microseconds, 0 unreadable.
        sender: participant number, -1 unknown.
        fault: why it was refused, NONE when it was read.
        definition: of its first transaction.
        text: text of the `MESSAGE_ROW`, UTF-8.
        payments: packed `PAYMENT_ROW`s.
        payment_texts: their canonical texts.
    """

    sha256: bytes
    byte_count: int
    key: bytes
    arrival_us: int
    sender: int
    fault: Reason
    definition: Definition
    text: bytes
    payments: bytes
    payment_texts: tuple[bytes, ...]


@dataclass(slots=True)
class _Known:
    """What is known of a message so far, for the answer to a refusal."""

    sender: str = ""
    message_id: str = ""
    identifier: str = ""
    created: str = ""
    definition_id: str = ""

    def text(self, path: str, words: str) -> bytes:
        fields = (path, self.message_id, self.identifier, self.created, self.definition_id, words)
        # A path may hold bytes that are no text; a field separator would shift the fields.
        clean = (one.replace(MESSAGE_FIELD, " ") for one in fields)
        return MESSAGE_FIELD.join(clean).encode("utf-8", "backslashreplace")


@dataclass(frozen=True, slots=True)
class _Opened:
    """A message that follows its schema."""

    known: _Known
    header: BusinessHeader | None
    group: GroupHeader
    message: etree._Element


class MessageReader:
    """Reads messages of the definitions in `READ`; one thread at a time.

    Args:
        directory: participant numbers by BIC.
        match_name: number of the list entry a name hits, -1 none.
        match_identifier: the same for a BIC, LEI, passport or other identifier.
    """

    def __init__(
        self,
        directory: Mapping[str, int],
        match_name: Callable[[str], int],
        match_identifier: Callable[[str], int],
    ) -> None:
        self._look_ups = LookUps(
            directory, match_name=match_name, match_identifier=match_identifier
        )
        self._plans = Plans()
        self._schemas = GuidelineSchemas()
        self._parser = safe_parser()

    def read(self, path: str, data: bytes) -> ReadMessage:
        """Return the message; a refused one has a fault and no payments.

        Args:
            path: how the file is named to its sender and in the records.
            data: the file's bytes.
        """
        known = _Known()
        try:
            return self._read(path, data, known)
        except MessageRefusedError as refused:
            return self._refused(path, data, known, refused)

    def _read(self, path: str, data: bytes, known: _Known) -> ReadMessage:
        checked = checked_bytes(data)
        raw = split_raw(checked)
        if raw is not None and _PLAIN_MIN <= len(raw.bodies) <= MESSAGE_PAYMENTS_MAX:
            read = self._read_plain(path, data, raw) if is_plain(checked) else None
            if read is not None:
                return read
        interchange = open_interchange(checked, self._parser)
        opened = self._open(interchange, known)
        extracted = _extract(self._extraction(opened), raw, opened.message)
        return self._columns(path, data, opened, extracted)

    def _read_plain(self, path: str, data: bytes, raw: RawMessage) -> ReadMessage | None:
        """Read a message of which the parser and the schema see one transaction of each kind.

        The others are built of the same markup byte for byte, and their texts have the plain form
        of their types. What is not so is not refused here: None sends it the other way.
        """
        for rewrite in (list, without_blanks):
            bodies = rewrite(raw.bodies)
            try:
                opened = self._confirm(raw.with_only(bodies[0]))
                extraction = self._extraction(opened)
                extracted = extraction.extract(
                    bodies, confirm=lambda body: self._confirm(raw.with_only(body))
                )
            except UnusualMarkupError:
                continue
            except MessageRefusedError:
                return None
            return self._columns(path, data, opened, extracted)
        return None

    def _confirm(self, one: bytes) -> _Opened:
        """Pass a message of one transaction through parser and schema."""
        opened = self._open(open_interchange(one, self._parser), _Known())
        if len(opened.message) != 1 + 1:
            raise UnusualMarkupError
        return opened

    def _open(self, interchange: Interchange, known: _Known) -> _Opened:
        known.definition_id = interchange.definition_id
        header = self._header(interchange, known)
        group, message = self._group(interchange, known)
        return _Opened(known, header, group, message)

    def _extraction(self, opened: _Opened) -> MessageExtraction:
        is_customer = opened.known.definition_id == PACS_008
        return MessageExtraction(
            self._look_ups,
            self._plans,
            definition=Definition.PACS_008 if is_customer else Definition.PACS_009,
            header=opened.header,
            group=opened.group,
        )

    def _columns(
        self, path: str, data: bytes, opened: _Opened, extracted: Extracted
    ) -> ReadMessage:
        known, header, group = opened.known, opened.header, opened.group
        payments = _with_message_faults(extracted, group)
        sender = known.sender or _first_sender(extracted)
        identifier = known.identifier or known.message_id
        return ReadMessage(
            sha256=hashlib.sha256(data).digest(),
            byte_count=len(data),
            key=digest(MESSAGE_FIELD.join((sender, identifier)).encode()),
            arrival_us=header.arrival_us if header is not None else group.created_us,
            sender=self._look_ups.participants[sender.encode()],
            fault=Reason.NONE,
            definition=Definition(int(payments["definition"][0])),
            text=known.text(path, ""),
            payments=payments.tobytes(),
            payment_texts=tuple(extracted.texts),
        )

    def _header(self, interchange: Interchange, known: _Known) -> BusinessHeader | None:
        if interchange.header is not None:
            self._check(interchange.header, HEADER, "AppHdr")
        header = read_business_header(interchange)
        if header is not None:
            known.sender, known.identifier = header.sender, header.identifier
            known.created = header.created
        return header

    def _group(self, interchange: Interchange, known: _Known) -> tuple[GroupHeader, etree._Element]:
        known.message_id = _message_id(interchange)
        if any(len(below) > MESSAGE_PAYMENTS_MAX for below in interchange.document):
            raise MessageRefusedError(
                Reason.MESSAGE_TOO_LARGE,
                f"more than {MESSAGE_PAYMENTS_MAX} transactions; send several messages",
            )
        self._check(interchange.document, interchange.definition_id, "Document")
        message = interchange.document[0]
        group = read_group_header(message)
        known.sender = known.sender or normalise_bic(group.instructing)
        known.created = known.created or group.created
        return group, message

    def _check(self, element: etree._Element, definition_id: str, name: str) -> None:
        fault = self._schemas.fault_of(element, definition_id)
        if fault is not None:
            raise MessageRefusedError(Reason.SCHEMA_INVALID, f"{name}: {fault}")

    def _refused(
        self, path: str, data: bytes, known: _Known, refused: MessageRefusedError
    ) -> ReadMessage:
        sender = self._look_ups.participants[known.sender.encode()] if known.sender else UNKNOWN
        return ReadMessage(
            sha256=hashlib.sha256(data).digest(),
            byte_count=len(data),
            key=bytes(16),
            arrival_us=read_arrival(data) or 0,
            sender=sender,
            fault=refused.reason,
            definition=Definition.PACS_008,
            text=known.text(path, refused.words),
            payments=b"",
            payment_texts=(),
        )


def _extract(
    extraction: MessageExtraction, raw: RawMessage | None, message: etree._Element
) -> Extracted:
    """Extract from the bytes, where they hold what the tree holds, else from the tree."""
    if raw is not None and len(raw.bodies) == len(message) - 1:
        for rewrite in (list, without_blanks):
            try:
                return extraction.extract(rewrite(raw.bodies))
            except UnusualMarkupError:
                continue
    try:
        return extraction.extract(rewritten_transactions(message))
    except UnusualMarkupError:
        raise MessageRefusedError(
            Reason.SCHEMA_INVALID, "found an element that the guideline does not know"
        ) from None


def _with_message_faults(extracted: Extracted, group: GroupHeader) -> Rows:
    rows = np.frombuffer(bytearray(b"".join(extracted.packed)), PAYMENT_ROW)
    if len(rows) != group.count:
        rows["fault"] = Reason.COUNT_MISMATCH
    elif not sums_agree(extracted, group):
        rows["fault"] = Reason.SUM_MISMATCH
    return rows


def _message_id(interchange: Interchange) -> str:
    """Return the MsgId of a document that may not follow its schema, as far as it can be told."""
    names = (READ[interchange.definition_id], "GrpHdr", "MsgId")
    path = "/".join(f"{{{namespace(interchange.document)}}}{name}" for name in names)
    document: Any = interchange.document
    return (document.findtext(path) or "").strip()[:35]


def _first_sender(extracted: Extracted) -> str:
    """Return the first transaction's instructing agent, the sender where no header names one."""
    _, _, after = extracted.texts[0].partition(_INSTRUCTING)
    return normalise_bic(after.partition(FIELD.encode())[0].decode())
