"""Versions of lists: kept for good, taken whole or not at all, compared entry by entry."""

import shutil
from pathlib import Path

import pytest

from comity.errors import InputFaultsError, UsageError
from comity.feeds.list_versions import (
    VERSIONS_FOLDER,
    compare_versions,
    kept_versions,
    take_lists,
)
from comity.feeds.lists import load_lists
from comity.screening import EVERYBODY, Effect

BOTH = Path(__file__).parents[2] / "fixtures" / "lists" / "both"


@pytest.fixture
def lists(tmp_path: Path) -> Path:
    return tmp_path / "lists"


@pytest.fixture
def newer(tmp_path: Path) -> Path:
    """A later UN list: one name spelt otherwise, one entry gone, under another file name."""
    source = tmp_path / "newer"
    source.mkdir()
    text = (BOTH / "un.xml").read_text(encoding="utf-8")
    start = text.index("<ENTITIES>") + len("<ENTITIES>")
    text = text[:start] + text[text.index("</ENTITIES>") :]
    text = text.replace("ORLAN", "ORLANN").replace("2026-05-20", "2026-06-01")
    (source / "consolidated.xml").write_text(text, encoding="utf-8")
    return source


def tree(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_what_is_taken_is_in_use_and_kept(lists: Path) -> None:
    taken = take_lists(BOTH, lists)
    assert [(one.changed, one.replaced) for one in taken] == [(True, "")] * 2
    assert [one.entries for one in load_lists(lists)] == [one.entries for one in load_lists(BOTH)]
    assert {one.label for one in kept_versions(lists)} == {one.label for one in load_lists(BOTH)}


def test_the_version_before_is_kept_and_out_of_use(lists: Path, newer: Path) -> None:
    shutil.copytree(BOTH, lists)  # not taken in by the command, but in use all the same
    [ofac, before] = load_lists(lists)
    [taken] = take_lists(newer, lists)
    assert (taken.replaced, taken.changed) == (before.label, True)
    assert [one.label for one in load_lists(lists)] == [taken.watchlist.label, ofac.label]
    assert not (lists / "un.xml").exists()
    assert [one.version for one in kept_versions(lists)] == [
        ofac.version,
        "2026-05-20T00:00:00.000Z",
        "2026-06-01T00:00:00.000Z",
    ]


def test_taking_the_same_again_changes_nothing(lists: Path) -> None:
    take_lists(BOTH, lists)
    before = tree(lists)
    assert [one.changed for one in take_lists(BOTH, lists)] == [False, False]
    assert tree(lists) == before


def test_a_fault_anywhere_leaves_all_as_it_was(lists: Path, newer: Path) -> None:
    take_lists(BOTH, lists)
    before = tree(lists)
    shutil.copy(BOTH / "sdn.csv", newer / "sdn.csv")
    (newer / "alt.csv").write_text('900001,1,"aka","","x"\n')
    with pytest.raises(InputFaultsError) as refused:
        take_lists(newer, lists)
    assert "alt_name" in str(refused.value.faults[0])
    assert tree(lists) == before


def test_two_versions_of_one_list_are_refused(lists: Path, newer: Path) -> None:
    shutil.copy(BOTH / "un.xml", newer / "un.xml")
    with pytest.raises(InputFaultsError, match="another version of the UN consolidated list"):
        take_lists(newer, lists)
    assert not lists.exists()


def test_a_source_without_a_list_is_refused(tmp_path: Path, lists: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError, match="found no list"):
        take_lists(tmp_path / "empty", lists)
    with pytest.raises(UsageError, match="no such folder"):
        take_lists(tmp_path / "none", lists)


def test_a_kept_version_that_was_changed_is_refused(lists: Path) -> None:
    take_lists(BOTH, lists)
    [kept] = (lists / VERSIONS_FOLDER).rglob("un.xml")
    kept.write_bytes(kept.read_bytes().replace(b"ORLAN", b"NOBODY"))
    with pytest.raises(InputFaultsError, match="found a list with the hash"):
        kept_versions(lists)


def test_a_difference_names_what_came_went_and_changed(lists: Path, newer: Path) -> None:
    [_, before] = load_lists(BOTH)
    [after] = load_lists(newer)
    found = compare_versions(before, after)
    assert [entry.reference for entry in found.removed] == ["XXe.001"]
    [change] = found.changed
    assert change.after.reference == "XXi.001"
    assert change.fields == ("names",)
    assert found.added == ()
    back = compare_versions(after, before)
    assert back.added == found.removed
    assert compare_versions(before, before).changed == ()


def test_each_list_says_whom_it_binds_and_to_what() -> None:
    [ofac, un] = load_lists(BOTH)
    assert (un.binds, un.effect) == ((EVERYBODY,), Effect.FREEZE)
    assert (ofac.binds, ofac.effect) == (("US",), Effect.FREEZE)
    assert un.is_binding_for(["KG", "RU"])
    assert not ofac.is_binding_for(["KG", "RU"])
    assert ofac.is_binding_for(["KG", "US"])


def test_each_entry_keeps_its_record_as_published() -> None:
    [ofac, un] = load_lists(BOTH)
    lines = (BOTH / "sdn.csv").read_text().splitlines()
    aliases = (BOTH / "alt.csv").read_text().splitlines()
    assert ofac.entries[0].original == f"{lines[0]}\n{aliases[0]}"
    assert ofac.entries[2].original == lines[2]
    text = (BOTH / "un.xml").read_text(encoding="utf-8")
    for entry in un.entries:
        assert entry.original in text
        assert entry.reference in entry.original
