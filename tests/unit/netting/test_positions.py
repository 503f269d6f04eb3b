"""Net positions: what each has received less what it has sent."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from comity.netting import net_multilaterally

PARTIES = 5
PAYMENTS = st.lists(
    st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(1, 10**15 - 1)), max_size=50
)


def net(payments: list[tuple[int, int, int]]) -> list[int]:
    payers = np.array([one[0] for one in payments], np.int32)
    payees = np.array([one[1] for one in payments], np.int32)
    amounts = np.array([one[2] for one in payments], np.int64)
    return [int(one) for one in net_multilaterally(payers, payees, amounts, PARTIES)]


@given(PAYMENTS)
def test_positions_are_receipts_less_payments_and_sum_to_zero(
    payments: list[tuple[int, int, int]],
) -> None:
    received = [sum(p[2] for p in payments if p[1] == party) for party in range(PARTIES)]
    sent = [sum(p[2] for p in payments if p[0] == party) for party in range(PARTIES)]
    found = net(payments)
    assert found == [r - s for r, s in zip(received, sent, strict=True)]
    assert sum(found) == 0


def test_a_ring_of_equal_payments_nets_to_nothing() -> None:
    assert net([(0, 1, 7), (1, 2, 7), (2, 0, 7)]) == [0] * PARTIES
