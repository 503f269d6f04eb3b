"""Records of the core as JSON documents and back, exactly.

The journal keeps the scheme it judged by, so the same record must come back bit for bit in any
later version of Python. The form follows from the types alone: a record is an object with its
fields in order of declaration, an enumeration its value, a day, a time or an exact decimal its
text, a set a sorted list. Numbers are integers only.
"""

import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, time
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import cache
from typing import Any, get_args, get_origin, get_type_hints

from comity.errors import RejectedError


class DocumentError(RejectedError):
    """A document is not one that this codec wrote.

    Attributes:
        path: where in the document, such as `agreements[0].version`.
    """

    def __init__(self, path: str, *, found: object, expected: str) -> None:
        super().__init__(f"{path or 'document'}: found {found!r:.80}, expected {expected}")
        self.path = path


def encode(value: object) -> Any:
    """Return the JSON form of a record, or of a part of one; never modifies it."""
    match value:
        case None | bool() | int():
            return value
        case str():
            return str(value)
        case date() | time():
            return value.isoformat()
        case Decimal():
            return str(value)
        case frozenset():
            return [encode(each) for each in sorted(value)]
        case tuple():
            return [encode(each) for each in value]
        case Mapping():
            return {str(encode(key)): encode(value[key]) for key in sorted(value)}
        case _:
            return _encode_record(value)


def decode(kind: Any, document: object, path: str = "") -> Any:
    """Return the value of a type from its JSON form; the reverse of `encode`.

    Args:
        kind: the type, as an annotation writes it.
        document: what `encode` returned, or what JSON made of it.
        path: where the document stands in a larger one, for errors.

    Raises:
        DocumentError: the document does not have the form of the type.
    """
    if isinstance(kind, types.UnionType):
        return _decode_optional(kind, document, path)
    if get_origin(kind) is not None:
        return _decode_collection(kind, document, path)
    if is_dataclass(kind):
        return _decode_record(kind, document, path)
    return _decode_scalar(kind, document, path)


def _encode_record(value: object) -> dict[str, Any]:
    assert is_dataclass(value), f"no JSON form for {type(value).__name__}"
    return {each.name: encode(getattr(value, each.name)) for each in fields(value)}


def _decode_optional(kind: Any, document: object, path: str) -> Any:
    (inner,) = (each for each in get_args(kind) if each is not type(None))
    return None if document is None else decode(inner, document, path)


def _decode_collection(kind: Any, document: object, path: str) -> Any:
    origin, (inner, *rest) = get_origin(kind), get_args(kind)
    if origin in {tuple, frozenset}:
        if not isinstance(document, list):
            raise DocumentError(path, found=document, expected="a list")
        items = (decode(inner, each, f"{path}[{at}]") for at, each in enumerate(document))
        return tuple(items) if origin is tuple else frozenset(items)
    assert origin is Mapping, f"no JSON form for {kind}"
    if not isinstance(document, dict):
        raise DocumentError(path, found=document, expected="an object")
    return types.MappingProxyType(
        {
            decode(inner, key, path): decode(rest[0], each, f"{path}.{key}")
            for key, each in document.items()
        }
    )


@cache
def _hints(kind: Any) -> Mapping[str, Any]:
    hints = get_type_hints(kind)
    return types.MappingProxyType({each.name: hints[each.name] for each in fields(kind)})


def _decode_record(kind: Any, document: object, path: str) -> Any:
    hints = _hints(kind)
    if not isinstance(document, dict) or not _needed(kind) <= document.keys() <= hints.keys():
        expected = f"an object with {', '.join(hints)}"
        raise DocumentError(path, found=document, expected=expected)
    prefix = f"{path}." if path else ""
    return kind(
        **{name: decode(hints[name], each, prefix + name) for name, each in document.items()}
    )


@cache
def _needed(kind: Any) -> frozenset[str]:
    """Return the fields that a document written by any version has: those without a default."""
    return frozenset(
        each.name
        for each in fields(kind)
        if each.default is MISSING and each.default_factory is MISSING
    )


def _decode_scalar(kind: Any, document: object, path: str) -> Any:
    if kind in {bool, int, str}:
        # A bool is an int to Python, and not to JSON.
        if type(document) is not kind:
            raise DocumentError(path, found=document, expected=kind.__name__)
        return document
    if not isinstance(document, str):
        raise DocumentError(path, found=document, expected="a text")
    try:
        if issubclass(kind, date | time):
            return kind.fromisoformat(document)
        assert issubclass(kind, StrEnum | Decimal), f"no JSON form for {kind}"
        return kind(document)
    except (ValueError, InvalidOperation) as error:
        raise DocumentError(path, found=document, expected=kind.__name__) from error
