"""Credit lines between central banks, as whole columns: who has room, what is carried."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from comity.settlement.returning import credited_minor
from comity.settlement.state import State

Bools = NDArray[np.bool_]


def have_room(state: State, payments: NDArray[np.int32]) -> Bools:
    """Return by payment whether the credit line of its agreement, if any, has room for it.

    Told apart from the kernels' own rule, so that the two can be compared.
    """
    books = state.known_books()
    live = books.live[payments]
    # One that was never judged as far as its agreement has -1 there, and no line.
    agreements = np.maximum(live["agreement"], 0)
    rules = books.rules[agreements]
    has_line = (live["agreement"] >= 0) & (rules["converts"] != 0) & (rules["line"] >= 0)
    side = (live["payer"] % books.terms.shape[1] != rules["currency_a"]).astype(np.int64)
    accounts = books.sides["clearing"][agreements, side]
    balances = books.balances[np.maximum(accounts, 0)]
    is_unit = rules["clearing_unit"] == side
    owed = np.where(is_unit, live["debit_minor"], credited_minor(state, payments))
    room: Bools = (balances["posted"] - balances["held"] + rules["line"] >= owed) | ~has_line
    return room


def is_carried(live: NDArray[Any]) -> Bools:
    """Return which payments are paid out and not yet settled between the central banks."""
    found: Bools = (live["payment_final_us"] > 0) & (live["interbank_final_us"] == 0)
    return found
