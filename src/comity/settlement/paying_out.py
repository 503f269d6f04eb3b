"""What becomes of payments in two currencies when payees are paid, and when central banks settle.

The two can come apart: a payment whose payee is credited before the central banks have settled is
final for its customers, and between the banks only later.
"""

import numpy as np
from numpy.typing import NDArray

from comity.payments.codes import EventKind
from comity.payments.rows import EVENT_ROW
from comity.settlement.exchange_kernel import pay_out
from comity.settlement.releasing import (
    EVENTS_PER_RELEASE,
    release_places,
    transfers_per_payment,
)
from comity.settlement.state import State, listed_payments
from comity.settlement.tables import Books, Output, Rows, new_output
from comity.settlement.writing import Writer

Int32s = NDArray[np.int32]


def room_for_releases(books: Books, payments: int) -> Output:
    """Return buffers for so many payments that are converted or paid out."""
    return new_output(EVENTS_PER_RELEASE * payments, transfers_per_payment(books) * payments)


def pay_payees(state: State, writer: Writer, at_us: int, members: Int32s) -> None:
    """Credit the payees of payments taken in, and release what waits for that money."""
    books = state.known_books()
    out = room_for_releases(books, len(members))
    pay_out(books, out, at_us, members)
    writer.take(out)
    release_places(state, writer, at_us, books.live["payee"][members])


def settle_between_banks(
    books: Books, writer: Writer, at_us: int, agreement: int, members: Int32s
) -> None:
    """State that payments already paid out are final between the central banks."""
    take_from_list(books, books.carried_lists, agreement, members)
    books.live["interbank_final_us"][members] = at_us
    events = np.zeros(len(members), EVENT_ROW)
    events["at_us"] = at_us
    events["subject"] = members
    events["detail"] = agreement
    events["kind"] = EventKind.INTERBANK_FINAL
    events["before"] = -1
    writer.events(events)


def take_from_list(books: Books, lists: Rows, agreement: int, members: Int32s) -> None:
    """Take the members out of the list of those that wait; the others keep their order."""
    links, ends = books.live["link"], lists[agreement]
    waiting = listed_payments(books.live, ends)
    rest = waiting[~np.isin(waiting, members)]
    links[waiting] = -1
    links[rest[:-1]] = rest[1:]
    ends["head"] = rest[0] if len(rest) else -1
    ends["tail"] = rest[-1] if len(rest) else -1
