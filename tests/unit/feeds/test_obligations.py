"""Obligations and liquidity files: read whole and right, or refused with every fault."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.errors import InputFaultsError, UsageError
from comity.feeds import obligations as module
from comity.feeds.obligations import load_obligations, read_liquidity, read_obligations
from comity.service.setting_off import ObligationList

HEADER = "debtor,creditor,amount\n"


def read(text: str) -> ObligationList:
    return read_obligations("folder/o.csv", text.encode())


def faults_of(text: str, *, liquidity: bool = False) -> list[str]:
    with pytest.raises(InputFaultsError) as refused:
        (read_liquidity if liquidity else read_obligations)("o.csv", text.encode())
    return [str(fault) for fault in refused.value.faults]


def test_parties_are_numbered_in_the_order_of_their_names_in_utf_8() -> None:
    found = read(HEADER + 'Я,b,10\nb,A,8\n"𐍈, ""ООО""",a,5\n')
    assert found.parties == ("A", "a", "b", "Я", '𐍈, "ООО"')
    assert found.parties == tuple(sorted(found.parties, key=str.encode))
    assert found.debtors.tolist() == [3, 2, 4]
    assert found.creditors.tolist() == [2, 0, 1]
    assert found.amounts_minor.tolist() == [10, 8, 5]
    assert found.lines.tolist() == [2, 3, 4]
    assert (found.name, found.ids) == ("o.csv", None)


def test_ids_are_kept_and_columns_may_come_in_any_order() -> None:
    found = read('id,amount,creditor,debtor\nинв-1,1,b,a\n"x ""1"", 2",2,a,b\n')
    assert list(found.ids or ()) == ["инв-1", 'x "1", 2']
    assert found.debtors.tolist() == [0, 1]


def test_a_quoted_name_and_a_bare_one_are_one_party() -> None:
    assert read(HEADER + '"a",b,1\na,"b",1\n').parties == ("a", "b")


def test_names_are_one_only_if_their_bytes_are() -> None:
    assert read(HEADER + "a,A,1\nа,A,1\n").parties == ("A", "a", "а")


def test_a_file_of_nothing_but_its_header_holds_no_obligation() -> None:
    found = read(HEADER)
    assert (len(found.lines), found.parties) == (0, ())


def test_an_amount_may_have_zeros_in_front_however_many() -> None:
    found = read(HEADER + f"a,b,007\na,b,{'0' * 30}5\na,b,999999999999999\n")
    assert found.amounts_minor.tolist() == [7, 5, 10**15 - 1]


AMOUNT = "expected a whole number of minor units from 1 to 999999999999999, only digits"


@pytest.mark.parametrize(
    "text", ["0", "1.0", "1.5", "1e3", "+1", " 1", "1_0", "٣", "1000000000000000", "9" * 5000, "x"]
)
def test_an_amount_that_is_no_whole_number_in_range_is_refused(text: str) -> None:
    (fault,) = faults_of(f"{HEADER}a,b,{text}\n")
    assert fault.startswith("o.csv:2: amount: found '")
    assert fault.endswith(AMOUNT)


def test_a_negative_amount_is_refused_with_what_to_do() -> None:
    assert faults_of(HEADER + "a,b,-5\n") == [
        f"o.csv:2: amount: found '-5', {AMOUNT};"
        " a debt the other way has debtor and creditor exchanged"
    ]


@pytest.mark.parametrize(
    ("name", "found", "expected"),
    [
        ("", "nothing", "a name"),
        ("x ", "'x '", "no spaces before or after it"),
        (" x", "' x'", "no spaces before or after it"),
        ("x\u00a0", "'x\\xa0'", "no spaces before or after it"),
        ('"x\ny"', "U+000A in 'x\\ny'", "signs that can be seen, and plain spaces"),
        ("x\u202ey", "U+202E in 'x\\u202ey'", "signs that can be seen, and plain spaces"),
        ("x\0y", "U+0000 in 'x\\x00y'", "signs that can be seen, and plain spaces"),
        ("e\u0301", "'e\u0301'", "composed letters (Unicode NFC)"),
        ("x" * 141, "141 characters", "at most 140"),
    ],
)
def test_a_name_or_id_that_could_be_mistaken_is_refused(
    name: str, found: str, expected: str
) -> None:
    for column, row in (("debtor", f"{name},b,1,2"), ("creditor", f"b,{name},1,2")):
        (fault,) = faults_of(f"debtor,creditor,amount,id\n{row}\n")
        assert fault.startswith(f"o.csv:2: {column}: found {found}, expected {expected}")
    (fault,) = faults_of(f"debtor,creditor,amount,id\na,b,1,{name}\n")
    of_id = expected if name else "an id on each row, or no such column"
    assert fault.startswith(f"o.csv:2: id: found {found}, expected {of_id}")
    (fault,) = faults_of(f"party,amount\n{name},1\n", liquidity=True)
    assert fault.startswith(f"o.csv:2: party: found {found}, expected {expected}")


def test_every_line_on_which_a_wrong_name_stands_is_named() -> None:
    found = faults_of(HEADER + "a ,b,1\nb,c,1\nc,a ,1\n")
    assert [fault.split(": found")[0] for fault in found] == [
        "o.csv:2: debtor",
        "o.csv:4: creditor",
    ]


def test_an_obligation_to_oneself_is_refused() -> None:
    assert faults_of(HEADER + 'a,b,1\nb,"b",2\n') == [
        "o.csv:3: creditor: found 'b' again, expected another party than the debtor;"
        " take the line out"
    ]


def test_an_id_that_stands_twice_is_refused_with_both_lines() -> None:
    found = faults_of('debtor,creditor,amount,id\na,b,1,x\na,b,1,y\nb,a,1,"x"\nb,a,1,x\n')
    assert found == [
        f"o.csv:{line}: id: found 'x', which stands on line 2 too, expected each one once"
        for line in (4, 5)
    ]


def test_all_faults_come_at_once_in_the_order_of_their_lines() -> None:
    found = faults_of(
        "debtor,creditor,amount,id\na,a,0,1\n,b,1,1\na,b\nb,a,1.5,\nb,a,7,5\nx ,b,-1,6\n"
    )
    assert [fault.split(": found")[0] for fault in found] == [
        "o.csv:2: creditor",
        "o.csv:2: amount",
        "o.csv:3: debtor",
        "o.csv:3: id",
        "o.csv:4",
        "o.csv:5: amount",
        "o.csv:5: id",
        "o.csv:7: debtor",
        "o.csv:7: amount",
    ]


def test_amounts_that_do_not_fit_in_sum_are_refused() -> None:
    most = 10**15 - 1
    rows = f"a,b,{most}\n" * 4_000
    assert len(read(HEADER + rows + "a,b,4000\n").lines) == 4_001
    assert faults_of(HEADER + rows + "a,b,4001\n") == [
        "o.csv: amount: found a sum of 4000000000000000001, expected at most"
        " 4000000000000000000 in all; part the file"
    ]


def test_more_rows_than_allowed_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "OBLIGATIONS_MAX", 2)
    assert len(read(HEADER + "a,b,1\n" * 2).lines) == 2
    assert faults_of(HEADER + "a,b,1\n" * 3) == [
        "o.csv: found 3 rows, expected at most 2; part the file"
    ]


def test_liquidity_may_be_zero_and_is_ordered_by_party() -> None:
    found = read_liquidity("l.csv", b"amount,party\n5,b\n0,a\n")
    assert found.parties == ("a", "b")
    assert found.amounts_minor.tolist() == [0, 5]


def test_liquidity_of_one_party_stands_once() -> None:
    (fault,) = faults_of("party,amount\na,1\na,1\n", liquidity=True)
    assert fault.startswith("o.csv:3: party: found 'a', which stands on line 2 too")


def test_the_faults_of_both_files_come_at_once(tmp_path: Path) -> None:
    first, second = tmp_path / "o.csv", tmp_path / "l.csv"
    first.write_text(HEADER + "a,a,1\n")
    second.write_text("party,amount\na,-1\n")
    with pytest.raises(InputFaultsError) as refused:
        load_obligations(first, second)
    assert [fault.file for fault in refused.value.faults] == [str(first), str(second)]


def test_a_file_that_is_not_there_is_refused_and_so_is_a_folder(tmp_path: Path) -> None:
    for path in (tmp_path / "no.csv", tmp_path):
        with pytest.raises(UsageError, match=r"found no such file, expected a CSV file"):
            load_obligations(path)


def test_a_file_too_large_is_refused_unread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "o.csv"
    path.write_text(HEADER)
    monkeypatch.setattr(module, "CSV_BYTES_MAX", len(HEADER) - 1)
    with pytest.raises(UsageError, match="found 23 bytes, expected at most 22"):
        load_obligations(path)


@given(
    st.lists(
        st.tuples(st.sampled_from("abcЖ"), st.sampled_from("abcЖ"), st.integers(1, 10**15 - 1))
    )
)
def test_what_is_written_is_what_is_read(rows: list[tuple[str, str, int]]) -> None:
    rows = [row for row in rows if row[0] != row[1]]
    found = read(HEADER + "".join(f"{a},{b},{amount}\n" for a, b, amount in rows))
    names = np.array(found.parties, object)
    assert list(names[found.debtors]) == [row[0] for row in rows]
    assert list(names[found.creditors]) == [row[1] for row in rows]
    assert found.amounts_minor.tolist() == [row[2] for row in rows]
