"""The day book and the proof of a day."""

from dataclasses import replace

import numpy as np
import pytest
from tests.unit.statements.day_builder import build_day

from comity.statements.daybook import DayProof

PROVED = DayProof(
    money_conserved=True, positions_zero=True, journal_verified=True, statements_reconciled=True
)


def test_a_column_of_another_length_is_refused() -> None:
    book = build_day()

    with pytest.raises(AssertionError, match="one value a payment"):
        replace(book, states=book.states[:-1])


@pytest.mark.parametrize("claim", DayProof.__dataclass_fields__)
def test_a_proof_holds_only_if_each_claim_holds(claim: str) -> None:
    assert PROVED.holds
    assert not replace(PROVED, **{claim: False}).holds


def test_a_payment_number_is_found_in_whatever_order_the_rows_stand() -> None:
    book = build_day()
    backwards = replace(book, numbers=book.numbers[::-1].copy())
    asked = np.array([1000, 1002, 999, -1, 10**9], np.int64)

    assert book.rows_of(asked).tolist() == [0, 2, -1, -1, -1]
    assert backwards.rows_of(asked).tolist() == [2999, 2997, -1, -1, -1]
