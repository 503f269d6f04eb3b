"""When the days of a trial open and close."""

from dataclasses import dataclass
from datetime import time
from decimal import Decimal

_MINUTE_US = 60_000_000


@dataclass(frozen=True, slots=True)
class Hours:
    """When the day of a trial opens and closes, on the clock of the payments."""

    opens: time
    closes: time

    @property
    def opens_us(self) -> int:
        """The opening, microseconds since midnight."""
        return _since_midnight(self.opens)

    @property
    def closes_us(self) -> int:
        """The close, likewise."""
        return _since_midnight(self.closes)

    def before_close(self, minutes: int) -> time:
        """Return a time so many minutes before the close."""
        return _at(_minutes(self.closes) - minutes)

    def part(self, share: Decimal) -> time:
        """Return when a part of the time from opening to close is over, in whole minutes.

        Counted from a minute behind the opening to a minute before the close: what falls due at
        either end is done while the day is open.
        """
        first, last = _minutes(self.opens) + 1, _minutes(self.closes) - 1
        return _at(first + int((last - first) * share))


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute


def _at(minutes: int) -> time:
    return time(minutes // 60, minutes % 60)


def _since_midnight(at: time) -> int:
    return _minutes(at) * _MINUTE_US + at.second * 1_000_000 + at.microsecond
