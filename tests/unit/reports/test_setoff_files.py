"""The folder a set-off leaves behind: whole or not at all, the same bytes, safe names."""

import csv
import io
import json
import os
from pathlib import Path

import pytest

from comity.feeds.obligations import read_liquidity, read_obligations
from comity.reports import setoff_files
from comity.reports.setoff_files import (
    CREDITOR_OWES_NO_MORE,
    DEBTOR_HAS_NO_MORE,
    DEBTOR_HAS_NO_MORE_LIQUIDITY,
    NO_GAIN,
    is_result_place,
    setoff_document,
    write_setoff,
)
from comity.service.setting_off import SetOffDone, set_off

WITNESS = "id,debtor,creditor,amount\n1,A,B,10\n2,B,A,8\n3,B,C,10\n4,C,A,10\n"


def done_of(text: str, liquidity: str | None = None) -> SetOffDone:
    held = None if liquidity is None else read_liquidity("l.csv", liquidity.encode())
    return set_off(read_obligations("o.csv", text.encode()), held)


def written(folder: Path, text: str, liquidity: str | None = None) -> dict[str, str]:
    done = done_of(text, liquidity)
    write_setoff(folder, done, setoff_document(done))
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_text("utf-8") for path in paths}


def rows_of(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline=""), strict=True))


def test_what_is_cleared_of_each_obligation_stands_in_the_order_of_the_file(
    tmp_path: Path,
) -> None:
    files = written(tmp_path, WITNESS)
    assert files["cleared.csv"] == (
        "id,line,debtor,creditor,amount,cleared,remaining\n"
        "1,2,A,B,10,10,0\n2,3,B,A,8,0,8\n3,4,B,C,10,10,0\n4,5,C,A,10,10,0\n"
    )


def test_positions_say_what_each_party_owed_and_still_owes(tmp_path: Path) -> None:
    files = written(tmp_path, WITNESS, "party,amount\nB,3\nD,1\n")
    assert files["positions.csv"] == (
        "party,to_pay,to_receive,net,cleared_to_pay,cleared_to_receive,remaining_to_pay,"
        "remaining_to_receive,liquidity,liquidity_drawn,liquidity_received\n"
        "A,10,18,8,10,13,0,5,0,0,3\nB,18,10,-8,13,10,5,0,3,3,0\nC,10,10,0,10,10,0,0,0,0,0\n"
        "D,0,0,0,0,0,0,0,1,0,0\n"
    )


def test_each_party_has_a_notice_of_what_it_pays_and_receives(tmp_path: Path) -> None:
    files = written(tmp_path, WITNESS, "party,amount\nB,3\nD,1\n")
    assert [name for name in files if "notices" in name] == [
        "notices/0001-A.csv",
        "notices/0002-B.csv",
        "notices/0003-C.csv",
    ]
    assert files["notices/0001-A.csv"] == (
        "party,direction,counterparty,id,line,amount,cleared,remaining,why_it_remains\n"
        "A,pays,B,1,2,10,10,0,\n"
        f"A,receives,B,2,3,8,3,5,{DEBTOR_HAS_NO_MORE_LIQUIDITY}\n"
        "A,receives,C,4,5,10,10,0,\n"
    )


def reasons(folder: Path, rows: str, liquidity: str | None = None) -> list[str]:
    """Return by line why something of an obligation remains, as its debtor is told."""
    files = written(folder, f"debtor,creditor,amount\n{rows}", liquidity)
    notices = (rows_of(text)[1:] for name, text in files.items() if name.startswith("notices/"))
    told = {int(row[4]): row[-1] for notice in notices for row in notice if row[1] == "pays"}
    return [told[line] for line in sorted(told)]


def test_why_something_remains_is_the_first_reason_that_holds(tmp_path: Path) -> None:
    assert reasons(tmp_path, "A,B,1\n") == [DEBTOR_HAS_NO_MORE]
    # B is still owed something by C, but A owes nothing more to anybody.
    found = reasons(tmp_path, "A,B,1\nB,A,3\nC,B,1\n")
    assert found == ["", CREDITOR_OWES_NO_MORE, DEBTOR_HAS_NO_MORE]
    # A is still owed something and B still owes something, but no chain of debts closes.
    chain = "X,A,1\nA,B,1\nB,Y,1\n"
    assert reasons(tmp_path, chain)[1] == NO_GAIN
    # Where there is liquidity, a creditor that owes nothing can still be paid in money.
    assert reasons(tmp_path, chain, "party,amount\nY,5\n")[1:] == [NO_GAIN, NO_GAIN]
    assert reasons(tmp_path, "A,B,2\n", "party,amount\nA,1\n") == [DEBTOR_HAS_NO_MORE_LIQUIDITY]


def test_cells_are_quoted_where_needed_and_read_back(tmp_path: Path) -> None:
    text = 'id,debtor,creditor,amount\n"a,1","ООО ""Х, Y""",B,5\nb,B,"ООО ""Х, Y""",5\n'
    files = written(tmp_path, text)
    assert rows_of(files["cleared.csv"])[1] == ["a,1", "2", 'ООО "Х, Y"', "B", "5", "5", "0"]
    assert rows_of(files["positions.csv"])[2][0] == 'ООО "Х, Y"'
    assert list(files)[2:] == ["notices/0001-B.csv", "notices/0002-OOO-Kh-Y.csv", *list(files)[4:]]


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("../../etc/passwd", "0001-etc-passwd.csv"),
        ("CON", "0001-CON.csv"),
        ("…", "0001.csv"),
        ("x" * 140, f"0001-{'x' * 40}.csv"),
        ("-rf", "0001-rf.csv"),
    ],
)
def test_a_notice_has_a_name_that_is_safe_everywhere(tmp_path: Path, name: str, file: str) -> None:
    files = written(tmp_path, f"debtor,creditor,amount\n{name},�,5\n")
    assert f"notices/{file}" in files


def test_without_ids_the_column_is_empty(tmp_path: Path) -> None:
    files = written(tmp_path, "debtor,creditor,amount\nA,B,5\n")
    assert files["cleared.csv"].endswith("\n,2,A,B,5,0,5\n")
    assert "A,pays,B,,2,5,0,5," in files["notices/0001-A.csv"]


def test_of_many_parties_one_file_holds_all_notices_by_party(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    each = written(tmp_path / "each", WITNESS)
    monkeypatch.setattr(setoff_files, "NOTICE_FILES_MAX", 2)
    monkeypatch.setattr(setoff_files, "_ROWS_AT_ONCE", 3)
    all_in_one = written(tmp_path / "one", WITNESS)
    assert not (tmp_path / "one" / "notices").exists()
    assert json.loads(all_in_one["result.json"])["files"]["notices"] == "notices.csv"
    header, *lines = all_in_one["notices.csv"].splitlines()
    parts = [text.splitlines() for name, text in each.items() if name.startswith("notices/")]
    assert all(part[0] == header for part in parts)
    assert lines == [line for part in parts for line in part[1:]]
    assert all_in_one["cleared.csv"] == each["cleared.csv"]


def test_the_same_obligations_give_the_same_bytes_and_old_notices_go(tmp_path: Path) -> None:
    first = written(tmp_path / "a", WITNESS)
    (tmp_path / "b" / "notices").mkdir(parents=True)
    (tmp_path / "b" / "notices" / "mine.csv").write_text("not a notice")
    written(tmp_path / "b", "debtor,creditor,amount\nOther,Party,5\n")
    second = written(tmp_path / "b", WITNESS)
    assert second.pop("notices/mine.csv") == "not a notice"
    assert first == second


def test_a_disk_that_fills_up_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = written(tmp_path, WITNESS)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(setoff_files, "_write_notices", full)
        with pytest.raises(OSError, match="No space left"):
            written(tmp_path, "debtor,creditor,amount\nOther,Party,5\n")
    paths = sorted(path for path in tmp_path.rglob("*") if path.is_file())
    assert {str(path.relative_to(tmp_path)): path.read_text("utf-8") for path in paths} == before


def test_the_result_is_the_last_file_to_appear(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(tmp_path, WITNESS)
    moves: list[tuple[str, bool]] = []
    replace = os.replace

    def watched(source: Path, target: Path) -> None:
        moves.append((target.name, (tmp_path / "result.json").exists()))
        replace(source, target)

    monkeypatch.setattr(os, "replace", watched)
    written(tmp_path, WITNESS)
    assert moves[-1][0] == "result.json"
    assert not any(was_there for _, was_there in moves)


def test_a_file_that_a_result_would_replace_is_recognised(tmp_path: Path) -> None:
    for name in ("cleared.csv", "result.json", "notices.csv", "notices/0001-A.csv"):
        assert is_result_place(tmp_path, tmp_path / name)
    for name in ("obligations.csv", "notices/mine.csv", "deep/cleared.csv"):
        assert not is_result_place(tmp_path, tmp_path / name)
