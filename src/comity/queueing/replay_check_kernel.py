"""The look at every row of a day before it is replayed: one pass, the first fault found.

The order of the checks within a row is fixed: time, payer, payee, both the same, amount, priority,
sum.
"""

from comity.money import AMOUNT_MINOR_MAX
from comity.numba_kernel import constant, outer_kernel
from comity.queueing.priority_kernel import CLASSES, Int64s, Payments

SUM_MINOR_MAX = 10**18
"""Greatest sum of a column of amounts; three of them and no balance passes BALANCE_MINOR_MAX."""

NONE = constant(0)
TIME = constant(1)
PAYER = constant(2)
PAYEE = constant(3)
SAME = constant(4)
AMOUNT = constant(5)
PRIORITY = constant(6)
SUM = constant(7)


@outer_kernel
def first_fault(at_us: Int64s, payments: Payments, account_count: int) -> tuple[int, int]:
    """Return which check fails first, NONE if none, and in which row."""
    before, total = NONE, NONE
    for row in range(len(at_us)):
        payer, payee = payments.payer[row], payments.payee[row]
        amount = payments.amount_minor[row]
        if at_us[row] < before:
            return TIME, row
        if not 0 <= payer < account_count:
            return PAYER, row
        if not 0 <= payee < account_count:
            return PAYEE, row
        if payer == payee:
            return SAME, row
        if not 1 <= amount <= AMOUNT_MINOR_MAX:
            return AMOUNT, row
        if not 0 <= payments.priority[row] < CLASSES:
            return PRIORITY, row
        before = at_us[row]
        total += amount
        if total > SUM_MINOR_MAX:
            return SUM, row
    return NONE, NONE
