"""The oracle's first half: from bytes to header and document, or the reason why there are none.

It shares no code with the reader, see `oracle`.
"""

import re

from lxml import etree

from comity.payments.reasons import Reason

URN = "urn:iso:std:iso:20022:tech:xsd:"
HEAD = "head.001.001.02"
CANCELLATION, MODIFICATION = "camt.056.001.08", "camt.007.001.08"
ANSWER = "pacs.002.001.10"
ORDERS = (CANCELLATION, MODIFICATION, ANSWER)
BODIES = ("pacs.008.001.08", "pacs.009.001.08", "pacs.004.001.09", *ORDERS)
BYTES_MAX, PAYMENTS_MAX, ELEMENTS_MAX, LEVELS, LOOKED_MAX = 20_000_000, 20_000, 1_200_000, 8, 1_000


class Refusal(Exception):  # noqa: N818 - a verdict, not an error of the test
    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.name)
        self.reason = reason


def name_of(element: etree._Element) -> str:
    return etree.QName(element).localname


def space_of(element: etree._Element) -> str:
    return etree.QName(element).namespace or ""


def parsed(data: bytes) -> etree._Element:
    if len(data) > BYTES_MAX:
        raise Refusal(Reason.MESSAGE_TOO_LARGE)
    if b"\0" in data:
        raise Refusal(Reason.NOT_UTF8 if b"\0" in data[:4] else Reason.MALFORMED_XML)
    text = data.removeprefix(b"\xef\xbb\xbf")
    declared = re.match(rb"<\?xml[ \t\r\n][^>]*?encoding[ \t\r\n]*=[ \t\r\n]*(['\"])(.*?)\1", text)
    if declared and declared[2].lower() != b"utf-8":
        raise Refusal(Reason.NOT_UTF8)
    if b"<!DOCTYPE" in data:
        raise Refusal(Reason.DOCTYPE_PRESENT)
    if len(re.findall(rb"<[^/]", data)) > ELEMENTS_MAX:
        raise Refusal(Reason.MESSAGE_TOO_LARGE)
    try:
        text.decode("utf-8")
    except UnicodeDecodeError:
        raise Refusal(Reason.NOT_UTF8) from None
    # A second mark of byte order is a character, which no XML document begins with.
    if text.startswith(b"\xef\xbb\xbf"):
        raise Refusal(Reason.MALFORMED_XML)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,  # that an xml:id stands twice is no fault of form
    )
    try:
        return etree.fromstring(text, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise Refusal(Reason.MALFORMED_XML) from None


def found(root: etree._Element) -> tuple[etree._Element | None, etree._Element]:
    level, headers, documents, looked = [root], [], [], 0
    for _ in range(LEVELS):
        looked += len(level)
        if looked > LOOKED_MAX:
            raise Refusal(Reason.MESSAGE_TOO_LARGE)
        headers += [one for one in level if name_of(one) == "AppHdr"]
        documents += [one for one in level if name_of(one) == "Document"]
        others = [one for one in level if name_of(one) not in {"AppHdr", "Document"}]
        level = [child for one in others for child in one]
    if len(documents) != 1:
        raise Refusal(Reason.NO_DOCUMENT)
    if space_of(documents[0]) not in {URN + one for one in BODIES}:
        raise Refusal(Reason.UNKNOWN_NAMESPACE)
    if len(headers) > 1:
        raise Refusal(Reason.HEADER_MISMATCH)
    if headers and space_of(headers[0]) != URN + HEAD:
        raise Refusal(Reason.UNKNOWN_NAMESPACE)
    return (headers[0] if headers else None), documents[0]
