"""The engine's state as tables, one row layout for each thing it knows.

Few tables of structured rows instead of many columns: a kernel takes one argument, a payment's
row lies in one cache line or two, and compiling stays short. Rows are changed in place, only by
the kernels and modules of this package.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from comity.payments.rows import EVENT_ROW, TRANSFER_ROW
from comity.queueing import Payments, Queues, Trees

Rows = NDArray[Any]
Int32s = NDArray[np.int32]
Int64s = NDArray[np.int64]
Bools = NDArray[np.bool_]

LIVE_ROW = np.dtype(
    [
        ("debit_minor", "<i8"),  # what the payer's side pays; its own with two currencies
        ("held_minor", "<i8"),
        ("entered_us", "<i8"),
        ("irrevocable_us", "<i8"),
        ("interbank_final_us", "<i8"),
        ("payment_final_us", "<i8"),
        ("payer", "<i4"),  # place (and queue) the money comes from
        ("payee", "<i4"),  # place it goes to
        ("taken_day", "<i4"),  # day its money was taken in by the central bank, 0 not yet
        ("value_date", "<i4"),  # as moved by a roll; in the end the day on which it settled
        ("link", "<i4"),  # next in the list it waits in, -1 last
        ("agreement", "<i2"),  # -1 none yet
        ("state", "<i1"),  # lifecycle.State
        ("mechanism", "<i1"),  # codes.Mechanism
        ("priority", "<i1"),  # codes.Priority, as it may have been changed
        ("times", "<i1"),  # Reason: awaits its from time, or what is wrong with its times; 0
        ("route", "<i2"),  # of the day: by which dealers it is quoted or was dealt, -1 none
        ("slot", "<i4"),  # where it stands in the trees of its queue, if there are any
    ]
)
"""A payment, by number: everything that can change."""

PLACE_ROW = np.dtype(
    [
        ("settlement", "<i4"),  # account that moves central-bank money for it, -1 none
        ("loro", "<i4"),  # its account at a correspondent, -1 where it holds its own
        ("own", "<i4"),  # the correspondent's own funds behind that account, -1 none
    ]
)
"""Where a participant keeps a currency; place = participant × currencies + currency."""

PARTY_ROW = np.dtype(
    [
        ("country", "<i2"),  # index into the scheme's members
        ("home", "<i2"),  # index of that country's currency
        ("may_pay", "<i1"),
        ("may_receive", "<i1"),
    ]
)
"""A participant, by number."""

RULE_ROW = np.dtype(
    [
        ("customer_us", "<i8"),  # cut-offs of the open day
        ("interbank_us", "<i8"),
        ("resolves_every_us", "<i8"),  # multilateral resolutions from the opening, 0 none
        ("line", "<i8"),  # what one central bank may owe the other, -1 any amount
        ("valid_from", "<i4"),
        ("valid_until", "<i4"),
        ("next_day", "<i4"),  # next joint business day
        ("pool", "<i2"),  # netting pool, -1 none
        ("offset_depth", "<i2"),  # queued payments of a counterparty that are tried, 0 none
        ("currency_a", "<i2"),  # two currencies: currency index of side 0
        ("outside", "<i2"),  # currency index of what another system settles, -1 nothing
        ("mode", "<i1"),  # MODE_*
        ("bypassed", "<i1"),  # others of the queue may go before its payments
        ("converts", "<i1"),  # two currencies: CONVERTS_*
        ("late_rolls", "<i1"),
        ("close_rolls", "<i1"),
        ("shortfall_rolls", "<i1"),
        ("is_open", "<i1"),  # today is a business day of all parties
        ("fixed", "<i1"),  # the day's fixing has taken place
        ("clearing_unit", "<i1"),  # the side whose currency is the unit
        ("credits_at_once", "<i1"),  # the payee is credited on acceptance
        ("pays_before", "<i1"),  # payees are paid before the central banks have settled
        ("links_legs", "<i1"),  # its payments may be legs of payment versus payment
        ("returns_at_original", "<i1"),  # returns are converted as their originals were
        ("domestic", "<i1"),  # payments within one party are covered too
    ]
)
"""An agreement version, by its place in the scheme."""

CONVERTS_AT_FIXING = 1  # between central banks
CONVERTS_BY_DEALER = 2

MODE_GROSS = 0
MODE_CYCLE = 1
MODE_BOTH = 2  # urgent and high priority gross, normal in cycles

TERM_ROW = np.dtype(
    [
        ("payment_max", "<i8"),  # minor units
        ("day_max", "<i8"),
        ("day_used", "<i8"),  # accepted today
        ("covered", "<i8"),  # 1 where the agreement covers the currency
        ("resolves_from", "<i8"),  # on entry once so much waits; NEVER_MINOR not on entry
    ]
)
"""An agreement and a currency: `[agreement, currency]`."""

SIDE_ROW = np.dtype(
    [
        ("rate_numerator", "<i8"),  # payer's minor units for one of the payee's
        ("rate_denominator", "<i8"),
        ("hold_numerator", "<i8"),  # the same with the margin
        ("hold_denominator", "<i8"),
        ("intermediary", "<i4"),  # account of this side's central bank
        ("clearing", "<i4"),  # account of what this side's central bank owes
        ("rate_found", "<i8"),
    ]
)
"""A two-currency agreement and the side that pays: `[agreement, side]`."""

ENTRY_ROW = np.dtype(
    [
        ("from_minor", "<i8"),  # resolved on entry once so much waits; NEVER_MINOR not at all
        ("waiting_minor", "<i8"),  # what waits in queues, where it is resolved on entry
        ("wanted", "<i8"),  # 1: not known to be exhausted
    ]
)
"""A currency, for its resolution on entry."""

LIMIT_ROW = np.dtype(
    [
        ("limit_minor", "<i8"),  # BALANCE_MINOR_MAX where there is none
        ("sent_minor", "<i8"),  # today, less what was received
    ]
)
"""What a participant may send net, to one other or to all."""

WAITING_ROW = np.dtype([("sent_minor", "<i8"), ("received_minor", "<i8")])
"""A place: what waits to be sent from it and to it, where it is resolved on entry."""

NEVER_MINOR = np.iinfo(np.int64).max
"""A sum that never waits."""

ENDS_ROW = np.dtype([("head", "<i4"), ("tail", "<i4")])
"""A list of payments in order of arrival, linked through their rows."""


class SenderLimits(NamedTuple):
    """Limits on what places send net within a day; all empty where nobody is limited."""

    starts: Int32s  # by place: first of its bilateral limits; one more for the end
    payees: Int32s  # by bilateral limit: place, ascending within one payer
    bilateral: Rows  # LIMIT_ROW
    multilateral: Rows  # LIMIT_ROW by place


WORTH_ROW = np.dtype(
    [(f"{name}_{part}", "<i8") for name in ("value", "long", "short") for part in ("of", "per")]
)
"""A currency: what so many (`per`) of its minor units are worth (`of`), in those of valuation.

At the official rate, and less or plus the haircut for what covers and for what is short; both
numbers are below 2^31. `short_per` is 0 where no rate is usable today.
"""

SHORT_ROW = np.dtype([("net_minor", "<i8"), ("short_minor", "<i8")])
"""A bank: its accounts valued together after haircuts, and what those below zero come to."""


UNVALUED_MINOR = 1 << 55
"""What a bank is short of that owes a currency without a usable rate; no value passes it."""


class Shorts(NamedTuple):
    """Who may be short of what; empty where nobody may."""

    most_minor: Int64s  # by participant: its short positions together at most; -1 is not tested
    worth: Rows  # WORTH_ROW by currency
    opened: Rows  # SHORT_ROW by participant, when the business day opened


CAP_ROW = np.dtype(
    [
        ("cap_minor", "<i8"),  # BALANCE_MINOR_MAX where there is none
        ("debit_minor", "<i8"),  # owed in the cycle that is open, below zero: is owed
    ]
)
"""A netting pool and a place: what it may owe, and owes."""


class NetDebitCaps(NamedTuple):
    """Caps on net debits in netting cycles; all empty where nobody is capped."""

    positions: Rows  # CAP_ROW by pool × places + place
    lists: Rows  # ENDS_ROW, the same: who waits for room


PAIR_ROW = np.dtype(
    [
        ("first", "<i4"),  # payment number of the leg that came first
        ("second", "<i4"),  # of the other one, -1 as long as it has not come
        ("state", "<i4"),  # codes.PairState
        ("asked", "<i4"),  # 1: one of the banks asks to withdraw its leg
        ("agent_us", "<i8"),  # when the agent of a leg outside was last asked, 0 not
        ("in_doubt", "<i8"),  # 1: it should have said long since whether it has settled
    ]
)
"""Two payments, each the other's condition, by number of the pair."""

TRADE_ROW = np.dtype(
    [
        ("trade", "<u8"),  # key of the reference that both banks name
        ("lower", "<i4"),  # the two banks, by participant number
        ("higher", "<i4"),
        ("pair", "<i8"),  # the latest pair of this trade, -1: the slot is free
    ]
)
"""A slot of the table in which the pair of a trade is found."""


class Pairs(NamedTuple):
    """Payment versus payment; all empty where no agreement links legs.

    The slots are a hash table with open addressing, at most half full, in which nothing is ever
    deleted: a trade that has settled once is known for good.
    """

    rows: Rows  # PAIR_ROW by pair
    slots: Rows  # TRADE_ROW; as many as a power of two
    counts: Int64s  # see PAIRS_*


def new_pairs(*, is_needed: bool) -> Pairs:
    """Return tables without pairs; without any room where no agreement links legs."""
    size = _FIRST_SLOTS if is_needed else 0
    return Pairs(np.zeros(size // 2, PAIR_ROW), free_slots(size), np.zeros(5, np.int64))


def free_slots(count: int) -> Rows:
    """Return that many slots for trades, all free."""
    slots = np.zeros(count, TRADE_ROW)
    slots["pair"] = -1
    return slots


_FIRST_SLOTS = 1 << 10

PAIRS_MADE = 0  # pairs made so far
PAIRS_UNMATCHED = 1  # legs that wait for the other one, in no queue
PAIRS_QUEUED = 2  # matched pairs whose legs stand in queues; with a leg outside, the other one
PAIRS_SLOTS = 3  # slots taken
PAIRS_AT_AGENT = 4  # pairs with a leg outside whose agent was asked, and that have not ended


RETURN_ROW = np.dtype(
    [
        ("credit_minor", "<i8"),  # in two currencies what it gives back, in the payee's
        ("payment", "<i4"),  # its number; the table is in this order
        ("original", "<i4"),  # the payment that it returns, -1 unknown
        ("case", "<i4"),  # place of that among the originals, -1
        ("stated_date", "<i4"),  # what it says was the original's date, 0 nothing
        ("contradicts", "<i2"),  # Reason: what it says of the original and is not so, 0 nothing
        ("has_reason", "<i1"),  # its reason is one of ISO's
        ("counted", "<i1"),  # RETURN_*
    ]
)
"""A return, sound or not."""

RETURN_NOT_COUNTED = 0
RETURN_UNDER_WAY = 1  # counted against its original as long as it has not failed
RETURN_SETTLED = 2  # counted for ever

RETURNED_ROW = np.dtype(
    [
        ("returned_minor", "<i8"),  # of its amount, by returns settled and under way
        ("credited_minor", "<i8"),  # in two currencies what that gives back of its debit
        ("original", "<i8"),  # number of the payment
    ]
)
"""A payment that some return names."""


class Returns(NamedTuple):
    """Every return that came, and what each payment has had returned; both empty without any."""

    rows: Rows  # RETURN_ROW in order of payment number
    originals: Rows  # RETURNED_ROW in order of their first return


QUOTE_ROW = np.dtype(
    [
        ("cost_numerator", "<i8"),  # minor units that the dealer takes for one that it pays out
        ("cost_denominator", "<i8"),
        ("left_minor", "<i8"),  # what it still pays out at it; NEVER_MINOR without end
        ("paid_minor", "<i8"),  # what it has paid out at it
        ("taken_minor", "<i8"),  # what it has taken for that
        ("takes", "<i4"),  # the dealer's place in the currency it takes
        ("pays", "<i4"),  # and in the one it pays out
    ]
)
"""A quote of the day, by its number."""

ROUTE_ROW = np.dtype(
    [
        ("from_us", "<i8"),  # from when, until when both its quotes hold and the vehicle's agent
        ("until_us", "<i8"),  # works
        ("first", "<i4"),  # quote whose dealer takes the payer's currency
        ("second", "<i4"),  # quote whose dealer takes the vehicle currency, -1 without one
        ("is_open", "<i8"),
    ]
)
"""A way from one currency to the other; those of one desk stand together, the cheapest first."""

DESK_ROW = np.dtype(
    [
        ("start", "<i4"),  # its first route
        ("end", "<i4"),  # behind its last
        ("via", "<i4"),  # currency index of the vehicle, -1 without one
        ("is_open", "<i4"),  # the vehicle's agent works now
        ("ceiling_numerator", "<i8"),  # what a payer pays at most for each unit of its first quote
        ("ceiling_denominator", "<i8"),
    ]
)
"""An agreement with dealers and the side that pays: agreement × 2 + side."""


class Dealing(NamedTuple):
    """The day's quotes and the ways through them; all empty where no agreement has dealers."""

    quotes: Rows  # QUOTE_ROW by number, in the order in which they were brought
    routes: Rows  # ROUTE_ROW by number
    desks: Rows  # DESK_ROW
    named: Int32s  # by agreement × participants + participant: its dealer, -1 whoever is best


class Books(NamedTuple):
    """All of it: what the kernels see."""

    balances: Rows  # BALANCE_ROW by account
    floors: Int64s  # [account, priority]: what a payment of that class must leave
    places: Rows  # PLACE_ROW by place
    dependents_start: Int32s  # by account: which queues wait for money on it (CSR)
    dependents: Int32s  # queue (= place) numbers
    parties: Rows  # PARTY_ROW by participant
    rules: Rows  # RULE_ROW by agreement
    memberships: Bools  # [agreement, member] is a party
    purposes: Bools  # [agreement, place in PURPOSE_NUMBERS] is covered
    terms: Rows  # TERM_ROW [agreement, currency]
    sides: Rows  # SIDE_ROW [agreement, side]
    live: Rows  # LIVE_ROW by payment
    rows: Rows  # PAYMENT_ROW by payment
    payments: Payments  # columns of `live`
    queues: Queues  # by place; the links are a column of `live`
    trees: Trees  # by place and class, of the same; none where nobody may be overtaken
    limits: SenderLimits
    caps: NetDebitCaps
    shorts: Shorts
    pairs: Pairs
    returns: Returns
    entries: Rows  # ENTRY_ROW by currency
    waiting: Rows  # WAITING_ROW by place
    cycle_lists: Rows  # ENDS_ROW by pool × currencies + currency
    held_lists: Rows  # ENDS_ROW by agreement: two currencies, not yet paid out
    carried_lists: Rows  # ENDS_ROW by agreement: paid out, not yet settled by central banks
    dealing: Dealing
    counters: Int64s  # see COUNTER_*


COUNTER_GROUP = 0  # next transfer group
COUNTER_DAY = 1  # business day open now, 0 none
COUNTER_CURRENCIES = 2  # number of currencies
COUNTER_RESOLVES_ON_ENTRY = 3  # 1 if today anything is resolved on entry
COUNTER_RESOLVE = 4  # 1 if a resolution on entry, or an answer, is due: admission stops for it
COUNTER_OPENED = 5  # when the business day opened, UTC microseconds
COUNTER_EXPOSURE = 6  # first of one a currency: no sum and no balance can pass it today


class Output(NamedTuple):
    """Where a kernel writes what happened; `filled` counts events and transfers."""

    events: Rows
    transfers: Rows
    filled: Int64s


def new_output(events: int, transfers: int) -> Output:
    """Return empty buffers with room for so many events and transfers."""
    return Output(
        np.empty(events, EVENT_ROW), np.empty(transfers, TRANSFER_ROW), np.zeros(2, np.int64)
    )


def rest_of(out: Output) -> Output:
    """Return what is still free of the buffers, as buffers that nothing was written to."""
    events, transfers = out.filled
    return Output(out.events[events:], out.transfers[transfers:], np.zeros(2, np.int64))


def empty_lists(count: int) -> Rows:
    """Return that many empty lists."""
    ends = np.zeros(count, ENDS_ROW)
    ends["head"] = ends["tail"] = -1
    return ends


def start_life(live: Rows) -> None:
    """Set rows of payments to what they are before their first event."""
    unborn = np.zeros(1, LIVE_ROW)
    for name in ("payer", "payee", "link", "agreement", "state", "route"):
        unborn[name] = -1
    copy_rows(unborn, live)


def payments_of(live: Rows) -> Payments:
    """Return the columns of live rows that queues are decided by; they are views."""
    return Payments(live["payer"], live["payee"], live["debit_minor"], live["priority"])


def copy_rows(source: Rows, target: Rows) -> None:
    """Copy rows of one layout whole; numpy by itself would go field by field."""
    whole = np.dtype((np.void, source.dtype.itemsize))
    target.view(whole)[:] = source.view(whole)


def grow(rows: Rows, used: int, capacity: int) -> Rows:
    """Return a table with room for `capacity` rows that starts with the used ones."""
    grown = np.zeros(capacity, rows.dtype)
    copy_rows(rows[:used], grown[:used])
    return grown
