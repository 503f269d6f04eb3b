"""A file of payments is loaded by its path."""

from pathlib import Path

import pytest

from comity.errors import InputFaultsError, UsageError
from comity.feeds import payments as module
from comity.feeds.payments import load_payments
from comity.simulator.payment_format import PaymentFormat

TEXT = "time,debtor,creditor,amount\n09:00,A,B,1\n"


def test_a_file_is_read_with_its_options(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_text(TEXT, encoding="utf-8")
    assert load_payments(path, PaymentFormat(currency="JPY")).amount_minor.tolist() == [1]
    with pytest.raises(InputFaultsError) as refused:
        load_payments(path)
    assert str(refused.value.faults[0]).startswith(f"{path}:1: currency: found the columns")


def test_a_file_that_is_missing_or_too_large_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "p.csv"
    for place in (path, tmp_path):
        with pytest.raises(UsageError) as refused:
            load_payments(place)
        expected = "found no such file, expected payments as CSV or Parquet"
        assert str(refused.value) == f"{place}: {expected}"
    path.write_text(TEXT, encoding="utf-8")
    monkeypatch.setattr(module, "CSV_BYTES_MAX", 10)
    with pytest.raises(UsageError) as refused:
        load_payments(path)
    assert str(refused.value) == f"{path}: found 40 bytes, expected at most 10"
