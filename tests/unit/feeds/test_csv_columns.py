"""CSV files as columns: the kernels agree with the csv module, and every fault has its line."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.errors import InputFaultsError
from comity.feeds.csv_columns import FAULTS_SHOWN_MAX, CsvColumns, read_columns

CELLS = st.text(alphabet='ab ,"\r\né', max_size=5)


def read(text: str | bytes) -> CsvColumns:
    data = text.encode() if isinstance(text, str) else text
    return read_columns("o.csv", data, required=("a", "b"), optional=("c",))


def rows_of(file: CsvColumns) -> list[tuple[str, ...]]:
    return list(zip(*file.columns.values(), strict=True))


def faults_of(text: str | bytes) -> list[str]:
    try:
        read(text).faults.raise_if_any()
    except InputFaultsError as error:
        return [str(fault) for fault in error.faults]
    return []


@given(st.lists(st.tuples(CELLS, CELLS), max_size=6), st.sampled_from(["\n", "\r\n", "\r", ""]))
def test_what_the_csv_module_writes_is_read_back(
    rows: list[tuple[str, str]], line_end: str
) -> None:
    stream = io.StringIO(newline="")
    # The module quotes no more than needed, but only with its own line end knows what is needed.
    if line_end:
        writer = csv.writer(stream, lineterminator=line_end, quoting=csv.QUOTE_ALL)
    else:
        writer = csv.writer(stream)
    writer.writerows([("a", "b"), *rows])
    file = read(stream.getvalue())
    assert rows_of(file) == rows
    assert faults_of(stream.getvalue()) == []


@given(st.text(alphabet='a,"\n\r', max_size=30))
def test_any_text_is_read_as_the_csv_module_reads_it_or_refused(text: str) -> None:
    whole = "a,b\n" + text
    try:
        file = read(whole)
        file.faults.raise_if_any()
    except InputFaultsError:
        return
    expected = [row for row in csv.reader(io.StringIO(whole, newline=""), strict=True) if row][1:]
    assert [list(row) for row in rows_of(file)] == expected


@given(st.lists(st.lists(st.sampled_from(["x", '"x\ny"', '"x\r\ny"', '"x\ry"', ""]), min_size=2)))
def test_every_row_knows_on_which_line_it_begins(rows: list[list[str]]) -> None:
    text = "".join(f"{row[0]},{row[1]}\n" for row in rows)
    stream = io.StringIO("a,b\n" + text, newline="")
    reader, expected, before = csv.reader(stream, strict=True), [], 0
    for _ in reader:
        expected.append(before + 1)
        before = reader.line_num
    assert read("a,b\n" + text).lines.tolist() == expected[1:]


def test_columns_come_in_any_order_behind_a_byte_order_mark_and_blank_lines() -> None:
    file = read(b"\xef\xbb\xbf\n\r\nb,c,a\r\n1,2,3\r\n\r\n4,5,6")
    assert rows_of(file) == [("1", "2", "3"), ("4", "5", "6")]
    assert list(file.columns) == ["b", "c", "a"]
    assert file.lines.tolist() == [4, 6]


def test_rows_without_as_many_cells_as_the_header_are_faults_and_the_rest_is_read() -> None:
    text = 'a,b\n1\n2,2\n3,3,3\n"4,4\n'
    assert rows_of(read(text)) == [("2", "2")]
    assert faults_of(text) == [
        "o.csv:2: found 1 cell, expected 2: a,b",
        "o.csv:4: found 3 cells, expected 2: a,b",
        "o.csv:5: found a quote that is never closed, expected quotes in pairs around a cell;"
        " nothing after this one was read",
    ]


@pytest.mark.parametrize("row", ['x"y,1', '"x"y,1', '"x" ,1', '1,"x"y'])
def test_a_stray_quote_is_a_fault_of_its_row_alone(row: str) -> None:
    text = f"a,b\n{row}\n1,2\n"
    assert rows_of(read(text)) == [("1", "2")]
    (fault,) = faults_of(text)
    assert fault.startswith("o.csv:2: found a quote inside a cell, expected quotes around the")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ["o.csv:1: a: found no header", "o.csv:1: b: found no header"]),
        ("a\n", ["o.csv:1: b: found the header 'a', expected a column 'b'"]),
        ("a;b\n1;2\n", ["column 'a'", "column 'b'", "found column 'a;b', expected no other"]),
        ("a,b,d\n", ["found column 'd', expected no other columns than a, b, c; take it out"]),
        ("a,b,a\n", ["a: found column 'a' again, expected each column once"]),
        ("\nA,b\n", ["o.csv:2: a: found the header 'A,b'", "o.csv:2: found column 'A'"]),
    ],
)
def test_a_header_of_other_columns_is_refused(text: str, words: list[str]) -> None:
    with pytest.raises(InputFaultsError) as refused:
        read(text)
    found = [str(fault) for fault in refused.value.faults]
    assert len(found) == len(words)
    for fault, word in zip(found, words, strict=True):
        assert word in fault


def test_every_line_that_is_not_utf_8_is_named() -> None:
    with pytest.raises(InputFaultsError) as refused:
        read("a,b\nМир,1\n".encode("cp1251") + b"x,1\n1,\xff\n")
    assert [str(fault) for fault in refused.value.faults] == [
        "o.csv:2: found byte 0xcc at position 1, expected UTF-8; save the file in that encoding",
        "o.csv:4: found byte 0xff at position 3, expected UTF-8; save the file in that encoding",
    ]


def test_faults_beyond_the_first_hundred_are_counted() -> None:
    found = faults_of("a,b\n" + "1\n" * (FAULTS_SHOWN_MAX + 7))
    assert len(found) == FAULTS_SHOWN_MAX + 1
    assert found[-1] == "o.csv: found 7 more faults, expected none; mend these and run again"
