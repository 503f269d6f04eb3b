"""What a statement says of one payment, taken from its canonical text."""

from dataclasses import dataclass
from typing import Final

from comity.messages.catalogue import LEAF_BY_PATH, split_canonical

_END_TO_END: Final = LEAF_BY_PATH["PmtId", "EndToEndId"].code
_TRANSACTION: Final = LEAF_BY_PATH["PmtId", "TxId"].code
# A customer, a bank named, a bank known by its BIC: the first that is there names the party.
_DEBTOR: Final = tuple(
    LEAF_BY_PATH[path].code
    for path in (("Dbtr", "Nm"), ("Dbtr", "FinInstnId", "Nm"), ("Dbtr", "FinInstnId", "BICFI"))
)
_CREDITOR: Final = tuple(
    LEAF_BY_PATH[path].code
    for path in (("Cdtr", "Nm"), ("Cdtr", "FinInstnId", "Nm"), ("Cdtr", "FinInstnId", "BICFI"))
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
    leaves = {code: value for code, value, _ in split_canonical(text)}
    return References(
        end_to_end_id=leaves.get(_END_TO_END, ""),
        tx_id=leaves.get(_TRANSACTION, ""),
        debtor=next((leaves[code] for code in _DEBTOR if code in leaves), ""),
        creditor=next((leaves[code] for code in _CREDITOR if code in leaves), ""),
    )
