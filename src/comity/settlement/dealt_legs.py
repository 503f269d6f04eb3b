"""What the day's deals moved between places, from the quotes they were dealt at."""

from fractions import Fraction
from math import prod
from typing import Any

import numpy as np

from comity.fx import Conversion
from comity.money import currency_by_number
from comity.payments.codes import Mechanism
from comity.settlement.state import State
from comity.settlement.tables import Books

Leg = tuple[int, int, int]
"""Place that pays, place that is paid, minor units."""


def dealt_legs(state: State) -> list[Leg]:
    """Return every leg of the open day's deals, in order of payment; none of a place to itself."""
    legs: list[Leg] = []
    for payment in dealt_today(state):
        legs += legs_of(state, payment, route_of(state, payment))
    return [leg for leg in legs if leg[0] != leg[1]]


def dealt_today(state: State) -> list[int]:
    """Return the payments that were dealt on the day that is open or was closed last."""
    live = state.known_books().live[: state.payment_count]
    is_dealt = live["mechanism"] == Mechanism.DEALER
    return np.flatnonzero(is_dealt & (live["payment_final_us"] >= state.opens_us)).tolist()


def legs_of(state: State, payment: int, route: int) -> list[Leg]:
    """Return what a payment moves by a route, each amount converted once from the one behind."""
    books = state.known_books()
    row: Any = books.live[payment]
    way = books.dealing.routes[route]
    numbers = [int(way["second"]), int(way["first"])]
    payee, amount = int(row["payee"]), int(books.rows[payment]["amount_minor"])
    legs: list[Leg] = []
    for number in numbers:
        if number >= 0:
            quote = books.dealing.quotes[number]
            legs.append((int(quote["pays"]), payee, amount))
            payee, amount = int(quote["takes"]), round(amount * cost_of(books, number))
    legs.append((int(row["payer"]), payee, amount))
    return legs[::-1]


def route_of(state: State, payment: int) -> int:
    """Return by which route of the day a payment is quoted or was dealt, −1 by none."""
    return int(state.known_books().live[payment]["route"])


def prices_of(state: State) -> tuple[Conversion, ...]:
    """Return by route of the day what it takes: major units of payer's for one of payee's."""
    books, chart = state.known_books(), state.known_chart()
    width, prices = len(chart.currencies), []
    for way in books.dealing.routes:
        numbers = [int(each) for each in (way["first"], way["second"]) if each >= 0]
        quotes = books.dealing.quotes[numbers]
        places = int(quotes["takes"][0]), int(quotes["pays"][-1])
        payer, payee = (currency_by_number(chart.currencies[each % width]) for each in places)
        cost = prod((cost_of(books, each) for each in numbers), start=Fraction(1))
        major = cost * Fraction(10**payee.exponent, 10**payer.exponent)
        prices.append(Conversion(major.numerator, major.denominator))
    return tuple(prices)


def cost_of(books: Books, number: int) -> Fraction:
    """Return what a dealer takes for a minor unit at a quote."""
    quote = books.dealing.quotes[number]
    return Fraction(int(quote["cost_numerator"]), int(quote["cost_denominator"]))
