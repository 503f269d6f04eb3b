"""The invariants of what central banks owe one another: I6, and their parts of I4, I8 and I9.

Everything is explained payment by payment, from what has been taken in and is not settled between
the central banks, whether the payee has been paid or not.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from comity.errors import InvariantError
from comity.ledger import AccountKind
from comity.money import round_interest
from comity.payments.lifecycle import State as PaymentState
from comity.settlement.credit_lines import is_carried
from comity.settlement.obligations import interest_accounts
from comity.settlement.returning import credited_minor
from comity.settlement.state import State, listed_payments

Int64s = NDArray[np.int64]


def intermediaries_hold_what_is_due(state: State) -> None:
    """I6: a central bank holds for the scheme exactly what it took in and has not passed on.

    Where payees are paid before the central banks settle, it may lack instead.
    """
    _check_explained(state, AccountKind.INTERMEDIARY)


def clearing_holds_what_is_owed(state: State) -> None:
    """I6: central banks owe each other exactly what payments not settled between them explain."""
    _check_explained(state, AccountKind.CLEARING)


def _check_explained(state: State, kind: AccountKind) -> None:
    expected = _explained(state)
    posted = state.known_books().balances["posted"]
    for account in state.known_chart().accounts:
        found = int(posted[account.number])
        if account.kind is kind and found != expected[account.number]:
            raise InvariantError(
                "I6", f"{account.name} is {found}, payments explain {expected[account.number]}"
            )


def _explained(state: State) -> Int64s:
    """Return by account what payments put there that central banks have not settled."""
    books = state.known_books()
    live = books.live[: state.payment_count]
    expected = np.zeros(len(books.balances), np.int64)
    reserved = (live["state"] == PaymentState.RESERVED) & (live["taken_day"] > 0)
    for payment in np.flatnonzero(reserved | is_carried(live)).tolist():
        row: Any = books.live[payment]
        amount = _credited(state, payment)
        side = _payer_side(state, payment)
        ours = books.sides[row["agreement"], side]
        theirs = books.sides[row["agreement"], 1 - side]
        owed = _owed(state, payment)
        expected[ours["intermediary"]] += row["debit_minor"]
        expected[ours["clearing"]] -= owed
        expected[theirs["clearing"]] += owed
        if not reserved[payment]:
            expected[theirs["intermediary"]] -= amount
    return expected


def _payer_side(state: State, payment: int) -> int:
    books = state.known_books()
    row = books.live[payment]
    is_own = row["payer"] % books.terms.shape[1] == books.rules[row["agreement"]]["currency_a"]
    return 0 if is_own else 1


def _owed(state: State, payment: int) -> int:
    """Return what the payer's central bank owes for a payment, in the clearing unit."""
    books = state.known_books()
    row = books.live[payment]
    is_unit = _payer_side(state, payment) == books.rules[row["agreement"]]["clearing_unit"]
    return int(row["debit_minor"]) if is_unit else _credited(state, payment)


def _credited(state: State, payment: int) -> int:
    return int(credited_minor(state, np.array([payment]))[0])


def clearing_pairs_sum_to_zero(state: State) -> None:
    """I8: what one central bank owes is what the other is owed; so is the interest on it."""
    posted = state.known_books().balances["posted"]
    for pair in (*clearing_pairs(state), *interest_pairs(state)):
        total = int(posted[pair[0]]) + int(posted[pair[1]])
        if total:
            names = [state.known_chart().accounts[number].name for number in pair]
            raise InvariantError("I8", f"{names[0]} and {names[1]} sum to {total}, not to 0")


def clearing_pairs(state: State) -> tuple[tuple[int, int], ...]:
    """Return the account numbers of the two sides of every clearing relation."""
    clearing = state.known_books().sides["clearing"]
    return tuple(sorted({(int(a), int(b)) for a, b in clearing.tolist() if a >= 0}))


def interest_pairs(state: State) -> tuple[tuple[int, int], ...]:
    """Return the account numbers of the two sides of the interest on every carried balance."""
    agreements = state.known_scheme().agreements
    carried = (at for at, one in enumerate(agreements) if one.carried_balance is not None)
    return tuple(sorted({interest_accounts(state, at) for at in carried}))


def interest_is_what_accrued(state: State) -> None:
    """I6: the interest accounts hold what has accrued, rounded as agreed, and nothing else."""
    posted = state.known_books().balances["posted"]
    for number, terms in enumerate(state.known_scheme().agreements):
        accrual = state.accruals.get(terms.id)
        if terms.carried_balance is None:
            continue
        found = -int(posted[interest_accounts(state, number)[0]])
        expected = 0 if accrual is None else accrual.booked_minor
        if found != expected:
            raise InvariantError("I6", f"{terms.id} has interest {found} booked, not {expected}")
        if accrual is not None and abs(accrual.booked_minor) > abs(accrual.accrued) + 1:
            accrued = round_interest(accrual.accrued, terms.carried_balance.interest_rounding)
            raise InvariantError(
                "I6", f"{terms.id} has interest {found} booked, and {accrued} accrued"
            )


def line_holds_are_explained(state: State) -> None:
    """I9: what is held of a credit line is what reserved payments not yet taken in will owe."""
    books = state.known_books()
    live = books.live[: state.payment_count]
    expected: dict[int, int] = {}
    waiting = (live["state"] == PaymentState.RESERVED) & (live["taken_day"] == 0)
    for payment in np.flatnonzero(waiting).tolist():
        agreement = live[payment]["agreement"]
        if books.rules[agreement]["line"] >= 0:
            number = int(books.sides[agreement, _payer_side(state, payment)]["clearing"])
            expected[number] = expected.get(number, 0) + _owed(state, payment)
    for account in state.known_chart().accounts:
        held = int(books.balances["held"][account.number])
        wanted = expected.get(account.number, 0)
        if account.kind is AccountKind.CLEARING and held != wanted:
            raise InvariantError("I9", f"{account.name} holds {held}, payments explain {wanted}")


def carried_payments_are_listed(state: State) -> None:
    """I9: what is paid out and not settled between central banks stands in its agreement's list."""
    books = state.known_books()
    live = books.live[: state.payment_count]
    listed = [
        np.stack([members, np.full(len(members), number)])
        for number, ends in enumerate(books.carried_lists)
        for members in [listed_payments(books.live, ends)]
    ]
    payments, agreements = np.concatenate([np.zeros((2, 0), np.int64), *listed], axis=1)
    carried = np.flatnonzero(is_carried(live))
    if not np.array_equal(np.sort(payments), carried):
        raise InvariantError("I9", "the lists of carried payments are not those carried on")
    if (live["agreement"][payments] != agreements).any():
        raise InvariantError("I9", "a carried payment stands in another agreement's list")
