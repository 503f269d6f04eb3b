"""Sender limits as tables, and how they bind a resolution."""

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from comity.agreements.position_limits import PositionLimitKind
from comity.agreements.scheme import Scheme
from comity.money import BALANCE_MINOR_MAX, currency
from comity.queueing import UNLIMITED_MINOR, Limits
from comity.settlement.chart import Chart
from comity.settlement.tables import (
    CAP_ROW,
    COUNTER_CURRENCIES,
    LIMIT_ROW,
    SHORT_ROW,
    WORTH_ROW,
    Books,
    NetDebitCaps,
    Rows,
    SenderLimits,
    Shorts,
    empty_lists,
)


def draw_limits(scheme: Scheme, chart: Chart) -> SenderLimits:
    """Return a scheme's sender limits by place; empty tables where nobody is limited."""
    width, directory = len(chart.currencies), chart.directory

    def place_of(bic: str, code: str) -> int:
        return directory[bic] * width + chart.currencies.index(currency(code).number)

    limited = any(one.kind.is_of_a_day for one in scheme.position_limits)
    count = len(chart.participants) * width if limited else 0
    multilateral = np.zeros(count, LIMIT_ROW)
    multilateral["limit_minor"] = BALANCE_MINOR_MAX
    pairs = []
    for one in scheme.position_limits:
        place = place_of(one.participant, one.currency)
        if one.kind is PositionLimitKind.BILATERAL:
            assert one.counterparty is not None, "a scheme whose limits lack one is refused"
            pairs.append((place, place_of(one.counterparty, one.currency), one.limit_minor))
        elif one.kind is PositionLimitKind.MULTILATERAL:
            multilateral[place]["limit_minor"] = one.limit_minor
    pairs.sort()
    bilateral = np.zeros(len(pairs), LIMIT_ROW)
    bilateral["limit_minor"] = [limit for _, _, limit in pairs]
    payers = [payer for payer, _, _ in pairs]
    return SenderLimits(
        starts=np.searchsorted(payers, np.arange(count + 1)).astype(np.int32),
        payees=np.array([payee for _, payee, _ in pairs], np.int32),
        bilateral=bilateral,
        multilateral=multilateral,
    )


def draw_caps(scheme: Scheme, chart: Chart, pools: Mapping[str, int]) -> NetDebitCaps:
    """Return a scheme's net debit caps by pool and place; empty tables where nobody is capped."""
    caps = [one for one in scheme.position_limits if one.pool is not None]
    width = len(chart.currencies)
    places = len(chart.participants) * width
    count = len(pools) * places if caps else 0
    positions = np.zeros(count, CAP_ROW)
    positions["cap_minor"] = BALANCE_MINOR_MAX
    for one in caps:
        place = chart.directory[one.participant] * width
        place += chart.currencies.index(currency(one.currency).number)
        positions[pools[one.pool or ""] * places + place]["cap_minor"] = one.limit_minor
    return NetDebitCaps(positions, empty_lists(count))


def draw_shorts(scheme: Scheme, chart: Chart) -> Shorts:
    """Return who may be short of how much; empty tables where nobody may."""
    limits = [
        one for one in scheme.position_limits if one.kind is PositionLimitKind.SHORT_POSITIONS
    ]
    most = np.full(len(chart.participants) if limits else 0, -1, np.int64)
    for one in limits:
        most[chart.directory[one.participant]] = one.limit_minor
    return Shorts(most, np.zeros(len(chart.currencies), WORTH_ROW), np.zeros(len(most), SHORT_ROW))


def short_users(scheme: Scheme, chart: Chart, places: Rows) -> Iterator[tuple[int, int]]:
    """Yield the accounts of each bank that may be short with its places in other currencies.

    Money on one of them may let it go short on another.
    """
    width = len(chart.currencies)
    for one in scheme.position_limits:
        if one.kind is PositionLimitKind.SHORT_POSITIONS:
            first = chart.directory[one.participant] * width
            own = range(first, first + width)
            for at in own:
                for other in own:
                    if other != at and places[at]["settlement"] >= 0:
                        yield int(places[at]["settlement"]), other


def open_limits(books: Books) -> None:
    """Begin a day in which nobody has sent anything."""
    books.limits.bilateral["sent_minor"] = 0
    books.limits.multilateral["sent_minor"] = 0


def clear_caps(books: Books) -> None:
    """Forget who waits for room under a cap, and what open cycles hold, at the end of a day."""
    books.caps.positions["debit_minor"] = 0
    books.caps.lists["head"] = books.caps.lists["tail"] = -1


def with_sender_limits(limits: Limits, books: Books, index: int) -> Limits:
    """Return what limits a currency's queues together with what senders may still send.

    Args:
        limits: of the currency's participants.
        books: as they stand.
        index: of the currency.
    """
    if not len(books.limits.multilateral):
        return limits
    width = int(books.counters[COUNTER_CURRENCIES])
    count = len(limits.available_minor)
    places = np.arange(count) * width + index
    starts = books.limits.starts
    lengths = starts[places + 1] - starts[places]
    chosen = np.flatnonzero(np.isin(payers_of(starts), places))
    rows = books.limits.bilateral[chosen]
    return limits._replace(
        multilateral_minor=_room(books.limits.multilateral[places]),
        bilateral_starts=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32),
        bilateral_payees=(books.limits.payees[chosen] // width).astype(np.int32),
        bilateral_minor=_room(rows),
    )


def payers_of(starts: NDArray[np.int32]) -> NDArray[np.int64]:
    """Return the payer of each bilateral limit, from where each payer's begin."""
    return np.repeat(np.arange(len(starts) - 1), np.diff(starts))


def _room(rows: NDArray[np.void]) -> NDArray[np.int64]:
    room = np.minimum(rows["limit_minor"] - rows["sent_minor"], UNLIMITED_MINOR)
    unlimited = rows["limit_minor"] == BALANCE_MINOR_MAX
    return np.where(unlimited, UNLIMITED_MINOR, room).astype(np.int64)
