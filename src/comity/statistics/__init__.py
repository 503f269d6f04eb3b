"""Figures about a settled day, each with its definition and denominator: docs/statistics.md."""

from comity.statistics.companies import active_companies
from comity.statistics.document import settle_document
from comity.statistics.outcomes import Refusal, refusals, states_at_close
from comity.statistics.positions import CurrencyPositions, positions
from comity.statistics.profile import (
    QueueProfile,
    SettledProfile,
    queue_profiles,
    settled_profiles,
)
from comity.statistics.series import SeriesLine, read_series
from comity.statistics.shares import (
    Denominator,
    NationalCurrencyShare,
    national_currency_share,
)
from comity.statistics.turnover import TurnoverLine, turnover

__all__ = [
    "CurrencyPositions",
    "Denominator",
    "NationalCurrencyShare",
    "QueueProfile",
    "Refusal",
    "SeriesLine",
    "SettledProfile",
    "TurnoverLine",
    "active_companies",
    "national_currency_share",
    "positions",
    "queue_profiles",
    "read_series",
    "refusals",
    "settle_document",
    "settled_profiles",
    "states_at_close",
    "turnover",
]
