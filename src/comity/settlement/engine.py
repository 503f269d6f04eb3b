"""The engine: one function of the state and a batch of commands.

Every command carries its own time. What falls due between two of them (cut-offs, cycles, the
close) is done between them, each at its own time, so that a batch of a million payments causes
the same events as a million batches of one.
"""

import numpy as np

from comity.agreements.membership import AccountKind
from comity.agreements.netting_terms import ResourceKind
from comity.agreements.scheme import Scheme
from comity.payments.codes import ControlKind, EventKind, TransferKind
from comity.payments.commands import CommandBatch, Control, Outcome
from comity.payments.events_kernel import find_wrong_step
from comity.payments.lifecycle import State as PaymentState
from comity.payments.lifecycle import TransitionError, transition_matrix
from comity.settlement.admitting import admit_messages
from comity.settlement.business_day import do_due, open_day
from comity.settlement.case_decisions import Decision
from comity.settlement.cases import decide, hold
from comity.settlement.chart import (
    agent_name,
    loro_name,
    own_name,
    resource_name,
    settlement_name,
)
from comity.settlement.day_plan import DayPlan
from comity.settlement.orders import conclude_pending, obey, take_over
from comity.settlement.preparation import prepare
from comity.settlement.refusal import Order, Rescreening, read_batch
from comity.settlement.repetitions import find_repetitions
from comity.settlement.selecting import settle_selection
from comity.settlement.state import FIRST_CAPACITY, State, adopt, amend
from comity.settlement.times import take_times
from comity.settlement.writing import Writer

ENGINE_VERSION = "2"
"""Changes whenever the same commands could cause other events."""

_ALLOWED = transition_matrix()


def new_state(first_capacity: int = FIRST_CAPACITY) -> State:
    """Return the state before the first command, which changes nothing but where memory goes.

    Args:
        first_capacity: payments, and messages, for which there is room at first.
    """
    return State(first_capacity=first_capacity)


def apply(state: State, batch: CommandBatch) -> Outcome:
    """Carry out a batch and return what it caused; `state` is changed, the batch never.

    Args:
        state: as the batches before have left it.
        batch: controls first, then messages in the order in which they are taken; one that says
            it arrived before an earlier one counts as arriving with it.

    Raises:
        RejectedError: the batch cannot be carried out, see `refusal`; nothing was changed.
        ProofFailedError: an invariant does not hold; the state must not be used any more.
    """
    orders = read_batch(state, batch)
    # From here on nothing is refused: what changes, changes as a whole.
    writer = Writer()
    for control, order in zip(batch.controls, orders, strict=True):
        do_due(state, writer, control.at_us, inclusive=False)
        state.now_us = max(state.now_us, control.at_us)
        _obey(state, writer, control, order)
    if len(batch.messages):
        _admit(state, writer, batch)
    outcome = writer.outcome()
    _check_transitions(outcome)
    return outcome


def _obey(state: State, writer: Writer, control: Control, order: Order) -> None:
    at_us, kind = state.now_us, control.kind
    match order:
        case Scheme() if state.scheme is not None:
            amend(state, order)
            writer.event(at_us, EventKind.CONFIGURED, 0, detail=kind)
        case Scheme():
            adopt(state, order)
            writer.event(at_us, EventKind.CONFIGURED, 0, detail=kind)
            _book_openings(state, writer, at_us)
        case DayPlan():
            open_day(state, writer, at_us, order)
        case None:
            do_due(state, writer, control.at_us, inclusive=True)
        case Decision():
            decide(state, writer, at_us, order)
        case Rescreening():
            hold(state, writer, at_us, order.payments)
        case _ if kind is ControlKind.SELECT:
            state.selections.pop(0)
            settle_selection(state, writer, at_us, order)  # type: ignore[arg-type]  # by its kind
            conclude_pending(state, writer, at_us)
        case _ if kind is ControlKind.ADOPT_QUOTES:
            state.quotes = order  # type: ignore[assignment]  # by its kind
            writer.event(at_us, EventKind.CONFIGURED, len(order), detail=kind)
        case _ if kind is ControlKind.ADOPT_RATES:
            state.rates = order  # type: ignore[assignment]  # by its kind
            writer.event(at_us, EventKind.CONFIGURED, len(order), detail=kind)
        case _:
            state.list_versions = order  # type: ignore[assignment]  # by its kind
            writer.event(at_us, EventKind.CONFIGURED, len(order), detail=kind)


def _admit(state: State, writer: Writer, batch: CommandBatch) -> None:
    """Admit messages in stretches between the times at which something falls due.

    A message with orders ends its stretch too: what it orders is done before the next is looked at.
    """
    found = find_repetitions(state, batch)
    carried = take_over(state, batch, found)
    arrivals = prepare(state, batch, found)
    asking = batch.times["payment"]
    asked_us = arrivals.message_at_us[batch.payments["message"][asking]]
    take_times(state, batch.times, found.payment[asking], asked_us)
    times = arrivals.message_at_us
    start = 0
    while start < len(times):
        do_due(state, writer, int(times[start]), inclusive=False)
        end = int(np.searchsorted(times, state.agenda[0].at_us, "right"))
        end = min(end, carried.next_from(start) + 1)
        admit_messages(state, writer, arrivals, (start, end))
        state.now_us = max(state.now_us, int(times[end - 1]))
        obey(state, writer, state.now_us, carried, end - 1)
        start = end


def _check_transitions(outcome: Outcome) -> None:
    """Refuse an outcome in which a payment took a step the lifecycle does not know."""
    wrong = find_wrong_step(outcome.events, _ALLOWED)
    if wrong >= 0:
        event = outcome.events[wrong]
        before, after = PaymentState(event["before"]), PaymentState(event["after"])
        raise TransitionError(f"payment {event['subject']}: {before.name} to {after.name}")


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
    agent_of = {member.currency: member.agent for member in scheme.members}
    for one in scheme.resources:
        # A credit line is no money: it is drawn when it is needed.
        if one.kind is not ResourceKind.CREDIT_LINE:
            agent, code = agent_of[one.currency], one.currency
            name = resource_name(one.kind, one.participant, agent, code)
            source = agent_name(agent, code)
            leg = (by_name[source], by_name[name], one.amount_minor, TransferKind.OPENING)
            writer.post_group(books, at_us, [leg])
