"""When payments come, and between what times they may settle."""

import numpy as np
from numpy.typing import NDArray

from comity.identifiers.cells import shown
from comity.simulator.payment_columns import (
    NO_DAY,
    Moments,
    read_day_column,
    read_moment_column,
    to_clock,
)
from comity.simulator.payment_faults import PaymentFaults, shown_cell
from comity.simulator.payment_format import DATE_MAX, DATE_MIN, PaymentFormat
from comity.simulator.payment_kernel import CLOCK, DATED, INSTANT, NO_MOMENT, NOTHING
from comity.simulator.payment_rules import (
    CLOCK_EXPECTED,
    DATE_EXPECTED,
    MOMENT_EXPECTED,
    Found,
    day_text,
)
from comity.simulator.payment_source import PaymentSource

Int64s = NDArray[np.int64]

NO_TIME = -1
"""In a column of times that payments ask for: there is none."""

_DAY_US = 86_400_000_000
_DAYS_MAX = (DATE_MAX - DATE_MIN).days + 1


def read_times(
    source: PaymentSource, form: PaymentFormat, faults: PaymentFaults
) -> tuple[Int64s, Int64s]:
    """Return by row the day since 1970-01-01 and the microseconds since its midnight.

    The day of a row with a fault may be NO_DAY.

    Args:
        source: the file's columns, `time` among them.
        form: the time zone, and the day where none is stated.
        faults: what is wrong with times and dates is added.
    """
    moments = read_moment_column(source.columns["time"])
    unread = (moments.kinds == NOTHING) | (moments.kinds == NO_MOMENT)
    faults.add_rows(
        unread,
        source.lines,
        "time",
        lambda row: (shown_cell(source.cell("time", row)), MOMENT_EXPECTED),
    )
    moments = _on_clock(source, moments, form, faults)
    dated = moments.kinds == DATED
    days = np.where(dated, moments.us // _DAY_US, _stated_days(source, moments, form, faults))
    return days, np.where(dated, moments.us % _DAY_US, moments.us)


def read_windows(source: PaymentSource, faults: PaymentFaults) -> tuple[Int64s, Int64s]:
    """Return from when and by when payments are to settle: since midnight, or NO_TIME."""
    from_us, till_us = (_asked(source, column, faults) for column in ("from", "till"))

    def say(row: int) -> Found:
        begins, ends = shown(source.cell("from", row)), shown(source.cell("till", row))
        return f"{ends}, which is before the from time {begins}", "a till time not before it"

    crossed = (from_us != NO_TIME) & (till_us != NO_TIME) & (from_us > till_us)
    faults.add_rows(crossed, source.lines, "till", say)
    return from_us, till_us


def _on_clock(
    source: PaymentSource, moments: Moments, form: PaymentFormat, faults: PaymentFaults
) -> Moments:
    """Return moments of which none is an instant: those are put on the clock of the payments."""
    instants = moments.kinds == INSTANT
    if not instants.any():
        return moments
    if form.time_zone is None:
        faults.add_rows(
            instants,
            source.lines,
            "time",
            lambda row: (
                f"{shown(source.cell('time', row))} with an offset",
                "--time-zone too, which says into which zone's clock it is to be put",
            ),
        )
        return Moments(moments.us, np.where(instants, NO_MOMENT, moments.kinds).astype(np.int8))
    us, kinds = moments.us.copy(), np.where(instants, DATED, moments.kinds).astype(np.int8)
    us[instants] = to_clock(us[instants], form.time_zone)
    beyond = instants & ((us < 0) | (us >= _DAYS_MAX * _DAY_US))
    faults.add_rows(
        beyond, source.lines, "time", lambda row: (shown(source.cell("time", row)), DATE_EXPECTED)
    )
    return Moments(us, kinds)


def _stated_days(
    source: PaymentSource, moments: Moments, form: PaymentFormat, faults: PaymentFaults
) -> Int64s:
    """Return the days that stand beside the times, or the one for all."""
    clock, dated = moments.kinds == CLOCK, moments.kinds == DATED
    if "date" not in source.columns:
        if dated.any():
            # To give these the day for all would put them away from the others unseen.
            faults.add_rows(
                clock,
                source.lines,
                "time",
                lambda row: (
                    f"{shown(source.cell('time', row))} without a date",
                    "a date before it, as on other lines",
                ),
            )
        one = (form.default_date - DATE_MIN).days
        return np.where(clock & ~dated.any(), one, NO_DAY)
    days = read_day_column(source.columns["date"])
    faults.add_rows(
        days == NO_DAY,
        source.lines,
        "date",
        lambda row: (shown_cell(source.cell("date", row)), DATE_EXPECTED),
    )
    on = moments.us // _DAY_US
    other = dated & (days != NO_DAY) & (days != on)
    faults.add_rows(
        other,
        source.lines,
        "date",
        lambda row: (
            f"{shown(source.cell('date', row))} beside a time on {day_text(int(on[row]))}",
            "the same day; or skip the column",
        ),
    )
    return days


def _asked(source: PaymentSource, column: str, faults: PaymentFaults) -> Int64s:
    if column not in source.columns:
        return np.full(len(source), NO_TIME, np.int64)
    moments = read_moment_column(source.columns[column])
    faults.add_rows(
        (moments.kinds != CLOCK) & (moments.kinds != NOTHING),
        source.lines,
        column,
        lambda row: (shown(source.cell(column, row)), f"{CLOCK_EXPECTED}, of the same day"),
    )
    return np.where(moments.kinds == CLOCK, moments.us, NO_TIME)
