"""What a statement says of each payment: its references and parties, from its canonical text.

A payment stands in several statements and notifications, so the texts of the day are read once,
in order, and the few leaves that are told are kept packed: some 200 bytes a payment, where the
texts would be a kilobyte and objects more.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from comity.messages.catalogue import FIELD
from comity.messages.excerpts import (
    first_leaf_text,
    leaf_mark,
    leaf_text,
    message_id_of,
    opening_leaves,
)
from comity.statements.daybook import DayBook

_IDENTIFICATION: Final = opening_leaves(
    *(("PmtId", name) for name in ("InstrId", "EndToEndId", "TxId", "UETR"))
)
_DEBTOR, _CREDITOR = (
    # A customer, a bank named, a bank known by its BIC: the first that is there names the party.
    tuple(
        leaf_mark(party, *path) for path in (("Nm",), ("FinInstnId", "Nm"), ("FinInstnId", "BICFI"))
    )
    for party in ("Dbtr", "Cdtr")
)
_RETURN: Final = leaf_mark("RtrId")
_RETURN_REASON: Final = leaf_mark("RtrRsnInf", "Rsn", "Cd")
_ORIGINAL: Final = tuple(
    leaf_mark(name) for name in ("OrgnlUETR", "OrgnlEndToEndId", "OrgnlTxId", "RtrId")
)
_RETURN_DEBTOR, _RETURN_CREDITOR = (
    tuple(
        leaf_mark("RtrChain", party, *path)
        for path in (("Pty", "Nm"), ("Agt", "FinInstnId", "Nm"), ("Agt", "FinInstnId", "BICFI"))
    )
    for party in ("Dbtr", "Cdtr")
)
_CHUNK: Final = 4096


class References(NamedTuple):
    """References and parties of one payment; what is absent is empty.

    Of a return they are the references of the payment it returns, and its own beside them.

    Attributes:
        uetr: given by the debtor's bank.
        end_to_end_id: given by the debtor.
        tx_id: given by the instructing bank.
        debtor: name of the debtor.
        creditor: name of the creditor.
        return_id: given to a return by the bank that returns.
        return_reason: code that says why.
    """

    uetr: str
    end_to_end_id: str
    tx_id: str
    debtor: str
    creditor: str
    return_id: str = ""
    return_reason: str = ""


def references_of(text: str) -> References:
    """Return the references in a canonical transaction text."""
    if text.startswith(_RETURN):
        uetr, end_to_end_id, tx_id, return_id = (leaf_text(text, mark) for mark in _ORIGINAL)
        debtor = first_leaf_text(text, _RETURN_DEBTOR)
        creditor = first_leaf_text(text, _RETURN_CREDITOR)
        reason = leaf_text(text, _RETURN_REASON)
        return References(uetr, end_to_end_id, tx_id, debtor, creditor, return_id, reason)
    found = _IDENTIFICATION.match(text)
    assert found is not None, "every leaf may be absent"
    _, end_to_end_id, tx_id, uetr = found.groups("")
    return References(
        uetr, end_to_end_id, tx_id, first_leaf_text(text, _DEBTOR), first_leaf_text(text, _CREDITOR)
    )


class DayReferences:
    """The references of every payment of a day book, by row."""

    def __init__(self, book: DayBook) -> None:
        self._book = book
        self._packed = bytearray()
        self._ends = np.zeros(len(book.payments) + 1, np.int64)
        self._message_ids: dict[int, str] = {}
        for start in range(0, len(book.payments), _CHUNK):
            rows = np.arange(start, min(start + _CHUNK, len(book.payments)))
            self._pack(rows)

    def _pack(self, rows: NDArray[np.int64]) -> None:
        # No leaf holds the separator: it is none of the characters XML allows.
        packed = [FIELD.join(references_of(one)).encode() for one in self._book.texts_of(rows)]
        self._ends[rows + 1] = len(self._packed) + np.cumsum([len(one) for one in packed])
        self._packed += b"".join(packed)

    def of_rows(self, rows: NDArray[np.int64]) -> Iterator[list[str]]:
        """Yield the references of each row, in the order of the fields of `References`."""
        for start, end in zip(
            self._ends[rows].tolist(), self._ends[rows + 1].tolist(), strict=True
        ):
            yield self._packed[start:end].decode().split(FIELD)

    def message_ids(self, rows: NDArray[np.int64]) -> Iterator[str]:
        """Yield the MsgId of the message each row came in."""
        for number in self._book.payments["message"][rows].tolist():
            found = self._message_ids.get(number)
            if found is None:
                found = message_id_of(self._book.message_text_of(number))
                self._message_ids[number] = found
            yield found
