"""What a statement says of one payment, taken from its canonical text."""

from dataclasses import dataclass
from typing import Final

from comity.messages.catalogue import FIELD, LEAF_BY_PATH, VALUE


def _mark(*path: str) -> str:
    """Return what stands before the text of a leaf."""
    return f"{FIELD}{LEAF_BY_PATH[path].code}{VALUE}"


_END_TO_END: Final = _mark("PmtId", "EndToEndId")
_TRANSACTION: Final = _mark("PmtId", "TxId")
_DEBTOR, _CREDITOR = (
    # A customer, a bank named, a bank known by its BIC: the first that is there names the party.
    (_mark(party, "Nm"), _mark(party, "FinInstnId", "Nm"), _mark(party, "FinInstnId", "BICFI"))
    for party in ("Dbtr", "Cdtr")
)


@dataclass(frozen=True, slots=True)
class References:
    """References and parties of one payment; what is absent is empty.

    Attributes:
        end_to_end_id: given by the debtor.
        tx_id: given by the instructing bank.
        debtor: name of the debtor.
        creditor: name of the creditor.
    """

    end_to_end_id: str
    tx_id: str
    debtor: str
    creditor: str


def references_of(text: str) -> References:
    """Return the references in a canonical transaction text."""
    return References(
        end_to_end_id=_text(text, _END_TO_END),
        tx_id=_text(text, _TRANSACTION),
        debtor=_first(text, _DEBTOR),
        creditor=_first(text, _CREDITOR),
    )


def _text(text: str, mark: str) -> str:
    """Return one leaf, found without taking the whole text apart: most of it is not needed."""
    start = text.find(mark)
    if start < 0:
        return ""
    start += len(mark)
    end = text.find(FIELD, start)
    return text[start:] if end < 0 else text[start:end]


def _first(text: str, marks: tuple[str, ...]) -> str:
    for mark in marks:
        found = _text(text, mark)
        if found:
            return found
    return ""
