"""What every message about a payment tells of it alike: its references, and why it is as it is."""

from typing import Final

from comity.messages.excerpts import leaf_mark, opening_leaves
from comity.messages.writing.markup import container, cut, leaf
from comity.payments.reasons import REASONS, Reason

_REASON_WORDS_MAX: Final = 105
_REFERENCES: Final = opening_leaves(
    *(("PmtId", name) for name in ("InstrId", "EndToEndId", "TxId", "UETR"))
)

_RETURN_MARK: Final = leaf_mark("RtrId")
_RETURN_REFERENCES: Final = opening_leaves(
    ("RtrId",),
    *(("OrgnlGrpInf", name) for name in ("OrgnlMsgId", "OrgnlMsgNmId", "OrgnlCreDtTm")),
    *((name,) for name in ("OrgnlInstrId", "OrgnlEndToEndId", "OrgnlTxId", "OrgnlUETR")),
)


def references_of(canonical: str) -> tuple[str, str, str, str]:
    """Return InstrId, EndToEndId, TxId and UETR of a payment; empty if absent.

    A return is known by its RtrId, told as its TxId, and by end-to-end reference and UETR of the
    payment that it returns.
    """
    if canonical.startswith(_RETURN_MARK):
        found = _RETURN_REFERENCES.match(canonical)
        assert found is not None, "every leaf may be absent"
        return_id, *_, end_to_end, _, uetr = found.groups("")
        return "", end_to_end, return_id, uetr
    found = _REFERENCES.match(canonical)
    assert found is not None, "every leaf may be absent"
    instruction, end_to_end, tx_id, uetr = found.groups("")
    return instruction, end_to_end, tx_id, uetr


def reason_information(name: str, reason: Reason, *, is_own: bool = False) -> str:
    """Return an element with a reason's code and words, nothing where the reason has no code.

    Args:
        name: of the element, such as `StsRsnInf`.
        reason: the reason.
        is_own: the code is none of the set that this element takes, and goes into `Prtry`.
    """
    said = REASONS[reason]
    if not said.code:
        return ""
    code = leaf("Prtry" if said.proprietary or is_own else "Cd", said.code)
    words = leaf("AddtlInf", cut(said.text, _REASON_WORDS_MAX))
    return container(name, container("Rsn", code), words)
