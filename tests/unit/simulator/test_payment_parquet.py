"""Parquet files of payments: native types are read, and what would not be exact is refused."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from tests.kit.payment_files import as_parquet

from comity.errors import InputFaultsError
from comity.simulator.payment_files import read_payments
from comity.simulator.payment_format import PaymentFormat

COLUMNS = {
    "time": ["09:00", "10:00"],
    "debtor": ["A", "B"],
    "creditor": ["B", "A"],
    "currency": ["EUR", "EUR"],
    "amount": ["1.00", "2.5"],
}


def faults_of(data: bytes, **form: Any) -> list[str]:
    with pytest.raises(InputFaultsError) as refused:
        read_payments("p.parquet", data, PaymentFormat(**form))
    return [str(fault) for fault in refused.value.faults]


def test_a_parquet_file_is_known_by_its_first_bytes_too() -> None:
    assert read_payments("payments", as_parquet(COLUMNS)).line.tolist() == [1, 2]


def test_numbers_may_name_banks_and_missing_values_are_nothing() -> None:
    columns = {
        **COLUMNS,
        "debtor": pa.array([10, 9], pa.int32()),
        "creditor": pa.array([9, 10], pa.uint64()),
        "amount": pa.array([1, 2], pa.int64()),
        "priority": pa.array([None, "high"]),
        "purpose": pa.nulls(2),
        "till": pa.nulls(2),
        "link": pa.nulls(2),
    }
    found = read_payments("p.parquet", as_parquet(columns))
    assert found.parties == ("10", "9")
    assert found.amount_minor.tolist() == [100, 200]
    assert (found.priority.tolist(), found.till_us.tolist()) == ([2, 1], [-1, -1])


def test_a_name_that_no_payment_bears_is_no_party() -> None:
    names = pa.DictionaryArray.from_arrays(pa.array([0, 2], pa.int32()), ["A", "unused", "B"])
    found = read_payments("p.parquet", as_parquet({**COLUMNS, "debtor": names}))
    assert found.parties == ("A", "B")
    assert (found.debtor.tolist(), found.creditor.tolist()) == ([0, 1], [1, 0])


def test_faults_name_the_row() -> None:
    columns = {**COLUMNS, "debtor": ["A", None], "amount": pa.array([1, None], pa.int64())}
    columns["time"] = pa.array([None, 1], pa.time64("us"))
    assert [fault.split(", expected")[0] for fault in faults_of(as_parquet(columns))] == [
        "p.parquet:1: time: found nothing",
        "p.parquet:2: debtor: found nothing",
        "p.parquet:2: amount: found nothing",
    ]


def test_decimals_beyond_the_currency_are_told_without_the_zeros_of_the_column() -> None:
    column = pa.array(["1.23000", "1.23400"]).cast(pa.decimal128(20, 5))
    assert faults_of(as_parquet({**COLUMNS, "amount": column})) == [
        "p.parquet:2: amount: found '1.234' with 3 decimals, expected at most 2, as EUR has"
    ]


@pytest.mark.parametrize(
    ("column", "values", "found", "expected"),
    [
        (
            "amount",
            pa.array([1.0, 2.0]),
            "double",
            "decimals, integers or text, which are exact",
        ),
        (
            "amount",
            pa.array([1, 2]).cast(pa.decimal256(40, 2)),
            "decimal256(40, 2)",
            "decimals, integers or text, which are exact",
        ),
        ("debtor", pa.array([b"A", b"B"]), "binary", "text or integers"),
        ("debtor", pa.array([["A"], ["B"]]), "list<element: string>", "text or integers"),
        ("currency", pa.array([1.0, 2.0]), "double", "text or integers"),
        ("time", pa.array([1, 2]), "int64", "a time of day, a timestamp or text"),
        ("date", pa.array([1, 2]), "int64", "a date, a timestamp without time zone or text"),
        (
            "from",
            pa.array([1, 2], pa.timestamp("us")),
            "timestamp[us]",
            "a time of day or text",
        ),
    ],
)
def test_a_column_of_another_type_is_refused(
    column: str, values: Any, found: str, expected: str
) -> None:
    assert faults_of(as_parquet({**COLUMNS, column: values})) == [
        f"p.parquet: {column}: found a column of type {found}, expected {expected}"
    ]


def test_timestamps_of_a_zone_need_the_zone_of_the_payments() -> None:
    moments = [datetime(2026, 1, 5, 21, tzinfo=UTC), datetime(2026, 1, 5, 9, tzinfo=UTC)]
    data = as_parquet({**COLUMNS, "time": pa.array(moments, pa.timestamp("ms", "UTC"))})
    assert faults_of(data) == [
        "p.parquet: time: found timestamps of the zone UTC, expected --time-zone too,"
        " which says into which zone's clock it is to be put"
    ]
    found = read_payments("p.parquet", data, PaymentFormat(time_zone=ZoneInfo("Asia/Almaty")))
    assert found.line.tolist() == [2, 1]
    assert (found.day - 20_458).tolist() == [0, 1]


def test_missing_columns_are_told_as_in_other_files() -> None:
    columns = {name: values for name, values in COLUMNS.items() if name != "currency"}
    assert faults_of(as_parquet(columns)) == [
        "p.parquet: currency: found the columns time,debtor,creditor,amount, expected a column"
        " 'currency'; if it has another name, say so: --column currency=ITS NAME, or name"
        " one currency for all: --currency EUR"
    ]


def test_a_file_without_a_row_is_refused() -> None:
    empty = {name: pa.array([], pa.string()) for name in COLUMNS}
    assert faults_of(as_parquet(empty)) == ["p.parquet: found no payment, expected a payment a row"]


@pytest.mark.parametrize("data", [b"", b"time,debtor\n", b"PAR1", b"PAR1" + b"\0" * 40 + b"PAR1"])
def test_a_file_that_pyarrow_cannot_read_is_refused(data: bytes) -> None:
    (fault,) = faults_of(data)
    assert fault.startswith("p.parquet: found what pyarrow cannot read (")
    assert fault.endswith("), expected a whole Parquet file")


def test_a_broken_file_is_refused_wherever_it_is_broken() -> None:
    data = as_parquet({**COLUMNS, "debtor": ["Ä" * 20, "B" * 20]}, compression="none")
    for place in range(4, len(data) - 8, 7):
        broken = data[:place] + bytes([data[place] ^ 0xFF]) + data[place + 1 :]
        try:
            found = read_payments("p.parquet", broken)
        except InputFaultsError:
            continue
        assert len(found) > 0


def test_text_that_is_not_utf_8_is_refused() -> None:
    data = as_parquet(COLUMNS, use_dictionary=False, compression="none", write_statistics=False)
    broken = data.replace(b"\x05\0\0\x0009:00", b"\x05\0\0\x00\xff9:00")
    assert broken != data
    (fault,) = faults_of(broken)
    assert "Invalid UTF8" in fault
