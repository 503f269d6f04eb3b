"""The table `[surplus]` of an agreement's file."""

from comity.agreements.surplus_terms import SurplusLimit, SurplusTerms
from comity.arrangement.toml_tables import TableReader


def read_surplus(table: TableReader | None) -> SurplusTerms | None:
    """Read what becomes of a surplus; None where nothing is said of it."""
    if table is None:
        return None
    terms = SurplusTerms(
        spent_first=table.boolean("spent_first"),
        limits=tuple(_limit(each) for each in table.tables("limits")),
    )
    table.close()
    return terms


def _limit(table: TableReader) -> SurplusLimit:
    code = table.currency("currency")
    limit = SurplusLimit(code, table.amount_minor("most", code))
    table.close()
    return limit
