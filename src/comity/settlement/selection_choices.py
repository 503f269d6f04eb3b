"""Choices from the queues as the journal writes them, and back.

A choice of one currency names it as `currency`; one of several that legs link, as `currencies`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from comity.agreements.document import decode
from comity.netting import SelectionStop


@dataclass(frozen=True, slots=True)
class SelectionChoice:
    """What was chosen of the queues of one currency or of linked ones, and how good that is.

    Attributes:
        currencies: ISO 4217 numbers, in the order of the chart of accounts.
        payments: their numbers, ascending.
        bound_minor: no choice is worth more; minor units of the currency, of the scheme's unit of
            valuation where there are several.
        nodes: nodes of the search tree that were looked at.
        stopped_by: why the search ended.
    """

    currencies: tuple[int, ...]
    payments: tuple[int, ...]
    bound_minor: int
    nodes: int
    stopped_by: SelectionStop


def choice_to_document(choice: SelectionChoice) -> dict[str, Any]:
    """Return the JSON form of a choice."""
    several = len(choice.currencies) > 1
    return {
        **({"currencies": [*choice.currencies]} if several else {"currency": choice.currencies[0]}),
        "payments": [*choice.payments],
        "bound_minor": choice.bound_minor,
        "nodes": choice.nodes,
        "stopped_by": str(choice.stopped_by),
    }


def choices_from_documents(documents: object) -> tuple[SelectionChoice, ...]:
    """Return the choices of a command; the reverse of `choice_to_document`, one by one.

    Raises:
        DocumentError: not a list of choices.
    """
    if isinstance(documents, list):
        documents = [_with_currencies(each) for each in documents]
    choices: tuple[SelectionChoice, ...] = decode(tuple[SelectionChoice, ...], documents, "choices")
    return choices


def _with_currencies(document: object) -> object:
    """Return the form of several currencies; what is no choice of one stays as it is."""
    if not isinstance(document, Mapping) or "currency" not in document:
        return document
    rest = {name: value for name, value in document.items() if name != "currency"}
    return {"currencies": [document["currency"]], **rest} if "currencies" not in rest else document
