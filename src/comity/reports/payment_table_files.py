"""Generated payments as a file that `comity compare` reads: CSV or Parquet, whole or not at all."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any, Final

import numpy as np

from comity.errors import UsageError
from comity.generation.payment_days import PaymentDay, PaymentPlan
from comity.generation.payment_profile import PERMILLE
from comity.generation.payment_statistics import PaymentTally
from comity.reports.publication import whole_file

SUFFIXES: Final = (".csv", ".parquet")
_EPOCH: Final = date(1970, 1, 1)
_LAST_US: Final = 86_399_999_999


def check_suffix(path: Path) -> None:
    """Refuse a name that is neither of CSV nor of Parquet.

    Raises:
        UsageError: it is not.
    """
    if path.suffix not in SUFFIXES:
        raise UsageError(f"--out: found {path}, expected a name that ends in .csv or .parquet")


def write_payment_table(path: Path, plan: PaymentPlan, days: Iterable[date]) -> PaymentTally:
    """Write the payments of days, one after another, and return what they came to be.

    Args:
        path: ends in .csv or .parquet; what stands there is replaced.
        plan: what payments are drawn from.
        days: working days in order.

    Raises:
        OSError: the disk refused.
        UsageError: the path names no file of payments.
    """
    check_suffix(path)
    tally = PaymentTally(plan)
    with whole_file(path) as beside, _writer(beside, path.suffix, plan) as writer:
        for day in days:
            drawn = plan.draw(day)
            tally.add(day, drawn)
            writer.write_table(_table(plan, day, drawn))
    return tally


def writing_version() -> str:
    """Return the version of what writes the files."""
    import pyarrow as pa  # noqa: PLC0415 — loaded by what reads and writes tables only

    version: str = pa.__version__
    return version


def _columns(plan: PaymentPlan) -> list[tuple[str, Any]]:
    import pyarrow as pa  # noqa: PLC0415

    profile, named = plan.profile, pa.dictionary(pa.int16(), pa.string())
    columns = [
        ("date", pa.date32()),
        ("time", pa.time64("us")),
        ("debtor", named),
        ("creditor", named),
        ("currency", named),
        ("amount_minor", pa.int64()),
        ("priority", named),
        ("purpose", named),
    ]
    if profile.fx_permille:
        columns.append(("link", pa.string()))
    if profile.times.deadline_permille:
        columns.append(("till", pa.time64("us")))
    return columns


def _table(plan: PaymentPlan, day: date, drawn: PaymentDay) -> Any:
    import pyarrow as pa  # noqa: PLC0415

    def named(places: Any, names: Iterable[str]) -> Any:
        return pa.DictionaryArray.from_arrays(
            pa.array(places.astype(np.int16)), pa.array(list(names), pa.string())
        )

    def clock(at_ms: Any) -> Any:
        at_us = pa.array(np.minimum(at_ms * PERMILLE, _LAST_US), mask=at_ms < 0)
        return at_us.cast(pa.time64("us"))

    number = (day - _EPOCH).days
    values = {
        "date": pa.array(np.full(len(drawn), number, np.int32)).cast(pa.date32()),
        "time": clock(drawn.at_ms),
        "debtor": named(drawn.debtor, plan.network.parties),
        "creditor": named(drawn.creditor, plan.network.parties),
        "currency": named(drawn.currency, (each.code for each in plan.profile.currencies)),
        "amount_minor": pa.array(drawn.amount_minor),
        "priority": named(drawn.is_urgent.astype(np.int16), ("NORM", "URGT")),
        "purpose": named(drawn.code, plan.codes),
        "link": pa.array(drawn.trade, mask=drawn.trade < 0).cast(pa.string()),
        "till": clock(drawn.till_ms),
    }
    columns = _columns(plan)
    return pa.table([values[name] for name, _ in columns], schema=pa.schema(columns))


def _writer(path: Path, suffix: str, plan: PaymentPlan) -> Any:
    """Return what writes tables one behind another."""
    import pyarrow as pa  # noqa: PLC0415

    if suffix == ".parquet":
        from pyarrow import parquet  # noqa: PLC0415

        return parquet.ParquetWriter(path, pa.schema(_columns(plan)), compression="zstd")
    return _CsvWriter(path, plan)


class _CsvWriter:
    """A CSV file; dictionaries become texts first, which its writer does not do."""

    def __init__(self, path: Path, plan: PaymentPlan) -> None:
        import pyarrow as pa  # noqa: PLC0415
        from pyarrow import csv  # noqa: PLC0415

        self._schema = pa.schema(
            [
                (name, pa.string() if pa.types.is_dictionary(kind) else kind)
                for name, kind in _columns(plan)
            ]
        )
        header = ",".join(self._schema.names) + "\n"
        self._file = path.open("wb")
        self._file.write(header.encode())
        options = csv.WriteOptions(include_header=False, quoting_style="needed")
        self._writer = csv.CSVWriter(self._file, self._schema, write_options=options)

    def __enter__(self) -> "_CsvWriter":
        return self

    def __exit__(self, *_: object) -> None:
        self._writer.close()
        self._file.close()

    def write_table(self, table: Any) -> None:
        """Write the rows of a table."""
        self._writer.write_table(table.cast(self._schema))
