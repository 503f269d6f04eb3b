"""What a place has for a payment, told apart from the kernels' own rule, to compare the two."""

from typing import Any

from comity.money import currency
from comity.settlement.state import State


def has_cover(
    state: State, place: int, needed_minor: int, priority: int, *, is_within: bool
) -> bool:
    """Return whether a place can pay an amount over what is reserved for higher classes.

    Args:
        state: as it stands.
        place: that pays.
        needed_minor: minor units.
        priority: `codes.Priority` of the payment.
        is_within: the payee banks with the same correspondent, and no central-bank money moves.
    """
    books = state.known_books()
    row = books.places[place]
    accounts = [int(row["loro"])] if row["loro"] >= 0 else []
    if not (accounts and is_within):
        accounts.append(int(row["settlement"]))
    for account in accounts:
        balance: Any = books.balances[account]
        free = int(balance["posted"]) - int(balance["held"]) + int(balance["limit"])
        free -= _reserved_minor(state, account, priority)
        if not balance["unlimited"] and free < needed_minor:
            return False
    return True


def _reserved_minor(state: State, account: int, priority: int) -> int:
    """Return what the holder of an account keeps for classes above one; from the terms."""
    one = state.known_chart().accounts[account]
    for terms in state.known_scheme().accounts:
        if (terms.participant, terms.agent) == (one.owner, one.agent) and currency(
            terms.currency
        ).number == one.currency:
            amounts = (terms.reserved_urgent_minor, terms.reserved_high_minor)
            return sum(amounts[:priority])
    return 0
