"""In which money a debt between central banks is paid."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.settlement.surpluses import Split, split_debt

AMOUNTS = st.integers(1, 10**15 - 1)


@pytest.mark.parametrize(
    ("held", "room", "expected"),
    [
        (0, None, Split(0, 1226)),  # nothing to spend: all is credited
        (1000, None, Split(1000, 0)),  # enough: nothing is
        (5000, None, Split(1000, 0)),  # never more than is owed
        (-7, None, Split(0, 1226)),  # an overdrawn account has nothing to spend
        (500, None, Split(500, 613)),  # half and half
        (0, 1226, Split(0, 1226)),  # it just fits
        (0, 1225, Split(1, 1225)),  # one over: 1000 - floor(1000 x 1225 / 1226) = 1
        (0, 0, Split(1000, 0)),
        (0, -3, Split(1000, 0)),  # beyond its limit already
        (500, 600, Split(511, 600)),  # 1000 - floor(1000 x 600 / 1226) = 1000 - 489
    ],
)
def test_a_debt_is_split_as_by_hand(held: int, room: int | None, expected: Split) -> None:
    assert split_debt(1226, 1000, held_minor=held, room_minor=room) == expected


@given(
    surplus=AMOUNTS,
    lacking=AMOUNTS,
    held=st.integers(-(10**15), 10**15),
    room=st.none() | st.integers(-(10**15), 10**15),
)
def test_the_creditor_never_gets_less_than_it_is_owed(
    surplus: int, lacking: int, held: int, room: int | None
) -> None:
    found = split_debt(surplus, lacking, held_minor=held, room_minor=room)
    assert 0 <= found.spent_minor <= lacking
    assert 0 <= found.credited_minor <= surplus
    if room is not None:
        assert found.credited_minor <= max(room, 0)
    # Both parts together are the debt, to half a unit of either currency.
    value = found.spent_minor * surplus + found.credited_minor * lacking
    assert value >= surplus * lacking - (surplus + lacking)
    assert found.spent_minor >= min(max(held, 0), lacking)
