"""Queues against plain lists."""

from itertools import chain

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.queueing.linked_queues import blank_payments, put, stands_behind, take

from comity.payments.codes import Priority
from comity.queueing import CLASSES, NOBODY, follow_links, new_queues_by_class

ACTS = st.tuples(st.integers(0, 2), st.sampled_from([*Priority, "first", "any"]), st.integers(0, 9))


@given(st.lists(ACTS))
def test_queues_keep_classes_each_in_order_of_arrival(
    acts: list[tuple[int, Priority | str, int]],
) -> None:
    queues, payments = new_queues_by_class(3, len(acts)), blank_payments(len(acts))
    plain: list[list[list[int]]] = [[[] for _ in Priority] for _ in range(3)]
    for number, (queue, act, chosen) in enumerate(acts):
        classes = plain[queue]
        waiting = list(chain(*classes))
        if isinstance(act, Priority):
            above = list(chain(*classes[: act + 1]))
            assert stands_behind(queues, queue, act) == (above[-1] if above else NOBODY)
            payments.priority[number] = act
            put(queues, queue, number, act)
            classes[act].append(number)
        elif waiting:
            at = chosen % len(waiting) if act == "any" else 0
            before = waiting[at - 1] if at else NOBODY
            assert take(queues, payments, queue, before) == waiting[at]
            next(one for one in classes if waiting[at] in one).remove(waiting[at])
        for at, expected in enumerate(plain):
            found = follow_links(queues.link, int(queues.head[at])).tolist()
            assert found == list(chain(*expected))
            assert queues.length[at] == len(found)
            lasts = queues.last[at * CLASSES : (at + 1) * CLASSES].tolist()
            assert lasts == [one[-1] if one else NOBODY for one in expected]


def test_an_empty_list_has_no_payments() -> None:
    assert follow_links(np.zeros(0, np.int32), NOBODY).tolist() == []
