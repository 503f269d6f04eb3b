"""CSV files of payments: every row with its line, and nothing read that could be read two ways."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.errors import InputFaultsError
from comity.simulator import payment_csv as module
from comity.simulator.payment_faults import PaymentFaults
from comity.simulator.payment_files import read_payments
from comity.simulator.payment_format import PaymentFormat

HEADER = "time,debtor,creditor,currency,amount"
ROW = "09:00,A,B,EUR,1"


def lines_of(text: str) -> list[int]:
    found: list[int] = read_payments("p.csv", text.encode()).line.tolist()
    return found


def faults_of(data: str | bytes) -> list[str]:
    with pytest.raises(InputFaultsError) as refused:
        read_payments("p.csv", data if isinstance(data, bytes) else data.encode())
    return [str(fault) for fault in refused.value.faults]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_are_counted_past_blank_ones_and_quoted_line_ends(end: str) -> None:
    header = f'"time",debtor,creditor,currency,amount,"link"{end}'
    trade = [f'09:00,A,B,EUR,1,"a{end}{end}b"', f'09:00,B,A,USD,1,"a{end}{end}b"']
    text = end + header + end.join([ROW + ",", "", "", *trade, ROW + ","])
    assert lines_of(text) == [3, 6, 9, 12]
    assert lines_of(text + end) == [3, 6, 9, 12]
    assert lines_of(text + end + end) == [3, 6, 9, 12]


def test_a_byte_order_mark_is_no_part_of_the_header() -> None:
    assert lines_of(f"\ufeff{HEADER}\n{ROW}\n") == [2]
    assert lines_of(f'\ufeff"time",debtor,creditor,currency,amount\n{ROW}\n') == [2]


def test_quotes_and_commas_within_a_name_are_part_of_it() -> None:
    text = f'{HEADER}\n09:00,"A, ""the"" bank","""",EUR,1\n'
    assert read_payments("p.csv", text.encode()).parties == ('"', 'A, "the" bank')


@pytest.mark.parametrize(
    ("rows", "line"),
    [
        ('09:00,A"x,B,EUR,1', 3),
        ('09:00,"A"x,B,EUR,1', 3),
        ('09:00,"A" ,B,EUR,1', 3),
        ('09:00, "A",B,EUR,1', 3),
        ('09:00,"A\n",B,EUR,1\n09:00,"A"x",B,EUR,1', 5),
    ],
)
def test_a_quote_astray_is_refused_with_its_line(rows: str, line: int) -> None:
    assert faults_of(f"{HEADER}\n{ROW}\n{rows}\n{ROW}\n") == [
        f"p.csv:{line}: found a quote inside a cell, expected quotes around the whole cell, and"
        ' those within it doubled: "a ""b"" c"'
    ]


def test_a_quote_that_is_never_closed_is_refused_with_its_line() -> None:
    assert faults_of(f'{HEADER}\n{ROW}\n09:00,"A,B,EUR,1\n{ROW}\n') == [
        "p.csv:3: found a quote that is never closed, expected quotes in pairs around a cell"
    ]


def test_rows_with_more_or_fewer_fields_are_refused_with_their_lines() -> None:
    text = f'{HEADER}\n{ROW}\n\n{ROW},x\n09:00,"A\n",C,EUR,1\nx\n   \n'
    assert faults_of(text) == [
        "p.csv:4: found 6 fields, expected 5: time,debtor,creditor,currency,amount",
        "p.csv:5: debtor: found 'A\\n', expected no spaces before or after it",
        "p.csv:7: found 1 field, expected 5: time,debtor,creditor,currency,amount",
        "p.csv:8: found 1 field, expected 5: time,debtor,creditor,currency,amount",
    ]


def test_a_file_of_another_encoding_is_refused_with_its_lines() -> None:
    data = f"{HEADER}\n{ROW}\n09:00,Банк,B,EUR,1\n".encode("windows-1251")
    assert faults_of(data) == [
        "p.csv:3: found byte 0xc1 at position 7, expected UTF-8; save the file in that encoding"
    ]


@pytest.mark.parametrize("data", ["", "\n\n", "\ufeff", "\r\n"])
def test_an_empty_file_is_refused(data: str) -> None:
    assert faults_of(data) == [
        "p.csv: found an empty file, expected a header that names the columns, and a payment a line"
    ]


@pytest.mark.parametrize("end", ["", "\n", "\n\r\n\n"])
def test_a_file_without_a_payment_is_refused(end: str) -> None:
    assert faults_of(HEADER + end) == [
        "p.csv: found no payment behind the header, expected a payment a line"
    ]


def test_a_file_larger_than_a_file_may_be_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CSV_BYTES_MAX", 10)
    assert faults_of(HEADER) == ["p.csv: found 36 bytes, expected at most 10; part it by days"]


def test_a_row_longer_than_a_block_is_read_and_judged_as_others_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "_BLOCK_BYTES", 32)
    assert lines_of(f"{HEADER}\n{ROW}\n09:00,{'A' * 100},B,EUR,1\n\n{ROW}\n") == [2, 3, 5]
    (fault,) = faults_of(f"{HEADER}\n{ROW}\n09:00,{'A' * 200},B,EUR,1\n{ROW}\n")
    assert fault.startswith("p.csv:3: debtor: found 200 characters")


@given(
    st.lists(
        st.lists(st.text(st.sampled_from('x,"\n\r é'), max_size=4), min_size=1, max_size=7),
        max_size=6,
    ),
    st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_rows_are_those_of_a_plain_reader_with_their_lines(rows: list[list[str]], end: str) -> None:
    text = f"time,debtor,creditor,currency,amount,id{end}"
    lines = []
    for row in rows:
        lines.append(1 + len(text.splitlines()))
        text += ",".join(map(cell, row)) if row != [""] else '""'
        text += end * (1 + len(row) % 3)
    table, faults = source_of(text.encode())
    whole = [line for line, row in zip(lines, rows, strict=True) if len(row) == 6]
    astray = [line for line, row in zip(lines, rows, strict=True) if len(row) != 6]
    assert table == whole
    assert faults == astray


def cell(text: str) -> str:
    """Return a text as a cell, in quotes where it needs them."""
    return text if set(text).isdisjoint(',"\r\n') else '"' + text.replace('"', '""') + '"'


def source_of(data: bytes) -> tuple[list[int], list[int]]:
    """Return the lines of rows that are whole, and of those that are not."""
    faults = PaymentFaults("p.csv")
    lines: list[int] = []
    try:
        source = module.read_csv("p.csv", data, PaymentFormat(), faults)
        lines = source.lines.tolist()
        assert all(len(column) == len(lines) for column in source.columns.values())
        faults.raise_if_any()
    except InputFaultsError as error:
        return lines, [fault.line for fault in error.faults if fault.line]
    return lines, []
