"""Two countries, four banks, three payments, and rates that are easy to reckon with."""

from datetime import date, time

import numpy as np

from comity.fx import OfficialRate
from comity.simulator.hours import Hours
from comity.simulator.payment_table import COLUMNS, PaymentTable

HOURS = Hours(time(8), time(18))
HOUR_US = 3_600_000_000
KGS, RUB, USD = 417, 643, 840
RATES = (
    OfficialRate("NBKR", "RUB", "KGS", 5, 4, date(2026, 1, 1), 31, "1", "1,25", "made up"),
    OfficialRate("NBKR", "USD", "KGS", 100, 1, date(2026, 1, 1), 31, "1", "100", "made up"),
    OfficialRate("CBR", "USD", "RUB", 80, 1, date(2026, 1, 1), 31, "1", "80", "made up"),
)
"""One rouble is 1.25 som, one dollar 100 som or 80 roubles."""

# AAAA and BBBB are Kyrgyz, CCCC and DDDD Russian banks.
A, B, C, D = "AAAAKG20", "BBBBKG20", "CCCCRU20", "DDDDRU20"
BOTH_WAYS = (f"09:00 {A} {C} 100.00 RUB", f"10:00 {D} {B} 50.00 KGS", f"11:00 {C} {A} 20.00 RUB")
"""125 som to Russia, 40 and 20 roubles (50 and 25 som) back."""


def days_of(*days: PaymentTable) -> PaymentTable:
    """Return days behind one another."""
    columns = {name: np.concatenate([getattr(one, name) for one in days]) for name in COLUMNS}
    return PaymentTable(parties=days[0].parties, hash="0" * 64, **columns)  # type: ignore[arg-type]
