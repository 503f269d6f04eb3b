"""The figures of a replayed day against the plainest way to count each."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.errors import UsageError
from comity.money import AMOUNT_MINOR_MAX
from comity.queueing import (
    DayColumns,
    Liquidity,
    SettledBy,
    liquidity_bounds,
    measure_day,
    replay_day,
)

ACCOUNTS = 4
CLOSES_US = 200
PAYMENT = st.tuples(st.integers(0, 100), st.integers(0, 3), st.integers(1, 3), st.integers(1, 60))


def day_of(payments: list[tuple[int, int, int, int]]) -> DayColumns:
    """Return payments (time, payer, steps on to the payee, amount) in order of time."""
    rows = sorted(payments, key=lambda each: each[0])
    columns = np.array(rows, np.int64).reshape(len(rows), 4).T
    payer = columns[1].astype(np.int32)
    payee = ((columns[1] + columns[2]) % ACCOUNTS).astype(np.int32)
    return DayColumns(columns[0].copy(), payer, payee, columns[3].copy())


@given(st.lists(PAYMENT, max_size=30))
def test_the_bounds_are_the_peak_and_the_end_of_what_each_has_sent_net(
    payments: list[tuple[int, int, int, int]],
) -> None:
    day = day_of(payments)
    sent, peak = [0] * ACCOUNTS, [0] * ACCOUNTS
    for payer, payee, amount in zip(day.payer, day.payee, day.amount_minor, strict=True):
        sent[payer] += int(amount)
        sent[payee] -= int(amount)
        peak[payer] = max(peak[payer], sent[payer])
    bounds = liquidity_bounds(day, ACCOUNTS)
    assert bounds.lower_minor.tolist() == [max(0, each) for each in sent]
    assert bounds.upper_minor.tolist() == peak


@settings(max_examples=60)
@given(st.lists(PAYMENT, max_size=30))
def test_with_the_upper_bound_nobody_waits_and_it_is_all_used(
    payments: list[tuple[int, int, int, int]],
) -> None:
    day = day_of(payments)
    held = Liquidity(liquidity_bounds(day, ACCOUNTS).upper_minor)
    found = replay_day(day, held, "fifo")
    assert found.settled_us.tolist() == day.at_us.tolist()
    measures = measure_day(day, held, found, CLOSES_US)
    assert measures.used_minor.tolist() == held.opening_minor.tolist()
    assert not measures.delay
    assert not measures.queued_average_minor


@settings(max_examples=60)
@given(
    st.lists(PAYMENT, min_size=1, max_size=30),
    st.lists(st.integers(0, 80), min_size=4, max_size=4),
    st.sampled_from(["fifo", "bypass", "offset", "multilateral"]),
)
def test_every_figure_is_what_counting_gives(
    payments: list[tuple[int, int, int, int]], opening: list[int], rule: str
) -> None:
    day, held = day_of(payments), Liquidity(np.array(opening, np.int64))
    found = replay_day(day, held, rule, resolve_every_us=7)
    measures = measure_day(day, held, found, CLOSES_US)
    rows = list(
        zip(
            day.at_us.tolist(),
            day.amount_minor.tolist(),
            found.settled_us.tolist(),
            found.mechanism.tolist(),
            strict=True,
        )
    )
    ends = [CLOSES_US if settled < 0 else settled for _, _, settled, _ in rows]
    weighted = sum(v * (end - at) for (at, v, _, _), end in zip(rows, ends, strict=True))
    value = sum(v for _, v, _, _ in rows)
    left = [v for _, v, settled, _ in rows if settled < 0]
    assert measures.delay == Fraction(weighted, sum(v * (CLOSES_US - at) for at, v, _, _ in rows))
    assert measures.queued_average_minor == Fraction(weighted, CLOSES_US - rows[0][0])
    assert measures.age_max_us == max(end - row[0] for row, end in zip(rows, ends, strict=True))
    assert (measures.unsettled, measures.unsettled_minor) == (len(left), sum(left))
    used = sum(measures.used_minor.tolist())
    assert measures.usage == (Fraction(used, sum(opening)) if sum(opening) else None)
    assert measures.turnover_ratio == (Fraction(value - sum(left), used) if used else None)
    for by, share in measures.mechanisms.items():
        of = [v for _, v, _, mechanism in rows if mechanism == by]
        assert share.by_number == Fraction(len(of), len(rows))
        assert share.by_value == Fraction(sum(of), value)
    assert sum(each.by_value for each in measures.mechanisms.values()) == 1


def test_value_times_time_beyond_64_bits_is_counted_exactly() -> None:
    count = 3
    day = DayColumns(
        np.arange(count),
        np.zeros(count, np.int32),
        np.ones(count, np.int32),
        np.full(count, AMOUNT_MINOR_MAX),
    )
    nothing = Liquidity(np.zeros(2, np.int64))
    closes_us = 10**15
    found = measure_day(day, nothing, replay_day(day, nothing, "fifo"), closes_us)
    assert found.delay == 1
    assert found.queued_average_minor == Fraction(
        sum(AMOUNT_MINOR_MAX * (closes_us - at) for at in range(count)), closes_us
    )


def test_a_day_without_payments_has_no_ratios() -> None:
    day, held = day_of([]), Liquidity(np.array([5, 0, 0, 0]))
    found = measure_day(day, held, replay_day(day, held, "fifo"), CLOSES_US)
    assert (found.usage, found.turnover_ratio, found.delay) == (Fraction(0), None, None)
    assert (found.queued_average_minor, found.mechanisms, found.unsettled) == (None, {}, 0)


def test_credit_that_may_be_drawn_counts_as_available() -> None:
    day = day_of([(1, 0, 1, 10)])
    held = Liquidity(np.array([5, 0, 0, 0]), credit_cap_minor=np.array([15, 0, 0, 0]))
    found = measure_day(day, held, replay_day(day, held, "fifo"), CLOSES_US)
    assert found.usage == Fraction(1, 2)
    assert found.mechanisms[SettledBy.ENTRY].by_value == 1


def test_a_close_before_the_last_payment_is_refused() -> None:
    day, held = day_of([(9, 0, 1, 10)]), Liquidity(np.zeros(ACCOUNTS, np.int64))
    with pytest.raises(UsageError, match="closes_us: found 8, expected 9 or later"):
        measure_day(day, held, replay_day(day, held, "fifo"), 8)
