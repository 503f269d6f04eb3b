"""The table `[payment_versus_payment]` of an agreement: how long the legs of a trade wait."""

from typing import Final

from comity.agreements import PaymentVersusPayment
from comity.arrangement.toml_tables import TableReader

MINUTES_OF_DAY: Final = 1440


def read_payment_versus_payment(table: TableReader | None) -> PaymentVersusPayment | None:
    """Read the table, which may be absent or empty; its faults gather in its file."""
    if table is None:
        return None
    terms = PaymentVersusPayment(
        match_within=_minutes(table, "match_within"),
        expires_at=table.time("expires_at") if table.has("expires_at") else None,
        answer_within=_minutes(table, "answer_within"),
    )
    table.close()
    return terms


def _minutes(table: TableReader, name: str) -> int | None:
    if not table.has(name):
        return None
    return table.integer(name, minimum=1, maximum=MINUTES_OF_DAY)
