"""Gross, net and netting ratio of a day."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
from tests.unit.statements.day_builder import build_day

from comity.payments.lifecycle import State
from comity.statistics.positions import CurrencyPositions, positions


def test_gross_is_what_settled_and_net_what_remains() -> None:
    # A sent 100 to B, B sent 70 to A, C sent 30 to B.
    sent = np.array([100, 70, 30], np.int64)
    received = np.array([70, 130, 0], np.int64)
    found = CurrencyPositions("RUB", 3, sent, received)

    assert found.gross_minor == 200
    assert found.net_minor == 30 + 30
    assert found.netting_ratio == Fraction(7, 10)


def test_a_currency_nothing_settled_in_has_no_ratio() -> None:
    book = build_day()
    states = np.full_like(book.states, State.QUEUED)

    found = positions(replace(book, states=states))

    assert [(one.currency, one.gross_minor, one.netting_ratio) for one in found] == [
        ("KGS", 0, None),
        ("RUB", 0, None),
    ]


def test_net_debits_and_net_credits_are_equal_in_every_currency() -> None:
    for one in positions(build_day()):
        assert int(one.sent_minor.sum()) == int(one.received_minor.sum()) == one.gross_minor
        assert 0 < one.net_minor < one.gross_minor


def test_a_payment_that_did_not_settle_is_in_no_position() -> None:
    book = build_day()
    row = int(np.flatnonzero(book.states == State.SETTLED)[0])
    states = book.states.copy()
    states[row] = State.EXPIRED

    before = sum(one.gross_minor for one in positions(book))
    after = sum(one.gross_minor for one in positions(replace(book, states=states)))

    assert before - after == int(book.payments["amount_minor"][row])
