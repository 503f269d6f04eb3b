"""Three tests before a bank with short positions pays: net value, each position, all together.

Its account in each currency may go below zero. It pays only if afterwards (1) its accounts, valued
together after haircuts, are not below zero, (2) none is shorter than its own limit, and (3) what it
is short of comes to no more than its limit for all. The second is the limit of the account, asked
with cover; the first and the third are asked here. Being paid never makes any of them worse. After
the risk tests of CLS as its published rules describe them.

Values are rounded against the bank: what covers down, what is short up.
"""

import numpy as np

from comity.numba_kernel import Number, constant, inner_kernel, outer_kernel, step_kernel
from comity.settlement.tables import COUNTER_CURRENCIES, UNVALUED_MINOR, Books, Rows

_NO = constant(0)
_NONE = constant(-1)
_LIMB_BITS = constant(25)
_COUNTED_MAX = constant((1 << 50) - 1)  # minor units; more than that covers no more than that
_VALUE_MAX = constant(UNVALUED_MINOR)


@inner_kernel
def has_shorts(books: Books) -> bool:
    """Return whether the scheme lets anybody be short."""
    return len(books.shorts.most_minor) > 0


@step_kernel
def may_be_short(books: Books, payment: Number) -> bool:
    """Return whether the payer of a payment keeps the tests once it has paid."""
    live = books.live[payment]
    return _keeps_tests(books, np.int64(live.payer), np.int64(live.debit_minor), _NONE, _NO)


@step_kernel
def both_may_be_short(books: Books, leg: Number, other: Number) -> bool:
    """Return whether both banks of a trade keep the tests once both legs are paid."""
    one, two = books.live[leg], books.live[other]
    gives, wants = np.int64(one.debit_minor), np.int64(two.debit_minor)
    return _keeps_tests(
        books, np.int64(one.payer), gives, np.int64(two.payee), wants
    ) and _keeps_tests(books, np.int64(two.payer), wants, np.int64(one.payee), gives)


@outer_kernel
def value_accounts(books: Books, found: Rows) -> None:
    """Value the accounts of each tested bank as they stand."""
    for bank in range(len(books.shorts.most_minor)):
        if books.shorts.most_minor[bank] >= 0:
            net, short = _value(books, np.int64(bank), _NONE, _NO, _NONE, _NO)
            found[bank].net_minor = net
            found[bank].short_minor = short


@inner_kernel
def _keeps_tests(books: Books, pays: Number, paid: Number, gets: Number, got: Number) -> bool:
    """Return whether the bank of a place keeps the tests after it paid there and got elsewhere."""
    bank = pays // books.counters[COUNTER_CURRENCIES]
    most = np.int64(books.shorts.most_minor[bank])
    if most < 0:
        return True
    net, short = _value(books, bank, pays, paid, gets, got)
    return bool(net >= 0 and short <= most)


@step_kernel
def _value(
    books: Books, bank: Number, pays: Number, paid: Number, gets: Number, got: Number
) -> tuple[Number, Number]:
    """Return a bank's accounts valued after haircuts, and what it is short of at official rates."""
    width = books.counters[COUNTER_CURRENCIES]
    net: Number = _NO
    short: Number = _NO
    for index in range(width):
        place = bank * width + index
        account = np.int64(books.places[place].settlement)
        if account < 0:
            continue
        balance = books.balances[account]
        position = balance.posted - balance.held
        if place == pays:
            position -= paid
        if place == gets:
            position += got
        worth = books.shorts.worth[index]
        if position >= 0:
            counted = min(position, _COUNTED_MAX)
            net += _times(counted, np.int64(worth.long_of), np.int64(worth.long_per))
        elif worth.short_per == 0 or -position > _COUNTED_MAX:
            return -_VALUE_MAX, _VALUE_MAX
        else:
            net += _times(position, np.int64(worth.short_of), np.int64(worth.short_per))
            short -= _times(position, np.int64(worth.value_of), np.int64(worth.value_per))
    return net, short


@inner_kernel
def _times(amount: Number, of: Number, per: Number) -> Number:
    """Return amount × of ÷ per, rounded down; not beyond `_VALUE_MAX` either way.

    Two limbs, so that no product passes 64 bits: the amount is below 2^50, both others below 2^31.
    """
    high, low = amount >> _LIMB_BITS, amount & ((1 << _LIMB_BITS) - 1)
    whole: Number = (high * of) // per
    rest: Number = (high * of) % per
    if max(whole, -whole) >= _VALUE_MAX >> _LIMB_BITS:
        return _VALUE_MAX if amount > 0 else -_VALUE_MAX
    value: Number = (whole << _LIMB_BITS) + ((rest << _LIMB_BITS) + low * of) // per
    return value
