"""What text a leaf may hold, read out of the guideline's schemas as patterns over raw bytes.

The schemas stay the one place where a type is said. The patterns made of them here are for texts
of plain form only and are narrower still: whatever one of them matches, the schema accepts, but
not the reverse (no character references by number, no 29 February). A transaction they
do not match is not refused for it; it takes the way through the parser and the schema.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from lxml import etree

from comity.messages.definitions import HEADER, READ
from comity.messages.guideline_schemas import guideline_text

_XS: Final = "{http://www.w3.org/2001/XMLSchema}"
# A raw `>` is well-formed in a text, and yet kept out: it looks like the end of a tag.
_TEXT_BYTE: Final = r"[^<>&\x00-\x08\x0b-\x1f]"
_FIRST_BYTE: Final = r"[^<>&\x00-\x08\x0b-\x1f\x80-\xbf]"
_REFERENCE: Final = "&(?:amp|lt|gt|quot|apos);"
_DATE: Final = (
    "(?!0000)[0-9]{4}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])"
    "|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)"
)
_TIME: Final = r"T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,9})?"
_OFFSET: Final = "(?:Z|[+-](?:0[0-9]|1[0-3]):[0-5][0-9])"
# The schema's class of printable characters, without the three that stand for markup.
_PRINTABLE: Final = ("[!-~]", "[!-%'-;=?-~]")

_END: Final = "(?![^<])"
"""Matches before a tag and at the end."""

LeafPatterns = dict[tuple[str, ...], str]
"""Pattern over the raw bytes of a text by path below a type; a leaf may have none."""


def leaf_patterns(definition_id: str, type_name: str = "Transaction") -> LeafPatterns:
    """Return the patterns of all leaves below a type of the guideline that have one."""
    assert definition_id in {HEADER, *READ}, f"{definition_id} is not read"
    roots = [
        etree.fromstring(guideline_text(name)) for name in (f"{definition_id}.xsd", "types.xsd")
    ]
    types = {str(one.get("name")): one for root in roots for one in root if _is_type(one)}
    found = _leaves(types, types[type_name], ())
    # A group that never gives back what it took: of many in a row, the last to fail would else
    # let all before it try again, each in every way that it has.
    return {path: f"(?>(?:{pattern}){_END})" for path, pattern in found if pattern}


@cache
def compiled(pattern: str) -> re.Pattern[bytes]:
    """Return a pattern of `leaf_patterns` over bytes."""
    return re.compile(pattern.encode("latin-1"))


def _is_type(element: etree._Element) -> bool:
    return element.tag in {f"{_XS}simpleType", f"{_XS}complexType", f"{_XS}group"}


def _leaves(
    types: dict[str, etree._Element], definition: etree._Element, path: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], str]]:
    for group in definition.iter(f"{_XS}group"):
        if group.get("ref") is not None:
            yield from _leaves(types, types[str(group.get("ref"))], path)
    for element in definition.iter(f"{_XS}element"):
        here = (*path, str(element.get("name")))
        if element.get("type") == "xs:boolean":
            yield here, "true|false|1|0"
            continue
        below = types.get(str(element.get("type")))
        if below is None:
            continue
        extension = below.find(f".//{_XS}extension")
        if extension is not None:
            below = types[str(extension.get("base"))]
        if below.tag == f"{_XS}simpleType":
            yield here, _pattern(below)
        else:
            yield from _leaves(types, below, here)


def _pattern(simple_type: etree._Element) -> str:
    restriction = simple_type[0]
    patterns = [str(one.get("value")) for one in restriction.iterfind(f"{_XS}pattern")]
    choices = [str(one.get("value")) for one in restriction.iterfind(f"{_XS}enumeration")]
    length = restriction.find(f"{_XS}maxLength")
    longest = "" if length is None else str(length.get("value"))
    match restriction.get("base"):
        case "xs:date":
            return _DATE
        case "xs:dateTime":
            return f"{_DATE}{_TIME}{_OFFSET}{'?' if patterns[0].endswith(')?') else ''}"
        case "xs:string" if choices:
            return f"(?:{'|'.join(choices)})"
        case "xs:string" if patterns:
            ahead = f"(?=[^<]{{1,{longest}}}{_END})" if longest else ""
            return f"{ahead}(?:{'|'.join(map(_translated, patterns))})"
        case "xs:string" if longest:
            # Characters are counted only in a text that has more bytes than it may have of them.
            character = f"(?:{_FIRST_BYTE}|{_REFERENCE})[\\x80-\\xbf]*"
            return f"(?:{_TEXT_BYTE}{{1,{longest}}}{_END}|(?:{character}){{1,{longest}}})"
        case _:
            return ""


def _translated(pattern: str) -> str:
    """Return a pattern of XML Schema as one of Python: the few forms the guideline uses."""
    return re.sub(r"\((?!\?)", "(?:", pattern.replace(*_PRINTABLE))
