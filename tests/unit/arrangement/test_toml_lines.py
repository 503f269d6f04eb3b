"""Where in a TOML text each value stands."""

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.arrangement.toml_lines import TOML_NESTING_MAX, TomlLines, TomlPath
from comity.errors import LimitExceededError

# Each value that is an integer is the line it stands on.
DOCUMENT = """\
top = 1
"quoted key" = 2
'literal . key' = 3
a.b."c d" = 4
"tab\\tkey" = 5
text = \"\"\"
not = 99
[no.table]
ends with quotes\"\"\"\"\"
literal = '''
[[none]]
''' # a comment with = and [ and "
after = 13
strings = ["]", '}', "\\"", 14]
many = [ # comment ]
  16,
  [17, 17], # [
  { x = 18, "y.z" = 18 },

]
day = 2026-01-01 # not at a line of its own
inline = { one = 22, two = { three = 22 } }

[table]
value = 25

[table.sub]
value = 28
  [ spaced . "sub" ]
  value = 30

[[rows]]
value = 33
[rows.child]
value = 35
[[rows.grand]]
value = 37
[[rows.grand]]
value = 39
[[rows]]
value = 41
[[rows.grand]]
value = 43
"""


def integers(value: object, path: TomlPath = ()) -> list[tuple[TomlPath, int]]:
    """Return every integer of a document with its path."""
    if isinstance(value, dict):
        return [found for key, each in value.items() for found in integers(each, (*path, key))]
    if isinstance(value, list):
        return [found for at, each in enumerate(value) for found in integers(each, (*path, at))]
    return [(path, value)] if isinstance(value, int) else []


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_every_value_is_found_on_its_line(ending: str) -> None:
    text = DOCUMENT.replace("\n", ending)
    lines = TomlLines(text)
    found = integers(tomllib.loads(text))
    assert len(found) == 23
    assert [(path, lines.line_of(path)) for path, _ in found] == found


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ((), 1),
        (("text",), 6),
        (("day",), 21),
        (("table",), 24),
        (("table", "sub"), 27),
        (("spaced",), 29),
        (("rows",), 32),
        (("rows", 0), 32),
        (("rows", 1), 40),
        (("rows", 0, "grand", 1), 38),
        (("rows", 1, "grand", 0), 42),
        (("many", 2, "x"), 18),
    ],
)
def test_tables_are_found_at_their_headers(path: TomlPath, line: int) -> None:
    assert TomlLines(DOCUMENT).line_of(path) == line


def test_a_missing_field_is_placed_at_the_table_it_is_missing_from() -> None:
    lines = TomlLines(DOCUMENT)
    assert lines.line_of(("rows", 1, "missing")) == 40
    assert lines.line_of(("table", "sub", "missing", "deeper")) == 27
    assert lines.line_of(("missing",)) == 1


def test_a_table_named_after_its_children_is_found_at_its_own_header() -> None:
    assert TomlLines("[a.b]\nx = 1\n[a]\ny = 2\n").line_of(("a",)) == 3


@pytest.mark.parametrize(
    "text",
    [
        "x = " + "[" * (TOML_NESTING_MAX + 1) + "]" * (TOML_NESTING_MAX + 1),
        ".".join("a" * (TOML_NESTING_MAX + 1)) + " = 1",
        "[" + ".".join("a" * (TOML_NESTING_MAX + 1)) + "]",
    ],
)
def test_what_is_nested_too_deep_is_refused_by_name(text: str) -> None:
    tomllib.loads(text)
    with pytest.raises(LimitExceededError, match="TOML_NESTING_MAX: found 33, allowed 32"):
        TomlLines(text)


def test_what_is_nested_just_deep_enough_is_found() -> None:
    text = "x = " + "[" * TOML_NESTING_MAX + "1" + "]" * TOML_NESTING_MAX
    assert TomlLines(text).line_of(("x", *[0] * TOML_NESTING_MAX)) == 1


KEYS = st.text(alphabet='ab."\\é -', min_size=1, max_size=4)
SCALARS = st.one_of(st.none(), st.text(alphabet="a\"'\\#[]{}=,\né ", max_size=8))
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=6,
)
TABLES = st.dictionaries(KEYS, VALUES, max_size=4)
DOCUMENTS = st.dictionaries(KEYS, TABLES | st.lists(TABLES, min_size=1, max_size=3), max_size=4)


def quoted(text: str) -> str:
    """Write a basic string of TOML."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


class Writer:
    """Writes a document so that every None becomes the number of its line."""

    def __init__(self) -> None:
        self.text = ""

    def value(self, value: Any, *, inline: bool = False) -> None:
        gap = " " if inline else " # ] } comment\n"
        match value:
            case None:
                self.text += str(self.text.count("\n") + 1)
            case str():
                long = value.replace("\\", "\\\\").replace('"', '\\"')
                self.text += quoted(value) if inline else f'"""\n{long}"""'
            case list():
                self.text += "["
                for each in value:
                    self.text += gap
                    self.value(each, inline=inline)
                    self.text += ","
                self.text += gap + "]"
            case _:
                self.text += "{"
                for at, (key, each) in enumerate(value.items()):
                    self.text += (", " if at else " ") + quoted(key) + " = "
                    self.value(each, inline=True)
                self.text += "}"

    def table(self, header: str, table: dict[str, Any]) -> None:
        self.text += f"{header}\n"
        for key, value in table.items():
            self.text += f"{quoted(key)} = "
            self.value(value)
            self.text += "\n"

    def document(self, document: dict[str, Any]) -> None:
        for key, part in document.items():
            if isinstance(part, dict):
                self.table(f"[ {quoted(key)} ]", part)
            else:
                for table in part:
                    self.table(f"[[{quoted(key)}]]", table)


@pytest.mark.slow
@given(DOCUMENTS)
def test_any_document_is_walked_as_it_was_written(document: dict[str, Any]) -> None:
    writer = Writer()
    writer.document(document)
    lines = TomlLines(writer.text)
    found = integers(tomllib.loads(writer.text))
    assert [(path, lines.line_of(path)) for path, _ in found] == found
