"""The official ISO 20022 schemas of the reference folder, each parsed once."""

from functools import cache
from pathlib import Path
from typing import Any

from lxml import etree


@cache
def official_schema(reference: Path, definition_id: str) -> etree.XMLSchema:
    """Return the official schema of a definition."""
    return etree.XMLSchema(etree.parse(str(reference / f"iso20022/xsd/{definition_id}.xsd")))


def assert_official(reference: Path, data: bytes) -> etree._Element:
    """Assert that header and document of a message are officially valid; return the root."""
    root = etree.fromstring(data)
    alone = etree.QName(root).localname in {"Document", "AppHdr"}
    found = [root] if alone else list(root)
    for element in found:
        definition_id = str(etree.QName(element).namespace).rpartition(":")[2]
        schema: Any = official_schema(reference, definition_id)
        schema.validate(element)
        assert not list(schema.error_log), list(schema.error_log)
    return root


def local_texts(element: etree._Element) -> list[tuple[str, str]]:
    """Return (local name, text) of all leaves in document order."""
    return [(etree.QName(one).localname, one.text or "") for one in element.iter() if not len(one)]
