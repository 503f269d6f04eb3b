"""The tables and settings are those that `docs/storage.md` tells of."""

import re
from pathlib import Path

from comity.storage.schema import SETTINGS, TABLES, TRIGGERS

DOCUMENT = (Path(__file__).parents[3] / "docs" / "storage.md").read_text(encoding="utf-8")


def tables() -> list[str]:
    """Return the names of all tables."""
    return [found[1] for one in TABLES if (found := re.search(r"CREATE TABLE (\w+)", one))]


def test_every_table_is_documented_and_no_other() -> None:
    rows = re.findall(r"^\| `(\w+)` \|", DOCUMENT, flags=re.MULTILINE)
    assert sorted(rows) == sorted(tables())


def test_every_setting_is_documented() -> None:
    for setting in SETTINGS:
        name = setting.removeprefix("PRAGMA ")
        if not name.startswith("cache_size"):
            assert f"`{name}`" in DOCUMENT, name


def test_every_table_is_guarded_against_change_and_deletion() -> None:
    for table in tables():
        guards = [one for one in TRIGGERS if f" ON {table} " in one]
        assert any(" BEFORE UPDATE" in one for one in guards), table
        assert any(" BEFORE DELETE" in one for one in guards), table


def test_every_table_checks_its_types() -> None:
    assert all("STRICT" in one for one in TABLES if "CREATE TABLE" in one)
