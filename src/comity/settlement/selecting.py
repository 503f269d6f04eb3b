"""Choosing from the queues without their order: the problem, the check of an answer, the posting.

To find a good choice is the solver's business, within a budget, and another run may find another
one. So the engine never searches: at the agreed times it stops until it is told a choice, which
is journalled as a decision. It checks in whole numbers that the choice can settle, and posts it; on
replay it does the same again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from comity.errors import RejectedError
from comity.money import BALANCE_MINOR_MAX
from comity.netting import SELECTION_PAYMENTS_MAX, SelectionStop, SharedLimit
from comity.payments.codes import EventKind, Mechanism, Priority, ResolutionKind
from comity.settlement.choosing import find_prefixes
from comity.settlement.invariants import no_balance_is_below_its_limit
from comity.settlement.limits import payers_of
from comity.settlement.release_kernel import settle_together
from comity.settlement.releasing import room_for, work_list
from comity.settlement.resolution import resolve_wanted, want_resolution
from comity.settlement.selection_times import every_us
from comity.settlement.state import State, queued_payments
from comity.settlement.tables import COUNTER_CURRENCIES, Books
from comity.settlement.writing import Writer

Bools = NDArray[np.bool_]
Int32s = NDArray[np.int32]
Int64s = NDArray[np.int64]


class SelectionDueError(RejectedError):
    """A command goes beyond a time at which a selection is due, or a selection is not due."""


class SelectionRefusedError(RejectedError):
    """A selection cannot be settled: what it names, or what it would do, is not allowed."""


@dataclass(frozen=True, slots=True)
class SelectionChoice:
    """What was chosen of one currency's queues, and how good it is known to be.

    Attributes:
        currency: ISO 4217 number.
        payments: their numbers, ascending.
        bound_minor: no choice is worth more.
        nodes: nodes of the search tree that were looked at.
        stopped_by: why the search ended.
    """

    currency: int
    payments: tuple[int, ...]
    bound_minor: int
    nodes: int
    stopped_by: SelectionStop


@dataclass(frozen=True, slots=True, eq=False)
class SelectionProblem:
    """What may be chosen of one currency now, as `comity.netting.select_payments` takes it.

    Attributes:
        currency: ISO 4217 number.
        payments: numbers of what may be chosen, ascending.
        payers: participant that pays, by position.
        payees: participant that is paid, by position.
        amounts_minor: by position.
        available_minor: by participant, less all that it reserves.
        limits: accounts that several draw on, and limits of senders.
        seed: by position, the greatest prefixes of the queues.
    """

    currency: int
    payments: Int32s
    payers: Int64s
    payees: Int64s
    amounts_minor: Int64s
    available_minor: Int64s
    limits: tuple[SharedLimit, ...]
    seed: Bools


def problems(state: State, at_us: int) -> tuple[SelectionProblem, ...]:
    """Return what may be chosen at a time, a problem a currency in which anything may."""
    every = np.array(every_us(state.known_scheme(), state.business_day), np.int64)
    taking_part: Bools = (every > 0) & ((at_us - state.opens_us) % np.maximum(every, 1) == 0)
    width = int(state.known_books().counters[COUNTER_CURRENCIES])
    found = (_problem(state, index, taking_part) for index in range(width))
    return tuple(one for one in found if len(one.payments))


def read_selection(
    state: State, at_us: int, choices: Sequence[SelectionChoice]
) -> tuple[SelectionChoice, ...]:
    """Return choices that can be settled now; never changes the state.

    Raises:
        SelectionRefusedError: one cannot; it says which payment, account or limit.
    """
    known = {one.currency: one for one in problems(state, at_us)}
    seen: set[int] = set()
    for choice in choices:
        problem = known.get(choice.currency)
        if problem is None or choice.currency in seen:
            raise SelectionRefusedError(
                f"currency {choice.currency}: found a choice, expected one at most for each of"
                f" {sorted(known)}, in which something may be chosen"
            )
        seen.add(choice.currency)
        _check_choice(problem, choice)
    return tuple(choices)


def settle_selection(
    state: State, writer: Writer, at_us: int, choices: Sequence[SelectionChoice]
) -> None:
    """Settle what was chosen, a group a currency, and what that releases.

    Raises:
        InvariantError: a balance would be below its limit: the state must not be used any more.
    """
    books = state.known_books()
    for choice in choices:
        payments = np.array(choice.payments, np.int32)
        value = int(books.live["debit_minor"][payments].sum())
        is_best = value == choice.bound_minor
        writer.event(
            at_us,
            EventKind.SELECTION,
            len(payments),
            after=ResolutionKind.OPTIMAL if is_best else ResolutionKind.BOUNDED,
            value=value,
            detail=choice.currency,
        )
        writer.event(
            at_us,
            EventKind.SELECTION_BOUND,
            choice.nodes,
            value=choice.bound_minor,
            detail=choice.currency,
        )
        if len(payments):
            out = room_for(books, 0)
            work, listed = work_list(books)
            settle_together(books, out, at_us, payments, int(Mechanism.SELECTION), work, listed)
            writer.take(out)
            no_balance_is_below_its_limit(state)
            # Queues have lost payments from their middle: prefixes that were too much may fit.
            want_resolution(books, state.known_chart().currencies.index(choice.currency))
    resolve_wanted(state, writer, at_us)


def _problem(state: State, index: int, taking_part: Bools) -> SelectionProblem:
    books = state.known_books()
    width = int(books.counters[COUNTER_CURRENCIES])
    payments = _choosable(books, index, taking_part)
    live = books.live[payments]
    payers, payees = live["payer"] // width, live["payee"] // width
    amounts = live["debit_minor"]
    own, shared_of, free = _available(books, index)
    columns = payers.astype(np.int64), payees.astype(np.int64), amounts.astype(np.int64)
    limits = [
        _between(columns, shared_of == account, int(free[account]))
        for account in np.unique(shared_of[shared_of >= 0]).tolist()
        if free[account] < BALANCE_MINOR_MAX
    ]
    limits += _sender_limits(books, columns, index)
    prefixes = find_prefixes(state, [index], [taking_part]).payments
    return SelectionProblem(
        state.known_chart().currencies[index],
        payments,
        *columns,
        own,
        tuple(one for one in limits if len(one.payments)),
        np.isin(payments, prefixes),
    )


def _choosable(books: Books, index: int, taking_part: Bools) -> Int32s:
    """Return what waits in a currency's queues and may be chosen, by number.

    What a correspondent pays to its own customer moves no money that others could cover. A leg of
    payment versus payment settles with another currency's, and is not chosen for one alone.
    """
    width = int(books.counters[COUNTER_CURRENCIES])
    queues = [queued_payments(books, at) for at in range(index, len(books.queues.head), width)]
    payments = np.sort(np.concatenate([np.zeros(0, np.int32), *queues]))
    live = books.live[payments]
    payer, payee = books.places[live["payer"]], books.places[live["payee"]]
    within = (payer["loro"] < 0) & (payer["settlement"] == payee["settlement"])
    one_currency = live["payee"] % width == index
    is_leg = books.rows["counter_currency"][payments] != 0
    may_be = taking_part[live["agreement"]] & ~within & one_currency & ~is_leg
    chosen: Int32s = payments[may_be]
    return chosen[:SELECTION_PAYMENTS_MAX]


def _available(books: Books, index: int) -> tuple[Int64s, Int32s, Int64s]:
    """Return what participants have alone, which account they share, and what accounts have."""
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
    return own.astype(np.int64), np.where(draws_alone, -1, settlement).astype(np.int32), free


def _between(columns: tuple[Int64s, Int64s, Int64s], inside: Bools, bound: int) -> SharedLimit:
    """Return the limit of what leaves some participants less what comes to them."""
    payers, payees, amounts = columns
    signs = inside[payers].astype(np.int64) - inside[payees]
    concerned = np.flatnonzero(signs)
    return SharedLimit(concerned, signs[concerned] * amounts[concerned], bound)


def _sender_limits(
    books: Books, columns: tuple[Int64s, Int64s, Int64s], index: int
) -> list[SharedLimit]:
    limits = books.limits
    if not len(limits.multilateral):
        return []
    width = int(books.counters[COUNTER_CURRENCIES])
    payers, payees, amounts = columns
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
        there = ((payers == one) & (payees == other)).astype(np.int64)
        signs = there - ((payers == other) & (payees == one))
        concerned = np.flatnonzero(signs)
        bound = int(row["limit_minor"] - row["sent_minor"])
        found.append(SharedLimit(concerned, signs[concerned] * amounts[concerned], bound))
    return found


def _check_choice(problem: SelectionProblem, choice: SelectionChoice) -> None:
    """Refuse a choice that could not be settled to the unit, or says of itself what cannot be."""
    numbers = np.array(choice.payments, np.int64)
    where = f"currency {choice.currency}"
    if (np.diff(numbers) <= 0).any():
        raise SelectionRefusedError(f"{where}: found payments out of order or twice")
    strange = numbers[~np.isin(numbers, problem.payments)]
    if len(strange):
        raise SelectionRefusedError(
            f"{where}: found payment {strange[0]}, expected one that waits and may be chosen"
        )
    chosen = np.isin(problem.payments, numbers)
    value = int(problem.amounts_minor[chosen].sum())
    if not value <= choice.bound_minor <= BALANCE_MINOR_MAX or choice.nodes < 0:
        raise SelectionRefusedError(
            f"{where}: found the bound {choice.bound_minor}, expected {value} or more"
        )
    for what, taken, bound in _uses(problem, chosen):
        if taken > bound:
            raise SelectionRefusedError(
                f"{where}: {what} would give {taken} and has {bound}; choose again"
            )


def _uses(problem: SelectionProblem, chosen: Bools) -> list[tuple[str, int, int]]:
    """Return of everything a choice draws on what it takes net, and what is there."""
    payers, amounts = problem.payers[chosen], problem.amounts_minor[chosen]
    net = np.zeros(len(problem.available_minor), np.int64)
    np.add.at(net, payers, amounts)
    np.subtract.at(net, problem.payees[chosen], amounts)
    uses = [
        (f"participant {one}", int(net[one]), int(problem.available_minor[one]))
        for one in np.unique(payers).tolist()
    ]
    for number, limit in enumerate(problem.limits):
        taken: Any = limit.coefficients[chosen[limit.payments]]
        if (taken > 0).any():
            uses.append((f"limit {number}", int(taken.sum()), limit.bound))
    return uses
