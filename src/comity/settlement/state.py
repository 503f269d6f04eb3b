"""Everything the engine knows between two batches.

The columns the kernels see are `books`; around them stand the keys that find repetitions, the
agenda of what is due, and the counters that number payments, messages and cycles. The state is
changed only by `engine.apply`, and can always be rebuilt from the journal.
"""

from dataclasses import dataclass, field
from fractions import Fraction
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from comity.agreements.quotes import Quote
from comity.agreements.scheme import Scheme
from comity.agreements.terms import Release
from comity.fx import OfficialRate
from comity.ledger import KeyRuns, balances_of
from comity.payments.codes import DrawnFrom, OrderStatus
from comity.payments.reasons import Reason
from comity.payments.rows import MESSAGE_ROW, ORDER_ROW, PAYMENT_ROW, TIMES_ROW
from comity.queueing import CLASSES, follow_links, new_queues_by_class, new_trees, with_room
from comity.settlement.case_decisions import Case, GoodParty, ListedEntry
from comity.settlement.chart import (
    Chart,
    draw_chart,
    draw_dependents,
    draw_floors,
    draw_parties,
    draw_places,
    line_users,
)
from comity.settlement.choice_kernel import Listing
from comity.settlement.dealing_tables import deal_users, draw_dealing
from comity.settlement.limits import draw_caps, draw_limits, draw_shorts, short_users
from comity.settlement.rules import (
    draw_memberships,
    draw_purposes,
    draw_rules,
    draw_sides,
    draw_terms,
    pool_numbers,
    set_last_days,
)
from comity.settlement.tables import (
    COUNTER_CURRENCIES,
    COUNTER_EXPOSURE,
    ENTRY_ROW,
    LIVE_ROW,
    RETURN_ROW,
    RETURNED_ROW,
    WAITING_ROW,
    Books,
    Returns,
    copy_rows,
    empty_lists,
    grow,
    new_pairs,
    payments_of,
    start_life,
)

FIRST_CAPACITY = 1 << 20
"""Payments, and messages, for which there is room at first where nobody knows how many will come.
Mostly address space until they do; but out of memory freed before, all of it has to be cleared.
"""
_GROWTH = 4
"""By how much tables grow when they are full: what is copied is touched, what is free is not."""


@dataclass(slots=True)
class Cycle:
    """A netting cycle of the day, from the cut-off to its end.

    Attributes:
        number: counts all cycles of the journal.
        pool: number of the netting pool.
        currency: currency index.
        slot: number of the first of the cycles that are cut off and settled with it.
        members: payment numbers, in order of acceptance; none before the cut-off.
    """

    number: int
    pool: int
    currency: int
    slot: int
    members: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, np.int32))


@dataclass(slots=True)
class Accrual:
    """Interest on the balance of one agreement; what side 0 owes side 1 is above zero.

    Attributes:
        last_day: up to whose close interest has accrued, days since 1970-01-01.
        balance_minor: balance at that close, minor units of the clearing unit.
        accrued: since the last settlement, exact, minor units.
        booked_minor: what of it stands on the `interest:` accounts.
        settled_day: day of the last settlement of the balance.
    """

    last_day: int
    balance_minor: int = 0
    accrued: Fraction = Fraction(0)
    booked_minor: int = 0
    settled_day: int = 0


@dataclass(slots=True)
class DueItem:
    """Something that happens by itself at a time of the day.

    Attributes:
        at_us: when.
        act: name of the act, a key of `business_day.ACTS`.
        subject: number of a cycle or an agreement, by act.
    """

    at_us: int
    act: str
    subject: int


@dataclass(slots=True)
class State:
    """The engine's state; empty until a scheme is adopted.

    Attributes:
        first_capacity: payments, and messages, for which there is room at first.
        quotes: of dealers, for the days that open from now on.
        official_costs: by quote of the day what the official rate says in its place, minor units
            that the dealer would take for one that it pays out; None where there is none.
        vehicle_hours: by agreement from when until when the agent of its vehicle currency works.
        drawn: by settlement account what its holder has drawn in cycles and not paid back.
        listings: by currency index who stood in its queues when they were last listed; decides
            nothing, and saves following every link again.
        answers: by order and payment (-1 none) how the order stands, and why.
        times: what payments ask for, by number; times of their IntrBkSttlmDt.
        due: by act and time the payments that the act concerns, in parts.
        pending: by payment the cancellations that wait for the end of its lock, in order.
        cases: by payment held by screening what people have said of it, until it is decided.
        cleared_of: by payment the entries that two people have looked at.
        frozen: by frozen payment its blocked account and the minor units there, -1 and 0 for none.
        good_parties: known not to be the listed ones they are taken for: by party and entry until
            which day, days since 1970-01-01.
        returned: by payment that a return names its place among the originals of returns.
    """

    first_capacity: int = FIRST_CAPACITY
    scheme: Scheme | None = None
    chart: Chart | None = None
    books: Books | None = None
    payment_count: int = 0
    message_count: int = 0
    messages: NDArray[Any] = field(default_factory=lambda: np.zeros(0, MESSAGE_ROW))
    order_count: int = 0
    orders: NDArray[Any] = field(default_factory=lambda: np.zeros(0, ORDER_ROW))
    reference_keys: KeyRuns = field(default_factory=KeyRuns)
    uetr_keys: KeyRuns = field(default_factory=KeyRuns)
    message_keys: KeyRuns = field(default_factory=KeyRuns)
    rates: tuple[OfficialRate, ...] = ()
    rates_chosen: tuple[OfficialRate, ...] = ()
    quotes: tuple[Quote, ...] = ()
    official_costs: tuple[Fraction | None, ...] = ()
    vehicle_hours: tuple[tuple[tuple[int, ...], ...], ...] = ()
    asset_rates: dict[int, Fraction] = field(default_factory=dict)
    assets_open: tuple[bool, ...] = ()
    accruals: dict[str, Accrual] = field(default_factory=dict)
    list_versions: tuple[str, ...] = ()
    now_us: int = 0
    business_day: int = 0
    closed_day: int = 0
    opens_us: int = 0
    closes_us: int = 0
    selections: list[int] = field(default_factory=list)
    agenda: list[DueItem] = field(default_factory=list)
    cycles: dict[int, Cycle] = field(default_factory=dict)
    cycle_count: int = 0
    drawn: dict[int, dict[DrawnFrom, int]] = field(default_factory=dict)
    listings: dict[int, Listing] = field(default_factory=dict)
    answers: dict[tuple[int, int], tuple[OrderStatus, Reason]] = field(default_factory=dict)
    times: NDArray[Any] = field(default_factory=lambda: np.zeros(0, TIMES_ROW))
    due: dict[tuple[str, int], list[NDArray[np.int32]]] = field(default_factory=dict)
    pending: dict[int, list[int]] = field(default_factory=dict)
    cases: dict[int, Case] = field(default_factory=dict)
    cleared_of: dict[int, frozenset[ListedEntry]] = field(default_factory=dict)
    frozen: dict[int, tuple[int, int]] = field(default_factory=dict)
    good_parties: dict[GoodParty, int] = field(default_factory=dict)
    returned: dict[int, int] = field(default_factory=dict)

    @property
    def is_open(self) -> bool:
        """Whether a business day is open."""
        return self.business_day > self.closed_day

    def known_scheme(self) -> Scheme:
        """Return the scheme; one must have been adopted."""
        assert self.scheme is not None, "the first command adopts a scheme"
        return self.scheme

    def known_chart(self) -> Chart:
        """Return the chart of accounts; a scheme must have been adopted."""
        assert self.chart is not None, "the first command adopts a scheme"
        return self.chart

    def known_books(self) -> Books:
        """Return the columns; a scheme must have been adopted."""
        assert self.books is not None, "the first command adopts a scheme"
        return self.books


def adopt(state: State, scheme: Scheme) -> None:
    """Draw the chart, the rules and empty columns for a scheme."""
    chart = draw_chart(scheme)
    width = len(chart.currencies)
    pools = max(1, len(pool_numbers(scheme)))
    counters = np.zeros(COUNTER_EXPOSURE + width, np.int64)
    counters[COUNTER_CURRENCIES] = width
    state.scheme = scheme
    state.chart = chart
    places = draw_places(scheme, chart)
    users = chain(
        line_users(scheme, chart),
        deal_users(scheme, chart, places),
        short_users(scheme, chart, places),
    )
    starts, dependents = draw_dependents(places, len(chart.accounts), users)
    live = np.zeros(state.first_capacity, LIVE_ROW)
    state.books = Books(
        balances=balances_of(chart.accounts),
        floors=draw_floors(scheme, chart),
        places=places,
        dependents_start=starts,
        dependents=dependents,
        parties=draw_parties(scheme, chart),
        rules=draw_rules(scheme, chart),
        memberships=draw_memberships(scheme),
        purposes=draw_purposes(scheme),
        terms=draw_terms(scheme, chart),
        sides=draw_sides(scheme, chart),
        live=live,
        rows=np.zeros(state.first_capacity, PAYMENT_ROW),
        payments=payments_of(live),
        trees=new_trees(np.zeros(_trees(scheme, len(places)), np.int64)),
        queues=new_queues_by_class(len(places), 0)._replace(link=live["link"]),
        limits=draw_limits(scheme, chart),
        caps=draw_caps(scheme, chart, pool_numbers(scheme)),
        shorts=draw_shorts(scheme, chart),
        pairs=new_pairs(
            is_needed=any(one.payment_versus_payment is not None for one in scheme.agreements)
        ),
        returns=Returns(np.zeros(0, RETURN_ROW), np.zeros(0, RETURNED_ROW)),
        entries=np.zeros(width, ENTRY_ROW),
        waiting=np.zeros(len(places), WAITING_ROW),
        cycle_lists=empty_lists(pools * width),
        held_lists=empty_lists(len(scheme.agreements)),
        carried_lists=empty_lists(len(scheme.agreements)),
        dealing=draw_dealing(scheme, chart),
        counters=counters,
    )


def amend(state: State, scheme: Scheme) -> None:
    """Go on with a scheme that differs in the last days of agreements alone."""
    assert state.known_scheme().differs_in_last_days_alone(scheme), "nothing else was let in"
    set_last_days(state.known_books().rules, scheme)
    state.scheme = scheme


def _trees(scheme: Scheme, places: int) -> int:
    """Return how many trees the queues need: none where no agreement lets anybody be overtaken."""
    savings = (one.liquidity_saving for one in scheme.agreements)
    is_needed = any(one is not None and one.release is Release.BYPASS for one in savings)
    return places * CLASSES if is_needed else 0


def make_tree_room(state: State, queues: NDArray[np.int64], classes: NDArray[np.int8]) -> None:
    """Give the trees room for payments that may join these queues in these classes.

    Args:
        state: whose books are changed.
        queues: by payment; those that are none are left out.
        classes: by payment.
    """
    books = state.known_books()
    count = len(books.trees.blocks)
    if not count:
        return
    trees = queues * CLASSES + classes
    arrivals = np.bincount(trees[(queues >= 0) & (trees < count)], minlength=count)
    grown = with_room(books.trees, arrivals.astype(np.int64), books.live["slot"])
    state.books = books._replace(trees=grown)


def make_room(state: State, payments: int) -> Books:
    """Return the books with room for so many more payments."""
    books = state.known_books()
    used = state.payment_count
    if used + payments > len(books.rows):
        capacity = max(used + payments, _GROWTH * len(books.rows))
        live = grow(books.live, used, capacity)
        books = books._replace(
            live=live,
            rows=grow(books.rows, used, capacity),
            payments=payments_of(live),
            queues=books.queues._replace(link=live["link"]),
        )
        state.books = books
    start_life(books.live[used : used + payments])
    return books


def append_messages(state: State, messages: NDArray[Any]) -> None:
    """Take message rows over behind those already known."""
    end = state.message_count + len(messages)
    if end > len(state.messages):
        capacity = max(end, state.first_capacity, _GROWTH * len(state.messages))
        state.messages = grow(state.messages, state.message_count, capacity)
    copy_rows(messages, state.messages[state.message_count : end])
    state.message_count = end


def append_orders(state: State, orders: NDArray[Any]) -> None:
    """Take order rows over behind those already known."""
    state.orders = np.concatenate([state.orders, orders])
    state.order_count += len(orders)


def listed_payments(live: NDArray[Any], ends: Any) -> NDArray[np.int32]:
    """Return the payments of a list, first to last.

    Args:
        live: `LIVE_ROW` table, whose links make the list.
        ends: anything with a `head`.
    """
    return follow_links(live["link"], int(ends["head"]))


def queued_payments(books: Books, queue: int) -> NDArray[np.int32]:
    """Return the payments of a queue, first to last."""
    return follow_links(books.queues.link, int(books.queues.head[queue]))


def all_queued(books: Books) -> NDArray[np.int32]:
    """Return the payments of all queues, queue by queue."""
    queues = np.flatnonzero(books.queues.length).tolist()
    none = np.zeros(0, np.int32)
    return np.concatenate([none, *(queued_payments(books, each) for each in queues)])
