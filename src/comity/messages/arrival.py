"""When a message arrived, read without reading the message: the order of a day's files.

Arrival is the header's CreDt, else the group header's CreDtTm. Both stand at the beginning of a
file, so a few kilobytes are parsed; only a wrapper that holds its header behind the document is
parsed as far as there. `MessageReader` finds the same arrival in a message that it accepts.
"""

from collections.abc import Iterator
from typing import Any, Final

from lxml import etree

from comity.messages.interchange import SAFE_OPTIONS, WRAPPERS_MAX, check_size, local_name
from comity.messages.refusal import MessageRefusedError
from comity.messages.timestamps import parse_time_us

_CHUNK_BYTES: Final = 4_096


def read_arrival(data: bytes) -> int | None:
    """Return the arrival in UTC microseconds, None where the message does not say it.

    A file may have an arrival and still be refused when it is read whole. CreDt must bear its
    offset; a CreDtTm without one counts as UTC.
    """
    if b"CreDt" not in data or b"\x00" in data[:4]:
        return None
    # Behind the last of these names there is nothing to be found.
    end = data.find(b">", data.rfind(b"CreDt")) + 1
    try:
        check_size(data)
        return _find_arrival(data[:end])
    except (etree.XMLSyntaxError, ValueError, MessageRefusedError):
        return None


def _find_arrival(data: bytes) -> int | None:
    may_have_header = b"AppHdr" in data
    created_us: int | None = None
    for element in _elements(data):
        above = _names_above(element)
        if above[:1] == ["AppHdr"] and len(above) <= WRAPPERS_MAX and "Document" not in above:
            return parse_time_us(element.text or "", offset_required=True)
        # GrpHdr and the message element stand between the time and the document.
        is_group = above[:1] == ["GrpHdr"] and above[2:3] == ["Document"]
        if is_group and len(above) - 2 <= WRAPPERS_MAX:
            created_us = parse_time_us(element.text or "", offset_required=False)
            if not may_have_header or len(above) == 3:
                return created_us
    return created_us


def _elements(data: bytes) -> Iterator[etree._Element]:
    """Yield elements named CreDt and CreDtTm as soon as the parser has passed them."""
    parser: Any = etree.XMLPullParser(
        events=("end",), tag=("{*}CreDt", "{*}CreDtTm"), **SAFE_OPTIONS
    )
    for start in range(0, len(data), _CHUNK_BYTES):
        parser.feed(data[start : start + _CHUNK_BYTES])
        for _, element in parser.read_events():
            yield element


def _names_above(element: etree._Element) -> list[str]:
    """Return the names of the elements around an element, the nearest first."""
    return [local_name(one) for one in element.iterancestors()]
