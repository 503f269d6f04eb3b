"""What the events of a batch say, read in one pass over their rows.

A batch has several events a payment. To compare their columns one by one takes numpy longer than
the engine takes to write them.
"""

import numba
import numpy as np
from numpy.typing import NDArray

from comity.payments.codes import EventKind
from comity.payments.lifecycle import State
from comity.payments.rows import Rows

Bools = NDArray[np.bool_]

_PAYMENT = int(EventKind.PAYMENT)
_DUPLICATE = int(EventKind.DUPLICATE)
_SETTLED = int(State.SETTLED)


def mark_told(events: Rows) -> tuple[Bools, Bools]:
    """Return by event whether the sender is told of it, and whether an instruction goes on.

    A status report tells of each payment's resting place and of repetitions; an instruction goes on
    to the instructed bank when its payment is settled.
    """
    is_told, is_settled = np.zeros((2, len(events)), np.bool_)
    _mark_told(events, is_told, is_settled)
    return is_told, is_settled


def find_wrong_step(events: Rows, allowed: Bools) -> int:
    """Return the first event at which a payment takes a step that is not allowed, -1 none.

    Args:
        events: `EVENT_ROW` table.
        allowed: `[before + 1, after + 1]`, see `lifecycle.transition_matrix`.
    """
    return int(_find_wrong_step(events, allowed))


@numba.njit(cache=True)
def _mark_told(events: Rows, is_told: Bools, is_settled: Bools) -> None:
    for i in range(len(events)):
        event = events[i]
        if event.kind == _PAYMENT:
            is_told[i] = event.rests == 1
            is_settled[i] = event.after == _SETTLED
        else:
            is_told[i] = event.kind == _DUPLICATE


@numba.njit(cache=True)
def _find_wrong_step(events: Rows, allowed: Bools) -> int:
    for i in range(len(events)):
        event = events[i]
        if event.kind == _PAYMENT and not allowed[event.before + 1, event.after + 1]:
            return i
    return -1
