"""The engine: one function of the state and a batch of commands.

`apply` is all that settles, live or simulated. Every command carries its own time; what falls due
between two commands is done between them, so a batch of a million payments causes the same
events as a million batches of one.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from comity.agreements.document import decode
from comity.agreements.membership import AccountKind
from comity.agreements.scheme import scheme_from_document
from comity.errors import LimitExceededError, RejectedError
from comity.fx import OfficialRate
from comity.money import AMOUNT_MINOR_MAX, BALANCE_MINOR_MAX
from comity.payments.codes import ControlKind, EventKind, TransferKind
from comity.payments.commands import CommandBatch, Control, Outcome
from comity.payments.lifecycle import TransitionError, transition_matrix
from comity.payments.lifecycle import State as PaymentState
from comity.settlement.admission import admit_messages
from comity.settlement.business_day import do_due, open_day
from comity.settlement.chart import agent_name, loro_name, own_name, settlement_name
from comity.settlement.preparation import prepare
from comity.settlement.releasing import room_for, work_list
from comity.settlement.state import State, adopt
from comity.settlement.writing import Writer

ENGINE_VERSION = "1"
"""Changes whenever the same commands could cause other events."""

_ALLOWED = transition_matrix()


class DayNotOpenError(RejectedError):
    """Payments came while no business day is open."""


def new_state() -> State:
    """Return the state before the first command."""
    return State()


def apply(state: State, batch: CommandBatch) -> Outcome:
    """Carry out a batch and return what it caused; `state` is changed, the batch never.

    Args:
        state: as the batches before have left it.
        batch: controls first, then messages in ascending order of arrival.

    Raises:
        DayNotOpenError: payments came while no day is open; nothing was changed.
        LimitExceededError: an amount or a sum is beyond what the engine counts; likewise.
        ProofFailedError: an invariant does not hold; the state must not be used any more.
    """
    writer = Writer()
    for control in batch.controls:
        do_due(state, writer, control.at_us, inclusive=False)
        state.now_us = max(state.now_us, control.at_us)
        _CONTROLS[control.kind](state, writer, control)
    if len(batch.messages):
        _check_sizes(state, batch)
        _admit(state, writer, batch)
    outcome = writer.outcome()
    _check_transitions(outcome)
    return outcome


def _check_sizes(state: State, batch: CommandBatch) -> None:
    if not state.is_open:
        raise DayNotOpenError("no business day is open: the first command of a day opens it")
    amounts = batch.payments["amount_minor"]
    if not len(amounts):
        return
    if int(amounts.max()) > AMOUNT_MINOR_MAX or int(amounts.min()) < 0:
        found = int(max(amounts.max(), -amounts.min()))
        raise LimitExceededError("amount_minor_max", found=found, allowed=AMOUNT_MINOR_MAX)
    books = state.known_books()
    peak = int(np.abs(books.balances["posted"]).max()) + 2 * _sum(amounts)
    if peak > BALANCE_MINOR_MAX:
        raise LimitExceededError("balance_minor_max", found=peak, allowed=BALANCE_MINOR_MAX)


def _sum(amounts: NDArray[np.int64]) -> int:
    """Return an exact sum that cannot wrap: halves of 32 bits are added apart."""
    low = int((amounts & 0xFFFFFFFF).sum())
    return (int((amounts >> 32).sum()) << 32) + low


def _admit(state: State, writer: Writer, batch: CommandBatch) -> None:
    """Admit messages in stretches between the times at which something falls due."""
    arrivals = prepare(state, batch)
    books = state.known_books()
    work, listed = work_list(books)
    times = arrivals.message_at_us
    start = 0
    while start < len(times):
        do_due(state, writer, int(times[start]), inclusive=False)
        if not state.is_open:
            raise DayNotOpenError("a message arrived after the close: it belongs to the next day")
        next_due_us = state.agenda[0].at_us
        end = int(np.searchsorted(times, next_due_us, "right"))
        rows = int(arrivals.message_first[end] - arrivals.message_first[start])
        out = room_for(books, rows, end - start)
        admit_messages(books, out, arrivals, (start, end), work, listed)
        writer.take(out)
        state.now_us = max(state.now_us, int(times[end - 1]))
        start = end


def _check_transitions(outcome: Outcome) -> None:
    """Refuse an outcome in which a payment took a step the lifecycle does not know."""
    events = outcome.events[outcome.events["kind"] == EventKind.PAYMENT]
    wrong = ~_ALLOWED[events["before"] + 1, events["after"] + 1]
    if wrong.any():
        event = events[np.argmax(wrong)]
        before, after = PaymentState(event["before"]), PaymentState(event["after"])
        raise TransitionError(f"payment {event['subject']}: {before.name} to {after.name}")


def _adopt_scheme(state: State, writer: Writer, control: Control) -> None:
    adopt(state, scheme_from_document(control.body["scheme"]))
    writer.event(control.at_us, EventKind.CONFIGURED, 0, detail=control.kind)
    _book_openings(state, writer, control.at_us)


def _book_openings(state: State, writer: Writer, at_us: int) -> None:
    """Book opening balances: pay-ins from the agents, deposits at the correspondents."""
    books, chart, scheme = state.known_books(), state.known_chart(), state.known_scheme()
    by_name = chart.number_of
    for terms in scheme.accounts:
        if not terms.opening_balance_minor:
            continue
        holding = (terms.participant, terms.agent, terms.currency)
        if terms.kind is AccountKind.LORO:
            source, target = own_name(terms.agent, terms.currency), loro_name(*holding)
        else:
            source, target = agent_name(terms.agent, terms.currency), settlement_name(*holding)
        amount = terms.opening_balance_minor
        leg = (by_name[source], by_name[target], amount, TransferKind.OPENING)
        writer.post_group(books, at_us, [leg])


def _adopt_rates(state: State, writer: Writer, control: Control) -> None:
    state.rates = tuple(decode(OfficialRate, one) for one in control.body["rates"])
    writer.event(control.at_us, EventKind.CONFIGURED, len(state.rates), detail=control.kind)


def _adopt_lists(state: State, writer: Writer, control: Control) -> None:
    state.list_versions = tuple(control.body["versions"])
    writer.event(control.at_us, EventKind.CONFIGURED, len(state.list_versions), detail=control.kind)


def _open_day(state: State, writer: Writer, control: Control) -> None:
    open_day(state, writer, control.at_us, control.body)


def _advance(state: State, writer: Writer, control: Control) -> None:
    do_due(state, writer, control.at_us, inclusive=True)


_CONTROLS: dict[ControlKind, Any] = {
    ControlKind.ADOPT_SCHEME: _adopt_scheme,
    ControlKind.ADOPT_RATES: _adopt_rates,
    ControlKind.ADOPT_LISTS: _adopt_lists,
    ControlKind.OPEN_DAY: _open_day,
    ControlKind.ADVANCE: _advance,
}
