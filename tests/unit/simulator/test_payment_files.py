"""Files of payments: what is written is read back, in order, and every fault is told."""

from datetime import date, timedelta
from hashlib import sha256
from typing import Literal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.kit.payment_files import (
    as_csv,
    as_lists,
    as_parquet,
    clock_text,
    native_columns,
    payment_tables,
    text_rows,
)

from comity.errors import InputFaultsError
from comity.payments.codes import Priority
from comity.payments.purposes import pack_purpose
from comity.simulator import payment_files as module
from comity.simulator.payment_files import read_payments
from comity.simulator.payment_format import DEFAULT_DATE, PaymentFormat
from comity.simulator.payment_table import PaymentTable

HEADER = "time,debtor,creditor,currency,amount"
QUOTING: tuple[Literal[0, 1], ...] = (0, 1)
HOUR_US = 3_600_000_000


def read(text: str, **form: object) -> PaymentTable:
    return read_payments("folder/p.csv", text.encode(), PaymentFormat(**form))  # type: ignore[arg-type]


def faults_of(text: str, **form: object) -> list[str]:
    with pytest.raises(InputFaultsError) as refused:
        read_payments("p.csv", text.encode(), PaymentFormat(**form))  # type: ignore[arg-type]
    return [str(fault) for fault in refused.value.faults]


def one(columns: str, cells: str) -> str:
    """Return a file of one payment with more columns."""
    return f"{HEADER},{columns}\n09:00,A,B,EUR,1.00,{cells}\n"


@given(payment_tables(), st.sampled_from(["\n", "\r\n", "\r"]), st.sampled_from(QUOTING))
def test_a_table_written_as_csv_is_read_back_equal(
    table: PaymentTable, line_end: str, quoting: Literal[0, 1]
) -> None:
    data = as_csv(text_rows(table), line_end=line_end, quoting=quoting)
    found = read_payments("p.csv", data)
    assert as_lists(found) == as_lists(table)
    assert found.line.tolist() == table.line.tolist()


@given(payment_tables())
def test_a_table_written_with_full_date_times_is_read_back_equal(table: PaymentTable) -> None:
    rows = text_rows(table)
    for place, row in enumerate(rows):
        row["time"] = f"{row.pop('date')}{'T '[place % 2]}{row['time']}"
    assert as_lists(read_payments("p.csv", as_csv(rows))) == as_lists(table)


@given(payment_tables())
def test_a_table_written_as_parquet_is_read_back_equal(table: PaymentTable) -> None:
    texts = text_rows(table)
    data = as_parquet({name: [row[name] for row in texts] for name in texts[0]})
    assert as_lists(read_payments("p.parquet", data)) == as_lists(table)
    found = read_payments("p.parquet", as_parquet(native_columns(table), row_group_size=3))
    assert as_lists(found) == as_lists(table)
    assert found.line.tolist() == list(range(1, len(table) + 1))


@given(payment_tables(), st.randoms())
def test_rows_in_any_order_come_by_day_and_time_with_their_lines(
    table: PaymentTable, random: object
) -> None:
    rows = text_rows(table)
    random.shuffle(rows)  # type: ignore[attr-defined]
    found = read_payments("p.csv", as_csv(rows))
    expected = sorted(enumerate(rows, start=2), key=lambda each: (each[1]["date"], each[0]))
    expected.sort(key=lambda each: (each[1]["date"], each[1]["time"].ljust(15, ".")))
    moments = list(zip(found.day.tolist(), found.time_us.tolist(), strict=True))
    assert moments == sorted(moments)
    by_line = dict(enumerate(rows, start=2))
    for place, line in enumerate(found.line.tolist()):
        assert found.parties[found.debtor[place]] == by_line[line]["debtor"]
        assert clock_text(int(found.time_us[place])) == by_line[line]["time"]


def test_equal_times_keep_the_order_of_the_file() -> None:
    found = read(
        f"{HEADER}\n10:00,A,B,EUR,1\n09:00,A,B,EUR,2\n10:00:00,B,A,EUR,3\n09:00,A,B,EUR,4\n"
    )
    assert found.amount_minor.tolist() == [200, 400, 100, 300]
    assert found.line.tolist() == [3, 5, 2, 4]


def test_what_is_left_out_stands_as_documented() -> None:
    text = "time,debtor,creditor,amount\n09:30,B,A,12.5\n"
    found = read(text, currency="KGS")
    assert found.parties == ("A", "B")
    assert (found.debtor[0], found.creditor[0]) == (1, 0)
    assert date(1970, 1, 1) + timedelta(days=int(found.day[0])) == DEFAULT_DATE
    assert DEFAULT_DATE.weekday() == 0
    assert (found.time_us[0], found.amount_minor[0]) == (9 * HOUR_US + HOUR_US // 2, 1250)
    assert (found.currency[0], found.priority[0]) == (417, Priority.NORMAL)
    assert (found.purpose[0], found.from_us[0], found.till_us[0], found.link[0]) == (0, -1, -1, -1)
    assert found.hash == sha256(text.encode()).hexdigest()


def test_every_optional_column_is_read() -> None:
    found = read(
        f"{HEADER},id,date,priority,purpose,from,till,link\n"
        "09:00,A,B,JPY,100,x1,2026-02-28,urgent,GDDS,10:00,17:30:15.5,T\n"
        "09:00,B,A,KWD,1.234,x2,2026-02-28,HIGH,,,,T\n"
        "08:00,B,A,EUR,1.2,x3,2026-03-01,,SALA,,,\n"
    )
    assert np_dates(found) == ["2026-02-28", "2026-02-28", "2026-03-01"]
    assert found.amount_minor.tolist() == [100, 1234, 120]
    assert found.priority.tolist() == [Priority.URGENT, Priority.HIGH, Priority.NORMAL]
    assert found.purpose.tolist() == [pack_purpose("GDDS"), 0, pack_purpose("SALA")]
    assert found.from_us.tolist() == [10 * HOUR_US, -1, -1]
    assert found.till_us.tolist() == [17 * HOUR_US + 1_815_500_000, -1, -1]
    assert found.link.tolist() == [0, 0, -1]
    assert [slot for _, slot in found.days()] == [slice(0, 2), slice(2, 3)]


def np_dates(table: PaymentTable) -> list[str]:
    return [(date(1970, 1, 1) + timedelta(days=day)).isoformat() for day in table.day.tolist()]


def test_minor_units_are_taken_as_they_stand() -> None:
    text = "time,debtor,creditor,currency,amount_minor\n09:00,A,B,EUR,007\n09:00,A,B,JPY,7\n"
    assert read(text).amount_minor.tolist() == [7, 7]
    assert faults_of(text.replace("007", "1.00")) == [
        "p.csv:2: amount_minor: found '1.00' with 2 decimals, expected whole minor units"
    ]


def test_columns_are_found_by_the_names_that_the_caller_gives() -> None:
    text = "from,to,value,at,note\nA,B,1,09:00,x\n"
    columns = {"debtor": "from", "creditor": "to", "amount": "value", "time": "at"}
    found = read(text, columns=columns, currency="EUR", skipped=["note"])
    assert (found.parties, found.amount_minor.tolist(), found.from_us[0]) == (("A", "B"), [100], -1)
    assert read(text, columns=columns, currency="EUR", skipped="*").line.tolist() == [2]


SYNTAX = (
    "digits, and where needed a point and more digits; no signs, blanks or separators of thousands"
)


@pytest.mark.parametrize(
    ("amount", "found", "expected"),
    [
        ("", "nothing", SYNTAX),
        ("x", "'x'", SYNTAX),
        ("1e3", "'1e3'", SYNTAX),
        ("+1", "'+1'", SYNTAX),
        (" 1", "' 1'", SYNTAX),
        ("1 000.00", "'1 000.00'", SYNTAX),
        ("1'000.00", '"1\'000.00"', SYNTAX),
        ('"1,000.00"', "'1,000.00'", SYNTAX),
        ('"12,50"', "'12,50'", SYNTAX),
        (".5", "'.5'", SYNTAX),
        ("5.", "'5.'", SYNTAX),
        ("1.2.3", "'1.2.3'", SYNTAX),
        ("٣", "'٣'", SYNTAX),
        ("-", "'-'", SYNTAX),
        ("0", "'0'", "more than zero; take the line out"),
        ("0.00", "'0.00'", "more than zero; take the line out"),
        (
            "-5",
            "'-5'",
            "more than zero; a payment the other way has debtor and creditor exchanged",
        ),
        ("1.234", "'1.234' with 3 decimals", "at most 2, as EUR has"),
        (
            "10000000000000",
            "'10000000000000'",
            "at most 9999999999999.99, which is 999999999999999 minor units",
        ),
        (
            "9" * 70,
            f"'{'9' * 60}…'",
            "at most 9999999999999.99, which is 999999999999999 minor units",
        ),
    ],
)
def test_an_amount_that_is_none_is_refused(amount: str, found: str, expected: str) -> None:
    text = f"{HEADER}\n09:00,A,B,EUR,1\n09:00,A,B,EUR,{amount}\n"
    assert faults_of(text) == [f"p.csv:3: amount: found {found}, expected {expected}"]


def test_decimals_are_those_of_the_currency() -> None:
    assert faults_of(f"{HEADER}\n09:00,A,B,JPY,1.0\n09:00,A,B,KWD,1.2345\n") == [
        "p.csv:2: amount: found '1.0' with 1 decimal, expected at most 0, as JPY has",
        "p.csv:3: amount: found '1.2345' with 4 decimals, expected at most 3, as KWD has",
    ]


CLOCK = "HH:MM, HH:MM:SS or with up to 6 decimals of a second"
MOMENT = f"{CLOCK}, and before it, if wanted, YYYY-MM-DD and T or a blank"


@pytest.mark.parametrize(
    "time",
    [
        "",
        "9:00",
        "24:00",
        "09:60",
        "09:00:60",
        "09:00:00.",
        "09:00:00.1234567",
        "09.00",
        "09:00 ",
        "09:00Z",
        "09:00+03:00",
        "2026-02-30T09:00",
        "2026-01-05",
        "2026-01-05T",
        "2026-01-05t09:00",
        "1969-12-31T09:00",
        "2200-01-01T09:00",
        "2026-01-05T09:00+3",
        "2026-01-05T09:00+24:00",
        "05.01.2026 09:00",
        "noon",
    ],
)
def test_a_time_that_is_none_is_refused(time: str) -> None:
    found = f"'{time}'" if time else "nothing"
    assert faults_of(f"{HEADER}\n{time},A,B,EUR,1\n", time_zone=ZoneInfo("UTC")) == [
        f"p.csv:2: time: found {found}, expected {MOMENT}"
    ]


@pytest.mark.parametrize(
    "day", ["", "2026-1-5", "05.01.2026", "2026-13-01", "2025-02-29", "2026-01-05 "]
)
def test_a_date_that_is_none_is_refused(day: str) -> None:
    found = f"'{day}'" if day else "nothing"
    assert faults_of(one("date", day)) == [
        f"p.csv:2: date: found {found},"
        " expected a date from 1970-01-01 to 2199-12-31, written YYYY-MM-DD"
    ]


def test_an_offset_without_a_time_zone_is_refused() -> None:
    assert faults_of(f"{HEADER}\n2026-01-05T09:00Z,A,B,EUR,1\n2026-01-05 09:00,A,B,EUR,1\n") == [
        "p.csv:2: time: found '2026-01-05T09:00Z' with an offset, expected --time-zone"
        " too, which says into which zone's clock it is to be put"
    ]


def test_times_with_an_offset_are_put_on_the_clock_of_the_zone() -> None:
    times = ["2026-01-05T20:00Z", "2026-01-05T20:00:00.5-0100", "2026-01-06 02:00+06"]
    rows = "".join(f"{time},A,B,EUR,1\n" for time in [*times, "2026-01-06T02:00"])
    found = read(f"{HEADER}\n{rows}", time_zone=ZoneInfo("Asia/Bishkek"))
    assert set(np_dates(found)) == {"2026-01-06"}
    assert found.line.tolist() == [2, 4, 5, 3]
    assert found.time_us.tolist() == [2 * HOUR_US] * 3 + [3 * HOUR_US + 500_000]


def test_times_with_and_without_a_date_are_not_mixed() -> None:
    assert faults_of(f"{HEADER}\n2026-01-05T09:00,A,B,EUR,1\n10:00,A,B,EUR,1\n") == [
        "p.csv:3: time: found '10:00' without a date, expected a date before it, as on other lines"
    ]


def test_a_date_beside_a_time_of_another_day_is_refused() -> None:
    text = f"{HEADER},date\n2026-01-05T09:00,A,B,EUR,1,2026-01-06\n"
    assert faults_of(text) == [
        "p.csv:2: date: found '2026-01-06' beside a time on 2026-01-05,"
        " expected the same day; or skip the column"
    ]
    assert np_dates(read(text, skipped=["date"])) == ["2026-01-05"]


@pytest.mark.parametrize(
    ("columns", "cells", "expected"),
    [
        ("from", "8:00", f"from: found '8:00', expected {CLOCK}, of the same day"),
        ("till", "24:00", f"till: found '24:00', expected {CLOCK}, of the same day"),
        (
            "till",
            "2026-01-05T10:00",
            f"till: found '2026-01-05T10:00', expected {CLOCK}, of the same day",
        ),
        (
            "from,till",
            "11:00,10:00",
            "till: found '10:00', which is before the from time '11:00',"
            " expected a till time not before it",
        ),
        (
            "priority",
            "URGENT",
            "priority: found 'URGENT', expected URGT, HIGH or NORM (or urgent, high, normal),"
            " or nothing for normal",
        ),
        (
            "purpose",
            "gdds",
            "purpose: found 'gdds', expected a code of ISO 20022's ExternalPurpose1Code, as GDDS,"
            " or nothing",
        ),
        (
            "purpose",
            "ZZZZ",
            "purpose: found 'ZZZZ', expected a code of ISO 20022's ExternalPurpose1Code, as GDDS,"
            " or nothing",
        ),
        ("id", '""', "id: found nothing, expected an id on each line, or no such column"),
        (
            "link",
            "T",
            "link: found 'T' once on 2026-01-05, expected two payments of one day with the same"
            " link: the legs of a trade",
        ),
    ],
)
def test_an_optional_cell_that_is_wrong_is_refused(columns: str, cells: str, expected: str) -> None:
    assert faults_of(one(columns, cells)) == [f"p.csv:2: {expected}"]


def test_a_currency_that_there_is_not_is_refused() -> None:
    assert faults_of(f"{HEADER}\n09:00,A,B,eur,1.123456\n09:00,A,B,,1\n09:00,A,B,BGN,1\n") == [
        f"p.csv:{line}: currency: found {found}, expected an active code of ISO 4217, as EUR"
        for line, found in ((2, "'eur'"), (3, "nothing"), (4, "'BGN'"))
    ]


@pytest.mark.parametrize(
    ("name", "found", "expected"),
    [
        ("", "nothing", "a name"),
        ("x ", "'x '", "no spaces before or after it"),
        (" x", "' x'", "no spaces before or after it"),
        ('"x\ny"', "U+000A in 'x\\ny'", "signs that can be seen, and plain spaces"),
        (
            "e\u0301",
            "'e\u0301'",
            "composed letters (Unicode NFC), so that one name has one spelling",
        ),
        ("x" * 141, "141 characters", "at most 140"),
    ],
)
def test_a_name_that_could_be_mistaken_is_refused(name: str, found: str, expected: str) -> None:
    for column, parties in (("debtor", f"{name},B"), ("creditor", f"B,{name}")):
        assert faults_of(f"{HEADER}\n09:00,A,B,EUR,1\n09:00,{parties},EUR,1\n") == [
            f"p.csv:3: {column}: found {found}, expected {expected}"
        ]


def test_a_payment_to_oneself_is_refused() -> None:
    assert faults_of(f'{HEADER}\n09:00,A,"A",EUR,1\n') == [
        "p.csv:2: creditor: found 'A' again, expected another party than the debtor;"
        " take the line out"
    ]


def test_an_id_that_stands_twice_is_refused_with_both_lines() -> None:
    rows = "".join(f"09:00,A,B,EUR,1,{name}\n" for name in ("x", "y", "x", "x"))
    assert faults_of(f"{HEADER},id\n{rows}") == [
        f"p.csv:{line}: id: found 'x', which stands on line 2 too, expected each id once"
        for line in (4, 5)
    ]


LEGS = f"{HEADER},link\n09:00,A,B,EUR,1,T\n09:00,A,B,EUR,1,\n"


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (
            "10:00,B,A,EUR,1,T\n",
            "p.csv:4: link: found 'T' on the lines 2 and 4 in one currency,"
            " expected legs of a trade in two currencies",
        ),
        (
            "10:00,A,B,USD,1,T\n",
            "p.csv:4: link: found 'T' on the lines 2 and 4 not between the same two banks both"
            " ways, expected legs of a trade: the debtor of each is the creditor of the other",
        ),
        (
            "10:00,B,A,USD,1,T\n" * 2,
            "p.csv:2: link: found 'T' on the lines 2, 4 and 5, expected two payments of one day"
            " with the same link: the legs of a trade",
        ),
        (
            "10:00,B,A,USD,1,T\n" * 5,
            "p.csv:2: link: found 'T' on the lines 2, 4, 5 and 6 and 2 more, expected two payments"
            " of one day with the same link: the legs of a trade",
        ),
    ],
)
def test_a_link_that_is_not_of_two_legs_is_refused_with_its_lines(rows: str, expected: str) -> None:
    assert faults_of(LEGS + rows) == [expected]


def test_one_link_on_two_days_is_two_trades() -> None:
    text = f"{HEADER},date,link\n" + "".join(
        f"{time},{parties},1,{day},T\n"
        for day in ("2026-01-06", "2026-01-05")
        for time, parties in (("09:00", "A,B,EUR"), ("10:00", "B,A,USD"))
    )
    assert read(text).link.tolist() == [0, 0, 1, 1]
    apart = text.replace("10:00,B,A,USD,1,2026-01-06", "10:00,B,A,USD,1,2026-01-07")
    assert [fault.split(", expected")[0] for fault in faults_of(apart)] == [
        "p.csv:2: link: found 'T' once on 2026-01-06",
        "p.csv:3: link: found 'T' once on 2026-01-07",
    ]


def test_a_leg_with_a_fault_does_not_make_its_link_one() -> None:
    assert [fault.split(": found")[0] for fault in faults_of(LEGS + "10:00,B,A,usd,1,T\n")] == [
        "p.csv:4: currency"
    ]
    assert [fault.split(": found")[0] for fault in faults_of(LEGS + "10:00,B,A,USD,T\n")] == [
        "p.csv:4"
    ]


def test_all_faults_come_at_once_in_the_order_of_their_lines() -> None:
    found = faults_of(
        f"{HEADER},priority\n9:00,A,A,EUR,0,\n09:00,,B,XXX,1,high\n09:00,A,B\n09:00,A,B,EUR,1,now\n"
    )
    assert [fault.split(": found")[0] for fault in found] == [
        "p.csv:2: time",
        "p.csv:2: creditor",
        "p.csv:2: amount",
        "p.csv:3: debtor",
        "p.csv:3: currency",
        "p.csv:4",
        "p.csv:5: priority",
    ]


def test_twenty_faults_are_listed_and_the_others_counted() -> None:
    found = faults_of(f"{HEADER}\n" + "09:00,A,B,EUR,0\n" * 1_000 + "9:00,A,B,EUR,0\n")
    assert len(found) == 21
    assert found[0].startswith("p.csv:2: amount")
    assert found[19].startswith("p.csv:21: amount")
    assert found[20] == "p.csv: found 982 more faults, expected none; mend these and run again"


def test_more_payments_or_parties_than_there_may_be_are_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text = f"{HEADER}\n09:00,A,C,EUR,1\n09:00,B,C,EUR,1\n"
    monkeypatch.setattr(module, "PARTIES_MAX", 1)
    assert faults_of(text) == [
        "p.csv: debtor: found 2 different names, expected at most 1; is this the column of banks?"
    ]
    monkeypatch.setattr(module, "PAYMENTS_MAX", 1)
    assert faults_of(text) == ["p.csv: found 2 payments, expected at most 1; part the file by days"]
