"""What a replay refuses, and what it takes in another form."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from comity.errors import UsageError
from comity.money import AMOUNT_MINOR_MAX
from comity.queueing import RULES, ColumnError, DayColumns, Liquidity, replay_day
from comity.queueing.replay_check_kernel import SUM_MINOR_MAX

TWO = 2


def column(*values: int, kind: Any = np.int64) -> NDArray[Any]:
    return np.array(values, kind)


DAY = DayColumns(
    at_us=column(5, 7),
    payer=column(0, 1, kind=np.int32),
    payee=column(1, 0, kind=np.int32),
    amount_minor=column(10, 4),
    priority=column(2, 0, kind=np.int8),
)
EMPTY = DayColumns(
    at_us=column(),
    payer=column(kind=np.int32),
    payee=column(kind=np.int32),
    amount_minor=column(),
)
LIQUIDITY = Liquidity(opening_minor=column(20, 0))


@pytest.mark.parametrize(
    ("columns", "place", "found"),
    [
        ({"at_us": column(5, 4)}, "at_us[1]", "4"),
        ({"at_us": column(-1, 4)}, "at_us[0]", "-1"),
        ({"payer": column(0, 2)}, "payer[1]", "2"),
        ({"payer": column(-1, 1)}, "payer[0]", "-1"),
        ({"payer": column(2**32, 1)}, "payer[0]", "4294967296"),
        ({"payee": column(1, 2)}, "payee[1]", "2"),
        ({"payee": column(1, -1)}, "payee[1]", "-1"),
        ({"payee": column(0, 0)}, "payee[0]", "0"),
        ({"amount_minor": column(10, 0)}, "amount_minor[1]", "0"),
        ({"amount_minor": column(-10, 1)}, "amount_minor[0]", "-10"),
        ({"amount_minor": column(1, AMOUNT_MINOR_MAX + 1)}, "amount_minor[1]", "1000000000000000"),
        ({"amount_minor": np.array([1.0, 2.0])}, "amount_minor", "float64 values"),
        ({"amount_minor": column(1)}, "amount_minor", "shape (1,)"),
        ({"priority": column(0, 3)}, "priority[1]", "3"),
        ({"priority": column(-1, 0)}, "priority[0]", "-1"),
        ({"priority": column(256, 0)}, "priority[0]", "256"),
    ],
)
def test_a_row_that_is_wrong_is_refused_by_its_place(
    columns: dict[str, Any], place: str, found: str
) -> None:
    with pytest.raises(ColumnError) as caught:
        replay_day(replace(DAY, **columns), LIQUIDITY)
    assert str(caught.value).startswith(f"{place}: found {found}, expected ")
    assert caught.value.column == place.partition("[")[0]


@pytest.mark.parametrize(
    ("columns", "place"),
    [
        ({"opening_minor": column(0, -1)}, "opening_minor[1]"),
        ({"opening_minor": column(0, SUM_MINOR_MAX + 1)}, "opening_minor[1]"),
        ({"opening_minor": column(SUM_MINOR_MAX, 1)}, "opening_minor"),
        ({"credit_cap_minor": column(-1, 0)}, "credit_cap_minor[0]"),
        ({"credit_cap_minor": column(1)}, "credit_cap_minor"),
        ({"reserved_urgent_minor": column(0, -1)}, "reserved_urgent_minor[1]"),
        ({"reserved_high_minor": column(-5, 0)}, "reserved_high_minor[0]"),
    ],
)
def test_liquidity_that_is_wrong_is_refused_by_its_place(
    columns: dict[str, Any], place: str
) -> None:
    with pytest.raises(ColumnError) as caught:
        replay_day(DAY, replace(LIQUIDITY, **columns))
    assert str(caught.value).startswith(f"{place}: found ")


def test_an_opening_balance_below_zero_is_taken_within_the_credit_cap() -> None:
    caps = column(0, 9)
    liquidity = Liquidity(column(20, -9), caps)
    assert replay_day(DAY, liquidity).lowest_minor.tolist() == [10, -9]
    with pytest.raises(ColumnError, match=r"opening_minor\[1\]: found -10, expected no less"):
        replay_day(DAY, replace(liquidity, opening_minor=column(20, -10)))


def test_amounts_that_sum_too_high_are_refused_where_they_do() -> None:
    count = SUM_MINOR_MAX // AMOUNT_MINOR_MAX + TWO
    day = DayColumns(
        at_us=np.zeros(count, np.int64),
        payer=np.zeros(count, np.int32),
        payee=np.ones(count, np.int32),
        amount_minor=np.full(count, AMOUNT_MINOR_MAX, np.int64),
    )
    with pytest.raises(ColumnError) as caught:
        replay_day(day, LIQUIDITY)
    assert caught.value.row == SUM_MINOR_MAX // AMOUNT_MINOR_MAX
    few = replace(day, at_us=day.at_us[:9], payer=day.payer[:9], payee=day.payee[:9])
    assert replay_day(replace(few, amount_minor=day.amount_minor[:9]), LIQUIDITY).queued_peak == 9


def test_a_rule_that_does_not_exist_is_refused_with_those_that_do() -> None:
    with pytest.raises(UsageError, match="found 'lifo', expected one of fifo, bypass"):
        replay_day(DAY, LIQUIDITY, "lifo")


@pytest.mark.parametrize(
    "options", [{"offset_depth": 0}, {"offset_depth": 1_001}, {"resolve_every_us": 0}]
)
def test_an_option_out_of_range_is_refused(options: dict[str, int]) -> None:
    with pytest.raises(UsageError, match=f"{next(iter(options))}: found "):
        replay_day(DAY, LIQUIDITY, "multilateral", **options)


@pytest.mark.parametrize("rule", RULES)
def test_a_day_without_payments_leaves_the_balances(rule: str) -> None:
    found = replay_day(EMPTY, LIQUIDITY, rule)
    assert found.settled_us.tolist() == found.mechanism.tolist() == []
    assert found.closing_minor.tolist() == found.lowest_minor.tolist() == [20, 0]
    assert found.queued_peak == found.queued_peak_minor == 0


@pytest.mark.parametrize("rule", RULES)
def test_a_day_without_accounts_is_one_without_payments(rule: str) -> None:
    assert len(replay_day(EMPTY, Liquidity(column()), rule).closing_minor) == 0
    with pytest.raises(ColumnError, match=r"payer\[0\]: found 0, expected an account"):
        replay_day(DAY, Liquidity(column()), rule)


def test_payments_without_priorities_are_all_normal() -> None:
    liquidity = replace(LIQUIDITY, reserved_urgent_minor=column(11, 0))
    urgent = replace(DAY, priority=column(0, 0, kind=np.int8))
    assert replay_day(urgent, liquidity).settled_us.tolist() == [5, 7]
    assert replay_day(replace(DAY, priority=None), liquidity).settled_us.tolist() == [-1, -1]


@pytest.mark.parametrize("rule", RULES)
def test_arguments_are_never_modified_and_may_be_read_only_or_of_other_kinds(rule: str) -> None:
    payer: NDArray[Any] = DAY.payer.astype(np.int64)
    payee = np.repeat(DAY.payee, 2)[::2]
    opening, amounts = LIQUIDITY.opening_minor.copy(), DAY.amount_minor.copy()
    for one in (payer, opening, amounts):
        one.flags.writeable = False
    given = replace(DAY, payer=payer, payee=payee, amount_minor=amounts)
    found = replay_day(given, Liquidity(opening), rule)
    assert found.closing_minor.tolist() == [14, 6]
    assert opening.tolist() == [20, 0]
