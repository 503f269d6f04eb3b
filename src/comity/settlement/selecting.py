"""Choosing from the queues without their order: the check of an answer, and the posting.

To find a good choice is the solver's business, within a budget, and another run may find another
one. So the engine never searches: at the agreed times it stops until it is told a choice, which
is journalled as a decision. It checks in whole numbers that the choice can settle, and posts it; on
replay it does the same again.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from comity.errors import RejectedError
from comity.money import BALANCE_MINOR_MAX, currency
from comity.payments.codes import EventKind, Mechanism, ResolutionKind
from comity.settlement.invariants import no_balance_is_below_its_limit
from comity.settlement.release_kernel import settle_together
from comity.settlement.releasing import room_for, work_list
from comity.settlement.resolution import resolve_wanted, want_resolution
from comity.settlement.selection_choices import SelectionChoice
from comity.settlement.selection_problems import SelectionProblem, problem_of, problems
from comity.settlement.selection_values import minor_values, values_of
from comity.settlement.state import State
from comity.settlement.tables import COUNTER_CURRENCIES
from comity.settlement.writing import Writer

Bools = NDArray[np.bool_]
Int32s = NDArray[np.int32]


class SelectionDueError(RejectedError):
    """A command goes beyond a time at which a selection is due, or a selection is not due."""


class SelectionRefusedError(RejectedError):
    """A selection cannot be settled: what it names, or what it would do, is not allowed."""


def read_selection(
    state: State, at_us: int, choices: Sequence[SelectionChoice]
) -> tuple[SelectionChoice, ...]:
    """Return choices that can be settled now; never changes the state.

    Raises:
        SelectionRefusedError: one cannot; it says which payment, account or limit.
    """
    seen: set[int] = set()
    for choice in choices:
        problem = problem_of(state, at_us, choice.currencies)
        if problem is None or not seen.isdisjoint(choice.currencies):
            known = ", ".join(
                _several(each.currencies) for each in problems(state, at_us, is_seeded=False)
            )
            raise SelectionRefusedError(
                f"{_where(choice)}: found a choice, expected one at most for each of"
                f" [{known}], in which something may be chosen"
            )
        seen.update(choice.currencies)
        _check_choice(problem, choice)
    return tuple(choices)


def settle_selection(
    state: State, writer: Writer, at_us: int, choices: Sequence[SelectionChoice]
) -> None:
    """Settle what was chosen, one group a choice, and what that releases.

    What the first choice releases may take money, or a payment, that a later one counts on: such
    a later one settles nothing.

    Raises:
        InvariantError: a balance would be below its limit: the state must not be used any more.
    """
    has_released = False
    for choice in choices:
        payments = np.array(choice.payments, np.int32)
        if has_released and not _can_settle(state, at_us, choice):
            payments = payments[:0]
        _write_choice(state, writer, at_us, choice, payments)
        if len(payments):
            has_released |= _settle(state, writer, at_us, payments)
            # Queues have lost payments from their middle: prefixes that were too much may fit.
            for each in choice.currencies:
                index = state.known_chart().currencies.index(each)
                want_resolution(state.known_books(), index)
    resolve_wanted(state, writer, at_us)


def _can_settle(state: State, at_us: int, choice: SelectionChoice) -> bool:
    """Return whether a choice that could settle before can do so still."""
    problem = problem_of(state, at_us, choice.currencies)
    if problem is None:
        return not choice.payments
    try:
        _check_choice(problem, choice)
    except SelectionRefusedError:
        return False
    return True


def _settle(state: State, writer: Writer, at_us: int, payments: Int32s) -> bool:
    """Settle payments as one group; return whether that released anything besides."""
    books = state.known_books()
    out = room_for(books, 0)
    work, listed = work_list(books)
    settle_together(books, out, at_us, payments, int(Mechanism.SELECTION), work, listed)
    writer.take(out)
    no_balance_is_below_its_limit(state)
    is_step = out.events["kind"][: out.filled[0]] == EventKind.PAYMENT
    return int(np.count_nonzero(is_step)) > len(payments)


def _write_choice(
    state: State, writer: Writer, at_us: int, choice: SelectionChoice, payments: Int32s
) -> None:
    """Write of each currency how many payments settle and their sum, then worth and bound."""
    books = state.known_books()
    indexes = books.live["payer"][payments] % int(books.counters[COUNTER_CURRENCIES])
    amounts = books.live["debit_minor"][payments]
    unit, value = choice.currencies[0], int(amounts.sum())
    if len(choice.currencies) > 1:
        unit = currency(state.known_scheme().valuation_currency).number
        values = values_of(amounts, indexes, minor_values(state))
        assert values is not None, "a choice that is counted has been checked"
        value = int(values.sum())
    kind = ResolutionKind.OPTIMAL if value == choice.bound_minor else ResolutionKind.BOUNDED
    for each in choice.currencies:
        its = amounts[indexes == state.known_chart().currencies.index(each)]
        total = int(its.sum())
        writer.event(at_us, EventKind.SELECTION, len(its), after=kind, value=total, detail=each)
    if len(choice.currencies) > 1:
        writer.event(at_us, EventKind.SELECTION_WORTH, len(payments), value=value, detail=unit)
    bound, nodes = choice.bound_minor, choice.nodes
    writer.event(at_us, EventKind.SELECTION_BOUND, nodes, value=bound, detail=unit)


def _check_choice(problem: SelectionProblem, choice: SelectionChoice) -> None:
    """Refuse a choice that could not be settled to the unit, or says of itself what cannot be."""
    numbers = np.array(choice.payments, np.int64)
    where = _where(choice)
    if (np.diff(numbers) <= 0).any():
        raise SelectionRefusedError(f"{where}: found payments out of order or twice")
    strange = numbers[~np.isin(numbers, problem.payments)]
    if len(strange):
        raise SelectionRefusedError(
            f"{where}: found payment {strange[0]}, expected one that waits and may be chosen"
        )
    chosen = np.isin(problem.payments, numbers)
    _check_legs(problem, where, chosen)
    value = int(problem.weights[chosen].sum())
    if not value <= choice.bound_minor <= BALANCE_MINOR_MAX or choice.nodes < 0:
        raise SelectionRefusedError(
            f"{where}: found the bound {choice.bound_minor}, expected {value} or more"
        )
    for what, taken, bound in _uses(problem, chosen):
        if taken > bound:
            raise SelectionRefusedError(
                f"{where}: {what} would give {taken} and has {bound}; choose again"
            )


def _check_legs(problem: SelectionProblem, where: str, chosen: Bools) -> None:
    is_chosen = chosen[problem.links]
    parted = np.flatnonzero(is_chosen[:, 0] != is_chosen[:, 1])
    if len(parted):
        pair = problem.payments[problem.links[parted[0]]]
        one, other = pair if is_chosen[parted[0], 0] else pair[::-1]
        raise SelectionRefusedError(
            f"{where}: found leg {one} without leg {other}, expected both or none"
        )


def _uses(problem: SelectionProblem, chosen: Bools) -> list[tuple[str, int, int]]:
    """Return of everything a choice draws on what it takes net, and what is there."""
    payers, amounts = problem.payers[chosen], problem.amounts_minor[chosen]
    net = np.zeros(len(problem.available_minor), np.int64)
    np.add.at(net, payers, amounts)
    np.subtract.at(net, problem.payees[chosen], amounts)
    uses = [
        (_named(problem, one), int(net[one]), int(problem.available_minor[one]))
        for one in np.unique(payers).tolist()
    ]
    for number, limit in enumerate(problem.limits):
        taken: Any = limit.coefficients[chosen[limit.payments]]
        if (taken > 0).any():
            uses.append((f"limit {number}", int(taken.sum()), limit.bound))
    return uses


def _named(problem: SelectionProblem, account: int) -> str:
    place, participant = divmod(account, problem.participants)
    if len(problem.currencies) == 1:
        return f"participant {participant}"
    return f"participant {participant} in currency {problem.currencies[place]}"


def _where(choice: SelectionChoice) -> str:
    word = "currency" if len(choice.currencies) == 1 else "currencies"
    return f"{word} {_several(choice.currencies)}"


def _several(currencies: Sequence[int]) -> str:
    return " and ".join(map(str, currencies))
