"""The folder of lists: everything in it is read, or the load stops."""

import shutil
from pathlib import Path

import pytest

from comity.errors import InputFaultsError, UsageError
from comity.feeds import lists
from comity.feeds.lists import load_lists

BOTH = Path(__file__).parents[2] / "fixtures" / "lists" / "both"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(BOTH, tmp_path / "lists")
    return tmp_path / "lists"


def faults_of(folder: Path) -> list[str]:
    with pytest.raises(InputFaultsError) as refused:
        load_lists(folder)
    return [str(fault) for fault in refused.value.faults]


def test_both_formats_are_read_in_the_order_of_their_names(folder: Path) -> None:
    assert [watchlist.publisher for watchlist in load_lists(folder)] == ["OFAC", "UN"]


def test_an_empty_folder_holds_no_list(tmp_path: Path) -> None:
    assert load_lists(tmp_path) == ()


def test_notes_and_hidden_files_are_passed_over(folder: Path) -> None:
    (folder / "README.md").write_text("where the lists come from")
    (folder / ".hidden").write_text("")
    assert len(load_lists(folder)) == 2


def test_several_dated_pairs_stand_side_by_side(folder: Path) -> None:
    shutil.copy(folder / "sdn.csv", folder / "sdn_2026.csv")
    shutil.copy(folder / "alt.csv", folder / "alt_2026.csv")
    assert len(load_lists(folder)) == 3


@pytest.mark.parametrize("name", ["sdn.csv", "alt.csv"])
def test_half_a_pair_is_refused(folder: Path, name: str) -> None:
    (folder / name).unlink()
    [fault] = faults_of(folder)
    assert f"no {name} beside it" in fault


@pytest.mark.parametrize("name", ["list.txt", "sdn.CSV", "other.csv", "un.XML", "un.xml.gz"])
def test_a_file_of_no_known_list_is_refused(folder: Path, name: str) -> None:
    (folder / name).write_text("names")
    assert any(name in fault and "no known list" in fault for fault in faults_of(folder))


def test_a_folder_inside_is_refused(folder: Path) -> None:
    (folder / "old.xml").mkdir()
    assert "no known list" in faults_of(folder)[0]


def test_a_missing_folder_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such folder"):
        load_lists(tmp_path / "absent")


def test_the_faults_of_all_files_are_reported_at_once(folder: Path) -> None:
    (folder / "un.xml").write_text("<A/>")
    (folder / "alt.csv").write_text("1,2\n")
    (folder / "x.txt").write_text("")
    assert len(faults_of(folder)) == 3


def test_no_more_of_a_file_is_read_than_the_limit(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "LIST_BYTES_MAX", 1_000)
    assert len(lists._list_file(folder / "un.xml").data) == 1_001


def test_the_published_lists_load_together(reference: Path) -> None:
    loaded = load_lists(reference / "sanctions")
    assert [(each.publisher, len(each.entries) > 1_000) for each in loaded] == [
        ("UN", True),
        ("OFAC", True),
    ]
