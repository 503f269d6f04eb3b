"""The life of a payment as one table: which state may follow which, and how it reads outward.

Statuses outward are ISO 20022 ExternalPaymentTransactionStatus1Code. A final state is entered
at most once; after SETTLED only what the creditor's bank reports may follow.
"""

from enum import IntEnum

import numpy as np

from comity.errors import ProofFailedError


class State(IntEnum):
    """States of a payment; the numbers are part of the journal's format."""

    NONE = -1  # before the first event
    RECEIVED = 0
    VALIDATED = 1
    HELD_SCREENING = 2  # a list hit: compliance decides; nothing is told outward
    HELD_REVIEW = 3
    WAREHOUSED = 4  # waits for its settlement date
    ACCEPTED = 5  # covered by an agreement; waits for a cycle where that is the rule
    QUEUED = 6  # waits for cover or for a rate
    RESERVED = 7  # funds earmarked; irrevocable
    IN_CYCLE = 8  # inside a netting cycle after its cut-off; irrevocable
    SETTLED = 9  # posted; final
    CREDITED = 10
    CREDIT_HELD = 11
    BLOCKED = 12
    FROZEN = 13
    REJECTED = 14  # final: refused for a stated reason
    EXPIRED = 15  # final: its time passed
    CANCELLED = 16  # final: withdrawn before it was irrevocable
    FAILED_SETTLEMENT = 17  # final: its cycle failed


TRANSITIONS: dict[State, frozenset[State]] = {
    State.NONE: frozenset({State.RECEIVED}),
    State.RECEIVED: frozenset({State.VALIDATED, State.REJECTED}),
    State.VALIDATED: frozenset(
        {
            State.HELD_SCREENING,
            State.HELD_REVIEW,
            State.WAREHOUSED,
            State.ACCEPTED,
            State.REJECTED,
            State.CANCELLED,
        }
    ),
    State.HELD_SCREENING: frozenset(
        {
            State.HELD_REVIEW,
            State.WAREHOUSED,
            State.ACCEPTED,
            State.REJECTED,
            State.CANCELLED,
            State.EXPIRED,
            State.FROZEN,
        }
    ),
    State.HELD_REVIEW: frozenset(
        {
            State.HELD_SCREENING,
            State.WAREHOUSED,
            State.ACCEPTED,
            State.REJECTED,
            State.CANCELLED,
            State.EXPIRED,
        }
    ),
    State.FROZEN: frozenset({State.HELD_REVIEW, State.REJECTED}),
    State.WAREHOUSED: frozenset(
        {
            State.HELD_SCREENING,
            State.HELD_REVIEW,
            State.ACCEPTED,
            State.REJECTED,
            State.CANCELLED,
        }
    ),
    State.ACCEPTED: frozenset(
        {
            State.QUEUED,
            State.RESERVED,
            State.IN_CYCLE,
            State.SETTLED,
            State.WAREHOUSED,
            State.HELD_SCREENING,
            State.CANCELLED,
            State.EXPIRED,
            State.REJECTED,
        }
    ),
    State.QUEUED: frozenset(
        {
            State.RESERVED,
            State.IN_CYCLE,
            State.SETTLED,
            State.WAREHOUSED,
            State.HELD_SCREENING,
            State.CANCELLED,
            State.EXPIRED,
            State.REJECTED,
        }
    ),
    State.RESERVED: frozenset({State.SETTLED, State.QUEUED, State.FROZEN}),
    State.IN_CYCLE: frozenset({State.SETTLED, State.QUEUED, State.FAILED_SETTLEMENT}),
    State.SETTLED: frozenset({State.CREDITED, State.CREDIT_HELD}),
    State.CREDIT_HELD: frozenset({State.CREDITED, State.BLOCKED}),
    State.CREDITED: frozenset(),  # the creditor has the money: nothing is left to happen
    State.BLOCKED: frozenset(),  # the creditor's bank keeps it blocked: outside this system
    State.REJECTED: frozenset(),  # a refused instruction is sent anew, never revived
    State.EXPIRED: frozenset(),  # its time has passed; the sender sends it anew
    State.CANCELLED: frozenset(),  # withdrawn by its sender or the operator
    State.FAILED_SETTLEMENT: frozenset(),  # the agreement says that a failed cycle ends it
}
"""Every allowed step; everything else is an error."""

OUTCOMES = frozenset(
    {
        State.SETTLED,
        State.REJECTED,
        State.EXPIRED,
        State.CANCELLED,
        State.FAILED_SETTLEMENT,
    }
)
"""Exactly one of these is ever entered, once."""

STATUS_OUTWARD: dict[State, str] = {
    State.RECEIVED: "RCVD",
    State.VALIDATED: "ACTC",
    State.HELD_SCREENING: "PDNG",
    State.HELD_REVIEW: "PDNG",
    State.WAREHOUSED: "ACCP",
    State.ACCEPTED: "ACCP",
    State.QUEUED: "PDNG",
    State.RESERVED: "ACSP",
    State.IN_CYCLE: "ACSP",
    State.SETTLED: "ACSC",
    State.CREDITED: "ACCC",
    State.CREDIT_HELD: "ACWP",
    State.BLOCKED: "BLCK",
    State.FROZEN: "PDNG",
    State.REJECTED: "RJCT",
    State.EXPIRED: "RJCT",
    State.CANCELLED: "RJCT",
    State.FAILED_SETTLEMENT: "RJCT",
}
"""TxSts of the pacs.002 that tells of a state."""


class TransitionError(ProofFailedError):
    """A payment took a step the table does not allow: a defect of the engine, not of the data."""


def transition_matrix() -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    """Return the table as a matrix: `[before + 1, after + 1]` is whether the step is allowed."""
    size = max(State) + 2
    matrix = np.zeros((size, size), np.bool_)
    for before, followers in TRANSITIONS.items():
        for after in followers:
            matrix[before + 1, after + 1] = True
    return matrix
