"""Rate files in XML, parsed as what they are: bytes from outside.

A document type is refused before parsing, which takes entities and all their attacks away; the
encodings read are the two that publishers use, in both of which `<!DOCTYPE` is these very bytes.
"""

import re
from collections.abc import Iterator
from typing import Final, cast

from lxml import etree

from comity.errors import Fault, InputFaultsError
from comity.feeds.rates_sheet import RateSheet

XML_ENCODINGS: Final = ("utf-8", "windows-1251")
"""Encodings a rate file may declare; without a declaration it is the first."""

_DECLARED = re.compile(rb"""\sencoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_BOM = b"\xef\xbb\xbf"


def parse_rate_xml(name: str, data: bytes) -> etree._Element:
    """Return the root element of a rate file.

    Args:
        name: name of the file, for faults.
        data: its bytes; the caller has checked their number.

    Raises:
        InputFaultsError: a document type, another encoding, or XML that is not well formed.
    """
    encoding = _declared_encoding(data.removeprefix(_BOM))
    if encoding not in XML_ENCODINGS or b"\0" in data:
        found = "zero bytes" if b"\0" in data else encoding
        raise InputFaultsError([Fault(name, 1, "encoding", found, " or ".join(XML_ENCODINGS))])
    if b"<!DOCTYPE" in data:
        line = data.count(b"\n", 0, data.index(b"<!DOCTYPE")) + 1
        raise InputFaultsError([Fault(name, line, "DOCTYPE", "a document type", "none")])
    parser = etree.XMLParser(
        huge_tree=False,
        load_dtd=False,
        no_network=True,
        remove_comments=True,
        remove_pis=True,
        resolve_entities=False,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        line = error.lineno or 0 if isinstance(error, etree.XMLSyntaxError) else 0
        fault = Fault(name, line, "XML", str(error) or "a fault", "well-formed XML")
        raise InputFaultsError([fault]) from error
    _check_as_parsed(name, root)
    return root


def _declared_encoding(data: bytes) -> str:
    """Return the encoding the file declares in small letters; `?` where that is not clear."""
    declaration = data.partition(b"?>")[0]
    if not data.startswith(b"<?xml") or b"encoding" not in declaration:
        return XML_ENCODINGS[0]
    declared = _DECLARED.search(declaration)
    return declared[1].decode("ascii").lower() if declared else "?"


def _check_as_parsed(name: str, root: etree._Element) -> None:
    """Ask the parser what it took the file for, in case its bytes were read another way."""
    information = root.getroottree().docinfo
    if (information.encoding or XML_ENCODINGS[0]).lower() not in XML_ENCODINGS:
        found, expected = str(information.encoding), " or ".join(XML_ENCODINGS)
        raise InputFaultsError([Fault(name, 1, "encoding", found, expected)])
    if information.internalDTD is not None:
        raise InputFaultsError([Fault(name, 1, "DOCTYPE", "a document type", "none")])


def line_of(element: etree._Element) -> int:
    """Return the line an element begins on, or 0 where the parser lost count."""
    # The type stubs have lost the type of this attribute.
    return cast("int | None", element.sourceline) or 0


def required_text(sheet: RateSheet, parent: etree._Element, name: str, *, place: str) -> str:
    """Return the text of the one child of that name; a fault and an empty text without it.

    Args:
        sheet: takes the fault.
        parent: element whose child is asked for.
        name: Clark name of the child.
        place: what the parent is called in faults.
    """
    text = optional_text(sheet, parent, name, place=place)
    if text is None:
        sheet.fault(
            line_of(parent), place, found=f"no {etree.QName(name).localname}", expected="one"
        )
    return text or ""


def optional_text(sheet: RateSheet, parent: etree._Element, name: str, *, place: str) -> str | None:
    """Return the text of the child of that name, or None; two of them are a fault.

    Args:
        sheet: takes the fault.
        parent: element whose child is asked for.
        name: Clark name of the child.
        place: what the parent is called in faults.
    """
    children = parent.findall(name)
    local = etree.QName(name).localname
    if len(children) > 1:
        sheet.fault(line_of(children[1]), place, found=f"{len(children)} of {local}", expected="1")
    if not children:
        return None
    if len(children[0]):
        sheet.fault(
            line_of(children[0]), f"{place}: {local}", found="elements", expected="text only"
        )
    return (children[0].text or "").strip()


def children_named(sheet: RateSheet, parent: etree._Element, name: str) -> Iterator[etree._Element]:
    """Yield every child, each of which must have the name; any other is a fault."""
    for child in parent:
        if child.tag == name:
            yield child
        else:
            sheet.fault(
                line_of(child),
                etree.QName(parent).localname,
                found=str(child.tag),
                expected=etree.QName(name).localname,
            )
