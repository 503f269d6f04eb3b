"""The day book and the proof of a day."""

from dataclasses import replace

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
