"""What is left of a day's payments once obligations have been set off, so many times a day."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from comity.netting import allocate_cleared, maximise_setoff, merge_obligations
from comity.simulator.hours import Hours
from comity.simulator.payment_table import COLUMNS, PaymentTable

Int64s = NDArray[np.int64]

_MARGIN_US = 180_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Remainders:
    """What has still to be paid; columns by payment of the day unless said otherwise.

    Attributes:
        table: of what is left, from when it was known; without payments set off whole.
        of: by payment of that table, of which payment of the day it is left.
        set_off_minor: what was set off.
        set_off_us: when, since midnight.
    """

    table: PaymentTable
    of: NDArray[np.intp]
    set_off_minor: Int64s
    set_off_us: Int64s


def set_off_day(table: PaymentTable, rows: slice, count: int, hours: Hours) -> Remainders:
    """Set off what parties owe one another at equal distances through a day.

    Each time everything that has come since the time before is taken together, by currency; the
    most is cleared that leaves everybody's net position as it is, of payments between the same two
    pro rata.

    Args:
        table: the payments.
        rows: those of one day.
        count: how many times, the last three minutes before the close.
        hours: of the day.
    """
    span_us = hours.closes_us - _MARGIN_US - hours.opens_us
    at_us = hours.opens_us + span_us * np.arange(1, count + 1) // count
    round_of = np.searchsorted(at_us, table.time_us[rows])
    cleared = np.zeros(rows.stop - rows.start, np.int64)
    for number in range(count):
        for code in np.unique(table.currency[rows]).tolist():
            mine = np.flatnonzero((round_of == number) & (table.currency[rows] == code))
            if len(mine):
                cleared[mine] = _cleared(table, rows.start + mine)
    set_off_us = at_us[round_of]
    left = table.amount_minor[rows] - cleared
    of = np.flatnonzero(left > 0)
    return Remainders(
        _left(table, rows.start + of, left[of], set_off_us[of]), of, cleared, set_off_us
    )


def _cleared(table: PaymentTable, chosen: NDArray[np.intp]) -> Int64s:
    amounts = table.amount_minor[chosen]
    network, edge_of = merge_obligations(
        table.debtor[chosen], table.creditor[chosen], amounts, len(table.parties)
    )
    return allocate_cleared(edge_of, amounts, maximise_setoff(network).cleared_minor)


def _left(
    table: PaymentTable, chosen: NDArray[np.intp], amounts: Int64s, times_us: Int64s
) -> PaymentTable:
    taken: dict[str, Any] = {name: getattr(table, name)[chosen] for name in COLUMNS}
    # What a sender asked of time is over where the remainder comes later.
    for name in ("from_us", "till_us"):
        taken[name] = np.where(taken[name] > times_us, taken[name], np.int64(-1))
    return replace(table, **taken | {"amount_minor": amounts, "time_us": times_us})
