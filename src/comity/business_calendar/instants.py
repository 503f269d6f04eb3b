"""Instants as whole microseconds UTC, days as whole days, and local times of a zone.

Offsets come from the pinned package `tzdata` alone and never from the machine's own zone files,
so that two machines give the same instant to the same cut-off.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from comity.errors import RejectedError

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY = date(1970, 1, 1)
_MICROSECOND = timedelta(microseconds=1)


class UnknownTimeZoneError(RejectedError):
    """No time zone of the IANA database has this name.

    Attributes:
        found: the name as it was given.
    """

    def __init__(self, found: str) -> None:
        super().__init__(f"time zone: found {found!r}, expected an IANA name like Asia/Bishkek")
        self.found = found


def is_time_zone(name: str) -> bool:
    """Return whether the IANA database, as pinned, has a zone of this name."""
    return name in _zone_names()


def local_time_us(day: date, time: time, zone: str) -> int:
    """Return the instant of a local time, in microseconds UTC since 1970-01-01.

    Where clocks change, the offset in force *before* the change is taken: of a time that occurs
    twice that is the earlier instant, and a time that is skipped becomes the instant at which an
    unchanged clock would have shown it, which lies after the change.

    Args:
        day: the local day.
        time: the local time, without a zone of its own.
        zone: IANA name.

    Raises:
        UnknownTimeZoneError: there is no such zone.
    """
    assert time.tzinfo is None, "the zone is given beside the time, not in it"
    return datetime_to_us(datetime.combine(day, time.replace(fold=0), tzinfo=_zone(zone)))


def date_to_days(day: date) -> int:
    """Return the whole days since 1970-01-01, negative before it."""
    return (day - _EPOCH_DAY).days


def days_to_date(days: int) -> date:
    """Return the day that many days after 1970-01-01; the inverse of `date_to_days`."""
    return _EPOCH_DAY + timedelta(days=days)


def datetime_to_us(moment: datetime) -> int:
    """Return the microseconds UTC since 1970-01-01 of an aware datetime, exactly."""
    assert moment.tzinfo is not None, "a time without a zone is no instant"
    return (moment - _EPOCH) // _MICROSECOND


def us_to_datetime(us: int) -> datetime:
    """Return the aware UTC datetime of an instant in microseconds since 1970-01-01."""
    return _EPOCH + timedelta(microseconds=us)


def format_us(us: int, zone: str) -> str:
    """Write an instant as ISO 8601 local time with its offset: `2026-05-25T07:00:00+06:00`.

    Microseconds are written only where they are not zero.

    Args:
        us: microseconds UTC since 1970-01-01.
        zone: IANA name.

    Raises:
        UnknownTimeZoneError: there is no such zone.
    """
    return us_to_datetime(us).astimezone(_zone(zone)).isoformat()


@cache
def _zone_names() -> frozenset[str]:
    return frozenset(files("tzdata").joinpath("zones").read_text(encoding="ascii").split())


@cache
def _zone(name: str) -> ZoneInfo:
    # The list is asked first, so that a name can never be a path out of the package.
    if name not in _zone_names():
        raise UnknownTimeZoneError(name)
    with files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as data:
        return ZoneInfo.from_file(data, key=name)
