"""What a replay is given, and the checks without which a kernel must not run.

A kernel neither looks whether an account exists nor notices that a sum no longer fits: both would
be wrong in silence. So every row is looked at here once, by a kernel of its own.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from comity.errors import RejectedError
from comity.money import AMOUNT_MINOR_MAX
from comity.payments.codes import Priority
from comity.queueing.priority_kernel import (
    CLASSES,
    Cover,
    Int8s,
    Int32s,
    Int64s,
    Payments,
)
from comity.queueing.replay_check_kernel import (
    AMOUNT,
    PAYEE,
    PAYER,
    PRIORITY,
    SAME,
    SUM,
    SUM_MINOR_MAX,
    TIME,
    first_fault,
)

PAYMENTS_MAX = np.iinfo(np.int32).max
"""Payments of one replay; they are numbered in 32 bits."""

ACCOUNTS_MAX = 10**8
"""Accounts of one replay."""


@dataclass(frozen=True, slots=True)
class DayColumns:
    """A day's payments, a column each, in order of time.

    Attributes:
        at_us: when each was entered, microseconds UTC, 0 or later, never falling.
        payer: account that pays, 0 … accounts − 1; for several currencies an account each.
        payee: account that receives, another one, in the same currency.
        amount_minor: 1 … AMOUNT_MINOR_MAX; all of them together at most SUM_MINOR_MAX.
        priority: `Priority`; None where all are normal.
    """

    at_us: Int64s
    payer: Int32s
    payee: Int32s
    amount_minor: Int64s
    priority: Int8s | None = None


@dataclass(frozen=True, slots=True)
class Liquidity:
    """What accounts can pay with, a column each, minor units; each sums to at most SUM_MINOR_MAX.

    Attributes:
        opening_minor: balance before the first payment, not below −`credit_cap_minor`.
        credit_cap_minor: how far below zero the balance may go; None where nowhere.
        reserved_urgent_minor: what high and normal payments must leave; None where nothing.
        reserved_high_minor: what normal payments must leave besides; None where nothing.
    """

    opening_minor: Int64s
    credit_cap_minor: Int64s | None = None
    reserved_urgent_minor: Int64s | None = None
    reserved_high_minor: Int64s | None = None


class ColumnError(RejectedError):
    """A column of a replay does not hold what it should.

    Attributes:
        column: its name.
        row: the first row at fault, −1 where it is the column as a whole.
    """

    def __init__(self, column: str, row: int, *, found: str, expected: str) -> None:
        place = f"{column}[{row}]" if row >= 0 else column
        super().__init__(f"{place}: found {found}, expected {expected}")
        self.column = column
        self.row = row


def read_day(day: DayColumns, *, account_count: int) -> tuple[Int64s, Payments]:
    """Return the times and the payments as the kernels take them.

    Raises:
        ColumnError: a column or a row is not as `DayColumns` says.
    """
    count = len(day.at_us)
    if count > PAYMENTS_MAX:
        raise ColumnError("at_us", -1, found=f"{count} rows", expected=f"at most {PAYMENTS_MAX}")
    at_us = _column("at_us", day.at_us, np.int64, count)
    priority = day.priority
    if priority is None:
        priority = np.full(count, Priority.NORMAL, np.int8)
    payments = Payments(
        payer=_column("payer", day.payer, np.int32, count),
        payee=_column("payee", day.payee, np.int32, count),
        amount_minor=_column("amount_minor", day.amount_minor, np.int64, count),
        priority=_column("priority", priority, np.int8, count),
    )
    fault, row = first_fault(at_us, payments, account_count)
    if fault:
        raise _row_error(fault, row, at_us, payments, account_count)
    return at_us, payments


def read_liquidity(liquidity: Liquidity) -> tuple[Cover, Int64s]:
    """Return what accounts have available and must leave, and their credit caps.

    Raises:
        ColumnError: a column or a row is not as `Liquidity` says.
    """
    count = len(liquidity.opening_minor)
    if count > ACCOUNTS_MAX:
        raise ColumnError(
            "opening_minor", -1, found=f"{count} rows", expected=f"at most {ACCOUNTS_MAX}"
        )
    opening = _amounts("opening_minor", liquidity.opening_minor, count, -SUM_MINOR_MAX)
    cap = _amounts("credit_cap_minor", liquidity.credit_cap_minor, count, 0)
    urgent = _amounts("reserved_urgent_minor", liquidity.reserved_urgent_minor, count, 0)
    high = _amounts("reserved_high_minor", liquidity.reserved_high_minor, count, 0)
    for below in np.flatnonzero(opening < -cap)[:1].tolist():
        raise ColumnError(
            "opening_minor",
            below,
            found=str(opening[below]),
            expected=f"no less than −{cap[below]}, the credit cap",
        )
    floor = np.zeros((count, CLASSES), np.int64)
    floor[:, Priority.HIGH] = urgent
    floor[:, Priority.NORMAL] = urgent + high
    return Cover(opening + cap, floor), cap


def _amounts(name: str, given: Int64s | None, count: int, least: int) -> Int64s:
    """Return a column of amounts whose sum is bounded, so that no balance can pass 64 bits."""
    if given is None:
        return np.zeros(count, np.int64)
    amounts = _column(name, given, np.int64, count)
    for row in np.flatnonzero((amounts < least) | (amounts > SUM_MINOR_MAX))[:1].tolist():
        expected = f"{least} … {SUM_MINOR_MAX}"
        raise ColumnError(name, row, found=str(amounts[row]), expected=expected)
    total = sum(map(abs, amounts.tolist()))
    if total > SUM_MINOR_MAX:
        expected = f"at most {SUM_MINOR_MAX} in all"
        raise ColumnError(name, -1, found=f"{total} in all", expected=expected)
    return amounts


def _column(
    name: str, given: NDArray[Any], kind: type[np.integer[Any]], count: int
) -> NDArray[Any]:
    """Return a column in the one form that the kernels are compiled for, itself if it has it.

    Another form would not fail, it would be compiled anew for every combination of forms.
    """
    given = np.asarray(given)
    if given.shape != (count,):
        raise ColumnError(name, -1, found=f"shape {given.shape}", expected=f"{count} rows")
    if given.dtype.kind not in "iu":
        raise ColumnError(name, -1, found=f"{given.dtype} values", expected="whole numbers")
    bounds = np.iinfo(kind)
    if not np.can_cast(given.dtype, kind):
        for row in np.flatnonzero((given < bounds.min) | (given > bounds.max))[:1].tolist():
            expected = f"{bounds.min} … {bounds.max}"
            raise ColumnError(name, row, found=str(given[row]), expected=expected)
    return np.require(given.astype(kind, copy=False), requirements=["C", "A", "W"])


def _row_error(
    fault: int, row: int, at_us: Int64s, payments: Payments, account_count: int
) -> ColumnError:
    """Say what is wrong with a row."""
    accounts = f"0 … {account_count - 1}"
    faults: dict[int, tuple[str, NDArray[Any], str]] = {
        TIME: ("at_us", at_us, "0 or later, and no time before the one above it"),
        PAYER: ("payer", payments.payer, f"an account, {accounts}"),
        PAYEE: ("payee", payments.payee, f"an account, {accounts}"),
        SAME: ("payee", payments.payee, "another account than the payer's"),
        AMOUNT: ("amount_minor", payments.amount_minor, f"1 … {AMOUNT_MINOR_MAX}"),
        PRIORITY: ("priority", payments.priority, f"0 … {CLASSES - 1}, a priority class"),
        SUM: ("amount_minor", payments.amount_minor, f"at most {SUM_MINOR_MAX} in all"),
    }
    column, values, expected = faults[fault]
    return ColumnError(column, row, found=str(values[row]), expected=expected)
