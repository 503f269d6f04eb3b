"""The form of choices in the journal: what was written once is read for ever."""

import json

import pytest

from comity.agreements.document import DocumentError
from comity.netting import SelectionStop
from comity.settlement.selection_choices import (
    SelectionChoice,
    choice_to_document,
    choices_from_documents,
)

ONE = SelectionChoice((417,), (3, 5), 19_00, 7, SelectionStop.NODE_LIMIT)
TWO = SelectionChoice((417, 643), (3, 5), 19_00, 7, SelectionStop.FINISHED)


def test_a_choice_of_one_currency_is_written_as_it_always_was() -> None:
    assert json.dumps(choice_to_document(ONE)) == (
        '{"currency": 417, "payments": [3, 5], "bound_minor": 1900, "nodes": 7,'
        ' "stopped_by": "node_limit"}'
    )


def test_what_is_written_of_choices_is_read_again() -> None:
    documents = [choice_to_document(ONE), choice_to_document(TWO)]
    assert choices_from_documents(json.loads(json.dumps(documents))) == (ONE, TWO)
    assert choices_from_documents([]) == ()


@pytest.mark.parametrize(
    "documents",
    [
        None,
        {},
        [7],
        [{}],
        [{**choice_to_document(TWO), "currency": 417}],
        [{**choice_to_document(ONE), "currency": "417"}],
        [{**choice_to_document(TWO), "currencies": 417}],
        [{**choice_to_document(ONE), "more": 1}],
    ],
)
def test_another_form_of_a_choice_is_refused(documents: object) -> None:
    with pytest.raises(DocumentError, match="choices"):
        choices_from_documents(documents)
