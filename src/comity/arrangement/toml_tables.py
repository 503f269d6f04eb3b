"""TOML files as tables whose fields are read one by one, each fault with its line."""

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, TypeVar

from comity.arrangement.fields import DATE_MAX, DATE_MIN, FieldReader, shown
from comity.arrangement.toml_lines import TomlLines, TomlPath
from comity.errors import Fault, InputFaultsError, LimitExceededError

_PLACE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")
_ABSENT = object()
_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class TomlFile:
    """A TOML file that could be parsed.

    Attributes:
        name: path below the arrangement folder.
        document: its values.
        lines: where they stand.
        faults: what readers of its tables found; grows while they read.
    """

    name: str
    document: dict[str, Any]
    lines: TomlLines
    faults: list[Fault] = field(default_factory=list)

    def fault_at(self, path: TomlPath, found: str, expected: str) -> Fault:
        """Return a fault in the value at a path."""
        return Fault(self.name, self.lines.line_of(path), shown_path(path), found, expected)


def parse_toml(name: str, text: str) -> TomlFile:
    """Parse a file.

    Raises:
        InputFaultsError: the text is not TOML; with the first place where it is not.
    """
    try:
        document = tomllib.loads(text)
        return TomlFile(name, document, TomlLines(text))
    except LimitExceededError as error:
        found = f"values nested {error.found} deep"
        raise _refused(name, 0, found, f"at most {error.allowed}") from error
    except RecursionError as error:
        raise _refused(name, 0, "values nested too deep", "a flat file") from error
    except ValueError as error:
        # Also an integer of thousands of digits, which tomllib passes to Python as it is.
        message = str(error)
        place = _PLACE.search(message)
        end = text.count("\n") + 1
        line = 0 if place is None else int(place[1] or end)
        raise _refused(name, line, _PLACE.sub("", message), "valid TOML 1.0") from error


def shown_path(path: TomlPath) -> str:
    """Write a path as people read it, positions counted from 1: `members[2].currency`."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part + 1}]"
        else:
            text += f".{part}" if text else part
    return text


class TableReader(FieldReader):
    """One table of a file; every field must be asked for before `close`."""

    def __init__(self, file: TomlFile, path: TomlPath = (), table: object = None) -> None:
        """Read a table.

        Args:
            file: the file it stands in, which collects the faults.
            path: where it stands.
            table: its values; without it the whole file.
        """
        self.file = file
        self.path = path
        self._asked: set[str] = set()
        found = file.document if table is None else table
        self._table: Mapping[str, object] = found if isinstance(found, dict) else {}
        if not isinstance(found, dict):
            said = "nothing" if found is _ABSENT else shown(found)
            file.faults.append(file.fault_at(path, said, f"a table [{shown_path(path)}]"))
            # One fault says it all: what its fields lack goes nowhere.
            self.file = replace(file, faults=[])

    def value(self, key: str) -> object:
        """Return what stands in a field, None where nothing does."""
        self._asked.add(key)
        return self._table.get(key)

    def has(self, key: str) -> bool:
        """Return whether the field is there."""
        return self.value(key) is not None

    def refuse(self, key: str, found: str, expected: str) -> None:
        """Note a fault in a field."""
        self.file.faults.append(self.file.fault_at((*self.path, key), found, expected))

    def close(self) -> None:
        """Note a fault for each field nobody asked for."""
        for key in self._table:
            if key not in self._asked:
                self.refuse(key, "an unknown field", f"only {', '.join(sorted(self._asked))}")

    def integer(self, key: str, *, minimum: int, maximum: int, default: int | None = None) -> int:
        """Read an integer within bounds, both inclusive."""
        found = self.value(key)
        if found is None and default is not None:
            return default
        if type(found) is int and minimum <= found <= maximum:
            return found
        said = "nothing" if found is None else shown(found)
        self.refuse(key, said, f"an integer from {minimum} to {maximum}")
        return minimum

    def boolean(self, key: str) -> bool:
        """Read true or false."""
        found = self.value(key)
        if not isinstance(found, bool):
            self.refuse(key, "nothing" if found is None else shown(found), "true or false")
        return found is True

    def day(self, key: str) -> date:
        """Read a day, written without quotation marks."""
        found = self.value(key)
        is_day = isinstance(found, date) and not isinstance(found, datetime)
        if is_day and isinstance(found, date) and DATE_MIN <= found <= DATE_MAX:
            return found
        said = "nothing" if found is None else shown(found)
        expected = f"a day from {DATE_MIN} to {DATE_MAX}, without quotation marks"
        self.refuse(key, said, expected)
        return DATE_MIN

    def optional_day(self, key: str) -> date | None:
        """Read a day that may be absent."""
        return self.day(key) if self.has(key) else None

    def days(self, key: str) -> tuple[date, ...]:
        """Read a list of days, written without quotation marks; empty where the field is absent."""
        found = self.value(key)
        if found is None:
            return ()
        if isinstance(found, list) and all(
            isinstance(each, date)
            and not isinstance(each, datetime)
            and DATE_MIN <= each <= DATE_MAX
            for each in found
        ):
            return tuple(found)
        expected = f"a list of days from {DATE_MIN} to {DATE_MAX}, without quotation marks"
        self.refuse(key, shown(found), expected)
        return ()

    def texts(
        self,
        key: str,
        allowed: Callable[[str], _Item | None],
        expected: str,
        *,
        is_optional: bool = False,
    ) -> tuple[_Item, ...]:
        """Read a list of texts without repetition.

        Args:
            key: the field.
            allowed: turns a text into an item, or into None where it is not one.
            expected: what an item is, in words.
            is_optional: whether the field may be absent, which means an empty list.
        """
        found = self.value(key)
        if found is None and is_optional:
            return ()
        if not isinstance(found, list):
            said = "nothing" if found is None else shown(found)
            self.refuse(key, said, f"a list of texts, each {expected}")
            return ()
        items: list[_Item] = []
        for at, each in enumerate(found):
            item = allowed(each) if isinstance(each, str) else None
            if item is None or item in items:
                path = (*self.path, key, at)
                said = shown(each) if item is None else f"{shown(each)} again"
                self.file.faults.append(self.file.fault_at(path, said, f"{expected}, each once"))
            else:
                items.append(item)
        return tuple(items)

    def table(self, key: str) -> "TableReader":
        """Read a table that must be there."""
        found = self.value(key)
        return TableReader(self.file, (*self.path, key), _ABSENT if found is None else found)

    def optional_table(self, key: str) -> "TableReader | None":
        """Read a table that may be absent."""
        return self.table(key) if self.has(key) else None

    def tables(self, key: str) -> tuple["TableReader", ...]:
        """Read a list of tables, empty where the field is absent."""
        found = self.value(key)
        if found is None:
            return ()
        if not isinstance(found, list):
            self.refuse(key, shown(found), f"tables [[{shown_path((*self.path, key))}]]")
            return ()
        return tuple(
            TableReader(self.file, (*self.path, key, at), each) for at, each in enumerate(found)
        )

    def named_tables(self, key: str) -> tuple[tuple[str, "TableReader"], ...]:
        """Read a table of tables, each with its name, in the order of the file."""
        outer = self.table(key)
        return tuple(
            (name, TableReader(self.file, (*outer.path, name), outer.value(name)))
            for name in outer._table
        )


def _refused(name: str, line: int, found: str, expected: str) -> InputFaultsError:
    return InputFaultsError([Fault(name, line, "", found, expected)])
