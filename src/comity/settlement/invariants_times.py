"""What must hold of the times that payments ask for: who awaits one is due to enter then, once."""

import numpy as np
from numpy.typing import NDArray

from comity.errors import InvariantError
from comity.payments.lifecycle import State as PaymentState
from comity.payments.reasons import Reason
from comity.settlement.asked_times import times_of
from comity.settlement.state import State


def due_to_enter(state: State) -> NDArray[np.int64]:
    """Return the payments that wait for their from time, as often as they are due to enter.

    Raises:
        InvariantError: one is due at another time than its own (I9).
    """
    live, found = state.known_books().live, []
    for (act, at_us), parts in state.due.items():
        if act != "from_times":
            continue
        for payment in np.concatenate(parts).tolist():
            is_awaited = live["times"][payment] == Reason.AWAITS_FROM_TIME
            if is_awaited and live["state"][payment] == PaymentState.QUEUED:
                found.append(payment)
                if times_of(state, payment)[0] != at_us:
                    raise InvariantError("I9", f"payment {payment} is due to enter at another time")
    return np.array(found, np.int64)
