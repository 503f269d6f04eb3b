"""Small things that every order is read with: texts by path, and a UETR as its two words."""

from typing import Any, Final, TypeAlias

from lxml import etree

Found: TypeAlias = tuple[dict[str, int], dict[str, str]]
"""Columns of an order's row, and what its text says by the names of `ORDER_FIELDS`."""

_UINT64: Final = 2**64 - 1


def find(element: etree._Element, path: str) -> Any:
    """Return the element at a path of local names, None where there is none."""
    name = "/".join(f"{{*}}{step}" for step in path.split("/"))
    return element.find(name)


def text_of(element: etree._Element, path: str) -> str:
    """Return the text at a path of local names, empty where there is none."""
    found = find(element, path)
    return "" if found is None else str(found.text)


def uetr_of(text: str) -> dict[str, int]:
    """Return the columns of a UETR, 0 where it is not said."""
    number = int(text.replace("-", "") or "0", 16)
    return {"uetr_high": number >> 64, "uetr_low": number & _UINT64}
