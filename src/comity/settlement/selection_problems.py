"""What may be chosen of the queues without their order, and under which limits.

As a rule each currency is a problem of its own. While both legs of a trade could be chosen, their
two currencies are one problem, with all that are linked to them in turn: a participant has an
account number in each of them, and legs are chosen both or none. What can be weighed together has
a rate; a currency without one links with none, and its legs are left where they are.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from comity.money import BALANCE_MINOR_MAX, currency
from comity.netting import SELECTION_PAYMENTS_MAX, SharedLimit
from comity.payments.codes import Priority
from comity.settlement.choosing import find_prefixes, join_currencies
from comity.settlement.limits import payers_of
from comity.settlement.pair_kernel import find_other_legs
from comity.settlement.selection_times import every_us
from comity.settlement.selection_values import minor_values, values_of
from comity.settlement.state import State, queued_payments
from comity.settlement.tables import COUNTER_CURRENCIES, PAIRS_QUEUED, Books

Bools = NDArray[np.bool_]
Int32s = NDArray[np.int32]
Int64s = NDArray[np.int64]

Group = tuple[int, ...]
"""Indexes of currencies that are chosen from together, ascending."""

_NONE = -1


@dataclass(frozen=True, slots=True, eq=False)
class SelectionProblem:
    """What may be chosen now, as `comity.netting.select_payments` takes it.

    Attributes:
        currencies: ISO 4217 numbers; several where legs link them.
        unit: ISO 4217 number of the currency that weights are in.
        payments: numbers of what may be chosen, ascending.
        payers: account that pays, by position: participants of the first currency, then of the
            next one.
        payees: account that is paid, by position.
        amounts_minor: by position, in the currency of the two accounts.
        weights: by position, what a payment is worth, minor units of `unit`; its amount, where
            there is one currency.
        available_minor: by account, less all that it reserves.
        limits: accounts that several draw on, and limits of senders.
        links: positions of both legs of a trade, a row each.
        seed: by position, the greatest prefixes of the queues; none in a problem that an answer
            is checked against.
    """

    currencies: tuple[int, ...]
    unit: int
    payments: Int32s
    payers: Int64s
    payees: Int64s
    amounts_minor: Int64s
    weights: Int64s
    available_minor: Int64s
    limits: tuple[SharedLimit, ...]
    links: Int64s
    seed: Bools

    @property
    def participants(self) -> int:
        """Return how many accounts there are of each currency."""
        return len(self.available_minor) // len(self.currencies)


class _Columns(NamedTuple):
    """The payments of one currency, with participants for accounts, and where they stand."""

    positions: Int64s
    payers: Int64s
    payees: Int64s
    amounts_minor: Int64s


def problems(state: State, at_us: int, *, is_seeded: bool = True) -> tuple[SelectionProblem, ...]:
    """Return what may be chosen at a time, a problem for each group in which anything may.

    Args:
        state: as it is now; only who was listed last is kept in it.
        at_us: the time of the selection.
        is_seeded: whether the greatest prefixes are looked for.
    """
    taking_part = _taking_part(state, at_us)
    found = []
    for group in _groups(state, taking_part):
        joint = _problem(state, group, taking_part)
        parts = [(group, joint)]
        if joint is None:
            parts = [((each,), _problem(state, (each,), taking_part)) for each in group]
        found += [
            _with_seed(state, one, problem, taking_part) if is_seeded else problem
            for one, problem in parts
            if problem is not None and len(problem.payments)
        ]
    return tuple(found)


def problem_of(state: State, at_us: int, currencies: Sequence[int]) -> SelectionProblem | None:
    """Return the problem of one currency, or of all that are linked with one another; no seed.

    A linked currency has a problem of its own too, in which legs are left out.

    Args:
        state: never changed.
        at_us: the time of the selection.
        currencies: ISO 4217 numbers, in the order of the chart.

    Returns:
        None where nothing may be chosen, or not of just these currencies together.
    """
    known = state.known_chart().currencies
    if not currencies or not set(currencies) <= set(known):
        return None
    taking_part = _taking_part(state, at_us)
    group = tuple(known.index(each) for each in currencies)
    if len(group) > 1 and group not in _groups(state, taking_part):
        return None
    problem = _problem(state, group, taking_part)
    return problem if problem is not None and len(problem.payments) else None


def _taking_part(state: State, at_us: int) -> Bools:
    """Return by agreement whether its payments are chosen from at a time."""
    every = np.array(every_us(state.known_scheme(), state.business_day), np.int64)
    taking_part: Bools = (every > 0) & ((at_us - state.opens_us) % np.maximum(every, 1) == 0)
    return taking_part


def _groups(state: State, taking_part: Bools) -> list[Group]:
    """Return all currencies, those that legs link with one another as one group."""
    books = state.known_books()
    width = int(books.counters[COUNTER_CURRENCIES])
    if not books.pairs.counts[PAIRS_QUEUED]:
        return [(index,) for index in range(width)]
    payments, links = _with_links(books, range(width), taking_part)
    ends = books.live["payer"][payments[links]] % width
    is_valued = np.isin(ends, list(minor_values(state)))
    return join_currencies(width, ends[is_valued.all(axis=1)])


def _problem(state: State, group: Group, taking_part: Bools) -> SelectionProblem | None:
    """Return what may be chosen of a group; None where its values cannot be counted."""
    books = state.known_books()
    width = int(books.counters[COUNTER_CURRENCIES])
    payments, links = _with_links(books, group, taking_part)
    live = books.live[payments]
    places = np.searchsorted(group, live["payer"] % width)
    payers, payees, amounts = (
        column.astype(np.int64)
        for column in (live["payer"] // width, live["payee"] // width, live["debit_minor"])
    )
    weights: Int64s | None = amounts
    if len(group) > 1:
        weights = values_of(amounts, np.array(group)[places], minor_values(state))
    if weights is None:
        return None
    own, limits = [], []
    for place, index in enumerate(group):
        at = np.flatnonzero(places == place)
        columns = _Columns(at, payers[at], payees[at], amounts[at])
        available, shared = _available(books, index, columns)
        own.append(available)
        limits += [*shared, *_sender_limits(books, columns, index)]
    first_accounts = places * len(own[0])
    chart, unit = state.known_chart(), currency(state.known_scheme().valuation_currency).number
    return SelectionProblem(
        currencies=tuple(chart.currencies[index] for index in group),
        unit=unit if len(group) > 1 else chart.currencies[group[0]],
        payments=payments,
        payers=first_accounts + payers,
        payees=first_accounts + payees,
        amounts_minor=amounts,
        weights=weights,
        available_minor=np.concatenate(own),
        limits=tuple(one for one in limits if len(one.payments)),
        links=links,
        seed=np.zeros(len(payments), np.bool_),
    )


def _with_seed(
    state: State, group: Group, problem: SelectionProblem, taking_part: Bools
) -> SelectionProblem:
    prefixes = find_prefixes(state, group, [taking_part] * len(group)).payments
    return replace(problem, seed=np.isin(problem.payments, prefixes))


def _with_links(books: Books, group: Sequence[int], taking_part: Bools) -> tuple[Int32s, Int64s]:
    """Return what may be chosen of a group by number, and which positions are legs of a trade."""
    found = [_choosable(books, index, taking_part) for index in group]
    payments = _without_lone_legs(books, np.sort(np.concatenate(found)))
    payments = _without_lone_legs(books, payments[:SELECTION_PAYMENTS_MAX])
    others = _other_legs(books, payments)
    legs = np.flatnonzero(others > payments)
    links = np.column_stack([legs, np.searchsorted(payments, others[legs])])
    return payments, links.astype(np.int64)


def _choosable(books: Books, index: int, taking_part: Bools) -> Int32s:
    """Return what waits in a currency's queues and may be chosen.

    What a correspondent pays to its own customer moves no money that others could cover.
    """
    width = int(books.counters[COUNTER_CURRENCIES])
    queues = [queued_payments(books, at) for at in range(index, len(books.queues.head), width)]
    payments = np.concatenate([np.zeros(0, np.int32), *queues])
    live = books.live[payments]
    payer, payee = books.places[live["payer"]], books.places[live["payee"]]
    within = (payer["loro"] < 0) & (payer["settlement"] == payee["settlement"])
    one_currency = live["payee"] % width == index
    chosen: Int32s = payments[taking_part[live["agreement"]] & ~within & one_currency]
    return chosen


def _without_lone_legs(books: Books, payments: Int32s) -> Int32s:
    """Return payments without the legs whose other one is not among them."""
    is_leg = books.rows["counter_currency"][payments] != 0
    if not is_leg.any():
        return payments
    kept: Int32s = payments[~is_leg | np.isin(_other_legs(books, payments), payments)]
    return kept


def _other_legs(books: Books, payments: Int32s) -> Int32s:
    others = np.full(len(payments), _NONE, np.int32)
    if books.pairs.counts[PAIRS_QUEUED]:
        find_other_legs(books, payments, others)
    return others


def _available(books: Books, index: int, columns: _Columns) -> tuple[Int64s, list[SharedLimit]]:
    """Return what each participant has alone, and the limits of accounts that several draw on."""
    width = int(books.counters[COUNTER_CURRENCIES])
    places = books.places[index::width]
    balances = books.balances
    free = balances["posted"] - balances["held"] + balances["limit"]
    free = free - books.floors[:, Priority.NORMAL]
    free = np.where(balances["unlimited"] != 0, BALANCE_MINOR_MAX, free)
    loro, settlement = places["loro"], places["settlement"]
    draws_alone = (loro < 0) & (settlement >= 0)
    draws_alone &= np.diff(books.dependents_start)[np.maximum(settlement, 0)] == 1
    account = np.where(draws_alone, settlement, loro)
    own = np.where(account >= 0, free[np.maximum(account, 0)], BALANCE_MINOR_MAX)
    shared_of = np.where(draws_alone, _NONE, settlement)
    shared = [
        _between(columns, shared_of == account, int(free[account]))
        for account in np.unique(shared_of[shared_of >= 0]).tolist()
        if free[account] < BALANCE_MINOR_MAX
    ]
    return own.astype(np.int64), shared


def _between(columns: _Columns, inside: Bools, bound: int) -> SharedLimit:
    """Return the limit of what leaves some participants less what comes to them."""
    signs = inside[columns.payers].astype(np.int64) - inside[columns.payees]
    return _limit(columns, signs, bound)


def _limit(columns: _Columns, signs: Int64s, bound: int) -> SharedLimit:
    at = np.flatnonzero(signs)
    return SharedLimit(columns.positions[at], signs[at] * columns.amounts_minor[at], bound)


def _sender_limits(books: Books, columns: _Columns, index: int) -> list[SharedLimit]:
    limits = books.limits
    if not len(limits.multilateral):
        return []
    width = int(books.counters[COUNTER_CURRENCIES])
    found = []
    for participant, row in enumerate(limits.multilateral[index::width]):
        if row["limit_minor"] != BALANCE_MINOR_MAX:
            inside = np.arange(len(limits.multilateral) // width) == participant
            found.append(_between(columns, inside, int(row["limit_minor"] - row["sent_minor"])))
    pairs = zip(payers_of(limits.starts), limits.payees, limits.bilateral, strict=True)
    for payer, payee, row in pairs:
        if payer % width != index:
            continue
        one, other = payer // width, payee // width
        there = (columns.payers == one) & (columns.payees == other)
        back = (columns.payers == other) & (columns.payees == one)
        signs = there.astype(np.int64) - back
        found.append(_limit(columns, signs, int(row["limit_minor"] - row["sent_minor"])))
    return found
