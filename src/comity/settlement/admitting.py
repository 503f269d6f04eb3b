"""Admitting messages from outside the kernel, which stops wherever a resolution is due."""

from comity.payments.codes import EventKind
from comity.payments.lifecycle import State as PaymentState
from comity.settlement.admission_kernel import admit
from comity.settlement.judgement_kernel import Arrivals
from comity.settlement.orders import conclude_pending
from comity.settlement.releasing import room_for, work_list
from comity.settlement.resolution import resolve_wanted
from comity.settlement.state import State
from comity.settlement.tables import COUNTER_RESOLVE, Books, Output, rest_of
from comity.settlement.writing import Writer


def admit_messages(state: State, writer: Writer, arrivals: Arrivals, span: tuple[int, int]) -> None:
    """Admit the messages `span[0]` … `span[1] − 1`, and resolve wherever one makes that due.

    The batch may be of any size: the kernel stops behind the payment, the resolution is made, and
    admission goes on with the next payment.
    """
    books = state.known_books()
    work, listed = work_list(books)
    message, end = span
    row = int(arrivals.message_first[message])
    rows = int(arrivals.message_first[end]) - row
    out: Output = room_for(books, rows, end - message)
    while True:
        message, row = map(int, admit(books, out, arrivals, (message, end), row, work, listed))
        writer.take(out)
        if not books.counters[COUNTER_RESOLVE]:
            return
        at_us = int(arrivals.message_at_us[message])
        if resolve_wanted(state, writer, at_us):
            _let_pass(books, out)
        conclude_pending(state, writer, at_us)
        out = rest_of(out)


def _let_pass(books: Books, out: Output) -> None:
    """Say of a payment that was queued last and settled right away that it did not rest there."""
    last = out.events[out.filled[0] - 1]
    if last["kind"] == EventKind.PAYMENT and last["after"] == PaymentState.QUEUED:
        last["rests"] = books.live["state"][last["subject"]] == PaymentState.QUEUED
