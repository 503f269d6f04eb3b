"""From bytes to a header and a document: everything that is refused before a schema is asked.

The order of the checks is part of the contract: size, encoding, document type declaration,
well-formedness, document, namespace, header. A header and a document are found by their local
names in any wrapper, on either side of one another; what else the wrapper holds is not looked at.
"""

import re
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from lxml import etree

from comity.messages.definitions import (
    ATTRIBUTES_MAX,
    ELEMENTS_MAX,
    HEADER,
    MESSAGE_BYTES_MAX,
    NAMES_MAX,
    NAMESPACE,
    ORDERED,
    READ,
)
from comity.messages.refusal import MessageRefusedError
from comity.payments.reasons import Reason

_BOM: Final = b"\xef\xbb\xbf"

SAFE_OPTIONS: Final[dict[str, Any]] = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "dtd_validation": False,
    "huge_tree": False,
    "remove_comments": True,
    "remove_pis": True,
    "collect_ids": False,
}
"""How every parser of foreign bytes is made."""

WRAPPERS_MAX: Final = 8
"""Deepest level, counted from the root, at which a header or document is looked for."""

_NAME: Final = re.compile(
    rb"""<\??([^\s/<>!]+)|\s(xmlns[^\s=<>]*\s*=\s*["'][^"'<]*|[^\s=<>"'/]+(?=\s*=\s*["']))"""
)
_ATTRIBUTE: Final = re.compile(rb"""=\s*["']""")
_DECLARATION: Final = re.compile(rb"""<\?xml\s[^>]*?encoding\s*=\s*["']([^"']*)["']""")


@dataclass(frozen=True, slots=True)
class Interchange:
    """What one file holds.

    Attributes:
        header: the `AppHdr` element, None when the document came alone.
        document: the `Document` element.
        definition_id: such as `pacs.008.001.08`, one of those that are read.
    """

    header: etree._Element | None
    document: etree._Element
    definition_id: str


WRAPPER_ELEMENTS_MAX: Final = 1_000
"""Most elements that are looked at to find header and document."""


def safe_parser() -> etree.XMLParser:
    """Return a parser that resolves nothing, fetches nothing and keeps its limits."""
    return etree.XMLParser(**SAFE_OPTIONS)


def checked_bytes(data: bytes) -> bytes:
    """Return the bytes without a byte order mark, once they may be given to the parser.

    Raises:
        MessageRefusedError: too long, not UTF-8, or with a document type declaration.
    """
    if len(data) > MESSAGE_BYTES_MAX:
        check_size(data)
    _check_encoding(data)
    # Seen in a comment or a CDATA section it is refused too: nobody needs it there.
    if contains(data, b"<!DOCTYPE"):
        raise MessageRefusedError(
            Reason.DOCTYPE_PRESENT, "found a document type declaration, expected none"
        )
    check_size(data)
    checked = data.removeprefix(_BOM)
    if checked.startswith(_BOM):
        # The parser would take this one for a mark of byte order again.
        raise _malformed(checked, "found a character before the first element")
    return checked


def check_size(data: bytes) -> None:
    """Refuse what takes more memory to parse than any message needs.

    Raises:
        MessageRefusedError: too many bytes, elements or attributes.
    """
    if len(data) > MESSAGE_BYTES_MAX:
        raise MessageRefusedError(
            Reason.MESSAGE_TOO_LARGE,
            f"found {len(data)} bytes, allowed {MESSAGE_BYTES_MAX}; send several messages",
        )
    # An element is at least four bytes and an attribute four, so short messages are not counted.
    if len(data) > 4 * ELEMENTS_MAX and data.count(b"<") - data.count(b"</") > ELEMENTS_MAX:
        raise MessageRefusedError(
            Reason.MESSAGE_TOO_LARGE, f"more than {ELEMENTS_MAX} elements; send several messages"
        )
    if (
        len(data) > 4 * ATTRIBUTES_MAX
        and data.count(b"=") > ATTRIBUTES_MAX
        and sum(1 for _ in _ATTRIBUTE.finditer(data)) > ATTRIBUTES_MAX
    ):
        raise MessageRefusedError(
            Reason.MESSAGE_TOO_LARGE, f"more than {ATTRIBUTES_MAX} attributes; most bear none"
        )


def contains(data: bytes, markup: bytes) -> bool:
    """Return whether markup such as `<!DOCTYPE` occurs, fast where its second byte never does."""
    return markup[1:2] in data and markup in data


def open_interchange(checked: bytes, parser: etree.XMLParser) -> Interchange:
    """Parse a message and find its header and document.

    Args:
        checked: bytes that passed `checked_bytes`.
        parser: made by `safe_parser`.

    Raises:
        MessageRefusedError: with the first fault found, in the order the module states.
    """
    _check_names(checked)
    try:
        root = etree.fromstring(checked, parser)
    except (etree.XMLSyntaxError, ValueError) as fault:
        raise _malformed(checked, str(fault)) from None
    information: Any = root.getroottree().docinfo
    if information.doctype or information.internalDTD is not None:
        raise MessageRefusedError(
            Reason.DOCTYPE_PRESENT, "found a document type declaration, expected none"
        )
    headers, documents = _find(root)
    document, definition_id = _the_document(documents)
    return Interchange(_the_header(headers), document, definition_id)


def _check_names(data: bytes) -> None:
    """Refuse what is written only to fill the parser's dictionary, which never forgets a name."""
    names = set()
    for found in _NAME.finditer(data):
        names.add(found[0])
        if len(names) > NAMES_MAX:
            raise MessageRefusedError(
                Reason.MESSAGE_TOO_LARGE,
                f"more than {NAMES_MAX} different names of elements, attributes and namespaces",
            )


def _malformed(data: bytes, words: str) -> MessageRefusedError:
    # The parser refuses what is not UTF-8 too, but does not say so in a way to rely on.
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as fault:
        return MessageRefusedError(
            Reason.NOT_UTF8, f"found byte 0x{data[fault.start]:02x} at {fault.start}, not UTF-8"
        )
    return MessageRefusedError(Reason.MALFORMED_XML, words[:500])


def _check_encoding(data: bytes) -> None:
    if b"\x00" in data:
        # Every other Unicode encoding of `<` has a zero byte, with or without a mark before it.
        reason = Reason.NOT_UTF8 if b"\x00" in data[:4] else Reason.MALFORMED_XML
        raise MessageRefusedError(reason, "found a zero byte, expected XML in UTF-8")
    declared = _DECLARATION.match(data.removeprefix(_BOM))
    if declared is not None and declared[1].upper() != b"UTF-8":
        name = declared[1][:40].decode("utf-8", "replace")
        raise MessageRefusedError(
            Reason.NOT_UTF8, f"found the declared encoding {name!r}, expected UTF-8"
        )


def local_name(element: etree._Element) -> str:
    """Return the name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def namespace(element: etree._Element) -> str:
    """Return the namespace of an element, empty if it has none."""
    return str(element.tag).rpartition("}")[0].removeprefix("{")


def _find(root: etree._Element) -> tuple[list[etree._Element], list[etree._Element]]:
    found: dict[str, list[etree._Element]] = {"AppHdr": [], "Document": []}
    level = [root]
    looked_at = 0
    for _ in range(WRAPPERS_MAX):
        below: list[etree._Element] = []
        for element in level:
            looked_at += 1
            name = local_name(element)
            if name in found:
                found[name].append(element)
            else:
                below.extend(islice(element, WRAPPER_ELEMENTS_MAX + 1))
            if looked_at > WRAPPER_ELEMENTS_MAX:
                raise MessageRefusedError(
                    Reason.MESSAGE_TOO_LARGE,
                    f"more than {WRAPPER_ELEMENTS_MAX} elements beside the document",
                )
        level = below
    return found["AppHdr"], found["Document"]


def _the_document(documents: list[etree._Element]) -> tuple[etree._Element, str]:
    if len(documents) != 1:
        raise MessageRefusedError(
            Reason.NO_DOCUMENT, f"found {len(documents)} elements named Document, expected one"
        )
    document = documents[0]
    found = namespace(document)
    definition_id = found.removeprefix(NAMESPACE)
    if not found.startswith(NAMESPACE) or definition_id not in {**READ, **ORDERED}:
        raise MessageRefusedError(
            Reason.UNKNOWN_NAMESPACE,
            f"found the namespace {found[:100]!r}, expected {NAMESPACE} and one of "
            + ", ".join([*READ, *ORDERED]),
        )
    return document, definition_id


def _the_header(headers: list[etree._Element]) -> etree._Element | None:
    if not headers:
        return None
    if len(headers) > 1:
        raise MessageRefusedError(
            Reason.HEADER_MISMATCH, f"found {len(headers)} elements named AppHdr, expected one"
        )
    if namespace(headers[0]) != NAMESPACE + HEADER:
        raise MessageRefusedError(
            Reason.UNKNOWN_NAMESPACE,
            f"found the header's namespace {namespace(headers[0])[:100]!r}, "
            f"expected {NAMESPACE}{HEADER}",
        )
    return headers[0]
