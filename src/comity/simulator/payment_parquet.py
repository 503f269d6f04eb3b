"""The columns of a Parquet file of payments, of types from which numbers are read exactly."""

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pa_parquet
from pyarrow import types as pa_types

from comity.simulator.payment_faults import PaymentFaults
from comity.simulator.payment_format import OF_FEW_TEXTS, PaymentFormat, choose_columns
from comity.simulator.payment_source import PaymentSource

MAGIC: Final = b"PAR1"
"""The bytes with which every Parquet file begins and ends."""


def _is_text(kind: Any) -> bool:
    if pa_types.is_dictionary(kind):
        kind = kind.value_type
    tests = (pa_types.is_string, pa_types.is_large_string, pa_types.is_string_view)
    return any(test(kind) for test in (*tests, pa_types.is_null))


def _is_name(kind: Any) -> bool:
    return _is_text(kind) or pa_types.is_integer(kind)


def _is_number(kind: Any) -> bool:
    # Wider decimals hold no amount that there can be, and floats none exactly.
    narrow = pa_types.is_decimal(kind) and not pa_types.is_decimal256(kind)
    return _is_name(kind) or (narrow and kind.scale >= 0)


def _is_clock(kind: Any) -> bool:
    return _is_text(kind) or pa_types.is_time(kind)


def _is_moment(kind: Any) -> bool:
    return _is_clock(kind) or pa_types.is_timestamp(kind)


def _is_date(kind: Any) -> bool:
    plain = pa_types.is_timestamp(kind) and kind.tz is None
    return _is_text(kind) or pa_types.is_date(kind) or plain


_NAME: Final = (_is_name, "text or integers")
_CLOCK: Final = (_is_clock, "a time of day or text")
_NUMBER: Final = (_is_number, "decimals, integers or text, which are exact")
_TYPES: Final[dict[str, tuple[Callable[[Any], bool], str]]] = {
    "time": (_is_moment, "a time of day, a timestamp or text"),
    "date": (_is_date, "a date, a timestamp without time zone or text"),
    "from": _CLOCK,
    "till": _CLOCK,
    "amount": _NUMBER,
    "amount_minor": _NUMBER,
}


def read_parquet(
    name: str, data: bytes, form: PaymentFormat, faults: PaymentFaults
) -> PaymentSource:
    """Return the columns of a Parquet file; rows are counted from 1.

    Args:
        name: path as the user named it.
        data: the file's bytes.
        form: how the file is to be read.
        faults: where what is wrong is noted before it is raised.

    Raises:
        InputFaultsError: pyarrow cannot read the file, a column is missing, unknown or of a type
            that does not hold what is expected, or there is no row.
    """
    try:
        schema = pa_parquet.read_schema(pa.BufferReader(data))
        chosen = choose_columns(schema.names, form, faults, 0)
        _check_types(schema, form, chosen, faults)
        faults.raise_if_any()
        names = {column: schema.names[place] for column, place in chosen.items()}
        few = [
            names[column]
            for column in OF_FEW_TEXTS & chosen.keys()
            if pa_types.is_string(schema.types[chosen[column]])
        ]
        file = pa_parquet.ParquetFile(pa.BufferReader(data), read_dictionary=few)
        table = file.read(columns=list(names.values()))
        table.validate(full=True)
        columns = {column: _plain(table.column(each), column) for column, each in names.items()}
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        first = str(error).partition("\n")[0]
        faults.add(0, "", f"what pyarrow cannot read ({first})", "a whole Parquet file")
        faults.raise_if_any()
        raise AssertionError from error
    if not len(table):
        faults.add(0, "", "no payment", "a payment a row")
        faults.raise_if_any()
    return PaymentSource(name, columns, np.arange(1, len(table) + 1, dtype=np.int64))


def _check_types(
    schema: Any, form: PaymentFormat, chosen: dict[str, int], faults: PaymentFaults
) -> None:
    for column, place in chosen.items():
        kind = schema.types[place]
        holds, expected = _TYPES.get(column, _NAME)
        if not holds(kind):
            faults.add(0, column, f"a column of type {kind}", expected)
        elif pa_types.is_timestamp(kind) and kind.tz is not None and form.time_zone is None:
            expected = "--time-zone too, which says into which zone's clock it is to be put"
            faults.add(0, column, f"timestamps of the zone {kind.tz}", expected)


def _plain(values: Any, column: str) -> Any:
    """Return a column whose texts are plain ones or, if there are few, numbered ones."""
    kind = values.type
    if pa_types.is_dictionary(kind):
        if column in OF_FEW_TEXTS and kind.equals(pa.dictionary(pa.int32(), pa.string())):
            return values
        return _plain(values.cast(kind.value_type), column)
    if pa_types.is_null(kind) or pa_types.is_string_view(kind):
        return values.cast(pa.large_string())
    return values
