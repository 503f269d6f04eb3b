"""A file of payments for the simulator, CSV or Parquet; docs/formats/payment-files.md."""

from pathlib import Path

from comity.errors import UsageError
from comity.simulator.payment_csv import CSV_BYTES_MAX
from comity.simulator.payment_files import read_payments
from comity.simulator.payment_format import PaymentFormat
from comity.simulator.payment_table import PaymentTable


def load_payments(
    path: Path,
    form: PaymentFormat = PaymentFormat(),  # noqa: B008 — it cannot be changed
) -> PaymentTable:
    """Read a file of payments.

    Args:
        path: Parquet where the name ends in `.parquet` or `.pq` or the file begins so, else CSV.
        form: which column is which, and what holds where one is left out.

    Raises:
        UsageError: the file does not exist or is too large.
        InputFaultsError: with the first 20 faults by line, and how many more there are.
    """
    if not path.is_file():
        raise UsageError(f"{path}: found no such file, expected payments as CSV or Parquet")
    size = path.stat().st_size
    if size > CSV_BYTES_MAX:
        raise UsageError(f"{path}: found {size:,} bytes, expected at most {CSV_BYTES_MAX:,}")
    return read_payments(str(path), path.read_bytes(), form)
