"""The invariants of the books, each a function that raises where it does not hold.

Numbers are those of `docs/invariants.md`. The engine checks them at every close; tests check them
after every step.
"""

import numpy as np
from numpy.typing import NDArray

from comity.errors import InvariantError
from comity.ledger import AccountKind
from comity.payments.lifecycle import State as PaymentState
from comity.settlement.cycles import positions
from comity.settlement.state import State

_WITH_MONEY_HELD = (PaymentState.RESERVED, PaymentState.FROZEN)


def check_books(state: State) -> None:
    """Check every invariant of the state.

    Raises:
        InvariantError: one of them does not hold.
    """
    for check in CHECKS:
        check(state)


def money_is_conserved(state: State) -> None:
    """I1: the balances of each currency sum to zero."""
    for code, total in currency_totals(state).items():
        if total:
            raise InvariantError("I1", f"balances of currency {code} sum to {total}, not to 0")


def currency_totals(state: State) -> dict[int, int]:
    """Return the sum of all balances by ISO 4217 number, exact."""
    chart, posted = state.known_chart(), state.known_books().balances["posted"]
    totals: dict[int, int] = {}
    for account in chart.accounts:
        totals[account.currency] = totals.get(account.currency, 0) + int(posted[account.number])
    return totals


def no_balance_is_below_its_limit(state: State) -> None:
    """I4: what an account has, less what is held, never passes its limit."""
    balances = state.known_books().balances
    free = balances["posted"] - balances["held"] + balances["limit"]
    below = np.flatnonzero((free < 0) & (balances["unlimited"] == 0))
    if len(below):
        account = state.known_chart().accounts[below[0]]
        raise InvariantError("I4", f"{account.name} is {-int(free[below[0]])} below its limit")


def holds_are_explained(state: State) -> None:
    """I9: what is held on accounts is exactly what reserved payments hold."""
    books = state.known_books()
    live, places = books.live, books.places
    count = state.payment_count
    expected = np.zeros(len(books.balances), np.int64)
    holding = np.flatnonzero(live["held_minor"][:count])
    for payment in holding.tolist():
        if live[payment]["state"] not in _WITH_MONEY_HELD:
            raise InvariantError("I9", f"payment {payment} holds money and is not reserved")
        place, held = places[live[payment]["payer"]], live[payment]["held_minor"]
        expected[place["settlement"]] += held
        if place["loro"] >= 0:
            expected[place["loro"]] += held
    wrong = np.flatnonzero(expected != books.balances["held"])
    if len(wrong):
        name = state.known_chart().accounts[wrong[0]].name
        raise InvariantError("I9", f"{name} holds money that no payment explains")


def clearing_pairs_sum_to_zero(state: State) -> None:
    """I8a: what one central bank owes is what the other is owed."""
    posted = state.known_books().balances["posted"]
    for pair in clearing_pairs(state):
        total = int(posted[pair[0]]) + int(posted[pair[1]])
        if total:
            names = [state.known_chart().accounts[number].name for number in pair]
            raise InvariantError("I8", f"{names[0]} and {names[1]} sum to {total}, not to 0")


def clearing_pairs(state: State) -> tuple[tuple[int, int], ...]:
    """Return the account numbers of the two sides of every clearing relation."""
    clearing = state.known_books().sides["clearing"]
    return tuple(sorted({(int(a), int(b)) for a, b in clearing.tolist() if a >= 0}))


def cycle_positions_sum_to_zero(state: State) -> None:
    """I8: the net positions of every open cycle sum to zero."""
    for cycle in state.cycles.values():
        total = int(positions(state, cycle).sum()) if len(cycle.members) else 0
        if total:
            raise InvariantError("I8", f"positions of cycle {cycle.number} sum to {total}")


def nothing_passes_through(state: State) -> None:
    """I8b: the accounts that pass net positions through are empty between cycles."""
    posted = state.known_books().balances["posted"]
    for account in state.known_chart().accounts:
        if account.kind is AccountKind.CYCLE and posted[account.number]:
            raise InvariantError("I8", f"{account.name} is {int(posted[account.number])}, not 0")


def intermediaries_hold_what_is_due(state: State) -> None:
    """I6a: a central bank holds for the scheme exactly what it took in and has not passed on."""
    books = state.known_books()
    live = books.live
    count = state.payment_count
    taken = np.flatnonzero(
        (live["taken_day"][:count] > 0) & (live["state"][:count] == PaymentState.RESERVED)
    )
    expected = np.zeros(len(books.balances), np.int64)
    width = books.terms.shape[1]
    for payment in taken.tolist():
        row = live[payment]
        own = row["payer"] % width == books.rules[row["agreement"]]["currency_a"]
        side = books.sides[row["agreement"], 0 if own else 1]
        expected[side["intermediary"]] += row["debit_minor"]
    for account in state.known_chart().accounts:
        found = int(books.balances["posted"][account.number])
        if account.kind is AccountKind.INTERMEDIARY and found != expected[account.number]:
            raise InvariantError(
                "I6", f"{account.name} is {found}, payments explain {expected[account.number]}"
            )


def queues_hold_what_is_queued(state: State) -> None:
    """I9a: each queue's length is that of its list, and only queued payments stand in it."""
    books = state.known_books()
    for queue, head in enumerate(books.queues["head"].tolist()):
        seen = 0
        while head >= 0:
            if books.live[head]["state"] != PaymentState.QUEUED:
                raise InvariantError("I9", f"payment {head} stands in a queue and is not queued")
            seen += 1
            head = int(books.live[head]["link"])
        if seen != int(books.queues[queue]["length"]):
            raise InvariantError("I9", f"queue {queue} has {seen} payments, counts otherwise")


def final_times_are_consistent(state: State) -> None:
    """I5: a payment is final exactly when it is settled, and irrevocable no later."""
    live, count = state.known_books().live, state.payment_count
    settled = live["state"][:count] == PaymentState.SETTLED
    final: NDArray[np.bool_] = live["payment_final_us"][:count] > 0
    late = live["irrevocable_us"][:count] > live["payment_final_us"][:count]
    wrong = np.flatnonzero((settled != final) | (settled & late))
    if len(wrong):
        raise InvariantError("I5", f"payment {wrong[0]}: state and times of finality disagree")


CHECKS = (
    money_is_conserved,
    no_balance_is_below_its_limit,
    final_times_are_consistent,
    intermediaries_hold_what_is_due,
    clearing_pairs_sum_to_zero,
    cycle_positions_sum_to_zero,
    nothing_passes_through,
    holds_are_explained,
    queues_hold_what_is_queued,
)
"""Every invariant the state can show; the journal's own are checked by `verify`."""
