"""The times that payments ask for, as they are on the day on which a payment settles.

A sender names times of the settlement date (SttlmTmReq); where that is moved, they are the same
times of the new day.
"""

import numpy as np
from numpy.typing import NDArray

from comity.payments.rows import Rows
from comity.settlement.state import State
from comity.settlement.tables import Books

Int32s = NDArray[np.int32]
Int64s = NDArray[np.int64]

_DAY_US = 24 * 3_600 * 1_000_000


def times_of(state: State, payment: int) -> tuple[int, int, int]:
    """Return from, till and reject time of a payment, UTC microseconds, each 0 for none."""
    place = int(np.searchsorted(state.times["payment"], payment))
    if place == len(state.times) or state.times["payment"][place] != payment:
        return 0, 0, 0
    from_us, till_us, reject_us = (int(each[0]) for each in on_day(state, state.times[[place]]))
    return from_us, till_us, reject_us


def on_day(state: State, rows: Rows) -> tuple[Int64s, Int64s, Int64s]:
    """Return from, till and reject times as they are on the payments' settlement dates.

    Args:
        state: which knows the dates.
        rows: `TIMES_ROW` table, by payment in the whole journal.
    """
    moved = moved_us(state, rows["payment"])
    columns = (rows[name] for name in ("from_us", "till_us", "reject_us"))
    from_us, till_us, reject_us = (np.where(each > 0, each + moved, 0) for each in columns)
    return from_us, till_us, reject_us


def moved_us(state: State, payments: Int32s) -> Int64s:
    """Return by how much the settlement dates of payments have been moved, microseconds."""
    books = state.known_books()
    asked_for = books.rows["value_date"][payments].astype(np.int64)
    return (settlement_dates(books, payments) - asked_for) * _DAY_US


def settlement_dates(books: Books, payments: Int32s) -> Int64s:
    """Return settlement dates: as moved, or as asked for by what is not admitted yet."""
    moved = books.live["value_date"][payments].astype(np.int64)
    return np.where(moved > 0, moved, books.rows["value_date"][payments])
