"""Where in a TOML text each value stands.

`tomllib` reads values and forgets lines. This locator walks the same text, once it is known to
be valid, and notes the line on which every key path begins; it reads no values. A path is the
keys and list positions down to a value: `("members", 0, "currency")`.
"""

import re
import tomllib
from bisect import bisect_left
from typing import Final

from comity.errors import LimitExceededError

TomlPath = tuple[str | int, ...]
"""Keys and positions from the root of a document to a value."""

TOML_NESTING_MAX: Final = 32
"""Lists, inline tables and parts of a dotted key within one another."""

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_SPACE = re.compile(r"[ \t]*")
_SPACE_AND_COMMENTS = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BASIC_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_LITERAL_STRING = re.compile(r"'[^']*'")
_LONG_BASIC_STRING = re.compile(r'"""(?:[^"\\]|\\.|"(?!""))*"""(?:"{1,2}(?!"))?', re.DOTALL)
_LONG_LITERAL_STRING = re.compile(r"'''(?:[^']|'(?!''))*'''(?:'{1,2}(?!'))?", re.DOTALL)
_BARE_VALUE = re.compile(r"[^,\]}#\n]*")


class TomlLines:
    """The line of every key path of one valid TOML text."""

    def __init__(self, text: str) -> None:
        """Walk the text.

        Args:
            text: what `tomllib.loads` has read without complaint.

        Raises:
            LimitExceededError: a value or a dotted key is nested deeper than TOML_NESTING_MAX.
        """
        self._lines = _Walk(text).lines

    def line_of(self, path: TomlPath) -> int:
        """Return the 1-based line of a path, or of the nearest table or list around it."""
        while path and path not in self._lines:
            path = path[:-1]
        return self._lines.get(path, 1)


class _Walk:
    """One pass over a text; `lines` is its result."""

    def __init__(self, text: str) -> None:
        # Line ends of two characters count once, as for tomllib.
        self._text = text.replace("\r\n", "\n")
        self._ends = [at for at, character in enumerate(self._text) if character == "\n"]
        self._at = 0
        self._depth = 0
        self._counts: dict[TomlPath, int] = {}
        self.lines: dict[TomlPath, int] = {}
        self._document()

    def _document(self) -> None:
        table: TomlPath = ()
        self._skip(_SPACE_AND_COMMENTS)
        while self._at < len(self._text):
            if self._text[self._at] == "[":
                table = self._header()
            else:
                self._pair(table)
            self._skip(_SPACE_AND_COMMENTS)

    def _header(self) -> TomlPath:
        start = self._at
        is_list = self._text.startswith("[[", start)
        self._at += 2 if is_list else 1
        keys = self._keys()
        self._at += 2 if is_list else 1
        path: TomlPath = ()
        for key in keys[:-1]:
            path = self._latest((*path, key), start)
        path = (*path, keys[-1])
        if is_list:
            self._note(path, start)
            self._counts[path] = self._counts.get(path, -1) + 1
        path = self._latest(path, start)
        # A table may be named after its children: its own header is the better place.
        self.lines[path] = self._line(start)
        return path

    def _latest(self, path: TomlPath, start: int) -> TomlPath:
        """Return the path itself, or of a list of tables its latest one."""
        if path in self._counts:
            path = (*path, self._counts[path])
        self._note(path, start)
        return path

    def _pair(self, table: TomlPath) -> None:
        start = self._at
        path = table
        for key in self._keys():
            path = (*path, key)
            self._note(path, start)
        self._at += 1  # the equals sign
        self._skip(_SPACE)
        self._value(path)

    def _keys(self) -> list[str]:
        """Read a dotted key and stop at the character after it."""
        keys = []
        while True:
            self._skip(_SPACE)
            keys.append(self._key())
            _require_shallow(len(keys))
            self._skip(_SPACE)
            if self._text[self._at] != ".":
                return keys
            self._at += 1

    def _key(self) -> str:
        start = self._at
        match self._text[start]:
            case '"':
                self._skip(_BASIC_STRING)
                quoted = self._text[start : self._at]
                return str(tomllib.loads(f"key = {quoted}")["key"])
            case "'":
                self._skip(_LITERAL_STRING)
                return self._text[start + 1 : self._at - 1]
            case _:
                self._skip(_BARE_KEY)
                return self._text[start : self._at]

    def _value(self, path: TomlPath) -> None:
        match self._text[self._at]:
            case "[":
                self._nested(path, "]")
            case "{":
                self._nested(path, "}")
            case '"':
                long = self._text.startswith('"""', self._at)
                self._skip(_LONG_BASIC_STRING if long else _BASIC_STRING)
            case "'":
                long = self._text.startswith("'''", self._at)
                self._skip(_LONG_LITERAL_STRING if long else _LITERAL_STRING)
            case _:
                self._skip(_BARE_VALUE)

    def _nested(self, path: TomlPath, closing: str) -> None:
        self._depth += 1
        _require_shallow(self._depth)
        self._at += 1
        position = 0
        self._skip(_SPACE_AND_COMMENTS)
        while self._text[self._at] != closing:
            if closing == "]":
                self._note((*path, position), self._at)
                self._value((*path, position))
            else:
                self._pair(path)
            position += 1
            self._skip(_SPACE_AND_COMMENTS)
            if self._text[self._at] == ",":
                self._at += 1
                self._skip(_SPACE_AND_COMMENTS)
        self._at += 1
        self._depth -= 1

    def _skip(self, pattern: re.Pattern[str]) -> None:
        matched = pattern.match(self._text, self._at)
        assert matched is not None, "tomllib has read this text"
        self._at = matched.end()

    def _note(self, path: TomlPath, start: int) -> None:
        self.lines.setdefault(path, self._line(start))

    def _line(self, start: int) -> int:
        return bisect_left(self._ends, start) + 1


def _require_shallow(depth: int) -> None:
    if depth > TOML_NESTING_MAX:
        raise LimitExceededError("TOML_NESTING_MAX", found=depth, allowed=TOML_NESTING_MAX)
