"""Returns as they come in: which payment each of them returns, before it is judged.

A return goes the way its original came, back: it is looked for by the UETR among what the bank it
goes to sent to the bank it comes from. Where a customer's transfer and the cover of it are both
found there, the one is meant whose references the return quotes, else the customer's.
"""

import numpy as np
from numpy.typing import NDArray

from comity.payments.codes import Definition
from comity.payments.reasons import Reason
from comity.payments.return_reasons import RETURN_REASON_NUMBERS
from comity.payments.rows import Rows
from comity.settlement.repetitions import holders_of_uetrs
from comity.settlement.state import State
from comity.settlement.tables import RETURN_ROW, RETURN_SETTLED, RETURNED_ROW

Int64s = NDArray[np.int64]

_RETURNABLE = (Definition.PACS_008, Definition.PACS_009, Definition.PACS_009_COV)
_WORDS = 1 << 64


def list_returns(state: State, first: int, count: int, quoted: Rows) -> None:
    """Find the originals of returns among the payments just taken over, and list the returns.

    Args:
        state: whose payments and keys hold them already.
        first: number of the first of these payments.
        count: how many there are.
        quoted: `QUOTED_ROW` table, by payment in the whole journal; -1 repetitions.
    """
    books = state.known_books()
    taken = books.rows[first : first + count]
    numbers = np.flatnonzero(taken["definition"] == Definition.PACS_004) + first
    if not len(numbers):
        return
    rows = books.rows[numbers]
    listed = np.zeros(len(numbers), RETURN_ROW)
    listed["payment"] = numbers
    listed["original"], agrees = _originals_of(state, numbers, rows)
    listed["contradicts"] = np.where(agrees, Reason.NONE, Reason.RETURN_CONTRADICTED)
    _note_quoted(state, listed, quoted)
    listed["has_reason"] = np.isin(rows["purpose"], RETURN_REASON_NUMBERS)
    for original in listed["original"][listed["original"] >= 0].tolist():
        state.returned.setdefault(original, len(state.returned))
    known = len(books.returns.originals)
    new = np.zeros(len(state.returned) - known, RETURNED_ROW)
    new["original"] = list(state.returned)[known:]
    listed["case"] = [state.returned.get(number, -1) for number in listed["original"].tolist()]
    returns = books.returns._replace(
        rows=np.concatenate([books.returns.rows, listed]),
        originals=np.concatenate([books.returns.originals, new]),
    )
    state.books = books._replace(returns=returns)


def _originals_of(state: State, numbers: Int64s, rows: Rows) -> tuple[Int64s, NDArray[np.bool_]]:
    """Return by return the payment it returns, -1 unknown, and whether what it quotes is right."""
    stored = state.known_books().rows
    found = np.full(len(rows), -1, np.int64)
    agrees = np.zeros(len(rows), np.bool_)
    wanted = rows.copy()
    wanted["instructing"], wanted["instructed"] = rows["instructed"], rows["instructing"]
    for definition in _RETURNABLE:
        wanted["definition"] = definition
        holders = holders_of_uetrs(state, wanted)
        for at in np.flatnonzero((holders >= 0) & (holders < numbers) & ~agrees).tolist():
            original = int(holders[at])
            is_quoted = _is_quoted(rows[at], stored[original])
            if is_quoted or found[at] < 0:
                found[at], agrees[at] = original, is_quoted
    return found, agrees


def _note_quoted(state: State, listed: Rows, quoted: Rows) -> None:
    """Hold the amounts that returns quote against their originals'; note the dates for later.

    An original of the same batch may still be moved to another date before its return is judged.
    """
    stored = state.known_books().rows
    said = {int(row["payment"]): row for row in quoted}
    for one in listed:
        row = said.get(int(one["payment"]))
        if row is None or one["original"] < 0:
            continue
        one["stated_date"] = row["value_date"]
        was = stored[one["original"]]
        is_amount = (row["amount_minor"], row["currency"]) == (was["amount_minor"], was["currency"])
        if row["amount_minor"] and not is_amount and not one["contradicts"]:
            one["contradicts"] = Reason.RETURN_AMOUNT_CONTRADICTED


def _is_quoted(row: np.void, original: np.void) -> bool:
    """Return whether the references that a return quotes, if any, are its original's."""
    quoted = int(row["counter_minor"]) % _WORDS, int(row["trade"])
    stored = int(original["reference_high"]), int(original["reference_low"])
    return quoted in ((0, 0), stored)


def is_return(state: State, payment: int) -> bool:
    """Return whether a payment gives another one back."""
    return bool(state.known_books().rows["definition"][payment] == Definition.PACS_004)


def is_returned(state: State, payment: int) -> bool:
    """Return whether all of a payment has been returned, by returns that have settled."""
    case = state.returned.get(payment)
    if case is None:
        return False
    books = state.known_books()
    returns = books.returns.rows
    settled = (returns["case"] == case) & (returns["counted"] == RETURN_SETTLED)
    amounts = books.rows["amount_minor"][returns["payment"][settled]]
    return bool(amounts.sum() == books.rows["amount_minor"][payment])


def credited_minor(state: State, payments: NDArray[np.integer]) -> Int64s:
    """Return what each payment in two currencies credits, in its payee's currency."""
    books = state.known_books()
    amounts: Int64s = books.rows["amount_minor"][payments].copy()
    is_return, places = places_of_returns(state, payments)
    amounts[is_return] = books.returns.rows["credit_minor"][places]
    return amounts


def places_of_returns(
    state: State, payments: NDArray[np.integer]
) -> tuple[NDArray[np.bool_], Int64s]:
    """Return which payments are returns, and where those stand in the table of returns."""
    books = state.known_books()
    is_return: NDArray[np.bool_] = books.rows["definition"][payments] == Definition.PACS_004
    return is_return, np.searchsorted(books.returns.rows["payment"], payments[is_return])
