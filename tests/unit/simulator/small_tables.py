"""Small tables of payments for tests of the simulator."""

import numpy as np

from comity.simulator.payment_table import PaymentTable

HOUR_US = 3_600_000_000


def table_of(
    days: list[int],
    times_us: list[int],
    *,
    till_us: list[int] | None = None,
    parties: tuple[str, ...] = ("A", "B"),
) -> PaymentTable:
    """Return payments of A to B at these times, each with a link, an amount and a line its own."""
    count = len(days)
    numbers = np.arange(count, dtype=np.int64)
    none = np.full(count, -1, np.int64)
    return PaymentTable(
        parties=parties,
        day=np.array(days, np.int32),
        time_us=np.array(times_us, np.int64),
        debtor=np.zeros(count, np.int32),
        creditor=np.ones(count, np.int32),
        currency=np.full(count, 643, np.int16),
        amount_minor=numbers + 100,
        priority=(numbers % 3).astype(np.int8),
        purpose=numbers.astype(np.int32),
        from_us=none,
        till_us=none if till_us is None else np.array(till_us, np.int64),
        link=numbers // 2,
        line=numbers + 1,
        hash="0" * 64,
    )
