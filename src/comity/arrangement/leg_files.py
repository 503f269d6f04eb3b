"""The table `[payment_versus_payment]` of an agreement: how long the legs of a trade wait."""

from typing import Final

from comity.agreements import PaymentVersusPayment
from comity.arrangement.toml_tables import TableReader

MINUTES_OF_DAY: Final = 1440


def read_payment_versus_payment(table: TableReader | None) -> PaymentVersusPayment | None:
    """Read the table, which may be absent or empty; its faults gather in its file."""
    if table is None:
        return None
    within = None
    if table.has("match_within"):
        within = table.integer("match_within", minimum=1, maximum=MINUTES_OF_DAY)
    terms = PaymentVersusPayment(
        match_within=within,
        expires_at=table.time("expires_at") if table.has("expires_at") else None,
    )
    table.close()
    return terms
