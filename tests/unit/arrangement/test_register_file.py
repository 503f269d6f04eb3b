"""The register in its folder: the chain of its lines, and which versions make the scheme."""

import json
from pathlib import Path

import pytest
from tests.unit.arrangement.small_folder import bind, edit, faults_of

from comity.agreements.register import RegisterError
from comity.arrangement import (
    REGISTER_FILE,
    folder_notes,
    load_acts,
    load_scheme,
    load_versions,
    register_bytes,
)
from comity.errors import InputFaultsError


def test_without_a_register_every_version_binds(small: Path) -> None:
    assert load_acts(small) is None
    assert load_scheme(small).agreements == load_versions(small)


def test_only_what_every_party_ratified_makes_the_scheme(small: Path) -> None:
    bind(small, "goods@1")
    assert [each.key for each in load_scheme(small).agreements] == ["goods@1"]
    assert len(load_versions(small)) == 4
    assert REGISTER_FILE not in folder_notes(small)


def test_a_register_of_drafts_alone_makes_no_scheme(small: Path) -> None:
    (small / REGISTER_FILE).write_bytes(b"")
    (fault,) = faults_of(small)
    assert (fault.file, fault.found) == (REGISTER_FILE, "no version that binds")


def test_a_text_that_changed_behind_its_proposal_stops_the_load(small: Path) -> None:
    bind(small, "goods@1")
    edit(small, "agreements/goods.toml", '"1000000.00"', '"1500000.00"')
    with pytest.raises(RegisterError, match="found another text of goods@1 than was proposed"):
        load_scheme(small)


def test_what_is_written_reads_back_to_the_byte(small: Path) -> None:
    bind(small, "goods@1")
    acts = load_acts(small)
    assert acts is not None
    assert register_bytes(acts) == (small / REGISTER_FILE).read_bytes()


@pytest.mark.parametrize("line", range(6))
def test_a_line_that_was_changed_or_taken_out_shows_in_the_next_one(small: Path, line: int) -> None:
    bind(small, "goods@1")
    path = small / REGISTER_FILE
    lines = path.read_bytes().splitlines(keepends=True)
    assert len(lines) == 6
    path.write_bytes(b"".join(lines[:line] + lines[line + 1 :]))
    if line < 5:
        with pytest.raises(InputFaultsError) as caught:
            load_acts(small)
        assert caught.value.faults[0].line == line + 1
        assert "a line was changed or taken out" in caught.value.faults[0].expected
    changed = lines[line].replace(b"2025-06-01", b"2025-05-01")
    path.write_bytes(b"".join([*lines[:line], changed, *lines[line + 1 :]]))
    if line < 5:
        with pytest.raises(InputFaultsError) as caught:
            load_acts(small)
        assert caught.value.faults[0].line == line + 2


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"{", "no JSON"),
        (b"[]", "no object"),
        (b"{}", "previous None"),
        (b'{"previous":"' + b"0" * 64 + b'"}', "document: found"),
    ],
)
def test_what_is_no_act_is_named_with_its_line(small: Path, data: bytes, found: str) -> None:
    (small / REGISTER_FILE).write_bytes(data + b"\n")
    with pytest.raises(InputFaultsError) as caught:
        load_acts(small)
    (fault,) = caught.value.faults
    assert (fault.file, fault.line) == (REGISTER_FILE, 1)
    assert found in fault.found


def test_numbers_have_no_gap(small: Path) -> None:
    bind(small, "goods@1")
    path = small / REGISTER_FILE
    body = json.loads(path.read_bytes().splitlines()[0])
    body["number"] = 2
    path.write_text(json.dumps(body) + "\n", encoding="utf-8")
    with pytest.raises(InputFaultsError, match="found act 2, expected act 1"):
        load_acts(small)
