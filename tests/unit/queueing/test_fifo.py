"""Queues against plain lists."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from comity.queueing import NOBODY, append, follow_links, is_next, new_queues, remove_head

PAYMENT = np.dtype([("link", "<i4")])


@given(st.lists(st.tuples(st.integers(0, 2), st.sampled_from(["high", "normal", "remove"]))))
def test_queues_keep_two_classes_each_in_order_of_arrival(
    acts: list[tuple[int, str]],
) -> None:
    queues, payments = new_queues(3), np.full(len(acts), NOBODY, np.int32).view(PAYMENT)
    plain: list[tuple[list[int], list[int]]] = [([], []) for _ in range(3)]
    for number, (queue, act) in enumerate(acts):
        high, normal = plain[queue]
        if act == "remove":
            if high or normal:
                expected = (high or normal).pop(0)
                assert remove_head(queues, payments, queue) == expected
        else:
            assert is_next(queues, queue, act == "high") == (
                not high and (act == "high" or not normal)
            )
            append(queues, payments, queue, number, act == "high")
            (high if act == "high" else normal).append(number)
        for at, (first, second) in enumerate(plain):
            assert follow_links(payments, int(queues[at]["head"])).tolist() == first + second
            assert queues[at]["length"] == len(first) + len(second)


def test_an_empty_list_has_no_payments() -> None:
    assert follow_links(np.zeros(0, PAYMENT), NOBODY).tolist() == []
