"""The series of all payments between the two countries, in the scheme or not.

Banks report it; without one a share of national currencies can only be said of the scheme. Here
it is made from the day's payments and the part in other currencies that the profile assumes.
"""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np

from comity.generation.profile import (
    COUNTRIES,
    CURRENCIES,
    FLOWS,
    MINOR_PER_USD_CENT_PERMILLE,
    OTHER_CURRENCIES_PERMILLE,
    Flaw,
)
from comity.generation.traffic import Traffic

PUBLISHER = "Synthetic bank reporting"
DEFINITION = (
    "all payments between residents of the two countries, by currency of the payment; synthetic,"
    " calibrated to 97 % in national currencies"
)
HEADER = (
    "period_start",
    "period_end",
    "debtor_country",
    "creditor_country",
    "currency",
    "amount",
    "publisher",
    "definition",
)
_USD_CENTS_OF_1_000 = {"USD": 1_000, "EUR": 1_161, "CNY": 147}
"""US cents for 1,000 cents of a currency, from the fixing of 24.05.2026."""


@dataclass(frozen=True, slots=True)
class SeriesRow:
    """One direction and currency on one day; amount in minor units of two decimals."""

    day: date
    debtor_country: str
    creditor_country: str
    currency: str
    amount_minor: int


def series_rows(traffic: Traffic, day: date) -> tuple[SeriesRow, ...]:
    """Return the day's rows: what is drawn in national currencies, and the rest on top of it."""
    ordinary = np.isin(traffic.flaw, (Flaw.NONE, Flaw.FUTURE_DATED, Flaw.AFTER_CUT_OFF))
    from_kg = np.array([flow.payer_country == "KG" for flow in FLOWS])[traffic.flow]
    rows = []
    for home, country in enumerate(COUNTRIES):
        partner = COUNTRIES[1 - home]
        usd_cents = 0
        for column, currency in enumerate(CURRENCIES):
            chosen = ordinary & (traffic.currency == column) & (from_kg == (country == "KG"))
            minor = int(traffic.amount_minor[chosen].sum())
            usd_cents += minor * 1_000 // MINOR_PER_USD_CENT_PERMILLE[currency]
            rows.append(SeriesRow(day, country, partner, currency, minor))
        national_permille = 1_000 - sum(permille for _, permille in OTHER_CURRENCIES_PERMILLE)
        for currency, permille in OTHER_CURRENCIES_PERMILLE:
            cents = usd_cents * permille // national_permille
            minor = cents * 1_000 // _USD_CENTS_OF_1_000[currency]
            rows.append(SeriesRow(day, country, partner, currency, minor))
    return tuple(rows)


def series_csv(rows: Iterable[SeriesRow]) -> str:
    """Return series/all_payments.csv."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(HEADER)
    for row in rows:
        table.writerow(
            [
                row.day.isoformat(),
                row.day.isoformat(),
                row.debtor_country,
                row.creditor_country,
                row.currency,
                f"{row.amount_minor // 100}.{row.amount_minor % 100:02d}",
                PUBLISHER,
                DEFINITION,
            ]
        )
    return out.getvalue()
