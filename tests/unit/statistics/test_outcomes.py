"""How the day's payments ended."""

from tests.unit.statements.day_builder import build_day

from comity.payments.lifecycle import State
from comity.statistics.outcomes import refusals, states_at_close


def test_the_states_at_the_close_sum_to_all_rows() -> None:
    book = build_day()
    states = states_at_close(book)

    assert sum(states.values()) == len(book.payments)
    assert list(states) == [state.name for state in State if state is not State.NONE]


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
