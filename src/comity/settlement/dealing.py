"""The day of dealers: quotes are judged at the opening, turn with time, and are added up at last.

What happens to a single payment is for `dealing_kernel`. Whenever a quote begins or lapses, or the
agent of a vehicle currency opens or closes, everybody who waits is tried again.
"""

from collections.abc import Iterator
from fractions import Fraction

import numpy as np

from comity.business_calendar import days_to_date
from comity.payments.codes import DealerFigure, EventKind
from comity.payments.lifecycle import State as PaymentState
from comity.settlement.day_plan import DayPlan
from comity.settlement.dealing_kernel import bind_unquoted
from comity.settlement.dealing_tables import draw_quotes, draw_routes, judge_quotes
from comity.settlement.releasing import release_places
from comity.settlement.state import State
from comity.settlement.tables import CONVERTS_BY_DEALER
from comity.settlement.writing import Writer


def open_dealing(state: State, writer: Writer, at_us: int, plan: DayPlan) -> None:
    """Judge the quotes for a day, draw its routes, and open those that hold at the opening."""
    scheme, chart, books = state.known_scheme(), state.known_chart(), state.known_books()
    if not len(books.dealing.desks):
        return
    day = days_to_date(plan.date)
    judged = judge_quotes(scheme, state.quotes, state.rates, day)
    routes, starts = draw_routes(scheme, state.quotes, judged, plan.agreements, day)
    books.dealing.desks["start"], books.dealing.desks["end"] = starts[:-1], starts[1:]
    dealing = books.dealing._replace(quotes=draw_quotes(chart, state.quotes, judged), routes=routes)
    state.books = books._replace(dealing=dealing)
    state.official_costs = tuple(one.official_cost for one in judged)
    state.vehicle_hours = tuple(one.vehicle_us for one in plan.agreements)
    width = len(chart.currencies)
    for number, one in enumerate(judged):
        if one.fault is not None:
            dealer = int(dealing.quotes["takes"][number]) // width
            writer.event(at_us, EventKind.QUOTE_HELD_BACK, number, after=one.fault, detail=dealer)
    _turn(state, at_us)


def turning_times(state: State) -> set[int]:
    """Return when, while the day is open, a route begins or ends, or a vehicle's agent does."""
    routes = state.known_books().dealing.routes
    times = {*routes["from_us"].tolist(), *routes["until_us"].tolist()}
    times.update(each for hours in state.vehicle_hours for window in hours for each in window)
    return {each for each in times if state.opens_us < each < state.closes_us}


def turn_quotes(state: State, writer: Writer, at_us: int, _: int = 0) -> None:
    """Let quotes begin and lapse, quote who has none, and try everybody who waits."""
    books = state.known_books()
    _turn(state, at_us)
    live = books.live[: state.payment_count]
    queued = np.flatnonzero(live["state"] == PaymentState.QUEUED).astype(np.int32)
    is_dealt = books.rules["converts"][live["agreement"][queued]] == CONVERTS_BY_DEALER
    if is_dealt.any():
        bind_unquoted(books, queued[is_dealt])
        waiting = np.flatnonzero(books.queues.length).astype(np.int32)
        release_places(state, writer, at_us, waiting)


def _turn(state: State, at_us: int) -> None:
    dealing = state.known_books().dealing
    routes = dealing.routes
    routes["is_open"] = (routes["from_us"] <= at_us) & (at_us < routes["until_us"])
    for number, hours in enumerate(state.vehicle_hours):
        desks = dealing.desks[2 * number : 2 * number + 2]
        is_open = any(first <= at_us < last for first, last in hours)
        desks["is_open"] = (desks["via"] < 0) | is_open


def report_dealers(state: State, writer: Writer, at_us: int) -> None:
    """Write what each dealer took, paid out and made of it, one event a currency and figure."""
    if not len(state.known_books().dealing.desks):
        return
    for figure, (dealer, at), value in _figures(state):
        code = state.known_chart().currencies[at]
        kind = EventKind.DEALER_FIGURE
        writer.event(at_us, kind, dealer, after=figure, detail=code, value=value)


def _figures(state: State) -> Iterator[tuple[DealerFigure, tuple[int, int], int]]:
    """Yield figures with dealer and currency index, in that order; a result is rounded once."""
    quotes = state.known_books().dealing.quotes
    width = len(state.known_chart().currencies)
    taken: dict[tuple[int, int], int] = {}
    paid: dict[tuple[int, int], int] = {}
    result: dict[tuple[int, int], Fraction | None] = {}
    for quote, official in zip(quotes, state.official_costs, strict=True):
        if not quote["paid_minor"]:
            continue
        took, gave = divmod(int(quote["takes"]), width), divmod(int(quote["pays"]), width)
        taken[took] = taken.get(took, 0) + int(quote["taken_minor"])
        paid[gave] = paid.get(gave, 0) + int(quote["paid_minor"])
        so_far = result.setdefault(took, Fraction(0))
        # A result without an official rate for one part of it is no result.
        result[took] = (
            None
            if official is None or so_far is None
            else so_far + int(quote["taken_minor"]) - int(quote["paid_minor"]) * official
        )
    for key in sorted({*taken, *paid}):
        if key in taken:
            yield DealerFigure.TAKEN, key, taken[key]
        if key in paid:
            yield DealerFigure.PAID_OUT, key, paid[key]
        made = result.get(key)
        if made is not None:
            yield DealerFigure.RESULT, key, round(made)
