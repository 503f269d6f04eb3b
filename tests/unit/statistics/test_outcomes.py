"""How the day's payments ended."""

import numpy as np
from tests.unit.statements.day_builder import build_day

from comity.payments.codes import Mechanism
from comity.payments.lifecycle import State
from comity.statistics.day import settled
from comity.statistics.outcomes import refusals, settled_by_mechanism, states_at_close


def test_the_states_at_the_close_sum_to_all_rows() -> None:
    book = build_day()
    states = states_at_close(book)

    assert sum(states.values()) == len(book.payments)
    assert list(states) == [state.name for state in State if state is not State.NONE]


def test_every_payment_of_the_day_settled_by_one_mechanism() -> None:
    book = build_day()
    found = settled_by_mechanism(book)
    assert sum(found.values()) == np.count_nonzero(settled(book))
    assert list(found) == [one.name for one in Mechanism if one is not Mechanism.NONE]
    assert found["GROSS"] > 0 < found["CYCLE"]


def test_refusals_are_counted_by_reason_the_most_frequent_first() -> None:
    book = build_day()
    found = refusals(book)
    states = states_at_close(book)

    assert [one.count for one in found] == sorted((one.count for one in found), reverse=True)
    payments = [one for one in found if one.what == "payment"]
    assert sum(one.count for one in payments) == states["REJECTED"] + states["EXPIRED"]
    assert [one.code for one in found if one.what == "message"] == ["XSDV"]


def test_a_payment_held_for_screening_is_no_refusal() -> None:
    assert states_at_close(build_day())["HELD_SCREENING"] > 0
    assert all("sanctions" not in one.text for one in refusals(build_day()))
