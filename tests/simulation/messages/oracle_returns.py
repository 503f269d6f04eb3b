"""What a return says, read plainly; see `oracle`."""

import re
from collections.abc import Mapping

from tests.simulation.messages.oracle_leaves import INSTRUCTED, INSTRUCTING, bank, short, words

Texts = Mapping[tuple[str, ...], str]

RETURNS = "pacs.004.001.09"
REASON = ("RtrRsnInf", "Rsn", "Cd")
FORWARDED = r"R\d{7,}-P\d{4,}-pacs00\d(c?)[A-Z]{3}-\d{4,}"
"""How messages are named in which the system forwards payments."""


def agents_of(text: Texts) -> list[str]:
    """Return the BICs of instructing, instructed, debtor's and creditor's agent of a return."""

    def first(*paths: tuple[str, ...]) -> str:
        return next(text[path] for path in paths if path in text)

    return [
        text[INSTRUCTING],
        text[INSTRUCTED],
        first(bank("RtrChain", "DbtrAgt"), bank("RtrChain", "Dbtr", "Agt"), INSTRUCTING),
        first(bank("RtrChain", "CdtrAgt"), bank("RtrChain", "Cdtr", "Agt"), INSTRUCTED),
    ]


def original_of(text: Texts) -> dict[str, int]:
    """Return the columns that hold the reference key of the original, as far as it is quoted."""
    message = text.get(("OrgnlGrpInf", "OrgnlMsgId"), "")
    reference = text.get(("OrgnlTxId",), text[("OrgnlEndToEndId",)])
    high = low = 0
    if message and not re.fullmatch(FORWARDED, message, re.ASCII):
        high, low = words(short(text[INSTRUCTED]), message, reference)
    signed = high - 2**64 if high >= 2**63 else high
    return {"counter_currency": 0, "counter_minor": signed, "trade": low}
