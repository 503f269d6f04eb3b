"""Invariants of resolution on entry: what waits is counted, and no set of it could settle."""

import numpy as np

from comity.errors import InvariantError
from comity.queueing import Answer
from comity.settlement.choosing import find_prefixes, linked_currencies, resolved_on_entry
from comity.settlement.state import State, queued_payments
from comity.settlement.tables import COUNTER_CURRENCIES, NEVER_MINOR


def waiting_is_counted(state: State) -> None:
    """I9: where a currency is resolved on entry, what waits in its queues is counted exactly."""
    books = state.known_books()
    width = int(books.counters[COUNTER_CURRENCIES])
    sent = np.zeros(len(books.waiting), np.int64)
    received = np.zeros(len(books.waiting), np.int64)
    totals = np.zeros(width, np.int64)
    for place in range(len(books.queues.head)):
        currency = place % width
        if books.entries[currency]["from_minor"] == NEVER_MINOR:
            continue
        live = books.live[queued_payments(books, place)]
        live = live[live["payee"] % width == currency]
        sent[place] = live["debit_minor"].sum()
        np.add.at(received, live["payee"], live["debit_minor"])
        totals[currency] += sent[place]
    counted = books.waiting
    wrong = np.flatnonzero(
        (counted["sent_minor"] != sent) | (counted["received_minor"] != received)
    )
    if len(wrong):
        raise InvariantError("I9", f"what waits at place {wrong[0]} is not what is counted")
    if not np.array_equal(books.entries["waiting_minor"], totals):
        raise InvariantError("I9", "what waits in a currency is not what is counted")


def no_set_could_move(state: State) -> None:
    """I15: where a currency is resolved on entry, no set of what is queued could settle together.

    Where several queues draw on one account the answer is not the greatest, and nothing is claimed.
    """
    entries = state.known_books().entries
    is_due = (entries["from_minor"] != NEVER_MINOR) & (
        entries["waiting_minor"] >= entries["from_minor"]
    )
    for currencies in linked_currencies(state):
        claimed = [each for each in currencies if is_due[each]]
        if not claimed:
            continue
        if entries["wanted"][claimed].any():
            raise InvariantError("I15", f"currencies {claimed} are still to be resolved")
        taking_part = [resolved_on_entry(state, each) for each in currencies]
        found = find_prefixes(state, currencies, taking_part)
        if found.count and found.kind is Answer.GREATEST:
            raise InvariantError(
                "I15", f"payment {found.payments[0]} and {found.count - 1} more could settle"
            )
