"""Invariants of short positions, told apart from the kernels: with fractions, bank by bank."""

from fractions import Fraction
from math import floor

from comity.errors import InvariantError
from comity.money import currency_by_number
from comity.settlement.selection_values import minor_values
from comity.settlement.state import State
from comity.settlement.tables import COUNTER_CURRENCIES, UNVALUED_MINOR


def nobody_is_shorter_than_allowed(state: State) -> None:
    """I4: a bank with short positions is covered by what else it has, and within its limit for all.

    It may have opened otherwise, for rates move; then it is no worse than it opened. The limit of
    each position is its account's own.
    """
    shorts = state.known_books().shorts
    if not state.is_open:
        return
    values = minor_values(state) if len(shorts.most_minor) else {}
    for bank, most in enumerate(shorts.most_minor.tolist()):
        if most < 0:
            continue
        net, short = _value(state, bank, values, {})
        opened = shorts.opened[bank]
        if net < min(0, int(opened["net_minor"])):
            raise InvariantError("I4", f"participant {bank} is worth {net} after haircuts, below 0")
        if short > max(most, int(opened["short_minor"])):
            raise InvariantError("I4", f"participant {bank} is short of {short}, allowed {most}")


def keeps_short_tests(state: State, payments: tuple[int, ...]) -> bool:
    """Return whether every payer among payments that settle together keeps the tests after them."""
    books, values = state.known_books(), minor_values(state)
    shorts, width = books.shorts, int(books.counters[COUNTER_CURRENCIES])
    change: dict[int, int] = {}
    for payment in payments:
        live = books.live[payment]
        for side, sign in (("payer", -1), ("payee", 1)):
            place = int(live[side])
            change[place] = change.get(place, 0) + sign * int(live["debit_minor"])
    for payment in payments:
        bank = int(books.live[payment]["payer"]) // width
        most = int(shorts.most_minor[bank])
        net, short = _value(state, bank, values, change)
        if most >= 0 and (net < 0 or short > most):
            return False
    return True


def _value(
    state: State, bank: int, values: dict[int, Fraction], change: dict[int, int]
) -> tuple[int, int]:
    """Return net value after haircuts and short positions together, minor units of valuation.

    Rounded against the bank, currency by currency.
    """
    books, chart = state.known_books(), state.known_chart()
    cuts = {one.currency: Fraction(one.percent) / 100 for one in state.known_scheme().haircuts}
    net = short = 0
    for index, number in enumerate(chart.currencies):
        place = bank * len(chart.currencies) + index
        account = int(books.places[place]["settlement"])
        if account < 0:
            continue
        balance = books.balances[account]
        position = int(balance["posted"]) - int(balance["held"]) + change.get(place, 0)
        cut = cuts.get(currency_by_number(number).code, Fraction(0))
        if position < 0 and index not in values:
            return -UNVALUED_MINOR, UNVALUED_MINOR
        value = position * values.get(index, Fraction(0))
        net += floor(value * (1 - cut if position > 0 else 1 + cut))
        short -= min(floor(value), 0)
    return net, short
