"""Everything the report says about a day, worked out once."""

from collections.abc import Sequence
from dataclasses import dataclass

from comity.statements.cycles import Cycle, cycles_of
from comity.statements.daybook import DayBook, DayProof
from comity.statements.reconciliation import AccountProof, reconcile
from comity.statistics.companies import active_companies
from comity.statistics.orders import Orders, orders
from comity.statistics.outcomes import Refusal, refusals, states_at_close
from comity.statistics.positions import CurrencyPositions, positions
from comity.statistics.profile import (
    QueueProfile,
    SettledProfile,
    queue_profiles,
    settled_profiles,
)
from comity.statistics.resolutions import MultilateralResolution, multilateral_resolutions
from comity.statistics.series import SeriesLine
from comity.statistics.shares import NationalCurrencyShare, national_currency_share
from comity.statistics.trades import Trades, trades
from comity.statistics.turnover import TurnoverLine, turnover


@dataclass(frozen=True, slots=True)
class DayFigures:
    """Everything the report says about a day, worked out once."""

    book: DayBook
    proof: DayProof
    states: dict[str, int]
    refusals: tuple[Refusal, ...]
    positions: tuple[CurrencyPositions, ...]
    settled: tuple[SettledProfile, ...]
    queues: tuple[QueueProfile, ...]
    turnover: tuple[TurnoverLine, ...]
    share: NationalCurrencyShare
    companies: dict[str, int]
    cycles: tuple[Cycle, ...]
    resolutions: tuple[MultilateralResolution, ...]
    trades: tuple[Trades, ...]
    orders: Orders
    accounts: tuple[AccountProof, ...]


def figures_of(book: DayBook, proof: DayProof, series: Sequence[SeriesLine] = ()) -> DayFigures:
    """Work out everything the report says."""
    return DayFigures(
        book=book,
        proof=proof,
        states=states_at_close(book),
        refusals=refusals(book),
        positions=positions(book),
        settled=settled_profiles(book),
        queues=queue_profiles(book),
        turnover=turnover(book),
        share=national_currency_share(book, series),
        companies=active_companies(book),
        cycles=cycles_of(book),
        resolutions=multilateral_resolutions(book),
        trades=trades(book),
        orders=orders(book),
        accounts=reconcile(book),
    )
