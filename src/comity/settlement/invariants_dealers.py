"""The invariants of payments through dealers: I6, I14, and their part of I15.

Told apart from the kernels: amounts come from fractions, and who could be dealt is looked for among
all routes.
"""

from fractions import Fraction
from itertools import pairwise

import numpy as np

from comity.agreements.terms import Agreement
from comity.errors import InvariantError
from comity.money import AMOUNT_MINOR_MAX
from comity.settlement.cover_invariants import has_cover
from comity.settlement.dealt_legs import dealt_today, legs_of, route_of
from comity.settlement.invariants_limits import may_not_send
from comity.settlement.state import State
from comity.settlement.tables import NEVER_MINOR


def deals_are_as_quoted(state: State) -> None:
    """I14, I6: payers paid what was quoted, rounded once; quotes count exactly what was dealt."""
    books = state.known_books()
    quotes = books.dealing.quotes
    paid, taken = np.zeros(len(quotes), np.int64), np.zeros(len(quotes), np.int64)
    for payment in dealt_today(state):
        legs = legs_of(state, payment, route_of(state, payment))
        if legs[0][2] != books.live[payment]["debit_minor"]:
            found = int(books.live[payment]["debit_minor"])
            raise InvariantError("I14", f"payment {payment} cost {found}, quoted {legs[0][2]}")
        way = books.dealing.routes[books.live[payment]["route"]]
        numbers = [int(each) for each in (way["first"], way["second"]) if each >= 0]
        for number, (before, after) in zip(numbers, pairwise(legs), strict=True):
            taken[number] += before[2]
            paid[number] += after[2]
    wrong = np.flatnonzero((quotes["paid_minor"] != paid) | (quotes["taken_minor"] != taken))
    if len(wrong):
        raise InvariantError("I6", f"quote {wrong[0]} counts other amounts than were dealt at it")
    below = np.flatnonzero(quotes["left_minor"] < 0)
    if len(below):
        raise InvariantError("I4", f"more than its maximum was dealt at quote {below[0]}")
    if state.is_open:
        _check_left(state)


def _check_left(state: State) -> None:
    books = state.known_books()
    maxima = [each.amount_max_minor for each in state.quotes[: len(books.dealing.quotes)]]
    for number, (row, maximum) in enumerate(zip(books.dealing.quotes, maxima, strict=True)):
        expected = NEVER_MINOR if maximum is None else maximum - int(row["paid_minor"])
        if int(row["left_minor"]) != expected:
            raise InvariantError("I6", f"quote {number} has another amount left than was not dealt")


def could_be_dealt(state: State, payment: int) -> bool:
    """Return whether a payment through dealers has a route that holds and everybody can pay."""
    books = state.known_books()
    live = books.live[payment]
    terms = state.known_scheme().agreements[int(live["agreement"])]
    bound = int(live["route"])
    offers = _offers(state, payment, terms)
    chosen = bound if bound in offers else -1
    if chosen < 0:
        most = AMOUNT_MINOR_MAX
        if bound >= 0:
            assert terms.dealing is not None, "only payments through dealers are asked"
            more = 1 + Fraction(terms.dealing.requote_max_percent) / 100
            most = round(_debit(state, payment, bound) * more)
        chosen = next((each for each, debit in offers.items() if debit <= most), -1)
    if chosen < 0:
        return False
    priority = int(live["priority"])
    return all(
        payer == payee or _can_pay(state, payer, payee, amount, priority)
        for payer, payee, amount in legs_of(state, payment, chosen)
    )


def _offers(state: State, payment: int, terms: Agreement) -> dict[int, int]:
    """Return by route, in order, what each that holds and has enough left takes of the payer."""
    books, chart = state.known_books(), state.known_chart()
    width = books.terms.shape[1]
    live = books.live[payment]
    side = int(live["payer"] % width != books.rules[live["agreement"]]["currency_a"])
    desk = books.dealing.desks[2 * int(live["agreement"]) + side]
    assert terms.dealing is not None, "only payments through dealers are asked"
    bank = chart.participants[live["payer"] // width]
    named = next((one.dealer for one in terms.dealing.named if one.participant == bank), None)
    found: dict[int, int] = {}
    for number in range(int(desk["start"]), int(desk["end"])):
        way = books.dealing.routes[number]
        legs = legs_of(state, payment, number)
        numbers = [int(each) for each in (way["first"], way["second"]) if each >= 0]
        is_left = all(
            int(books.dealing.quotes[quote]["left_minor"]) >= leg[2]
            for quote, leg in zip(numbers, legs[1:], strict=True)
        )
        dealer = chart.participants[int(books.dealing.quotes[numbers[0]]["takes"]) // width]
        fits = all(0 < amount <= AMOUNT_MINOR_MAX for *_, amount in legs)
        if way["is_open"] and is_left and fits and named in {None, dealer}:
            found[number] = legs[0][2]
    return found


def _debit(state: State, payment: int, route: int) -> int:
    return legs_of(state, payment, route)[0][2]


def _can_pay(state: State, payer: int, payee: int, amount: int, priority: int) -> bool:
    places = state.known_books().places
    is_within = bool(places[payer]["settlement"] == places[payee]["settlement"])
    if may_not_send(state, payer, payee, amount):
        return False
    return has_cover(state, payer, amount, priority, is_within=is_within)
