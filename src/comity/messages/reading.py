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
from comity.messages.definitions import (
    HEADER,
    MESSAGE_PAYMENTS_MAX,
    ORDERED,
    PACS_004,
    PACS_008,
    PACS_009,
    READ,
)
from comity.messages.digests import digest
from comity.messages.extraction import (
    UNKNOWN,
    Extracted,
    LookUps,
    MessageExtraction,
    Plans,
    sums_agree,
)
from comity.messages.framing import Frames
from comity.messages.group_header import (
    BusinessHeader,
    GroupHeader,
    leaves_of,
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
from comity.messages.orders import check_order_count, read_orders
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
from comity.payments.rows import PAYMENT_ROW

_PLAIN_MIN: Final = 3
"""Fewest transactions for which it pays to parse only one of each kind, in a frame not met yet."""

_VARIANT: Final = {
    PACS_008: Definition.PACS_008,
    PACS_009: Definition.PACS_009,
    PACS_004: Definition.PACS_004,
}
"""What a transaction is whose parts do not tell more."""

_OFFSETS: Final[Mapping[str, Any]] = PAYMENT_ROW.fields or {}
_DEFINITION_BYTE: Final[int] = _OFFSETS["definition"][1]

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
        times: of payments that ask for times: place in the message, from, till and reject as in
            `TIMES_ROW`.
        quoted: of returns that say anything of their original's amount or date: place in the
            message, minor units, date and currency as in `QUOTED_ROW`.
        orders: packed `ORDER_ROW`s.
        order_texts: what they say, see `comity.messages.orders`.
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
    times: tuple[tuple[int, int, int, int], ...] = ()
    quoted: tuple[tuple[int, int, int, int], ...] = ()
    orders: bytes = b""
    order_texts: tuple[bytes, ...] = ()


@dataclass(slots=True)
class _Known:
    """What is known of a message so far, for the answer to a refusal."""

    sender: str = ""
    message_id: str = ""
    identifier: str = ""
    created: str = ""
    definition_id: str = ""

    def take_header(self, header: BusinessHeader) -> None:
        self.sender, self.identifier, self.created = (
            header.sender,
            header.identifier,
            header.created,
        )

    def take_group(self, group: GroupHeader) -> None:
        self.message_id = group.message_id
        self.sender = self.sender or normalise_bic(group.instructing)
        self.created = self.created or group.created

    def text(self, path: str, words: str) -> bytes:
        # A path may hold bytes that are no text; a field separator would shift the fields. What
        # was read from XML holds none.
        path, words = path.replace(MESSAGE_FIELD, " "), words.replace(MESSAGE_FIELD, " ")
        fields = (path, self.message_id, self.identifier, self.created, self.definition_id, words)
        return MESSAGE_FIELD.join(fields).encode("utf-8", "backslashreplace")


@dataclass(frozen=True, slots=True)
class _Opened:
    """A message that follows its schema, as far as it was looked at."""

    known: _Known
    header: BusinessHeader | None
    group: GroupHeader


class _Confirmation:
    """Passes transactions of a message, one at a time in its frame, through parser and schema."""

    def __init__(self, raw: RawMessage, open_one: Callable[[bytes], _Opened]) -> None:
        self._raw = raw
        self._open_one = open_one
        bodies = sum(map(len, raw.bodies))
        # No more than it takes to parse the message whole, else that is what is done.
        self._bytes_left = 2 * (len(raw.before) + bodies + len(raw.after))

    def __call__(self, body: bytes) -> _Opened:
        """Return the message of this one transaction.

        Raises:
            UnusualMarkupError: it is not one transaction, or there are too many kinds.
            MessageRefusedError: the schema does not take it.
        """
        one = self._raw.with_only(body)
        self._bytes_left -= len(one)
        if self._bytes_left < 0:
            raise UnusualMarkupError
        return self._open_one(one)


class MessageReader:
    """Reads messages of the definitions in `READ`; one thread at a time.

    Args:
        directory: participant numbers by BIC.
        match_name: number of the list entry a name hits, -1 none.
        match_identifier: the same for a BIC, LEI, passport or other identifier.
        match_text: the same for a free text, which may name somebody.
        confirm_hit: asked with the canonical text of a transaction that was hit, for the number of
            the entry that it still hits, -1 none; without, every hit stands.
    """

    def __init__(
        self,
        directory: Mapping[str, int],
        match_name: Callable[[str], int],
        match_identifier: Callable[[str], int],
        match_text: Callable[[str], int],
        confirm_hit: Callable[[str], int] | None = None,
    ) -> None:
        self._look_ups = LookUps(
            directory,
            match_name=match_name,
            match_identifier=match_identifier,
            match_text=match_text,
            confirm_hit=confirm_hit,
        )
        self._plans = Plans()
        self._frames = Frames()
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
        plain = raw if raw is not None and is_plain(checked) else None
        if plain is not None and len(plain.bodies) <= MESSAGE_PAYMENTS_MAX:
            read = self._read_plain(path, data, plain)
            if read is not None:
                return read
        interchange = open_interchange(checked, self._parser)
        if interchange.definition_id in ORDERED:
            return self._read_orders(path, data, interchange, known)
        opened, interchange = self._open(interchange, known)
        message = interchange.document[0]
        extracted = _extract(self._extraction(opened), raw, message)
        if plain is not None and len(plain.bodies) == len(message) - 1:
            self._keep_frame(plain, interchange)
        return self._columns(path, data, opened, extracted)

    def _read_orders(
        self, path: str, data: bytes, interchange: Interchange, known: _Known
    ) -> ReadMessage:
        """Read a message that orders something; its header says from whom it comes."""
        known.definition_id = interchange.definition_id
        header = self._header(interchange, known)
        if header is None:
            raise MessageRefusedError(
                Reason.HEADER_MISMATCH, "found no AppHdr, expected one that names the sender"
            )
        check_order_count(interchange.document)
        fault = self._schemas.fault_of(interchange.document, interchange.definition_id)
        _refuse_invalid("Document", fault)
        found = read_orders(
            interchange.document,
            interchange.definition_id,
            header.sender,
            self._look_ups.participants,
        )
        known.message_id = found.message_id
        return ReadMessage(
            sha256=hashlib.sha256(data).digest(),
            byte_count=len(data),
            key=digest(MESSAGE_FIELD.join((header.sender, header.identifier)).encode()),
            arrival_us=header.arrival_us,
            sender=self._look_ups.participants[header.sender.encode()],
            fault=Reason.NONE,
            definition=found.definition,
            text=known.text(path, ""),
            payments=b"",
            payment_texts=(),
            orders=found.rows.tobytes(),
            order_texts=found.texts,
        )

    def _read_plain(self, path: str, data: bytes, raw: RawMessage) -> ReadMessage | None:
        """Read a message of which the parser and the schema see one transaction of each kind.

        The others are built of the same markup byte for byte, and their texts have the plain form
        of their types. What is not so is not refused here: None sends it the other way.
        """
        confirm = _Confirmation(raw, lambda one: self._confirm(one, raw))
        try:
            framed = self._framed(raw)
            if framed is None and len(raw.bodies) < _PLAIN_MIN:
                return None
            for rewrite in (list, without_blanks):
                bodies = rewrite(raw.bodies)
                try:
                    opened = framed or confirm(bodies[0])
                    extracted = self._extraction(opened).extract(bodies, confirm=confirm)
                except UnusualMarkupError:
                    continue
                return self._columns(path, data, opened, extracted)
        except MessageRefusedError:
            pass
        return None

    def _framed(self, raw: RawMessage) -> _Opened | None:
        """Return what the frame says without parsing it, None if it was not met before."""
        framed = self._frames.read(raw)
        if framed is None:
            return None
        known = _Known(definition_id=framed.definition_id)
        if framed.header is not None:
            known.take_header(framed.header)
        known.take_group(framed.group)
        return _Opened(known, framed.header, framed.group)

    def _confirm(self, one: bytes, raw: RawMessage) -> _Opened:
        """Pass a message of one transaction through parser and schema."""
        opened, interchange = self._open(open_interchange(one, self._parser), _Known())
        if len(interchange.document[0]) != 1 + 1:
            raise UnusualMarkupError
        self._keep_frame(raw, interchange)
        return opened

    def _keep_frame(self, raw: RawMessage, interchange: Interchange) -> None:
        header = interchange.header
        self._frames.keep(
            raw,
            interchange.definition_id,
            header=leaves_of(header) if header is not None else [],
            group=leaves_of(interchange.document[0][0]),
        )

    def _open(self, interchange: Interchange, known: _Known) -> tuple[_Opened, Interchange]:
        known.definition_id = interchange.definition_id
        header = self._header(interchange, known)
        group = self._group(interchange, known)
        return _Opened(known, header, group), interchange

    def _extraction(self, opened: _Opened) -> MessageExtraction:
        return MessageExtraction(
            self._look_ups,
            self._plans,
            definition=_VARIANT[opened.known.definition_id],
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
            definition=Definition(payments[_DEFINITION_BYTE]),
            text=known.text(path, ""),
            payments=payments,
            payment_texts=tuple(extracted.texts),
            times=tuple(extracted.times),
            quoted=tuple(extracted.quoted),
        )

    def _header(self, interchange: Interchange, known: _Known) -> BusinessHeader | None:
        if interchange.header is None:
            return None
        _refuse_invalid("AppHdr", self._schemas.fault_of(interchange.header, HEADER))
        header = read_business_header(leaves_of(interchange.header), interchange.definition_id)
        known.take_header(header)
        return header

    def _group(self, interchange: Interchange, known: _Known) -> GroupHeader:
        known.message_id = _message_id(interchange)
        document = interchange.document
        if any(len(below) > MESSAGE_PAYMENTS_MAX for below in document):
            raise MessageRefusedError(
                Reason.MESSAGE_TOO_LARGE,
                f"more than {MESSAGE_PAYMENTS_MAX} transactions; send several messages",
            )
        fault = self._schemas.fault_of_message(document, interchange.definition_id)
        _refuse_invalid("Document", fault)
        group = read_group_header(leaves_of(document[0][0]))
        known.take_group(group)
        return group

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


def _refuse_invalid(name: str, fault: str | None) -> None:
    if fault is not None:
        raise MessageRefusedError(Reason.SCHEMA_INVALID, f"{name}: {fault}")


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


def _with_message_faults(extracted: Extracted, group: GroupHeader) -> bytes:
    payments = b"".join(extracted.packed)
    if len(extracted.packed) == group.count and sums_agree(extracted, group):
        return payments
    rows = np.frombuffer(bytearray(payments), PAYMENT_ROW)
    counted = len(rows) == group.count
    rows["fault"] = Reason.SUM_MISMATCH if counted else Reason.COUNT_MISMATCH
    return rows.tobytes()


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
