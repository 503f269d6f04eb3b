"""The table of the day's returns: what went back, of what, and how much of that is left."""

import numpy as np

from comity.identifiers import format_uetr
from comity.money import currency_by_number
from comity.payments.purposes import unpack_purpose
from comity.reports.cycle_tables import clock
from comity.reports.figures import DayFigures
from comity.reports.numbers import amount, count
from comity.reports.table import Table
from comity.statistics.day import settled

RETURNS_SHOWN_MAX = 200
"""Returns in the report; the statements have all of them."""


def returns_table(figures: DayFigures) -> Table:
    """Return the returns that settled that day, in the order in which they came."""
    book = figures.book
    returns = book.returns
    found = np.flatnonzero(settled(book)[returns.rows]).tolist()
    rows = tuple(_line(figures, at) for at in found[:RETURNS_SHOWN_MAX])
    left_out = len(found) - len(rows)
    return Table(
        "Returns",
        "Settled payments that went back, whole or in part; each is a payment of its own, and its"
        " original stays final. Returned in all: of the original, by all its returns so far, those"
        f" on their way included. Amounts in major units, times in {_zone(figures)}."
        + (f" {count(left_out)} more are left out." if left_out else ""),
        (
            "At",
            "From → to",
            "Reason",
            "#Returned",
            "#Credited",
            "UETR of the original",
            "#Original",
            "#Returned in all",
        ),
        rows,
        "Nothing was returned that day.",
    )


def _line(figures: DayFigures, at: int) -> tuple[str, ...]:
    book = figures.book
    returns = book.returns
    row, original = int(returns.rows[at]), returns.originals[at]
    payment = book.payments[row]
    code = currency_by_number(int(payment["currency"])).code
    credited = currency_by_number(int(returns.credited_currency[at])).code
    banks = (book.participants[payment[name]] for name in ("debtor_agent", "creditor_agent"))
    return (
        clock(book, int(book.payment_final_us[row])),
        " → ".join(banks),
        unpack_purpose(int(payment["purpose"])),
        f"{amount(int(payment['amount_minor']), code)} {code}",
        f"{amount(int(returns.credited_minor[at]), credited)} {credited}",
        format_uetr(int(original["uetr_high"]), int(original["uetr_low"])),
        amount(int(original["amount_minor"]), code),
        amount(int(returns.returned_minor[at]), code),
    )


def _zone(figures: DayFigures) -> str:
    return figures.book.scheme.business_day.time_zone
