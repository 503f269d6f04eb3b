"""A list made from the one before names whom the links name, whatever has happened between."""

from itertools import chain, pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.queueing.linked_queues import blank_payments, put, take

from comity.payments.codes import Priority
from comity.queueing import CLASSES, NOBODY, empty_queues, new_queues_by_class
from comity.queueing.replay_kernel import Waiting, list_waiting_again

QUEUES = 2
ACTS = st.tuples(
    st.integers(0, QUEUES - 1),
    st.sampled_from([*Priority, "first", "first", "any", "list", "again", "empty"]),
    st.integers(0, 9),
)


def new_list(count: int) -> Waiting:
    return Waiting(
        number=np.empty(count, np.int32),
        payee=np.empty(count, np.int32),
        amount_minor=np.empty(count, np.int64),
        priority=np.empty(count, np.int8),
    )


@given(st.lists(ACTS, max_size=60))
def test_a_list_is_the_same_made_from_the_one_before_or_anew(
    acts: list[tuple[int, Priority | str, int]],
) -> None:
    queues, payments = new_queues_by_class(QUEUES, len(acts)), blank_payments(len(acts))
    payments.amount_minor[:] = np.arange(len(acts))
    plain: list[list[list[int]]] = [[[] for _ in Priority] for _ in range(QUEUES)]
    starts, listed = np.zeros(QUEUES * CLASSES + 1, np.int32), new_list(0)
    gone: list[int] = []
    for number, (queue, act, chosen) in enumerate([*acts, (0, "list", 0)]):
        waiting = list(chain(*plain[queue]))
        if isinstance(act, Priority) or (act == "again" and gone):
            # One that has left may come again, in the class it had.
            one = number if isinstance(act, Priority) else gone.pop(chosen % len(gone))
            if isinstance(act, Priority):
                payments.priority[one] = act
            put(queues, queue, one, int(payments.priority[one]))
            plain[queue][payments.priority[one]].append(one)
        elif act in {"first", "any"} and waiting:
            at = chosen % len(waiting) if act == "any" else 0
            take(queues, payments, queue, waiting[at - 1] if at else NOBODY)
            plain[queue][payments.priority[waiting[at]]].remove(waiting[at])
            gone.append(waiting[at])
        elif act == "empty":
            empty_queues(queues)
            plain = [[[] for _ in Priority] for _ in range(QUEUES)]
        elif act == "list":
            before, old = starts, listed
            starts = np.zeros_like(before)
            listed = new_list(int(queues.length.sum()))
            list_waiting_again(queues, payments, before, old, starts, listed)
            found = [listed.number[one:other].tolist() for one, other in pairwise(starts)]
            assert found == list(chain(*plain))
            assert listed.amount_minor.tolist() == listed.number.tolist()
            assert listed.priority.tolist() == payments.priority[listed.number].tolist()
