"""Payments through dealers: which quotes one is dealt at, what that costs, and the deal itself.

A payment keeps the route it was quoted, while that stands; after that the cheapest one that holds
takes its place, if it costs the payer no more than agreed. What is bought is the payee's amount; it
is converted once at each quote, rounded half to even: the dealer bears what rounding leaves.
"""

import numpy as np

from comity.money import AMOUNT_MINOR_MAX, BALANCE_MINOR_MAX
from comity.money.rounding_kernel import multiply_divide_int64
from comity.numba_kernel import Number, constant, inner_kernel, outer_kernel, step_kernel
from comity.payments.codes import EventKind, Mechanism, TransferKind
from comity.payments.lifecycle import State
from comity.payments.reasons import Reason
from comity.settlement.clearing_kernel import payer_side
from comity.settlement.posting_kernel import (
    change_state,
    close_group,
    post_between,
    write_event,
)
from comity.settlement.tables import (
    COUNTER_CURRENCIES,
    COUNTER_EXPOSURE,
    NEVER_MINOR,
    Books,
    Int32s,
    Output,
)

_NO = constant(0)
_YES = constant(1)
_NONE = constant(-1)
_AMOUNT_MAX = constant(AMOUNT_MINOR_MAX)
_BALANCE_MAX = constant(BALANCE_MINOR_MAX)
_WITHOUT_END = constant(NEVER_MINOR)
_SETTLED = constant(State.SETTLED)
_DEALER = constant(Mechanism.DEALER)
_DEAL = constant(EventKind.DEAL)
_TAKES = constant(TransferKind.DEALER_TAKES)
_VEHICLE = constant(TransferKind.VEHICLE)
_PAYS = constant(TransferKind.DEALER_PAYS)
_AMOUNT_ZERO = constant(Reason.AMOUNT_ZERO)
_NO_QUOTE = constant(Reason.NO_QUOTE)
_LAPSED = constant(Reason.QUOTE_LAPSED)
_VEHICLE_CLOSED = constant(Reason.VEHICLE_CLOSED)


@inner_kernel
def desk_of(books: Books, payment: Number) -> Number:
    """Return the number of the desk a payment under an agreement with dealers comes to."""
    return np.int64(books.live[payment].agreement) * 2 + payer_side(books, payment)


@step_kernel
def bind_quote(books: Books, payment: Number) -> Number:
    """Bind a payment to the cheapest route that holds; return 0 or why it can never be dealt."""
    live = books.live[payment]
    live.route, live.debit_minor = -1, 0
    route, _, debit = find_deal(books, payment)
    live.route, live.debit_minor = route, debit
    if route >= 0:
        return _NO
    desk = books.dealing.desks[desk_of(books, payment)]
    for each in range(desk.start, desk.end):
        if books.dealing.routes[each].is_open:
            _, cost = _price(books, np.int64(each), np.int64(books.rows[payment].amount_minor))
            if cost == 0:
                return _AMOUNT_ZERO
    return _NO


@outer_kernel
def bind_unquoted(books: Books, payments: Int32s) -> None:
    """Bind those of queued payments through dealers that nobody has quoted yet."""
    for i in range(len(payments)):
        payment = np.int64(payments[i])
        if books.live[payment].route < 0:
            bind_quote(books, payment)


@step_kernel
def find_deal(books: Books, payment: Number) -> tuple[Number, Number, Number]:
    """Return by which route a payment can be dealt, and what that takes.

    Returns:
        The route, −1 where none holds; minor units of the vehicle currency, and of the payer's.
    """
    bound = np.int64(books.live[payment].route)
    ceiling: Number = _BALANCE_MAX
    desk = books.dealing.desks[desk_of(books, payment)]
    if bound >= 0:
        vehicle, debit = _offer(books, payment, bound)
        if debit > 0:
            return bound, vehicle, debit
        _, first = _price(books, bound, np.int64(books.rows[payment].amount_minor))
        ceiling = multiply_divide_int64(
            first,  # type: ignore[arg-type]  # all numbers of a kernel are of one type
            desk.ceiling_numerator,
            desk.ceiling_denominator,
        )
    for route in range(desk.start, desk.end):
        vehicle, debit = _offer(books, payment, np.int64(route))
        if 0 < debit <= ceiling:
            return np.int64(route), vehicle, debit
    return _NONE, _NO, _NO


@inner_kernel
def _offer(books: Books, payment: Number, route: Number) -> tuple[Number, Number]:
    """Return what a route takes for a payment, in the vehicle and payer's currency; 0 if nothing.

    It must hold now, have as much left as is bought, and be of the payer's dealer if it has one.
    """
    dealing = books.dealing
    way = dealing.routes[route]
    if not way.is_open or not _is_for(books, payment, np.int64(way.first)):
        return _NO, _NO
    amount = np.int64(books.rows[payment].amount_minor)
    vehicle, debit = _price(books, route, amount)
    bought: Number = vehicle
    if way.second < 0:
        bought = amount
    elif dealing.quotes[way.second].left_minor < amount:
        return _NO, _NO
    if dealing.quotes[way.first].left_minor < bought:
        return _NO, _NO
    return vehicle, debit


@inner_kernel
def _price(books: Books, route: Number, amount: Number) -> tuple[Number, Number]:
    """Return what an amount costs by a route, in the vehicle and the payer's currency.

    Without a vehicle the first is 0. Both are 0 where one would be zero or beyond a payment.
    """
    way = books.dealing.routes[route]
    bought: Number = amount
    vehicle: Number = _NO
    if way.second >= 0:
        vehicle = _cost(books, np.int64(way.second), amount)
        if vehicle <= 0 or vehicle > _AMOUNT_MAX:
            return _NO, _NO
        bought = vehicle
    debit = _cost(books, np.int64(way.first), bought)
    if debit > _AMOUNT_MAX:
        return _NO, _NO
    return vehicle, debit


@inner_kernel
def _cost(books: Books, number: Number, amount: Number) -> Number:
    quote = books.dealing.quotes[number]
    return multiply_divide_int64(
        amount,  # type: ignore[arg-type]  # all numbers of a kernel are of one type
        quote.cost_numerator,
        quote.cost_denominator,
    )


@inner_kernel
def _is_for(books: Books, payment: Number, number: Number) -> bool:
    """Return whether a quote is of the dealer that takes the payer's currency."""
    if len(books.dealing.named) == 0:
        return True
    live, width = books.live[payment], books.counters[COUNTER_CURRENCIES]
    wanted = books.dealing.named[live.agreement * len(books.parties) + live.payer // width]
    return bool(wanted < 0 or wanted == books.dealing.quotes[number].takes // width)


@inner_kernel
def why_no_deal(books: Books, payment: Number) -> Number:
    """Return what a payment without a route waits for."""
    if not books.dealing.desks[desk_of(books, payment)].is_open:
        return _VEHICLE_CLOSED
    return _NO_QUOTE if books.live[payment].route < 0 else _LAPSED


@inner_kernel
def exceeds_count(books: Books, place: Number, amount: Number) -> bool:
    """Return whether an amount more could make a sum of a place's currency too large to count."""
    at = COUNTER_EXPOSURE + place % books.counters[COUNTER_CURRENCIES]
    return bool(books.counters[at] > _BALANCE_MAX - amount)


@step_kernel
def deal(books: Books, out: Output, at_us: Number, payment: Number) -> None:
    """Settle a payment that can be dealt: every leg in one group, final with it."""
    live = books.live[payment]
    route, vehicle, debit = find_deal(books, payment)
    live.route, live.debit_minor = route, debit
    amount = np.int64(books.rows[payment].amount_minor)
    first = np.int64(books.dealing.routes[route].first)
    second = np.int64(books.dealing.routes[route].second)
    _pay(books, out, at_us, payment, np.int64(live.payer), first, debit, _TAKES)
    last = first
    if second >= 0:
        source = np.int64(books.dealing.quotes[first].pays)
        _pay(books, out, at_us, payment, source, second, vehicle, _VEHICLE)
        _note(books, out, at_us, payment, first, vehicle)
        last = second
    source, payee = np.int64(books.dealing.quotes[last].pays), np.int64(live.payee)
    if source != payee:
        post_between(books, out, at_us, source, payee, amount, _PAYS, payment)
    _note(books, out, at_us, payment, last, amount)
    close_group(books)
    live.mechanism = _DEALER
    change_state(books, out, at_us, payment, _SETTLED, _NO, _YES, _DEALER)


@inner_kernel
def _pay(
    books: Books,
    out: Output,
    at_us: Number,
    payment: Number,
    source: Number,
    number: Number,
    amount: Number,
    kind: Number,
) -> None:
    """Pay a dealer what it takes at a quote; one that deals for itself has it already."""
    quote = books.dealing.quotes[number]
    takes = np.int64(quote.takes)
    books.counters[COUNTER_EXPOSURE + takes % books.counters[COUNTER_CURRENCIES]] += amount
    quote.taken_minor += amount
    if source != takes:
        post_between(books, out, at_us, source, takes, amount, kind, payment)


@inner_kernel
def _note(
    books: Books, out: Output, at_us: Number, payment: Number, number: Number, amount: Number
) -> None:
    """Count what a dealer pays out at a quote, and write the event."""
    quote = books.dealing.quotes[number]
    quote.paid_minor += amount
    if quote.left_minor != _WITHOUT_END:
        quote.left_minor -= amount
    write_event(out, at_us, _DEAL, payment, _NO, _NO, amount)
    out.events[out.filled[0] - 1].detail = number
