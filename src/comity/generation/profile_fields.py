"""Fields of a TOML profile, read one by one: every fault is kept, and every key must be known.

A field that is wrong gives a value within its range all the same, so that reading goes on and
all faults come at once; whoever reads must look at `faults` before using what came of it.
"""

import re
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any, Final

from comity.errors import Fault

NOTHING: Final = "nothing"
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]", re.ASCII)
_DAY_OF_YEAR = re.compile(r"[0-9]{2}-[0-9]{2}", re.ASCII)
_TEXT_MAX = 2_000
_SHOWN_MAX = 60


class Fields:
    """The keys of one table of a profile."""

    def __init__(self, file: str, path: str, table: dict[str, Any], faults: list[Fault]) -> None:
        self._file = file
        self._path = path
        self._table = table
        self._known: set[str] = set()
        self.faults = faults

    def reject(self, key: str, found: object, expected: str) -> None:
        """Keep a fault of a key."""
        shown = found if isinstance(found, str) and found == NOTHING else _shown(found)
        self.faults.append(Fault(self._file, 0, self._path + key, str(shown), expected))

    def whole(self, key: str, least: int, most: int, default: int | None = None) -> int:
        """Return a whole number, `default` where the key may be missing and is."""
        expected = f"a whole number from {least:,} to {most:,}"
        value = self._take(key)
        if value is None and default is not None:
            return default
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            self.reject(key, NOTHING if value is None else value, expected)
            return least
        return value

    def wholes(
        self, key: str, count: int, most: int, default: tuple[int, ...] | None = None
    ) -> tuple[int, ...]:
        """Return whole numbers from 0, one of them above."""
        value = self._take(key)
        if value is None and default is not None:
            return default
        if (
            not isinstance(value, list)
            or len(value) != count
            or not all(type(each) is int and 0 <= each <= most for each in value)
            or not any(value)
        ):
            expected = f"{count} whole numbers from 0 to {most:,}, not all 0"
            self.reject(key, NOTHING if value is None else value, expected)
            return (1,) * count
        return tuple(value)

    def text(self, key: str) -> str:
        """Return a text that says something."""
        value = self._take(key)
        if not isinstance(value, str) or not value.strip() or len(value) > _TEXT_MAX:
            expected = f"a text of at most {_TEXT_MAX:,} characters"
            self.reject(key, NOTHING if value is None else value, expected)
            return "-"
        return value

    def name(self, key: str) -> str:
        """Return a name of small letters, digits and single hyphens."""
        value = self._take(key)
        if not isinstance(value, str) or _NAME.fullmatch(value) is None or len(value) > _SHOWN_MAX:
            expected = "a name of small letters, digits and hyphens, as six-currencies"
            self.reject(key, NOTHING if value is None else value, expected)
            return "-"
        return value

    def choice(self, key: str, choices: Sequence[str], *, default: str | None = None) -> str:
        """Return one of the choices, `default` where the key may be missing and is."""
        value = self._take(key)
        if value is None and default is not None:
            return default
        if not isinstance(value, str) or value not in choices:
            expected = "one of " + ", ".join(choices)
            self.reject(key, NOTHING if value is None else value, expected)
            return choices[0]
        return value

    def day(self, key: str) -> date:
        """Return a date, written as TOML writes dates."""
        value = self._take(key)
        valid = isinstance(value, date) and not isinstance(value, datetime)
        if not valid or not date(1970, 1, 1) <= value <= date(2199, 12, 31):
            expected = "a date from 1970-01-01 to 2199-12-31, without quotes"
            self.reject(key, NOTHING if value is None else value, expected)
            return date(2026, 1, 5)
        assert isinstance(value, date)
        return value

    def days_of_year(self, key: str, most: int) -> tuple[tuple[int, int], ...]:
        """Return months and days written `MM-DD`, sorted; none where the key is missing."""
        value = self._take(key)
        if value is None:
            return ()
        found = [_month_and_day(each) for each in value] if isinstance(value, list) else [None]
        days = sorted(each for each in found if each is not None)
        if len(days) < len(found) or len(set(days)) < len(days) or len(days) > most:
            self.reject(key, value, f'at most {most} days of the year, each once, as ["05-09"]')
            return ()
        return tuple(days)

    def clock_ms(self, key: str) -> int:
        """Return a time of day written `HH:MM`, as milliseconds since midnight."""
        value = self._take(key)
        if not isinstance(value, str) or _CLOCK.fullmatch(value) is None:
            self.reject(key, NOTHING if value is None else value, 'a time of day, as "09:00"')
            return 0
        at = time.fromisoformat(value)
        return (at.hour * 60 + at.minute) * 60_000

    def weights(self, key: str, most: int) -> tuple[tuple[str, int], ...]:
        """Return a table of whole numbers by name, in the order of the file."""
        value = self._take(key)
        if (
            not isinstance(value, dict)
            or not value
            or not all(type(each) is int and 1 <= each <= most for each in value.values())
        ):
            expected = f"codes with weights from 1 to {most:,}, as {{ GDDS = 70, SUPP = 15 }}"
            self.reject(key, NOTHING if value is None else value, expected)
            return ()
        return tuple(value.items())

    def table(self, key: str, *, optional: bool = False) -> "Fields | None":
        """Return a table, None where it is missing or none."""
        value = self._take(key)
        if not isinstance(value, dict):
            if value is not None or not optional:
                self.reject(key, NOTHING if value is None else value, f"a table [{key}]")
            return None
        return Fields(self._file, f"{self._path}{key}.", value, self.faults)

    def tables(self, key: str, most: int) -> list["Fields"]:
        """Return the tables of a list, from 1 to `most` of them."""
        value = self._take(key)
        if (
            not isinstance(value, list)
            or not 1 <= len(value) <= most
            or not all(isinstance(each, dict) for each in value)
        ):
            found = f"{len(value)} of them" if isinstance(value, list) else value
            self.reject(key, NOTHING if value is None else found, f"1 to {most:,} tables [[{key}]]")
            return []
        return [
            Fields(self._file, f"{self._path}{key}[{at}].", each, self.faults)
            for at, each in enumerate(value, start=1)
        ]

    def close(self) -> None:
        """Refuse every key that nobody asked for."""
        for key in self._table:
            if key not in self._known:
                known = ", ".join(sorted(self._known))
                self.reject(key, "this key", f"no other key than {known}")

    def _take(self, key: str) -> Any:
        self._known.add(key)
        return self._table.get(key)


def _month_and_day(text: object) -> tuple[int, int] | None:
    if not isinstance(text, str) or _DAY_OF_YEAR.fullmatch(text) is None:
        return None
    try:
        found = date.fromisoformat(f"2024-{text}")  # a leap year
    except ValueError:
        return None
    return found.month, found.day


def _shown(found: object) -> str:
    text = repr(found) if isinstance(found, str) else str(found)
    return text if len(text) <= _SHOWN_MAX else text[: _SHOWN_MAX - 1] + "…"
