"""Quotes of dealers as tables for the kernels, and what is wrong with those that are held back.

Everything here follows from the scheme, the quotes, the official rates and the day's plan. Prices
are compared as exact ratios before a kernel sees them: it only walks routes in their order.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np

from comity.agreements.dealing_terms import DealingTerms
from comity.agreements.membership import ParticipantStatus
from comity.agreements.quotes import Quote
from comity.agreements.scheme import Scheme
from comity.fx import OfficialRate, RateFound, choose_rate, minor_conversion
from comity.money import BALANCE_MINOR_MAX, currency
from comity.payments.codes import QuoteFault
from comity.settlement.chart import NO_ACCOUNT, Chart, sides_of
from comity.settlement.day_plan import AgreementDay
from comity.settlement.tables import (
    DESK_ROW,
    NEVER_MINOR,
    QUOTE_ROW,
    ROUTE_ROW,
    Dealing,
    Int32s,
    Rows,
)

ROUTES_MAX = 2**15 - 1
"""Ways from one currency to another, over all agreements with dealers, that a day can number."""

_ALWAYS = ((0, BALANCE_MINOR_MAX),)
"""Hours of a route without a vehicle."""

RATIO_MAX = 4000
"""A quote may multiply minor units by at most this, so that 10^15 still fits 64 bits."""


@dataclass(frozen=True, slots=True)
class JudgedQuote:
    """A quote as it stands on a day.

    Attributes:
        cost: minor units that the dealer takes for one that it pays out; None where it has none.
        official_cost: the same at the official rate; None without one.
        fault: why it is held back; None where it holds.
    """

    cost: Fraction | None
    official_cost: Fraction | None
    fault: QuoteFault | None


def draw_dealing(scheme: Scheme, chart: Chart) -> Dealing:
    """Return the tables of a scheme on no day: desks without routes, and named dealers."""
    has_dealers = any(one.has_dealers for one in scheme.agreements)
    desks = np.zeros(2 * len(scheme.agreements) if has_dealers else 0, DESK_ROW)
    desks["via"] = -1
    desks["ceiling_denominator"] = 1
    for number, agreement in enumerate(scheme.agreements):
        if agreement.dealing is not None:
            pair = desks[2 * number : 2 * number + 2]
            ceiling = 1 + Fraction(agreement.dealing.requote_max_percent) / 100
            pair["ceiling_numerator"], pair["ceiling_denominator"] = ceiling.as_integer_ratio()
            if agreement.dealing.vehicle is not None:
                code = currency(agreement.dealing.vehicle).number
                pair["via"] = chart.currencies.index(code)
    return Dealing(
        quotes=np.zeros(0, QUOTE_ROW),
        routes=np.zeros(0, ROUTE_ROW),
        desks=desks,
        named=_named(scheme, chart),
    )


def _named(scheme: Scheme, chart: Chart) -> Int32s:
    """Return by agreement and participant who its dealer is; empty where nobody has one."""
    terms = [one.dealing for one in scheme.agreements]
    if not any(each is not None and each.named for each in terms):
        return np.zeros(0, np.int32)
    directory = chart.directory
    named = np.full((len(terms), len(chart.participants)), -1, np.int32)
    for row, each in zip(named, terms, strict=True):
        for one in () if each is None else each.named:
            row[directory[one.participant]] = directory[one.dealer]
    return named.reshape(-1)


def deal_users(scheme: Scheme, chart: Chart, places: Rows) -> Iterator[tuple[int, int]]:
    """Yield accounts that dealers pay out from, with each place whose payments may wait for that.

    What is paid to a dealer may let payments through it go, whoever's they are.
    """
    width, directory = len(chart.currencies), chart.directory
    for agreement in scheme.agreements:
        if agreement.dealing is None:
            continue
        for one, _ in sides_of(scheme, agreement):
            code = chart.currencies.index(currency(one.currency).number)
            payers = [number * width + code for number in _parties_of(scheme, chart, one.country)]
            for dealer in agreement.dealing.dealers:
                for paid in dealer.pays_out:
                    if paid == one.currency:
                        continue
                    at = chart.currencies.index(currency(paid).number)
                    place = places[directory[dealer.participant] * width + at]
                    for account in (int(place["settlement"]), int(place["loro"])):
                        if account != NO_ACCOUNT:
                            yield from ((account, payer) for payer in payers)


def _parties_of(scheme: Scheme, chart: Chart, country: str) -> list[int]:
    banks = [one.bic for one in scheme.participants if one.country == country]
    agents = [one.agent for one in scheme.members if one.country == country]
    return [chart.directory[bic] for bic in (*banks, *agents)]


def count_routes(scheme: Scheme, quotes: Sequence[Quote]) -> int:
    """Return how many routes quotes could make at most, whatever the day."""
    count = 0
    for agreement in scheme.agreements:
        own = [one for one in quotes if one.agreement == agreement.id]
        if agreement.dealing is None:
            continue
        if agreement.dealing.vehicle is None:
            count += len(own)
            continue
        for code in agreement.currencies:
            others = {code, agreement.dealing.vehicle}
            takes = sum(one.takes == code for one in own)
            count += takes * sum(one.pays_out not in others for one in own)
    return count


def judge_quotes(
    scheme: Scheme, quotes: Sequence[Quote], rates: Sequence[OfficialRate], on: date
) -> tuple[JudgedQuote, ...]:
    """Return what each quote comes to on a day, and why it is held back if it is.

    A quote is compared with the official rate of its own pair, never with one made out of two
    others; and with what its own dealer quotes the other way round while it holds.
    """
    active = {one.bic for one in scheme.participants if one.status is ParticipantStatus.ACTIVE}
    in_force = {one.id: one for one in scheme.agreements_in_force(on) if one.dealing is not None}
    official: dict[tuple[str, str, str], Fraction | None] = {}
    judged: list[JudgedQuote] = []
    for quote in quotes:
        agreement = in_force.get(quote.agreement)
        if agreement is None or agreement.dealing is None:
            judged.append(JudgedQuote(None, None, QuoteFault.NOT_IN_FORCE))
            continue
        key = (quote.agreement, quote.pays_out, quote.takes)
        if key not in official:
            official[key] = _official_cost(agreement.dealing, quote, rates, on)
        found = quote.cost(official[key])
        fault = _fault_of(agreement.dealing, found, official[key])
        if quote.dealer not in active:
            fault = QuoteFault.DEALER_NOT_ACTIVE
        judged.append(JudgedQuote(found, official[key], fault))
    inverted = _inverted(quotes, judged)
    return tuple(
        JudgedQuote(one.cost, one.official_cost, QuoteFault.INVERTED) if number in inverted else one
        for number, one in enumerate(judged)
    )


def _official_cost(
    terms: DealingTerms, quote: Quote, rates: Sequence[OfficialRate], on: date
) -> Fraction | None:
    """Return the minor units taken for one paid out at the official rate, None without one."""
    for choice in terms.choices:
        answer = choose_rate(rates, choice=choice, base=quote.pays_out, quote=quote.takes, on=on)
        if isinstance(answer, RateFound):
            minor = minor_conversion(
                answer.conversion,
                from_currency=currency(quote.pays_out),
                to_currency=currency(quote.takes),
            )
            return Fraction(minor.numerator, minor.denominator)
    return None


def _fault_of(
    terms: DealingTerms, cost: Fraction | None, official: Fraction | None
) -> QuoteFault | None:
    if cost is None or (terms.fixings and official is None):
        return QuoteFault.NO_OFFICIAL_RATE
    if terms.away_max_percent is not None and official is not None:
        away = abs(cost - official) * 100
        if away > Fraction(terms.away_max_percent) * official:
            return QuoteFault.AWAY
    if cost > RATIO_MAX or max(cost.as_integer_ratio()) > BALANCE_MINOR_MAX:
        return QuoteFault.NOT_COUNTABLE
    return None


def _inverted(quotes: Sequence[Quote], judged: Sequence[JudgedQuote]) -> set[int]:
    """Return the quotes by which somebody could buy of a dealer and sell back to it at a profit."""
    by_dealer: dict[tuple[str, str, frozenset[str]], list[int]] = {}
    for number, (quote, one) in enumerate(zip(quotes, judged, strict=True)):
        if one.fault is None:
            key = (quote.agreement, quote.dealer, frozenset({quote.base, quote.quote}))
            by_dealer.setdefault(key, []).append(number)
    found: set[int] = set()
    for numbers in by_dealer.values():
        for there, back in product(numbers, numbers):
            costs = judged[there].cost, judged[back].cost
            assert costs[0] is not None, "a quote without a price is held back"
            assert costs[1] is not None, "a quote without a price is held back"
            is_back = quotes[there].takes == quotes[back].pays_out
            is_gain = costs[0] * costs[1] < 1
            if is_back and is_gain and _overlap(quotes[there], quotes[back]):
                found |= {there, back}
    return found


def _overlap(one: Quote, other: Quote) -> bool:
    return max(one.from_us, other.from_us) < min(one.until_us, other.until_us)


def draw_quotes(chart: Chart, quotes: Sequence[Quote], judged: Sequence[JudgedQuote]) -> Rows:
    """Return the day's quotes by number; those held back have no price and stand in no route."""
    width, directory = len(chart.currencies), chart.directory
    rows = np.zeros(len(quotes), QUOTE_ROW)
    rows["cost_denominator"] = 1
    for row, quote, one in zip(rows, quotes, judged, strict=True):
        if one.fault is None and one.cost is not None:
            row["cost_numerator"], row["cost_denominator"] = one.cost.as_integer_ratio()
        maximum = quote.amount_max_minor
        row["left_minor"] = NEVER_MINOR if maximum is None else maximum
        for field, code in (("takes", quote.takes), ("pays", quote.pays_out)):
            at = chart.currencies.index(currency(code).number)
            row[field] = directory[quote.dealer] * width + at
    return rows


def draw_routes(
    scheme: Scheme,
    quotes: Sequence[Quote],
    judged: Sequence[JudgedQuote],
    plan: Sequence[AgreementDay],
    day: date,
) -> tuple[Rows, Int32s]:
    """Return the day's routes desk by desk, each desk's cheapest first, and where desks begin.

    Of two that cost the same the one whose dealers have lower numbers goes first, then the one
    whose quotes were brought first.
    """
    routes: list[tuple[int, int, int, int, int]] = []
    starts = [0]
    priced = [number for number, one in enumerate(judged) if one.fault is None]
    for agreement, entry in zip(scheme.agreements, plan, strict=True):
        for side in (0, 1):
            if agreement.dealing is not None and agreement.is_in_force(day):
                payer, payee = sides_of(scheme, agreement)[side]
                usable = [each for each in priced if quotes[each].agreement == agreement.id]
                pairs = _pairs(agreement.dealing, quotes, usable, (payer.currency, payee.currency))
                windows = entry.vehicle_us if agreement.dealing.vehicle else _ALWAYS
                routes += _routes_of(pairs, windows, quotes, judged)
            starts.append(len(routes))
    rows = np.zeros(len(routes), ROUTE_ROW)
    for row, route in zip(rows, routes, strict=True):
        row["from_us"], row["until_us"], row["first"], row["second"], row["is_open"] = route
    return rows, np.array(starts, np.int32)


def _pairs(
    terms: DealingTerms, quotes: Sequence[Quote], usable: Sequence[int], way: tuple[str, str]
) -> list[tuple[int, int]]:
    """Return which quotes lead from the payer's to the payee's currency: one, or one and another.

    Args:
        terms: of the agreement.
        quotes: of the day.
        usable: the agreement's, by number.
        way: currencies of payer and payee.
    """
    takes = [each for each in usable if quotes[each].takes == way[0]]
    if terms.vehicle is None:
        return [(each, -1) for each in takes]
    pays = [each for each in usable if quotes[each].pays_out == way[1]]
    return [pair for pair in product(takes, pays) if _are_two(quotes, pair)]


def _routes_of(
    pairs: Sequence[tuple[int, int]],
    windows: Sequence[tuple[int, ...]],
    quotes: Sequence[Quote],
    judged: Sequence[JudgedQuote],
) -> list[tuple[int, int, int, int, int]]:
    """Return the routes of one desk, cheapest first."""
    found: list[tuple[Any, tuple[int, int, int, int, int]]] = []
    for (first, second), window in product(pairs, windows):
        members = [quotes[each] for each in (first, second) if each >= 0]
        from_us = max(window[0], *(each.from_us for each in members))
        until_us = min(window[1], *(each.until_us for each in members))
        if from_us < until_us:
            cost = _product(judged, (first, second))
            # Participants are numbered in the order of their BICs.
            order = (cost, *(each.dealer for each in members), first, second)
            found.append((order, (from_us, until_us, first, second, 0)))
    return [route for _, route in sorted(found)]


def _are_two(quotes: Sequence[Quote], pair: tuple[int, int]) -> bool:
    """Return whether two quotes are of two dealers: the vehicle moves from one to the other."""
    return quotes[pair[0]].dealer != quotes[pair[1]].dealer


def _product(judged: Sequence[JudgedQuote], pair: tuple[int, int]) -> Fraction:
    cost = Fraction(1)
    for each in pair:
        if each >= 0:
            one = judged[each].cost
            assert one is not None, "a quote without a price stands in no route"
            cost *= one
    return cost
