"""A leg at an outside system: reserved and settled by its agent, and followed here.

The other leg, which is settled here, is held first. Then the settlement agent is asked to reserve
the leg outside, and, once it has, to settle it. From that moment only its answer decides: both legs
settle here when it has settled the one outside, or neither.
"""

import numpy as np

from comity.numba_kernel import Number, constant, inner_kernel, outer_kernel, step_kernel
from comity.payments.codes import AgentRequest, EventKind, OrderKind, PairState
from comity.payments.lifecycle import State
from comity.settlement.entry_kernel import count_waiting
from comity.settlement.limits_kernel import count_promised
from comity.settlement.pair_kernel import (
    move_pair,
    other_leg,
    pair_of,
    settle_both,
    settles_outside,
)
from comity.settlement.posting_kernel import change_state, hold, write_event
from comity.settlement.tables import PAIRS_AT_AGENT, Books, Int64s, Output

_NO = constant(0)
_YES = constant(1)
_TAKEN_OUT = constant(-1)
_QUEUED = constant(State.QUEUED)
_RESERVED = constant(State.RESERVED)
_BOTH_RESERVED = constant(PairState.BOTH_RESERVED)
_ASKED = constant(EventKind.AGENT_ASKED)
_RESERVE = constant(AgentRequest.RESERVE)
_SETTLE = constant(AgentRequest.SETTLE)
_SAYS_RESERVED = constant(OrderKind.AGENT_RESERVED)
_SAYS_SETTLED = constant(OrderKind.AGENT_SETTLED)


@step_kernel
def reserve_leg(books: Books, out: Output, at_us: Number, leg: Number) -> None:
    """Hold the money of a covered leg, and ask the agent of the other one to reserve that."""
    live = books.live[leg]
    debit = np.int64(live.debit_minor)
    hold(books, out, at_us, leg, debit)
    count_promised(books, np.int64(live.payer), np.int64(live.payee), debit)
    change_state(books, out, at_us, leg, _RESERVED, _NO, _YES, debit)
    books.pairs.counts[PAIRS_AT_AGENT] += 1
    _ask_agent(books, out, at_us, pair_of(books, leg), other_leg(books, leg), _RESERVE)


@outer_kernel
def follow_agent(books: Books, out: Output, at_us: Number, pairs: Int64s, said: Number) -> None:
    """Do what follows for pairs from what the agent of their legs outside says, or does not say.

    Args:
        books: changed in place.
        out: where events and transfers go, 8 and 6 a pair.
        at_us: when.
        pairs: their numbers; none of them has ended, and what is held of them is held.
        said: `OrderKind`: reserved, so that the agent is asked to settle; settled, so that both
            legs settle; else the legs are only queued, in no list, and the caller ends them.
    """
    for i in range(len(pairs)):
        pair = books.pairs.rows[pairs[i]]
        inside, outside = np.int64(pair.first), np.int64(pair.second)
        if settles_outside(books, inside):
            inside, outside = outside, inside
        if books.live[outside].state == _QUEUED:
            # It stood in no queue, and was not counted as waiting.
            count_waiting(books, outside, _YES)
        if said == _SAYS_RESERVED:
            change_state(books, out, at_us, outside, _RESERVED, _NO, _YES, _NO)
            move_pair(books, out, at_us, np.int64(pairs[i]), _BOTH_RESERVED)
            _ask_agent(books, out, at_us, np.int64(pairs[i]), outside, _SETTLE)
            continue
        books.pairs.counts[PAIRS_AT_AGENT] -= 1
        _let_go(books, out, at_us, inside)
        if said == _SAYS_SETTLED:
            settle_both(books, out, at_us, (inside, outside))
        else:
            _queue_again(books, out, at_us, inside)
            _queue_again(books, out, at_us, outside)


@inner_kernel
def _let_go(books: Books, out: Output, at_us: Number, leg: Number) -> None:
    live = books.live[leg]
    debit = np.int64(live.debit_minor)
    hold(books, out, at_us, leg, -debit)
    count_promised(books, np.int64(live.payer), np.int64(live.payee), -debit)


@step_kernel
def _queue_again(books: Books, out: Output, at_us: Number, leg: Number) -> None:
    """Let a leg wait in no queue until it is said what becomes of it."""
    if books.live[leg].state != _QUEUED:
        change_state(books, out, at_us, leg, _QUEUED, _NO, _NO, _NO)
    count_waiting(books, leg, _TAKEN_OUT)


@inner_kernel
def _ask_agent(
    books: Books, out: Output, at_us: Number, pair: Number, leg: Number, request: Number
) -> None:
    books.pairs.rows[pair].agent_us = at_us
    event = out.events[out.filled[0]]
    write_event(out, at_us, _ASKED, pair, _NO, _YES, leg)
    event.after = request
