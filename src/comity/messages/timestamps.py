"""ISO 8601 times and dates of messages as microseconds and days since 1970-01-01 UTC."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Final

_TIME: Final = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})"
    r"(?:\.([0-9]{1,9}))?(?:(Z)|([+-])([0-9]{2}):([0-9]{2}))?"
)
_EPOCH: Final = datetime(1970, 1, 1)  # noqa: DTZ001 - offsets are added as whole minutes below
_MICROSECOND: Final = timedelta(microseconds=1)
_EPOCH_DAY: Final = date(1970, 1, 1).toordinal()
_MINUTE_US: Final = 60_000_000


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
    *parts, fraction, zulu, sign, hours, minutes = match.groups()
    if offset_required and not (zulu or sign):
        return None
    try:
        local = datetime(*map(int, parts))  # type: ignore[arg-type] # noqa: DTZ001
    except ValueError:
        return None
    us = (local - _EPOCH) // _MICROSECOND + int((fraction or "").ljust(6, "0")[:6])
    if not sign:
        return us
    offset_us = (int(hours) * 60 + int(minutes)) * _MINUTE_US
    return us - offset_us if sign == "+" else us + offset_us


def parse_date_days(text: str) -> int:
    """Return days since 1970-01-01 of an ISODate that its schema has passed."""
    return date.fromisoformat(text.strip(" \t\r\n")).toordinal() - _EPOCH_DAY


def format_time(us: int) -> str:
    """Return the ISODateTime of UTC microseconds, with `Z` and six decimals when there are any."""
    seconds, rest = divmod(us, 1_000_000)
    whole = datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    return f"{whole}.{rest:06d}Z" if rest else f"{whole}Z"
