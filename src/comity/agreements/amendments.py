"""What a version of an agreement changes against another one, term by term and in plain words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, time
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from comity.agreements.terms import Agreement
from comity.money import currency, format_amount_minor

_NOT_COMPARED: Final = frozenset({"id", "version"})
_KEYS: Final = ("currency", "participant")
"""Fields by which records of a list are told apart, whatever their order; else by their place."""

_LABELS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "title": "Title",
        "parties": "Parties",
        "valid_from": "First day in force",
        "valid_until": "Last day in force",
        "purposes": "Purposes",
        "codes": "Single purpose codes",
        "currencies": "Currencies",
        "domestic": "Payments within a party",
        "cycles": "Netting cycle",
        "limits": "Ceiling",
        "settlement": "Settlement",
        "cut_offs": "Cut-off",
        "finality": "Finality",
        "conversion": "Conversion",
        "central_bank_settlement": "Between central banks",
        "liquidity_saving": "Liquidity saving",
        "carried_balance": "Carried balance",
        "shortfall": "Shortfall of a cycle",
        "cycle_conversion": "Conversion of cycles",
        "payment_versus_payment": "Payment versus payment",
        "dealing": "Dealing",
        "surplus": "Surplus",
    }
)
"""How people call the parts of an agreement."""
_TERMS: Final[Mapping[str, str]] = MappingProxyType(
    {"payment_max_minor": "one payment", "day_max_minor": "one day"}
)
"""How people call a term within a part; others by their name in the file."""


class ChangeKind(StrEnum):
    """How a term differs."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Amendment:
    """One term that differs.

    Attributes:
        path: the term, such as `limits.RUB.day_max_minor`.
        kind: whether it is new, gone, or another one.
        before: what the first version says; None where it says nothing.
        after: what the second one says.
        words: the same as a sentence.
    """

    path: str
    kind: ChangeKind
    before: str | None
    after: str | None
    words: str


def find_amendments(before: Agreement, after: Agreement) -> tuple[Amendment, ...]:
    """Return what the second version changes, in the order in which terms stand in a file.

    Args:
        before: the version that is compared with; need not be of the same agreement.
        after: the one that is asked about.
    """
    return tuple(
        amendment
        for field in fields(Agreement)
        if field.name not in _NOT_COMPARED
        for amendment in _differences(
            (field.name,), getattr(before, field.name), getattr(after, field.name), (before, after)
        )
    )


_Both = tuple[Agreement, Agreement]


def _differences(
    path: tuple[str, ...], before: Any, after: Any, versions: _Both
) -> Iterator[Amendment]:
    """Yield the terms that differ at a place, and below it."""
    if before == after:
        return
    one, other = _parts(before), _parts(after)
    if one is None and other is None:
        yield _amendment(path, before, after, versions)
        return
    if _holds_values(before) and _holds_values(after):
        yield from _members(path, before or (), after or (), versions)
        return
    one, other = one or {}, other or {}
    for name in [*one, *(each for each in other if each not in one)]:
        yield from _differences((*path, name), one.get(name), other.get(name), versions)


def _parts(value: Any) -> dict[str, Any] | None:
    """Return what a record or a list is made of, by name; None of a single value."""
    if is_dataclass(value):
        return {
            field.name: part
            for field in fields(value)
            if field.name not in _KEYS and (part := getattr(value, field.name)) is not None
        }
    if isinstance(value, tuple):
        return {_name(each, place): each for place, each in enumerate(value, start=1)}
    return None


def _name(value: Any, place: int) -> str:
    for key in _KEYS:
        found = getattr(value, key, None)
        if found is not None:
            return str(found)
    return str(place)


def _holds_values(value: Any) -> bool:
    """Whether it is a set of single values, written as a list; nothing may be one."""
    return value is None or (
        isinstance(value, tuple) and not any(is_dataclass(each) for each in value)
    )


def _members(
    path: tuple[str, ...], before: tuple[Any, ...], after: tuple[Any, ...], versions: _Both
) -> Iterator[Amendment]:
    for each in before:
        if each not in after:
            yield _amendment((*path, str(each)), each, None, versions)
    for each in after:
        if each not in before:
            yield _amendment((*path, str(each)), None, each, versions)


def _amendment(path: tuple[str, ...], before: Any, after: Any, versions: _Both) -> Amendment:
    one, other = (
        None if value is None else _text(path, value, version)
        for value, version in zip((before, after), versions, strict=True)
    )
    kind = ChangeKind.ADDED if one is None else ChangeKind.REMOVED
    if one is not None and other is not None:
        kind = ChangeKind.CHANGED
    return Amendment(".".join(path), kind, one, other, _sentence(path, one, other))


def _text(path: tuple[str, ...], value: Any, version: Agreement) -> str:
    """Return a value as people write it; amounts in major units of their currency."""
    match value:
        case bool():
            return "yes" if value else "no"
        case int() if path[-1].endswith("_minor"):
            code = _currency_of(path, version)
            return f"{format_amount_minor(value, currency(code).exponent)} {code}"
        case date():
            return value.isoformat()
        case time():
            return f"{value:%H:%M}"
        case _:
            return str(value)


def _currency_of(path: tuple[str, ...], version: Agreement) -> str:
    """Return the currency of an amount: that of its record, else the clearing unit."""
    for name in reversed(path):
        if name in version.currencies:
            return name
    terms = version.central_bank_settlement
    return version.currencies[0] if terms is None else terms.clearing_unit


def _sentence(path: tuple[str, ...], before: str | None, after: str | None) -> str:
    head = _LABELS.get(path[0], path[0])
    # What was added or removed is itself the last part of its path.
    names = [name for name in path[1:] if name not in {before, after}]
    rest = [_TERMS.get(name, name.removesuffix("_minor").replace("_", " ")) for name in names]
    what = ", ".join([head, *rest])
    if before is None:
        return f"{what}: {after} is added"
    if after is None:
        return f"{what}: {before} is dropped"
    return f"{what}: {after}, was {before}"
