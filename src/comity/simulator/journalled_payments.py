"""Payments that an engine has taken, as the table on which options are tried."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from comity.agreements import Scheme
from comity.payments.codes import Definition, EventKind
from comity.payments.lifecycle import State as PaymentState
from comity.payments.rows import Rows
from comity.settlement import State
from comity.settlement.tables import PAIRS_MADE
from comity.simulator.payment_links import NO_LINK, renumber_trades
from comity.simulator.payment_table import COLUMNS, PaymentTable

Bools = NDArray[np.bool_]
Int64s = NDArray[np.int64]

_NEVER: Final = 0
_NO_TIME: Final = -1
_SECOND_US: Final = 1_000_000
_HOUR_US: Final = 3_600 * _SECOND_US
_DAY_US: Final = 24 * _HOUR_US


@dataclass(frozen=True, slots=True, eq=False)
class JournalledPayments:
    """What a journal holds for a comparison.

    Attributes:
        table: payments that were accepted, by the time at which they could first have settled, on
            the clock of the scheme's business day; `line` is the payment's number, from 1.
        left_out: why others are not there, in words, and how many, in the order of the reasons.
    """

    table: PaymentTable
    left_out: tuple[tuple[str, int], ...]


class Acceptances:
    """When each payment was accepted for the first time, gathered from events in their order."""

    def __init__(self) -> None:
        self._parts: list[Rows] = []

    def note(self, events: Rows) -> None:
        """Take what a batch caused."""
        is_one = (events["kind"] == EventKind.PAYMENT) & (events["after"] == PaymentState.ACCEPTED)
        self._parts.append(events[is_one][["at_us", "subject"]].copy())

    def first_us(self, count: int) -> Int64s:
        """Return the moment by number of the payment, 0 where it never was."""
        found = np.full(count, _NEVER, np.int64)
        for part in reversed(self._parts):
            # Backwards, so that of several the first is written last.
            found[part["subject"][::-1]] = part["at_us"][::-1]
        return found


def payments_of_journal(
    state: State, acceptances: Acceptances, source_hash: str
) -> JournalledPayments:
    """Return the payments that a state holds, as they came: nothing of how they settled.

    Taken are customers' and banks' payments that were accepted, whatever became of them
    afterwards; a payment is of the day on which it was first accepted. Left out are those that
    were refused, are held or not yet due, those withdrawn, those within one bank, and returns,
    which answer to how a payment went. Two payments are legs of one trade where both came.

    Args:
        state: with a scheme.
        acceptances: of all its events.
        source_hash: SHA-256 of what it came from, hexadecimal.
    """
    count = state.payment_count
    books = state.known_books()
    rows, live = books.rows[:count], books.live[:count]
    accepted_us = acceptances.first_us(count)
    reasons: list[tuple[str, Bools]] = [
        ("returns", rows["definition"] == Definition.PACS_004),
        ("refused, held or not yet due", accepted_us == _NEVER),
        ("withdrawn by their banks", live["state"] == PaymentState.CANCELLED),
        ("within one bank", rows["debtor_agent"] == rows["creditor_agent"]),
    ]
    left_out, kept = [], np.ones(count, np.bool_)
    for why, is_out in reasons:
        found = int(np.count_nonzero(kept & is_out))
        kept &= ~is_out
        if found:
            left_out.append((why, found))
    numbers = np.flatnonzero(kept)
    numbers = numbers[np.argsort(accepted_us[numbers], kind="stable")]
    return JournalledPayments(
        _table(state, numbers, accepted_us[numbers], source_hash), tuple(left_out)
    )


def _table(state: State, numbers: Int64s, at_us: Int64s, source_hash: str) -> PaymentTable:
    scheme = state.known_scheme()
    rows = state.known_books().rows[numbers]
    countries = {one.bic: one.country for one in scheme.participants}
    sides = np.stack([rows["debtor_agent"], rows["creditor_agent"]])
    directory = state.known_chart().participants
    order = sorted(set(np.unique(sides).tolist()), key=lambda number: directory[number])
    place = np.zeros(len(directory), np.int32)
    place[order] = np.arange(len(order))
    day, time_us = _local(scheme, at_us)
    from_us, till_us = _asked(state, numbers, at_us, time_us)
    columns = {
        "day": day,
        "time_us": time_us,
        "debtor": place[sides[0]],
        "creditor": place[sides[1]],
        "currency": rows["currency"],
        "amount_minor": rows["amount_minor"],
        "priority": rows["priority"],
        "purpose": rows["purpose"],
        "from_us": from_us,
        "till_us": till_us,
        "link": _links(state, numbers, day),
        "line": numbers + 1,
    }
    assert tuple(columns) == COLUMNS, "every column, and in order"
    return PaymentTable(
        parties=tuple(directory[number] for number in order),
        hash=source_hash,
        countries=tuple(countries[directory[number]] for number in order),
        **{name: np.ascontiguousarray(column) for name, column in columns.items()},
    )


def _local(scheme: Scheme, at_us: Int64s) -> tuple[NDArray[np.int32], Int64s]:
    """Return day and time of day on the clock of the business day."""
    zone = ZoneInfo(scheme.business_day.time_zone)
    hours, of_hour = np.unique(at_us // _HOUR_US, return_inverse=True)
    # Clocks change at whole quarters of an hour at the finest, and not while a day is open.
    shift = np.array([_offset_us(zone, hour) for hour in hours.tolist()], np.int64)
    local = at_us + shift[of_hour] if len(at_us) else at_us
    return (local // _DAY_US).astype(np.int32), local % _DAY_US


def _offset_us(zone: ZoneInfo, hour: int) -> int:
    offset = datetime.fromtimestamp(hour * 3_600, zone).utcoffset()
    assert offset is not None, "a zone has an offset"
    return int(offset.total_seconds()) * _SECOND_US


def _asked(state: State, numbers: Int64s, at_us: Int64s, time_us: Int64s) -> tuple[Int64s, Int64s]:
    """Return from and till times since midnight, −1 where none was asked, or it was over."""
    place = np.full(state.payment_count, _NO_TIME, np.int64)
    place[numbers] = np.arange(len(numbers))
    found = []
    for name in ("from_us", "till_us"):
        column = np.full(len(numbers), _NO_TIME, np.int64)
        at = place[state.times["payment"]]
        said = (at >= 0) & (state.times[name] > 0)
        at, asked = at[said], state.times[name][said]
        ahead = asked - at_us[at]
        fits = (ahead >= 0) & (time_us[at] + ahead < _DAY_US)
        column[at[fits]] = (time_us[at] + ahead)[fits]
        found.append(column)
    return found[0], found[1]


def _links(state: State, numbers: Int64s, day: NDArray[np.int32]) -> Int64s:
    """Return by payment its trade, as the engine matched legs; −1 where it has none that day."""
    pairs = state.known_books().pairs
    matched = pairs.rows[: int(pairs.counts[PAIRS_MADE])]
    matched = matched[matched["second"] >= 0]
    place = np.full(state.payment_count, NO_LINK, np.int64)
    place[numbers] = np.arange(len(numbers))
    one, other = place[matched["first"]], place[matched["second"]]
    both = np.flatnonzero((one >= 0) & (other >= 0))
    both = both[day[one[both]] == day[other[both]]]
    link = np.full(len(numbers), NO_LINK, np.int64)
    # Of legs that met again on a later day the last pair is written last.
    link[one[both]] = link[other[both]] = both
    return renumber_trades(link)
