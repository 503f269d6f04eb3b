"""ISO 8601 times and dates of messages as microseconds and days since 1970-01-01 UTC."""

import re
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Final

_TIME: Final = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})"
    r"(?:\.([0-9]{1,9}))?(?:(Z)|([+-])([0-9]{2}):([0-9]{2}))?"
)
_TIME_OF_DAY: Final = re.compile(
    r"([0-9]{2}):([0-9]{2}):([0-9]{2})(?:Z|([+-])([0-9]{2}):([0-9]{2}))?"
)
_EPOCH_DAY: Final = date(1970, 1, 1).toordinal()
_SECOND_US: Final = 1_000_000
_MINUTE_US: Final = 60 * _SECOND_US
DAY_US: Final = 24 * 60 * _MINUTE_US
"""Microseconds of a day."""


def parse_time_us(text: str, *, offset_required: bool) -> int | None:
    """Return UTC microseconds of an ISODateTime, None if it is none.

    A time without an offset counts as UTC. Digits beyond the microsecond are dropped.

    Args:
        text: such as `2026-11-23T09:00:00+03:00`.
        offset_required: a time without an offset is then no time.
    """
    match = _TIME.fullmatch(text.strip(" \t\r\n"))
    if match is None:
        return None
    day, hour, minute, second, fraction, zulu, sign, hours, minutes = match.groups()
    if offset_required and not (zulu or sign):
        return None
    days = _known_day(day)
    if days is None or hour > "23" or minute > "59" or second > "59":
        return None
    us = ((days * 24 + int(hour)) * 60 + int(minute)) * _MINUTE_US + int(second) * _SECOND_US
    if fraction:
        us += int(fraction.ljust(6, "0")[:6])
    if not sign:
        return us
    offset_us = (int(hours) * 60 + int(minutes)) * _MINUTE_US
    return us - offset_us if sign == "+" else us + offset_us


def parse_time_of_day_us(text: str) -> int:
    """Return microseconds between midnight UTC and an ISOTime that its schema has passed.

    A time without an offset counts as UTC; one ahead of it may be below zero.
    """
    found = _TIME_OF_DAY.fullmatch(text)
    assert found is not None, "the schema has passed it"
    hour, minute, second, sign, hours, minutes = found.groups()
    us = (int(hour) * 60 + int(minute)) * _MINUTE_US + int(second) * _SECOND_US
    offset_us = (int(hours or 0) * 60 + int(minutes or 0)) * _MINUTE_US
    return us - offset_us if sign == "+" else us + offset_us


@lru_cache(maxsize=1_000)
def _known_day(text: str) -> int | None:
    try:
        return parse_date_days(text)
    except ValueError:
        return None


def parse_date_days(text: str) -> int:
    """Return days since 1970-01-01 of an ISODate that its schema has passed."""
    return date.fromisoformat(text.strip(" \t\r\n")).toordinal() - _EPOCH_DAY


def format_time(us: int) -> str:
    """Return the ISODateTime of UTC microseconds, with `Z` and six decimals when there are any."""
    seconds, rest = divmod(us, 1_000_000)
    whole = datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    return f"{whole}.{rest:06d}Z" if rest else f"{whole}Z"
