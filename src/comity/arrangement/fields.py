"""Reading one field at a time from a table or a row, collecting every fault.

A reader never stops at a fault: it notes it and returns a stand-in of the right type, so that
the rest of the file is still looked at. What was built from a reader with faults is thrown away.
"""

import re
from collections.abc import Callable
from datetime import date, time
from decimal import Decimal
from enum import StrEnum
from typing import Final, TypeVar

from comity.business_calendar import is_time_zone
from comity.identifiers import is_bic, is_country, normalise_bic
from comity.money import (
    AmountError,
    UnknownCurrencyError,
    currency,
    format_amount_minor,
    parse_amount_minor,
)

TEXT_CHARACTERS_MAX: Final = 140
"""Longest name or title (Max140Text of ISO 20022)."""

SOURCE_CHARACTERS_MAX: Final = 500
"""Longest statement of where data come from."""

DATE_MIN: Final = date(1970, 1, 1)
DATE_MAX: Final = date(2199, 12, 31)
"""Days in files lie between these two, so that every instant of theirs can be counted."""

_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])", re.ASCII)
_PERCENT = re.compile(r"[0-9]{1,3}(\.[0-9]{1,6})?", re.ASCII)
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)
_NAME_CHARACTERS_MAX = 64
_SHOWN_MAX = 60
_SHOWN_INTEGER_MAX = 10**30

_Choice = TypeVar("_Choice", bound=StrEnum)
_Value = TypeVar("_Value")


class FieldReader:
    """Fields that are texts, in whatever table or row they stand."""

    def value(self, key: str) -> object:
        """Return what stands in a field, None where nothing does."""
        raise NotImplementedError

    def refuse(self, key: str, found: str, expected: str) -> None:
        """Note a fault in a field."""
        raise NotImplementedError

    def text(self, key: str) -> str:
        """Read a name or title: one line, no spaces around it."""
        return self._line(key, TEXT_CHARACTERS_MAX)

    def source(self, key: str) -> str:
        """Read where the data come from: one line, which may be longer than a title."""
        return self._line(key, SOURCE_CHARACTERS_MAX)

    def name(self, key: str) -> str:
        """Read a short technical name such as `kg-ru-goods`."""
        return self._text_as(key, _technical_name, "", "small letters, digits and single hyphens")

    def bic(self, key: str) -> str:
        """Read a BIC; the branch that means head office is left out."""
        expected = "a BIC of 8 or 11 capital letters and digits"
        return self._text_as(key, _bic, "", expected)

    def country(self, key: str) -> str:
        """Read an ISO 3166-1 alpha-2 code."""
        return self._text_as(key, _country, "", "a country code of two capital letters")

    def currency(self, key: str) -> str:
        """Read an ISO 4217 code."""
        return self._text_as(key, _currency, "", "an active currency code of ISO 4217")

    def time_zone(self, key: str) -> str:
        """Read an IANA time zone."""
        return self._text_as(key, _time_zone, "UTC", "an IANA name like Asia/Bishkek")

    def time(self, key: str) -> time:
        """Read a local time."""
        return self._text_as(key, _time, time.min, 'a time "HH:MM"')

    def percent(self, key: str) -> Decimal:
        """Read an exact percentage, 0 or more."""
        return self._text_as(key, _percent, Decimal(1), 'a percentage as text, like "2.5"')

    def choice(self, key: str, kind: type[_Choice], default: _Choice | None = None) -> _Choice:
        """Read one value of an enumeration; with a default the field may be absent."""
        if default is not None and self.value(key) is None:
            return default
        values = " | ".join(kind)
        return self._text_as(key, lambda text: _member(kind, text), next(iter(kind)), values)

    def amount_minor(self, key: str, code: str, *, minimum: int = 0) -> int:
        """Read an amount in major units as minor units of a currency.

        Args:
            key: the field.
            code: the currency; an unknown one is somebody else's fault and nothing is read.
            minimum: smallest amount allowed, minor units.
        """
        try:
            exponent = currency(code).exponent
        except UnknownCurrencyError:
            return minimum
        example = format_amount_minor(125 * 10**exponent, exponent)
        expected = f'an amount as text in {code}, at most {exponent} decimals, like "{example}"'
        if minimum:
            expected += ", above zero"
        return self._text_as(key, lambda text: _amount(text, exponent, minimum), minimum, expected)

    def _line(self, key: str, characters_max: int) -> str:
        expected = f"one line of 1 to {characters_max} characters"
        return self._text_as(
            key, lambda text: text if is_plain_text(text, characters_max) else None, "", expected
        )

    def _text_as(
        self, key: str, parse: Callable[[str], _Value | None], stand_in: _Value, expected: str
    ) -> _Value:
        found = self.value(key)
        parsed = parse(found) if isinstance(found, str) else None
        if parsed is not None:
            return parsed
        self.refuse(key, "nothing" if found is None else shown(found), expected)
        return stand_in


def is_plain_text(text: str, characters_max: int) -> bool:
    """Return whether a text is one printable line with nothing but itself on it."""
    return text.isprintable() and text.strip() == text and 0 < len(text) <= characters_max


def shown(value: object) -> str:
    """Return what was found as a fault can print it: on one line and not too long."""
    if isinstance(value, int) and abs(value) > _SHOWN_INTEGER_MAX:
        # Python refuses to print integers of thousands of digits.
        return "a very large integer"
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, bool):
        return str(value).lower()
    text = repr(value)
    return text if len(text) <= _SHOWN_MAX else f"{text[:_SHOWN_MAX]}…"


def _technical_name(text: str) -> str | None:
    return text if len(text) <= _NAME_CHARACTERS_MAX and _NAME.fullmatch(text) else None


def _bic(text: str) -> str | None:
    return normalise_bic(text) if is_bic(text) else None


def _country(text: str) -> str | None:
    return text if is_country(text) else None


def _currency(text: str) -> str | None:
    try:
        return currency(text).code
    except UnknownCurrencyError:
        return None


def _time_zone(text: str) -> str | None:
    return text if is_time_zone(text) else None


def _time(text: str) -> time | None:
    matched = _TIME.fullmatch(text)
    return None if matched is None else time(int(matched[1]), int(matched[2]))


def _percent(text: str) -> Decimal | None:
    return Decimal(text) if _PERCENT.fullmatch(text) else None


def _member(kind: type[_Choice], text: str) -> _Choice | None:
    return kind(text) if text in frozenset(kind) else None


def _amount(text: str, exponent: int, minimum: int) -> int | None:
    try:
        minor = parse_amount_minor(text, exponent)
    except AmountError:
        return None
    return minor if minor >= minimum else None
