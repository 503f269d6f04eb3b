"""How the day's payments ended: counts by state, and refusals by reason."""

from dataclasses import dataclass

import numpy as np

from comity.payments.codes import EventKind, Mechanism
from comity.payments.lifecycle import State
from comity.payments.reasons import REASONS, Reason
from comity.statistics.day import Day, settled

REFUSED_STATES = (
    State.REJECTED,
    State.EXPIRED,
    State.CANCELLED,
    State.FAILED_SETTLEMENT,
)
"""Final states of a payment that did not settle."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """So many payments or messages refused that day for one reason.

    Attributes:
        what: `payment` or `message`.
        code: ISO external code, or comity's own.
        text: the reason in words.
        count: how many.
    """

    what: str
    code: str
    text: str
    count: int


def states_at_close(day: Day) -> dict[str, int]:
    """Return the number of rows in every state, zeros included, in the order of the lifecycle."""
    return {
        state.name: int(np.count_nonzero(day.states == state))
        for state in State
        if state is not State.NONE
    }


def settled_by_mechanism(day: Day) -> dict[str, int]:
    """Return the number of payments settled that day by every mechanism, zeros included."""
    mechanisms = day.mechanisms[settled(day)]
    return {
        mechanism.name: int(np.count_nonzero(mechanisms == mechanism))
        for mechanism in Mechanism
        if mechanism is not Mechanism.NONE
    }


def refusals(day: Day) -> tuple[Refusal, ...]:
    """Return the refusals of the day by reason, most frequent first."""
    kinds, after = day.events["kind"], day.events["after"]
    payments = (kinds == EventKind.PAYMENT) & np.isin(after, REFUSED_STATES)
    messages = (kinds == EventKind.MESSAGE) & (day.events["reason"] != Reason.NONE)
    found = []
    for what, chosen in (("payment", payments), ("message", messages)):
        reasons, counts = np.unique(day.events["reason"][chosen], return_counts=True)
        for number, count in zip(reasons, counts, strict=True):
            reason = REASONS[Reason(int(number))]
            found.append(Refusal(what, reason.code, reason.text, int(count)))
    return tuple(sorted(found, key=lambda one: (-one.count, one.what, one.code, one.text)))
