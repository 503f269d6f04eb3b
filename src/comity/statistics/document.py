"""What `comity settle --json` prints: one document a day, as its published schema says."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Protocol

import numpy as np

from comity.statistics.cycles import CycleLine, cycle_documents
from comity.statistics.day import Day, settled, settled_returns
from comity.statistics.dealers import dealing_document
from comity.statistics.doubts import doubt_documents, doubts
from comity.statistics.exact import decimal_text
from comity.statistics.orders import orders
from comity.statistics.outcomes import settled_by_mechanism, states_at_close
from comity.statistics.positions import positions
from comity.statistics.series import SeriesLine
from comity.statistics.shares import NationalCurrencyShare, national_currency_share
from comity.statistics.trades import trade_documents, trades


class Proof(Protocol):
    """What was proved about the day; `comity.statements.DayProof` fulfils it."""

    @property
    def money_conserved(self) -> bool: ...  # noqa: D102
    @property
    def positions_zero(self) -> bool: ...  # noqa: D102
    @property
    def journal_verified(self) -> bool: ...  # noqa: D102
    @property
    def statements_reconciled(self) -> bool: ...  # noqa: D102


def settle_document(
    day: Day,
    proof: Proof,
    *,
    series: Sequence[SeriesLine] = (),
    cycles: Sequence[CycleLine] = (),
    changed: bool = True,
) -> dict[str, Any]:
    """Return the document of a settled day; only JSON values, no floats.

    Args:
        day: the day book.
        proof: what was proved after the close.
        series: all payments between the countries, where such a series is there.
        cycles: the day's netting cycles.
        changed: False where the day had been settled before and nothing was done now.
    """
    return {
        "business_date": day.business_date.isoformat(),
        "arrangement": day.scheme.name,
        "synthetic": day.scheme.synthetic,
        "changed": changed,
        "payments": {
            "received": int(np.count_nonzero(day.received_today)),
            "settled": int(np.count_nonzero(settled(day))),
            "returns": len(settled_returns(day)[0]),
            "mechanisms": settled_by_mechanism(day),
            "states": states_at_close(day),
        },
        "duplicates": day.duplicates,
        "messages_refused": day.messages_refused,
        "currencies": {
            one.currency: {
                "gross_minor": one.gross_minor,
                "returned_minor": one.returned_minor,
                "net_minor": one.net_minor,
                "netting_ratio": decimal_text(one.netting_ratio),
            }
            for one in positions(day)
        },
        "cycles": cycle_documents(cycles),
        "trades": trade_documents(trades(day)),
        "in_doubt": doubt_documents(doubts(day)),
        "orders": asdict(orders(day)),
        "dealing": dealing_document(day),
        "national_currency_share": share_document(national_currency_share(day, series)),
        "proof": {
            "money_conserved": proof.money_conserved,
            "positions_zero": proof.positions_zero,
            "journal_verified": proof.journal_verified,
            "statements_reconciled": proof.statements_reconciled,
        },
        "head": day.head,
    }


def share_document(found: NationalCurrencyShare) -> dict[str, Any]:
    """Return the shares as decimal text, with their denominator, rates and coverage."""
    source = found.source
    return {
        "invoicing": decimal_text(found.invoicing),
        "customer_leg": decimal_text(found.customer_leg),
        "settlement_asset": decimal_text(found.settlement_asset),
        "valuation_currency": found.valuation.currency,
        "rate_ids": list(found.valuation.rate_ids),
        "coverage": decimal_text(found.coverage),
        "denominator": str(found.denominator),
        "denominator_value": decimal_text(found.denominator_value, decimals=2),
        "scheme_value": decimal_text(found.scheme_value, decimals=2),
        "unvalued_currencies": list(found.valuation.unvalued),
        "source": None
        if source is None
        else {
            "publisher": source.publisher,
            "definition": source.definition,
            "period_start": source.period_start.isoformat(),
            "period_end": source.period_end.isoformat(),
            "business_days": source.business_days,
        },
        "note": found.note,
    }
