"""A batch made ready for the kernel: rows numbered and taken over, codes turned into indexes.

Everything here concerns a row by itself, so it is done for all rows at once.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from comity.payments.commands import CommandBatch
from comity.payments.purposes import PURPOSE_NUMBERS
from comity.queueing import CLASSES
from comity.settlement.judgement_kernel import Arrivals
from comity.settlement.pair_table import make_pair_room
from comity.settlement.repetitions import Findings
from comity.settlement.returning import list_returns
from comity.settlement.state import State, append_messages, make_room, make_tree_room
from comity.settlement.tables import copy_rows

Rows = NDArray[Any]

_NUMBERS = 1 << 16
"""Whatever a row may hold as the number of a currency; one below zero counts from the other end."""


def prepare(state: State, batch: CommandBatch, found: Findings) -> Arrivals:
    """Number the batch's messages and payments and take the rows over.

    Args:
        state: which takes them.
        batch: as it came.
        found: which of its rows and messages are repetitions.
    """
    messages, rows = batch.messages, batch.payments
    kept = found.payment >= 0
    first, count = state.payment_count, int(kept.sum())
    books = make_room(state, count)
    copy_rows(rows if count == len(rows) else rows[kept], books.rows[first : first + count])
    books.rows["message"][first : first + count] += state.message_count
    number = state.message_count + np.arange(len(messages), dtype=np.int64)
    arrivals = Arrivals(
        message_first=_first_rows(rows["message"], len(messages)),
        message_at_us=arrival_times(messages, max(state.now_us, state.opens_us)),
        message_number=number,
        message_fault=messages["fault"].astype(np.int64),
        payment=found.payment,
        owner=found.owner,
        clash=found.clash,
        alarm=found.alarm,
        hit=rows["screening_hit"] >= 0,
        currency=_currency_index(state, rows["currency"]),
        debtor_currency=_currency_index(state, rows["debtor_currency"]),
        counter_currency=_counter_currency(state, rows),
        purpose=_purpose_index(rows["purpose"]),
    )
    _make_tree_room(state, rows, arrivals, rows["priority"])
    make_pair_room(state, int(np.count_nonzero(rows["counter_currency"])))
    state.payment_count += count
    append_messages(state, messages)
    quoted = batch.quoted.copy()
    quoted["payment"] = found.payment[quoted["payment"]]
    list_returns(state, first, count, quoted)
    return arrivals


def prepare_again(
    state: State, at_us: int, payments: NDArray[np.int32], hits: NDArray[np.bool_]
) -> Arrivals:
    """Prepare payments that are judged again, as if they had come in one message.

    Args:
        state: which holds their rows.
        at_us: when they are judged.
        payments: their numbers, in the order in which they are judged.
        hits: whether the screening of today found something.
    """
    rows = state.known_books().rows[payments]
    count = len(rows)
    arrivals = Arrivals(
        message_first=np.array([0, count], np.int64),
        message_at_us=np.array([at_us], np.int64),
        message_number=np.array([-1], np.int64),
        message_fault=np.zeros(1, np.int64),
        payment=payments.astype(np.int64),
        owner=np.full(count, -1, np.int64),
        clash=np.zeros(count, np.int64),
        alarm=np.zeros(count, np.bool_),
        hit=hits,
        currency=_currency_index(state, rows["currency"]),
        debtor_currency=_currency_index(state, rows["debtor_currency"]),
        counter_currency=_counter_currency(state, rows),
        purpose=_purpose_index(rows["purpose"]),
    )
    _make_tree_room(state, rows, arrivals, state.known_books().live["priority"][payments])
    make_pair_room(state, int(np.count_nonzero(rows["counter_currency"])))
    return arrivals


def arrival_times(messages: Rows, floor_us: int) -> NDArray[np.int64]:
    """Return when each message counts as having arrived: never before an earlier one.

    Args:
        messages: `MESSAGE_ROW` table, in the order in which they are taken.
        floor_us: the opening of the day, or the engine's time if that is later.
    """
    return np.maximum.accumulate(np.maximum(messages["arrival_us"], np.int64(floor_us)))


def _first_rows(message_of: NDArray[np.int32], messages: int) -> NDArray[np.int64]:
    """Return by message its first row, and one more entry for the end; rows are in their order."""
    first = np.zeros(messages + 1, np.int64)
    np.cumsum(np.bincount(message_of, minlength=messages), out=first[1:])
    return first


def _make_tree_room(
    state: State, rows: Rows, arrivals: Arrivals, classes: NDArray[np.int8]
) -> None:
    """Give the trees of the queues, if there are any, room for what may join them.

    With a leg the other one may join its queue too, which came before, in whatever class.
    """
    if not len(state.known_books().trees.blocks):
        return
    places = _places(state, rows["debtor_agent"], arrivals.debtor_currency)
    legs = np.flatnonzero(rows["counter_currency"])
    if len(legs) and len(arrivals.counter_currency):
        theirs = _places(state, rows["creditor_agent"], arrivals.counter_currency)[legs]
        every = np.repeat(np.arange(CLASSES, dtype=np.int8), len(legs))
        places = np.concatenate([places, *[theirs] * CLASSES])
        classes = np.concatenate([classes, every])
    make_tree_room(state, places, classes)


def _places(
    state: State, banks: NDArray[np.int32], currencies: NDArray[np.int16]
) -> NDArray[np.int64]:
    """Return where banks keep currencies, -1 where one of the two is unknown."""
    places = banks.astype(np.int64) * len(state.known_chart().currencies) + currencies
    places[(banks < 0) | (currencies < 0)] = -1
    return places


def _counter_currency(state: State, rows: Rows) -> NDArray[np.int16]:
    """Return the index of what legs want; nobody asks where the scheme links none."""
    if not len(state.known_books().pairs.slots):
        return np.zeros(0, np.int16)
    return _currency_index(state, rows["counter_currency"])


def _currency_index(state: State, numbers: NDArray[np.int16]) -> NDArray[np.int16]:
    index = np.full(_NUMBERS, -1, np.int16)
    for at, number in enumerate(state.known_chart().currencies):
        index[number] = at
    return index[numbers.astype(np.uint16)]


def _purpose_index(numbers: NDArray[np.int32]) -> NDArray[np.int32]:
    places = np.searchsorted(PURPOSE_NUMBERS, numbers).astype(np.int32)
    places[places == len(PURPOSE_NUMBERS)] = 0
    return np.where(PURPOSE_NUMBERS[places] == numbers, places, np.int32(-1)).astype(np.int32)
