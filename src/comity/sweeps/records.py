"""Results of tasks as text and back, exactly.

The form follows from the types alone, so that a figure that is added to a result is kept without a
word here: records are objects, fractions `n/d`, whole columns lists of integers.
"""

import types
from dataclasses import fields, is_dataclass
from enum import IntEnum
from fractions import Fraction
from functools import cache
from typing import Any, get_args, get_origin, get_type_hints

import numpy as np


def encode_record(value: object) -> Any:
    """Return the JSON form of a result."""
    match value:
        case None | bool() | str():
            return value
        case int():
            return int(value)
        case Fraction():
            return f"{value.numerator}/{value.denominator}"
        case np.ndarray():
            return value.tolist()
        case tuple():
            return [encode_record(each) for each in value]
        case dict():
            return [[encode_record(key), encode_record(each)] for key, each in value.items()]
        case _:
            assert is_dataclass(value), f"no JSON form for {type(value).__name__}"
            return {each.name: encode_record(getattr(value, each.name)) for each in fields(value)}


def decode_record(kind: Any, document: Any) -> Any:
    """Return the value of a type from its JSON form; the reverse of `encode_record`.

    Raises:
        ValueError, TypeError, KeyError, AttributeError: the document does not have that form.
    """
    if isinstance(kind, types.UnionType):
        (inner,) = (each for each in get_args(kind) if each is not type(None))
        return None if document is None else decode_record(inner, document)
    origin = get_origin(kind)
    if origin is tuple:
        inner = get_args(kind)[0]
        return tuple(decode_record(inner, each) for each in document)
    if origin is dict:
        key, inner = get_args(kind)
        return {decode_record(key, name): decode_record(inner, each) for name, each in document}
    if origin is np.ndarray:
        return np.array(document, _dtype(kind))
    if is_dataclass(kind):
        hints = _hints(kind)  # type: ignore[arg-type]  # a class, not a record of it
        return kind(**{name: decode_record(hints[name], document[name]) for name in hints})  # type: ignore[operator]
    if kind is Fraction or issubclass(kind, IntEnum):
        return kind(document)
    if type(document) is not kind:
        raise TypeError(f"found {document!r:.60}, expected {kind.__name__}")
    return document


def _dtype(kind: Any) -> Any:
    """Return what a column holds: Python's integers where its type says so, else 64 bits."""
    (held,) = get_args(get_args(kind)[1])
    return object if held is np.object_ else np.int64


@cache
def _hints(kind: Any) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {each.name: hints[each.name] for each in fields(kind)}
