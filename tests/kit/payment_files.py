"""Tables of payments, drawn at random and written as analysts' files."""

import csv
import io
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Literal
from unicodedata import normalize

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pa_parquet
from hypothesis import strategies as st

from comity.money import CURRENCIES, currency_by_number, format_amount_minor
from comity.payments.codes import Priority
from comity.payments.purposes import PURPOSE_CODES, pack_purpose, unpack_purpose
from comity.simulator.payment_table import COLUMNS, PaymentTable

EPOCH = date(1970, 1, 1)
DAY_US = 86_400_000_000
PRIORITIES = {Priority.URGENT: "URGT", Priority.HIGH: "high", Priority.NORMAL: "NORM"}
NAMES = st.text(st.characters(codec="utf-8", categories=["L", "N", "P"]), min_size=1, max_size=6)
TIMES = st.integers(0, DAY_US - 1)
CODES = ("EUR", "JPY", "KWD", "CLF", "RUB")

Row = dict[str, Any]


@st.composite
def payment_tables(draw: st.DrawFn) -> PaymentTable:
    """Draw payments of a few days, some of them legs of trades, with the lines of a plain file."""
    names = draw(st.lists(NAMES.map(lambda text: normalize("NFC", text)), min_size=2, max_size=5))
    parties = sorted({*names, "A", "Я"})
    rows = []
    for _ in range(draw(st.integers(1, 12))):
        debtor, creditor = draw(st.permutations(range(len(parties))))[:2]
        code = draw(st.sampled_from(CODES))
        row = {
            "day": draw(st.integers(0, 83_000) | st.just(20_458)),
            "time_us": draw(TIMES),
            "debtor": debtor,
            "creditor": creditor,
            "currency": CURRENCIES[code].number,
            "amount_minor": draw(st.integers(1, 10**15 - 1)),
            "priority": draw(st.sampled_from([0, 1, 2])),
            "purpose": draw(st.just(0) | st.sampled_from(PURPOSE_CODES).map(pack_purpose)),
            "link": -1,
        }
        row["from_us"], row["till_us"] = sorted(draw(st.tuples(TIMES, TIMES)))
        row[draw(st.sampled_from(["from_us", "till_us", "none"]))] = -1
        row.pop("none", None)
        rows.append(row)
        if draw(st.booleans()):
            row["link"] = len(rows)
            other = draw(st.sampled_from([each for each in CODES if each != code]))
            rows.append(
                {
                    **row,
                    "time_us": draw(TIMES),
                    "debtor": creditor,
                    "creditor": debtor,
                    "currency": CURRENCIES[other].number,
                }
            )
    rows.sort(key=lambda row: (row["day"], row["time_us"]))
    numbers: dict[int, int] = {-1: -1}
    for line, row in enumerate(rows, start=2):
        row["line"] = line
        row["link"] = numbers.setdefault(row["link"], len(numbers) - 1)
    used = sorted({row[side] for row in rows for side in ("debtor", "creditor")})
    for row in rows:
        row["debtor"], row["creditor"] = used.index(row["debtor"]), used.index(row["creditor"])
    return table_of(tuple(parties[place] for place in used), rows)


def table_of(parties: tuple[str, ...], rows: list[Row]) -> PaymentTable:
    """Return rows as a table."""
    columns = {name: np.array([row[name] for row in rows], np.int64) for name in COLUMNS}
    return PaymentTable(parties=parties, hash="", **columns)  # type: ignore[arg-type]


def as_lists(table: PaymentTable) -> dict[str, Any]:
    """Return all that a table holds but for its source's hash and lines, for comparison."""
    columns = {name: getattr(table, name).tolist() for name in COLUMNS if name != "line"}
    return {"parties": table.parties, **columns}


def clock_text(us: int) -> str:
    """Return microseconds since midnight as HH:MM:SS and what follows; empty for −1."""
    if us < 0:
        return ""
    seconds, rest = divmod(us, 1_000_000)
    text = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return f"{text}.{rest:06}".rstrip("0") if rest else text


def text_rows(table: PaymentTable) -> list[dict[str, str]]:
    """Return payments as the texts of a file."""
    found = []
    for place in range(len(table)):
        exponent = currency_by_number(int(table.currency[place])).exponent
        link = int(table.link[place])
        found.append(
            {
                "date": (EPOCH + timedelta(days=int(table.day[place]))).isoformat(),
                "time": clock_text(int(table.time_us[place])),
                "debtor": table.parties[table.debtor[place]],
                "creditor": table.parties[table.creditor[place]],
                "currency": currency_by_number(int(table.currency[place])).code,
                "amount": format_amount_minor(int(table.amount_minor[place]), exponent).replace(
                    ",", ""
                ),
                "priority": PRIORITIES[Priority(int(table.priority[place]))],
                "purpose": unpack_purpose(int(table.purpose[place])),
                "from": clock_text(int(table.from_us[place])),
                "till": clock_text(int(table.till_us[place])),
                "link": "" if link < 0 else f"trade {link}",
            }
        )
    return found


def as_csv(
    rows: list[dict[str, str]], *, line_end: str = "\n", quoting: Literal[0, 1] = 0
) -> bytes:
    """Return rows as a CSV file."""
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, list(rows[0]), lineterminator=line_end, quoting=quoting)
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue().encode()


def as_parquet(columns: dict[str, Any], **options: Any) -> bytes:
    """Return columns as a Parquet file."""
    stream = pa.BufferOutputStream()
    pa_parquet.write_table(pa.table(columns), stream, **options)
    data: bytes = stream.getvalue().to_pybytes()
    return data


def native_columns(table: PaymentTable) -> dict[str, Any]:
    """Return payments as columns of Parquet's own types."""
    texts = text_rows(table)
    moments = table.day.astype(np.int64) * DAY_US + table.time_us
    amounts = [Decimal(row["amount"]) for row in texts]

    def clock(column: str) -> Any:
        times = getattr(table, column).tolist()
        return pa.array([None if us < 0 else us for us in times], pa.time64("us"))

    def text(column: str) -> Any:
        return pa.array([row[column] or None for row in texts], pa.string())

    return {
        "time": pa.array(moments.tolist(), pa.timestamp("us")),
        "debtor": text("debtor").dictionary_encode(),
        "creditor": text("creditor").cast(pa.large_string()),
        "currency": text("currency").dictionary_encode(),
        "amount": pa.array(amounts, pa.decimal128(38, 18)),
        "priority": text("priority"),
        "purpose": text("purpose"),
        "from": clock("from_us"),
        "till": clock("till_us"),
        "link": pa.array([None if at < 0 else at for at in table.link.tolist()], pa.int64()),
    }
