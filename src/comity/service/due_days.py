"""Which business day is settled: the one that is begun, the one that is named, or the next due.

A day is due that has a message or a payment that waits for it. Days before the calendars begin
are passed over, so that one message with an absurd date does not stop the others; a day behind
their end is an error, because nobody can say whether banks work on it.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final

import numpy as np

from comity.agreements.scheme import Scheme
from comity.business_calendar import date_to_days, days_to_date, local_time_us
from comity.errors import UsageError
from comity.payments.lifecycle import State as PaymentState
from comity.service.committing import Ledger
from comity.service.intake import Arrived, TakenMessages
from comity.settlement.schedule import closed_because, is_business_day

SEARCH_DAYS_MAX: Final = 400
"""How far ahead the next business day with something to do is looked for."""

_DAY_US: Final = 86_400_000_000


def choose_day(
    ledger: Ledger,
    scheme: Scheme,
    *,
    arrived: Sequence[Arrived],
    taken: TakenMessages,
    asked: date | None,
) -> date | None:
    """Return the day to be settled, or one that is closed already; None for nothing to do.

    Args:
        ledger: the books so far.
        scheme: the arrangement.
        arrived: every message there is.
        taken: what the journal holds.
        asked: the day its user named.

    Raises:
        UsageError: the day cannot be settled now, and why.
        CalendarCoverageError: a calendar says nothing about it.
    """
    state = ledger.state
    if state.is_open:
        begun = days_to_date(state.business_day)
        if asked not in {None, begun}:
            raise UsageError(f"--date: found {asked}, expected {begun}: that day is begun and open")
        return begun
    if asked is None:
        return _next_due(ledger, scheme, arrived, taken)
    if date_to_days(asked) in taken.days:
        return asked
    if date_to_days(asked) <= state.closed_day:
        raise UsageError(
            f"--date: found {asked}, expected a day after {days_to_date(state.closed_day)}, the"
            " last one that is closed: no day can be settled behind it"
        )
    if not is_business_day(scheme, asked):
        raise UsageError(
            f"--date: found {asked}, expected a joint business day;"
            f" closed: {closed_because(scheme, asked)}"
        )
    return asked


def _next_due(
    ledger: Ledger, scheme: Scheme, arrived: Sequence[Arrived], taken: TakenMessages
) -> date | None:
    waiting = [one for one in arrived if one.source.path not in taken.sha256]
    first_us = min((one.arrival_us for one in waiting if one.arrival_us), default=None)
    value_day = _earliest_value_day(ledger)
    if first_us is None and value_day is None:
        if waiting:
            raise UsageError(
                f"{waiting[0].source.path}: found no arrival that can be read, nor in any other of"
                f" {len(waiting)} open message(s): name the day to answer on with --date"
            )
        return None
    covers_from = max(date_to_days(one.covers_from) for one in scheme.calendars)
    covers_until = min(date_to_days(one.covers_until) for one in scheme.calendars)
    # A UTC day may begin before or after the local one, so the search starts a day early.
    starts = [] if first_us is None else [first_us // _DAY_US - 1]
    starts.extend([] if value_day is None else [value_day])
    begin = max(min(starts), ledger.state.closed_day + 1, covers_from)
    for number in range(begin, min(begin + SEARCH_DAYS_MAX, covers_until + 1)):
        day = days_to_date(number)
        if is_business_day(scheme, day) and (
            (value_day is not None and number >= value_day)
            or (first_us is not None and _closes_us(scheme, day) >= first_us)
        ):
            return day
    raise UsageError(
        f"calendars/: found coverage until {days_to_date(covers_until)}, expected a joint business"
        " day by then for the next message or waiting payment: add the year's holidays and raise"
        " covers_until"
    )


def _closes_us(scheme: Scheme, day: date) -> int:
    return local_time_us(day, scheme.business_day.closes, scheme.business_day.time_zone)


def _earliest_value_day(ledger: Ledger) -> int | None:
    """Return the earliest day a payment waits for, counting those held by central banks."""
    state = ledger.state
    if state.books is None:
        return None
    live = state.books.live[: state.payment_count]
    days = live["value_date"][live["state"] == PaymentState.WAREHOUSED]
    reserved = live["taken_day"][live["state"] == PaymentState.RESERVED] + 1
    waiting = np.concatenate([days, reserved])
    return int(waiting.min()) if len(waiting) else None
