"""Trades with a leg at an outside system: what its settlement agent says, or fails to say in time.

As long as the agent has not said that it has reserved the leg, the trade can end here. Once it was
asked to settle, only its answer ends it: a trade of which it says nothing is *in doubt*, its money
stays held, over the close too, and nobody here can release it.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from comity.money import currency
from comity.payments.codes import AgentRequest, EventKind, OrderKind, OrderStatus, PairState
from comity.payments.lifecycle import State as PaymentState
from comity.payments.reasons import Reason
from comity.settlement.outside_kernel import follow_agent
from comity.settlement.releasing import release_places
from comity.settlement.resolution import resolve_wanted
from comity.settlement.state import State
from comity.settlement.tables import (
    COUNTER_CURRENCIES,
    PAIRS_AT_AGENT,
    PAIRS_MADE,
    Bools,
    Int64s,
    new_output,
)
from comity.settlement.writing import Writer

_MINUTE_US = 60_000_000
_EVENTS_A_PAIR, _TRANSFERS_A_PAIR = 8, 6
_OPEN = (PairState.MATCHED, PairState.BOTH_RESERVED)
_REPEATS = {
    PairState.SETTLED: (OrderKind.AGENT_RESERVED, OrderKind.AGENT_SETTLED),
    PairState.RELEASED: (OrderKind.AGENT_RESERVED, OrderKind.AGENT_REFUSED),
    PairState.EXPIRED: (OrderKind.AGENT_RESERVED, OrderKind.AGENT_REFUSED),
}
"""What an agent may still say of a trade that has ended without contradicting how it has."""


def take_answer(
    state: State, writer: Writer, at_us: int, order: Any
) -> tuple[int, tuple[OrderStatus, Reason]]:
    """Do what follows from the answer of a settlement agent.

    Returns:
        The payment that it is about, -1 for one that was never asked; and what came of the answer:
        one that contradicts how the trade has ended is refused, and changes nothing.
    """
    number = _pair_meant(state, order)
    if number < 0:
        return -1, (OrderStatus.REFUSED, Reason.NO_ORIGINAL)
    outside = leg_outside(state, number)
    before, said = _state_of(state, number), OrderKind(order["kind"])
    if before in _OPEN:
        _follow(state, writer, at_us, number, said)
    elif said not in _REPEATS[before]:
        return outside, (OrderStatus.REFUSED, Reason.ANSWER_CONTRADICTS)
    return outside, (OrderStatus.DONE, Reason.NONE)


def _follow(state: State, writer: Writer, at_us: int, number: int, said: OrderKind) -> None:
    pair = np.array([number])
    if said is OrderKind.AGENT_RESERVED:
        if _state_of(state, number) is PairState.MATCHED:
            _run(state, writer, at_us, pair, said)
        return
    if said is OrderKind.AGENT_SETTLED:
        _run(state, writer, at_us, pair, said)
        release_places(state, writer, at_us, _places(state, pair, "payee"))
    else:
        _expire(state, writer, at_us, pair, Reason.PVP_REFUSED_OUTSIDE)
    resolve_wanted(state, writer, at_us)


def time_out_agents(state: State, writer: Writer, at_us: int, _: int = 0) -> None:
    """End trades whose agent has not reserved in time; those it may have settled are in doubt."""
    numbers = asked_pairs(state)
    if not len(numbers):
        return
    books = state.known_books()
    rows = books.pairs.rows[numbers]
    within = _answer_within_us(state)[books.live["agreement"][rows["first"]]]
    late = (within > 0) & (at_us - rows["agent_us"] >= within)
    reserving = rows["state"] == PairState.MATCHED
    _expire(state, writer, at_us, numbers[late & reserving], Reason.PVP_AGENT_SILENT)
    _doubt(state, writer, at_us, numbers[late & ~reserving])


def end_asked(state: State, writer: Writer, at_us: int, agreement: int) -> None:
    """End what an agreement's agents were asked to reserve and have not; what may settle stays."""
    books, numbers = state.known_books(), asked_pairs(state)
    first = books.pairs.rows["first"][numbers]
    numbers = numbers[books.live["agreement"][first] == agreement]
    reserving = books.pairs.rows["state"][numbers] == PairState.MATCHED
    _expire(state, writer, at_us, numbers[reserving], Reason.PVP_TIMED_OUT)


def let_go_at_close(state: State, writer: Writer, at_us: int) -> None:
    """Let legs wait again, in no list, whose agent has not reserved the other; doubt the rest."""
    numbers = asked_pairs(state)
    reserving = state.known_books().pairs.rows["state"][numbers] == PairState.MATCHED
    _release(state, writer, at_us, numbers[reserving])
    _doubt(state, writer, at_us, numbers[~reserving])


def count_promises(state: State) -> None:
    """At the opening count again, for their senders, what is held for trades in doubt."""
    books = state.known_books()
    if not len(books.limits.multilateral):
        return
    for number in asked_pairs(state).tolist():
        live = books.live[leg_inside(state, number)]
        payer, amount = int(live["payer"]), int(live["debit_minor"])
        books.limits.multilateral["sent_minor"][payer] += amount
        between = np.arange(books.limits.starts[payer], books.limits.starts[payer + 1])
        between = between[books.limits.payees[between] == live["payee"]]
        books.limits.bilateral["sent_minor"][between] += amount


def asked_pairs(state: State) -> Int64s:
    """Return the pairs whose agent was asked about a leg outside, and that have not ended."""
    pairs = state.known_books().pairs
    if not pairs.counts[PAIRS_AT_AGENT]:
        return np.zeros(0, np.int64)
    rows = pairs.rows[: pairs.counts[PAIRS_MADE]]
    return np.flatnonzero((rows["agent_us"] > 0) & np.isin(rows["state"], _OPEN))


def leg_outside(state: State, number: int) -> int:
    """Return the leg of a matched pair that another system settles."""
    pair = state.known_books().pairs.rows[number]
    first, second = int(pair["first"]), int(pair["second"])
    return first if is_outside(state, np.array([first]))[0] else second


def leg_inside(state: State, number: int) -> int:
    """Return the other leg of such a pair."""
    pair = state.known_books().pairs.rows[number]
    return int(pair["first"]) + int(pair["second"]) - leg_outside(state, number)


def is_outside(state: State, payments: NDArray[np.integer]) -> Bools:
    """Return which payments are debited in a currency that another system settles."""
    books = state.known_books()
    live = books.live[payments]
    currencies = live["payer"] % books.counters[COUNTER_CURRENCIES]
    found: Bools = books.rules["outside"][live["agreement"]] == currencies
    # Of what no agreement has judged yet neither is known.
    found &= (live["payer"] >= 0) & (live["agreement"] >= 0)
    return found


def _pair_meant(state: State, order: Any) -> int:
    """Return the pair that an answer is about, -1 where its sender was not asked about it."""
    books, number = state.known_books(), int(order["reference_low"])
    if number >= books.pairs.counts[PAIRS_MADE] or not books.pairs.rows["agent_us"][number]:
        return -1
    leg = leg_outside(state, number)
    row, said = books.rows[leg], (order["uetr_high"], order["uetr_low"])
    sender = int(state.messages[int(order["message"])]["sender"])
    is_meant = said == (row["uetr_high"], row["uetr_low"]) and sender == agent_of(state, leg)
    return number if is_meant else -1


def agent_of(state: State, payment: int) -> int:
    """Return the participant that is settlement agent of a payment's currency."""
    chart, books = state.known_chart(), state.known_books()
    number = int(books.rows["currency"][payment])
    (member,) = (one for one in chart.members if currency(one.currency).number == number)
    return chart.directory[member.agent]


def _state_of(state: State, number: int) -> PairState:
    return PairState(state.known_books().pairs.rows["state"][number])


def _places(state: State, numbers: Int64s, side: str) -> NDArray[np.int32]:
    """Return the places that pay, or are paid by, the legs of pairs that are settled here."""
    legs = [leg_inside(state, number) for number in numbers.tolist()]
    places: NDArray[np.int32] = state.known_books().live[side][legs]
    return places


def _answer_within_us(state: State) -> Int64s:
    """Return by agreement how long an agent has for an answer, 0 without end."""
    terms = (each.payment_versus_payment for each in state.known_scheme().agreements)
    minutes = [(each and each.answer_within) or 0 for each in terms]
    return np.array(minutes, np.int64) * _MINUTE_US


def _doubt(state: State, writer: Writer, at_us: int, numbers: Int64s) -> None:
    """Say once of pairs that they are in doubt, and ask their agents what became of them."""
    rows = state.known_books().pairs.rows
    for number in numbers[rows["in_doubt"][numbers] == 0].tolist():
        rows["in_doubt"][number] = 1
        after, reason = PairState.BOTH_RESERVED, Reason.PVP_IN_DOUBT
        writer.event(at_us, EventKind.PAIR, number, after=after, reason=reason)
        _ask(state, writer, at_us, number, AgentRequest.REPORT)


def _ask(state: State, writer: Writer, at_us: int, number: int, request: AgentRequest) -> None:
    leg = leg_outside(state, number)
    writer.event(at_us, EventKind.AGENT_ASKED, number, after=request, value=leg)


def _run(state: State, writer: Writer, at_us: int, numbers: Int64s, said: OrderKind) -> None:
    books = state.known_books()
    out = new_output(_EVENTS_A_PAIR * len(numbers), _TRANSFERS_A_PAIR * len(numbers))
    follow_agent(books, out, at_us, numbers, int(said))
    writer.take(out)


def _release(state: State, writer: Writer, at_us: int, numbers: Int64s) -> None:
    """Give up what is held for pairs, and tell their agents to give up theirs."""
    if not len(numbers):
        return
    _run(state, writer, at_us, numbers, OrderKind.AGENT_REFUSED)
    for number in numbers.tolist():
        _ask(state, writer, at_us, number, AgentRequest.RELEASE)


def _expire(state: State, writer: Writer, at_us: int, numbers: Int64s, reason: Reason) -> None:
    """End pairs whose legs outside are not settled; whoever waited for the money is tried."""
    if not len(numbers):
        return
    books = state.known_books()
    if reason is Reason.PVP_REFUSED_OUTSIDE:
        _run(state, writer, at_us, numbers, OrderKind.AGENT_REFUSED)
    else:
        _release(state, writer, at_us, numbers)
    rows = books.pairs.rows[numbers]
    legs = np.column_stack([rows["first"], rows["second"]]).reshape(-1)
    writer.change_states(books, at_us, legs, PaymentState.EXPIRED, reason=reason)
    books.pairs.rows["state"][numbers] = PairState.EXPIRED
    for number in numbers.tolist():
        writer.event(at_us, EventKind.PAIR, number, after=PairState.EXPIRED, reason=reason)
    release_places(state, writer, at_us, _places(state, numbers, "payer"))
