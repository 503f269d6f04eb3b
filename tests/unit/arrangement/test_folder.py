"""What lies in an arrangement folder and what may be read of it."""

import os
from pathlib import Path

import pytest
from tests.unit.arrangement.small_folder import append, faults_of

from comity.arrangement import FILE_BYTES_MAX, folder_notes, load_scheme, payment_files
from comity.arrangement.folder import FILE_LINE_MAX
from comity.errors import InputFaultsError


def payment_faults(folder: Path) -> list[str]:
    """Return the faults below payments/, which must be there."""
    with pytest.raises(InputFaultsError) as caught:
        payment_files(folder)
    return [str(fault) for fault in caught.value.faults]


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    (fault,) = faults_of(tmp_path / "nowhere")
    assert (fault.found, fault.expected) == ("no folder", "an arrangement folder")
    (tmp_path / "file").write_text("")
    (fault,) = faults_of(tmp_path / "file")
    assert fault.found == "a file"


def test_an_empty_folder_lacks_its_three_files_and_an_agreement(tmp_path: Path) -> None:
    assert [fault.file for fault in faults_of(tmp_path)] == [
        "accounts.csv",
        "agreements/",
        "arrangement.toml",
        "participants.csv",
    ]


def test_other_names_at_the_top_are_noted_and_not_read(small: Path) -> None:
    (small / "out").mkdir()
    (small / "out" / "anything").write_text("")
    (small / "notes.txt").write_text("")
    (small / "README.md").write_text("")
    load_scheme(small)
    assert folder_notes(small) == ("notes.txt", "out")


def test_names_that_begin_with_a_point_and_read_me_files_are_left_alone(small: Path) -> None:
    for name in (".DS_Store", "agreements/.goods.toml.swp", "calendars/README.md"):
        (small / name).write_text("anything")
    (small / "payments" / ".git").mkdir(parents=True)
    (small / "payments" / ".git" / "one.xml").write_text("")
    load_scheme(small)
    assert folder_notes(small) == ()
    assert payment_files(small) == ()


@pytest.mark.parametrize(
    "name",
    [
        "agreements/goods.tml",
        "agreements/old/goods.toml",
        "calendars/KG.toml.orig",
        "series/payments.csv",
    ],
)
def test_a_file_among_the_scheme_s_files_that_is_none_is_refused(small: Path, name: str) -> None:
    path = small / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("")
    (fault,) = faults_of(small)
    assert (fault.file, fault.found) == (name, "a file that is not read")


def test_a_link_out_of_the_folder_is_not_followed(small: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside.toml"
    (small / "agreements" / "goods.toml").rename(outside)
    (small / "agreements" / "goods.toml").symlink_to(outside)
    (fault,) = faults_of(small)
    assert (fault.file, fault.found) == ("agreements/goods.toml", "a link out of the folder")


def test_a_link_within_the_folder_is_read(small: Path) -> None:
    real = small / "agreements" / "goods.toml"
    (small / "kept").mkdir()
    moved = real.rename(small / "kept" / "goods.toml")
    real.symlink_to(os.path.relpath(moved, real.parent))
    assert "goods@1" in [agreement.key for agreement in load_scheme(small).agreements]


def test_a_linked_folder_a_broken_link_and_a_loop_are_refused(small: Path, tmp_path: Path) -> None:
    (small / "calendars").rename(tmp_path / "elsewhere")
    (small / "calendars").symlink_to(tmp_path / "elsewhere")
    (small / "agreements" / "a.toml").symlink_to("nowhere.toml")
    (small / "agreements" / "b.toml").symlink_to("b.toml")
    assert [(fault.file, fault.found) for fault in faults_of(small)] == [
        ("agreements/a.toml", "a link that leads nowhere"),
        ("agreements/b.toml", "a link that leads nowhere"),
        ("calendars", "something else"),
    ]


def test_a_pipe_is_refused_and_not_waited_for(small: Path) -> None:
    os.mkfifo(small / "agreements" / "pipe.toml")
    (fault,) = faults_of(small)
    assert (fault.file, fault.found) == ("agreements/pipe.toml", "something else")


def test_a_file_where_a_folder_belongs_is_refused(small: Path) -> None:
    (small / "rates").write_text("")
    (fault,) = faults_of(small)
    assert (fault.file, fault.expected) == ("rates", "a folder")


def test_a_file_above_the_limit_is_refused(small: Path) -> None:
    line = "#" * 99 + "\n"
    append(small, "agreements/goods.toml", line * (FILE_BYTES_MAX // 100 + 1))
    (fault,) = faults_of(small)
    assert fault.expected == f"at most {FILE_BYTES_MAX} bytes"


def test_a_line_above_the_limit_is_refused_with_its_number(small: Path) -> None:
    append(small, "arrangement.toml", "#" * FILE_LINE_MAX + "\n")
    load_scheme(small)
    append(small, "arrangement.toml", "#" * (FILE_LINE_MAX + 1) + "\n")
    (fault,) = faults_of(small)
    assert fault.line == (small / "arrangement.toml").read_text().count("\n")


def test_bytes_that_are_not_utf8_are_refused_with_their_line(small: Path) -> None:
    path = small / "participants.csv"
    path.write_bytes(path.read_bytes().replace(b"Rechnoy", "Речной".encode("cp1251")))
    (fault,) = faults_of(small)
    assert (fault.file, fault.line) == ("participants.csv", 4)
    assert (fault.found, fault.expected) == ("byte 0xd0", "text in UTF-8")


def test_a_byte_order_mark_is_no_fault(small: Path) -> None:
    for name in ("participants.csv", "arrangement.toml"):
        path = small / name
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert len(load_scheme(small).participants) == 4


def test_a_name_that_is_not_utf8_is_written_out(small: Path) -> None:
    (small / "agreements" / os.fsdecode(b"g\xff.txt")).write_text("")
    (fault,) = faults_of(small)
    assert fault.file == "agreements/g\\xff.txt"


def test_payments_come_in_the_order_of_their_paths_in_bytes(small: Path) -> None:
    assert payment_files(small) == ()
    names = ["payments/b.xml", "payments/Б.xml", "payments/a/2.xml", "payments/a-1.xml"]
    for name in names:
        (small / name).parent.mkdir(parents=True, exist_ok=True)
        (small / name).write_text("<x/>")
    found = [path.relative_to(small).as_posix() for path in payment_files(small)]
    assert found == ["payments/a-1.xml", "payments/a/2.xml", "payments/b.xml", "payments/Б.xml"]
    load_scheme(small)


def test_what_is_no_message_file_below_payments_is_refused(small: Path, tmp_path: Path) -> None:
    payments = small / "payments"
    payments.mkdir()
    (payments / "README.md").write_text("")
    assert payment_files(small) == ()
    (payments / "one.XML").write_text("")
    (tmp_path / "outside.xml").write_text("")
    (payments / "two.xml").symlink_to(tmp_path / "outside.xml")
    assert payment_faults(small) == [
        "payments/one.XML: found a file that is not read, expected message files ending in .xml",
        "payments/two.xml: found a link out of the folder, expected a file in the folder",
    ]
